// Repligrant plans and audits the permissions that Amazon S3 replication needs.
package main

import (
	"context"
	"os"
	"os/signal"

	"github.com/repligrant/repligrant/cmd/cli"
	"github.com/repligrant/repligrant/internal/heap"
)

func main() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" { // else they decide
		heap.LeaveRoom()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	cmd := cli.Command{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	status := cmd.Run(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}
