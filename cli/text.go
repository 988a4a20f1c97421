// This file is --output text: the answer as it streams, made safe for a
// terminal. What it prints ends with exactly one newline.

package cli

import (
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// textPrinter writes the answer, and the reasoning if it is asked for.
type textPrinter struct {
	answer    cleaner
	reasoning *cleaner // nil: not printed
	notice    func(format string, args ...any)
	gap       bool // both go to one terminal: an empty line keeps them apart
}

func (p *textPrinter) start(*turn) error { return nil }

func (p *textPrinter) event(ev api.Event) error {
	switch ev := ev.(type) {
	case api.Reasoning:
		if p.reasoning != nil {
			return p.reasoning.write(ev.Text)
		}
	case api.Answer:
		if err := p.endReasoning(); err != nil {
			return err
		}
		return p.answer.write(ev.Text)
	}
	return nil
}

func (p *textPrinter) end(t *turn, _ error) error {
	if err := p.endReasoning(); err != nil {
		return err
	}
	if err := p.answer.end(); err != nil {
		return err
	}
	for _, f := range t.Files {
		sort, _, _ := strings.Cut(f.MIME, "/")
		if sort == "application" || sort == "" {
			sort = "file"
		}
		switch {
		case f.Path != "":
			p.notice("%s saved: %s", sort, f.Path)
		case f.URL != "":
			p.notice("%s not saved; it is at %s", sort, f.URL)
		default:
			p.notice("%s not saved: %s", sort, f.Name)
		}
	}
	return nil
}

func (p *textPrinter) endReasoning() error {
	if p.reasoning == nil || !p.reasoning.begun && p.reasoning.held == "" {
		return nil
	}
	err := p.reasoning.end()
	if err == nil && p.gap {
		_, err = io.WriteString(p.reasoning.w, "\n")
	}
	return err
}

// cleaner writes text that comes in pieces to a terminal: sanitised, and with
// its last newlines held back until more follows.
//
// What the sanitiser keeps of a joiner depends on the characters around it, so
// the last character waits for the next one.
type cleaner struct {
	w       io.Writer
	held    string // not yet clean: the last character and what may belong to it
	newline int    // clean, but held back
	begun   bool
}

// maxHeld bounds what a hostile text (joiners without end) can hold back.
const maxHeld = 256

func (c *cleaner) write(text string) error {
	text = c.held + text
	cut := lastStart(text)
	if len(text)-cut > maxHeld {
		cut = len(text)
	}
	c.held = text[cut:]
	return c.clean(text[:cut])
}

// end writes what was held back, and the one last newline if there was any
// text. The cleaner can begin anew.
func (c *cleaner) end() error {
	err := c.clean(c.held)
	if err == nil && c.begun {
		_, err = io.WriteString(c.w, "\n")
	}
	*c = cleaner{w: c.w}
	return err
}

func (c *cleaner) clean(text string) error {
	text = sanitize.Text(text)
	body := strings.TrimRight(text, "\n")
	if body == "" {
		c.newline += len(text)
		return nil
	}
	_, err := io.WriteString(c.w, strings.Repeat("\n", c.newline)+body)
	c.newline = len(text) - len(body)
	c.begun = true
	return err
}

// lastStart returns where the last character of text begins: a place at which
// the text can be cut without changing what the sanitiser keeps of it.
func lastStart(text string) int {
	for i := len(text); i > 0; {
		r, size := utf8.DecodeLastRuneInString(text[:i])
		i -= size
		if before, _ := utf8.DecodeLastRuneInString(text[:i]); starts(r) && before != '\u200d' {
			return i
		}
	}
	return 0
}

// starts reports whether r is kept whatever stands around it.
func starts(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= ' ' || r == '\n' || r == '\t'
	}
	return r < 0xE0000 && !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector)
}
