// Package catalog knows the models: which of a service's list can chat, which
// one a person means by a part of its name, what a compiled-in snapshot tells
// before the service could be asked, and what an answer will have cost.
//
// It is pure: the list comes from a [api.Backend], and the bytes of the cache
// file come from and go to cli.
package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// ErrUnknown says that no model fits a reference. The service may know more
// models than its list: sending the reference as it is can still work.
var ErrUnknown = errors.New("no such model in the catalogue")

// AmbiguousError says that several models fit a reference.
type AmbiguousError struct {
	Ref        string
	Candidates []string // ids, in the catalogue's order; at least two
}

// namedCandidates is how many candidates an error spells out.
const namedCandidates = 8

// Error lists the candidates on one line, the first few of them when many.
func (e *AmbiguousError) Error() string {
	named, more := e.Candidates, ""
	if rest := len(named) - namedCandidates; rest > 0 {
		named, more = named[:namedCandidates], fmt.Sprintf(" and %d more", rest)
	}
	return fmt.Sprintf("%q fits several models: %s%s", e.Ref, strings.Join(named, ", "), more)
}

// Catalog finds models. It is not changed once it is made and may be shared.
type Catalog struct {
	models []api.Model     // what is offered, then what is only known
	listed int             // so many are offered
	exact  map[string]int  // ids, then aliases
	folded map[string]int  // the same in lower case
	fates  map[string]fate // of names in lower case
}

// fate is what becomes of a model, under one of its names.
type fate struct {
	id                   string
	status               api.Status
	replacedBy, shutdown string
}

// New returns a catalogue of the given models in their order. Of models with
// the same id the first counts, and an id counts before any alias.
func New(models []api.Model) *Catalog {
	return Listing{Models: models}.Catalog()
}

// Catalog returns the catalogue of l. It offers what is listed; of withdrawals,
// it knows what becomes of them when they are asked for by name.
//
// A list that is younger than the word of a withdrawal is believed: what it
// holds serves.
func (l Listing) Catalog() *Catalog {
	c := &Catalog{exact: map[string]int{}, folded: map[string]int{}, fates: map[string]fate{}}
	believed := !l.WithdrawalsFetched.Before(l.Fetched)
	gone := map[string]bool{}
	for _, m := range l.Withdrawals {
		gone[m.ID] = believed && m.Status == api.Withdrawn
	}
	c.add(slices.DeleteFunc(slices.Clone(l.Models), func(m api.Model) bool { return gone[m.ID] }))
	c.listed = len(c.models)
	for _, m := range l.Withdrawals {
		for _, name := range append([]string{m.ID}, m.Aliases...) {
			if _, serves := c.Lookup(name); !serves || believed || m.Status == api.Superseded {
				c.fates[strings.ToLower(name)] = fate{m.ID, m.Status, m.ReplacedBy, m.Shutdown}
			}
		}
	}
	c.add(l.Withdrawals)
	return c
}

func (c *Catalog) add(models []api.Model) {
	first := len(c.models)
	for _, m := range models {
		if _, twice := c.exact[m.ID]; m.ID == "" || twice {
			continue
		}
		c.note(m.ID, len(c.models))
		c.models = append(c.models, m)
	}
	for i, m := range c.models[first:] {
		for _, alias := range m.Aliases {
			c.note(alias, first+i)
		}
	}
}

func (c *Catalog) note(name string, i int) {
	if _, taken := c.exact[name]; !taken {
		c.exact[name] = i
	}
	if _, taken := c.folded[strings.ToLower(name)]; !taken {
		c.folded[strings.ToLower(name)] = i
	}
}

// Models returns the models that are offered, in order. The slice must not be
// changed.
func (c *Catalog) Models() []api.Model { return c.models[:c.listed] }

