// This file is the command completion, and what the shell is told about the
// values of flags. It offers what is known on this machine and asks nobody.

package cli

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aimlchat/aimlchat/config"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/themes"
)

var shells = []string{"bash", "fish", "powershell", "zsh"}

func (a *app) completionCommand() *cobra.Command {
	return &cobra.Command{
		Use:       "completion SHELL",
		Short:     "A script that completes flags and models in bash, fish, powershell or zsh",
		Example:   "  source <(aimlchat completion bash)",
		ValidArgs: shells,
		Args:      oneArg,
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.stdout, true)
			case "fish":
				return root.GenFishCompletion(a.stdout, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.stdout)
			case "zsh":
				return root.GenZshCompletion(a.stdout)
			}
			return usagef("known are: "+strings.Join(shells, ", "), "there is no completion for %q", args[0])
		},
	}
}

// offer makes a completion of fixed values.
func offer(values ...string) cobra.CompletionFunc {
	return offerLater(func() []string { return values })
}

// offerLater makes a completion of values that are looked up when it is asked.
func offerLater(values func() []string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return values(), cobra.ShellCompDirectiveNoFileComp
	}
}

// completeFlags offers values for the flags of the root command.
func (a *app) completeFlags(root *cobra.Command, o *options) {
	for flag, values := range map[string]cobra.CompletionFunc{
		"output":   offer(outputText, outputJSON, outputStream),
		"effort":   offer(config.Efforts...),
		"theme":    offer(themeNames()...),
		"model":    offerLater(func() []string { return a.modelNames(o) }),
		"resume":   offerLater(a.sessionNames(root)),
		"provider": offerLater(a.providerNames),
		"preset": offerLater(func() []string {
			conf, _ := a.config()
			return slices.Sorted(maps.Keys(conf.Presets))
		}),
	} {
		_ = root.RegisterFlagCompletionFunc(flag, values) // fails only for a flag that is not defined
	}
}

// completeProvider offers the providers for a command that talks to one.
func (a *app) completeProvider(cmd *cobra.Command) {
	_ = cmd.RegisterFlagCompletionFunc("provider", offerLater(a.providerNames)) // fails only for a flag that is not defined
}

// providerNames are the providers that --provider takes.
func (a *app) providerNames() []string {
	conf, _ := a.config() // a broken one is told when it is used
	names := slices.Concat([]string{providerAIMLAPI, providerAIXplain, providerDemo}, slices.Sorted(maps.Keys(conf.Providers)))
	slices.Sort(names)
	return slices.Compact(names)
}

// themeNames are the themes that --theme takes.
func themeNames() []string {
	var names []string
	for _, t := range themes.All() {
		names = append(names, t.Name)
	}
	return names
}

func (a *app) modelNames(o *options) []string {
	var ids []string
	conf, err := a.config()
	if err != nil {
		return nil
	}
	for _, m := range a.newBackends(o).knownModels(o.provider(session.Session{}, conf)).Models {
		ids = append(ids, m.ID)
	}
	return ids
}

// sessionNames are ids with titles, newest first.
func (a *app) sessionNames(root *cobra.Command) func() []string {
	return func() []string {
		var names []string
		_ = a.withStore(root.Context(), func(s *session.Store) error {
			list, err := s.List(root.Context(), session.Query{Limit: 30})
			for _, one := range list {
				names = append(names, one.ID+"\t"+one.Title)
			}
			return err
		})
		return names
	}
}
