// This file owns the colours of code. It refuses to touch its text: lexers only
// say how long each role lasts.

package markdown

import (
	"image/color"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"

	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// role is what a piece of code is.
type role uint8

const (
	roleText role = iota
	roleComment
	roleKeyword
	roleType
	roleFunction
	roleString
	roleNumber
	roleOperator
	roleBuiltin
	roleTag
	roleDeleted
	roleInserted
	syntaxRoles
)

func syntaxColours(s themes.Syntax) [syntaxRoles]color.Color {
	return [syntaxRoles]color.Color{
		s.Text, s.Comment, s.Keyword, s.Type, s.Function, s.String,
		s.Number, s.Operator, s.Builtin, s.Tag, s.Deleted, s.Inserted,
	}
}

// run is a stretch of bytes in one role.
type run struct {
	n    int32
	role role
}

// chunkKey is everything that the colours of a chunk depend on.
type chunkKey struct{ language, resume, text, end string }

// highlighter colours chunks of code and remembers them: colouring costs more
// than everything else together.
type highlighter struct {
	style   *Style
	known   map[chunkKey][]run // chunks that are there to stay
	passing map[chunkKey][]run // lines that will be part of one
	growing chunkKey           // the latest known: a longer version replaces it

	tried    int // bytes that a lexer was asked about
	coloured int // of them those with colours, for tests
}

const mostPassing = 64 // lines remembered

// lines returns the spans of each line of a chunk, and moves at past it. whole
// says that the chunk is there to stay.
func (h *highlighter) lines(language, chunk string, whole bool, at *context) [][]span {
	key := keyOf(language, chunk, at)
	runs, ok := h.memory(whole)[key]
	if !ok {
		runs = colour(key)
		h.tried += len(chunk)
		if runs != nil {
			h.coloured += len(chunk)
		}
		h.remember(key, runs, whole)
	}
	return h.split(chunk, runs)
}

// keyOf returns the key of a chunk, and moves at past it.
func keyOf(language, chunk string, at *context) chunkKey {
	resume := at.resume()
	at.feed(chunk)
	return chunkKey{language: language, resume: resume, text: chunk, end: at.end()}
}

func (h *highlighter) memory(whole bool) map[chunkKey][]run {
	if whole {
		return h.known
	}
	return h.passing
}

// knows tells whether the colours of a chunk are there already.
func (h *highlighter) knows(u *uncoloured) bool {
	at := u.at.clone()
	_, ok := h.memory(u.whole)[keyOf(u.language, string(u.text), &at)]
	return ok
}

func (h *highlighter) remember(key chunkKey, runs []run, whole bool) {
	if !whole {
		if h.passing == nil || len(h.passing) >= mostPassing {
			h.passing = make(map[chunkKey][]run)
		}
		h.passing[key] = runs
		return
	}
	if g := h.growing; g.language == key.language && g.text != "" && strings.HasPrefix(key.text, g.text) {
		delete(h.known, g)
	}
	h.growing = key
	if h.known == nil {
		h.known = make(map[chunkKey][]run)
	}
	h.known[key] = runs
}

// split cuts a coloured chunk into lines, sanitised and without tabs.
func (h *highlighter) split(chunk string, runs []run) [][]span {
	var out [][]span
	for line := range strings.Lines(chunk) {
		left := strings.TrimSuffix(line, "\n")
		rest := len(line)
		var spans []span
		for rest > 0 {
			r := run{n: int32(rest)}
			if len(runs) > 0 {
				r = runs[0]
			}
			n := min(rest, int(r.n))
			spans = append(spans, span{text: left[:min(n, len(left))], look: h.style.syntax[r.role]})
			left, rest = left[min(n, len(left)):], rest-n
			if len(runs) == 0 {
				break
			}
			if runs = runs[1:]; int(r.n) > n {
				runs = append([]run{{n: r.n - int32(n), role: r.role}}, runs...)
			}
		}
		out = append(out, codeLine(spans))
	}
	return out
}

// codeLine sanitises a line of code and replaces its tabs by spaces.
func codeLine(spans []span) []span {
	for i := 1; i < len(spans); i++ { // no lexer may tear a character apart
		for text := spans[i].text; text != "" && text[0] >= 0x80 && (combines([]byte(text)) || strings.HasSuffix(spans[i-1].text, "\u200d")); text = spans[i].text {
			_, n := utf8.DecodeRuneInString(text)
			spans[i-1].text, spans[i].text = spans[i-1].text+text[:n], text[n:]
		}
	}
	col := 0
	for i, s := range spans {
		text := sanitize.Text(s.text)
		if strings.Contains(text, "\t") {
			text = expandTabs(strings.Repeat("x", col%4) + text)[col%4:]
		}
		spans[i].text = text
		for len(text) > 0 {
			c, w := nextCluster(text)
			text, col = text[len(c):], col+w
		}
	}
	return spans
}

// colour finds the roles in a chunk; nil when it stays plain.
func colour(key chunkKey) (runs []run) {
	if len(key.text) > chunkBytes {
		return nil
	}
	lexer := lexerFor(key.language)
	if lexer == nil {
		return nil
	}
	defer func() {
		if recover() != nil { // a lexer's bug costs the colours of a chunk, no more
			runs = nil
		}
	}()
	skip := len(key.resume)
	tokens, err := lexer.Tokenise(nil, key.resume+key.text+key.end)
	if err != nil {
		return nil
	}
	left := len(key.text)
	for token := tokens(); token != chroma.EOF && left > 0; token = tokens() {
		n := len(token.Value)
		cut := min(skip, n)
		skip -= cut
		if n = min(n-cut, left); n == 0 {
			continue
		}
		left -= n
		is := roleOf(token.Type)
		if last := len(runs) - 1; last >= 0 && runs[last].role == is {
			runs[last].n += int32(n)
			continue
		}
		runs = append(runs, run{n: int32(n), role: is})
	}
	return runs
}

func roleOf(t chroma.TokenType) role {
	switch t {
	case chroma.KeywordType, chroma.NameClass, chroma.NameException:
		return roleType
	case chroma.NameFunction, chroma.NameFunctionMagic, chroma.NameAttribute, chroma.NameProperty:
		return roleFunction
	case chroma.NameBuiltin, chroma.NameBuiltinPseudo, chroma.NameDecorator, chroma.NameVariable:
		return roleBuiltin
	case chroma.NameTag:
		return roleTag
	case chroma.NameConstant, chroma.KeywordConstant:
		return roleNumber
	case chroma.OperatorWord, chroma.GenericHeading, chroma.GenericSubheading:
		return roleKeyword
	case chroma.CommentPreproc, chroma.CommentPreprocFile:
		return roleBuiltin
	case chroma.GenericDeleted:
		return roleDeleted
	case chroma.GenericInserted:
		return roleInserted
	}
	switch {
	case t.InCategory(chroma.Comment):
		return roleComment
	case t.InCategory(chroma.Keyword):
		return roleKeyword
	case t.InSubCategory(chroma.LiteralString):
		return roleString
	case t.InSubCategory(chroma.LiteralNumber):
		return roleNumber
	case t.InCategory(chroma.Operator):
		return roleOperator
	}
	return roleText
}

// languages are the names that chroma knows. Asking it for any other makes it
// match file name patterns, which takes longer than a frame.
var languages = sync.OnceValue(func() map[string]bool {
	known := make(map[string]bool)
	for _, name := range lexers.Names(true) {
		known[strings.ToLower(name)] = true
	}
	return known
})

// alsoKnown are names that models write and chroma lacks.
var alsoKnown = map[string]string{
	"jsonc": "json", "json5": "json", "jsonl": "json", "mjs": "javascript", "cjs": "javascript", "node": "javascript",
	"shellscript": "bash", "console": "bash", "shell-session": "bash", "terminal": "bash", "golang": "go",
	"csharp": "c#", "cs": "c#", "objective-c": "objectivec", "py3": "python", "vue": "html", "svelte": "html", "patch": "diff",
}

// lexerFor returns the lexer of a language by its name, or nil.
func lexerFor(language string) chroma.Lexer {
	name := strings.ToLower(language)
	if !languages()[name] {
		if name = alsoKnown[name]; name == "" || !languages()[name] {
			return nil
		}
	}
	return lexers.Get(name)
}
