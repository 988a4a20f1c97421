package markdown

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestPartsAreLines asks for parts of texts that arrive, in any order, at other
// widths and in other styles on the way: each is what a fresh document shows there.
func TestPartsAreLines(t *testing.T) {
	t.Parallel()
	rng := seeded(t)
	for n, name := range shapeNames() {
		if !long() && n%5 > 0 && name != "table" && name != "rich paragraph" {
			continue
		}
		text := shape(name, 9<<10+rng.IntN(6<<10))
		if strings.Contains(name, "code") && !long() { // lexers are slow
			text = text[:min(len(text), 5<<10)]
		}
		d := NewDocument(colours())
		s, width := colours(), 100
		for at := 0; at < len(text); {
			n := min(1+rng.IntN(12<<10), len(text)-at)
			d.Extend(text[at : at+n])
			at += n
			if rng.IntN(3) == 0 {
				width = []int{100, 60, 31}[rng.IntN(3)]
			}
			if rng.IntN(4) == 0 {
				s = []*Style{colours(), linked(), plain()}[rng.IntN(3)]
				d.SetStyle(s)
			}
			samePart(t, fmt.Sprintf("%s, %d bytes", name, at), d, rng, width)
		}
		same(t, name, d.Lines(width), fresh(s, text, width))
	}
}

// samePart compares two parts, and how many rows the others are said to have.
func samePart(t *testing.T, what string, d *Document, rng *rand.Rand, width int) {
	t.Helper()
	other := NewDocument(d.style)
	other.Extend(string(d.text))
	other.Lines(width)
	parts := d.Parts(width)
	if n := len(other.parts); n != parts {
		t.Fatalf("%s: %d parts, a fresh one has %d", what, parts, n)
	}
	for range 2 {
		i := rng.IntN(parts)
		rows := d.Rows(i)
		ink := Ink(len(d.text))
		d.Colour(i, 0, len(rows), &ink)
		same(t, fmt.Sprintf("%s, part %d of %d", what, i, parts), rows, other.parts[i].rows)
		for k := range parts {
			if n, sure := d.Guess(k); sure && n != len(other.parts[k].rows) {
				t.Fatalf("%s: part %d is said to have %d rows, not %d", what, k, n, len(other.parts[k].rows))
			}
		}
	}
}

// TestOnlyWhatIsSeenIsDrawn counts what is done for a screen of a text at another
// width, in another style, and when it is seen for the first time: it does not
// depend on how long the text is, or its one block.
func TestOnlyWhatIsSeenIsDrawn(t *testing.T) {
	t.Parallel()
	for n, name := range shapeNames() {
		if name == "definitions" || !long() && n%5 != 1 && name != "table" && name != "rich paragraph" {
			continue // each definition is looked for in what was not drawn
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, n := range []int{30 << 10, 120 << 10} {
				text := shape(name, n)
				d := NewDocument(colours())
				d.Extend(text)
				for width, what := range []string{"first", "width", "style"} {
					for _, at := range []float64{0, 0.5, 1} {
						before, coloured := d.work, d.code.coloured
						if what == "style" {
							d.SetStyle([]*Style{linked(), plain(), colours()}[int(2*at)])
						}
						parts := d.Parts(80 + width%2*9 + int(4*at))
						seen := 0
						for i := int(at * float64(parts-1)); i < parts && seen < 40; i++ {
							rows := d.Rows(i)
							ink := Ink(len(text))
							d.Colour(i, 0, min(len(rows), 40-seen), &ink)
							seen += len(rows)
						}
						w := d.work
						if parsed, lines := w.parsed-before.parsed, w.lines-before.lines; parsed > 45<<10 || lines > 3000 || d.code.coloured-coloured > 8<<10 {
							t.Errorf("%s of %d bytes, at %v: %d bytes are parsed, %d rows laid out, %d bytes coloured", what, n, at, parsed, lines, d.code.coloured-coloured)
						}
					}
				}
			}
		})
	}
}

// TestSegmentsGoOn joins what was divided: nothing is lost where a segment ends,
// and a row that ends early says that its text goes on.
func TestSegmentsGoOn(t *testing.T) {
	t.Parallel()
	words := shape("paragraph", 40<<10)
	for what, c := range map[string]struct{ text, want string }{
		"words":     {words, strings.TrimSpace(words)},
		"no spaces": {strings.Repeat("abcdefghij", 4<<10), strings.Repeat("abcdefghij", 4<<10)},
		"one line":  {"```\n" + strings.Repeat("0123456789", 4<<10), strings.Repeat("0123456789", 4<<10)},
	} {
		d := NewDocument(plain())
		d.Extend(c.text)
		rows := d.Lines(70)
		if len(d.parts) < 4 {
			t.Errorf("%s: only %d parts", what, len(d.parts))
		}
		var b strings.Builder
		for i, l := range rows {
			b.WriteString(strings.TrimPrefix(stripped([]Line{l}), strings.Repeat(" ", l.Gutter)))
			got := strings.TrimSuffix(b.String(), "\n")
			b.Reset()
			b.WriteString(got)
			if l.Space {
				b.WriteByte(' ')
			}
			if l.Soft != (i < len(rows)-1) {
				t.Errorf("%s: row %d of %d: %+v", what, i, len(rows), l)
			}
		}
		if b.String() != c.want {
			t.Errorf("%s: it says %d bytes, not %d", what, b.Len(), len(c.want))
		}
	}
}

// TestPartsStay: a row stays in its part and at its place there while text
// arrives, or goes on to the next one.
func TestPartsStay(t *testing.T) {
	t.Parallel()
	rng := seeded(t)
	for _, name := range []string{"lines", "table", "list", "rich paragraph", "formula", "quote"} {
		text := shape(name, 24<<10)
		d := NewDocument(plain())
		var was [][]Line
		for at := 0; at < len(text); {
			n := min(1+rng.IntN(2<<10), len(text)-at)
			d.Extend(text[at : at+n])
			at += n
			var is [][]Line
			for i := range d.Parts(90) {
				is = append(is, slices.Clone(d.Rows(i)))
			}
			for i := range max(0, len(was)-1) {
				if name != "table" && !slices.Equal(was[i], is[i]) {
					t.Fatalf("%s, %d bytes: part %d has other rows", name, at, i)
				}
			}
			if len(is) < len(was) {
				t.Fatalf("%s, %d bytes: %d parts, after %d", name, at, len(is), len(was))
			}
			was = is
		}
	}
}

// TestInk colours as much as a frame may, and the rest in later ones; what is known
// costs no ink.
func TestInk(t *testing.T) {
	t.Parallel()
	text := shape("code", 3<<10) + "```\n"
	for _, s := range []*Style{colours(), linked()} {
		d := NewDocument(colours())
		d.Extend(text)
		frames, tried := 0, 0
		for all := false; !all; frames++ {
			ink := Ink(1000)
			all = true
			for i := range d.Parts(80) {
				all = d.Colour(i, 0, len(d.Rows(i)), &ink) && all
			}
			if n := d.code.tried - tried; n > 1000+chunkBytes || n == 0 {
				t.Fatalf("frame %d colours %d bytes", frames, n)
			}
			tried = d.code.tried
		}
		if frames < 2 {
			t.Errorf("%d bytes are coloured in %d frames", len(text), frames)
		}
		d.SetStyle(s)
		ink := Ink(0)
		for i := range d.Parts(60) {
			if !d.Colour(i, 0, len(d.Rows(i)), &ink) {
				t.Errorf("part %d is not coloured though it was before", i)
			}
		}
		same(t, "coloured", draft(d, 60), fresh(s, text, 60))
	}
}
