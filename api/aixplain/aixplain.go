// Package aixplain speaks to aiXplain: models, agents and tools, each of which
// may answer at once, as an event stream, or only after it was asked for the
// result again and again. It sends an [api.Request] and yields [api.Event]s.
//
// What is asked is named by the model of the request:
//
//	model:ID   a model, with parameters and history in "text"
//	agent:ID   an agent; its sessions go on, its steps are its reasoning
//	tool:ID    a tool; the prompt is an action and its JSON: scrape {"url":"…"}
//
// Read it in this order: this file holds the client; ask.go is one question from
// the first request to the last event; hosts.go whom a key may go to; model.go
// and agent.go what is sent, history.go how a conversation becomes messages,
// session.go how a conversation goes on in a session of theirs, habits.go what
// refusals teach; decode.go is what comes back at once, document.go its tolerant
// shape, answer.go what it means, steps.go what an agent does meanwhile, poll.go
// how a result is waited for; list.go, tool.go and account.go are the rest.
//
// Of the limits on patience, FirstToken is how long a run may go on without any
// news of it (a new step, an answer), and Idle how long the service may be silent
// on one question for the result.
//
// Historical, and not built: the article of 2023 had another host, and parameters
// in the address (https://api.aixplain.com/models/ID?text=…). What is spoken here
// is version 2, with JSON bodies, whose hosts are two: the platform and the
// models.
package aixplain

import (
	"cmp"
	"context"
	"iter"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// Protocol is the way in which aiXplain is asked. It is stored with answers, and
// with what names an agent's session.
const Protocol api.Protocol = "aixplain"

// The hosts, unless others are configured.
const (
	DefaultPlatformURL = "https://platform-api.aixplain.com"
	DefaultModelsURL   = "https://models.aixplain.com"
)

// Config says whom to ask, and how.
type Config struct {
	// Name, Key, Headers, UserAgent, Transport, Timeouts, Retry and KeyHint count.
	// KeyHeader "" means x-api-key, and x-aixplain-key where that one is refused.
	wire.Config

	PlatformURL string // agents, lists, the account; "": the default
	ModelsURL   string // models and tools; "": the default

	Budget Budget
}

// Budget is what a run of an agent may take. It is always sent, since nothing
// stops a run but its end. A zero field means the default.
type Budget struct {
	Credits    float64       // 1 credit is $1; default 1
	Duration   time.Duration // default 300 s
	Iterations int           // default 30
}

func (b Budget) withDefaults() Budget {
	return Budget{
		Credits:    cmp.Or(max(b.Credits, 0), 1),
		Duration:   cmp.Or(max(b.Duration, 0), 300*time.Second),
		Iterations: cmp.Or(max(b.Iterations, 0), 30),
	}
}

// Client is an [api.Backend]. It is safe for concurrent use.
type Client struct {
	name             string
	platform, models *host
	budget           Budget
	retry            api.RetryPolicy
	patience         time.Duration

	habits wire.Memory[string, habits] // of models, by their names
	tips   wire.Memory[string, string] // of sessions: the last run that they are known to have had
}

var _ api.Backend = (*Client)(nil)

// New returns a client. It fails, with an [*api.Error], when one of the URLs is
// none.
func New(config Config) (*Client, error) {
	c := &Client{
		name:     config.Name,
		budget:   config.Budget.withDefaults(),
		retry:    config.Retry,
		patience: config.Timeouts.WithDefaults().FirstToken,
	}
	second := new(atomic.Bool)
	var err error
	if c.platform, err = newHost(config.Config, cmp.Or(config.PlatformURL, DefaultPlatformURL), second); err != nil {
		return nil, err
	}
	if c.models, err = newHost(config.Config, cmp.Or(config.ModelsURL, DefaultModelsURL), second); err != nil {
		return nil, err
	}
	return c, nil
}

// Name is the provider's name.
func (c *Client) Name() string { return c.name }

// Stream asks a model, an agent or a tool, and yields what it answers, with the
// promises of [api.Backend]. What of the request could not be asked for comes as
// notices.
//
// A run that answers later goes on at the service, and may cost, when ctx ends:
// there is no way to stop one. A notice says so then, right before the error.
func (c *Client) Stream(ctx context.Context, req api.Request) iter.Seq2[api.Event, error] {
	if req.Continue {
		asked, seam, ok := api.AskOn(req)
		if req = asked; ok {
			return api.Spliced(c.stream(ctx, req), seam)
		}
	}
	return c.stream(ctx, req)
}

func (c *Client) stream(ctx context.Context, req api.Request) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		q, err := c.question(ctx, req)
		if err != nil {
			yield(nil, err)
			return
		}
		q.yield = yield
		q.ask()
	}
}

// kind says what a name stands for.
type kind string

const (
	aModel  kind = "model"
	anAgent kind = "agent"
	aTool   kind = "tool"
)

// parse takes a name apart.
func parse(model string) (kind, string, error) {
	before, id, _ := strings.Cut(model, ":")
	switch k := kind(before); k {
	case aModel, anAgent, aTool:
		if isID(id) {
			return k, id, nil
		}
	}
	return "", "", &api.Error{
		Kind:    api.ErrInvalid,
		Message: "aiXplain has nothing that is called so",
		Hint:    "name what to ask as model:ID, agent:ID or tool:ID",
	}
}

// maxID is how long an id may be, in bytes.
const maxID = 256

// isID reports whether s can stand in an address as one step of its path, once
// it is escaped.
func isID(s string) bool {
	return s != "" && len(s) <= maxID && s != "." && s != ".." &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) })
}
