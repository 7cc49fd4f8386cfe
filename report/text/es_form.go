package text

// spanishForm is what READMEs of the forms of a plan say, and the head of scripts,
// in Spanish.
var spanishForm = map[string]string{
	"readme.leftovers": "Lo que concedió un plan anterior y este ya no tiene se queda: el de un origen que ya no\n" +
		"está en la SPEC, o cuyas reglas están todas deshabilitadas. `repligrant diff OLD NEW`\n" +
		"lo lista, y lo quita quien tiene la política.",
	"readme.waits":    "Antes que nada de esto, la cuenta {account} aplica el paso 1 de su propio plan:\nAWS rechaza una política que nombra un rol o un usuario que no existe.",
	"readme.warnings": "## Advertencias",
	"readme.jobs": "## Por último: lo que ya existe\n\nLas reglas replican los objetos nuevos. Los trabajos por lotes copian lo que había antes;\n" +
		"nada de esto los inicia. Lo que copia un trabajo se paga.",
	"readme.job":           "En la cuenta {account}, para lo que hay en el bucket {bucket}{rules}:",
	"readme.job-rule":      " (regla {rule})",
	"readme.job-rules":     " (reglas {rules})",
	"readme.job-manifest":  "MANIFEST.csv y ETAG representan el nombre del manifiesto y su ETag.",
	"readme.job-no-report": "No escribe ningún informe, y un manifiesto que genera S3 no se guarda en ningún sitio:\nexisting_objects no nombra ningún bucket para el informe, y el rol no puede escribir en ninguno.",

	"awscli.title":         "Lo que aplica cada cuenta",
	"awscli.title-account": "Lo que aplica la cuenta {account}",
	"awscli.head": "{title}, escrito por repligrant plan --format cli.\n\n" +
		"Necesita bash, la AWS CLI y jq. Lee antes de escribir: quedan como están las\n" +
		"instrucciones de políticas de bucket y de clave cuyo Sid no empieza por\n" +
		"Repligrant, las que tratan de roles y usuarios de otros planes, y las reglas de\n" +
		"replicación con otros ID. Ejecutarlo de nuevo no cambia nada; --dry-run muestra\n" +
		"lo que cambiaría, y --help, qué más hay.",
	"awscli.warning": "Advertencia ({code}): {warning}",
	"awscli.job":     "Por último, cuenta {account}: lo que ya hay en {bucket}{rules}\nlo copia un trabajo por lotes, que este script no inicia:",
	"awscli.step-1":  "roles y sus políticas",
	"awscli.step-2":  "destinos",
	"awscli.step-3":  "configuraciones de replicación",

	"awscli.readme": "# Orden de aplicación\n\nCada propietario ejecuta el script de su propia cuenta, en este orden. `--dry-run` muestra\n" +
		"lo que cambiaría. Los scripts necesitan bash, la AWS CLI y jq.",
	"awscli.readme-item":    "cuenta {account} ({id}), {step}: {command}",
	"awscli.readme-nothing": "No hay nada que aplicar.",
	"awscli.readme-profile": "Un script inicia sesión con el perfil que nombra su variable, y si no, con lo que la\n" +
		"AWS CLI usa por sí misma, y se detiene si eso es otra cuenta:",
	"awscli.readme-leftovers": "Un script nombra esas instrucciones donde las conserva, en las políticas en las que escribe.",

	"terraform.any":            "cualquiera",
	"terraform.roles":          "roles, usuarios, sus políticas",
	"terraform.destinations":   "políticas de buckets, claves, puntos de acceso; control de versiones",
	"terraform.configurations": "configuraciones de replicación; control de versiones",
	"terraform.readme":         spanishTerraform,

	"cloudformation.readme": "# Orden de aplicación\n\nRevise cada conjunto de cambios antes de ejecutarlo. Si otra SPEC tiene pilas en una de\n" +
		"estas cuentas y regiones, dé a estas otros nombres: una pila sobre la que se despliega\n" +
		"suelta lo que tenía, que se queda y ya no pertenece a ninguna pila.",
	"cloudformation.nothing": "No hay nada que aplicar.",
	"cloudformation.permissions": "## Permisos\n\nQuien despliega las plantillas necesita, además de lo que repligrant access escribe para\n" +
		"el operador, las acciones propias de CloudFormation (cloudformation:*) sobre estas pilas\n" +
		"y, si una plantilla viene de un bucket, escribirla y leerla allí.",
	"cloudformation.step-1":     "## Paso 1: roles",
	"cloudformation.step-2":     "## Paso 2: destinos",
	"cloudformation.step-3":     "## Paso 3: reglas de replicación",
	"cloudformation.versioning": "Cuenta {account} ({id}): el control de versiones tiene que estar habilitado en\n\n{buckets}",
	"cloudformation.stays":      "## Lo que se queda\n\n{leftovers}La política de un bucket que una plantilla ya no tiene se queda como está.",

	"cloudformation.settled":    "Cuenta {account} ({id}): la política de\n\n    {arn}\n\nya concede todo.",
	"cloudformation.key-policy": "KeyPolicy de su AWS::KMS::Key",
	"cloudformation.point":      "Policy de su AWS::S3::AccessPoint",
	"cloudformation.merged": "Cuenta {account} ({id}): la política de\n\n    {arn}\n\npasa a ser {file}, que tiene las instrucciones ajenas como\n" +
		"estaban cuando se leyeron. Si una plantilla la describe, esta es la\n{described}. Si no, no se escribe ninguna plantilla, que\n" +
		"crearía otra, y se pone allí tal cual:\n\n    {command}",
	"cloudformation.statements": "Cuenta {account} ({id}): ponga las instrucciones de\n\n    {file}\n\nen la política de\n\n    {arn}\n\n" +
		"donde la tenga su plantilla o su propietario (la {described}),\nen lugar de las instrucciones cuyo Sid empieza por Repligrant y que tratan de los mismos\n" +
		"roles y usuarios: las que tratan de otros son de otro plan. No se escribe ninguna\n" +
		"plantilla: quitaría el resto de la política. plan --merge ARN=FILE, con la política que\nya existe, escribe la política completa.",

	"cloudformation.roles": "Cuenta {account} ({id}), en cualquier región. Los roles y usuarios que ya existen los asume\n" +
		"un conjunto de cambios que se crea con --import-existing-resources.\n\n    {command}",
	"cloudformation.destination": "Cuenta {account} ({id}), en la región de los buckets. CloudFormation escribe la política de\nun bucket completa{others}",
	"cloudformation.narrowed":    "En la política de {bucket} se restringe un Deny ajeno para que no afecte a un rol:\nsu propietario tiene que estar de acuerdo.",
	"cloudformation.rules": "Cuenta {account} ({id}), en la región de los buckets. Un bucket que ya tiene una pila recibe\n" +
		"en ella la ReplicationConfiguration de {file}. Los demás se importan,\nlo que no cambia nada, y después reciben el control de versiones y sus reglas{others}",

	"cloudformation.others-unknown": ": si un bucket tiene una, ponga antes sus instrucciones en {file},\no ponga las nuestras en la plantilla que la tiene.",
	"cloudformation.others-merged": ": {file} contiene las que\n\n{merged}\n\ntenían cuando se leyeron, con las instrucciones ajenas. Vuelva a leerlas antes de\n" +
		"desplegar: lo que haya cambiado desde entonces se pierde. Si la política está en otra plantilla, póngala allí.",
	"cloudformation.others-some": ": {file} contiene las que\n\n{merged}\n\ntenían cuando se leyeron, con las instrucciones ajenas. De\n\n{open}\n\n" +
		"no conoce la política: si la hay, ponga antes en él sus instrucciones, o\nponga las nuestras en la plantilla que la tiene.",
	"cloudformation.rules-unknown": ", en lugar de todas\nlas reglas que tienen. plan --merge ARN=FILE, con la configuración que ya existe,\nescribe las ajenas en la plantilla:",
	"cloudformation.rules-merged": ", en lugar de todas\nlas reglas que tienen. La plantilla contiene, junto a las nuestras, las que\n\n{merged}\n\n" +
		"tenían cuando se leyeron. Combine de nuevo antes de desplegar: lo que haya cambiado desde entonces se pierde.",
	"cloudformation.rules-some": ", en lugar de todas\nlas reglas que tienen. La plantilla contiene, junto a las nuestras, las que\n\n{merged}\n\n" +
		"tenían cuando se leyeron. Combine de nuevo antes de desplegar: lo que haya cambiado desde entonces se pierde.\nDe\n\n{open}\n\n" +
		"no conoce las reglas: mire lo que hay, y combínelo también.",

	"cloudformation.large": "La plantilla tiene {size} bytes, y una solicitud admite {limit}: tiene que venir de un bucket\nsuyo, BUCKET, al que deploy la copia " +
		"(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html).",
	"cloudformation.large-import": "La plantilla tiene {size} bytes, y una solicitud admite {limit}: tiene que venir de un bucket\nsuyo, BUCKET, al que deploy la copia. " +
		"Para la importación, cópiela antes, e\nindique su dirección como URL:\n\n    {command}\n\n(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html).",
}

