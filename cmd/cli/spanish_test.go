package cli_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/report/text"
)

// same are the texts that are words and yet the same in Spanish.
var same = map[string]string{
	"access.auditor":                          "a Spanish word too",
	"cli-external-id-hint":                    "a command",
	"evidence.sid":                            "an element of a policy",
	"evidence.statement":                      "an element of a policy",
	"markdown.headline":                       "our name",
	"picture.kms":                             "a name",
	"says.key-manager":                        "a call and a field of its answer",
	"says.key-state":                          "a call and a field of its answer",
	"says.key-type":                           "a call and a field of its answer",
	"says.no-configuration":                   "a call and its error code",
	"says.ownership":                          "a call and a field of its answer",
	"says.replica-key":                        "a field of the configuration",
	"says.requester-pays":                     "a call and a field of its answer",
	"says.role":                               "a field of the configuration",
	"says.versioning":                         "a call and a field of its answer",
	"schema-buckets.kms_key-default":          "a name",
	"schema-replication.name-default":         "a pattern of names",
	"schema-replication.role-default":         "a pattern of names",
	"schema-replication.two_way.name-default": "a pattern of names",
	"setting.bucket-key":                      "a name",
	"setting.object-lock":                     "a name",
	"setting.requester-pays":                  "a name",
	"setting.sse-s3":                          "a name",
	"statement.index":                         "an element of a policy",
	"unit.bytes":                              "a Spanish word too",

	"schema-replication.existing_objects.role-default": "a pattern of names",
}

// letters is a word in what a text says itself.
var letters = regexp.MustCompile(`\pL\pL`)

// ending is the punctuation that a text ends with.
var ending = regexp.MustCompile(`[.:;,?!)]?\s*$`)

// arguments are the names of the arguments of a template, each once.
func arguments(template string) []string {
	return slices.Compact(slices.Sorted(slices.Values(argument.FindAllString(template, -1))))
}

// TestEveryTextIsSpanish compares the Spanish of every text with its English.
func TestEveryTextIsSpanish(t *testing.T) {
	spanish, err := text.For(text.Spanish)
	if err != nil {
		t.Fatal(err)
	}
	english := allTexts(t)
	for _, key := range slices.Sorted(maps.Keys(english)) {
		if !spanish.Has(key) {
			t.Errorf("%s has no Spanish; report/text/es_*.go says it of %q", key, english[key])
			continue
		}
		compareTexts(t, key, english[key], spanish.Get(key, nil))
	}
	for _, key := range spanish.Keys() {
		if english[key] == "" {
			t.Errorf("%s is said in Spanish alone: %q", key, spanish.Get(key, nil))
		}
	}
}

func compareTexts(t *testing.T, key, english, spanish string) {
	t.Helper()
	if diff := cmp.Diff(arguments(english), arguments(spanish)); diff != "" {
		t.Errorf("%s has other arguments in Spanish (-English +Spanish):\n%s", key, diff)
	}
	if wordy := letters.MatchString(argument.ReplaceAllString(english, "")); wordy && (english == spanish) != (same[key] != "") {
		t.Errorf("%s is %q in English and %q in Spanish (in the list of what is the same: %t)", key, english, spanish, same[key] != "")
	}
	if got, want := ending.FindString(spanish), ending.FindString(english); got != want {
		t.Errorf("%s ends with %q and not with %q: %s", key, got, want, spanish)
	}
	if got, want := leading(spanish), leading(english); got != want {
		t.Errorf("%s begins with %q and not with %q: %s", key, got, want, spanish)
	}
	if strings.Contains(spanish, "  ") && !strings.Contains(english, "  ") {
		t.Errorf("%s has two spaces in a row: %s", key, spanish)
	}
}

// leading is the white space that a text begins with.
func leading(s string) string { return s[:len(s)-len(strings.TrimLeft(s, " \n"))] }

// TestLanguage says where the language comes from. What asks for none that
// there is gets English, but for what is about repligrant alone.
func TestLanguage(t *testing.T) {
	for _, tt := range []struct {
		name string
		env  map[string]string
		args []string
		want string
	}{
		{"nothing", nil, nil, `unknown command "pln"`},
		{"--lang", nil, []string{"--lang", "es"}, `comando desconocido "pln"`},
		{"--lang=", nil, []string{"--lang=es"}, `comando desconocido "pln"`},
		{"of us", map[string]string{"REPLIGRANT_LANG": "es"}, nil, `comando desconocido "pln"`},
		{"with an encoding", map[string]string{"LANG": "es_ES.UTF-8"}, nil, `comando desconocido "pln"`},
		{"of a country", map[string]string{"LANG": "es_MX"}, nil, `comando desconocido "pln"`},
		{"with a variant", map[string]string{"LANG": "es.UTF-8@x"}, nil, `comando desconocido "pln"`},
		{"of messages", map[string]string{"LC_MESSAGES": "es_AR.UTF-8", "LANG": "en_US.UTF-8"}, nil, `comando desconocido "pln"`},
		{"LC_ALL first", map[string]string{"LC_ALL": "C.UTF-8", "LC_MESSAGES": "es_ES", "LANG": "es_ES"}, nil, `unknown command "pln"`},
		{"empty is not there", map[string]string{"REPLIGRANT_LANG": "", "LC_ALL": "", "LANG": "es_ES"}, nil, `comando desconocido "pln"`},
		{"ours before all", map[string]string{"REPLIGRANT_LANG": "en", "LC_ALL": "es_ES"}, nil, `unknown command "pln"`},
		{"--lang before ours", map[string]string{"REPLIGRANT_LANG": "en"}, []string{"--lang", "es"}, `comando desconocido "pln"`},
		{"none", map[string]string{"LANG": "C"}, nil, `unknown command "pln"`},
		{"POSIX", map[string]string{"LANG": "POSIX"}, nil, `unknown command "pln"`},
		{"not ours", map[string]string{"LANG": "de_DE.UTF-8"}, nil, `unknown command "pln"`},
		{"unknown", nil, []string{"--lang", "de"}, `unknown language "de" (there is: en, es)`},
		{"a locale is no language", nil, []string{"--lang", "es_ES"}, `unknown language "es_ES" (there is: en, es)`},
		{"ours is unknown", map[string]string{"REPLIGRANT_LANG": "de", "LANG": "es_ES"}, nil, `REPLIGRANT_LANG: unknown language "de" (there is: en, es)`},
		{"--lang mends it", map[string]string{"REPLIGRANT_LANG": "de"}, []string{"--lang", "es"}, `comando desconocido "pln"`},
		{"what cannot be parsed", nil, []string{"--nope", "--lang", "es"}, `opción desconocida --nope`},
	} {
		got := stage{env: tt.env}.run(t.Context(), append([]string{"pln"}, tt.args...)...)
		if first, _, _ := strings.Cut(got.stderr, "\n"); got.status != 2 || first != "repligrant: "+tt.want {
			t.Errorf("%s: status %d, and says\n%swant\nrepligrant: %s", tt.name, got.status, got.stderr, tt.want)
		}
	}
}

