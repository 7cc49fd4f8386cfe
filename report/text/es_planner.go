package text

// spanishPlanner is what the planner says, in Spanish.
var spanishPlanner = map[string]string{
	"access-no-auditor":         "nada indica quién asume {role}: se omite su política de confianza; --auditor ARN la escribe",
	"access-objects":            "la especificación no replica nada del bucket {bucket}, de modo que no hay nada que explicar de sus objetos",
	"access-objects-hint":       "replica desde {known}",
	"access-operator-unbounded": "el operador de la cuenta {account} escribe quién asume {roles} y qué pueden hacer, y puede darles más que el plan: con permissions_boundary en la especificación solo puede hacerlo dentro de ese límite",
	"access-reads-objects":      "el auditor de la cuenta {account} puede leer el contenido de los objetos de sus buckets: IAM no tiene un permiso menor que {action} para lo que S3 dice de un objeto. repligrant solo envía solicitudes HEAD; asocie la política solo mientras haga falta",
	"access-too-large":          "lo que necesita el {person} en la cuenta {account} ocupa {policies} políticas administradas; un rol admite {most} de forma predeterminada",
	"access-too-large-hint":     "divida la especificación: menos buckets, roles y claves a la vez",

	"annotations-read-by-another-rule":     "la regla {rule} deja fuera las anotaciones, pero su rol las lee para la regla {other}: es posible que S3 las replique todas igualmente",
	"annotations-refused-for-another-rule": "la regla {rule} replica anotaciones, pero {to} las rechaza para las claves de la regla {other}, que tiene el mismo rol",

	"assumed.not-enforced": "distinta de bucket-owner-enforced",

	"aws-docs-too-wide": "policy_style aws-docs permite que el rol {role} enumere las claves de {to} y suspenda su control de versiones; la replicación no necesita ninguna de las dos cosas",

	"boundary-has-to-allow": "rol {role}: su límite de permisos {boundary} tiene que permitir lo que conceden las políticas del rol; plan no lo ve y audit sí",

	"disabled-rule-asks": "la regla {rule} está deshabilitada, y se omite su {field}: no se escribe ni se concede nada para ello; escriba status: enabled, o quite {field}",

	"job-covers-another-rule": "el trabajo por lotes de la regla {rule} es para claves de {from} que también selecciona la regla {other}, que no pide existing_objects; dé a {rule} un manifiesto propio para dejarlas fuera",

	"key-policy-has-to-delegate": "las políticas de {role} conceden el uso de la clave {key}, lo que solo cuenta si la política de la clave lo delega en IAM, como hace de forma predeterminada; --key-policies all escribe una instrucción para ello",

	"kms-objects-left-out": "la regla {rule} deja fuera los objetos que KMS cifra, y {from} cifra así los objetos nuevos de forma predeterminada: no se replican",

	"merge-configuration-malformed":      "la configuración de replicación de {target} no se puede interpretar: {problem}",
	"merge-configuration-malformed-hint": "indíquela como la imprime aws s3api get-bucket-replication",
	"merge-configuration-too-large":      "combinada, la configuración de replicación de {target} tendría {rules} reglas y {size} bytes; S3 acepta {most} y {limit} ({source})",
	"merge-configuration-too-large-hint": "quite de la configuración lo que ya no se necesite, o escriba menos reglas: un prefijo puede abarcar varios",
	"merge-console":                      "{statement} de {target} es una de las que escribe la consola de S3; queda como está, y lo que concede no se vuelve a conceder",
	"merge-deny-advised":                 "{statement} de {target} deniega {actions} a {principal}; las páginas de AWS no coinciden en si la replicación lo necesita",
	"merge-deny-blocks":                  "{statement} de {target} deniega {actions} a {principal}, y queda como está: nada de lo que concede el plan sirve hasta que su propietario exceptúe el rol, con ArnNotEquals aws:PrincipalArn en su Condition",
	"merge-deny-narrowed":                "{statement} de {target} deniega {actions} a {principal}; el plan contiene la política con ese rol exceptuado y sin ningún otro cambio: aplíquela si el propietario del bucket está de acuerdo",
	"merge-deny-perhaps":                 "{statement} de {target} puede denegar {actions} a {principal}: depende de lo que no se puede saber sin conexión",
	"merge-first-version":                "la configuración de replicación de {target} es de la primera versión del esquema, de la que no son las reglas del plan, y {rules} cambiarían lo que hacen",
	"merge-first-version-hint":           "incorpore estas reglas a la especificación, con delete_markers: true para conservar lo que hacen ahora",
	"merge-not-consulted":                "no se leyó la política de {target}: no se sabe si deniega lo que la replicación necesita",
	"merge-not-consulted-why":            "no se leyó la política de {target} ({why}): no se sabe si deniega lo que la replicación necesita",
	"merge-not-read":                     "no se leyó lo que {target} contiene ahora: no se combina nada, y aplicar el documento reemplazaría todo lo que hay",
	"merge-not-read-why":                 "no se leyó lo que {target} contiene ahora ({why}): no se combina nada, y aplicar el documento reemplazaría todo lo que hay",
	"merge.nobody":                       "nadie en particular",
	"merge-other-spec":                   "{target} tiene lo que un plan anterior escribió sobre roles o usuarios que esta especificación no describe ({principals}): {statements}; se conserva, porque otra especificación puede necesitarlo; si ninguna lo necesita, quítelo",
	"merge-policy-malformed":             "la política de {target} no se puede interpretar: {problem}",
	"merge-policy-malformed-hint":        "indíquela como la imprime aws s3api get-bucket-policy o aws kms get-key-policy",
	"merge-policy-too-large":             "combinada, {place} de {target} tendría {size} {unit}; AWS acepta {limit} ({source})",
	"merge-policy-too-large-hint":        "quite de la política lo que ya no se necesite, o haga que las reglas nombren menos prefijos",
	"merge-priority":                     "en la configuración de replicación de {target}, la regla {other} tiene la prioridad {priority}, igual que la regla {rule} del plan hacia el mismo destino: S3 lo rechaza",
	"merge-priority-hint":                "escriba otra priority: en la regla {rule}; prevalece la más alta",
	"merge-role-differs":                 "la configuración de replicación de {target} tiene el rol {role} y el plan tiene {planned}: un solo rol sirve a todas las reglas, y {rules} recibirían otro",
	"merge-role-differs-hint":            "escriba role: {role} en las reglas de este bucket, o incorpore las demás reglas a la especificación",
	"merge-version":                      "la política de {target} es de la versión {version}, en la que no se pueden escribir prefijos con *, ? o $, y otra versión cambiaría el significado de sus demás instrucciones",
	"merge-version-hint":                 "revise las instrucciones que contienen ${, ponga Version en 2012-10-17 y combine de nuevo",
	"merge-wrong.rule":                   "la regla {index} no tiene Status, o no tiene Destination con Bucket",
	"merge-wrong.rules":                  "necesita un Role y una lista de Rules",

	"owner-override-same-account": "la regla {rule} cambia el propietario dentro de una misma cuenta: las réplicas pierden las ACL de sus objetos y no ganan nada",
	"owner-override-unnecessary":  "regla {rule}: {to} es bucket-owner-enforced, de modo que su propietario recibe las réplicas de todos modos; se omite el cambio de propietario",

	"place.access-point-policy": "la política del punto de acceso",
	"place.bucket-policy":       "la política del bucket",
	"place.key-policy":          "la política de la clave",
	"place.role-trust-policy":   "la política de confianza del rol",

	"plan-batch-elsewhere":              "el bucket {bucket} está en una cuenta distinta de la del rol del trabajo por lotes, que sería propietaria de los informes que hay allí: el bucket no es bucket-owner-enforced",
	"plan-batch-elsewhere-hint":         "escriba object_ownership: bucket-owner-enforced, o indique un bucket de la cuenta {account}",
	"plan-configuration-too-large":      "la configuración de replicación de {target} tendría {size} bytes; S3 acepta {limit} ({source})",
	"plan-configuration-too-large-hint": "escriba menos reglas: un prefijo puede abarcar varios",
	"plan-confused-deputy":              "confused_deputy es para roles que S3 asume, y ninguna regla usa el rol {role}",
	"plan-confused-deputy-hint":         "quítelo; assumed_by del escritor dice quién puede asumir el rol",
	"plan-destination-not-allowed":      "la regla {rule} replica en {bucket}, de la cuenta {account} y la región {region}, que allowed_destinations no nombra",
	"plan-destination-not-allowed-hint": "quite el destino de la regla, o escriba su cuenta y su región en allowed_destinations",
	"plan-file-document":                "el documento {index} ({kind} de {target}) no se puede interpretar: {problem}",
	"plan-file-document-hint":           "vuelva a planificar",
	"plan-file-not-json":                "el archivo no es un plan: {problem}",
	"plan-file-not-json-hint":           "repligrant plan --format json escribe uno",
	"plan-file-schema":                  "el esquema es {got}, no \"{want}\"",
	"plan-file-schema-hint":             "repligrant plan --format json escribe un plan",
	"plan-file-too-large":               "el archivo tiene más de {limit} bytes",
	"plan-grant-to":                     "grant_to es para los roles de las reglas, y ninguna regla usa el rol {role}",
	"plan-grant-to-hint":                "quítelo",
	"plan-owner-unknown":                "el bucket {bucket} no tiene cuenta, de modo que no se sabe de quién son las políticas que necesita",
	"plan-owner-unknown-hint":           "escriba account: con un nombre de accounts",
	"plan-policies-too-many":            "las políticas de {target} ocuparían {count} políticas administradas; AWS asocia {limit} de forma predeterminada, y hasta {maximum} si se solicita ({source})",
	"plan-policies-too-many-hint":       "nombre menos prefijos, ya que uno que abarca varios ocupa una línea, o dé otro rol a las reglas de otros buckets de origen, y otros prefijos a otro escritor; la mayor parte es de {largest}",
	"plan-policy-too-large":             "{place} de {target} tendría {size} {unit}; AWS acepta {limit} ({source})",
	"plan-policy-too-large-hint":        "nombre menos prefijos, ya que uno que abarca varios ocupa una línea, o haga que la compartan menos reglas; la mayor parte es de {largest}",
	"plan-principals-too-many":          "{place} de {target} tendría {size} {unit}; AWS acepta {limit} ({source})",
	"plan-principals-too-many-hint":     "la comparten {callers} roles y usuarios, y con menos prefijos apenas se gana espacio: use un segundo bucket de destino para algunos de ellos; la mayor parte es de {largest}",
	"plan-region-unknown":               "el bucket {bucket} no tiene región, de la que dependen la partición y las claves",
	"plan-region-unknown-hint":          "escriba region: con el código de su región",
	"plan-source-key-unknown":           "la regla {rule} selecciona objetos que KMS cifra, y no se conocen las claves de {bucket}",
	"plan-source-key-unknown-hint":      "escriba kms_key: con las claves de sus objetos, primero la predeterminada; o kms_objects: false",
	"plan-trust-too-large":              "{place} de {target} tendría {size} {unit}; AWS acepta {limit} de forma predeterminada, y hasta {maximum} si se solicita ({source})",
	"plan-trust-too-large-hint":         "nombre menos entidades principales en assumed_by, y las demás en el de un segundo escritor con el mismo bucket y los mismos prefijos; el usuario raíz de una cuenta dejaría entrar a todos los que esa cuenta permita",
	"plan-wrong.destination":            "la regla {index} no tiene destino",

	"prefix-begins-with-slash": "{what}: el prefijo {prefix} empieza por una barra, y así tendrían que empezar las claves; las de una carpeta no la llevan antes de su nombre",
	"prefix-has-star":          "{what}: el prefijo {prefix} es texto literal, y su * es un carácter de las claves; escriba aquello por lo que empiezan todas las claves",
	"prefix-widened":           "{what}: IAM no puede contener todos los caracteres del prefijo {prefix}; las políticas conceden todas las claves que empiezan por {written}",

	"priority-twice": "las reglas {other} y {rule} tienen la misma prioridad, hacia destinos distintos: la guía de AWS las considera independientes, y algunas herramientas lo consideran un error; quite priority, o dé a cada regla la suya",

	"replica-modifications-one-way": "la regla {rule} replica los cambios en los metadatos de las réplicas, y ninguna regla replica de {to} de vuelta a {from}: los cambios en {to} se quedan allí",

	"replicas-owned-by-source": "regla {rule}: las réplicas de {to} pertenecen a la cuenta de origen {account}, y es posible que el propietario del bucket no pueda leerlas; escriba object_ownership: bucket-owner-enforced u owner: destination",

	"role-policies-managed": "las políticas de {role} son demasiado grandes en conjunto para ser insertadas, de modo que son {count} políticas administradas ({names}); AWS asocia {limit} de forma predeterminada",

	"room.more":  "{count} más",
	"room.taken": "{who} con {size} ({at})",

	"source-objects-of-others": "regla {rule}: los objetos de {from}, que es {ownership}, pueden ser de otras cuentas; esos no se replican a menos que sus ACL den READ y READ_ACP al propietario del bucket; escriba object_ownership: bucket-owner-enforced",

	"sse-c-may-be-blocked": "la regla {rule} debe replicar objetos con SSE-C: los buckets nuevos los rechazan, de modo que hay que indicar a {to} que los acepte",

	"tags-denied-may-fail":          "la regla {rule} hace que {to} rechace las etiquetas de las réplicas: una página de AWS dice que entonces llegan sin etiquetas, y otra que fallan",
	"tags-read-by-another-rule":     "la regla {rule} deja fuera las etiquetas, pero su rol las lee para la regla {other}: es posible que S3 las replique todas igualmente",
	"tags-refused-for-another-rule": "la regla {rule} replica etiquetas, pero {to} las rechaza para las claves de la regla {other}, que tiene el mismo rol",

	"trust-condition-if-exists":  "rol {role}: ninguna página dice si S3 envía aws:SourceAccount; si no lo envía, la condición no deja fuera a nadie",
	"trust-condition-strict":     "rol {role}: ninguna página dice si S3 envía aws:SourceAccount y aws:SourceArn; si no los envía, no puede asumir el rol, y nada se replica: pruébelo antes con un bucket de prueba",
	"trust-condition-strict-job": "rol {role}: ninguna página dice si Operaciones por lotes de S3 envía aws:SourceAccount; si no lo envía, no puede asumir el rol, y el trabajo falla: pruébelo antes con un trabajo de prueba. aws:SourceArn se omite, ya que ninguna página dice qué envía un trabajo en él",

	"unit.bytes":      "bytes",
	"unit.characters": "caracteres",

	"uploads-owned-by-writer": "escritor {writer}: lo que carga en {bucket} pertenece a su cuenta {account}; escriba object_ownership: bucket-owner-enforced",

	"what.rule":    "la regla {rule}",
	"what.rule-of": "la regla {rule} de {from}",
	"what.writer":  "el escritor {writer}",

	"writer-addresses-private":    "escritor {writer}: aws:SourceIp nunca es una dirección privada, y falta cuando una solicitud viene por un punto de conexión de VPC: nadie escribe desde {ranges}",
	"writer-assumed-from-outside": "escritor {writer}: {principal} es de la cuenta {account}, que la especificación no nombra; quien pueda asumir el rol según esa cuenta puede escribir en {bucket}",
	"writer-long-lived-keys":      "el escritor {writer} es un usuario con claves de acceso que no caducan; IAM.2 e IAM.3 de Security Hub piden en su lugar un rol, o claves nuevas cada 90 días",
	"writer-untraced":             "escritor {writer}: CloudTrail solo registra sus cargas si un registro de seguimiento de la cuenta {account} tiene activados los eventos de datos de escritura de {bucket}, que están desactivados de forma predeterminada; S3.22 de Security Hub lo comprueba",
}
