// This file turns a theme into what the transcript draws with, once a theme.

package transcript

import (
	"image/color"

	"charm.land/lipgloss/v2"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/charmbracelet/x/ansi"
)

// barWidth is the width in cells of what stands left of every line. There is
// nothing right of one: terminals disagree on the width of emoji, so a right
// border would not be straight.
const barWidth = 2

const blankBar = "  "

// style is a theme made ready to draw with. A new one is made for every theme,
// so its address can stand for it in cache keys.
type style struct {
	theme themes.Theme

	answer  *markdown.Style
	thought *markdown.Style

	text, user, model, link, muted, faint, thinking, warning, err lipgloss.Style

	match, current ansi.Style // of a search: one, and the one that is shown

	links bool // the terminal opens links by itself

	userBar, selectedBar, thoughtBar string
	seamBar, selectedSeamBar         string // where new text begins
}

func newStyle(theme themes.Theme, links bool) *style {
	return &style{
		theme: theme,

		answer:  markdown.NewStyle(theme, markdown.Options{Links: links}),
		thought: markdown.NewStyle(thoughtTheme(theme), markdown.Options{Links: links}),

		text:     foreground(theme.Text),
		user:     foreground(theme.User).Bold(true),
		model:    foreground(theme.Model),
		link:     foreground(theme.Link),
		muted:    foreground(theme.Muted),
		faint:    foreground(theme.Faint),
		thinking: foreground(theme.Thought),
		warning:  foreground(theme.Warning),
		err:      foreground(theme.Error),

		match:   matchInk(theme.Match).Underline(true),
		current: matchInk(theme.Match).Reverse(true).Bold(),

		links: links,

		userBar:         foreground(theme.User).Render("▌") + " ",
		selectedBar:     foreground(theme.Accent).Render("█") + " ",
		seamBar:         foreground(theme.Faint).Render("╌") + " ",
		selectedSeamBar: foreground(theme.Accent).Render("▒") + " ",

		thoughtBar: blankBar + foreground(theme.Faint).Render("│") + " ",
	}
}

// thoughtTheme is the theme in which reasoning is drawn: one dim colour, so
// that it is never taken for the answer.
func thoughtTheme(theme themes.Theme) themes.Theme {
	c := theme.Thought
	theme.Text, theme.Heading, theme.Code, theme.Link, theme.Accent, theme.CodeBg = c, c, c, c, c, nil
	theme.Syntax = themes.Syntax{
		Text: c, Comment: c, Keyword: c, Type: c, Function: c, String: c,
		Number: c, Operator: c, Builtin: c, Tag: c, Deleted: c, Inserted: c,
	}
	return theme
}

// foreground is text in a colour; nil is the terminal's own.
func foreground(c color.Color) lipgloss.Style { return lipgloss.NewStyle().Foreground(c) }

// matchInk is the ink of what a search found. It is not lipgloss's, which draws
// what is underlined letter by letter.
func matchInk(c color.Color) ansi.Style {
	if c == nil {
		return ansi.NewStyle()
	}
	return ansi.NewStyle().ForegroundColor(c)
}
