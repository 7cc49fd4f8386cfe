package cli

import (
	"bytes"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/spec/schema"
)

func (r *run) schema() *cobra.Command {
	o := &output{run: r}
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "a JSON Schema of the SPEC, from which editors complete",
		Long: `Schema prints what a SPEC may hold, as a JSON Schema of draft 7. Editors that
read YAML complete the keys from it, tell what they mean, and mark mistakes in
single values; repligrant plan finds the others. docs/spec.md is the same as a
page. The first line of a SPEC names its schema to editors with a YAML language
server:

  # yaml-language-server: $schema=repligrant.schema.json`,
		Example: `  repligrant schema --output repligrant.schema.json
  repligrant schema | jq .properties.buckets`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			if err := o.check(""); err != nil {
				return err
			}
			return o.write(func(b *bytes.Buffer) error {
				_, err := b.Write(schema.JSON(r.sentence))
				return err
			})
		},
	}
	o.addFile(cmd)
	return cmd
}
