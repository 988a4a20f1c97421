package archive

// This file owns the page of an export: one file that needs no other, runs no
// script and asks for nothing. What a message says goes through markup.go, all
// else is escaped here.

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

type htmlWriter struct {
	page
	number int // of the session that is written, from 1
	of     int
}

func (h *htmlWriter) begin(list []session.Session) error {
	h.of = len(list)
	title := fmt.Sprintf("%d conversations", len(list))
	if len(list) == 1 {
		title = titleOf(list[0])
	}
	sum := sha256.Sum256([]byte(style))
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src data:; base-uri 'none'; form-action 'none'"
	err := h.text("<!doctype html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n" +
		`<meta http-equiv="Content-Security-Policy" content="` + policy + "\">\n" +
		`<meta name="viewport" content="width=device-width, initial-scale=1">` + "\n" +
		`<meta name="color-scheme" content="light dark">` + "\n" +
		`<meta name="referrer" content="no-referrer">` + "\n" +
		`<meta name="robots" content="noindex">` + "\n" +
		"<title>" + escaped(title) + "</title>\n<style>" + style + "</style>\n</head>\n<body>\n")
	if err != nil || len(list) == 1 {
		return err
	}
	toc := "<nav>\n<h1>" + escaped(title) + "</h1>\n<ol>\n"
	for i, s := range list {
		toc += fmt.Sprintf("<li><a href=\"#s%d\">%s</a></li>\n", i+1, escaped(titleOf(s)))
	}
	return h.text(toc + "</ol>\n</nav>\n")
}

func titleOf(s session.Session) string { return firstOf(oneLine(s.Title), "Untitled") }

func (h *htmlWriter) end() error { return h.text("</body>\n</html>\n") }

func (h *htmlWriter) session(s Session) error {
	h.number++
	facts := []string{}
	for _, fact := range []string{s.Model, h.when(s.Created)} {
		if fact != "" {
			facts = append(facts, escaped(oneLine(fact)))
		}
	}
	err := h.text(fmt.Sprintf("<main id=\"s%d\">\n<header>\n<h1>%s</h1>\n<p>%s</p>\n</header>\n",
		h.number, escaped(titleOf(s.Session)), strings.Join(facts, " · ")))
	if err != nil {
		return err
	}
	names := map[string]int{} // of the messages on the page
	for i, m := range s.Messages {
		names[m.ID] = i + 1
	}
	branches, siblings := s.branches(), s.siblings()
	for i, row := range branches {
		if i > 0 {
			if err := h.text(h.branch(i+1, len(branches), row[0], names)); err != nil {
				return err
			}
		}
		for _, m := range row {
			if err := h.message(m, siblings[m.ID], names); err != nil {
				return err
			}
		}
		if i > 0 {
			if err := h.text("</section>\n"); err != nil {
				return err
			}
		}
	}
	return h.text("</main>\n")
}

// branch begins a branch that is not the one shown.
func (h *htmlWriter) branch(n, of int, first session.Message, names map[string]int) string {
	from := ""
	if at, known := names[first.ParentID]; known {
		from = fmt.Sprintf(" <a href=\"#%s\">from here</a>", h.anchor(at))
	}
	return fmt.Sprintf("<section>\n<h2>%s%s</h2>\n", branchTitle(n, of), from)
}

func (h *htmlWriter) anchor(message int) string { return fmt.Sprintf("s%dm%d", h.number, message) }

