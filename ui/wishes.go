// This file owns what the person wishes of the answers to come: how hard the
// model thinks, and whether it searches the web. Whether it can is found out,
// and told, when it is asked.

package ui

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/figures"
)

// setEffort takes low, medium, high, a number of tokens to think with, or off.
func (m *Model) setEffort(arg string) tea.Cmd {
	req := &m.opts.Request
	arg = strings.ToLower(strings.TrimSpace(arg))
	tokens, err := strconv.Atoi(strings.ReplaceAll(arg, ",", ""))
	switch {
	case arg == "":
		m.say("thinking: %s; /effort takes low, medium, high, a number of tokens, or off", m.effortText())
		return nil
	case arg == "off" || arg == "auto":
		req.Effort, req.ThinkingBudget = "", 0
	case arg == string(api.LowEffort) || arg == string(api.MediumEffort) || arg == string(api.HighEffort):
		req.Effort, req.ThinkingBudget = api.Effort(arg), 0
	case err == nil && tokens > 0:
		req.Effort, req.ThinkingBudget = "", tokens
	default:
		m.say("/effort takes low, medium, high, a number of tokens, or off; not %q", arg)
		return nil
	}
	m.say("from the next message on, thinking: %s", m.effortText())
	return nil
}

func (m *Model) effortText() string {
	req := m.opts.Request
	switch {
	case req.ThinkingBudget > 0:
		return "up to " + figures.Tokens(int64(req.ThinkingBudget)) + " tokens"
	case req.Effort != "":
		return string(req.Effort) + " effort"
	}
	return "as the model likes"
}

// toggleWeb turns web search on and off.
func (m *Model) toggleWeb(arg string) tea.Cmd {
	switch strings.ToLower(arg) {
	case "on":
		m.opts.Request.Web = true
	case "off":
		m.opts.Request.Web = false
	default:
		m.opts.Request.Web = !m.opts.Request.Web
	}
	if m.opts.Request.Web {
		m.say("the next messages may search the web")
	} else {
		m.say("no web search")
	}
	return nil
}

// wishes are those in force, for the header.
func (m *Model) wishes() string {
	var on []string
	if req := m.opts.Request; req.Effort != "" || req.ThinkingBudget > 0 {
		on = append(on, m.effortText())
	}
	if m.opts.Request.Web {
		on = append(on, "web")
	}
	return strings.Join(on, ", ")
}
