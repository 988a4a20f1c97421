package api

// This file owns keeping keys out of what people read: the key that was sent, in
// whatever form a service echoes it, and what looks like anybody's key. It
// refuses to eat words that only begin like one: "token-based", "sk-learn".

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// hidden stands where a key was.
const hidden = "…"

// Redact takes keys out of what e says, as a [Redactor] does. It returns e.
func (e *Error) Redact(keys ...string) *Error {
	if e != nil {
		r := NewRedactor(keys...)
		e.Message, e.Hint, e.RequestID = r.Redact(e.Message), r.Redact(e.Hint), r.Redact(e.RequestID)
	}
	return e
}

// Redactor takes keys out of what a service says, however it wrote them: as they
// are or in capitals, escaped for JSON or an address, in hex, in base64 alone or
// inside something longer, whole or in part. The zero value knows none.
type Redactor struct{ forms []string }

// NewRedactor returns a redactor of the keys that aren't blank.
func NewRedactor(keys ...string) Redactor {
	var r Redactor
	for _, key := range keys {
		if key = strings.TrimSpace(key); key != "" {
			r.forms = append(r.forms, writings(key)...)
		}
	}
	return r
}

// Redact returns text with an ellipsis where a key was.
func (r Redactor) Redact(text string) string {
	if r.forms == nil || text == "" {
		return text
	}
	return hide(text, r.forms)
}

// Holds reports whether text has a key as a whole, in any of its writings. It is
// quicker than [Redactor.Redact].
func (r Redactor) Holds(text string) bool {
	if r.forms == nil {
		return false
	}
	lower := lowered(text)
	return slices.ContainsFunc(r.forms, func(form string) bool { return strings.Contains(lower, form) })
}

const (
	shortKey = 8  // below it a key may be a word, such as "ollama"
	telltale = 12 // characters in a row that only the key can have left
	tailtale = 4  // the same, where the end of a line was cut
)

