package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFormsInSpanish reads what comes with the files of a form: its README, and the
// head of a script, speak the language of the run.
func TestFormsInSpanish(t *testing.T) {
	spec, _ := demoFiles(t)
	for form, want := range map[string]string{
		"cli":            "README.md: # Orden de aplicación; Cada propietario ejecuta; 1. cuenta prod (111122223333), roles y sus políticas; Lo que concedió un plan anterior",
		"terraform":      "README.md: # Replicación, como módulos de Terraform; | roles, usuarios, sus políticas |; Lo que concedió un plan anterior; En las políticas en las que escribe",
		"cloudformation": "README.md: # Orden de aplicación; ## Paso 1: roles; ## Paso 3: reglas de replicación; ## Lo que se queda; Lo que concedió un plan anterior",
	} {
		dir := t.TempDir()
		if got := (stage{}).run(t.Context(), "plan", spec, "--format", form, "--output-dir", dir, "--lang", "es"); got.status != 0 {
			t.Fatalf("%s: status %d: %s", form, got.status, got.stderr)
		}
		says(t, form, filepath.Join(dir, "README.md"), strings.Split(strings.TrimPrefix(want, "README.md: "), "; "))
		if form == "cli" {
			says(t, form, filepath.Join(dir, "apply-prod.sh"), []string{"# Lo que aplica la cuenta prod, escrito por repligrant plan", "# Necesita bash", "# Lo que concedió un plan anterior"})
		}
	}
}

func says(t *testing.T, form, file string, want []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range want {
		if !strings.Contains(string(text), w) {
			t.Errorf("%s: %s does not say %q:\n%s", form, filepath.Base(file), w, text)
		}
	}
}
