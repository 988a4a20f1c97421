// This file owns LaTeX formulas that a terminal can show in Unicode. It is all
// or nothing: what is not understood to its last character stays as it was
// written, for half a formula would be another one. It refuses to lay out.

package markdown

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// deepestFormula is how many braces may stand in each other.
const deepestFormula = 20

// unicodeFormula returns the body of a formula in Unicode, in one line; false
// when any of it is not understood.
func unicodeFormula(body string) (string, bool) {
	if len(body) > longestFormula || strings.ContainsAny(body, "&%#\x1b") || !utf8.ValidString(body) {
		return "", false
	}
	m := maths{rest: body}
	text, ok := m.group("", 0)
	text = strings.Join(strings.Fields(text), " ")
	return text, ok && text != "" && m.rest == "" && ansi.StringWidth(text) > 0
}

// maths reads a formula.
type maths struct{ rest string }

// group reads up to the end mark, or to the end of the formula when it is "".
func (m *maths) group(end string, depth int) (string, bool) {
	var b strings.Builder
	for m.rest != "" {
		if end != "" && strings.HasPrefix(m.rest, end) {
			m.rest = m.rest[len(end):]
			return b.String(), true
		}
		text, ok := m.next(depth)
		if !ok {
			return "", false
		}
		if last, _ := utf8.DecodeLastRuneInString(b.String()); isWord(text) && unicode.IsLetter(last) || isWord(lastWord(b.String())) && startsLetter(text) {
			b.WriteByte(' ') // sin x, not sinx
		}
		b.WriteString(text)
	}
	return b.String(), end == ""
}

// next reads one thing: a character, a command, a group, an index.
func (m *maths) next(depth int) (string, bool) {
	r, n := utf8.DecodeRuneInString(m.rest)
	switch {
	case depth > deepestFormula, r == '}', r == '$':
		return "", false
	case r == '\\':
		return m.command(depth)
	case r == '{':
		m.rest = m.rest[1:]
		return m.group("}", depth+1)
	case r == '^' || r == '_':
		m.rest = m.rest[1:]
		return m.index(r, depth)
	}
	m.rest = m.rest[n:]
	switch r {
	case '~', '\n', '\t':
		return " ", true
	case '\'':
		return "′", true
	}
	return string(r), true
}

// argument reads what a command or an index applies to.
func (m *maths) argument(depth int) (string, bool) {
	m.rest = strings.TrimLeft(m.rest, " \n")
	if m.rest == "" || m.rest[0] == '^' || m.rest[0] == '_' {
		return "", false
	}
	text, ok := m.next(depth + 1)
	return strings.TrimSpace(text), ok && strings.TrimSpace(text) != ""
}

// index reads what stands above or below the line: only where every character
// has a form there.
func (m *maths) index(mark rune, depth int) (string, bool) {
	text, ok := m.argument(depth)
	if !ok {
		return "", false
	}
	switch forms := superscripts; {
	case mark == '^' && (text == "∘" || text == "′" || text == "*"):
		return strings.Replace(text, "∘", "°", 1), true
	default:
		if mark == '_' {
			forms = subscripts
		}
		var b strings.Builder
		for _, r := range text {
			form, known := forms[r]
			if !known && r != ' ' {
				return "", false
			}
			if known {
				b.WriteRune(form)
			}
		}
		return b.String(), true
	}
}

// command reads a backslash and what follows it.
func (m *maths) command(depth int) (string, bool) {
	n := 1
	for n < len(m.rest) && isLetter(m.rest[n]) {
		n++
	}
	if n == 1 {
		return m.escaped()
	}
	name := m.rest[1:n]
	m.rest = m.rest[n:]
	if symbol, ok := relations[name]; ok {
		return " " + symbol + " ", true
	}
	if symbol, ok := symbols[name]; ok {
		return symbol, true
	}
	if mark, ok := accents[name]; ok {
		text, ok := m.argument(depth)
		return text + mark, ok && utf8.RuneCountInString(text) == 1
	}
	switch name {
	case "frac", "dfrac", "tfrac":
		return m.fraction(depth)
	case "sqrt":
		return m.root(depth)
	case "text", "textrm", "textbf", "textit", "mbox":
		return m.words()
	case "mathrm", "mathbf", "mathit", "operatorname", "boldsymbol", "mathsf":
		return m.argument(depth)
	case "mathbb", "mathcal":
		return m.alphabet(name, depth)
	case "left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr":
		if strings.HasPrefix(m.rest, ".") {
			m.rest = m.rest[1:]
			return "", true
		}
		return "", true
	case "quad", "qquad":
		return "  ", true
	case "displaystyle", "limits", "nolimits":
		return "", true
	}
	return "", false
}

// escaped reads a backslash before something that is no letter.
func (m *maths) escaped() (string, bool) {
	if len(m.rest) < 2 {
		return "", false
	}
	c := m.rest[1]
	m.rest = m.rest[2:]
	switch c {
	case ',', ';', ':', ' ':
		return " ", true
	case '!':
		return "", true
	case '{', '}', '_', '$':
		return string(c), true
	case '|':
		return "‖", true
	}
	return "", false
}

// words reads text in braces as it is.
func (m *maths) words() (string, bool) {
	body, rest, ok := strings.Cut(strings.TrimPrefix(m.rest, "{"), "}")
	if !ok || !strings.HasPrefix(m.rest, "{") || strings.ContainsAny(body, `\{$`) {
		return "", false
	}
	m.rest = rest
	return body, true
}

func (m *maths) fraction(depth int) (string, bool) {
	over, ok := m.argument(depth)
	if !ok {
		return "", false
	}
	under, ok := m.argument(depth)
	if !ok {
		return "", false
	}
	if sign, known := fractions[over+"/"+under]; known {
		return sign, true
	}
	if !isPlain(over) {
		over = "(" + over + ")"
	}
	if !isNumber(under) && utf8.RuneCountInString(under) > 2 || !isPlain(under) || utf8.RuneCountInString(under) == 2 && !isNumber(under) && under[0] < 'A' {
		under = "(" + under + ")"
	}
	return over + "/" + under, true
}

func (m *maths) root(depth int) (string, bool) {
	sign := "√"
	if strings.HasPrefix(m.rest, "[") {
		m.rest = m.rest[1:]
		degree, ok := m.group("]", depth+1)
		if sign = roots[degree]; !ok || sign == "" {
			return "", false
		}
	}
	text, ok := m.argument(depth)
	if !isNumber(text) && utf8.RuneCountInString(text) > 1 {
		text = "(" + text + ")"
	}
	return sign + text, ok
}

func (m *maths) alphabet(name string, depth int) (string, bool) {
	text, ok := m.argument(depth)
	if !ok || len(text) != 1 {
		return "", false
	}
	letter, known := alphabets[name][text]
	return letter, known
}

// isPlain tells whether text is one factor: letters, digits and their indices.
func isPlain(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '′' && r != '∂' })
}

// isWord tells whether text is the name of a function.
func isWord(text string) bool { return len(text) > 1 && functions[text] }

func lastWord(s string) string {
	return s[strings.LastIndexFunc(s, func(r rune) bool { return r < 'a' || r > 'z' })+1:]
}

func startsLetter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r) || unicode.IsDigit(r) && r < 0x80
}
