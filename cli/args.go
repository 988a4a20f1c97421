// This file reads the order of the words on the command line, where it means
// more than cobra can know: a subcommand counts only as the first word, and
// --resume may take the word that follows it. Flags themselves are cobra's.

package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// callsCommand reports whether args call one of the commands: only their
// first word can. After any flag, or after --, words are prompt.
func callsCommand(args []string, commands []*cobra.Command) bool {
	if len(args) == 0 {
		return false
	}
	if args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd {
		return true
	}
	return slices.ContainsFunc(commands, func(c *cobra.Command) bool { return c.Name() == args[0] })
}

// asksForHelp rewrites "help" and "help COMMAND" to the flag. With any other word
// behind it, help begins a prompt.
func asksForHelp(args []string, commands []*cobra.Command) []string {
	if len(args) == 0 || args[0] != "help" || len(args) > 2 || len(args) == 2 && !callsCommand(args[1:], commands) {
		return args
	}
	return append(slices.Clone(args[1:]), "--help")
}

// joinResume rewrites "-r WORD" and "--resume WORD" to "--resume=WORD" where
// the word does not start with a dash: an optional value must be attached for
// pflag to see it.
func joinResume(args []string, flags *pflag.FlagSet) []string {
	var joined []string
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			return append(joined, args[i:]...)
		}
		rest, last := lastFlag(arg, flags)
		hasNext := i+1 < len(args)
		switch {
		case last == nil:
			joined = append(joined, arg)
		case last.Name == "resume" && hasNext && !strings.HasPrefix(args[i+1], "-"):
			if rest != "" {
				joined = append(joined, rest)
			}
			joined = append(joined, "--resume="+args[i+1])
			i++
		case last.NoOptDefVal == "" && hasNext: // the next word is its value, whatever it looks like
			joined = append(joined, arg, args[i+1])
			i++
		default:
			joined = append(joined, arg)
		}
	}
	return joined
}

// lastFlag returns the flag of arg that could take the next word as its value,
// and what arg says without it: of "-pr" that is resume, and "-p". It returns
// nil when arg is no flag, is unknown, or has its value attached.
func lastFlag(arg string, flags *pflag.FlagSet) (rest string, last *pflag.Flag) {
	if name, ok := strings.CutPrefix(arg, "--"); ok {
		return "", flags.Lookup(name)
	}
	letters, ok := strings.CutPrefix(arg, "-")
	if !ok {
		return "", nil
	}
	for i := range letters {
		f := flags.ShorthandLookup(letters[i : i+1])
		switch {
		case f == nil:
			return "", nil
		case i == len(letters)-1 && i == 0:
			return "", f
		case i == len(letters)-1:
			return arg[:len(arg)-1], f
		case f.NoOptDefVal == "":
			return "", nil // the rest of the letters is its value
		}
	}
	return "", nil
}
