// Command aimlchat talks to language models from a terminal.
//
// It is package cli with the real world handed in: arguments, standard
// streams, signals.
package main

import (
	"context"
	"os"
	"runtime/debug"
	"time"

	"github.com/aimlchat/aimlchat/cli"
)

// version is set by the release build.
var version string

func main() {
	time.AfterFunc(time.Second, spareMemory) // the start makes much garbage, and is waited for
	ctx, stop := cli.WithSignals(context.Background())
	code := cli.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, cli.System(version))
	stop()
	os.Exit(code)
}

// spareMemory collects garbage when the heap has grown by half, not when it has
// doubled, unless GOGC says otherwise: a chat stays open all day and allocates
// little, so that a few megabytes count for more than the collector's time.
func spareMemory() {
	if usual := debug.SetGCPercent(50); usual != 100 {
		debug.SetGCPercent(usual)
	}
}
