package text

// spanishSpec is what can be wrong with a SPEC or a file of suppressions, in Spanish.
var spanishSpec = map[string]string{
	"conflict.batch-report-key": "La página con ejemplos de informes de finalización dice que siempre se cifran con SSE-S3, que no necesita clave; la página sobre los roles de los trabajos pide la clave de un bucket cifrado con KMS. Se concede cuando la especificación nombra una clave para ese bucket.",

	"conflict.kms-data-key": "La página sobre objetos de KMS pide solo kms:Encrypt; la página de solución de problemas y la tabla de códigos de error piden también kms:GenerateDataKey. Se concede, y su ausencia da lugar a una recomendación.",

	"conflict.kms-decrypt": "La página de solución de problemas pide kms:GenerateDataKey también en la clave de origen; la página sobre objetos de KMS no. No se concede.",

	"conflict.kms-default":        "La página sobre objetos de KMS lo pide cuando objetos sin cifrar o con SSE-S3 van a un bucket cuyo valor predeterminado es KMS, y más abajo dice que los objetos con SSE-S3 conservan SSE-S3, de modo que solo lo necesitarían los objetos anteriores a 2023. Se concede, y su ausencia da lugar a una recomendación.",
	"conflict.kms-default-verify": "La página sobre claves de bucket lo pide cuando una réplica tiene una; la página sobre objetos de KMS pide solo kms:GenerateDataKey cuando cifra el valor predeterminado del destino. Se concede siempre que se usa esa clave, y su ausencia da lugar a una recomendación.",

	"conflict.kms-verify": "La página sobre claves de bucket lo pide cuando una réplica tiene una, lo que cada objeto decide por sí mismo; el mínimo de la página sobre objetos de KMS lo omite. Se concede siempre que se usa la clave, y su ausencia da lugar a una recomendación.",

	"conflict.lock": "Las páginas sobre Object Lock piden las dos lecturas en el origen y nada en el destino; la tabla de códigos de error dice que allí pueden faltar s3:PutObjectRetention y s3:PutObjectLegalHold. Se conceden las lecturas y no las escrituras: s3:ReplicateObject lleva el bloqueo.",

	"conflict.read-tags": "La página de permisos dice que los objetos se replican sin sus etiquetas; la tabla de códigos de error tiene uno para ese caso. Se considera necesario, y se considera que sin él se pierden las etiquetas.",

	"conflict.write-tags": "Una nota de la página de permisos dice que s3:ReplicateObject cubre las etiquetas; la misma página y el artículo de solución de problemas de AWS piden también s3:ReplicateTags. Se concede, y su ausencia da lugar a una recomendación.",

	"failure.annotation-limit": "la réplica tendría más anotaciones de las que puede tener un objeto (1.000)",

	"failure.assume-role": "S3 no puede asumir el rol de la configuración o el del trabajo por lotes: ya no existe, o su política de confianza no se lo permite a S3",

	"failure.do.annotation-limit": "elimine anotaciones del objeto",

	"failure.do.assume-role": "en la cuenta del origen: cree el rol, o haga que su política de confianza permita sts:AssumeRole a s3.amazonaws.com; la del rol de un trabajo por lotes, a batchoperations.s3.amazonaws.com",

	"failure.do.dst-annotation": "haga que el propietario del destino busque un Deny de estas acciones en la política del bucket, y exceptúe el rol en él",

	"failure.do.dst-bucket": "indique en la regla un bucket que exista, o haga que el propietario del destino lo cree, con control de versiones y su política (los escribe `repligrant plan`)",

	"failure.do.dst-deleted": "copie el objeto sobre sí mismo con Operaciones por lotes de S3, lo que crea una versión nueva",

	"failure.do.dst-key": "indique una clave que exista en la región del destino",

	"failure.do.dst-lock": "habilite Object Lock en el bucket de destino",

	"failure.do.dst-version": "replique de nuevo el objeto con la Replicación por lotes de S3",

	"failure.do.dst-versioning": "habilite el control de versiones del bucket de destino",

	"failure.do.grant": "averigüe qué falta o se deniega, y en qué documento, con `repligrant explain s3://BUCKET/KEY` para un objeto que haya fallado; su propietario añade entonces el Allow, o exceptúa el rol en el Deny",

	"failure.do.initiate":   "en la cuenta del origen: permítalo al rol que nombra el trabajo, que puede ser otro que el de la configuración",
	"failure.do.job-region": "cree el trabajo en la región del bucket de origen, para buckets que estén donde el trabajo supone",

	"failure.do.key-state": "en la cuenta de la clave: si espera su eliminación, cancélela primero (kms:CancelKeyDeletion), lo que la deja deshabilitada; después habilítela (kms:EnableKey)",

	"failure.do.lock-write": "conceda primero s3:ReplicateObject; si el código persiste, permita también el otro permiso en el destino",

	"failure.do.nothing": "nada: ya no existe esa versión para replicarla",

	"failure.do.src-acl": "permítalo en la política del rol; si cargan objetos otras cuentas, defina Object Ownership del bucket como BucketOwnerEnforced",

	"failure.do.src-annotation-encryption": "escriba de nuevo la anotación con otro cifrado",

	"failure.do.src-bucket": "compare el nombre con los de los buckets de la cuenta; si el bucket se eliminó, ya no hay nada que replicar",

	"failure.do.src-configuration": "vuelva a poner la configuración en el bucket, lo que hace su cuenta: `repligrant plan` la escribe a partir de una especificación",

	"failure.do.src-not-eligible": "de un objeto archivado: restáurelo y cópielo sobre sí mismo; si no, cambie el filtro de la regla, o las etiquetas del objeto antes de cargarlo de nuevo",
	"failure.do.src-not-pending":  "nada: la réplica existe",

	"failure.dst-acl": "el rol no puede escribir la ACL de la réplica",

	"failure.dst-annotation": "el destino no acepta las anotaciones de la réplica",

	"failure.dst-bucket": "el bucket de destino no existe",

	"failure.dst-complete": "el rol no puede completar la carga multiparte de la réplica",

	"failure.dst-delete": "el rol no puede escribir un marcador de eliminación en el destino",

	"failure.dst-deleted": "alguien eliminó la réplica por su ID de versión; la Replicación por lotes de S3 no la vuelve a escribir",

	"failure.dst-init": "el rol no puede iniciar la carga multiparte de la réplica",

	"failure.dst-key":       "la clave que la regla nombra en ReplicaKmsKeyID no existe",
	"failure.dst-key-state": "la clave de KMS de las réplicas está deshabilitada, pendiente de eliminación o no se puede usar",

	"failure.dst-legal-hold": "el rol no puede poner la retención legal en la réplica",

	"failure.dst-lock": "el bucket de origen tiene Object Lock y el de destino no",

	"failure.dst-part": "el rol no puede cargar una parte de la réplica",

	"failure.dst-put": "el rol no puede escribir la réplica, entregarla al propietario del destino o usar la clave que la cifra",

	"failure.dst-region": "el bucket de destino no está en la región que el trabajo espera",

	"failure.dst-retention": "el rol no puede poner el periodo de retención en la réplica",

	"failure.dst-tags": "el rol no puede escribir las etiquetas de la réplica; AWS nombra s3:ReplicateObject, no s3:ReplicateTags",

	"failure.dst-version": "S3 no encuentra en el destino la versión cuyos metadatos debe replicar",

	"failure.dst-versioning": "el control de versiones del bucket de destino no está habilitado",

	"failure.initiate": "el rol del trabajo por lotes no puede iniciar la replicación del objeto",

	"failure.src-acl": "el rol no puede leer la ACL del objeto, o el objeto es de otra cuenta",

	"failure.src-annotation":            "se eliminó una anotación antes de que se replicara",
	"failure.src-annotation-encryption": "una anotación está cifrada de un modo que no se replica",

	"failure.src-bucket": "el bucket de origen no existe",

	"failure.src-configuration": "el bucket de origen ya no tiene configuración de replicación",

	"failure.src-get": "el rol no puede leer el objeto, o no puede descifrarlo",

	"failure.src-head": "el rol no puede leer los metadatos del objeto",

	"failure.src-key":       "el objeto ya no existe: es posible que se eliminara antes de que se replicara",
	"failure.src-key-state": "la clave de KMS del objeto está deshabilitada, pendiente de eliminación o no se puede usar",

	"failure.src-legal-hold": "el rol no puede leer la retención legal del objeto",

	"failure.src-not-eligible": "la clase de almacenamiento o las etiquetas del objeto no son de las que la regla replica",
	"failure.src-not-pending":  "S3 ya ha replicado el objeto",

	"failure.src-object": "el objeto no existe",

	"failure.src-read-annotation": "el rol no puede leer las anotaciones del objeto",

	"failure.src-region": "el bucket de origen no está en la región que el trabajo espera",

	"failure.src-retention": "el rol no puede leer el periodo de retención del objeto",

	"failure.src-tags": "el rol no puede leer las etiquetas del objeto",

	"failure.src-version": "la versión ya no existe: es posible que se eliminara antes de que se replicara",

	"risk.deny-annotations": "Los objetos se replican igualmente; si el rol puede leer anotaciones por otra política, cada una que se rechaza se notifica como error (DstPutObjectAnnotationNotPermitted).",

	"risk.deny-tags": "La página de permisos ofrece este Deny a los propietarios que no quieren etiquetas; la página de solución de problemas dice que la replicación falla si el destino deniega s3:ReplicateTags. Se escribe porque la especificación lo pide; tags: omit prescinde de él.",

	"risk.guard": "Un Deny prevalece sobre todo Allow: un prefijo que el escritor reciba más adelante queda cerrado hasta que esta política también lo tenga, y lo mismo ocurre con la limpieza de cargas que el escritor empezó en otro sitio.",

	"risk.guard-addresses": "Una solicitud a través de un punto de conexión de VPC no tiene dirección pública, y también se rechaza.",

	"risk.spared": "Al rol ya no se le deniega lo que la instrucción nombra: el propietario del bucket tiene que estar de acuerdo.",

	"spec-access-point":            "{name} no puede ser el nombre de un punto de acceso",
	"spec-access-point-alias":      "{name} es un alias, y no el nombre de un punto de acceso",
	"spec-access-point-alias-hint": "escriba el nombre con el que se creó el punto de acceso",
	"spec-access-point-arn":        "{name} es un ARN, y no el nombre de un punto de acceso",
	"spec-access-point-arn-hint":   "escriba la parte que sigue a accesspoint/",
	"spec-access-point-hint":       "un nombre tiene de 3 a 50 letras minúsculas, dígitos o guiones, y ningún guion en los extremos",

	"spec-account-by-id":              "{name} es un ID, y no el nombre de una cuenta",
	"spec-account-by-id-hint":         "escriba su nombre: {suggestion}",
	"spec-account-id-characters":      "la cuenta {id} no es un ID de cuenta de AWS",
	"spec-account-id-characters-hint": "un ID de cuenta tiene 12 dígitos y nada más",
	"spec-account-id-hyphens":         "la cuenta {id} no es un ID de cuenta de AWS",
	"spec-account-id-hyphens-hint":    "escríbala sin guiones: \"{plain}\"",
	"spec-account-id-length":          "la cuenta {id} no es un ID de cuenta de AWS",
	"spec-account-id-length-hint":     "un ID de cuenta tiene 12 dígitos; este tiene {length} caracteres",
	"spec-account-id-number":          "la cuenta {id} no es un ID de cuenta de AWS",
	"spec-account-id-number-hint":     "escriba sus 12 dígitos entre comillas, como en \"111122223333\"",
	"spec-account-id-octal":           "el ID de cuenta {id} no está entre comillas",
	"spec-account-id-octal-hint":      "escriba {quoted}: YAML lee un número que empieza por 0 en base 8, o descarta el 0",
	"spec-account-id-unquoted":        "el ID de cuenta {id} no está entre comillas",
	"spec-account-id-unquoted-hint":   "escriba {quoted}: un ID de cuenta es un texto, y YAML lee esto como un número",
	"spec-account-id-zero-lost":       "la cuenta {id} no es un ID de cuenta de AWS",
	"spec-account-id-zero-lost-hint":  "un ID de cuenta tiene 12 dígitos, entre comillas; este tiene {length}, quizá porque un número perdió los ceros iniciales",
	"spec-account-name":               "{name} no puede ser aquí el nombre de una cuenta",
	"spec-account-name-case":          "las cuentas {first} ({other}) y {name} solo se distinguen por las mayúsculas",
	"spec-account-name-case-hint":     "dé otro nombre a una: los archivos se llaman como ellas, y macOS y Windows los tomarían por uno solo",
	"spec-account-name-hint":          "use letras, dígitos, puntos, guiones y guiones bajos, 64 como máximo; los archivos se llaman así",
	"spec-account-name-id":            "la cuenta {name} se llama como un ID, y el suyo es {id}",
	"spec-account-name-id-hint":       "dele otro nombre: los scripts y los archivos la tomarían por la cuenta con ese ID",
	"spec-account-twice":              "el ID de cuenta {id} ya pertenece a {first} ({other})",
	"spec-account-twice-hint":         "conserve un solo nombre para cada cuenta",

	"spec-allows-nothing":      "{key} no dice nada",
	"spec-allows-nothing-hint": "enumere cuentas o regiones, o quite {key}",

	"spec-arn-partition":              "{value} está en la partición {got}, y aquí se necesita {want} ({other})",
	"spec-arn-partition-hint":         "empiece el ARN por arn:{want}:",
	"spec-arn-partition-unknown":      "{value}: no existe la partición {partition}",
	"spec-arn-partition-unknown-hint": "un ARN empieza por arn:aws:, arn:aws-cn:, arn:aws-us-gov: u otra partición",
	"spec-arn-region":                 "{value}: la región {region} no está en la partición {partition}",
	"spec-arn-region-hint":            "corrija la región o la partición del ARN",

	"spec-boundary-outside":      "la política {value} está en la cuenta {got}, y su rol en {account}, que es {want} ({other})",
	"spec-boundary-outside-hint": "un límite de permisos es una política de la propia cuenta del rol, o una de las de AWS",

	"spec-bucket-name-account":        "el nombre de bucket {name} pertenece a la cuenta {got}, y su cuenta es {want} ({other})",
	"spec-bucket-name-account-hint":   "corrija el nombre o la cuenta",
	"spec-bucket-name-address":        "el nombre de bucket {name} tiene la forma de una dirección IP",
	"spec-bucket-name-address-hint":   "S3 rechaza esos nombres; use otro",
	"spec-bucket-name-arn":            "{name} es un ARN, y no el nombre de un bucket",
	"spec-bucket-name-arn-hint":       "escriba el nombre: {plain}",
	"spec-bucket-name-character":      "el nombre de bucket {name} contiene {character}",
	"spec-bucket-name-character-hint": "un nombre tiene letras minúsculas, dígitos, puntos y guiones; no se planifica para nombres más antiguos con otros caracteres",
	"spec-bucket-name-dots":           "el nombre de bucket {name} contiene dos veces seguidas el punto",
	"spec-bucket-name-dots-hint":      "ponga algo entre ellos",
	"spec-bucket-name-ends":           "el nombre de bucket {name} empieza o termina por un punto o un guion",
	"spec-bucket-name-ends-hint":      "un nombre empieza y termina por una letra o un dígito",
	"spec-bucket-name-length":         "el nombre de bucket {name} tiene {length} caracteres",
	"spec-bucket-name-length-hint":    "un nombre tiene de 3 a 63; no se planifica para nombres más antiguos con más",
	"spec-bucket-name-prefix":         "el nombre de bucket {name} empieza por {part}",
	"spec-bucket-name-prefix-hint":    "S3 se reserva ese comienzo; use otro nombre",
	"spec-bucket-name-region":         "el nombre de bucket {name} pertenece a la región {got}, y su región es {want} ({other})",
	"spec-bucket-name-region-hint":    "corrija el nombre o la región",
	"spec-bucket-name-regional":       "el nombre de bucket {name} termina por -an",
	"spec-bucket-name-regional-hint":  "esa terminación está reservada para nombres de la forma NAME-ACCOUNT_ID-REGION-an",
	"spec-bucket-name-suffix":         "el nombre de bucket {name} termina por {part}",
	"spec-bucket-name-suffix-hint":    "S3 se reserva esa terminación; indique un bucket de uso general, y no un punto de acceso ni un bucket de directorio",
	"spec-bucket-partition":           "la región {region} está en la partición {got}, y la cuenta {account} está en {want} ({other})",
	"spec-bucket-partition-hint":      "una cuenta está en una sola partición; dé a cada partición una cuenta propia",

	"spec-choice":             "{key} no puede ser {name}",
	"spec-choice-hint":        "¿quiso decir \"{suggestion}\"?",
	"spec-choice-listed":      "{key} no puede ser {name}",
	"spec-choice-listed-hint": "escriba uno de estos valores: {choices}",

	"spec-destination-is-source":      "el bucket {bucket} es el propio origen ({other})",
	"spec-destination-is-source-hint": "indique otro bucket",

	"spec-empty":      "{key} contiene un texto vacío",
	"spec-empty-hint": "escriba un valor, o quítelo",

	"spec-environment":      "{value} no puede ser el nombre de una variable de entorno",
	"spec-environment-hint": "indique la variable que contiene el ID externo; no escriba nunca el propio ID",

	"spec-filter-delete-markers":      "delete_markers: true no es compatible con el filtro de etiquetas de {other}",
	"spec-filter-delete-markers-hint": "S3 rechaza las dos cosas en una regla; un marcador de eliminación no tiene etiquetas",
	"spec-filter-without-tags":        "tags: {tags} no es compatible con el filtro de etiquetas de {other}",
	"spec-filter-without-tags-hint":   "S3 lee las etiquetas para seleccionar por ellas; escriba tags: replicate, o filtre por prefijo",

	"spec-item-not-mapping":      "este elemento de {key} no es un mapa",
	"spec-item-not-mapping-hint": "escriba KEY: VALUE después del guion, uno por línea",
	"spec-item-twice":            "{value} está dos veces en la lista {key}; la primera, en {other}",
	"spec-item-twice-hint":       "conserve uno de los dos",

	"spec-key-missing":      "falta aquí la clave {key}",
	"spec-key-missing-hint": "escriba {example}",

	"spec-kms-key":             "{key} {value} no es el ARN de una clave de KMS",
	"spec-kms-key-alias":       "{key} {value} es un alias, y no una clave",
	"spec-kms-key-alias-hint":  "un alias significa otra clave en cada cuenta; escriba el ARN de la clave, arn:aws:kms:REGION:ACCOUNT_ID:key/KEY_ID",
	"spec-kms-key-hint":        "escriba arn:aws:kms:REGION:ACCOUNT_ID:key/KEY_ID",
	"spec-kms-key-region":      "la clave está en {got}, y el bucket {bucket} en {want} ({other})",
	"spec-kms-key-region-hint": "indique una clave de la región del bucket; de una clave multirregión, la réplica que hay allí",

	"spec-list-empty":      "la lista {key} está vacía",
	"spec-list-empty-hint": "indique algo, o quite {key}",

	"spec-manifest-region":      "el bucket del manifiesto {bucket} está en {got}, y el origen en {want} ({other})",
	"spec-manifest-region-hint": "mantenga el manifiesto en la región del origen",

	"spec-network":                 "{value} no es una dirección ni un bloque CIDR",
	"spec-network-bits":            "{value} tiene bits más allá de su longitud",
	"spec-network-bits-hint":       "escriba {suggestion}, o una sola dirección",
	"spec-network-everywhere":      "{value} son todas las direcciones",
	"spec-network-everywhere-hint": "quite source_ips",
	"spec-network-hint":            "escriba 203.0.113.7 o 203.0.113.0/24",

	"spec-no-details":                   "{key} no tiene detalles",
	"spec-no-details-hint":              "escriba {key}: true, o detalles",
	"spec-no-replica-key":               "kms_objects: true necesita una clave para las réplicas de {to}, que no tiene ninguna ({other})",
	"spec-no-replica-key-hint":          "indique una con replica_kms_key, o con kms_key del bucket",
	"spec-no-replica-key-implied":       "los objetos de {from} tienen una clave de KMS ({other}), y las réplicas de {to} no tienen ninguna",
	"spec-no-replica-key-implied-hint":  "indique una con replica_kms_key, o con kms_key del destino; o escriba kms_objects: false",
	"spec-no-replica-key-mirrored":      "la regla inversa tiene objetos de KMS de {from} y ninguna clave para las réplicas de {to} ({other})",
	"spec-no-replica-key-mirrored-hint": "escriba kms_key en ese bucket, o kms_objects: false",
	"spec-no-value":                     "{key} no tiene valor",
	"spec-no-value-hint":                "escriba uno, o quite {key}",

	"spec-not-a-spec":        "el archivo no contiene ningún mapa",
	"spec-not-a-spec-hint":   "empiécelo por version: 1",
	"spec-not-bool":          "{key} no es true ni false",
	"spec-not-bool-hint":     "escriba true o false, sin comillas",
	"spec-not-list":          "{key} no es una lista",
	"spec-not-list-hint":     "escriba [A, B], o un elemento por línea después de un guion",
	"spec-not-mapping":       "{key} no es un mapa",
	"spec-not-mapping-hint":  "escriba debajo KEY: VALUE, uno por línea, con sangría",
	"spec-not-number":        "{key} no es un número entero",
	"spec-not-number-hint":   "escriba dígitos como 1, sin comillas ni ceros iniciales",
	"spec-not-one-text":      "{key} no es un texto",
	"spec-not-one-text-hint": "escriba un solo valor, sin corchetes, guion ni claves",
	"spec-not-text":          "{key} no es un texto: YAML toma {value} por otro tipo",
	"spec-not-text-hint":     "póngalo entre comillas: {quoted}",

	"spec-nothing-to-do":      "no hay ninguna regla ni ningún escritor",
	"spec-nothing-to-do-hint": "añada una entrada a replication o a writers",

	"spec-object-lock":      "{from} tiene Object Lock, y {to} no ({other})",
	"spec-object-lock-hint": "S3 replica los objetos bloqueados solo en un bucket con Object Lock",

	"spec-overlap":      "esta regla y la de {other} replican los mismos objetos de {from} en {to}",
	"spec-overlap-hint": "dé una prioridad a las dos; prevalece la más alta",

	"spec-owner-unknown":      "no se indica el propietario del bucket {bucket}",
	"spec-owner-unknown-hint": "escriba su cuenta; los documentos dependen de ella",

	"spec-partition":             "no existe la partición {name}",
	"spec-partition-hint":        "¿quiso decir \"{suggestion}\"?",
	"spec-partition-listed":      "no existe la partición {name}",
	"spec-partition-listed-hint": "las particiones son {choices}",

	"spec-partitions-differ":      "{to} está en la partición {got} ({other}), y {from} en {want}",
	"spec-partitions-differ-hint": "nada se replica de una partición a otra",

	"spec-path":      "{key} {value} no es la ruta de un rol",
	"spec-path-hint": "una ruta empieza y termina por una barra y tiene 512 caracteres como máximo, como /service-role/",

	"spec-policy-arn":      "{key} {value} no es el ARN de una política administrada",
	"spec-policy-arn-hint": "escriba arn:aws:iam::ACCOUNT_ID:policy/NAME",

	"spec-prefix-character":      "el prefijo contiene el carácter de control {character}",
	"spec-prefix-character-hint": "una configuración de replicación es XML, que no puede contenerlo; use un prefijo más corto",
	"spec-prefix-length":         "el prefijo tiene {length} bytes",
	"spec-prefix-length-hint":    "una clave tiene {limit} como máximo, de modo que ninguna empezaría por él",

	"spec-principal":               "{value} no es una entidad principal que pueda asumir un rol",
	"spec-principal-account":       "{value} es un ID de cuenta, y no un ARN",
	"spec-principal-account-hint":  "escriba {suggestion} para todos los que esa cuenta permita",
	"spec-principal-hint":          "escriba arn:aws:iam::ACCOUNT_ID:root, :role/NAME o :user/NAME, o un servicio como lambda.amazonaws.com",
	"spec-principal-wildcard":      "{value} deja que desconocidos asuman el rol",
	"spec-principal-wildcard-hint": "indique cuentas, roles o usuarios sin comodines",

	"spec-priority-twice":      "la prioridad {priority} ya la tiene otra regla hacia {bucket} ({other})",
	"spec-priority-twice-hint": "dé a cada regla hacia un mismo destino una prioridad propia; prevalece la más alta",

	"spec-region":           "{region} no es el código de una región",
	"spec-region-eu":        "{region} no es el código de una región",
	"spec-region-eu-hint":   "el antiguo nombre EU de S3 significa eu-west-1; escriba eso",
	"spec-region-hint":      "escriba un código como us-east-1",
	"spec-region-typo":      "no existe la región {region}",
	"spec-region-typo-hint": "¿quiso decir {suggestion}?",
	"spec-region-zone":      "{region} es una zona de disponibilidad",
	"spec-region-zone-hint": "escriba su región: {suggestion}",

	"spec-requester-pays":      "{to} es un bucket de pago por solicitante (Requester Pays) de otra cuenta ({other})",
	"spec-requester-pays-hint": "S3 no replica en un bucket así; desactívelo",

	"spec-role-arn":                "{key} {value} no es el ARN de un rol",
	"spec-role-arn-account":        "el rol {value} está en la cuenta {got}, y la cuenta {account} es {want} ({other})",
	"spec-role-arn-account-hint":   "indique un rol de esta cuenta",
	"spec-role-arn-hint":           "escriba arn:aws:iam::ACCOUNT_ID:role/NAME",
	"spec-role-elsewhere":          "el rol {role} está en la cuenta {got} ({other}), y el bucket {bucket} en {want}",
	"spec-role-elsewhere-hint":     "S3 asume un rol de la cuenta propietaria del origen",
	"spec-role-name":               "{value} no puede ser el nombre de un rol o usuario",
	"spec-role-name-hint":          "un nombre tiene hasta 64 letras, dígitos o + = , . @ _ -; una ruta va en roles, o en un ARN",
	"spec-role-outside":            "el rol {value} está en la cuenta {got}, y la cuenta del bucket, {account}, es {want} ({other})",
	"spec-role-outside-hint":       "S3 asume un rol de la cuenta propietaria del origen",
	"spec-role-path":               "el rol {role} tiene aquí la ruta {got}, y en roles {want} ({other})",
	"spec-role-path-hint":          "escriba la ruta una sola vez",
	"spec-role-unused":             "ninguna regla ni ningún escritor usa el rol {name}",
	"spec-role-unused-hint":        "¿quiso decir \"{suggestion}\"?",
	"spec-role-unused-listed":      "ninguna regla ni ningún escritor usa el rol {name}",
	"spec-role-unused-listed-hint": "indíquelo en una regla, o quítelo; las reglas usan {choices}",

	"spec-rule-name-character":      "el nombre de regla {name} contiene {character}",
	"spec-rule-name-character-hint": "escriba ASCII imprimible: S3 no acepta otras letras, y no notifica los caracteres de control",
	"spec-rule-name-length":         "el nombre de regla {name} tiene {length} caracteres",
	"spec-rule-name-length-hint":    "S3 acepta {limit} como máximo",
	"spec-rule-name-twice":          "el bucket {bucket} ya tiene una regla {name} ({other})",
	"spec-rule-name-twice-hint":     "dé a cada regla de un origen un nombre propio",

	"spec-tag-key":        "la clave de etiqueta {value} tiene {length} caracteres",
	"spec-tag-key-hint":   "S3 acepta de 1 a {limit}",
	"spec-tag-value":      "el valor de etiqueta {value} tiene {length} caracteres",
	"spec-tag-value-hint": "S3 acepta {limit} como máximo",

	"spec-time-without-metrics":      "metrics: false no es compatible con replication_time: true de {other}",
	"spec-time-without-metrics-hint": "S3 RTC necesita las métricas; quite metrics",

	"spec-too-many-items":         "{key} tiene {count} entradas; se leen {limit} como máximo",
	"spec-too-many-items-hint":    "divida la especificación, o haga que un prefijo abarque varios",
	"spec-too-many-problems":      "hay más de {limit} problemas, y no se enumeran todos",
	"spec-too-many-problems-hint": "corrija primero estos",
	"spec-too-many-rules":         "el bucket {bucket} tiene más de {limit} reglas",
	"spec-too-many-rules-hint":    "S3 acepta {limit} para un origen; una las reglas con un prefijo común",
	"spec-too-many-tags":          "el filtro tiene más de {limit} etiquetas",
	"spec-too-many-tags-hint":     "un objeto tiene {limit} como máximo, de modo que ninguno coincidiría",

	"spec-two-audit-roles":      "role_name y role_arn dicen los dos qué rol asumir; el primero está en {other}",
	"spec-two-audit-roles-hint": "conserve uno de los dos",
	"spec-two-roles":            "el bucket {bucket} tiene aquí el rol {got}, y {want} en {other}",
	"spec-two-roles-hint":       "S3 asume un solo rol para todas las reglas de un origen; indique el mismo en cada una",

	"spec-unknown-account":             "no existe la cuenta {name}",
	"spec-unknown-account-hint":        "¿quiso decir \"{suggestion}\"?",
	"spec-unknown-account-listed":      "no existe la cuenta {name}",
	"spec-unknown-account-listed-hint": "añádala a accounts; por ahora están {choices}",
	"spec-unknown-bucket":              "no existe el bucket {name}",
	"spec-unknown-bucket-hint":         "¿quiso decir \"{suggestion}\"?",
	"spec-unknown-bucket-listed":       "no existe el bucket {name}",
	"spec-unknown-bucket-listed-hint":  "añádalo a buckets; por ahora están {choices}",
	"spec-unknown-key":                 "clave desconocida {name}",
	"spec-unknown-key-hint":            "¿quiso decir \"{suggestion}\"?",
	"spec-unknown-key-listed":          "clave desconocida {name}",
	"spec-unknown-key-listed-hint":     "las claves son aquí {choices}",

	"spec-version":      "este programa no lee la versión {version} del formato",
	"spec-version-hint": "escriba version: {supported}",

	"spec-writer-guard":             "una protección (guard) para el escritor {name} no rechazaría nada: escribe en todo el bucket, desde cualquier dirección",
	"spec-writer-guard-hint":        "indique sus prefixes o sus source_ips, o quite guard",
	"spec-writer-is-role":           "el escritor {name} es también el rol de una regla ({other})",
	"spec-writer-is-role-hint":      "un escritor no hace nada más; dele un rol propio",
	"spec-writer-not-assumed":       "nadie puede asumir el escritor {name}, que es un rol",
	"spec-writer-not-assumed-hint":  "indique quién puede con assumed_by, o escriba kind: user",
	"spec-writer-twice":             "ya existe un escritor {name} ({other})",
	"spec-writer-twice-hint":        "dé a cada escritor un nombre propio",
	"spec-writer-user-assumed":      "nadie asume un usuario (kind: user en {other})",
	"spec-writer-user-assumed-hint": "quite assumed_by, o conviértalo en un rol",

	"suppress-account":      "{value} no es un ID de cuenta de AWS",
	"suppress-account-hint": "un ID de cuenta tiene 12 dígitos: escriba account: \"111122223333\"",

	"suppress-both":      "esta entrada nombra un hallazgo y una comprobación",
	"suppress-both-hint": "conserve uno de los dos",

	"suppress-check":      "no existe la comprobación {value}",
	"suppress-check-hint": "docs/checks.md las enumera",

	"suppress-empty":      "{key} no tiene valor",
	"suppress-empty-hint": "escriba {example}",

	"suppress-expires":      "{value} no es un día",
	"suppress-expires-hint": "escriba expires: 2027-03-31",

	"suppress-expiry":      "{value} no se puede suprimir",
	"suppress-expiry-hint": "renueve la entrada caducada, o quítela",

	"suppress-finding":      "{value} no es el ID de un hallazgo",
	"suppress-finding-hint": "tiene 32 caracteres, de 0 a 9 y de a a f; --all y --format json lo muestran",

	"suppress-key-missing":      "falta aquí la clave {key}",
	"suppress-key-missing-hint": "escriba {example}",

	"suppress-narrow":      "{key} acota una comprobación, y esta entrada nombra un solo hallazgo",
	"suppress-narrow-hint": "quite {key}",

	"suppress-not-a-file":       "el archivo no contiene ningún mapa",
	"suppress-not-a-file-hint":  "empiécelo por version: 1",
	"suppress-not-list":         "{key} no es una lista",
	"suppress-not-list-hint":    "escriba una entrada por línea después de un guion",
	"suppress-not-mapping":      "esta entrada no es un mapa",
	"suppress-not-mapping-hint": "escriba KEY: VALUE después del guion, uno por línea",
	"suppress-not-text":         "{key} no es un texto",
	"suppress-not-text-hint":    "escriba un solo valor, sin corchetes, guion ni claves",

	"suppress-nothing":      "esta entrada no nombra ni un hallazgo ni una comprobación",
	"suppress-nothing-hint": "escriba finding: ID, o check: NAME",

	"suppress-similar-check":      "no existe la comprobación {value}",
	"suppress-similar-check-hint": "¿quiso decir \"{suggestion}\"?",
	"suppress-similar-key":        "clave desconocida {name}",
	"suppress-similar-key-hint":   "¿quiso decir \"{suggestion}\"?",

	"suppress-too-many-wrong":      "hay más de {limit} problemas, y no se enumeran todos",
	"suppress-too-many-wrong-hint": "corrija primero estos",

	"suppress-unknown-key":      "clave desconocida {name}",
	"suppress-unknown-key-hint": "las claves son aquí {choices}",

	"suppress-version":      "este programa no lee la versión {version} del formato",
	"suppress-version-hint": "escriba version: 1",

	"why.abort-upload": "abandonar una carga que falló, también desde otra sesión",

	"why.acl": "leer la ACL de la versión del objeto",

	"why.assume": "S3 asume el rol para todo lo que sigue",

	"why.batch-assume": "Operaciones por lotes de S3 asume el rol del trabajo",

	"why.batch-initiate": "iniciar la replicación de un objeto que ya existe; después lo copia el rol de replicación",

	"why.batch-inventory": "hacer que S3 enumere los objetos del bucket",

	"why.batch-manifest":         "leer el manifiesto",
	"why.batch-manifest-key":     "descifrar el manifiesto",
	"why.batch-manifest-version": "leer una versión del manifiesto",

	"why.batch-report":        "escribir el informe de finalización",
	"why.batch-report-key":    "cifrar el informe de finalización",
	"why.batch-report-verify": "reunir el informe de finalización a partir de varias partes",

	"why.batch-rules": "leer las reglas, para enumerar los objetos que seleccionan",

	"why.become-writer": "convertirse en el escritor",

	"why.delete-marker": "escribir el marcador de eliminación",

	"why.deny-annotations": "el destino rechaza las anotaciones de las réplicas, como indica la especificación con annotations: deny",

	"why.deny-tags": "el destino rechaza las etiquetas de las réplicas, como indica la especificación con tags: deny",

	"why.docs-delete-marker": "la página de AWS lo concede también cuando no se replica ningún marcador de eliminación",

	"why.docs-list": "para configurar la replicación desde la cuenta de origen; también enumera todas las claves del bucket",

	"why.docs-read-tags": "la página de AWS deja que el rol lea las etiquetas también cuando el destino las rechaza",

	"why.docs-set-versioning": "para configurar la replicación desde la cuenta de origen; también suspende el control de versiones, lo que detiene la replicación",

	"why.docs-versioning": "para configurar la replicación desde la cuenta de origen",

	"why.docs-write-tags": "la página de AWS deja que el rol escriba las etiquetas también cuando el destino las rechaza",

	"why.guard": "el bucket rechaza lo que el escritor escribe fuera de sus prefijos, como indica la especificación con guard: true",

	"why.guard-addresses": "el bucket rechaza lo que el escritor escribe desde direcciones distintas de source_ips, como indica la especificación con guard: true",

	"why.kms-data-key": "crear una clave de datos para la réplica",

	"why.kms-decrypt": "descifrar el objeto",

	"why.kms-default":        "cifrar con la clave predeterminada del destino las réplicas de objetos sin cifrado",
	"why.kms-default-verify": "verificar la clave de bucket de S3 de las réplicas que cifra la clave predeterminada del destino",

	"why.kms-encrypt": "cifrar la réplica",

	"why.kms-replica": "escribir la réplica de un objeto que KMS cifra, en una solicitud que nombra KMS y la clave de réplica",

	"why.kms-verify": "verificar la clave de bucket de S3 de la réplica",

	"why.kms-version": "leer las versiones de objetos que KMS cifra; s3:GetObjectVersion no llega a ellas",

	"why.legal-hold": "leer la retención legal del objeto",

	"why.list": "enumerar el bucket; el modelo de permisos de AWS lo necesita para llegar a los marcadores de eliminación",

	"why.owner": "entregar la réplica al propietario del bucket de destino",

	"why.read-annotations": "leer las anotaciones del objeto",

	"why.read-tags": "leer las etiquetas del objeto",

	"why.replica": "escribir la réplica con sus metadatos, sus etiquetas y su ACL",

	"why.resume-upload": "reanudar una carga",

	"why.retention": "leer el periodo de retención del objeto",

	"why.rules": "leer las reglas",

	"why.spared": "un Deny del propietario del bucket, que lo mantiene para todos salvo el rol",

	"why.upload": "cargar objetos, en una o en varias partes",

	"why.upload-key": "crear una clave de datos para lo que se carga, que el bucket cifra de forma predeterminada",

	"why.upload-parts-key": "reunir una carga a partir de sus partes cifradas",

	"why.version": "leer la versión del objeto",

	"why.write-tags": "escribir las etiquetas del objeto",

	"without.deny-annotations": "las anotaciones llegan en cuanto el rol puede leerlas",

	"without.deny-tags": "las etiquetas llegan en cuanto el rol puede leerlas",

	"without.guard": "cualquier otra política puede dejar que el escritor escriba en otros lugares del bucket",

	"without.guard-addresses": "cualquier otra política puede dejar que el escritor escriba desde cualquier sitio",

	"without.spared": "al rol se le sigue denegando, y los objetos fallan",

	"yaml-alias":      "*{name} es un alias (del ancla que hay en {other})",
	"yaml-alias-hint": "escriba el valor completo; los alias no se leen",

	"yaml-anchor":              "&{name} es un ancla",
	"yaml-anchor-hint":         "quítela; las anclas y los alias no se leen",
	"yaml-anchor-unknown":      "*{name} es un alias sin ancla",
	"yaml-anchor-unknown-hint": "escriba el valor completo; ponga entre comillas un texto que empiece por \"*\"",

	"yaml-duplicate-key":      "la clave {key} aparece aquí dos veces; la primera, en {other}",
	"yaml-duplicate-key-hint": "conserve una de las dos",

	"yaml-empty":      "el archivo está vacío",
	"yaml-empty-hint": "empiécelo por version: 1",

	"yaml-key-missing":         "hay un valor sin clave",
	"yaml-key-missing-hint":    "escriba KEY: VALUE",
	"yaml-key-not-scalar":      "esta clave es un mapa o una lista",
	"yaml-key-not-scalar-hint": "una clave es un texto",
	"yaml-key-not-string":      "la clave {key} no es un texto",
	"yaml-key-not-string-hint": "póngala entre comillas: {quoted}",

	"yaml-line-separator":      "el carácter {character} termina una línea en YAML, y no en los editores",
	"yaml-line-separator-hint": "escriba {escape} entre comillas dobles, o quítelo",

	"yaml-merge-key":      "\"<<\" es una clave de combinación",
	"yaml-merge-key-hint": "escriba las claves completas; las claves de combinación no se leen",

	"yaml-not-utf-8":      "el byte {byte} no es UTF-8",
	"yaml-not-utf-8-hint": "guarde el archivo como UTF-8",

	"yaml-second-document":      "aquí empieza un segundo documento",
	"yaml-second-document-hint": "ponga cada documento en un archivo propio",

	"yaml-syntax":                  "esto no es YAML: {problem}",
	"yaml-syntax-brace":            "esto no es YAML: a un mapa entre llaves le falta \",\" o \"}\"",
	"yaml-syntax-brace-hint":       "cierre la llave, o ponga entre comillas lo que contiene",
	"yaml-syntax-bracket":          "esto no es YAML: a una lista entre corchetes le falta \",\" o \"]\"",
	"yaml-syntax-bracket-hint":     "cierre el corchete, o ponga entre comillas lo que contiene",
	"yaml-syntax-character":        "esto no es YAML: ningún valor empieza por este carácter",
	"yaml-syntax-character-hint":   "ponga el valor entre comillas",
	"yaml-syntax-colon":            "esto no es YAML: una clave sin \":\"",
	"yaml-syntax-colon-hint":       "escriba dos puntos y un espacio después de la clave",
	"yaml-syntax-control":          "esto no es YAML: contiene un carácter de control",
	"yaml-syntax-control-hint":     "quítelo, o escríbalo como \\xNN entre comillas dobles",
	"yaml-syntax-entry":            "esto no es YAML: una lista no puede empezar aquí",
	"yaml-syntax-entry-hint":       "empiécela en la línea siguiente, o escríbala entre corchetes",
	"yaml-syntax-indentation":      "esto no es YAML: esto no continúa lo que hay antes",
	"yaml-syntax-indentation-hint": "dé a la línea la misma sangría que sus vecinas; ponga entre comillas un texto que contenga comillas, dos puntos o corchetes",
	"yaml-syntax-mapping":          "esto no es YAML: aquí no puede haber una clave",
	"yaml-syntax-mapping-hint":     "empiece cada clave en su propia línea, con la misma sangría que sus vecinas; ponga entre comillas un texto que contenga \": \"",
	"yaml-syntax-quote":            "esto no es YAML: un texto entre comillas no termina",
	"yaml-syntax-quote-hint":       "cierre las comillas",
	"yaml-syntax-tab":              "esto no es YAML: un tabulador da sangría a la línea",
	"yaml-syntax-tab-hint":         "dé la sangría con espacios",
	"yaml-syntax-value":            "esto no es YAML: falta aquí un valor",
	"yaml-syntax-value-hint":       "escriba uno, o cierre el corchete",

	"yaml-tag":      "{tag} es una etiqueta de YAML",
	"yaml-tag-hint": "quítela, y ponga el valor entre comillas si es un texto; las etiquetas no se leen",

	"yaml-too-deep":               "los mapas y las listas están anidados a más de {depth} niveles",
	"yaml-too-deep-hint":          "compruebe los corchetes y la sangría",
	"yaml-too-large":              "el archivo tiene más de {limit} bytes",
	"yaml-too-large-hint":         "no se lee un archivo mayor; divídalo",
	"yaml-too-many-problems":      "hay más de {limit} problemas, y no se enumeran todos",
	"yaml-too-many-problems-hint": "¿es este el archivo correcto?",
}
