package wire

// This file owns lenient JSON: a field may be missing, null or of another type
// than the protocol says, and then counts as absent. It refuses to give any of
// it a meaning.

import (
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf8"
)

// Unmarshal decodes what fits, and fails only when data is no JSON at all.
func Unmarshal(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	if _, wrongType := err.(*json.UnmarshalTypeError); wrongType { //nolint:errorlint // json returns it bare
		return nil
	}
	return err
}

// Words is a string, or the text inside an object, or nothing.
type Words string

// UnmarshalJSON takes a string, or an object with a text or content.
func (w *Words) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '"':
		*w = Words(Unquote(data))
	case '{':
		var inner struct {
			Text    string `json:"text"`
			Content string `json:"content"`
		}
		if err := Unmarshal(data, &inner); err != nil {
			return err
		}
		*w = Words(inner.Text + inner.Content)
	}
	return nil
}

// Unquote decodes a JSON string that the scanner has found well formed. Most
// pieces of text hold no escape and need no second scan.
func Unquote(data []byte) string {
	inner := data[1 : len(data)-1]
	for _, b := range inner {
		if b == '\\' || b >= utf8.RuneSelf {
			var s string
			_ = json.Unmarshal(data, &s) // well formed: it can't fail
			return s
		}
	}
	return string(inner)
}

// Figure is a number that is not negative, also one inside a string. The zero
// value is unknown.
type Figure struct {
	value float64
	known bool
}

// NewFigure returns a known figure.
func NewFigure(v float64) Figure { return Figure{v, true} }

// ParseFigure reads a figure; what is none is unknown, "NaN" among it.
func ParseFigure(s string) Figure {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v < 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return Figure{}
	}
	return Figure{v, true}
}

// UnmarshalJSON takes a number, bare or in a string.
func (f *Figure) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		data = data[1 : len(data)-1]
	}
	*f = ParseFigure(string(data))
	return nil
}

// Known reports whether f is.
func (f Figure) Known() bool { return f.known }

// Value is the figure, zero when it is unknown.
func (f Figure) Value() float64 { return f.value }

// Or returns the first known figure.
func (f Figure) Or(others ...Figure) Figure {
	for _, o := range others {
		if !f.known {
			f = o
		}
	}
	return f
}

// Update takes over a figure, but no zero over a known one: late chunks of some
// services count only what the first did not.
func (f *Figure) Update(later Figure) {
	if later.known && (later.value != 0 || !f.known) {
		*f = later
	}
}

// Float returns the figure, or nil.
func (f Figure) Float() *float64 {
	if !f.known {
		return nil
	}
	return &f.value
}

// Int returns the figure as a whole number, or nil when it is unknown or beyond
// any count.
func (f Figure) Int() *int64 {
	if !f.known || f.value > math.MaxInt64/2 {
		return nil
	}
	n := int64(f.value)
	return &n
}

// Arguments are a JSON document inside a string, or, from some services, bare.
type Arguments string

// UnmarshalJSON takes either form; what is neither leaves a as it is.
func (a *Arguments) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '"':
		*a = Arguments(Unquote(data))
	case '{', '[':
		*a = Arguments(data)
	}
	return nil
}
