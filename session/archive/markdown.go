package archive

// This file owns the Markdown of an export. What a message says stands in it as
// it was written; the one thing that is added is what closes a block that would
// swallow the messages after it.

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

type markdownWriter struct {
	page
	some bool // a session was written
}

func (m *markdownWriter) begin(list []session.Session) error {
	if len(list) != 1 {
		return nil
	}
	// A text of JSON is one of YAML.
	s := list[0]
	head := "---\n"
	for _, field := range []struct{ name, value string }{
		{"title", oneLine(s.Title)}, {"session", s.ID}, {"model", s.Model}, {"created", s.Created.UTC().Format(layout)},
	} {
		if field.value == "" {
			continue
		}
		value, err := encode(field.value)
		if err != nil {
			return err
		}
		head += field.name + ": " + string(value) + "\n"
	}
	return m.text(head + "---\n\n")
}

func (m *markdownWriter) end() error { return nil }

func (m *markdownWriter) session(s Session) error {
	if m.some {
		if err := m.text("\n---\n\n"); err != nil {
			return err
		}
	}
	m.some = true
	if err := m.text("# " + plain(firstOf(oneLine(s.Title), "Untitled")) + "\n"); err != nil {
		return err
	}
	branches, siblings := s.branches(), s.siblings()
	for i, row := range branches {
		if i > 0 {
			if err := m.text(fmt.Sprintf("\n---\n\n## %s\n", branchTitle(i+1, len(branches)))); err != nil {
				return err
			}
		}
		for _, msg := range row {
			if err := m.message(msg, siblings[msg.ID]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *markdownWriter) message(msg session.Message, siblings []string) error {
	var b strings.Builder
	b.WriteString("\n## " + plain(who(msg)))
	if at := m.when(msg.Created); at != "" {
		b.WriteString(" · " + at)
	}
	if len(siblings) > 1 {
		b.WriteString(" · " + position(msg.ID, siblings))
	}
	b.WriteString("\n")
	if msg.Digest != nil && msg.Digest.Text != "" {
		b.WriteString("\n" + quoted("**Summary of what came before**\n\n"+closed(msg.Digest.Text)))
	}
	if t := msg.Reasoning(); m.o.Reasoning && t != "" {
		b.WriteString("\n" + quoted("**"+thought(msg)+"**\n\n"+closed(t)))
	}
	if said := msg.Content(); said != "" {
		b.WriteString("\n" + closed(said) + "\n")
	}
	for _, p := range msg.Parts {
		b.WriteString(aside(p))
	}
	for i, c := range msg.Citations {
		if i == 0 {
			b.WriteString("\n")
		}
		b.WriteString(citation(i+1, c))
	}
	if foot := footing(msg); foot != "" {
		b.WriteString("\n*" + plain(foot) + "*\n")
	}
	return m.text(b.String())
}

// position says which of its siblings a message is.
func position(id string, siblings []string) string {
	for i, other := range siblings {
		if other == id {
			return fmt.Sprintf("‹%d/%d›", i+1, len(siblings))
		}
	}
	return ""
}

// aside is a part that is neither answer nor thought.
func aside(p api.Part) string {
	switch {
	case p.Kind == api.FilePart && p.File != nil:
		line := plain(label(*p.File))
		if address := safeURL(p.File.URL); address != "" {
			line += " · <" + address + ">"
		}
		return "\n- " + line + "\n"
	case p.Kind == api.ToolCallPart && p.Tool != nil:
		return "\n**Tool call: " + plain(oneLine(p.Tool.Name)) + "**\n\n" + fenced("json", p.Tool.Arguments)
	case p.Kind == api.ToolResultPart:
		name := ""
		if p.Tool != nil && p.Tool.Name != "" {
			name = ": " + plain(oneLine(p.Tool.Name))
		}
		return "\n**Result" + name + "**\n\n" + fenced("", p.Text)
	}
	return ""
}

func citation(n int, c api.Citation) string {
	title := firstOf(oneLine(c.Title), oneLine(c.URL))
	if address := safeURL(c.URL); address != "" {
		return fmt.Sprintf("%d. [%s](<%s>)\n", n, plain(title), address)
	}
	return fmt.Sprintf("%d. %s\n", n, plain(title))
}

// plain is a line in which no character means anything to Markdown.
func plain(line string) string {
	var b strings.Builder
	for _, r := range line {
		if strings.ContainsRune("\\`*_[]<>#|~&$!", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// quoted puts a mark of quotation before each line.
func quoted(s string) string {
	return "> " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n> ") + "\n"
}

// fenced puts content between fences that are longer than any in it.
func fenced(language, content string) string {
	fence := strings.Repeat("`", max(3, longestRun(content, '`')+1))
	if content != "" && !strings.HasSuffix(content, "\n") {
		content += "\n"
	}
	return fence + language + "\n" + content + fence + "\n"
}

// longestRun is how often c stands in a row in s, at most.
func longestRun(s string, c byte) int {
	longest, run := 0, 0
	for i := range len(s) {
		if run++; s[i] != c {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

// closed returns what a message says, so that what follows it is no part of it: a
// fence that was left open is closed, and what can't be closed stands in one.
func closed(said string) string {
	said = strings.TrimRight(strings.ReplaceAll(said, "\r\n", "\n"), "\n")
	if ends(said) {
		return said
	}
	for _, mark := range []byte{'`', '~'} {
		if n := longestRun(said, mark); n >= 3 {
			if tried := said + "\n" + strings.Repeat(string(mark), n); ends(tried) {
				return tried
			}
		}
	}
	return strings.TrimRight(fenced("", said), "\n")
}

// sentinel is the heading that is looked for behind a text.
const sentinel = "\n\n# sentinel\n"

// ends reports whether a heading behind said would be one.
func ends(said string) bool {
	if !strings.ContainsAny(said, "`~<") { // nothing else goes on over an empty line and a heading
		return true
	}
	if tangled(said) {
		return false
	}
	source := []byte(said + sentinel)
	last := goldmark.DefaultParser().Parse(text.NewReader(source)).LastChild()
	heading, ok := last.(*ast.Heading)
	if !ok || heading.Level != 1 || heading.Lines().Len() != 1 {
		return false
	}
	line := heading.Lines().At(0)
	return string(line.Value(source)) == "sentinel"
}
