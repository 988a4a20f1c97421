package markdown

import (
	"strings"
	"testing"
)

// TestPiecesEqualWhole compares what the pieces of a text show with one parse
// of all of it. Formulas over several lines are meant to differ: CommonMark
// would read lists into them. So is the end of a fence that is still arriving.
func TestPiecesEqualWhole(t *testing.T) {
	t.Parallel()
	for n, text := range samples {
		if strings.Contains(text, "\n$$\n") || strings.HasSuffix(text, "\n``") || hostile([]byte(text)) {
			continue
		}
		d := NewDocument(plain())
		d.Extend(text)
		_, sc := parse(d.text, d)
		d.define(sc.found)
		root, _ := parse(d.text, d)
		r := renderer{style: d.style, src: d.text, page: &page{width: 80}, code: &d.code}
		r.document(root)
		if got, want := stripped(fresh(plain(), text, 80)), stripped(r.page.lines); got != want {
			t.Errorf("sample %d, %q\nin pieces\n%s\nwhole\n%s", n, text, got, want)
		}
	}
}

// TestPieces pins where texts are divided.
func TestPieces(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a\nb\n\nc\n\n":                "a.b..|c..",
		"# h\na\n***\nb\n---\nc\n":     "# h.|a.|***.|b.---.c.",
		"- a\n  b\n- c\n\n  d\n\ne\n":  "- a.  b.|- c..  d..|e.",
		"a\n2. b\n1. c\n2. d\n":        "a.2. b.|1. c.|2. d.",
		"a\n```\n# b\n\n- c\n```\nd\n": "a.|```.# b..- c.```.|d.",
		"> a\nb\n\n> c\n- d\n":         "> a.b..|> c.|- d.",
		"a|b\n-|-\n1|2\n---\nc\n":      "a|b.-|-.1|2.|---.|c.",
		"    a\n\n    b\nc\n":          "    a..    b.|c.",
		"a\n$$\n- b\n$$\nc\n":          "a.|$$.- b.$$.|c.",
	} {
		d := NewDocument(plain())
		d.Extend(in)
		d.Lines(80)
		var got []string
		for _, b := range append(d.closed, d.tail...) {
			got = append(got, strings.ReplaceAll(in[b.from:b.to], "\n", "."))
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q is divided as %q, want %q", in, strings.Join(got, "|"), want)
		}
	}
}
