// Package catalog knows the models: which of a service's list can chat, which
// one a person means by a part of its name, what a compiled-in snapshot tells
// before the service could be asked, and what an answer will have cost.
//
// It is pure: the list comes from a [api.Backend], and the bytes of the cache
// file come from and go to cli.
package catalog

import (
	"errors"
	"fmt"
	"regexp"
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
	models []api.Model
	exact  map[string]int // ids, then aliases
	folded map[string]int // the same in lower case
}

// New returns a catalogue of the given models in their order. Of models with
// the same id the first counts, and an id counts before any alias.
func New(models []api.Model) *Catalog {
	c := &Catalog{exact: map[string]int{}, folded: map[string]int{}}
	for _, m := range models {
		if _, twice := c.exact[m.ID]; m.ID == "" || twice {
			continue
		}
		c.note(m.ID, len(c.models))
		c.models = append(c.models, m)
	}
	for i, m := range c.models {
		for _, alias := range m.Aliases {
			c.note(alias, i)
		}
	}
	return c
}

func (c *Catalog) note(name string, i int) {
	if _, taken := c.exact[name]; !taken {
		c.exact[name] = i
	}
	if _, taken := c.folded[strings.ToLower(name)]; !taken {
		c.folded[strings.ToLower(name)] = i
	}
}

// Models returns the models in order. The slice must not be changed.
func (c *Catalog) Models() []api.Model { return c.models }

// Lookup returns the model with that id or alias.
func (c *Catalog) Lookup(id string) (api.Model, bool) {
	if i, ok := c.exact[id]; ok {
		return c.models[i], true
	}
	if i, ok := c.folded[strings.ToLower(id)]; ok {
		return c.models[i], true
	}
	return api.Model{}, false
}

// Resolve returns the model that a person means: the one with that id or
// alias, else the one whose name behind the slash that is, else the only one
// that has it in its id or an alias. Letter case decides only between equals.
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
	for _, m := range c.models {
		if folded(m.ID) || slices.ContainsFunc(m.Aliases, folded) {
			found = append(found, m)
		}
	}
	return found
}

// chatType is AI/ML API's word for a model that chats.
const chatType = "openai/chat-completions"

// imageModel finds models that draw though they claim to chat.
var imageModel = regexp.MustCompile(`-image(-|$)`)

// Chat returns the models that one can chat with: those that say so and those
// that say nothing, as most servers' lists do.
func Chat(models []api.Model) []api.Model {
	var chat []api.Model
	for _, m := range models {
		draws := slices.ContainsFunc(m.Output, func(modality string) bool { return modality != "text" })
		// other services say "chat" or "chat-completion"
		if (m.Type == "" || strings.Contains(m.Type, "chat")) && !draws && !imageModel.MatchString(m.ID) {
			chat = append(chat, m)
		}
	}
	return chat
}

// Merge returns the fresh list, with what it leaves open filled in from the
// older one. What the service no longer lists is gone. An empty fresh list is
// no news.
func Merge(fresh, older []api.Model) []api.Model {
	if len(fresh) == 0 {
		return older
	}
	known := New(older)
	merged := make([]api.Model, len(fresh))
	for i, m := range fresh {
		merged[i] = m
		if old, ok := find(known, m); ok {
			merged[i] = fill(m, old)
		}
	}
	return merged
}

// find returns the catalogue's entry for m, under whichever name it has there.
func find(c *Catalog, m api.Model) (api.Model, bool) {
	for _, name := range append([]string{m.ID}, m.Aliases...) {
		if old, ok := c.Lookup(name); ok {
			return old, true
		}
	}
	return api.Model{}, false
}
