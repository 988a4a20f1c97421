// This file owns the choice of a model: what each provider offers, which is asked
// by itself so that none waits for another, and which model a name means.

package ui

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/dialog"
)

// Asking says how far who lists models may go.
type Asking int

// How far it may go.
const (
	Nobody  Asking = iota // what is known is listed
	Quietly               // who offers them is asked, unless that was done lately or asks the person something
	AtOnce                // who offers them is asked, whatever it takes
)

// Unasked is the error of who was not asked, because that would ask the person
// something. It says what.
type Unasked string

func (u Unasked) Error() string { return string(u) }

// offer is what a provider offers, as far as is known.
type offer struct {
	choices []dialog.Choice
	settled bool // it was asked, whatever came of it
	err     error
}

// modelsMsg brings the models of a provider.
type modelsMsg struct {
	provider string
	offer
	next tea.Cmd
}

// providers are those whose models are offered, in their order.
func (m *Model) providers() []string {
	if len(m.opts.Providers) == 0 {
		return []string{m.opts.Provider}
	}
	return m.opts.Providers
}

// listModels asks all providers for their models: each at once from the cache,
// and then anew in the background.
func (m *Model) listModels() tea.Cmd {
	list, ctx := m.opts.Models, m.ctx
	if list == nil {
		return nil
	}
	var cmds []tea.Cmd
	for _, provider := range m.providers() {
		cmds = append(cmds, func() tea.Msg {
			choices, err := list(ctx, provider, Nobody)
			return modelsMsg{provider: provider, offer: offer{choices: choices, err: err}, next: m.renewModels(provider, Quietly)}
		})
	}
	return tea.Batch(cmds...)
}

// renewModels asks a provider for its models.
func (m *Model) renewModels(provider string, how Asking) tea.Cmd {
	list, ctx := m.opts.Models, m.ctx
	if list == nil {
		return nil
	}
	return func() tea.Msg {
		choices, err := list(ctx, provider, how)
		return modelsMsg{provider: provider, offer: offer{choices, true, err}}
	}
}

// askModels asks a provider for its models since the person wants them.
func (m *Model) askModels(provider string) tea.Cmd {
	o := m.offers[provider]
	o.settled, o.err = false, nil
	m.modelsListed(modelsMsg{provider: provider, offer: o})
	return m.renewModels(provider, AtOnce)
}

// askAgain asks those that could not be asked before: a server may run by now, and
// a key be known.
func (m *Model) askAgain() tea.Cmd {
	var cmds []tea.Cmd
	for _, provider := range m.providers() {
		if o := m.offers[provider]; o.settled && o.err != nil {
			cmds = append(cmds, m.renewModels(provider, Quietly))
		}
	}
	return tea.Batch(cmds...)
}

// modelsListed takes in what a provider offers. What was known before stays,
// where it could not be asked.
func (m *Model) modelsListed(msg modelsMsg) {
	if m.offers == nil {
		m.offers = map[string]offer{}
	}
	if len(msg.choices) == 0 {
		msg.choices = m.offers[msg.provider].choices
	}
	m.offers[msg.provider] = msg.offer
	m.choices = nil
	for _, provider := range m.providers() {
		m.choices = append(m.choices, m.offers[provider].choices...)
	}
	m.choices = withFound(m.choices, m.found)
	if d, ok := m.dialog.(*dialog.Models); ok {
		m.tellModels(d)
	}
}

// tellModels tells a picker what is offered, by whom, and who could not be asked.
func (m *Model) tellModels(d *dialog.Models) {
	var sources []dialog.Source
	settled := true
	for _, provider := range m.providers() {
		o := m.offers[provider]
		s := dialog.Source{Provider: provider}
		_, unasked := errors.AsType[Unasked](o.err)
		switch {
		case unasked:
			s.State, s.Text = dialog.Unasked, o.err.Error()
		case o.err != nil:
			s.State, s.Text = dialog.Failed, o.err.Error()
		case !o.settled && m.opts.Models != nil:
			s.State = dialog.Asking
		}
		sources, settled = append(sources, s), settled && s.State != dialog.Asking
	}
	d.SetSources(sources)
	d.SetChoices(m.choices)
	d.SetLoading(!settled)
}

// chooseModel opens the picker; with a name it takes the model at once when
// just one fits.
func (m *Model) chooseModel(name string) tea.Cmd {
	if name != "" {
		if fits := m.fitting(name); len(fits) == 1 {
			return m.useModel(fits[0].Provider, fits[0].ID)
		}
	}
	d := dialog.NewModels(m.theme, m.conv.provider, m.conv.model)
	m.tellModels(d)
	d.SetRecent(m.recentModels())
	if provider, rest, ok := m.ofProvider(name); ok {
		name = provider + " " + rest
	}
	if name != "" {
		d.SetFilter(name)
	}
	m.open(d)
	return m.askAgain()
}

// ofProvider takes a name apart that begins with a provider and a slash.
func (m *Model) ofProvider(name string) (provider, rest string, ok bool) {
	provider, rest, ok = strings.Cut(name, "/")
	return provider, rest, ok && slices.Contains(m.providers(), provider)
}

