package cli

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const (
	pngHead  = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
	jpegHead = "\xff\xd8\xff\xe0\x00\x10JFIF"
	heicHead = "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
	wavHead  = "RIFF\x24\x00\x00\x00WAVEfmt "
)

func TestSniff(t *testing.T) {
	for _, c := range []struct{ name, data, want, hint string }{
		{"a.png", pngHead, "image/png", ""},
		{"named.txt", pngHead, "image/png", ""}, // the content counts
		{"a.jpg", jpegHead, "image/jpeg", ""},
		{"a.gif", "GIF89a\x01\x00", "image/gif", ""},
		{"a.webp", "RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp", ""},
		{"a.pdf", "%PDF-1.7\n%\xe2\xe3", "application/pdf", ""},
		{"a.wav", wavHead, "audio/wav", ""},
		{"a.mp3", "ID3\x04\x00", "audio/mpeg", ""},
		{"bare.MP3", "\xff\xfb\x90\x00", "audio/mpeg", ""},
		{"a.m4a", "\x00\x00\x00\x18ftypM4A \x00\x00", "audio/mp4", ""},
		{"a.mp4", "\x00\x00\x00\x18ftypisom\x00\x00", "video/mp4", ""},
		{"a.flac", "fLaC\x00", "audio/flac", ""},
		{"a.go", "package a\n", "text/plain", ""},
		{"a.md", "# A\n", "text/markdown", ""},
		{"a.CSV", "a,b\n", "text/csv", ""},
		{"a.html", "<html>", "text/html", ""},
		{"a.svg", "<svg xmlns=''>", "text/plain", ""},
		{"Makefile", "all:\n", "text/plain", ""},
		{"bom.txt", "\xef\xbb\xbfhi", "text/plain", ""},
		{"a.heic", heicHead, "", "JPEG or PNG"},
		{"a.bmp", "BM\x00\x00\x00\x00", "", "JPEG or PNG"},
		{"a.tiff", "II*\x00", "", "JPEG or PNG"},
		{"a.docx", "PK\x03\x04", "", "PDF"},
		{"utf16.txt", "\xff\xfeh\x00i\x00", "", "UTF-16"},
		{"latin1.txt", "caf\xe9", "", "UTF-8"},
		{"a.bin", "\x00\x01\x02\x03", "", "UTF-8"},
	} {
		got, err := sniff(c.name, []byte(c.data))
		if got != c.want || (err == nil) != (c.hint == "") {
			t.Errorf("%s is %q (%v), want %q", c.name, got, err, c.want)
		}
		if err != nil {
			if _, hint := explain(err); !strings.Contains(hint, c.hint) || exitCode(context.Background(), err) != exitUsage {
				t.Errorf("%s: the hint is %q, want something on %q", c.name, hint, c.hint)
			}
		}
	}
}

func FuzzSniff(f *testing.F) {
	f.Add("a.png", []byte(pngHead))
	f.Add("a.mp3", []byte{0xFF})
	f.Add("", []byte("\x00\x00\x00\x18ftyp"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if kind, err := sniff(name, data); (kind == "") == (err == nil) {
			t.Errorf("sniff(%q, %q) = %q, %v", name, data, kind, err)
		}
	})
}

func TestAttach(t *testing.T) {
	dir := t.TempDir()
	a := testApp(t, map[string]string{"HOME": dir})
	write(t, filepath.Join(dir, "my notes.md"), "# hi")
	for _, path := range []string{"~/my notes.md", `~/my\ notes.md`, "'" + dir + "/my notes.md'", "file://" + dir + "/my%20notes.md"} {
		f, err := a.attach(context.Background(), path)
		if err != nil {
			t.Errorf("attach %s: %v", path, err)
			continue
		}
		if f.Name != "my notes.md" || f.MIME != "text/markdown" || f.Size != 4 || string(f.Data) != "# hi" || len(f.SHA256) != 64 {
			t.Errorf("attached %+v", f)
		}
	}
}

func TestExpandPath(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("its paths are of another kind")
	}
	for text, want := range map[string]string{
		"plain.txt":                    "plain.txt",
		" /a/b.txt \n":                 "/a/b.txt",
		"~":                            "/home/me",
		"~/a b.txt":                    "/home/me/a b.txt",
		`~/a\ b.txt`:                   "/home/me/a b.txt",
		"~other/a":                     "~other/a",
		`'~/a'`:                        "~/a",
		`/a/b\ \(1\).png`:              "/a/b (1).png",
		`'/a/it'\''s.png'`:             "/a/it's.png",
		`"/a/b \"c\" \n.png"`:          `/a/b "c" \n.png`,
		`'/a/b`:                        `'/a/b`, // it does not end
		"/a b/c.png":                   "/a b/c.png",
		"file:///a/b%20c.png":          "/a/b c.png",
		"file://localhost/a.png":       "/a.png",
		"FILE:///a.png":                "/a.png",
		"'file:///a.png'":              "/a.png",
		"file://elsewhere/a.png":       "file://elsewhere/a.png",
		"file:///a/\u00fc%C3%BC.png":   "/a/\u00fc\u00fc.png",
		"https://example.com/file.png": "https://example.com/file.png",
	} {
		if got := expandPath(text, "/home/me"); got != want {
			t.Errorf("expandPath(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestCompletePath(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	a := testApp(t, map[string]string{"HOME": dir})
	write(t, filepath.Join(dir, "src", "main.go"), "x")
	write(t, filepath.Join(dir, "src", "Makefile"), "x")
	write(t, filepath.Join(dir, "some file.md"), "x")
	write(t, filepath.Join(dir, ".hidden"), "x")
	for prefix, want := range map[string][]string{
		"":        {"some file.md", "src/"},
		"s":       {"some file.md", "src/"},
		"sr":      {"src/"},
		"src/":    {"src/Makefile", "src/main.go"},
		"src/ma":  {"src/Makefile", "src/main.go"},
		".":       {".hidden"},
		"~":       {"~/"},
		"~/sr":    {"~/src/"},
		"absent/": nil,
		"zzz":     nil,
	} {
		if got := a.completePath(prefix); !slices.Equal(got, want) {
			t.Errorf("completePath(%q) = %q, want %q", prefix, got, want)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
