package markdown

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"
)

func TestLinksOfAText(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"none", "Nothing here: just text @ all.", ""},
		{"inline", "See [the *docs*](https://a.example/x_y?q=1&amp;r=2 \"T\").", "the docs=https://a.example/x_y?q=1&r=2"},
		{"bare", "At https://a.example/x, www.b.example and me@c.example.", "=https://a.example/x =http://www.b.example =mailto:me@c.example"},
		{"a definition after its use", "[one][1] and [1]\n\n- x\n\n[1]: https://a.example/1", "one=https://a.example/1 1=https://a.example/1"},
		{"image", "![a cat](https://a.example/cat.png)", "a cat=https://a.example/cat.png"},
		{"list, quote, table", "- [a](http://a.example)\n\n> [b](http://b.example)\n\n| x |\n|---|\n| [c](http://c.example) |", "a=http://a.example b=http://b.example c=http://c.example"},
		{"code", "`https://a.example`\n\n```\nhttps://b.example\n[c](https://c.example)\n```\n\n    https://d.example", ""},
		{"not to be opened", "[x](javascript:alert(1)) [y](file:///etc/passwd)", "x= y="},
		{"another script", "[bank](https://bücher.example/ä)", "bank=https://xn--bcher-kva.example/%C3%A4"},
		{"unfinished", "a [b](https://a.exa", "=https://a.exa"},
	} {
		var got []string
		for _, l := range Links(tt.text) {
			got = append(got, fmt.Sprintf("%s=%s", l.Label, l.Target))
		}
		if g := strings.Join(got, " "); g != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, g, tt.want)
		}
	}
}

// What is drawn as a link is listed as one, and the other way around. Where
// texts wrap, a link is drawn again on each row.
func TestLinksAreThoseThatAreDrawn(t *testing.T) {
	osc := regexp.MustCompile("\x1b\\]8;;([^\x1b]+)\x1b")
	for _, text := range samples {
		drawn := map[string]bool{}
		for _, l := range fresh(linked(), text, 400) {
			for _, m := range osc.FindAllStringSubmatch(l.Text, -1) {
				drawn[m[1]] = true
			}
		}
		listed := map[string]bool{}
		for _, l := range Links(text) {
			if l.Target != "" {
				listed[l.Target] = true
			}
		}
		if !maps.Equal(drawn, listed) {
			t.Errorf("%q: drawn %v, listed %v", text, drawn, listed)
		}
	}
}

func TestAddressDisguised(t *testing.T) {
	a := NewAddress("https://evil.example/login")
	if !a.DisguisedBy("https://bank.example") || a.DisguisedBy("log in") || a.DisguisedBy("evil.example") {
		t.Error("a label is not held against its address as it should be")
	}
}

func TestLinksOfHostileTextsCostLittle(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("[", 50_000), strings.Repeat("[a](", 20_000), strings.Repeat("> ", 20_000) + "x", strings.Repeat("![", 30_000),
	} {
		Links(text)
	}
}
