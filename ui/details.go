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
	a, ok := m.conv.view.Selected().(*transcript.Answer)
	if !ok {
		m.open(dialog.NewDetails(m.theme, details))
		return nil
	}
	var all []dialog.Message
	for i, msg := range m.selectedParts() {
		reply := a.Reply
		if i < len(a.Earlier) {
			reply = a.Earlier[i].Reply
		}
		all = append(all, dialog.Message{
			ID: msg.ID, At: msg.Created, Provider: msg.Provider, Model: msg.Model,
			Reply: reply, RequestID: msg.ID, // the request is labelled with the id of its answer
		})
	}
	m.open(dialog.NewDetails(m.theme, all...))
	return nil
}

// selectedMessage is the message that the selected entry shows, the first if
// there are several; nil when it shows none, or one that has no place in the
// session yet.
func (m *Model) selectedMessage() *session.Message {
	if parts := m.selectedParts(); len(parts) > 0 {
		return &parts[0]
	}
	return nil
}

// selectedParts are the messages that the selected entry shows, as far as they
// have a place in the session.
func (m *Model) selectedParts() []session.Message {
	n := 0
	switch e := m.conv.view.Selected().(type) {
	case *transcript.User:
		n = 1
	case *transcript.Answer:
		n = 1 + len(e.Earlier)
	}
	if all, i := m.conv.messages, m.conv.view.Position(); n > 0 && i < len(all) {
		return all[i:min(i+n, len(all))]
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
