package archive

// This file owns how texts, times and the like stand in our JSON.

import (
	"encoding/json"
	"errors"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// exact is a text of which JSON keeps every byte.
type exact string

type base64Text struct {
	Base64 []byte `json:"base64"`
}

func (e exact) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(e)) {
		return json.Marshal(string(e))
	}
	return json.Marshal(base64Text{[]byte(e)})
}

func (e *exact) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '{' {
		var b base64Text
		err := json.Unmarshal(data, &b)
		*e = exact(b.Base64)
		return err
	}
	return json.Unmarshal(data, (*string)(e))
}

// instant is a time to the millisecond; the zero time is absent.
type instant struct{ time.Time }

// layout keeps the three digits that a database keeps.
const layout = "2006-01-02T15:04:05.000Z"

func (t instant) MarshalJSON() ([]byte, error) {
	if y := t.UTC().Year(); y < 0 || y > 9999 {
		return []byte("null"), nil // a clock that went mad
	}
	return json.Marshal(t.UTC().Format(layout))
}

func (t *instant) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil || text == "" {
		return err
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return errors.New("a time is not as RFC 3339 has it")
	}
	t.Time = plausible(at)
	return nil
}

// plausible keeps a time within what every format and database can say, to the
// millisecond.
func plausible(t time.Time) time.Time {
	if t.IsZero() || t.Year() < 1 || t.Year() > 9998 {
		return time.Time{}
	}
	return time.UnixMilli(t.UnixMilli())
}

// escapeUnseen writes as \u escapes what a terminal would obey or hide. What is
// not ASCII stands inside texts only, so the document says the same.
func escapeUnseen(doc []byte) []byte {
	out := doc[:0:0]
	for len(doc) > 0 {
		r, size := utf8.DecodeRune(doc)
		switch {
		case !unseen(r):
			out = append(out, doc[:size]...)
		case r > 0xFFFF:
			hi, lo := utf16.EncodeRune(r)
			out = appendEscape(appendEscape(out, hi), lo)
		default:
			out = appendEscape(out, r)
		}
		doc = doc[size:]
	}
	return out
}

func appendEscape(out []byte, r rune) []byte {
	const digits = "0123456789abcdef"
	return append(out, '\\', 'u', digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
}

// unseen reports whether r is DEL, a C1 control, a direction override or a tag;
// encoding/json escapes the other controls itself.
func unseen(r rune) bool {
	return r >= 0x7F && r <= 0x9F || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r >= 0xE0000 && r <= 0xE007F
}
