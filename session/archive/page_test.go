package archive_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/session/archive"
)

// answers makes a conversation of which each answer is one of the given texts.
func answers(texts ...string) archive.Session {
	s := archive.Session{Session: session.Session{ID: "s", Title: `<i>"Spring" & more`, Model: "maker/model", Created: noon}}
	parent := ""
	for i, said := range texts {
		m := session.Message{
			ID: fmt.Sprintf("m%d", i), ParentID: parent, Role: api.Assistant, Model: "maker/model", Created: noon, Finish: api.FinishStop,
			Parts: []api.Part{{Kind: api.TextPart, Text: said}},
		}
		parent = m.ID
		s.Messages = append(s.Messages, m)
	}
	s.Leaf = parent
	return s
}

func TestMarkdownKeepsMessagesApart(t *testing.T) {
	texts := []string{
		"plain", "```go\nleft open", "~~~\nleft open", "- item\n  ```\n  inside", "````\n```\nlonger", "<!-- left open", "<pre>\n\nleft open",
		"<script>\nx", "> quote\n> ```\n> open", "| a |\n|---|", "text\n===", "[x]: http://a.b 'open", "```", "`", "1. x\n\n   ```\n   y", "<![CDATA[", "<?php",
		strings.Repeat(">", 500), "```a\n```\n```\n", "\t```\n", "~~~ `\nx",
	}
	doc := export(t, newDice(1), archive.Markdown, archive.Options{}, answers(texts...))
	_, doc, _ = strings.Cut(doc, "\n---\n") // the front matter
	root := goldmark.DefaultParser().Parse(text.NewReader([]byte(doc)))
	headings := 0
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok && h.Level == 2 && strings.HasPrefix(string(h.Lines().Value([]byte(doc))), "maker/model · ") {
			headings++
		}
	}
	if headings != len(texts) {
		t.Errorf("%d of %d messages can be told apart:\n%s", headings, len(texts), doc)
	}
}

func FuzzMarkdown(f *testing.F) {
	f.Add("```\nx", "<!--")
	f.Fuzz(func(t *testing.T, one, other string) {
		if len(one) > 1<<12 || len(other) > 1<<12 {
			return
		}
		doc := export(t, newDice(1), archive.Markdown, archive.Options{}, answers(one, other, "end"))
		_, doc, _ = strings.Cut(doc, "\n---\n")
		last := goldmark.DefaultParser().Parse(text.NewReader([]byte(doc))).LastChild()
		if p, ok := last.(*ast.Paragraph); !ok || string(p.Lines().Value([]byte(doc))) != "end" {
			t.Errorf("the last message is swallowed:\n%s", doc)
		}
	})
}

const hostile = "Look: <script>alert(1)</script> <img src=x onerror=alert(1)> [a](javascript:alert(1)) [b](data:text/html,x) [c](https://example.com/?a=1&b=2) " +
	"![p](https://example.com/p.png) ![q](data:image/png;base64,AAAA) <javascript:alert(1)> <https://example.com> me@example.com www.example.com\n\n" +
	"<iframe src=x>\n<style>*{}</style>\n</iframe>\n\n| a |\n|:-:|\n| <b onclick=x>c</b> |\n\n```\"><script>\nx\n```\n\n- [x] done\n\n[x]: javascript:x\n[ref][x] \x1b[31m\u202e"

// allowed are the elements and attributes that a page may have.
var allowed = map[string][]string{
	"html": nil, "head": nil, "meta": {"charset", "http-equiv", "content", "name"}, "title": nil, "style": nil, "body": nil,
	"main": {"id"}, "header": nil, "h1": nil, "h2": nil, "h3": nil, "h4": nil, "h5": nil, "h6": nil, "p": {"class"}, "nav": nil, "article": {"id", "class"},
	"b": nil, "bdi": nil, "time": nil, "span": {"class"}, "a": {"href", "rel", "title"}, "div": {"class", "dir"}, "details": nil, "summary": nil,
	"figure": nil, "figcaption": nil, "img": {"alt", "src"}, "footer": nil, "section": nil, "ol": {"class", "start"}, "ul": nil, "li": nil, "pre": nil,
	"code": {"class"}, "em": nil, "strong": nil, "del": nil, "blockquote": nil, "hr": nil, "br": nil, "table": nil, "thead": nil, "tbody": nil,
	"tr": nil, "th": {"align"}, "td": {"align"}, "input": {"checked", "disabled", "type"},
}

