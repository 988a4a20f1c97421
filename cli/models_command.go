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
	"github.com/aimlchat/aimlchat/api/aixplain"
	"github.com/aimlchat/aimlchat/api/catalog"
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
	a.completeProvider(cmd)
	return cmd
}

func (a *app) listModels(ctx context.Context, o *options, words []string, refresh, asJSON bool) error {
	conf, err := a.config()
	if err != nil {
		return err
	}
	b := a.newBackends(o)
	p, err := b.provider(o.provider(session.Session{}, conf))
	if err != nil {
		return err
	}
	l, err := b.freshModels(ctx, p.name, refresh)
	if err != nil {
		return err
	}
	models := slices.DeleteFunc(slices.Clone(l.Models), func(m api.Model) bool { return !matches(m, words) })
	if asJSON {
		return b.writeModels(p, models)
	}
	switch {
	case len(l.Models) == 0:
		return withHint(fmt.Errorf("%s lists no models", p.name), "load one there, or name one in the config, as models of the provider")
	case len(models) == 0:
		return noModel(l, strings.Join(words, " "))
	}
	return a.tabulateModels(models)
}

// noModel says that no model of l has what was looked for, and which are near.
func noModel(l catalog.Listing, query string) error {
	hint := "use fewer words, or --refresh to ask for new models"
	if near := catalog.Nearest(l.Models, query, 3); len(near) > 0 {
		hint = "near it are " + strings.Join(near, ", ")
	}
	return withHint(fmt.Errorf("there is no model with %q", query), hint)
}

// freshModels returns the models of a provider, asking it when the list is old
// or forced to be new. An old list is better than none when it does not answer.
func (b *backends) freshModels(ctx context.Context, provider string, force bool) (catalog.Listing, error) {
	known := b.knownModels(provider)
	if !force && b.env.Now().Sub(known.Fetched) < staleModels {
		return known, nil
	}
	fresh, err := b.askModels(ctx, provider)
	if err == nil || force || len(known.Models) == 0 || isStop(err) {
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

	Endpoints  []string      `json:"endpoints"`
	Controls   []api.Control `json:"controls"`
	Protocol   *api.Protocol `json:"protocol"` // by which it is asked, when nothing special is wished
	Status     *api.Status   `json:"status"`   // null: it serves
	ReplacedBy *string       `json:"replaced_by"`
	Shutdown   *string       `json:"shutdown"` // its last day
	Prices     []api.Price   `json:"prices"`
}

func (b *backends) writeModels(p provider, models []api.Model) error {
	objects := make([]modelObject, len(models))
	for i, m := range models {
		objects[i] = modelObject{
			ID: m.ID, Aliases: listed(m.Aliases), Name: known(m.Name), Developer: known(m.Developer),
			Context: known(m.Context), OutputMax: known(m.OutputMax), Input: listed(m.Input), Output: listed(m.Output),
			Capabilities: listed(m.Capabilities), PriceIn: m.PriceIn, PriceOut: m.PriceOut,
			Endpoints: listed(m.Endpoints), Controls: listed(m.Controls), Protocol: known(b.protocol(p, m)),
			Status: known(m.Status), ReplacedBy: known(m.ReplacedBy), Shutdown: known(m.Shutdown), Prices: listed(m.Prices),
		}
	}
	return writeJSON(b.stdout, objects)
}

// protocol is the one by which m is asked when nothing special is wished, ""
// when it can't be asked.
func (b *backends) protocol(p provider, m api.Model) api.Protocol {
	if p.kind == kindAIXplain {
		return aixplain.Protocol
	}
	m.Status = "" // whether it may be asked at all is another matter
	routed, _, err := catalog.Route(m, true, api.Request{Model: m.ID}, b.forced(p, m.ID), b.route(p))
	if err != nil {
		return ""
	}
	return routed.Protocol
}

// listed makes nil an empty list, which JSON writes as [].
func listed[T any](s []T) []T { return append([]T{}, s...) }
