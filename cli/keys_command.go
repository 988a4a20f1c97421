// This file is the command keys: what can be done on the screen, from the
// same table that feeds the screen's help. The README's table of keys is its
// --output markdown.

package cli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aimlchat/aimlchat/ui"
)

const outputMarkdown = "markdown"

func (a *app) keysCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use: "keys", Short: "The keys and slash commands of the chat", Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return a.listKeys(output) },
	}
	cmd.Flags().StringVar(&output, "output", outputText, "text, json or markdown")
	_ = cmd.RegisterFlagCompletionFunc("output", offer(outputText, outputJSON, outputMarkdown))
	return cmd
}

// listKeys writes the commands with the keys that the config gives them.
func (a *app) listKeys(output string) error {
	bound, err := a.boundKeys()
	if err != nil {
		return err
	}
	commands := ui.Commands()
	for i, c := range commands {
		if keys, ok := bound[c.Name]; ok {
			commands[i].Keys = keys
		}
	}
	switch output {
	case outputText:
		return a.tabulateKeys(commands)
	case outputJSON:
		return a.writeKeys(commands)
	case outputMarkdown:
		_, err := fmt.Fprint(a.stdout, markdownKeys(commands))
		return err
	}
	return usagef("give text, json or markdown", "--output does not know %q", output)
}

// boundKeys are the keys that the config sets, by command.
func (a *app) boundKeys() (map[string][]string, error) {
	conf, err := a.config()
	if err != nil {
		return nil, err
	}
	var names []string
	known := map[string]bool{}
	for _, c := range ui.Commands() {
		names, known[c.Name] = append(names, c.Name), true
	}
	for name := range conf.Keys {
		if !known[name] {
			return nil, usagef("did you mean "+cmp.Or(nearest(name, names), "another one")+"? aimlchat keys --output json names them",
				"%s: [keys] names no command: %s", a.configPath(), name)
		}
	}
	return conf.Keys, nil
}

func (a *app) tabulateKeys(commands []ui.Command) error {
	var rows [][]string
	var scope ui.Scope
	for _, c := range commands {
		if c.Scope != scope {
			if scope != "" {
				rows = append(rows, []string{""})
			}
			rows = append(rows, []string{strings.ToUpper(string(c.Scope))})
			scope = c.Scope
		}
		rows = append(rows, []string{strings.Join(c.Keys, ", "), c.Slash, c.Does})
	}
	return writeTable(a.stdout, rows)
}

func (a *app) writeKeys(commands []ui.Command) error {
	type object struct {
		Name  string   `json:"name"` // in the config's [keys]
		Scope string   `json:"scope"`
		Keys  []string `json:"keys"`
		Slash *string  `json:"slash"`
		Does  string   `json:"does"`
	}
	objects := make([]object, len(commands))
	for i, c := range commands {
		objects[i] = object{c.Name, string(c.Scope), listed(c.Keys), known(c.Slash), c.Does}
	}
	return writeJSON(a.stdout, objects)
}

func markdownKeys(commands []ui.Command) string {
	var b strings.Builder
	var scope ui.Scope
	for _, c := range commands {
		if c.Scope != scope {
			if scope != "" {
				b.WriteString("\n")
			}
			scope = c.Scope
			fmt.Fprintf(&b, "| %s | slash command | |\n|---|---|---|\n", scope)
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", codes(c.Keys), codes(slashes(c)), c.Does)
	}
	return b.String()
}

// slashes is the slash command of c, if it has one.
func slashes(c ui.Command) []string {
	if c.Slash == "" {
		return nil
	}
	return []string{c.Slash}
}

// codes writes words as markdown code.
func codes(words []string) string {
	marked := make([]string, len(words))
	for i, w := range words {
		marked[i] = "`" + strings.ReplaceAll(w, "|", `\|`) + "`"
	}
	return strings.Join(marked, " ")
}
