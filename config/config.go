// Package config reads config.toml, strictly: a key that nobody knows, a value
// of the wrong sort and a setting that can't be meant are errors that name the
// file and the line, since a misspelt setting that is silently ignored costs
// an evening.
//
// It reads what it is given. Where the file is, what the environment says and
// which of them wins is for cli to know; the package does no IO at all.
package config

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Config is a config file. What the file leaves out has the value that [Load]
// gives for an empty file.
type Config struct {
	Provider     string   `toml:"provider"`      // "": aimlapi
	Model        string   `toml:"model"`         // "": the last one used
	TitleModel   string   `toml:"title_model"`   // "": titles are made of the prompt's words
	Theme        string   `toml:"theme"`         // "": as the terminal's background is; "auto" reads as ""
	Accessible   bool     `toml:"accessible"`    // plain lines in place of a drawn screen
	ReduceMotion bool     `toml:"reduce_motion"` // nothing spins or pulses
	Mouse        bool     `toml:"mouse"`         // the wheel scrolls; true unless set
	Notify       bool     `toml:"notify"`        // tell when an answer is done and the window is not looked at
	SpendCapUSD  *float64 `toml:"spend_cap_usd"` // nil: none

	Timeouts  Timeouts            `toml:"-"`
	Keys      map[string][]string `toml:"-"` // keys of a command, by its name; an empty list unbinds it
	Providers map[string]Provider `toml:"-"`
	Presets   map[string]Preset   `toml:"presets"`
	MCP       map[string]Server   `toml:"mcp"`
}

// Timeouts bound the waiting for a service. Zero means not set.
type Timeouts struct {
	Connect    time.Duration // until the connection stands
	FirstToken time.Duration // from there until something arrives
	Idle       time.Duration // between two pieces
}

// Provider is something that answers: a change to a built-in one of that
// name, or a server of one's own.
type Provider struct {
	Kind          string            `toml:"kind"`     // one of [Kinds]; "": that of the name, else openai
	BaseURL       string            `toml:"base_url"` // absolute, http or https
	Protocol      string            `toml:"protocol"` // one of [Protocols]; "": chosen per model
	KeyEnv        string            `toml:"key_env"`  // the variable that holds the key
	APIKeyCommand []string          `toml:"api_key_command"`
	Headers       map[string]string `toml:"headers"`
	ExtraBody     map[string]any    `toml:"extra_body"` // merged into each request
	Models        []Model           `toml:"-"`          // for a server that does not list its own, or to say how one is asked
}

// Model is a model of a provider, as the config names it: by its id alone, or
// by a table. What it leaves out is as for all models of the provider, or as the
// provider's list says.
type Model struct {
	ID        string         `toml:"id"`
	Protocol  string         `toml:"protocol"`   // one of [Protocols]; "": that of the provider
	ExtraBody map[string]any `toml:"extra_body"` // over the fields of the provider's
	Context   int            `toml:"context"`    // window in tokens; 0: not said
	MaxTokens int            `toml:"max_tokens"` // longest answer in tokens; 0: not said
	Input     []string       `toml:"input"`      // of [Inputs]; nil: not said
}

// Model returns what the config says of the model that has one of the names; of
// one that it does not name, nothing but what holds for all.
func (p Provider) Model(names ...string) Model {
	m := Model{}
	for _, set := range p.Models {
		if slices.Contains(names, set.ID) {
			m = set
			break
		}
	}
	m.Protocol = cmp.Or(m.Protocol, p.Protocol)
	extra := maps.Clone(p.ExtraBody)
	if extra == nil {
		extra = map[string]any{}
	}
	maps.Copy(extra, m.ExtraBody)
	m.ExtraBody = extra
	return m
}

// Preset is a way to ask that has a name. Nil and empty fields leave what is
// otherwise in force.
type Preset struct {
	Model          string   `toml:"model"`
	System         string   `toml:"system"`
	SystemFile     string   `toml:"system_file"` // as written; relative to the config file
	Temperature    *float64 `toml:"temperature"`
	TopP           *float64 `toml:"top_p"`
	MaxTokens      int      `toml:"max_tokens"`
	Seed           *int64   `toml:"seed"`
	Stop           []string `toml:"stop"`
	Effort         string   `toml:"effort"` // low, medium or high
	ThinkingBudget *int     `toml:"thinking_budget"`
	Web            bool     `toml:"web"`
}

// Server is a tool server: a command to start, or an address.
type Server struct {
	Command string            `toml:"command"`
	Args    []string          `toml:"args"`
	Env     map[string]string `toml:"env"`
	URL     string            `toml:"url"`
	Headers map[string]string `toml:"headers"`
}

// Builtin names the providers that need no config.
var Builtin = []string{"aimlapi", "aixplain", "demo"}

// Kinds are the sorts of providers that a config can name.
var Kinds = []string{"aimlapi", "aixplain", "anthropic", "openai"}

// Protocols are the ways of asking that a config can force.
var Protocols = []string{"chat", "messages", "responses"}

// Inputs are what a config can say that a model takes.
var Inputs = []string{"text", "image", "audio"}

// Efforts are the degrees of thought that a preset can ask for.
var Efforts = []string{"low", "medium", "high"}

// Error is what is wrong with a config file, on one line.
type Error struct {
	Path    string
	Line    int // from 1; 0: no line in particular
	Message string
}
