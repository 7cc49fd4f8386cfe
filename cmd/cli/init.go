package cli

import (
	"bytes"
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/spec/schema"
)

func (r *run) init() *cobra.Command {
	o := &output{run: r}
	cmd := &cobra.Command{
		Use:   "init",
		Short: "a commented SPEC to begin with",
		Long: `Init prints a SPEC of two accounts and one rule, with every option behind "#?".
It is a good SPEC as it stands, so that plan can be tried at once. A file that
is there is not replaced. For what accounts replicate already, repligrant
discover writes the SPEC.`,
		Example: `  repligrant init --output repligrant.yaml
  repligrant init | repligrant plan -`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			if err := errors.Join(o.check(""), o.isNew()); err != nil {
				return err
			}
			return o.write(func(b *bytes.Buffer) error {
				_, err := b.Write(schema.Starter(r.lang))
				return err
			})
		},
	}
	o.addFile(cmd)
	return cmd
}

// isNew refuses a file that is there: somebody's SPEC would be lost.
func (o *output) isNew() error {
	if !o.toFile() {
		return nil
	}
	if _, err := os.Lstat(o.file); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return problem("cli-init-exists", "file", o.file)
}
