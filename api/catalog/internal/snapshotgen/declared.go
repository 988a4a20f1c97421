package main

// declared.go owns the reading of what the schema on a model's page declares:
// endpoints, what it takes, what it can do, how it is steered.

import (
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

func (r *row) endpoints() []string {
	return slices.DeleteFunc(slices.Clone(r.Endpoints), func(e string) bool { return !strings.HasPrefix(e, "/v1/") })
}

// shared reports whether the page shows a schema that a hundred models share,
// whatever they can: what it says about files and tools is no fact.
func (r *row) shared() bool {
	return r.has("provider_routing") && r.has("web_search_options") && !r.anthropic()
}

func (r *row) anthropic() bool { return claude.MatchString(r.ID) }

// input is what a prompt may hold. Nothing is said where the page can't know:
// in the shared schema, and where there is no schema for chat.
func (r *row) input() []string {
	if r.shared() || !r.Vision && !slices.Contains(r.Endpoints, chatEndpoint) {
		return nil
	}
	input := []string{"text"}
	if r.Vision {
		input = append(input, "image")
	}
	if r.has("audio_input") && !r.anthropic() { // Claude's pages claim it; Claude can't hear
		input = append(input, "audio")
	}
	return input
}

const chatEndpoint = "/v1/chat/completions"

// thoughtless are said to think by a page that lists them beside models that do.
var thoughtless = []string{
	"openai/gpt-4.1-mini-2025-04-14", "openai/gpt-4.1-nano-2025-04-14",
	"deepseek/deepseek-non-reasoner-v3.1-terminus", "alibaba/qwen3-coder-480b-a35b-instruct",
}

func (r *row) capabilities() []string {
	var list []string
	if r.Reasoning != nil && *r.Reasoning && !slices.Contains(thoughtless, r.ID) {
		list = append(list, "reasoning")
	}
	if r.shared() {
		return list
	}
	for _, feature := range []string{"tools", "structured_output", "file_input"} {
		if r.has(feature) {
			list = append(list, feature)
		}
	}
	if r.Vision {
		list = append(list, "vision")
	}
	return list
}

// declares says which features of the collected facts are controls.
var declares = []struct {
	feature string
	control api.Control
	thinks  bool // it steers thought
}{
	{"param:reasoning_effort", api.ControlEffort, true},
	{"param:reasoning{effort,max_tokens,exclude}", api.ControlReasoning, true},
	{"param:thinking{budget_tokens}", api.ControlThinkingBudget, true},
	{"param:thinking{adaptive}", api.ControlThinkingAuto, true},
	{"param:thinking{enabled|disabled}", api.ControlThinking, true},
	{"param:enable_thinking", api.ControlEnable, true},
	{"param:thinking_budget", api.ControlBudget, true},
	{"web_search_options", api.ControlWebOptions, false},
	{"enable_search", api.ControlEnableSearch, false},
	{"stream_options.include_usage", api.ControlUsage, false},
}

// controls are the fields that steer the model. One that is known not to think
// has none of thought, whatever its schema shares with others.
func (r *row) controls() []string {
	var list []string
	mute := r.Reasoning != nil && !*r.Reasoning
	for _, d := range declares {
		if r.has(d.feature) && !(mute && d.thinks) && !(r.searches() && d.control == api.ControlWebOptions) {
			list = append(list, string(d.control))
		}
	}
	if r.searches() {
		list = append(list, string(api.ControlWebAlways))
	}
	return list
}

// searches finds the models that look into the web for every answer.
func (r *row) searches() bool { return strings.HasPrefix(r.ID, "perplexity/sonar") }
