package session

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aimlchat/aimlchat/api"
)

func TestTitle(t *testing.T) {
	for prompt, want := range map[string]string{
		"":       "",
		" \n\t ": "",
		"Hello":  "Hello",
		"  When do\nthe  cherry\ttrees\r\nbloom?\n": "When do the cherry trees bloom?",
		"# Heading\n\n### deeper ###":               "Heading deeper ###",
		"#hashtag and #":                            "#hashtag and #",
		"####### seven":                             "####### seven",
		"Fix this:\n```go\nx := 1\n```":             "Fix this: x := 1",
		"~~~\ncode":                                 "code",
		"```":                                       "```",
		"#":                                         "#",
		"a\x1b[31mb\x00c":                           "a [31mb c",
		"bad \xff byte":                             "bad \uFFFD byte",
		strings.Repeat("x", 60):                     strings.Repeat("x", 60),
		strings.Repeat("x", 61):                     strings.Repeat("x", 59) + "…",
		strings.Repeat("word ", 20):                 strings.Repeat("word ", 11) + "word…",
		strings.Repeat("word ", 12):                 strings.TrimSpace(strings.Repeat("word ", 12)),
		"Hi " + strings.Repeat("x", 90):             "Hi " + strings.Repeat("x", 56) + "…",
		strings.Repeat("字", 31):                     strings.Repeat("字", 29) + "…",
		strings.Repeat("字", 30):                     strings.Repeat("字", 30),
		strings.Repeat("x", 60) + " y":              strings.Repeat("x", 59) + "…",
		strings.Repeat("word ", 9) + "and then, however": strings.Repeat("word ", 9) + "and then…",
		strings.Repeat("three ", 10) + "more":            strings.TrimSpace(strings.Repeat("three ", 10)) + "…",
		strings.Repeat("seven ", 9) + "sevens x":         strings.TrimSpace(strings.Repeat("seven ", 9)) + "…",
		"👍 emoji 👨‍👩‍👧":                                  "👍 emoji 👨‍👩‍👧",
	} {
		if got := Title(prompt); got != want {
			t.Errorf("%q:\ngot  %q\nwant %q", prompt, got, want)
		}
	}
}

func TestTitleOfAPromptWithFiles(t *testing.T) {
	file := func(name string) api.File { return api.File{Name: name} }
	for want, m := range map[string]Message{
		"What is this?":  asking("1", "", "# What is this?", file("a.png")),
		"a b.png":        asking("1", "", " \n", file("a b.png")),
		"a.png, b.pdf":   asking("1", "", "", file("a.png"), file("b.pdf")),
		"#1.png":         asking("1", "", "", file("#1.png")),
		"evil [31m name": asking("1", "", "", file("evil\x1b[31m\nname")),
		"":               asking("1", "", ""),
	} {
		if got := m.Title(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func FuzzTitle(f *testing.F) {
	f.Add("# Hello\n```go\n字字\xff\u0301\uFE0F")
	f.Add(strings.Repeat("word ", 30))
	f.Add(strings.Repeat("字", 59) + "x")
	f.Fuzz(func(t *testing.T, prompt string) {
		title := Title(prompt)
		switch {
		case cellsOf(title) > titleCells:
			t.Errorf("%q has %d cells", title, cellsOf(title))
		case !utf8.ValidString(title):
			t.Errorf("%q is not valid", title)
		case title != strings.Join(strings.FieldsFunc(title, apart), " "):
			t.Errorf("%q is not one line of words", title)
		case (title == "") != (strings.TrimFunc(prompt, apart) == ""):
			t.Errorf("%q made of %q", title, prompt)
		}
	})
}
