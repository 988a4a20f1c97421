// Command aimlchat talks to language models from a terminal.
//
// It is package cli with the real world handed in: arguments, standard
// streams, signals.
package main

import (
	"context"
	"os"

	"github.com/aimlchat/aimlchat/cli"
)

// version is set by the release build.
var version string

func main() {
	ctx, stop := cli.WithSignals(context.Background())
	code := cli.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, cli.System(version))
	stop()
	os.Exit(code)
}
