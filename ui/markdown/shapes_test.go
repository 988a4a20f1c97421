package markdown

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// filler makes texts of about a length.
type filler struct{ rng *rand.Rand }

func (f filler) prose(n int, words string) string {
	from := strings.Fields(words)
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(from[f.rng.IntN(len(from))])
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}

const (
	plainWords  = "a paragraph of plain words that goes on and on without any end, it seems; naïve readers wait."
	richWords   = "a paragraph with *some* emphasis and `code` that **goes on** and [leads](https://a.example/x) away https://b.example/y ~~not~~ \\(x\\) a_b Vec<T>"
	strictWords = "a **bold claim of some length** and `a piece of code` or [a label](https://a.example \"title\") and so on"
)

// repeat joins what line returns until there are n bytes.
func repeat(n int, line func(i int) string) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		b.WriteString(line(i))
	}
	return b.String()
}

// block is a shape of one block, or of many of one kind, of about n bytes.
var blocks = map[string]func(f filler, n int) string{
	"code": func(f filler, n int) string {
		return strings.TrimSuffix(code(f.rng, n/34), "```\n\n")
	},
	"code in one line": func(f filler, n int) string {
		return "```json\n" + repeat(n, func(i int) string { return fmt.Sprintf(`{"k%d":[1,2,"three"]},`, i) })
	},
	"code in an item": func(f filler, n int) string { return "1. step\n\n   ```go\n" + indent(code(f.rng, n/34)[6:], "   ") },
	"indented code":   func(f filler, n int) string { return indent(code(f.rng, n/34), "    ") },
	"list": func(f filler, n int) string {
		return repeat(n, func(int) string { return "- " + f.prose(60, richWords) + "\n" })
	},
	"loose list": func(f filler, n int) string {
		return repeat(n, func(int) string { return "- " + f.prose(60, richWords) + "\n\n" })
	},
	"nested list":    nestedList,
	"one giant item": func(f filler, n int) string { return "- " + f.prose(n, richWords) },
	"item of many": func(f filler, n int) string {
		return "- a\n\n" + repeat(n, func(int) string { return "  " + f.prose(90, richWords) + "\n\n" })
	},
	"table in an item": func(f filler, n int) string { return "- a\n\n" + indent(table(f, n), "  ") },
	"table":            table,
	"table of references": func(_ filler, n int) string {
		return "| a | b |\n|---|---|\n" + repeat(n, func(i int) string { return fmt.Sprintf("| [r%d] | [x][r%d] |\n", i, i) })
	},
	"text then table":  func(f filler, n int) string { return "See:\n" + table(f, n) },
	"paragraph":        func(f filler, n int) string { return f.prose(n, plainWords) },
	"rich paragraph":   func(f filler, n int) string { return f.prose(n, richWords) },
	"strict paragraph": func(f filler, n int) string { return f.prose(n, strictWords) },
	"lines": func(f filler, n int) string {
		return repeat(n, func(int) string { return f.prose(70, richWords) + "\n" })
	},
	"no spaces":  func(f filler, n int) string { return strings.Repeat("abcdefghij", n/10) },
	"ideographs": func(f filler, n int) string { return strings.Repeat("日本語の文章は長いので、", n/36) },
	"quote": func(f filler, n int) string {
		return repeat(n, func(int) string { return "> " + f.prose(70, richWords) + "\n" })
	},
	"nested quote": func(f filler, n int) string {
		return repeat(n, func(i int) string { return strings.Repeat("> ", 1+i/9%4) + f.prose(70, richWords) + "\n" })
	},
	"html": func(f filler, n int) string {
		return repeat(n, func(int) string { return "<div class=\"a\">" + f.prose(40, plainWords) + "</div>\n" })
	},
	"footnotes": func(f filler, n int) string {
		return repeat(n, func(i int) string { return fmt.Sprintf("[^%d]: %s\n", i, f.prose(40, plainWords)) })
	},
	"headings": func(f filler, n int) string {
		return repeat(n, func(i int) string { return "## " + f.prose(30, richWords) + "\n" })
	},
	"rules":       func(f filler, n int) string { return repeat(n, func(i int) string { return "---\n" }) },
	"definitions": definitionsAtEnd,
	"formula":     func(f filler, n int) string { return "$$\n" + repeat(n, func(int) string { return "x_1 + \\alpha\n" }) },
	"one heading": func(f filler, n int) string { return "# " + f.prose(n, richWords) },
}

