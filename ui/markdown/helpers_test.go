package markdown

import (
	"fmt"
	"image/color"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/themes"
)

// colourful is a theme in which every role has a colour of its own.
func colourful() themes.Theme {
	c := func(n uint8) color.Color { return color.RGBA{R: n, G: 100, B: 200, A: 255} }
	return themes.Theme{
		Name: "colourful", Muted: c(1), Faint: c(2), Link: c(3), Heading: c(4), Code: c(5), CodeBg: c(6), Good: c(7),
		Syntax: themes.Syntax{
			Comment: c(11), Keyword: c(12), Type: c(13), Function: c(14), String: c(15), Number: c(16),
			Operator: c(17), Builtin: c(18), Tag: c(19), Deleted: c(20), Inserted: c(21),
		},
	}
}

func colours() *Style { return NewStyle(colourful(), Options{}) }
func linked() *Style  { return NewStyle(colourful(), Options{Links: true}) }
func plain() *Style   { return NewStyle(themes.Theme{Name: "plain"}, Options{}) }

// fresh returns what a new document shows of a text.
func fresh(s *Style, text string, width int) []Line {
	d := NewDocument(s)
	d.Extend(text)
	return d.Lines(width)
}

// stripped returns rows without their styles, one a line.
func stripped(lines []Line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(ansi.Strip(l.Text))
		b.WriteByte('\n')
	}
	return b.String()
}

// long tells whether there is time for more.
func long() bool { return os.Getenv("AIMLCHAT_LONG") != "" }

// documents is how many documents a test draws: more when there is time.
func documents(n int) int {
	if long() {
		return 20 * n
	}
	return n
}

// seeded returns the same chance in every run, so that a change is not blamed for
// what it did not do; in long tests one that differs from run to run. The seed is
// printed with what fails; AIMLCHAT_SEED chooses it.
func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	seed, err := strconv.ParseUint(os.Getenv("AIMLCHAT_SEED"), 10, 64)
	if err != nil && long() {
		seed = rand.Uint64()
	}
	t.Logf("AIMLCHAT_SEED=%d repeats this", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// live extends a document piece by piece and compares it with a fresh one: after
// each piece, or after as many as mostCompared allows, taken by chance.
func live(t *testing.T, rng *rand.Rand, what string, s *Style, pieces []string, width int) {
	t.Helper()
	d := NewDocument(s)
	var text strings.Builder
	size := 0
	for _, piece := range pieces {
		size += len(piece)
	}
	for i, piece := range pieces {
		d.Extend(piece)
		text.WriteString(piece)
		if i%7 == 3 && i+1 < len(pieces) { // as often as not several pieces arrive in a frame
			continue
		}
		lines := d.Lines(width)
		if i+1 < len(pieces) && !long() && rng.IntN(1+len(pieces)*size/2) > mostCompared {
			continue
		}
		checkLines(t, lines, width)
		same(t, fmt.Sprintf("%s, %d bytes of %q", what, text.Len(), text.String()), lines, fresh(s, text.String(), width))
	}
}

// mostCompared is about how many bytes are drawn anew for one document that
// arrives, unless there is time for all its prefixes.
const mostCompared = 1 << 10

// cuts divides a text at random places.
func cuts(rng *rand.Rand, text string, most int) []string {
	var out []string
	for len(text) > 0 {
		n := min(1+rng.IntN(most), len(text))
		out = append(out, text[:n])
		text = text[n:]
	}
	return out
}

// checkLines fails when a row breaks the promises of Line.
func checkLines(t *testing.T, lines []Line, width int) {
	t.Helper()
	for i, l := range lines {
		if w := ansi.StringWidth(l.Text); w > width {
			t.Fatalf("row %d of width %d has %d cells: %q", i, width, w, l.Text)
		}
		if !utf8.ValidString(l.Text) {
			t.Fatalf("row %d is not UTF-8: %q", i, l.Text)
		}
		if l.Gutter < 0 || l.Gutter > width {
			t.Fatalf("row %d has a gutter of %d: %q", i, l.Gutter, l.Text)
		}
		if left := state(t, l.Text); left != "" {
			t.Fatalf("row %d leaves %q on: %q", i, left, l.Text)
		}
	}
}

// state reads a row as a terminal does, fails on any control byte that is not
// part of SGR or OSC 8, and returns what is still on at the end.
func state(t *testing.T, row string) string {
	t.Helper()
	sgr, link := "", ""
	for s := row; s != ""; {
		if rest, ok := strings.CutPrefix(s, "\x1b]8;;"); ok {
			var found bool
			if link, s, found = strings.Cut(rest, "\x1b\\"); !found || strings.ContainsFunc(link, notPrintable) {
				t.Fatalf("bad OSC 8 in %q", row)
			}
			continue
		}
		if rest, ok := strings.CutPrefix(s, "\x1b["); ok {
			i := strings.IndexFunc(rest, func(r rune) bool { return r != ';' && (r < '0' || r > '9') })
			if i < 0 || rest[i] != 'm' {
				t.Fatalf("bad CSI in %q", row)
			}
			sgr, s = rest[:i], rest[i+1:]
			continue
		}
		r, n := utf8.DecodeRuneInString(s)
		if r < ' ' || r >= 0x7f && r <= 0x9f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r >= 0xe0000 && r <= 0xe007f {
			t.Fatalf("%U in %q", r, row)
		}
		s = s[n:]
	}
	return sgr + link
}

func notPrintable(r rune) bool { return r <= ' ' || r >= 0x7f }

var plainTheme = themes.Theme{Name: "plain"}
