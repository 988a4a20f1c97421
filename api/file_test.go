package api

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFramed(t *testing.T) {
	for name, c := range map[string]struct {
		name, content, want string
	}{
		"empty":                {"a", "", "File a:\n```\n```"},
		"no line end":          {"a", "x", "File a:\n```\nx\n```"},
		"byte order mark":      {"a", "\ufeffx\n", "File a:\n```\nx\n```"},
		"fences inside":        {"a", "````\nx\n``\n````\n", "File a:\n`````\n````\nx\n``\n````\n`````"},
		"fence at the end":     {"a", "x ```", "File a:\n````\nx ```\n````"},
		"not UTF-8":            {"a", "caf\xe9", "File a:\n```\ncaf\ufffd\n```"},
		"a name of lines":      {"a\r\nb\u2028c\u0085d\x1b[m", "x", "File a  b c d [m:\n```\nx\n```"},
		"a name with a fence":  {"a\n```\nb", "", "File a ``` b:\n```\n```"},
		"a name that is noise": {"\xff", "x", "File \ufffd:\n```\nx\n```"},
	} {
		if got := (File{Name: c.name, Data: []byte(c.content)}).Framed(); got != c.want {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

// Whatever a file is called and holds, what follows the frame is outside it.
func FuzzFramed(f *testing.F) {
	f.Add("a.md", []byte("```go\nx\n```"))
	f.Add("a\n```\nb", []byte("\ufeff`````"))
	f.Add("\u2029", []byte("a\xff\r```"))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		got := File{Name: name, Data: content}.Framed()
		if !utf8.ValidString(got) {
			t.Fatalf("%q is no UTF-8", got)
		}
		lines := strings.Split(got, "\n")
		fence := lines[1]
		if !strings.HasPrefix(lines[0], "File ") || strings.ContainsAny(lines[0], "\r\u0085\u2028\u2029") || len(fence) < 3 || strings.Trim(fence, "`") != "" {
			t.Fatalf("it begins %q", lines[:2])
		}
		body := strings.Join(lines[2:], "\n")
		if !strings.HasSuffix(body, fence) || strings.Count(got[len(lines[0]):], fence) != 2 {
			t.Fatalf("the fence is not twice in %q", got)
		}
		inside := strings.TrimSuffix(strings.TrimSuffix(body, fence), "\n")
		want := strings.TrimSuffix(strings.ToValidUTF8(strings.TrimPrefix(string(content), "\ufeff"), "\ufffd"), "\n")
		if inside != want {
			t.Fatalf("the frame holds %q, want %q", inside, want)
		}
	})
}
