package dialog

// sources.go owns what is said of the providers whose models are offered: who
// was not asked yet, who has not answered, who could not. It refuses to ask them.

import (
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/ui/picker"
)

// Source is a provider of models.
type Source struct {
	Provider string
	State    SourceState
	Text     string // what went wrong, or why it was not asked
}

// SourceState is how it stands with what a provider offers.
type SourceState int

// The states of a source.
const (
	Listed  SourceState = iota // it said what it offers
	Asking                     // it has not answered yet
	Unasked                    // it waits for the person to want it
	Failed                     // it could not be asked; what was known before is offered
)

// SetSources names the providers in the order in which their models are offered,
// and says how it stands with each. Models of others come last.
func (d *Models) SetSources(sources []Source) {
	d.sources = sources
	d.failure = ""
	if len(sources) == 1 && sources[0].State == Failed {
		d.SetError("could not refresh the list: " + sources[0].Text)
	}
	d.update()
}

// sourceKey begins the key of a row that is about a provider.
const sourceKey = "\x00"

// source is what a row is about; nil when that is a model.
func (d *Models) source(id string) *Source {
	name, ok := strings.CutPrefix(id, sourceKey)
	if i := slices.IndexFunc(d.sources, func(s Source) bool { return s.Provider == name }); ok && i >= 0 {
		return &d.sources[i]
	}
	return nil
}

// told are rows about providers that there is something to say of. They stand
// first in the provider's group; enter asks that provider.
func (d *Models) told() []picker.Item {
	var items []picker.Item
	for _, s := range d.sources {
		title := ""
		switch {
		case s.State == Unasked:
			title = "ask " + s.Provider + " for its models"
		case len(d.sources) == 1: // said below the list
		case s.State == Failed:
			title = s.Provider + " failed"
		case s.State == Asking && !slices.ContainsFunc(d.choices, func(c Choice) bool { return c.Provider == s.Provider }):
			title = "asking " + s.Provider + " …"
		}
		if title != "" {
			items = append(items, picker.Item{
				ID: sourceKey + s.Provider, Group: s.Provider, Title: title, Detail: s.Text, Family: s.Provider,
				Dimmed: s.State == Failed, Columns: []string{"", ""},
			})
		}
	}
	return items
}

// facts are what is told of a source while its row is selected.
func (s *Source) facts() []Fact {
	switch s.State {
	case Asking:
		return []Fact{{Value: s.Provider + " has not answered yet"}}
	case Failed:
		return []Fact{{Value: s.Text, Tone: Warning}, {Value: "enter asks " + s.Provider + " again"}}
	}
	return []Fact{{Value: s.Text}, {Value: "enter asks " + s.Provider}}
}
