// This file puts the commands together and runs the one that the arguments
// name. The root command is the chat and the print mode; every other one has
// a file of its own.

package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/agnivade/levenshtein"
)

// newRoot returns the command for args, ready to execute.
func (a *app) newRoot(ctx context.Context, args []string) *cobra.Command {
	o := &options{}
	root := &cobra.Command{
		Use:           "aimlchat [flags] [prompt words...]",
		Short:         "Talk to language models from a terminal",
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       a.env.Version,
		RunE: func(cmd *cobra.Command, words []string) error {
			o.Words = words
			return a.run(ctx, o, cmd.Flags().Changed)
		},
	}
	o.define(root.Flags())
	root.Flags().Bool("version", false, "the version of aimlchat")
	root.Flags().BoolP("help", "h", false, "this text")
	root.SetVersionTemplate("aimlchat {{.Version}}\n")
	a.completeFlags(root, o)
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(&cobra.Command{Hidden: true, Use: "no-help"}) // see asksForHelp

	commands := a.commands()
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { a.help(cmd, root, commands) })
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		err = flagError(cmd, err)
		if cmd == root && o.Print { // the flags before the wrong one say how to print
			return a.printFailure(o, err)
		}
		return err
	})
	if args = asksForHelp(args, commands); callsCommand(args, commands) {
		root.AddCommand(commands...)
	} else {
		args = joinResume(args, root.Flags())
	}
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	return root
}

// commands returns the subcommands, in the order of the help.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		a.modelsCommand(),
		a.sessionsCommand(),
		a.configCommand(),
		a.authCommand(),
		a.themesCommand(),
		a.keysCommand(),
		a.balanceCommand(),
		a.doctorCommand(),
		a.completionCommand(),
	}
}

// run is the root command: the print mode or the chat.
func (a *app) run(ctx context.Context, o *options, changed func(flag string) bool) error {
	err := o.check(changed)
	switch {
	case err != nil && o.Print:
		return a.printFailure(o, err)
	case err != nil:
		return err
	case o.Print:
		return a.print(ctx, o)
	}
	return a.chat(ctx, o)
}

// flagError words an error of pflag for people.
func flagError(cmd *cobra.Command, err error) error {
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return unknownFlag(cmd, e)
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return usagef("", "--%s %q: %s", e.GetFlag().Name, e.GetValue(), whyInvalid(e))
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return usagef("", "--%s needs a value", e.GetFlag().Name)
	}
	return usagef("", "%w", err)
}

// whyInvalid says what a flag takes, where pflag only says which function of
// Go's refused.
func whyInvalid(e *pflag.InvalidValueError) string {
	switch e.GetFlag().Value.Type() {
	case "bool":
		return "not true or false"
	case "int":
		return "not a whole number"
	}
	return e.Unwrap().Error()
}

func unknownFlag(cmd *cobra.Command, e *pflag.NotExistError) error {
	if letters := e.GetSpecifiedShortnames(); letters != "" {
		return usagef("put -- before words that start with a dash; "+hintHelp, "there is no flag -%s", e.GetSpecifiedName())
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	hint := "put -- before words that start with a dash; " + hintHelp
	if near := nearest(e.GetSpecifiedName(), names); near != "" {
		hint = "did you mean --" + near + "?"
	}
	return usagef(hint, "there is no flag --%s", e.GetSpecifiedName())
}

// nearest returns the name that a person who typed s is likely to have meant,
// or "".
func nearest(s string, names []string) string {
	best, least := "", (len(s)+2)/3+1
	for _, name := range names {
		if d := levenshtein.ComputeDistance(s, name); d < least {
			best, least = name, d
		}
		if len(s) >= 3 && strings.HasPrefix(name, s) {
			return name
		}
	}
	return best
}

// noArgs rejects words after a subcommand, which may have been meant as a
// prompt.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usagef(hintPrompt, "%s takes no more words, but got %q", cmd.CommandPath(), args[0])
}

func oneArg(cmd *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	return usagef("its form is: "+cmd.UseLine(), "%s takes one word, but got %d", cmd.CommandPath(), len(args))
}

// hintPrompt is for a prompt that begins with the name of a command.
const hintPrompt = "to send these words as a prompt, put -- before them"

// needsCommand is what a command does that only holds others.
func needsCommand(cmd *cobra.Command, args []string) error {
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	hint := "it has: " + strings.Join(names, ", ")
	if len(args) > 0 {
		return usagef(hint+"; "+hintPrompt, "%s has no command %q", cmd.CommandPath(), args[0])
	}
	return usagef(hint, "%s needs a command", cmd.CommandPath())
}