// inspect fails if a page holds what could act, or ask for anything.
func inspect(t *testing.T, page string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		tag := z.Token()
		attributes, known := allowed[tag.Data]
		if !known {
			t.Fatalf("an element %s", tag)
		}
		for _, a := range tag.Attr {
			if !slices.Contains(attributes, a.Key) {
				t.Fatalf("an attribute %s of %s", a.Key, tag.Data)
			}
			link := a.Key == "href" && !regexp.MustCompile(`^(https?://|mailto:|#s\d+(m\d+)?$)`).MatchString(a.Val)
			if link || a.Key == "src" && !strings.HasPrefix(a.Val, "data:image/png;base64,") {
				t.Fatalf("%s leads to %q", tag.Data, a.Val)
			}
		}
		if tag.Data == "a" && strings.Contains(tag.String(), "://") && !strings.Contains(tag.String(), "noopener") {
			t.Fatalf("%s tells where it comes from", tag)
		}
	}
}

func TestPagesHoldNothingThatActs(t *testing.T) {
	s := answers(hostile, "second")
	s.Messages[0].Parts = append(s.Messages[0].Parts,
		api.Part{Kind: api.ReasoningPart, Text: hostile},
		api.Part{Kind: api.ToolCallPart, Tool: &api.ToolCall{Name: hostile, Arguments: hostile}},
		api.Part{Kind: api.ToolResultPart, Text: hostile},
		api.Part{Kind: api.FilePart, File: &api.File{Name: hostile, MIME: `image/png" onload="x`, URL: "javascript:x", SHA256: "x", Size: 3}})
	s.Messages[0].Citations = []api.Citation{{Title: hostile, URL: "javascript:x"}, {Title: hostile, URL: "https://a.b/\"><script>"}}
	s.Messages[0].Model, s.Title = hostile, hostile
	s.Messages[0].Err, s.Messages[0].Finish = &api.Error{Message: hostile}, api.FinishError
	s.Messages[0].Digest = &session.Digest{Text: hostile}
	page := export(t, newDice(1), archive.HTML, archive.Options{Reasoning: true, Tree: true}, s, answers(hostile))
	inspect(t, page)
	for _, want := range []string{"&lt;script&gt;alert(1)&lt;/script&gt;", `href="https://example.com/?a=1&amp;b=2"`, "[image: p]", `align="center"`, "<h1>2 conversations</h1>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if strings.ContainsAny(page, "\x1b\u202e") {
		t.Error("the page holds controls")
	}
}