const spanishTerraform = `# Replicación, como módulos de Terraform

Escritos por repligrant. Aplique todos los módulos de un paso antes que los del siguiente:

| paso | módulo | cuenta | región | contiene |
| --- | --- | --- | --- | --- |
MODULES

WAITS
Cada módulo es para una cuenta, y no se deja aplicar con las credenciales de otra. Su
propietario lo aplica por sí solo (` + "`terraform init`, `terraform apply`" + ` en su directorio) o
lo llama desde una configuración. Quien tiene credenciales de todas las cuentas lo aplica
todo de una vez:

` + "```hcl" + `
EXAMPLE
` + "```" + `

Lo que ya existe no se sobrescribe sin que lo diga su propietario:

- **Las políticas de buckets** se leen, y se quedan todas las instrucciones salvo las de
  repligrant. Un bucket que aún no tiene política falla con ` + "`couldn't find resource`" + `:
  escriba ` + "`\"none\"` en `existing_policies`" + `, y quítelo una vez aplicado.
- **Las políticas de claves y puntos de acceso** no las puede leer Terraform. Entréguelas:
  ` + "`aws kms get-key-policy --key-id ARN --policy-name default --query Policy --output text > KEY.json`" + `,
  o escriba ` + "`\"none\"`" + ` para un punto de acceso que no tiene ninguna.
- Una política que escribe otra configuración es ` + "`\"elsewhere\"`" + `: tome las instrucciones
  de la salida ` + "`needed_policies`, por ejemplo como `source_policy_documents`" + `.
- **Las configuraciones de replicación** se sustituyen completas. Mire lo que hay
  (` + "`aws s3api get-bucket-replication --bucket NAME`" + `), y nombre después el bucket en
  ` + "`replace_replication`" + `.
- **El control de versiones** no se toca. ` + "`enable_versioning`" + ` lo habilita en los buckets
  que nombra.
- **Un rol o un usuario que ya existe** se asume con ` + "`terraform import`" + `; sus demás
  políticas se quedan.

Terraform eliminaría una política completa cuando un bucket sale de un plan, así que se
niega a hacerlo: saque el recurso de su estado (` + "`terraform state rm`" + `), y quite a mano de la
política las instrucciones de repligrant.

LEFTOVERS
En las políticas en las que escribe un módulo, su salida ` + "`statements_of_other_specs`" + ` las nombra.
`