func indent(text, by string) string {
	return by + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+by) + "\n"
}

func nestedList(f filler, n int) string {
	return repeat(n, func(i int) string { return strings.Repeat("  ", min(i, 1+i%5)) + "- " + f.prose(50, richWords) + "\n" })
}

func table(f filler, n int) string {
	return "| a | b | c |\n|---|---|---|\n" + repeat(n, func(int) string {
		return "| " + f.prose(10, plainWords) + " | " + f.prose(20, richWords) + " | " + f.prose(8, plainWords) + " |\n"
	})
}

func definitionsAtEnd(f filler, n int) string {
	return repeat(n/2, func(i int) string { return fmt.Sprintf("see [this][r%d] and that\n\n", i) }) +
		repeat(n/2, func(i int) string { return fmt.Sprintf("[r%d]: https://a.example/%d\n", i, i) })
}

// shape returns a block of n bytes, always the same.
func shape(name string, n int) string {
	return blocks[name](filler{rand.New(rand.NewPCG(9, uint64(len(name))))}, n)
}

func shapeNames() []string {
	var names []string
	for name := range blocks {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// arrive extends a document in frames.
func arrive(d *Document, text string, frames int) {
	for i := range frames {
		d.Extend(text[i*len(text)/frames : (i+1)*len(text)/frames])
		d.Lines(100)
	}
}

// TestWorkIsLinear counts what is done while a text arrives: whatever its
// shape, a byte is parsed and coloured a few times at most, a row is laid out a
// few times, and twice the text at the same pace costs twice as much.
func TestWorkIsLinear(t *testing.T) {
	t.Parallel()
	for _, name := range shapeNames() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var one work
			for _, n := range sizes(name) {
				text := shape(name, n)
				d := NewDocument(colours())
				arrive(d, text, n/540)
				w := d.work
				w.coloured = d.code.coloured
				t.Logf("%d bytes: %+v, %d rows", len(text), w, len(d.rows))
				if w.parsed > 6*len(text) || w.looked > len(text) || w.coloured > 3*len(text) || w.lines > 8*len(d.rows)+500 {
					t.Errorf("%d bytes in %d rows cost %+v", len(text), len(d.rows), w)
				}
				if one != (work{}) && !(doubled(one.parsed, w.parsed) && doubled(one.lines, w.lines) && doubled(one.looked, w.looked) && doubled(one.coloured, w.coloured) && doubled(one.blocks, w.blocks)) {
					t.Errorf("twice the text costs %+v after %+v", w, one)
				}
				one = w
			}
		})
	}
}

// sizes is a length, and twice of it; where lexers run, which the race detector
// makes very slow, a shorter one.
func sizes(name string) []int {
	n := 20 << 10
	if !long() && (name == "code" || name == "code in an item") {
		n = 5 << 10
	}
	return []int{n, 2 * n}
}

// TestPlainWordsAreNotParsed: most of what models write has no marks in it.
func TestPlainWordsAreNotParsed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"Plain words, (even) naïve ones; 1 + 2 = 3.": 0, "| a | b |\n|---|---|\n| c d | *e* |\n": 3, "so *some*": 9, "a  b 日本": 0, "www.x.example": 13, "a@b": 3, "a\nb": 3,
	} {
		d := NewDocument(plain())
		d.Extend(text)
		if d.Lines(80); d.work.parsed != want {
			t.Errorf("%d bytes of %q were parsed, not %d", d.work.parsed, text, want)
		}
	}
}

func doubled(one, two int) bool { return float64(two) <= 2.3*float64(one)+1000 }

// TestChunksOfCodeAreSmall holds what is coloured at once to a size, whatever
// the lines: some lexers cost more than their text is long.
func TestChunksOfCodeAreSmall(t *testing.T) {
	t.Parallel()
	for _, width := range []int{1, 90, 300, 1000, 3000} {
		code := []byte(strings.Repeat(strings.Repeat("a", width-1)+"\n", 40))
		for len(code) > 0 && !isLong(code) {
			n, whole := nextChunk(code, true)
			if n > max(chunkBytes, width) || whole && n < chunkLines*width && n+width <= chunkBytes {
				t.Fatalf("lines of %d bytes: a chunk has %d", width, n)
			}
			code = code[n:]
		}
	}
}
