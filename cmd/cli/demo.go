package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/collect/fakeaws"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/spec"
	"github.com/repligrant/repligrant/templates"
)

// demoRate is how many calls a second the demonstration makes: nobody else is
// served by the AWS on loopback.
const demoRate = 10_000

const demoBefore = `Two accounts that are broken in the ways that people break theirs. They exist
only in this process, which serves them on loopback; everything else is real:
the SDK signs in to both, reads them ({calls} calls, all of them reads), and the
audit below is decided from what it got.

`

const demoAfter = `
What to try next
----------------
This set-up as files, the documents that mend it, and the same audit offline:
  repligrant demo --output-dir demo
  repligrant plan demo/spec.yaml
  repligrant audit demo/spec.yaml --snapshot demo/snapshot.json

Your own accounts, which are only ever read:
  repligrant audit --profile PROFILE
`

func (r *run) demo() *cobra.Command {
	var dir string
	o := output{run: r}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "a broken two-account set-up, audited for real",
		Long: `Demo serves a broken set-up of two accounts on loopback, audits it with the real
SDK, and prints the report. It needs no credentials and no network, and looks
at no AWS configuration of yours. Exit status: 0, whatever the audit finds.`,
		Example: `  repligrant demo
  repligrant demo --format html --output demo.html
  repligrant demo --output-dir demo`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.checkDemo(dir); err != nil {
				return err
			}
			if dir != "" {
				return r.writeDemo(dir)
			}
			return o.runDemo(cmd.Context())
		},
	}
	o.addAuditFormat(cmd)
	o.addFile(cmd)
	cmd.Flags().StringVar(&dir, "output-dir", "", "write the SPEC and the snapshot to `DIR`, and audit nothing")
	return cmd
}

// checkDemo refuses what could not be written, and flags of the audit where files
// are written and nothing is audited.
func (o *output) checkDemo(dir string) error {
	switch {
	case dir != "" && o.file != "":
		return problem("cli-demo-files", "flag", "--output")
	case dir != "" && o.format != report.Text:
		return problem("cli-demo-files", "flag", "--format")
	}
	return o.check(report.KindAudit)
}

// runDemo serves the demonstration, audits it, and in text says what to try next.
func (o *output) runDemo(ctx context.Context) error {
	s, world, err := readDemo()
	if err != nil {
		return err
	}
	held, calls, err := o.collectDemo(ctx, s, world)
	if err != nil {
		return err
	}
	held.CollectedAt = world.CollectedAt // what is made up is of no time, and reads the same always
	out := audit.Run(audit.Input{
		SpecFile: s.File, Rules: replication.FromSpec(s), Writers: replication.WritersFromSpec(s),
		Snapshot: held, From: fromLive, Version: version(),
	})
	return o.write(func(b *bytes.Buffer) error {
		if o.format != report.Text {
			return report.Audit(b, out, o.options())
		}
		b.WriteString(o.note("cli-demo-before", "calls", strconv.Itoa(calls)))
		err := report.Audit(b, out, o.options())
		b.WriteString(o.note("cli-demo-after"))
		return err
	})
}

func readDemo() (*spec.Spec, *snapshot.Snapshot, error) {
	text, err := templates.FS.ReadFile(templates.DemoSpec)
	if err != nil {
		return nil, nil, err
	}
	data, err := templates.FS.ReadFile(templates.DemoSnapshot)
	if err != nil {
		return nil, nil, err
	}
	s, wrong := spec.Parse(templates.DemoSpec, text)
	world, err := snapshot.Parse(templates.DemoSnapshot, data)
	return s, world, errors.Join(wrong, err)
}

// collectDemo reads the demonstration as it would read live accounts, but with
// credentials of its own: whoever runs it may have none, or better ones.
func (r *run) collectDemo(ctx context.Context, s *spec.Spec, world *snapshot.Snapshot) (*snapshot.Snapshot, int, error) {
	server, err := fakeaws.Start(world, fakeaws.Options{})
	if err != nil {
		return nil, 0, err
	}
	defer server.Close()
	accounts, err := new(signIn).fromSpec(r, s)
	if err != nil {
		return nil, 0, err
	}
	for i := range accounts {
		id, secret := fakeaws.AccessKey(accounts[i].ID)
		accounts[i].Static = &collect.Credentials{AccessKeyID: id, SecretAccessKey: secret}
		accounts[i].Endpoint = server.URL
	}
	held, err := collect.Snapshot(ctx, accounts, collect.Options{Rate: demoRate, Log: r.log()})
	return held, len(server.Calls()), err
}

// writeDemo writes the files of the demonstration to a directory, and says how
// to go on with them.
func (r *run) writeDemo(dir string) error {
	files := map[string][]byte{}
	for _, name := range []string{templates.DemoSpec, templates.DemoSnapshot} {
		data, err := templates.FS.ReadFile(name)
		if err != nil {
			return err
		}
		files[filepath.Base(name)] = data
	}
	if err := keepOthers(dir, files); err != nil {
		return err
	}
	names, err := writeFiles(dir, files)
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := fmt.Fprintln(r.Stdout, name); err != nil {
			return unwritten(err)
		}
	}
	return nil
}

// keepOthers refuses to replace files that somebody else wrote: a SPEC has the
// name of the demonstration's.
func keepOthers(dir string, files map[string][]byte) error {
	var problems []error
	for name, data := range files {
		file := filepath.Join(dir, name)
		there, err := os.ReadFile(file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			problems = append(problems, unwritten(err))
		case !bytes.Equal(there, data):
			problems = append(problems, problem("cli-not-replaced", "file", file))
		}
	}
	return errors.Join(problems...)
}
