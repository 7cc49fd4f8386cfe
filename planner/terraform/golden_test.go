package terraform_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/repligrant/repligrant/internal/golden"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/planner/terraform"
	"github.com/repligrant/repligrant/spec"
)

// planOf plans a SPEC. The options are those of the command.
func planOf(t tester, name string, text []byte) (*planner.Plan, terraform.Options) {
	t.Helper()
	s, err := spec.Parse(name, text)
	if err != nil {
		t.Fatal(err)
	}
	p, err := planner.New(s)
	if err != nil {
		t.Fatal(err)
	}
	o := terraform.Options{Regions: map[string]string{}}
	for _, b := range s.Buckets {
		o.Regions[b.Name.Value] = b.Region.Value
	}
	return p, o
}

// filesOf writes a plan. Whatever is in it, hclwrite would leave the files as
// they are, which is what the printer relies on that writes them.
func filesOf(t tester, p *planner.Plan, o terraform.Options) map[string][]byte {
	t.Helper()
	files, err := terraform.Files(p, o)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if !strings.HasSuffix(name, ".tf") {
			continue
		}
		if diff := cmp.Diff(string(hclwrite.Format(text)), string(text)); diff != "" {
			t.Errorf("%s is not formatted as Terraform does (-want +got):\n%s", name, diff)
		}
	}
	return files
}

// Each testdata/NAME.yaml has its modules beside it in NAME/.
func TestFiles(t *testing.T) {
	specs, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(specs) == 0 {
		t.Fatalf("no specs in testdata (err = %v)", err)
	}
	for _, file := range specs {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p, o := planOf(t, file, text)
			files := filesOf(t, p, o)
			for _, path := range slices.Sorted(maps.Keys(files)) {
				golden.Equal(t, name+"/"+path, files[path])
			}
			extra(t, filepath.Join("testdata", name), files)
		})
	}
}

// extra reports golden files that nobody writes any more.
func extra(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	err := filepath.WalkDir(dir, func(file string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, file)
		if _, ok := files[filepath.ToSlash(name)]; !ok {
			t.Errorf("%s is not written any more", file)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
