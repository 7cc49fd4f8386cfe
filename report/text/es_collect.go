package text

// spanishCollect is what is wrong with an order to read accounts, in Spanish.
var spanishCollect = map[string]string{
	"collect-account":          "cuenta {id}",
	"collect-account-id":       "{value} no es un ID de cuenta de AWS",
	"collect-bucket":           "{value} no es el nombre de un bucket",
	"collect-bucket-region":    "bucket {bucket}: {value} no es una región",
	"collect-default":          "la cuenta de las credenciales predeterminadas",
	"collect-enter":            "entrar en {account}: {problem}",
	"collect-key":              "{value} no es el ARN de una clave de KMS",
	"collect-nothing":          "no hay ninguna cuenta que leer",
	"collect-object":           "el bucket {bucket} con la clave {key} no es ningún objeto",
	"collect-partition":        "{account}: {value} no es una partición",
	"collect-point":            "{value} no es el ARN de un punto de acceso",
	"collect-profile":          "la cuenta del perfil {profile}",
	"collect-region":           "{account}: {value} no es una región",
	"collect-role":             "{account}: {value} no es el nombre de un rol",
	"collect-role-and-arn":     "{account}: se indican tanto un nombre de rol como un ARN de rol",
	"collect-role-and-account": "{account}: un nombre de rol necesita un ID de cuenta, o un ARN de rol en su lugar",
	"collect-twice":            "la cuenta {id} se indica dos veces",
}
