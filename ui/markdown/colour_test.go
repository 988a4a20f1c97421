package markdown

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestDraftBecomesLines colours a draft piece by piece: what has been asked for
// equals what Lines shows, and at the end all of it does.
func TestDraftBecomesLines(t *testing.T) {
	t.Parallel()
	texts := slices.Clone(samples)
	rng := seeded(t)
	for range documents(4) {
		texts = append(texts, written(rng)+"\n\n"+code(rng, 12+rng.IntN(12))+"1. ```py\n   x = \"e\u0301\" # 👩\u200d👩 \n   y\n   ```\n")
	}
	for n, text := range texts {
		width := widths[n%len(widths)]
		want := fresh(linked(), text, width)
		d := NewDocument(linked())
		d.Extend(text)
		rows := draft(d, width)
		if stripped(rows) != stripped(want) { // nothing moves when colours come
			for i, l := range rows {
				if i >= len(want) || stripped(rows[i:i+1]) != stripped(want[i:i+1]) {
					t.Fatalf("row %d of the draft of document %d is %q, not %q; before %q", i, n, l.Text, want[i].Text, stripped(rows[max(0, i-3):i]))
				}
			}
			t.Fatalf("the draft of document %d has %d rows, not %d", n, len(rows), len(want))
		}
		for from := 0; from < len(rows); from += 7 {
			to := min(from+7, len(rows))
			colourRows(d, from, to)
			rows = d.join()
			same(t, fmt.Sprintf("rows %d to %d of %q", from, to, text), rows[from:to], want[from:to])
		}
		d.Extend("x")
		same(t, "more", d.Lines(width), fresh(linked(), text+"x", width))
	}
}

// TestDraftColoursWhatIsSeen counts the colours of a long text that is opened.
func TestDraftColoursWhatIsSeen(t *testing.T) {
	t.Parallel()
	text := mixture(rand.New(rand.NewPCG(7, 7)), 80<<10)
	d := NewDocument(colours())
	d.Extend(text)
	rows := draft(d, 100)
	colourRows(d, len(rows)-40, len(rows))
	if d.code.coloured > 4<<10 {
		t.Errorf("%d bytes of code were coloured for forty rows", d.code.coloured)
	}
}

// draft returns the rows of all parts as they are laid out, without the colours
// of code.
func draft(d *Document, width int) []Line {
	for i := range d.Parts(width) {
		d.Rows(i)
	}
	return d.join()
}

// colourRows colours rows of the document.
func colourRows(d *Document, from, to int) {
	for i, p := range d.parts {
		ink := Ink(len(d.text))
		d.Colour(i, from-p.at, to-p.at, &ink)
	}
}
