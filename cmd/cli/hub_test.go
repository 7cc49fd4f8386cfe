package cli_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/internal/mototest"
	"github.com/repligrant/repligrant/internal/needs"
)

// TestSecurityHubMoto runs what docs/formats.md says to feed Security Hub: with
// the real AWS CLI, which refuses what is no AwsSecurityFinding, into moto, which
// keeps it.
func TestSecurityHubMoto(t *testing.T) {
	bash := needs.Tool(t, "bash")
	for _, tool := range []string{"aws", "jq", "split"} {
		needs.Tool(t, tool)
	}
	const account = "111122223333"
	server := mototest.Start(t, []byte(`{"accounts": {"`+account+`": {}}}`))
	for _, setting := range server.Env(t) {
		name, value, _ := strings.Cut(setting, "=")
		t.Setenv(name, value)
	}
	t.Setenv("AWS_PROFILE", account)
	saved, err := filepath.Abs("../../report/testdata/audit/broken.json")
	if err != nil {
		t.Fatal(err)
	}
	script := feed(t)
	t.Chdir(t.TempDir())
	got := stage{}.run(t.Context(), "report", saved, "--format", "asff", "--security-hub-region", "eu-west-1", "--output", "findings.asff")
	if got.status != 1 || got.stderr != "" {
		t.Fatalf("report: status %d: %s", got.status, got.stderr)
	}

	shell := func(script string) []byte {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), bash, "-euo", "pipefail", "-c", script).CombinedOutput()
		if err != nil {
			t.Fatalf("%s\n%v\n%s", script, err, out)
		}
		return out
	}
	if said := string(shell(script)); strings.Contains(said, `"FailedCount": 1`) || !strings.Contains(said, `"FailedCount": 0`) {
		t.Errorf("the script says:\n%s", said)
	}
	var hub struct {
		Findings []struct{ ID, AwsAccountID, Title string }
	}
	if err := json.Unmarshal(shell("aws securityhub get-findings --region eu-west-1 --output json"), &hub); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, f := range hub.Findings {
		ids = append(ids, f.ID)
		if f.AwsAccountID != account || !strings.HasPrefix(f.Title, "S3 replication: ") {
			t.Errorf("Security Hub holds %+v", f)
		}
	}
	if slices.Sort(ids); !slices.Equal(ids, []string{"0000466a", "5d", "5e", "5f"}) {
		t.Errorf("Security Hub holds findings %q, want the four of the account", ids)
	}
}

// feed is the script of the manual, without its first command.
func feed(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(page), "```sh\nrepligrant report audit.json --format asff ")
	_, rest, _ = strings.Cut(rest, "\n")
	script, _, end := strings.Cut(rest, "```\n")
	if !ok || !end || !strings.Contains(script, "aws securityhub batch-import-findings") {
		t.Fatal("the manual does not say how to feed Security Hub")
	}
	return script
}