// fitting are the models that a name can mean: the one with that id, of the
// provider in use before others; where it begins with a provider and a slash,
// what the rest means there; else all whose id contains it.
func (m *Model) fitting(name string) []dialog.Choice {
	exact, part := fits(m.choices, name)
	for _, c := range exact {
		if c.Provider == m.conv.provider {
			return []dialog.Choice{c}
		}
	}
	if len(exact) > 0 {
		return exact
	}
	if provider, rest, ok := m.ofProvider(name); ok {
		if exact, some := fits(m.offers[provider].choices, rest); len(exact) > 0 {
			return exact[:1]
		} else if len(some) > 0 {
			return some
		}
	}
	return part
}

// fits are the choices that have a name, and those that contain it.
func fits(choices []dialog.Choice, name string) (exact, part []dialog.Choice) {
	for _, c := range choices {
		switch {
		case c.ID == name || slices.Contains(c.Aliases, name):
			exact = append(exact, c)
		case strings.Contains(strings.ToLower(c.ID), strings.ToLower(name)):
			part = append(part, c)
		}
	}
	return exact, part
}

// modelChosen takes the model that was chosen in the picker, and does what it
// was chosen for.
func (m *Model) modelChosen(provider, id string) tea.Cmd {
	then := m.chosen
	m.chosen = nil
	cmd := m.useModel(provider, id)
	if then != nil {
		return tea.Batch(cmd, then())
	}
	return cmd
}

func (m *Model) useModel(provider, id string) tea.Cmd {
	c := m.conv
	before, next := c.next(), answerer{provider, id}
	if next == before || m.onlyFollowed() {
		return nil
	}
	c.switchTo(provider, id)
	m.recent = append([]answerer{next}, slices.DeleteFunc(m.recent, func(r answerer) bool { return r == next })...)
	if provider == before.provider {
		m.say("the next message goes to %s", id)
	} else {
		m.say("the next message goes to %s", next.name())
	}
	m.warnOfSwitch()
	if !m.ready { // it holds for the session that is being opened
		m.opts.Provider, m.opts.Model, m.opts.ModelForced = provider, id, true
	}
	var keep tea.Cmd
	if chose := m.opts.Chose; chose != nil {
		keep = func() tea.Msg { chose(provider, id); return nil }
	}
	return tea.Batch(keep, m.change(c, session.Change{Provider: &provider, Model: &id}))
}

// recentModels are the models used lately, in this run and this conversation.
func (m *Model) recentModels() []dialog.ChooseModel {
	recent := slices.Clone(m.recent)
	for _, msg := range slices.Backward(m.conv.messages) {
		if msg.Role == api.Assistant && !slices.Contains(recent, by(&msg)) {
			recent = append(recent, by(&msg))
		}
	}
	models := make([]dialog.ChooseModel, len(recent))
	for i, r := range recent {
		models[i] = dialog.ChooseModel{Provider: r.provider, ID: r.model}
	}
	return models
}

// choice is what is known of a model; nil when nothing is.
func (m *Model) choice(provider, id string) *dialog.Choice {
	for i := range m.choices {
		c := &m.choices[i]
		if c.Provider == provider && (c.ID == id || slices.Contains(c.Aliases, id)) {
			return c
		}
	}
	return nil
}

// modelsHint tells a newcomer how many there are to choose from.
func (m *Model) modelsHint() string {
	if n := len(m.choices); n > 0 {
		return fmt.Sprintf("choose among %d models", n)
	}
	return "choose a model"
}

// Nearby is a server that was found on this machine, as a provider.
type Nearby struct {
	Title    string // what it is, for people
	Provider string
	Choices  []Choice // at least one
}

// nearbyMsg brings the servers that were found.
type nearbyMsg []Nearby

// lookAround looks for servers on this machine that need no key, once it is
// known that there is none.
func (m *Model) lookAround() tea.Cmd {
	look, ctx := m.opts.Nearby, m.ctx
	if o := m.obstacle; look == nil || o == nil || o.Kind != api.ErrAuth {
		return nil
	}
	return func() tea.Msg { return nearbyMsg(look(ctx)) }
}

// offerNearby offers the models of servers on this machine.
func (m *Model) offerNearby(servers nearbyMsg) {
	m.nearby = servers
	if len(servers) > 0 {
		m.opts.Providers = slices.Clone(m.providers())
	}
	for _, s := range servers {
		if !slices.Contains(m.opts.Providers, s.Provider) {
			m.opts.Providers = append(m.opts.Providers, s.Provider)
		}
		m.modelsListed(modelsMsg{provider: s.Provider, offer: offer{choices: s.Choices, settled: true}})
	}
}

// welcomeNearby says what answers on this machine without a key.
func (m *Model) welcomeNearby() []string {
	var lines []string
	for _, s := range m.nearby {
		what := s.Choices[0].ID
		if n := len(s.Choices); n > 1 {
			what = fmt.Sprintf("%d models", n)
		}
		lines = append(lines, fmt.Sprintf("%s answers on this machine, without a key: %s, see %s", s.Title, what, m.keyOf("model")))
	}
	return lines
}
