package text

// spanishHelp is the help of all commands, in Spanish.
var spanishHelp = map[string]string{
	"help-commands": "Comandos",

	"help-default": "(valor predeterminado: {value})",

	"help-examples": "Ejemplos",

	"help-flags": "Opciones",

	"help-flags-of-all": "Opciones de todos los comandos",
	"help-environment":  "Entorno",
	"help-environment-text": "  REPLIGRANT_LANG  el idioma, como --lang (si no, LC_ALL, LC_MESSAGES, LANG)\n" +
		"  NO_COLOR         si no está vacía, sin colores, como --no-color\n" +
		"  CLICOLOR_FORCE   si no está vacía ni es 0, colores también sin terminal",

	"help-flags-word": "[opciones]",

	"help-help": "ayuda de {command}",

	"help-usage": "Uso",

	"help.access.flag.account":         "sin SPEC: `ID` de una cuenta que se leerá; se puede repetir",
	"help.access.flag.explain":         "permite que el auditor pregunte a S3 por objetos, para explain --read-object",
	"help.access.flag.external-id-env": "sin SPEC: `VARIABLE` de entorno que contiene el ID externo",
	"help.access.flag.format":          "`FORMAT` del resultado: text, json, terraform, cloudformation",
	"help.access.flag.output-dir":      "escribe cada documento, o los archivos de un formato, en `DIR`",
	"help.access.flag.role-name":       "sin SPEC: `NAME` del rol que una auditoría asume en cada cuenta",
	"help.access.long": `Access escribe lo que hay que permitir a las personas, en cada cuenta de la SPEC
y para nada más que lo que esta nombra: al auditor, leer lo que lee una
auditoría, y al operador, aplicar lo que contiene un plan. No contacta con nada,
y nunca escribe un ID externo: en su lugar hay un marcador, un parámetro o una
variable.

Con --explain el auditor puede además preguntar a S3 qué dice de los objetos,
como hace explain --read-object: de los que hay en los buckets de origen de la
SPEC, o de entre ellos los que nombra --object. IAM no tiene para ello ningún
permiso que deje fuera su contenido.

Sin SPEC es para un audit o un collect sin ella: el auditor de todos los
buckets, roles y claves de cada --account, y ningún operador.`,
	"help.access.short": "políticas de mínimo privilegio para el auditor y para el operador que configura la replicación",

	"help.audit.flag.account":         "sin SPEC: `ID` de una cuenta que se leerá; se puede repetir",
	"help.audit.flag.assume":          "`LIST` de lagunas que se aceptan: scp, rcp, account:ID, key:NAME=VALUE, defaults",
	"help.audit.flag.bucket":          "sin SPEC: `NAME` de un bucket de origen que se auditará; se puede repetir",
	"help.audit.flag.external-id-env": "`VARIABLE` de entorno que contiene el ID externo",
	"help.audit.flag.format":          "`FORMAT` del resultado: text, json, markdown, sarif, html, junit, csv, ocsf, asff",
	"help.audit.flag.role-name":       "`NAME` del rol que se asume en cada cuenta",
	"help.audit.flag.snapshot":        "audita un `FILE` escrito por collect; se puede repetir, y los últimos prevalecen; con --live, junto a las cuentas reales",
	"help.audit.long": `Audit lee las cuentas, o instantáneas de ellas, y dice qué falta, qué bloquea y
qué se concede sin necesidad. Con una SPEC decide lo que la SPEC pide; sin ella,
lo que necesita cada regla de replicación que encuentra. Solo lee.

La infraestructura planificada se superpone a lo leído: lo que cambia un plan de
Terraform (terraform show -json) o una plantilla de CloudFormation cuenta como
si ya estuviera aplicado.

Estado de salida: 0 si no hay nada de lo que nombra --fail-on, 1 si hay lagunas,
2 si la entrada es incorrecta, 3 si no se pudo leer algo importante y no se
encontró ninguna laguna segura.`,
	"help.audit.short": "decide cada requisito con cuentas reales, instantáneas o infraestructura planificada",

	"help.collect.flag.account":         "sin SPEC: `ID` de una cuenta que se leerá; se puede repetir",
	"help.collect.flag.external-id-env": "`VARIABLE` de entorno que contiene el ID externo",
	"help.collect.flag.role-name":       "`NAME` del rol que se asume en cada cuenta",
	"help.collect.long": `Collect lee las cuentas que nombra una SPEC, o toda la replicación que
encuentra, y la guarda en una instantánea, que audit acepta en lugar de las
cuentas. Lo que no se puede leer se guarda como tal. Solo lee.

Estado de salida: 3 si no se pudo entrar en una cuenta o se interrumpió la
lectura; la instantánea se escribe igualmente.`,
	"help.collect.short": "lee cuentas reales y las guarda en un archivo de instantánea",

	"help.compare.long": `Compare decide qué relación hay entre lo que permite la política A y lo que
permite la política B: equal, subset, superset, incomparable o unknown. Examina
todas las solicitudes, no una muestra: cada acción, cada recurso, cada entidad
principal, cada valor de cada clave de condición. Cuando una política permite
más, lo muestra una solicitud. No contacta con nada. docs/compare.md describe
qué se compara.

Con dos archivos, con una política cada uno, imprime una línea de JSON. Con uno
o ninguno lee líneas con dos políticas cada una, y escribe para cada una, en
orden, una línea con la relación.

Estado de salida con dos archivos: 0 si A no concede más que B, 1 si lo hace, 3
si no se puede saber. Con líneas: 0 si se decidieron todas, 1 si a alguna se
respondió con un error. 2 si la línea de comandos o un archivo son incorrectos.`,
	"help.compare.short": "decide si una política no concede más que otra",

	"help.completion.long": `Completion imprime un script para bash, zsh, fish o powershell. Bash necesita el
paquete bash-completion. El script pregunta al propio repligrant, y no hace
falta volver a escribirlo para una versión nueva.`,
	"help.completion.short": "un script que completa comandos y opciones en un shell",

	"help.demo.flag.format":     "`FORMAT` del resultado: text, json, markdown, sarif, html, junit, csv, ocsf, asff",
	"help.demo.flag.output-dir": "escribe la SPEC y la instantánea en `DIR`, y no audita nada",
	"help.demo.long": `Demo sirve en la interfaz local una configuración errónea de dos cuentas, la
audita con el SDK real e imprime el informe. No necesita credenciales ni red, y
no mira ninguna configuración de AWS suya. Estado de salida: 0, encuentre lo que
encuentre la auditoría.`,
	"help.demo.short": "una configuración errónea de dos cuentas, auditada de verdad",

	"help.diff.flag.format": "`FORMAT` del resultado: text, json, markdown",
	"help.diff.long": `Diff compara dos auditorías, o dos planes, guardados con --format json.

De las auditorías dice qué hallazgos son nuevos, cuáles han cambiado y cuáles se
han resuelto, y qué reglas y requisitos se deciden de otra manera. Un hallazgo
solo está resuelto si la auditoría nueva decide aquello de lo que trata; si no,
ya no se conoce. Con --all, las auditorías enumeran lo concedido, y diff también
lo compara.

Los planes los compara documento por documento, y dice qué se concede y se
rechaza de más y de menos, con una solicitud que lo muestra, y qué reglas
aparecen, desaparecen o cambian. Lo decide para todas las solicitudes, como
compare: decir lo mismo con otras palabras no es un cambio.

Estado de salida: 0 sin cambios, 1 con cambios, 2 entrada incorrecta, 3 nada
cambia con certeza, y algo ya no se conoce o no se pudo decidir.`,
	"help.diff.short": "qué ha cambiado entre dos auditorías o dos planes",

	"help.discover.flag.account":         "sin SPEC: `ID` de una cuenta que se leerá; se puede repetir",
	"help.discover.flag.bucket":          "`NAME` de un bucket de origen que se escribirá; se puede repetir",
	"help.discover.flag.external-id-env": "`VARIABLE` de entorno que contiene el ID externo",
	"help.discover.flag.role-name":       "`NAME` del rol que se asume en cada cuenta",
	"help.discover.flag.snapshot":        "busca en un `FILE` escrito por collect; se puede repetir, y los últimos prevalecen",
	"help.discover.long": `Discover escribe una SPEC de todas las reglas de replicación que encuentra. No
adivina nada: lo que no se leyó se omite, y lo que una SPEC no puede expresar es
un comentario en ella, con el motivo. Lo que es extraño (destinos desconocidos,
ausentes, creados de nuevo o fuera de la organización, cadenas, reglas
deshabilitadas) es un comentario en la SPEC y una línea en la salida de error.
Solo lee.

Con --organization busca en todas las cuentas de una organización: las que
enumera la cuenta de --profile, asumiendo --role-name en cada una.

Estado de salida: 3 si no se pudo entrar en una cuenta, no se pudieron enumerar
sus buckets o no se pudo leer lo que replica un bucket; la SPEC se escribe
igualmente.`,
	"help.discover.short": "escribe la SPEC de lo que las cuentas reales (o una instantánea) replican hoy",

	"help.explain.flag.account":         "sin SPEC: `ID` de una cuenta que se leerá; se puede repetir",
	"help.explain.flag.assume":          "`LIST` de lagunas que se aceptan: scp, rcp, account:ID, key:NAME=VALUE",
	"help.explain.flag.external-id-env": "`VARIABLE` de entorno que contiene el ID externo",
	"help.explain.flag.format":          "`FORMAT` del resultado: text, json, markdown",
	"help.explain.flag.role-name":       "`NAME` del rol que se asume en cada cuenta",
	"help.explain.flag.snapshot":        "explica con un `FILE` escrito por collect; se puede repetir, y los últimos prevalecen",
	"help.explain.long": `Explain busca las reglas que seleccionan un objeto, decide lo que necesitan
exactamente para su clave, y dice qué requisito falla y en qué instrucción, con
el código de error que notifica S3; o por qué no se puede replicar el objeto; y
qué hacer con los objetos que ya han fallado. No lee ningún objeto: indique lo
que se sabe de uno con --object-json, o haga que se pregunte por él a S3 con
--read-object; si no, la respuesta trata de un objeto que se escriba ahora.
--read-object hace una sola solicitud HEAD para exactamente ese objeto, y
necesita s3:GetObject sobre él, o s3:GetObjectVersion para un --version-id
(consulte access --explain).

Con --code dice qué significa un código de error de S3.

Estado de salida: 0 se replica, 1 no se replica, o no del todo, 2 entrada
incorrecta, 3 se desconoce.`,
	"help.explain.short": "por qué un objeto se replica, no se replica o ha fallado",

	"help.flag.action":              "compara solo lo que coincide con `PATTERN`; se puede repetir",
	"help.flag.all":                 "también los requisitos concedidos, y sin plegar ni acortar nada",
	"help.flag.allow-incomplete":    "termina con 0, y no con 3, si no se pudo leer algo",
	"help.flag.auditor":             "`ARN` de quien asume los roles con los que la SPEC inicia sesión; se puede repetir",
	"help.flag.baseline":            "`AUDIT` guardada como JSON: solo cuentan los hallazgos que no están en ella",
	"help.flag.budget":              "con --format markdown: el `PLACE` en que tiene que caber: comment, step-summary, none (de forma predeterminada: comment)",
	"help.flag.cloudformation":      "`[ACCOUNT=]FILE` de una plantilla que se superpone a lo leído; se puede repetir",
	"help.flag.code":                "explica un `CODE` de error de S3, y ningún objeto",
	"help.flag.fail-on":             "`LIST` de resultados, gravedades, grupos de sobrantes o comprobaciones por los que el estado de salida es 1; none, any",
	"help.flag.key-policies":        "instrucciones para las políticas de claves: `WHICH` de other, para las claves fuera de la cuenta del rol, y all",
	"help.flag.lang":                "`LANGUAGE`: en, es; si no, la que indica el entorno",
	"help.flag.live":                "lee cuentas reales; con --snapshot, las que no están en ningún archivo; --live=false audita solo la infraestructura planificada",
	"help.flag.merge":               "combina las instrucciones y las reglas con lo que hay: `SNAPSHOT`, o ARN=FILE para un bucket o una clave; se puede repetir",
	"help.flag.no-color":            "sin color en un terminal",
	"help.flag.object":              "con --explain: solo `s3://BUCKET[/KEY]`; un * al final es cualquier final; se puede repetir",
	"help.flag.object-json":         "`FILE` con lo que imprime aws s3api head-object",
	"help.flag.object-tags":         "`KEY=VALUE` de una etiqueta del objeto; se puede repetir, y no hay más; \"\" si no hay ninguna",
	"help.flag.organization":        "sin SPEC: lee todas las cuentas de la organización, con --role-name en cada una salvo aquella en que se inició sesión",
	"help.flag.output":              "escribe el resultado en `FILE`, modo 0600 (de forma predeterminada: la salida estándar)",
	"help.flag.parameter":           "`NAME=VALUE` de un parámetro de las plantillas, también de AWS::Region; se puede repetir",
	"help.flag.partition":           "sin SPEC: `ID` de la partición de las cuentas",
	"help.flag.profile":             "`[ACCOUNT=]PROFILE` de la configuración compartida de AWS; se puede repetir",
	"help.flag.quiet":               "sin progreso en la salida de error",
	"help.flag.read-object":         "pregunta a S3 qué dice del objeto, y de ningún otro",
	"help.flag.redact":              "aún no se admite",
	"help.flag.region":              "`REGION` a la que se pregunta cuando no se conoce ninguna",
	"help.flag.resource":            "compara solo los recursos que coinciden con `PATTERN`",
	"help.flag.security-hub-region": "con --format asff: la `REGION` del Security Hub que recibe los hallazgos",
	"help.flag.suppress":            "`FILE` de hallazgos aceptados, cada uno con motivo, propietario y fecha de caducidad",
	"help.flag.terraform-plan":      "`[ACCOUNT=]FILE` de terraform show -json que se superpone a lo leído; se puede repetir",
	"help.flag.verbose":             "registra cada llamada a la API en la salida de error",
	"help.flag.version-id":          "`ID` de la versión (de forma predeterminada: la actual)",

	"help.help.short": "qué hace repligrant o uno de sus comandos",

	"help.init.long": `Init imprime una SPEC de dos cuentas y una regla, con todas las opciones detrás
de "#?". Es una SPEC válida tal como está, de modo que se puede probar plan
enseguida. Un archivo que ya existe no se reemplaza. Para lo que las cuentas ya
replican, repligrant discover escribe la SPEC.`,
	"help.init.short": "una SPEC comentada para empezar",

	"help.plan.flag.account":    "solo lo que aplica la cuenta con ese `NAME`",
	"help.plan.flag.explain":    "dice por qué está cada acción, qué falla sin ella, y la página de AWS",
	"help.plan.flag.format":     "`FORMAT` del resultado: text, json, markdown, terraform, cloudformation, cli",
	"help.plan.flag.output-dir": "escribe cada documento, o los archivos de un formato, en `DIR`",
	"help.plan.long": `Plan escribe lo que hay que aplicar: la política de confianza y la política
mínima de cada rol de replicación, las políticas de los buckets de destino, las
configuraciones de replicación y las políticas de los escritores, en el orden en
que se aplican. No contacta con nada.`,
	"help.plan.short": "los documentos de cada regla; no contacta con nada",

	"help.repligrant.long": `Repligrant planifica y audita los permisos de la replicación de Amazon S3. A
partir de una descripción en YAML (SPEC) de los buckets de origen y de destino
escribe el rol, las políticas y la configuración de replicación; después lee las
cuentas, y solo las lee, y dice qué falta, qué bloquea y qué sobra.`,
	"help.repligrant.short": "planifica y audita los permisos de la replicación de Amazon S3",

	"help.report.flag.format": "`FORMAT` del resultado: text, json, markdown, sarif, html, junit, csv, ocsf, asff",
	"help.report.long": `Report escribe en otro formato una auditoría guardada con --format json, y
termina como aquella auditoría si recibe los mismos --fail-on y
--allow-incomplete, que no se guardan. --baseline y --suppress cuentan igual que
en ella.`,
	"help.report.short": "una auditoría guardada, en otro formato",

	"help.schema.long": `Schema imprime lo que puede contener una SPEC, como un JSON Schema de la versión
draft 7. Con él, los editores que leen YAML completan las claves, dicen qué
significan y señalan los errores en valores sueltos; los demás los encuentra
repligrant plan. docs/spec.md es lo mismo como página. La primera línea de una
SPEC indica su esquema a los editores con un servidor de lenguaje YAML:

  # yaml-language-server: $schema=repligrant.schema.json`,
	"help.schema.short": "un JSON Schema de la SPEC, con el que los editores completan",

	"help.simulate.long": `Simulate lee de cada línea una solicitud con sus políticas, y escribe para cada
una, en orden, una línea con la decisión: allowed, implicit_deny, explicit_deny,
denied (con certeza, pero el modo depende de algo no leído), unknown o mixed. No
contacta con nada. A una línea que no se puede decidir se responde con un error,
y la ejecución continúa. docs/simulate.md describe las líneas.

Estado de salida: 0 si se decidieron todas las líneas, 1 si a alguna se
respondió con un error, 2 si la línea de comandos o el archivo son incorrectos.`,
	"help.simulate.short": "decide solicitudes sueltas con las políticas indicadas (líneas de JSON)",

	"help.version.short": "imprime la versión",
}
