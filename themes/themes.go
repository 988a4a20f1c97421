// Package themes holds the palettes in which aimlchat is drawn.
//
// A [Theme] is data: colours by role, nothing about layout. Everything on the
// screen takes its colours from one, so that a theme is complete, and a
// terminal without colour (NO_COLOR) is simply [Plain]. The package draws
// nothing and imports nothing of ours.
package themes

import "image/color"

// Theme is a palette. A nil colour means the terminal's own.
type Theme struct {
	Name string
	Dark bool // made for a dark background

	Text   color.Color // what is read; nil in most themes: the terminal's own
	Muted  color.Color // what is looked up: times, figures, help
	Faint  color.Color // what only separates: rules, bars, borders
	Accent color.Color // what is active: focus, selection, the cursor's row
	User   color.Color // the person's bar and name
	Model  color.Color // a model's name

	Thought color.Color // reasoning
	Link    color.Color
	Heading color.Color
	Code    color.Color // inline code
	CodeBg  color.Color // behind inline code; nil: none
	Match   color.Color // what a search found

	Good    color.Color
	Warning color.Color
	Error   color.Color

	Syntax Syntax
}

// Syntax colours code blocks.
type Syntax struct {
	Text, Comment, Keyword, Type, Function, String, Number, Operator, Builtin, Tag, Deleted, Inserted color.Color
}
