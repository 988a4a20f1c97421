// This file owns the completion of paths: behind an @ in a message, and of what
// /attach is to attach. It reads no folder; Options does, in commands.

package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// paths is what the path being typed may become.
type paths struct {
	asked string // what the list is for
	found []string
	key   bool // the key that completes waits for the list
}

// pathsMsg brings the paths that begin so.
type pathsMsg struct {
	asked string
	found []string
}

// atPath is the path that is being typed, and what stands before it.
func (m *Model) atPath() (sign, prefix string, ok bool) {
	if m.opts.Paths == nil {
		return "", "", false
	}
	word := m.composer.Word()
	if rest, at := strings.CutPrefix(word, "@"); at {
		return "@", unescaped.Replace(rest), true
	}
	c, arg := m.slash(m.composer.Value())
	if c != nil && (c.Name == "attach" || c.Name == "write" || c.Name == "export") && arg != "" && strings.HasSuffix(m.composer.Value(), word) {
		return "", unescaped.Replace(word), true
	}
	return "", "", false
}

// A blank in a path is written as in a shell, so that the word does not end.
var (
	escaped   = strings.NewReplacer(" ", `\ `)
	unescaped = strings.NewReplacer(`\ `, " ")
)

// forgetPaths forgets what a path may become that is typed no longer.
func (m *Model) forgetPaths() {
	if len(m.paths.found) == 0 {
		return
	}
	if _, _, ok := m.atPath(); !ok {
		m.paths = paths{}
	}
}

// listPaths asks what a path may become, when it has changed.
func (m *Model) listPaths() tea.Cmd {
	_, prefix, ok := m.atPath()
	if !ok {
		m.paths = paths{}
		return nil
	}
	m.paths.key = false // another one was pressed
	if m.listed(prefix) {
		return nil
	}
	list := m.opts.Paths
	return func() tea.Msg { return pathsMsg{prefix, append([]string{}, list(prefix)...)} }
}

// listed reports whether the list at hand is that of prefix.
func (m *Model) listed(prefix string) bool { return prefix == m.paths.asked && m.paths.found != nil }

func (m *Model) pathsListed(msg pathsMsg) tea.Cmd {
	if _, prefix, ok := m.atPath(); !ok || prefix != msg.asked {
		return nil
	}
	complete := m.paths.key
	m.paths = paths{asked: msg.asked, found: msg.found}
	if complete {
		return m.completePath()
	}
	return nil
}

// completePath writes the path out as far as only one is possible, goes through
// the possible ones where that is no step further, and attaches the file when
// the path is that of just one.
func (m *Model) completePath() tea.Cmd {
	sign, prefix, _ := m.atPath()
	found := m.paths.found
	switch {
	case !m.listed(prefix): // it is on its way
		m.paths.key = true
		return nil
	case len(found) == 0:
		m.say("no file begins with %s", prefix)
		return nil
	case len(found) == 1 && !strings.HasSuffix(found[0], "/") && (sign != "" || m.attaches()):
		return m.takePath(found[0])
	}
	common := commonPrefix(found)
	if len(common) <= len(prefix) { // choose the next one
		common = found[(slices.Index(found, prefix)+1)%len(found)]
	}
	m.composer.SetWord(sign + escaped.Replace(common))
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
	sign, prefix, ok := m.atPath()
	ok = ok && sign == "@" && m.listed(prefix) && slices.Contains(m.paths.found, prefix) && !strings.HasSuffix(prefix, "/")
	return prefix, ok
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
