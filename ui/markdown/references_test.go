package markdown

import (
	"fmt"
	"strings"
	"testing"
)

// TestLateDefinitionsCostLittle: a definition may come after any number of uses;
// what is drawn again for it is bounded, and so is what is drawn again for many.
func TestLateDefinitionsCostLittle(t *testing.T) {
	t.Parallel()
	var labels, definitions strings.Builder
	for i := range 400 {
		fmt.Fprintf(&labels, "see [r%d] and ", i)
		fmt.Fprintf(&definitions, "[r%d]: https://x.example/%d\n", i, i)
	}
	for name, c := range map[string]struct{ text, end string }{
		"texts":     {strings.Repeat("see [a] here\n\n", 5000), "[a]: https://x.example\n"},
		"one text":  {strings.Repeat("see [a] here ", 5000), "[a]: https://x.example\n"},
		"items":     {strings.Repeat("- see [a]\n", 5000), "[a]: https://x.example\n"},
		"table":     {"|x|\n|-|\n" + strings.Repeat("|see [a]|\n", 5000), "[a]: https://x.example\n"},
		"few texts": {strings.Repeat("see [a] here\n\n", 300), "[a]: https://x.example\n"},
		"labels":    {labels.String(), definitions.String()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := NewDocument(plain())
			arrive(d, c.text+"\n\n", 30)
			before := d.work
			for _, part := range []string{c.end, "\nand [a] after it [r1]\n\n"} {
				d.Extend(part)
				same(t, name, d.Lines(100), fresh(plain(), string(d.text), 100))
			}
			if parsed := d.work.parsed - before.parsed; parsed > mostWaiting+8*len(c.end)+1000 {
				t.Errorf("a late definition costs parsing %d bytes", parsed)
			}
			if got := stripped(d.Lines(100)[len(d.rows)-1:]); !strings.Contains(got, "https://x.example") {
				t.Errorf("it does not count for what follows: %q", got)
			}
			if first := stripped(d.Lines(100)[:3]); name == "few texts" && !strings.Contains(first, "https://x.example") {
				t.Errorf("it does not count for the little before it: %q", first)
			}
		})
	}
}

// TestLateDefinitionsLiveAndDone compares live and fresh around the bound, with
// other widths on the way.
func TestLateDefinitionsLiveAndDone(t *testing.T) {
	t.Parallel()
	rng := seeded(t)
	for range documents(1) {
		var b strings.Builder
		for i := 0; b.Len() < mostWaiting+mostWaiting/2; i++ {
			fmt.Fprintf(&b, "[[a] x][%c] %s\n\n", 'a'+rng.IntN(4), strings.Repeat("word ", rng.IntN(300)))
			if rng.IntN(40) == 0 {
				fmt.Fprintf(&b, "> [%c]: https://x.example/%d\n\n", 'a'+rng.IntN(4), i)
			}
		}
		b.WriteString("[a]: y\n[b]: z\n\n[d]: x\n")
		text := b.String()
		d := NewDocument(linked())
		for at := 0; at < len(text); {
			n := min(1+rng.IntN(12_000), len(text)-at)
			d.Extend(text[at : at+n])
			at += n
			width := 40 + 60*rng.IntN(2)
			same(t, fmt.Sprintf("%d bytes", at), d.Lines(width), fresh(linked(), text[:at], width))
		}
	}
}