func TestPagesPolicy(t *testing.T) {
	page := export(t, newDice(1), archive.HTML, archive.Options{}, answers("hi"))
	_, rest, _ := strings.Cut(page, "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(style))
	want := `content="default-src 'none'; style-src 'sha256-` + base64.StdEncoding.EncodeToString(sum[:]) + `'; img-src data:; base-uri 'none'; form-action 'none'"`
	if !strings.Contains(page, want) {
		t.Errorf("the policy is not %s", want)
	}
	if strings.Contains(style, "url(") || strings.Contains(style, "@import") {
		t.Error("the style asks for something")
	}
	for _, part := range []string{"prefers-color-scheme:dark", "@media print"} {
		if !strings.Contains(style, part) {
			t.Errorf("the style has no %s", part)
		}
	}
}

func TestPagesOfRandomConversations(t *testing.T) {
	for seed := range uint64(40) {
		d := newDice(3000 + seed)
		page := export(t, d, archive.HTML, archive.Options{Reasoning: true, Tree: true}, d.conversation(), d.conversation())
		inspect(t, page)
		export(t, d, archive.Markdown, archive.Options{Reasoning: true, Tree: true}, d.conversation())
	}
}

func FuzzMarkup(f *testing.F) {
	f.Add(hostile)
	f.Fuzz(func(t *testing.T, said string) {
		if len(said) < 1<<14 {
			inspect(t, export(t, newDice(1), archive.HTML, archive.Options{}, answers(said)))
		}
	})
}

// forked is a prompt with two answers, the first of which is shown.
func forked() archive.Session {
	s := answers("prompt", "first answer")
	other := s.Messages[1]
	other.ID, other.Parts = "m2", []api.Part{{Kind: api.TextPart, Text: "second answer"}}
	hidden := other
	hidden.ID, hidden.Hidden, hidden.HiddenAs, hidden.Parts = "m3", true, 1, []api.Part{{Kind: api.TextPart, Text: "hidden answer"}}
	s.Messages = append(s.Messages, other, hidden)
	return s
}

func TestBranches(t *testing.T) {
	for _, c := range []struct {
		format archive.Format
		tree   bool
		want   []string
		not    []string
	}{
		{archive.Markdown, false, []string{"first answer"}, []string{"second", "hidden", "‹"}},
		{archive.Markdown, true, []string{"first answer", "‹1/2›", "## Branch 2 of 2", "‹2/2›", "second answer"}, []string{"hidden"}},
		{archive.HTML, false, []string{"first answer"}, []string{"second", "hidden"}},
		{archive.HTML, true, []string{`‹1/2<a href="#s1m3">›</a>`, `<h2>Branch 2 of 2 <a href="#s1m1">from here</a></h2>`, `<a href="#s1m2">‹</a>2/2›`}, []string{"hidden"}},
		{archive.JSON, false, []string{"first answer"}, []string{"second", "hidden"}},
		{archive.JSON, true, []string{"first answer", "second answer", "hidden answer"}, nil},
	} {
		doc := export(t, newDice(1), c.format, archive.Options{Tree: c.tree}, forked())
		for _, want := range c.want {
			if !strings.Contains(doc, want) {
				t.Errorf("%s, tree %v: no %q in\n%s", c.format, c.tree, want, doc)
			}
		}
		for _, not := range c.not {
			if strings.Contains(doc, not) {
				t.Errorf("%s, tree %v: %q is in\n%s", c.format, c.tree, not, doc)
			}
		}
	}
}

func TestMask(t *testing.T) {
	secrets := []string{
		"sk-proj-abcdEFGH1234567890", "AKIAIOSFODNN7EXAMPLE", "ghp_abcdefghijklmnopqrstuvwxyz012345",
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefgh", "hunter2hunter2", "own-key-of-the-person", "npm_abcdefghijklmnopqrstuvwx",
		"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY1", "MIIEpAIBAAKCAQEA", "s3cr3tpass", "T0000/B0000/XXXXXXXXXXXXXXXXXXXXXXXX",
	}
	said := "Keys: " + secrets[0] + " and " + secrets[1] + " and " + secrets[2] + "\ntoken " + secrets[3] +
		"\nDB_PASSWORD=" + secrets[4] + "\n" + secrets[5] + "\n" + secrets[6] + "\naws_secret_access_key = " + secrets[7] +
		"\n-----BEGIN RSA PRIVATE KEY-----\n" + secrets[8] + "\n-----END RSA PRIVATE KEY-----\nafter\npostgres://me:" + secrets[9] + "@host/db\n" +
		"https://hooks.slack.com/services/" + secrets[10] + "\nplain words, me@example.com, token-based, password = getPassword(), max_tokens=12345678"
	s := answers(said)
	s.System, s.Draft, s.Title = said, said, secrets[0]
	d := newDice(1)
	file := d.file()
	for file.SHA256 == "" {
		file = d.file()
	}
	file.MIME, file.Name, d.contents[file.SHA256] = "text/plain", said, []byte(said)
	s.Messages[0].Parts = append(s.Messages[0].Parts, api.Part{Kind: api.FilePart, File: file},
		api.Part{Kind: api.OpaquePart, Opaque: &api.Opaque{Data: []byte(`"` + secrets[0] + `"`)}},
		api.Part{Kind: api.ToolCallPart, Tool: &api.ToolCall{Arguments: said}})
	for _, f := range archive.Formats() {
		doc := export(t, d, f, archive.Options{Tree: true, Mask: archive.NewMask("own-key-of-the-person", "short")}, s)
		if f == archive.JSON {
			list, problems := read(t, doc)
			if len(list) != 1 || len(problems) > 0 {
				t.Fatalf("%d conversations, %q", len(list), problems)
			}
			masked := list[0].Messages[0].Parts[1].File
			checkContent(t, list[0], masked.SHA256, []byte(archive.NewMask("own-key-of-the-person").Text(said)))
		}
		for _, secret := range secrets {
			if strings.Contains(doc, secret) || strings.Contains(doc, base64.StdEncoding.EncodeToString([]byte(secret))) {
				t.Errorf("%s: %s is in\n%s", f, secret, doc)
			}
		}
	}
	got := archive.NewMask().Text(said)
	for _, kept := range []string{"plain words, me@example.com, token-based, password = getPassword(), max_tokens=12345678", "\nafter\n"} {
		if !strings.Contains(got, kept) {
			t.Errorf("no %q in\n%s", kept, got)
		}
	}
}

// What was made to be slow costs no more than what was not: the page holds it as
// it is.
func TestTangledTextStaysText(t *testing.T) {
	for _, said := range []string{
		strings.Repeat(">", 100_000), strings.Repeat("[", 100_000), strings.Repeat("*a", 100_000), strings.Repeat("- ", 50_000) + "x",
		strings.Repeat("|a", 2000) + "|\n" + strings.Repeat("|-", 2000) + "|\n" + strings.Repeat("|\n", 20_000), strings.Repeat("<", 100_000),
	} {
		page := export(t, newDice(1), archive.HTML, archive.Options{}, answers(said))
		if len(page) > 10*len(said)+20_000 || !strings.Contains(page, "<pre>") {
			t.Errorf("%.20q: a page of %d bytes", said, len(page))
		}
		export(t, newDice(1), archive.Markdown, archive.Options{}, answers("```\n"+said))
	}
}
