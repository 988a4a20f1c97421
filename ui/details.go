// This file shows what lies behind what is seen: the details of a message, its
// links, the state of the installation.

package ui

import (
	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/dialog"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

// showDetails shows the details of the selected message.
func (m *Model) showDetails() tea.Cmd {
	msg := m.selectedMessage()
	if msg == nil {
		m.say("nothing is known of this")
		return nil
	}
	details := dialog.Message{
		ID: msg.ID, At: msg.Created, Files: filesOf(msg.Parts), Provider: msg.Provider, Model: msg.Model,
	}
	if a, ok := m.conv.view.Selected().(*transcript.Answer); ok {
		details.Reply, details.RequestID = a.Reply, msg.ID // the request is labelled with the id of its answer
	}
	m.open(dialog.NewDetails(m.theme, details))
	return nil
}

// selectedMessage is the message that the selected entry shows; nil when it
// shows none, or one that has no place in the session yet.
func (m *Model) selectedMessage() *session.Message {
	switch m.conv.view.Selected().(type) {
	case *transcript.User, *transcript.Answer:
		if i := m.conv.view.Position(); i < len(m.conv.messages) {
			return &m.conv.messages[i]
		}
	}
	return nil
}

// chooseLink lists the links of the selected message.
func (m *Model) chooseLink() tea.Cmd {
	selected := m.conv.view.Selected()
	if selected == nil {
		return nil
	}
	links := selected.Links()
	if len(links) == 0 {
		m.say("no links in this message")
		return nil
	}
	m.open(dialog.NewLinks(m.theme, linksOf(links)))
	return nil
}

func linksOf(links []transcript.Link) []dialog.Link {
	list := make([]dialog.Link, len(links))
	for i, l := range links {
		list[i] = dialog.Link{Number: l.Citation, Title: l.Title, URL: l.URL}
	}
	return list
}

// openURL opens an address that the person has seen.
func (m *Model) openURL(url string) tea.Cmd {
	open := m.opts.OpenURL
	if open == nil {
		return m.copy(url)
	}
	m.say("opening %s", url)
	return func() tea.Msg {
		if err := open(url); err != nil {
			return toldMsg(func(m *Model) tea.Cmd {
				m.say("it can't be opened: %v", err)
				return nil
			})
		}
		return nil
	}
}

// examine checks the installation and shows what was found.
func (m *Model) examine() tea.Cmd {
	check, ctx := m.opts.Doctor, m.ctx
	if check == nil {
		m.say("there is no doctor here; try aimlchat doctor")
		return nil
	}
	d := dialog.NewReport(m.theme, "Doctor", []dialog.FactGroup{{Facts: []dialog.Fact{{Name: "checking", Value: "a moment …", Tone: dialog.Quiet}}}})
	m.open(d)
	return func() tea.Msg {
		findings := check(ctx)
		return toldMsg(func(*Model) tea.Cmd {
			d.SetGroups([]dialog.FactGroup{{Facts: factsOf(findings)}})
			return nil
		})
	}
}

func factsOf(findings []Check) []dialog.Fact {
	tones := map[string]dialog.Tone{"ok": dialog.Plain, "warning": dialog.Warning, "failure": dialog.Bad}
	signs := map[string]string{"warning": "! ", "failure": "✗ "} // where there are no colours
	var facts []dialog.Fact
	for _, c := range findings {
		facts = append(facts, dialog.Fact{Name: c.Name, Value: signs[c.State] + c.Text, Tone: tones[c.State]})
		if c.Hint != "" {
			facts = append(facts, dialog.Fact{Value: c.Hint, Tone: dialog.Quiet})
		}
	}
	return facts
}
