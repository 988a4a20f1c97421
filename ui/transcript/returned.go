// This file owns the look of what comes with an answer besides its text:
// notices, sources, files.

package transcript

import (
	"fmt"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/figures"
	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/aimlchat/aimlchat/ui/sanitize"
	"github.com/charmbracelet/x/ansi"
)

// fewCitations is how many sources are listed before a person asks for all.
const fewCitations = 8

// noticeLines are words about how the answer came to be.
func (a *Answer) noticeLines(c context) []markdown.Line {
	var lines []markdown.Line
	for _, n := range a.notices() {
		if n = strings.TrimSpace(sanitize.Line(n)); n != "" {
			lines = append(lines, hang(run{text: "· ", ink: c.style.muted}, []run{{text: n, ink: c.style.muted}}, c.measure(barWidth))...)
		}
	}
	return lines
}

// hiddenThought is the line that stands for a thought of which the service
// tells only the length.
func (a *Answer) hiddenThought(c context) []markdown.Line {
	_, n := a.thoughtFigures()
	if a.reasoning() != "" || n == nil || *n <= 0 || c.fold == Hidden {
		return nil
	}
	tokens := " · " + figures.Count(*n) + " tokens"
	text := "Thought, hidden by the vendor" + tokens
	if ansi.StringWidth(text) > c.width-barWidth {
		text = "Thought, hidden" + tokens
	}
	return oneLine(c.style.thinking.Render(text), c.width-barWidth)
}

// citationLines are the sources, numbered as the marks in the answer are.
func (a *Answer) citationLines(c context) []markdown.Line {
	all := a.citations()
	shown := all
	if !a.isUnfolded() && len(all) > fewCitations+1 { // "and 1 more" would save nothing
		shown = all[:fewCitations]
	}
	width := c.measure(barWidth)
	var lines []markdown.Line
	for i, cited := range shown {
		lead := fmt.Sprintf("[%d] ", i+1)
		lines = append(lines, hang(run{text: lead, ink: c.style.muted}, c.style.citation(cited, width-len(lead)), width)...)
	}
	if n := len(all) - len(shown); n > 0 {
		lines = append(lines, oneLine(c.style.muted.Render(fmt.Sprintf("▸ and %d more", n)), width)...)
	}
	return lines
}

// citation is a source: its title and its host, or its address where the title
// is missing or pretends to be another host.
func (st *style) citation(cited api.Citation, width int) []run {
	title := flat(cited.Title)
	a := markdown.NewAddress(cited.URL)
	url := a.Target
	if !st.links {
		url = ""
	}
	where := strings.TrimSuffix(strings.TrimPrefix(a.Shown, "https://"), "/")
	switch {
	case title == "" && strings.HasPrefix(where, a.Host) && len(a.Host) < width: // what is cut is only its path
		return []run{{text: ansi.Truncate(where, width, "…"), ink: st.link, url: url}}
	case title == "":
		return []run{{text: where, ink: st.link, url: url}}
	case title == where:
		where = ""
	case a.DisguisedBy(title):
		where = a.Shown
	case a.Host != "":
		where = a.Host
	}
	return st.separated(run{text: title, ink: st.link, url: url}, run{text: where, ink: st.muted})
}

// fileLines are the files that the model made.
func (a *Answer) fileLines(c context) []markdown.Line {
	var lines []markdown.Line
	for _, f := range a.files() {
		f := &f
		runs := c.style.separated(run{text: mediaName(f), ink: c.style.muted}, run{text: size(f), ink: c.style.muted})
		if path := sanitize.Line(a.path(f)); path != "" {
			runs = []run{{text: mediaKind(f.MIME) + " saved: ", ink: c.style.muted}, {text: path, ink: c.style.text}}
		}
		lines = append(lines, hang(run{text: "▪ ", ink: c.style.model}, runs, c.measure(barWidth))...)
	}
	return lines
}

// path is where a file lies on this machine; "" when it does not.
func (a *Answer) path(f *api.File) string {
	if a.Saved == nil {
		return ""
	}
	return a.Saved(*f)
}

// paths are those of all files, as one key.
func (a *Answer) paths() string {
	var b strings.Builder
	for _, f := range a.files() {
		b.WriteString(a.path(&f))
		b.WriteByte(0)
	}
	return b.String()
}

// mediaName says what a file is and what it is called.
func mediaName(f *api.File) string {
	if name := flat(f.Name); name != "" {
		return mediaKind(f.MIME) + ": " + name
	}
	return mediaKind(f.MIME)
}

// mediaKind says in a word what a file is.
func mediaKind(mime string) string {
	kind, sub, _ := strings.Cut(strings.ToLower(mime), "/")
	switch {
	case kind == "image", kind == "audio", kind == "video":
		return kind
	case sub == "pdf":
		return "PDF"
	default:
		return "file"
	}
}