// TestShellsCompleteInAnyLanguage: a language that there is not keeps no shell
// from completing.
func TestShellsCompleteInAnyLanguage(t *testing.T) {
	got := stage{env: map[string]string{"REPLIGRANT_LANG": "de"}}.run(t.Context(), "__complete", "pla")
	if got.status != 0 || !strings.HasPrefix(got.stdout, "plan") {
		t.Errorf("status %d, and completes\n%s%s", got.status, got.stdout, got.stderr)
	}
}

// TestErrorsAreSpanish: what a command line or a file has wrong is told in one
// language, with what the operating system and the reader of JSON say most often.
func TestErrorsAreSpanish(t *testing.T) {
	dir := t.TempDir()
	spec, world := demoFiles(t)
	file := func(name, content string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	gone, half := filepath.Join(dir, "gone"), file("half.json", `{"a": `)
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"plan"}, "plan acepta un SPEC, y ha recibido 0"},
		{[]string{"plan", "x", "--lang", "de"}, `idioma desconocido "de" (hay: en, es)`},
		{[]string{"plan", dir}, "leer SPEC: " + dir + ": es un directorio"},
		{[]string{"audit", spec, "--snapshot", dir}, "leer la instantánea: " + dir + ": es un directorio"},
		{[]string{"audit", spec, "--snapshot", half}, half + ":1:6: el archivo no es JSON: termina demasiado pronto"},
		{[]string{"audit", spec, "--snapshot", file("word.json", "nope")}, filepath.Join(dir, "word.json") + ":1:2: el archivo no es JSON: carácter no válido 'o' en el literal null (se esperaba 'u')"},
		{[]string{"audit", spec, "--snapshot", file("list.json", "[]")}, filepath.Join(dir, "list.json") + ":1:1: el archivo es una lista; debería ser un objeto"},
		{[]string{"audit", spec, "--snapshot", file("none.json", "{}")}, filepath.Join(dir, "none.json") + `:1:1: falta el esquema, que debería ser "repligrant.snapshot/v1"`},
		{[]string{"audit", spec, "--snapshot", world, "--suppress", gone}, "leer las supresiones: " + gone + ": no existe ese archivo o directorio"},
		{[]string{"audit", spec, "--snapshot", world, "--terraform-plan", gone}, "leer el plan de Terraform: " + gone + ": no existe ese archivo o directorio"},
		{[]string{"audit", spec, "--snapshot", world, "--terraform-plan", half}, half + ":1:7: el archivo no es JSON: termina demasiado pronto"},
		{[]string{"audit", spec, "--snapshot", world, "--baseline", gone}, "leer la auditoría de referencia: " + gone + ": no existe ese archivo"},
		{[]string{"audit", "--live=maybe"}, `la opción --live no acepta "maybe": es true o false`},
		{[]string{"report", half}, half + ":1:7: el archivo no es JSON: termina demasiado pronto"},
		{[]string{"diff", half, half}, half + ": el archivo no es un plan: termina demasiado pronto"},
		{[]string{"simulate", gone}, "leer FILE: " + gone + ": no existe ese archivo o directorio"},
		{[]string{"plan", spec, "--output", filepath.Join(gone, "x")}, "escribir el resultado: " + gone + ": no existe ese archivo o directorio"},
		{[]string{"plan", spec, "--output", ""}, `la opción --output no acepta "": no nombra ningún archivo; - es la salida estándar`},
		{[]string{"plan", spec, "--output-dir", spec}, "escribir el resultado: " + spec + ": no es un directorio"},
	} {
		got := stage{env: map[string]string{"REPLIGRANT_LANG": "es"}}.run(t.Context(), tt.args...)
		if first, _, _ := strings.Cut(got.stderr, "\n"); got.status != 2 || first != "repligrant: "+tt.want {
			t.Errorf("%q: status %d, and says\n%swant\nrepligrant: %s", tt.args, got.status, got.stderr, tt.want)
		}
	}
}
