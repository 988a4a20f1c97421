// This file owns lines made of several inks: how they wrap and stay apart. What
// it is given is safe to draw already.

package transcript

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/aimlchat/aimlchat/ui/sanitize"
	"github.com/charmbracelet/x/ansi"
)

// run is text in one ink.
type run struct {
	text string
	ink  lipgloss.Style
	url  string // that a terminal opens; "": none
}

// separated joins runs by dots, leaving out the empty ones.
func (st *style) separated(runs ...run) []run {
	var out []run
	for _, r := range runs {
		switch {
		case r.text == "":
			continue
		case len(out) > 0:
			out = append(out, run{text: " · ", ink: st.muted})
		}
		out = append(out, r)
	}
	return out
}

// hang wraps runs at most width cells a line, the lines after the first one
// indented by as much as lead takes.
func hang(lead run, runs []run, width int) []markdown.Line {
	var text strings.Builder
	for _, r := range runs {
		text.WriteString(r.text)
	}
	indent := ansi.StringWidth(lead.text)
	rows := sanitize.Wrap(text.String(), width-indent)
	lines := make([]markdown.Line, len(rows))
	begin := lead.ink.Render(lead.text)
	at := inkwell{runs: runs}
	spaces := spacesAfter(text.String(), rows)
	for i, row := range rows {
		drawn := begin + at.draw(row)
		lines[i] = markdown.Line{Text: ansi.Truncate(drawn, max(0, width), ""), Soft: i < len(rows)-1, Space: spaces[i]}
		if i > 0 {
			lines[i].Gutter = min(indent, max(0, width))
		}
		begin = strings.Repeat(" ", indent)
	}
	return lines
}

// spacesAfter tells which of the rows that a line was wrapped into end where a
// blank was taken away.
func spacesAfter(line string, rows []string) []bool {
	after := make([]bool, len(rows))
	for i, row := range rows[:len(rows)-1] {
		at := strings.Index(line, row)
		if at < 0 {
			continue
		}
		line = line[at+len(row):]
		after[i] = strings.HasPrefix(line, " ") && !strings.HasPrefix(rows[i+1], " ")
	}
	return after
}

// inkwell gives back to wrapped text the inks that it had. Wrapping takes
// blanks away and leaves all else.
type inkwell struct {
	runs []run
	used int // bytes of the first run
}

func (w *inkwell) draw(row string) string {
	var out strings.Builder
	for row != "" && len(w.runs) > 0 {
		r := w.runs[0]
		rest := r.text[w.used:]
		n := 0
		for n < min(len(rest), len(row)) && rest[n] == row[n] {
			n++
		}
		out.WriteString(r.draw(row[:n]))
		row, w.used = row[n:], w.used+n
		switch {
		case w.used == len(r.text):
			w.runs, w.used = w.runs[1:], 0
		case row != "": // a blank that was taken away
			w.used++
		}
	}
	return out.String()
}

// draw draws a piece of a run. A link is closed where the piece ends, so that
// it does not leak into what stands beside it.
func (r run) draw(text string) string {
	if text == "" {
		return ""
	}
	drawn := r.ink.Render(text)
	if r.url == "" {
		return drawn
	}
	return ansi.SetHyperlink(r.url) + drawn + ansi.ResetHyperlink()
}
