// This file owns the markdown of a message on its way to the screen: a document
// that follows a text, and is a section for each of its parts. It refuses to know
// whose text it is.

package transcript

import "github.com/aimlchat/aimlchat/ui/markdown"

// arriving is a markdown document that follows a growing text.
type arriving struct {
	doc   *markdown.Document
	style *markdown.Style
	taken int // bytes of the text that the document has
}

func (a *arriving) lines(style *markdown.Style, text string, width int) []markdown.Line {
	a.take(style, text)
	return a.doc.Lines(max(1, width))
}

// sections appends a section like the given one for each part of the text: it may
// be long, and a screen is not.
func (a *arriving) sections(ss sections, style *markdown.Style, text string, width int, like section) sections {
	a.take(style, text)
	like.doc = a.doc
	for i := range a.doc.Parts(max(1, width)) {
		like.part = i
		ss = append(ss, like)
	}
	return ss
}

func (a *arriving) take(style *markdown.Style, text string) {
	if a.doc == nil || len(text) < a.taken {
		a.taken = 0
		a.doc, a.style = markdown.NewDocument(style), style
	}
	if a.style != style {
		a.style = style
		a.doc.SetStyle(style)
	}
	if len(text) > a.taken {
		a.doc.Extend(text[a.taken:])
		a.taken = len(text)
	}
}

// longRead is how many bytes of text take a while to read, so that what they say
// is not forgotten, but only how it looks.
const longRead = 32 << 10

func (a *arriving) forget() {
	if a.taken < longRead {
		*a = arriving{}
		return
	}
	a.doc.Forget()
}
