// This file owns the look of what a model wants to have called: a line that
// says what, and the arguments under it when a person asks.

package transcript

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/aimlchat/aimlchat/ui/sanitize"
	"github.com/charmbracelet/x/ansi"
)

const (
	longestArgument = 60      // cells of an argument in the line of its call
	mostPretty      = 1 << 20 // bytes of arguments beyond which they stay as they came
	liveArguments   = 2 << 10 // bytes of arguments that are looked at where a few lines are shown
)

// argumentIndent sets arguments apart that are not drawn as code, which has
// this indent of its own.
const argumentIndent = "  "

// toolView is the arguments of one call, unfolded.
type toolView struct {
	source string // the arguments for which the rest was made
	code   string // them as a block of code; "" when they are no JSON
	doc    arriving
}

// toolSections are the calls, each with a line of its own.
func (a *Answer) toolSections(ss sections, c context, bar string) sections {
	for i, call := range a.toolCalls() {
		if call.Name == "" && call.Arguments == "" {
			continue // a number that the service left out
		}
		width := c.measure(barWidth)
		ss = append(ss, section{kind: sectionTools, part: 2 * i, bar: bar, lines: oneLine(a.toolTitle(c, call, width), width)})
		if a.isUnfolded() && strings.TrimSpace(call.Arguments) != "" {
			ss = append(ss, section{kind: sectionTools, part: 2*i + 1, bar: bar, lines: a.arguments(c, i, call.Arguments, width)})
		}
	}
	return ss
}

// toolTitle is a call in one line: its name and its first argument.
func (a *Answer) toolTitle(c context, call api.ToolCall, width int) string {
	mark := "▸ "
	if a.isUnfolded() {
		mark = "▾ "
	}
	name := flat(call.Name)
	if name == "" {
		name = "a tool without a name"
	}
	first, more := firstArgument(call.Arguments)
	rest := ")"
	if more {
		rest = ", …)"
	}
	room := width - ansi.StringWidth(mark+name+"("+rest)
	first = ansi.Truncate(first, max(1, min(room, longestArgument)), "…")
	return c.style.thinking.Render(mark) + c.style.model.Render(name) + c.style.muted.Render("("+first+rest)
}

// arguments are those of call i, a line for each of them if they are JSON, else
// as they came. Of what is still arriving it is the end.
func (a *Answer) arguments(c context, i int, text string, width int) []markdown.Line {
	if a.Live {
		if n := len(text) - liveArguments; n > 0 {
			text = text[n:]
		}
		lines := plainArguments(c, text, width)
		return lines[max(0, len(lines)-tailLines):]
	}
	for len(a.tools) <= i {
		a.tools = append(a.tools, &toolView{})
	}
	v := a.tools[i]
	if v.source != text {
		*v = toolView{source: text, code: pretty(text)}
	}
	if v.code == "" {
		return plainArguments(c, text, width)
	}
	return v.doc.lines(c.style.answer, v.code, width)[1:] // without the name of the language
}

func plainArguments(c context, text string, width int) []markdown.Line {
	lines := wrapPlain(text, width-len(argumentIndent))
	for i := range lines {
		lines[i].Text = ansi.Truncate(argumentIndent+c.style.muted.Render(lines[i].Text), max(0, width), "")
	}
	return lines
}

// pretty returns JSON as a fenced block, one value a line; "" for what is no
// JSON. Strings in JSON have no line breaks, so that nothing closes the fence
// early.
func pretty(arguments string) string {
	var out bytes.Buffer
	out.WriteString("```json\n")
	if len(arguments) > mostPretty || json.Indent(&out, []byte(arguments), "", "  ") != nil {
		return ""
	}
	out.WriteString("\n```")
	return out.String()
}

// firstArgument says the first of the arguments and whether there are more, as
// far as they have arrived. What is no JSON it gives back. It looks no further
// than one line takes.
func firstArgument(arguments string) (first string, more bool) {
	text := arguments[:min(len(arguments), liveArguments)]
	d := json.NewDecoder(strings.NewReader(text))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return flat(text), len(text) < len(arguments)
	}
	key, err := d.Token()
	name, ok := key.(string)
	if err != nil || !ok { // none, or none yet
		return "", false
	}
	name = flat(name) + ": "
	from := d.InputOffset()
	var value json.RawMessage
	if d.Decode(&value) != nil {
		return name + flat(strings.TrimLeft(text[from:], ": \t\r\n")), false
	}
	return name + brief(value), d.More()
}

// brief is a value in a few words: what a list or an object holds is left out.
func brief(value json.RawMessage) string {
	switch value[0] {
	case '{':
		return "{…}"
	case '[':
		return "[…]"
	}
	return flat(string(value))
}

// flat is a text in one line.
func flat(s string) string { return strings.Join(strings.Fields(sanitize.Line(s)), " ") }
