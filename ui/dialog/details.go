package dialog

// details.go owns what is told of one message: who answered and how, when, how
// long, how many tokens, what for. It refuses to compute a figure from others.

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/figures"
)

// Message is what there is to tell of a message. What is zero is not known.
type Message struct {
	ID        string // by which the database knows it
	At        time.Time
	Files     []api.File // that the person attached
	Provider  string
	Model     string     // as it was asked for
	RequestID string     // by which the request is labelled in the service's logs
	Reply     *api.Reply // nil: a message of the person's
}

// NewDetails returns the details of a message, or of the messages that are one
// answer together. Times are told in the zone of their At.
func NewDetails(theme themes.Theme, all ...Message) *Report {
	title := "Answer"
	if all[0].Reply == nil {
		title = "Message"
	}
	var groups []FactGroup
	for i := range all {
		its := all[i].groups()
		if len(all) > 1 {
			facts := slices.Concat(its[0].Facts, its[1].Facts)
			its = append([]FactGroup{{Title: fmt.Sprintf("Part %d of %d", i+1, len(all)), Facts: facts}}, its[2:]...)
		}
		groups = append(groups, its...)
	}
	return NewReport(theme, title, groups)
}

func (m *Message) groups() []FactGroup {
	if m.Reply == nil {
		return []FactGroup{{Facts: m.asked()}, {Facts: m.ids()}}
	}
	r := m.Reply
	return []FactGroup{
		{Facts: m.failed()},
		{Facts: m.answered()},
		{Facts: took(r)},
		{Title: "Tokens", Facts: tokens(r.Usage)},
		{Facts: paid(r.Cost)},
		{Facts: m.ids()},
	}
}

// known appends a fact that is known, and nothing else.
func known(facts []Fact, name, value string) []Fact {
	if value == "" {
		return facts
	}
	return append(facts, Fact{Name: name, Value: value})
}

func (m *Message) when() string {
	if m.At.IsZero() {
		return ""
	}
	return m.At.Format("Mon 2 Jan 2006, 15:04:05")
}

func (m *Message) asked() []Fact {
	facts := known(nil, "sent", m.when())
	name := "attached"
	for _, f := range m.Files {
		facts = append(facts, Fact{Name: name, Value: fmt.Sprintf("%s · %s · %s", f.Name, f.MIME, figures.Bytes(f.Size))})
		name = ""
	}
	return facts
}

func (m *Message) answered() []Fact {
	r := m.Reply
	facts := known(nil, "model", m.Model)
	facts = known(facts, "answered by", r.Model)
	facts = known(facts, "provider", m.Provider)
	facts = known(facts, "protocol", protocol(r.Protocol))
	facts = known(facts, "asked", m.when())
	return known(facts, "ended", ended(r))
}

// protocol names a protocol, and the path that it is served at.
func protocol(p api.Protocol) string {
	switch p {
	case api.Chat:
		return "chat completions (/chat/completions)"
	case api.Responses:
		return "responses (/responses)"
	case api.Messages:
		return "messages (/messages)"
	}
	return string(p)
}

// ended says why an answer ended; the service's word stands beside what it
// means.
func ended(r *api.Reply) string {
	means := map[api.FinishReason]string{
		"":                    "it still arrives",
		api.FinishStop:        "the answer is whole",
		api.FinishLength:      "cut at the token limit",
		api.FinishTools:       "to have a tool called",
		api.FinishFilter:      "refused, or stopped by a content filter",
		api.FinishStopped:     "stopped by you",
		api.FinishError:       "it failed",
		api.FinishInterrupted: "aimlchat ended before it did",
	}
	text, ok := means[r.Finish]
	switch {
	case r.Finish == "":
		return text
	case !ok:
		return string(r.Finish)
	}
	return text + " (" + string(r.Finish) + ")"
}

// took tells times; those that the answer did not have are left out.
func took(r *api.Reply) []Fact {
	var facts []Fact
	for _, t := range []struct {
		name string
		d    time.Duration
	}{{"first token", r.Timing.FirstToken}, {"thinking", r.Timing.Thinking}, {"total", r.Timing.Total}} {
		if t.d > 0 {
			facts = append(facts, Fact{Name: t.name, Value: figures.Seconds(t.d)})
		}
	}
	if n := r.Usage.Completion; n != nil {
		facts = known(facts, "speed", figures.Rate(*n, r.Timing.Total-r.Timing.FirstToken))
	}
	return facts
}

// tokens lists every figure, the unknown ones too.
func tokens(u api.Usage) []Fact {
	if u == (api.Usage{}) {
		return []Fact{{"all", "not told", Quiet}}
	}
	var facts []Fact
	for _, f := range []struct {
		name string
		n    *int64
	}{
		{"prompt", u.Prompt}, {"cached", u.Cached}, {"completion", u.Completion}, {"reasoning", u.Reasoning}, {"total", u.Total},
	} {
		if f.n == nil {
			facts = append(facts, Fact{f.name, "not told", Quiet})
			continue
		}
		facts = append(facts, Fact{Name: f.name, Value: figures.Count(*f.n)})
	}
	return facts
}

func paid(c api.Cost) []Fact {
	facts := []Fact{{"cost", "unknown", Quiet}}
	if c.USD != nil {
		text := figures.USD(*c.USD)
		switch c.Source {
		case api.Estimated:
			text = "≈ " + text + ", estimated from list prices"
		case api.Billed:
			text += ", as billed"
		}
		facts[0] = Fact{Name: "cost", Value: text}
	}
	if c.Credits != nil {
		facts = append(facts, Fact{Name: "credits", Value: credits(*c.Credits)})
	}
	return facts
}

// credits writes them as one reads them: whole ones, or to the hundredth.
func credits(n float64) string {
	if n == math.Trunc(n) && math.Abs(n) < 1e15 {
		return figures.Count(int64(n))
	}
	return fmt.Sprintf("%.2f", n)
}

func (m *Message) ids() []Fact {
	facts := known(nil, "request id", m.RequestID)
	if r := m.Reply; r != nil {
		facts = known(facts, "inference id", r.InferenceID)
	}
	return known(facts, "message id", m.ID)
}

// failed tells of a failure; it comes first.
func (m *Message) failed() []Fact {
	err := m.Reply.Err
	if err == nil {
		return nil
	}
	what := err.Message
	if err.Status != 0 && !strings.Contains(what, fmt.Sprint(err.Status)) {
		what = fmt.Sprintf("%s (%d)", what, err.Status)
	}
	facts := []Fact{{"error", what, Bad}}
	facts = known(facts, "what to do", err.Hint)
	facts = known(facts, "kind", strings.ReplaceAll(string(err.Kind), "_", " "))
	return known(facts, "service's id", err.RequestID)
}
