// This file owns how things look: the roles of a theme turned into SGR
// parameters once, and the writing of styled runs. It refuses to know blocks.

package markdown

import (
	"image/color"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/themes"
)

// Options says what the terminal can do.
type Options struct {
	Links bool // OSC 8 hyperlinks work: a label needs no address beside it
}

// Style is a theme made ready for drawing. It is read only, and may be shared
// by any number of documents.
type Style struct {
	links bool
	plain bool // no colour at all: marks stand where colours would

	text, muted, faint, link, code, good look
	heading                              [6]look
	syntax                               [syntaxRoles]look
}

// NewStyle returns the style of a theme on a terminal.
func NewStyle(t themes.Theme, o Options) *Style {
	text := look{fg: foreground(t.Text)}
	s := &Style{
		links: o.Links,
		plain: t.Code == nil && t.CodeBg == nil,
		text:  text,
		muted: text.colour(t.Muted),
		faint: text.colour(t.Faint),
		link:  text.colour(t.Link).with(underline),
		code:  text.colour(t.Code),
		good:  text.colour(t.Good),
	}
	s.code.bg = background(t.CodeBg)
	s.heading = [6]look{
		text.colour(t.Heading).with(bold | underline),
		text.colour(t.Heading).with(bold),
		text.with(bold),
		text.with(bold | italic),
		text.with(italic),
		text.with(italic),
	}
	for role, c := range syntaxColours(t.Syntax) {
		s.syntax[role] = text.colour(c)
	}
	return s
}

// flags are the attributes of a look that are not colours.
type flags uint8

const (
	bold flags = 1 << iota
	italic
	underline
	strike
)

// look is how a run of text is drawn. The zero value is the terminal's own.
type look struct {
	fg, bg string // SGR parameters; empty: the terminal's own
	flags  flags
	url    string // target of an OSC 8 hyperlink, already safe; empty: none
}

func (l look) with(f flags) look {
	l.flags |= f
	return l
}

// colour returns l in another foreground; nil changes nothing.
func (l look) colour(c color.Color) look {
	if c != nil {
		l.fg = foreground(c)
	}
	return l
}

// over returns l drawn on top of outer: l's colours, both attributes.
func (l look) over(outer look) look {
	l.flags |= outer.flags
	if l.fg == "" {
		l.fg = outer.fg
	}
	if l.url == "" {
		l.url = outer.url
	}
	return l
}

func foreground(c color.Color) string {
	if c == nil {
		return ""
	}
	return params(ansi.NewStyle().ForegroundColor(c).String())
}

func background(c color.Color) string {
	if c == nil {
		return ""
	}
	return params(ansi.NewStyle().BackgroundColor(c).String())
}

// params strips an SGR sequence down to its parameters.
func params(sgr string) string {
	return strings.TrimSuffix(strings.TrimPrefix(sgr, "\x1b["), "m")
}

// span is text in one look. Inside a paragraph a newline in its text is a break
// that the author made.
type span struct {
	text string
	look look
}

// painter writes styled runs, changing state only where the look changes.
type painter struct {
	b   strings.Builder
	now look
}

func (p *painter) write(text string, l look) {
	if text == "" {
		return
	}
	p.change(l)
	p.b.WriteString(text)
}

// change brings the terminal from the present look to l.
func (p *painter) change(l look) {
	if l == p.now {
		return
	}
	if p.now.url != l.url {
		p.b.WriteString("\x1b]8;;")
		p.b.WriteString(l.url)
		p.b.WriteString("\x1b\\")
	}
	was, is := p.now, l
	was.url, is.url = "", ""
	p.now = l
	if was == is {
		return
	}
	if was != (look{}) {
		p.b.WriteString("\x1b[m")
	}
	if is != (look{}) {
		p.sgr(is)
	}
}

func (p *painter) sgr(l look) {
	sep := "\x1b["
	put := func(param string) {
		p.b.WriteString(sep)
		p.b.WriteString(param)
		sep = ";"
	}
	for i, param := range [...]string{"1", "3", "4", "9"} {
		if l.flags&(1<<i) != 0 {
			put(param)
		}
	}
	if l.fg != "" {
		put(l.fg)
	}
	if l.bg != "" {
		put(l.bg)
	}
	p.b.WriteByte('m')
}

// finish ends the line in the terminal's own look and returns it.
func (p *painter) finish() string {
	p.change(look{})
	s := p.b.String()
	p.b.Reset()
	return s
}