// Lookup returns the model with that id or alias, also one that is no longer
// offered: its Status tells. What was superseded has the facts of its
// successor, where that is known.
func (c *Catalog) Lookup(id string) (api.Model, bool) {
	i, ok := c.exact[id]
	if !ok {
		i, ok = c.folded[strings.ToLower(id)]
	}
	if !ok {
		return api.Model{}, false
	}
	m := c.models[i]
	if f, given := c.fates[strings.ToLower(id)]; given {
		if i, ok := c.exact[f.replacedBy]; ok && f.status == api.Superseded {
			m = c.models[i]
		}
		m.ID, m.Status, m.ReplacedBy, m.Shutdown = f.id, f.status, f.replacedBy, f.shutdown
	}
	return m, true
}

// Resolve returns the model that a person means: the one with that id or
// alias, else the one whose name behind the slash that is, else the only one
// that has it in its id or an alias. Letter case decides only between equals, and
// what is no longer offered is only found by its whole name.
// The error wraps [ErrUnknown] or is an [*AmbiguousError].
func (c *Catalog) Resolve(ref string) (api.Model, error) {
	ref = strings.TrimSpace(ref)
	if m, ok := c.Lookup(ref); ok {
		return m, nil
	}
	part := strings.ToLower(ref)
	if part == "" {
		return api.Model{}, fmt.Errorf("find a model without a name: %w", ErrUnknown)
	}
	found := c.where(func(name string) bool { return name[strings.LastIndex(name, "/")+1:] == part })
	if len(found) == 0 {
		found = c.where(func(name string) bool { return strings.Contains(name, part) })
	}
	switch len(found) {
	case 0:
		return api.Model{}, fmt.Errorf("find model %q: %w", ref, ErrUnknown)
	case 1:
		return found[0], nil
	}
	ambiguous := &AmbiguousError{Ref: ref}
	for _, m := range found {
		ambiguous.Candidates = append(ambiguous.Candidates, m.ID)
	}
	return api.Model{}, ambiguous
}

// where returns the models with a name, in lower case, that fits.
func (c *Catalog) where(fits func(name string) bool) []api.Model {
	var found []api.Model
	folded := func(name string) bool { return fits(strings.ToLower(name)) }
	for _, m := range c.Models() {
		if folded(m.ID) || slices.ContainsFunc(m.Aliases, folded) {
			found = append(found, m)
		}
	}
	return found
}

// chatType is AI/ML API's word for a model that chats.
const chatType = "openai/chat-completions"

// typeEndpoints says which types of AI/ML API chat, and where. Other services
// say "chat" or "chat-completion".
var typeEndpoints = map[string]string{
	chatType:             chatEndpoint,
	"openai/responses":   responsesEndpoint,
	"anthropic/messages": messagesEndpoint,
}

// imageModel finds models that draw though they claim to chat.
var imageModel = api.NewPattern(`-image(-|$)`)

// Chat returns the models that one can chat with: those that say so and those
// that say nothing, as most servers' lists do. A model that is listed once for
// each protocol becomes one.
func Chat(models []api.Model) []api.Model {
	var chat []api.Model
	at := map[string]int{}
	for _, m := range models {
		draws := slices.ContainsFunc(m.Output, func(modality string) bool { return modality != "text" })
		endpoint, talks := typeEndpoints[m.Type]
		if !talks && m.Type != "" && !strings.Contains(m.Type, "chat") || draws || imageModel.MatchString(m.ID) {
			continue
		}
		i, twice := at[m.ID]
		switch {
		case !twice:
			at[m.ID] = len(chat)
			if endpoint != "" && endpoint != chatEndpoint {
				m.Endpoints = []string{endpoint}
			}
			chat = append(chat, m)
		case endpoint != "" && m.Type != chat[i].Type:
			first := cmp.Or(typeEndpoints[chat[i].Type], chatEndpoint)
			chat[i].Endpoints = slices.Compact(slices.Sorted(slices.Values(append(chat[i].Endpoints, first, endpoint))))
		}
	}
	return chat
}
