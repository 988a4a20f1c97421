// This file owns the completion of what is typed: of paths behind an @ in a message
// and of what /attach is to attach, and of tools and their actions behind /tool. It
// reads no folder and asks nobody; Options does, in commands.

package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// typing is a word that can be completed.
type typing struct {
	sign   string // that it begins with
	prefix string // what of it is there
	tool   bool   // it is a tool, or what stands behind one; else it is a path
	before string // what stands between /tool and it
}

// paths is what the word being typed may become.
type paths struct {
	asked typing // what the list is for
	found []string
	why   string // there is none
	key   bool   // the key that completes waits for the list
}

// pathsMsg brings what begins so.
type pathsMsg struct {
	asked typing
	found []string
	err   error
}

// typed is the word that is being typed, if it can be completed.
func (m *Model) typed() (typing, bool) {
	word := m.composer.Word()
	if rest, at := strings.CutPrefix(word, "@"); at && m.opts.Paths != nil {
		return typing{sign: "@", prefix: unescaped.Replace(rest)}, true
	}
	value := m.composer.Value()
	c, arg := m.slash(value)
	if c == nil || !strings.HasSuffix(value, word) {
		return typing{}, false
	}
	switch c.Name {
	case "attach", "write", "export":
		return typing{prefix: unescaped.Replace(word)}, arg != "" && m.opts.Paths != nil
	case "tool":
		before := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(value, slashName(c.Slash)), word))
		return typing{prefix: word, tool: true, before: before}, m.opts.Tools != nil && len(strings.Fields(before)) < 2 && value != slashName(c.Slash)
	}
	return typing{}, false
}

// A blank in a path is written as in a shell, so that the word does not end.
var (
	escaped   = strings.NewReplacer(" ", `\ `)
	unescaped = strings.NewReplacer(`\ `, " ")
)

// forgetPaths forgets what a word may become that is typed no longer.
func (m *Model) forgetPaths() {
	if len(m.paths.found) == 0 && m.paths.why == "" {
		return
	}
	if _, ok := m.typed(); !ok {
		m.paths = paths{}
	}
}

// listPaths asks what the word being typed may become, when it has changed.
func (m *Model) listPaths() tea.Cmd {
	t, ok := m.typed()
	if !ok {
		m.paths = paths{}
		return nil
	}
	m.paths.key = false // another one was pressed
	if m.listed(t) {
		return nil
	}
	list, tools, ctx, provider := m.opts.Paths, m.opts.Tools, m.ctx, m.conv.provider
	return func() tea.Msg {
		if !t.tool {
			return pathsMsg{asked: t, found: append([]string{}, list(t.prefix)...)}
		}
		found, err := tools(ctx, provider, t.before)
		found = slices.DeleteFunc(append([]string{}, found...), func(name string) bool { return !strings.HasPrefix(name, t.prefix) })
		return pathsMsg{t, found, err}
	}
}

// listed reports whether the list at hand is that of what is typed.
func (m *Model) listed(t typing) bool { return t == m.paths.asked && m.paths.found != nil }

func (m *Model) pathsListed(msg pathsMsg) tea.Cmd {
	if t, ok := m.typed(); !ok || t != msg.asked {
		return nil
	}
	complete := m.paths.key
	m.paths = paths{asked: msg.asked, found: msg.found}
	if msg.err != nil {
		m.paths.why = msg.err.Error()
	}
	if complete {
		return m.completePath()
	}
	return nil
}

// completePath writes the word out as far as only one is possible, goes through
// the possible ones where that is no step further, and attaches the file when
// the path is that of just one.
func (m *Model) completePath() tea.Cmd {
	t, _ := m.typed()
	found := m.paths.found
	switch {
	case !m.listed(t): // it is on its way
		m.paths.key = true
		return nil
	case len(found) == 0 && t.tool: // the line above says why, or what may stand there
		return nil
	case len(found) == 0:
		m.say("no file begins with %s", t.prefix)
		return nil
	case !t.tool && len(found) == 1 && !strings.HasSuffix(found[0], "/") && (t.sign != "" || m.attaches()):
		return m.takePath(found[0])
	}
	common := commonPrefix(found)
	if len(common) <= len(t.prefix) { // choose the next one
		common = found[(slices.Index(found, t.prefix)+1)%len(found)]
	}
	m.composer.SetWord(t.sign + escaped.Replace(common))
	return m.listPaths()
}

// attaches reports whether the path being typed is that of /attach; another
// command's file is left alone.
func (m *Model) attaches() bool {
	c, _ := m.slash(m.composer.Value())
	return c != nil && c.Name == "attach"
}

// takePath attaches the file that was being named.
func (m *Model) takePath(path string) tea.Cmd {
	m.composer.SetWord("")
	if c, arg := m.slash(m.composer.Value()); c != nil && c.Name == "attach" && arg == "" {
		m.composer.SetValue("")
	}
	return m.attach(path, "")
}

// namesFile reports whether the path behind an @ is that of a file, written out:
// who sends it then wants it attached.
func (m *Model) namesFile() (path string, ok bool) {
	t, ok := m.typed()
	ok = ok && t.sign == "@" && m.listed(t) && slices.Contains(m.paths.found, t.prefix) && !strings.HasSuffix(t.prefix, "/")
	return t.prefix, ok
}

func commonPrefix(list []string) string {
	common := list[0]
	for _, s := range list[1:] {
		for !strings.HasPrefix(s, common) {
			common = common[:len(common)-1]
		}
	}
	return common
}
