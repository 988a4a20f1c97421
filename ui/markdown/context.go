// This file owns what a chunk of code inherits from the chunks before it: an
// open comment, an open string, an open brace. It is a rough reading, made to
// give lexers a fair start; where it errs, colours err.

package markdown

import (
	"slices"
	"strings"
)

// grammar is as much of a language as reaches over lines.
type grammar struct {
	line   []string    // comments to the end of the line
	blocks [][2]string // comments and strings over several lines: opening, closing
	quotes string      // strings that end with their line
	brace  string      // what to open for a chunk that starts inside braces
}

var (
	cLike      = grammar{line: []string{"//"}, blocks: [][2]string{{"/*", "*/"}}, quotes: `"'`}
	backticked = grammar{line: []string{"//"}, blocks: [][2]string{{"/*", "*/"}, {"`", "`"}}, quotes: `"'`}
	pythonic   = grammar{line: []string{"#"}, blocks: [][2]string{{`"""`, `"""`}, {"'''", "'''"}}, quotes: `"'`}
	markup     = grammar{blocks: [][2]string{{"<!--", "-->"}}}
	stylesheet = grammar{blocks: [][2]string{{"/*", "*/"}}, quotes: `"'`, brace: "a {"}
	jsonLike   = grammar{quotes: `"`, brace: "{"}
	sql        = grammar{line: []string{"--"}, blocks: [][2]string{{"/*", "*/"}}, quotes: `'"`}
	unknown    = grammar{}
)

func grammarOf(language string) *grammar {
	switch strings.ToLower(language) {
	case "c", "h", "c++", "cpp", "cc", "hpp", "java", "rust", "rs", "swift", "kotlin", "kt", "scala",
		"c#", "cs", "csharp", "php", "dart", "groovy", "zig", "solidity", "objective-c", "objectivec", "protobuf", "proto":
		return &cLike
	case "go", "golang", "js", "javascript", "jsx", "mjs", "cjs", "ts", "typescript", "tsx":
		return &backticked
	case "python", "py", "python3", "py3":
		return &pythonic
	case "html", "xml", "svg", "vue", "svelte":
		return &markup
	case "css", "scss", "less":
		return &stylesheet
	case "json", "jsonc", "json5":
		return &jsonLike
	case "sql", "mysql", "postgresql", "postgres", "sqlite":
		return &sql
	}
	return &unknown
}

// context is a place in code.
type context struct {
	grammar *grammar
	open    [2]string // the comment or string that the place is in
	braces  []byte    // the brackets that the place is in
}

func newContext(language string) context { return context{grammar: grammarOf(language)} }

// clone returns a copy that moves on its own.
func (c context) clone() context {
	c.braces = slices.Clone(c.braces)
	return c
}

// resume returns what to put before a chunk that starts here.
func (c *context) resume() string {
	switch {
	case c.open[0] != "":
		return c.open[0] + "\n"
	case len(c.braces) > 0 && c.braces[len(c.braces)-1] == '{':
		return c.grammar.brace + "\n"
	}
	return ""
}

// end returns what to put after a chunk that ends here.
func (c *context) end() string { return c.open[1] }

// feed moves over a chunk.
func (c *context) feed(chunk string) {
	g := c.grammar
	if g == &unknown {
		return
	}
	for len(chunk) > 0 {
		chunk = c.step(g, chunk)
	}
}

// step moves over the next thing in s, and returns what is left.
func (c *context) step(g *grammar, s string) string {
	if c.open[1] != "" {
		_, rest, found := strings.Cut(s, c.open[1])
		if found {
			c.open = [2]string{}
		}
		return rest
	}
	for _, mark := range g.line {
		if strings.HasPrefix(s, mark) {
			_, rest, _ := strings.Cut(s, "\n")
			return rest
		}
	}
	for _, block := range g.blocks {
		if rest, ok := strings.CutPrefix(s, block[0]); ok {
			c.open = block
			return rest
		}
	}
	if strings.IndexByte(g.quotes, s[0]) >= 0 {
		return afterString(s)
	}
	c.bracket(s[0])
	return s[1:]
}

func (c *context) bracket(b byte) {
	if c.grammar.brace == "" {
		return
	}
	switch b {
	case '{', '[':
		c.braces = append(c.braces, b)
	case '}', ']':
		if n := len(c.braces); n > 0 {
			c.braces = c.braces[:n-1]
		}
	}
}

// afterString returns what follows the string at the start of s, which ends
// with its line at the latest.
func afterString(s string) string {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0], '\n':
			return s[i+1:]
		}
	}
	return ""
}
