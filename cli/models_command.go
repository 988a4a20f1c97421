// This file is the command models: what can be asked, as a table or JSON.

package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/figures"
)

// staleModels is how old a list may be before it is asked for anew.
const staleModels = 24 * time.Hour

func (a *app) modelsCommand() *cobra.Command {
	o := &options{Print: true}
	var asJSON, refresh bool
	cmd := &cobra.Command{
		Use:   "models [QUERY]",
		Short: "The models that can be asked",
		Long:  "models lists the chat models of a provider, those that have all words of QUERY in their id, name or developer",
		RunE: func(cmd *cobra.Command, words []string) error {
			if err := o.checkProvider(); err != nil {
				return err
			}
			return a.listModels(cmd.Context(), o, words, refresh, asJSON)
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().BoolVar(&asJSON, "json", false, "as a JSON array")
	cmd.Flags().BoolVar(&refresh, "refresh", false, "ask the provider even when its list is fresh")
	o.defineProvider(cmd.Flags())
	return cmd
}

func (a *app) listModels(ctx context.Context, o *options, words []string, refresh, asJSON bool) error {
	conf, err := a.config()
	if err != nil {
		return err
	}
	b := a.newBackends(o)
	l, err := b.freshModels(ctx, o.provider(session.Session{}, conf), refresh)
	if err != nil {
		return err
	}
	models := slices.DeleteFunc(slices.Clone(l.models), func(m api.Model) bool { return !matches(m, words) })
	if asJSON {
		return a.writeModels(models)
	}
	if len(models) == 0 {
		return withHint(fmt.Errorf("there is no model with %q", strings.Join(words, " ")), "use fewer words, or --refresh to ask for new models")
	}
	return a.tabulateModels(models)
}

// freshModels returns the models of a provider, asking it when the list is old
// or forced to be new. An old list is better than none when it does not answer.
func (b *backends) freshModels(ctx context.Context, provider string, force bool) (list, error) {
	known := b.knownModels(provider)
	if !force && b.env.Now().Sub(known.fetched) < staleModels {
		return known, nil
	}
	fresh, err := b.askModels(ctx, provider)
	if err == nil || force || len(known.models) == 0 || isStop(err) {
		return fresh, err
	}
	b.notice("%s; showing what was known before", err)
	return known, nil
}

// matches reports whether a model has all words in its id, name or developer.
func matches(m api.Model, words []string) bool {
	text := strings.ToLower(strings.Join(append([]string{m.ID, m.Name, m.Developer}, m.Aliases...), " "))
	for _, w := range strings.Fields(strings.ToLower(strings.Join(words, " "))) {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func (a *app) tabulateModels(models []api.Model) error {
	rows := [][]string{{"ID", "WINDOW", "$/M IN", "$/M OUT", "CAN"}}
	for _, m := range models {
		window := ""
		if m.Context > 0 {
			window = figures.Tokens(int64(m.Context))
		}
		rows = append(rows, []string{m.ID, window, price(m.PriceIn), price(m.PriceOut), strings.Join(m.Capabilities, " ")})
	}
	return writeTable(a.stdout, rows)
}

func price(usd *float64) string {
	if usd == nil {
		return ""
	}
	return figures.USD(*usd)
}

// modelObject is a model in JSON: every field is always there, null when it is
// unknown.
type modelObject struct {
	ID           string   `json:"id"`
	Aliases      []string `json:"aliases"`
	Name         *string  `json:"name"`
	Developer    *string  `json:"developer"`
	Context      *int     `json:"context"`
	OutputMax    *int     `json:"output_max"`
	Input        []string `json:"input"`
	Output       []string `json:"output"`
	Capabilities []string `json:"capabilities"`
	PriceIn      *float64 `json:"price_in"`
	PriceOut     *float64 `json:"price_out"`
}

func (a *app) writeModels(models []api.Model) error {
	objects := make([]modelObject, len(models))
	for i, m := range models {
		objects[i] = modelObject{
			ID: m.ID, Aliases: listed(m.Aliases), Name: known(m.Name), Developer: known(m.Developer),
			Context: known(m.Context), OutputMax: known(m.OutputMax), Input: listed(m.Input), Output: listed(m.Output),
			Capabilities: listed(m.Capabilities), PriceIn: m.PriceIn, PriceOut: m.PriceOut,
		}
	}
	return writeJSON(a.stdout, objects)
}

// listed makes nil an empty list, which JSON writes as [].
func listed(s []string) []string { return append([]string{}, s...) }
