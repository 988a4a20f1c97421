// This file owns which parts of a text are formulas. It refuses to understand
// them.

package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// formulas takes LaTeX out of markdown's reach: \( \), \[ \], $$ $$, $ $ and
// environments become text in Unicode, or stay as they are, backslashes, stars and
// underscores included.
type formulas struct{}

// longestFormula is how far the end of a formula is looked for, in bytes: a text
// full of openings costs no more.
const longestFormula = 2000

// Trigger implements parser.InlineParser.
func (formulas) Trigger() []byte { return []byte{'\\', '$'} }

// Parse implements parser.InlineParser.
func (formulas) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	switch {
	case bytes.HasPrefix(line, []byte(`\(`)):
		return verbatimUntil(block, `\)`)
	case bytes.HasPrefix(line, []byte(`\[`)):
		return verbatimUntil(block, `\]`)
	case bytes.HasPrefix(line, []byte("$$")):
		return verbatimUntil(block, "$$")
	case environmentEnd(line) != "":
		return verbatimUntil(block, environmentEnd(line))
	case line[0] == '$':
		if n := dollars(line); n > 0 {
			block.Advance(n)
			if after, _ := block.PeekLine(); len(after) > 0 && isNameByte(after[0]) {
				return verbatim(line[:n]) // $HOME:$PATH
			}
			return formula(line[:n], 1, 1)
		}
	}
	return nil
}

// closesBadly tells whether a dollar closes what the first one of line opens, but
// in a place where none may.
func closesBadly(line []byte) bool {
	for i := 1; i < min(len(line), longestFormula); i++ {
		switch {
		case line[i] == '\\':
			i++
		case line[i] == '$':
			return util.IsSpace(line[i-1]) || i+1 < len(line) && util.IsNumeric(line[i+1])
		}
	}
	return false
}

// dollars returns the length of the formula between single dollars at the start
// of line, by pandoc's rule that keeps prices out: no space inside the dollars,
// no digit after them.
func dollars(line []byte) int {
	if len(line) < 3 || util.IsSpace(line[1]) {
		return 0
	}
	for i := 1; i < min(len(line), longestFormula); i++ {
		switch {
		case line[i] == '\\':
			i++
		case line[i] == '$':
			if util.IsSpace(line[i-1]) || i+1 < len(line) && util.IsNumeric(line[i+1]) {
				return 0
			}
			return i + 1
		}
	}
	return 0
}

// verbatimUntil takes everything up to and with the closing mark, in this line
// or a later one of the paragraph. The caller restores the position on nil.
func verbatimUntil(block text.Reader, closing string) ast.Node {
	var all []byte
	skip := 2 // of the opening mark
	for {
		line, _ := block.PeekLine()
		if line == nil || len(all) > longestFormula {
			return nil
		}
		if most := longestFormula + skip; len(line) > most {
			line = line[:most]
		}
		if i := bytes.Index(line[skip:], []byte(closing)); i >= 0 {
			end := skip + i + len(closing)
			block.Advance(end)
			return formula(append(all, line[:end]...), len(closing), len(closing))
		}
		all = append(all, line...)
		skip = 0
		block.AdvanceLine()
	}
}

// isFormula tells whether what stands between two marks is a formula: it has
// LaTeX in it, or no word longer than a letter.
func isFormula(body []byte) bool {
	if bytes.ContainsAny(body, `\^_`) {
		return true
	}
	for i := 1; i < len(body); i++ {
		if isLetter(body[i]) && isLetter(body[i-1]) || bytes.IndexByte([]byte("'\"`/:;@"), body[i]) >= 0 {
			return false
		}
	}
	return true
}

func isNameByte(b byte) bool {
	return isLetter(b) || b >= '0' && b <= '9' || b == '_' || b == '{' || b == '('
}

// formula returns the node of a formula, whose marks have these lengths.
func formula(all []byte, before, after int) ast.Node {
	if environmentEnd(all) != "" {
		return verbatim(all)
	}
	body := all[before : len(all)-after]
	if all[0] == '\\' && all[1] == '[' && !bytes.ContainsAny(body, `\^_=+<>`) || !isFormula(body) {
		return verbatim(all) // \[sic\], \(see there\)
	}
	text, ok := unicodeFormula(string(body))
	if !ok {
		return verbatim(all)
	}
	s := ast.NewString([]byte(text))
	s.SetCode(true)
	return s
}

// verbatim returns a node that is drawn as it is.
func verbatim(b []byte) ast.Node {
	s := ast.NewString(b)
	s.SetRaw(true)
	return s
}