func (h *htmlWriter) message(m session.Message, siblings []string, names map[string]int) error {
	kind := "other"
	switch m.Role {
	case api.User, api.Assistant, api.ToolRole:
		kind = string(m.Role)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<article id=\"%s\" class=\"%s\">\n<header><b><bdi>%s</bdi></b>", h.anchor(names[m.ID]), kind, escaped(oneLine(who(m))))
	if at := h.when(m.Created); at != "" {
		b.WriteString(" <time>" + at + "</time>")
	}
	b.WriteString(h.steps(m.ID, siblings, names) + "</header>\n")
	if m.Digest != nil && m.Digest.Text != "" {
		b.WriteString("<details><summary>Summary of what came before</summary>\n" + markup(m.Digest.Text) + "</details>\n")
	}
	if t := m.Reasoning(); h.o.Reasoning && t != "" {
		b.WriteString("<details><summary>" + escaped(thought(m)) + "</summary>\n" + markup(t) + "</details>\n")
	}
	if said := m.Content(); said != "" {
		b.WriteString("<div class=\"said\" dir=\"auto\">\n" + markup(said) + "</div>\n")
	}
	if err := h.text(b.String()); err != nil {
		return err
	}
	for _, p := range m.Parts {
		if err := h.aside(p); err != nil {
			return err
		}
	}
	return h.text(sources(m.Citations) + foot(m) + "</article>\n")
}

// steps are the ways to the siblings of a message.
func (h *htmlWriter) steps(id string, siblings []string, names map[string]int) string {
	if len(siblings) < 2 {
		return ""
	}
	i := 0
	for j, other := range siblings {
		if other == id {
			i = j
		}
	}
	link := func(j int, mark string) string {
		if j < 0 || j >= len(siblings) {
			return mark
		}
		return fmt.Sprintf("<a href=\"#%s\">%s</a>", h.anchor(names[siblings[j]]), mark)
	}
	return fmt.Sprintf(" <span class=\"steps\">%s%d/%d%s</span>", link(i-1, "‹"), i+1, len(siblings), link(i+1, "›"))
}

// aside writes a part that is neither answer nor thought.
func (h *htmlWriter) aside(p api.Part) error {
	switch {
	case p.Kind == api.FilePart && p.File != nil:
		return h.file(*p.File)
	case p.Kind == api.ToolCallPart && p.Tool != nil:
		return h.text("<details><summary>Tool call: <bdi>" + escaped(oneLine(p.Tool.Name)) + "</bdi></summary>\n<pre>" +
			escaped(p.Tool.Arguments) + "</pre></details>\n")
	case p.Kind == api.ToolResultPart:
		return h.text("<details><summary>Result</summary>\n<pre>" + escaped(p.Text) + "</pre></details>\n")
	}
	return nil
}

// mostShown bounds the picture that a page holds.
const mostShown = 32 << 20

func (h *htmlWriter) file(f api.File) error {
	if picture(mediaType(f.MIME)) && f.Size <= mostShown {
		if content, ok := h.o.open(f); ok {
			err := h.text("<figure><img alt=\"" + escaped(oneLine(f.Name)) + "\" src=\"data:" + mediaType(f.MIME) + ";base64,")
			if err == nil {
				err = writeBase64(h.w, content)
			}
			return errors.Join(err, content.Close(), h.text("\"><figcaption>"+escaped(label(f))+"</figcaption></figure>\n"))
		}
	}
	name := "<bdi>" + escaped(label(f)) + "</bdi>"
	if address := safeURL(f.URL); address != "" {
		name = anchorTo(address) + name + "</a>"
	}
	return h.text("<p class=\"file\">" + name + "</p>\n")
}

func sources(list []api.Citation) string {
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("<ol class=\"sources\">\n")
	for _, c := range list {
		title := "<bdi>" + escaped(firstOf(oneLine(c.Title), oneLine(c.URL))) + "</bdi>"
		if address := safeURL(c.URL); address != "" {
			title = anchorTo(address) + title + "</a>"
		}
		b.WriteString("<li>" + title + "</li>\n")
	}
	return b.String() + "</ol>\n"
}

func foot(m session.Message) string {
	line := footing(m)
	if line == "" {
		return ""
	}
	return "<footer>" + escaped(line) + "</footer>\n"
}

// anchorTo begins a link to an address that [safeURL] let pass.
func anchorTo(address string) string {
	return `<a href="` + escaped(address) + `" rel="noopener noreferrer nofollow">`
}

// escaped is s as a text or an attribute of the page. What no page may hold is
// left out: controls, and what turns the order of letters around.
func escaped(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || unseen(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}
