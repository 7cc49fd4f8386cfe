package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/policy/simulate"
)

// An answerer answers one line after another; see [simulate.Simulator.Answer].
type answerer interface {
	Answer(line []byte) (answer []byte, ok bool)
}

// A lineRun is one run of a command that answers lines.
type lineRun struct {
	output
	answerer
	lines, failed int
}

func (r *run) simulate() *cobra.Command {
	s := &lineRun{output: output{run: r}, answerer: &simulate.Simulator{}}
	cmd := &cobra.Command{
		Use:   "simulate [FILE|-]",
		Short: "decide single requests against given policies (JSON lines)",
		Long: `Simulate reads one request with its policies from each line, and writes one line
with the decision for each, in order: allowed, implicit_deny, explicit_deny,
denied (for certain, but how depends on something unread), unknown, or mixed.
It contacts nothing. A line that cannot be decided is answered with an error,
and the run goes on. docs/simulate.md describes the lines.

Exit status: 0 if every line was decided, 1 if some line was answered with an
error, 2 if the command line or the file is wrong.`,
		Example: `  repligrant simulate requests.jsonl --output answers.jsonl
  echo '{"id": "1",
    "request": {"action": "s3:GetObject",
      "resource": "arn:aws:s3:::acme-logs/a",
      "principal": "arn:aws:iam::111122223333:role/reader"},
    "policies": {"identity": [{"Version": "2012-10-17", "Statement": {
      "Effect": "Allow", "Action": "s3:Get*",
      "Resource": "arn:aws:s3:::acme-logs/*"}}]}}' |
    tr -d '\n' | repligrant simulate`,
		Args: oneAtMost("FILE", "requests.jsonl"),
		RunE: func(cmd *cobra.Command, args []string) error { return s.do(cmd.Context(), args) },
	}
	cmd.Flags().SortFlags = false
	s.addFile(cmd)
	return cmd
}

func (s *lineRun) do(ctx context.Context, args []string) error {
	if err := s.check(""); err != nil {
		return err
	}
	from := s.Stdin
	if len(args) > 0 && args[0] != standard {
		f, err := os.Open(args[0])
		if err != nil {
			return unreadFile("FILE", err)
		}
		defer f.Close()
		from = f
	}
	err := s.stream(func(to io.Writer) error { return s.answer(ctx, from, to) })
	if err != nil {
		return err
	}
	if s.failed > 0 {
		s.status = statusFailed
		s.complain(problem("cli-lines-failed", "failed", strconv.Itoa(s.failed), "lines", strconv.Itoa(s.lines)))
	}
	return nil
}

// answer answers one line after another, so that it needs no more memory for
// many lines than for the longest. It holds answers back only while there are
// more lines to read, so that a program can ask and wait for the answer.
func (s *lineRun) answer(ctx context.Context, from io.Reader, to io.Writer) error {
	in := lineReader{from: bufio.NewReaderSize(from, 1<<16)}
	out := bufio.NewWriterSize(to, 1<<16)
	for ctx.Err() == nil {
		line, err := in.next()
		if errors.Is(err, io.EOF) {
			return flush(out)
		}
		if err != nil {
			return errors.Join(unreadFile("FILE", err), flush(out))
		}
		answer, ok := s.Answer(line)
		s.count(answer, ok)
		_, err = out.Write(answer) // an error stays for flush
		if err != nil || in.from.Buffered() == 0 {
			err = flush(out)
		}
		if err != nil {
			return err
		}
	}
	s.status = statusIncomplete // interrupted
	return flush(out)
}

func (s *lineRun) count(answer []byte, ok bool) {
	if answer != nil {
		s.lines++
	}
	if !ok {
		s.failed++
	}
}

func flush(out *bufio.Writer) error {
	if err := out.Flush(); err != nil {
		return unwritten(err)
	}
	return nil
}

// A lineReader reads lines of any length, and keeps of each as much as may be read.
type lineReader struct {
	from *bufio.Reader
	line []byte
}

// next returns the next line, with its line feed if it has one. It is valid until
// the next call. A line that is too long comes without its end, and longer than
// [simulate.MaxLine] still.
func (l *lineReader) next() ([]byte, error) {
	l.line = l.line[:0]
	for {
		part, err := l.from.ReadSlice('\n')
		room := simulate.MaxLine + len("...") - len(l.line)
		l.line = append(l.line, part[:min(len(part), room)]...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(l.line) > 0:
			return l.line, nil
		default:
			return l.line, err
		}
	}
}