// writings are the forms of key, in lower case. A short one has only itself.
func writings(key string) []string {
	forms := []string{key}
	if len(key) >= shortKey {
		quoted, _ := json.Marshal(key) // a string can't fail
		var percents, escapes, plain string
		for _, b := range []byte(key) {
			digits := hex.EncodeToString([]byte{b})
			percents, escapes, plain = percents+"%"+digits, escapes+`\u00`+digits, plain+digits
		}
		forms = append(forms, string(quoted[1:len(quoted)-1]), url.QueryEscape(key), url.PathEscape(key), percents, escapes, plain)
		for before := range 3 {
			std := innerBase64(key, before)
			forms = append(forms, std, strings.NewReplacer("+", "-", "/", "_").Replace(std))
		}
	}
	for i, form := range forms {
		forms[i] = lowered(form)
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

// innerBase64 is what base64 makes of key behind so many other bytes (of which
// only the remainder by three counts), without the characters at both ends that
// depend on its neighbours.
func innerBase64(key string, before int) string {
	raw := base64.RawStdEncoding.EncodeToString(append(make([]byte, before), key...))
	if before > 0 {
		raw = raw[before+1:]
	}
	if (before+len(key))%3 != 0 {
		raw = raw[:len(raw)-1]
	}
	return raw
}

// lowered is s with the capitals of ASCII made small: its length stays.
func lowered(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// hide puts an ellipsis where text holds one of the forms, or enough of one.
func hide(text string, forms []string) string {
	lower := lowered(text)
	marked := make([]bool, len(text))
	for _, form := range forms {
		markWindows(marked, lower, form)
		markTail(marked, lower, form)
	}
	var b strings.Builder
	for i, inside := 0, false; i < len(text); {
		_, size := utf8.DecodeRuneInString(text[i:])
		was := inside
		inside = slices.Contains(marked[i:i+size], true)
		switch {
		case !inside:
			b.WriteString(text[i : i+size])
		case !was:
			b.WriteString(hidden)
		}
		i += size
	}
	return strings.ReplaceAll(b.String(), hidden+hidden, hidden)
}

func markWindows(marked []bool, text, form string) {
	n := min(len(form), telltale)
	for i := 0; i+n <= len(text); i++ {
		if !strings.Contains(form, text[i:i+n]) || n < shortKey && !isWord(text, i, i+n) {
			continue
		}
		for j := i; j < i+n; j++ {
			marked[j] = true
		}
	}
}

// markTail finds the beginning of form where text was cut.
func markTail(marked []bool, text, form string) {
	body, cut := strings.CutSuffix(text, hidden)
	if !cut {
		return
	}
	for n := min(len(body), len(form), telltale); n >= tailtale; n-- {
		if strings.HasPrefix(form, body[len(body)-n:]) {
			for j := len(body) - n; j < len(body); j++ {
				marked[j] = true
			}
			return
		}
	}
}

// isWord reports whether text[from:to] stands alone.
func isWord(text string, from, to int) bool {
	inner := func(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }
	return (from == 0 || !inner(text[from-1])) && (to == len(text) || !inner(text[to]))
}

var (
	// Keys by their beginning. The first group marks those that no word has.
	keyShape = NewPattern(`(?i)\b(?:(sk|pk|rk|csk|gsk|sess|pplx|nvapi|tgp|vck|tvly|r8|gh[opsur]|github_pat|glpat|xox[abeprs])|xai|hf|fw|jina|lsv2|dapi|pa|pat|key|token)[-_][A-Za-z0-9_-]{8,}`)
	// Keys that no word looks like.
	certainShape = NewPattern(`\b(?:AIza[A-Za-z0-9_-]{16,}|(?:AKIA|ASIA)[A-Z0-9]{16}\b|ya29\.[A-Za-z0-9._-]{8,}|dapi[0-9a-f]{32}|eyJ[A-Za-z0-9_-]{8,}[A-Za-z0-9._-]*|QmVhcmVy[A-Za-z0-9+/=_-]{8,})`)
	// Keys by what is said before them.
	namedShape = NewPattern(`(?i)(\b(?:bearer|basic|(?:x[ _-])?api[ _-]?key|authorization|secret|password|passwd|access[ _-]?token)\b["']?(?: (?:provided|given|used|is|was))?\s*[:=]?\s*["'` + "`" + `]?)([A-Za-z0-9._~+/=-]{8,})`)
	// Keys in addresses.
	userInfo  = NewPattern(`(://)[^/\s@?#]+@`)
	queryName = NewPattern(`(?i)([?&](?:api[_-]?key|key|token|access_token|auth|sig|signature|secret|password)=)[^&\s"'<>]+`)
)

// withoutSecrets takes out of s what looks like a key.
func withoutSecrets(s string) string {
	s = userInfo.ReplaceAllString(s, "$1")
	s = queryName.ReplaceAllString(s, "${1}"+hidden)
	s = certainShape.ReplaceAllString(s, hidden)
	s = keyShape.ReplaceAllStringFunc(s, func(found string) string {
		certain := keyShape.FindStringSubmatch(found)[1] != ""
		_, body, _ := strings.Cut(strings.ReplaceAll(found, "_", "-"), "-")
		if random(body) || certain && likely(body) {
			return hidden
		}
		return found
	})
	return namedShape.ReplaceAllStringFunc(s, func(found string) string {
		parts := namedShape.FindStringSubmatch(found)
		if random(parts[2]) {
			return parts[1] + hidden
		}
		return found
	})
}

// random reports whether s has a part that is no word of any language.
func random(s string) bool {
	return slices.ContainsFunc(runs(s), func(run string) bool {
		digits, letters, humps := census(run)
		return len(run) >= 10 && digits >= 2 && letters >= 1 || len(run) >= 12 && humps >= 3 || len(run) >= 24
	})
}

// likely asks less, of what begins like a key already.
func likely(s string) bool {
	return slices.ContainsFunc(runs(s), func(run string) bool {
		digits, _, _ := census(run)
		return len(run) >= 8 && digits >= 1 || len(run) >= 16
	})
}

func runs(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("-_./+=~", r) })
}

// census counts; a hump is a capital after a small letter.
func census(run string) (digits, letters, humps int) {
	small := false
	for _, r := range run {
		switch {
		case unicode.IsDigit(r):
			digits++
		default:
			letters++
		}
		if small && unicode.IsUpper(r) {
			humps++
		}
		small = unicode.IsLower(r)
	}
	return digits, letters, humps
}
