// This file draws --help: plain text that reads well in a terminal and in a
// file. (fang would do it, but asks the terminal for its background whenever
// it shows help or an error, and waits up to two seconds for the reply.)

package cli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// help writes what cmd does. The root's commands are handed in, because it has
// them only while one of them is called.
func (a *app) help(cmd, root *cobra.Command, commands []*cobra.Command) {
	if cmd != root {
		commands = cmd.Commands()
	}
	fmt.Fprintln(a.stdout, strings.Join(wrap(cmp.Or(cmd.Long, cmd.Short)+".", helpWidth), "\n"))
	a.helpUsage(cmd, len(commands) > 0)
	var rows [][]string
	for _, c := range commands {
		if c.IsAvailableCommand() {
			rows = append(rows, []string{"  " + c.Use, c.Short})
		}
	}
	a.helpTable("Commands", rows)
	a.helpTable("Flags", flagRows(cmd.LocalFlags()))
	if cmd.Example != "" {
		a.heading("Examples")
		fmt.Fprintln(a.stdout, cmd.Example)
	}
}

func (a *app) helpUsage(cmd *cobra.Command, hasCommands bool) {
	a.heading("Usage")
	if cmd.Runnable() && !cmd.HasSubCommands() || !cmd.HasParent() {
		fmt.Fprintf(a.stdout, "  %s\n", cmd.UseLine())
	}
	if hasCommands {
		fmt.Fprintf(a.stdout, "  %s COMMAND\n", cmd.CommandPath())
	}
}

// helpWidth is how wide the help may be: as wide as terminals have always been.
const helpWidth = 80

// helpTable writes names and what they mean.
func (a *app) helpTable(title string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	width := 0
	for _, row := range rows {
		width = max(width, len(row[0]))
	}
	var table [][]string
	for _, row := range rows {
		name := row[0]
		for _, line := range wrap(row[1], helpWidth-width-2) {
			table = append(table, []string{name, line})
			name = ""
		}
	}
	a.heading(title)
	_ = writeTable(a.stdout, table)
}

// wrap breaks text between its words into lines of that width. A longer word has
// a line of its own.
func wrap(text string, width int) []string {
	lines := []string{""}
	for _, word := range strings.Fields(text) {
		switch last := &lines[len(lines)-1]; {
		case *last == "":
			*last = word
		case runewidth.StringWidth(*last)+1+runewidth.StringWidth(word) <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}

// heading is bold where that can be.
func (a *app) heading(title string) {
	if a.env.Terminal.Stdout && !a.env.plain() {
		title = "\x1b[1m" + title + "\x1b[m"
	}
	fmt.Fprintf(a.stdout, "\n%s\n", title)
}

func flagRows(fs *pflag.FlagSet) [][]string {
	var rows [][]string
	fs.VisitAll(func(f *pflag.Flag) {
		name := "      --" + f.Name
		if f.Shorthand != "" {
			name = "  -" + f.Shorthand + ", --" + f.Name
		}
		value, usage := flagValue(f), f.Usage
		if strings.Contains(usage, "`") { // it names its value itself
			value, usage = pflag.UnquoteUsage(f)
			value = " " + value
		}
		rows = append(rows, []string{name + value, usage})
	})
	return rows
}

// flagValues names the values of flags better than their types do.
var flagValues = map[string]string{
	"resume":          " [ID|TITLE]",
	"system":          " TEXT|@FILE",
	"attach":          " FILE",
	"effort":          " low|medium|high",
	"thinking-budget": " N",
	"preset":          " NAME",
	"provider":        " NAME",
	"theme":           " NAME",
	"base-url":        " URL",
	"output":          " FORMAT",
	"max-tokens":      " N",
	"stop":            " TEXT",
}

func flagValue(f *pflag.Flag) string {
	if f.Value.Type() == "bool" {
		return ""
	}
	return cmp.Or(flagValues[f.Name], " "+strings.ToUpper(f.Value.Type()))
}
