package session

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

func TestExtension(t *testing.T) {
	for mime, want := range map[string]string{
		"image/png": "png", "IMAGE/JPEG": "jpg", "image/jpg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/svg+xml": "svg",
		"application/pdf": "pdf", "audio/x-wav": "wav", "audio/mpeg": "mp3", "video/mp4": "mp4",
		"text/plain; charset=utf-8": "txt", "text/markdown": "md", "text/x-go": "txt", "text/html": "txt",
		"": "bin", "image/../../x": "bin", "text/../../x": "txt", "application/x-sh": "bin", "png": "bin",
	} {
		if got := extension(mime); got != want {
			t.Errorf("%q ends in %s, want %s", mime, got, want)
		}
	}
}

// One content in two sorts is two files: each is found by what its row says.
func TestTheSameContentInTwoSorts(t *testing.T) {
	s := newStore(t)
	sessionID, promptID := begin(t, s, "hello")
	plain, marked := attached("a.txt", "# words"), attached("a.md", "# words")
	plain.MIME, marked.MIME = "text/plain", "text/markdown"
	ok(t, s.Append(t.Context(), asking(sessionID, promptID, "read", plain, marked)))
	for _, p := range last(t, s, sessionID).Parts[1:] {
		path := s.FilePath(*p.File)
		if filepath.Ext(path) != filepath.Ext(p.File.Name) {
			t.Errorf("%s lies at %s", p.File.Name, path)
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != "# words" {
			t.Errorf("%q, %v", data, err)
		}
	}
	if files, err := request(t, s, sessionID); err != nil || string(files[0].Data)+string(files[1].Data) != "# words# words" {
		t.Errorf("%v, %v", files, err)
	}
}

// Whatever a row says of a file, it leads to a plain name in the folder, or
// nowhere.
func FuzzFilePath(f *testing.F) {
	sum := strings.Repeat("0a", 32)
	f.Add(sum, "image/png")
	f.Add(sum, "text/../../../etc/passwd")
	f.Add(sum, "image/png\x00/../x")
	f.Add("../"+sum[3:], "application/pdf")
	dir := filepath.Join(f.TempDir(), "files")
	name := regexp.MustCompile(`^[0-9a-f]{64}\.[a-z0-9]{2,4}$`)
	f.Fuzz(func(t *testing.T, sum, mime string) {
		path := contents{dir: dir}.path(api.File{SHA256: sum, MIME: mime, Name: mime, URL: sum})
		if path != "" && (filepath.Dir(path) != dir || !name.MatchString(filepath.Base(path))) {
			t.Errorf("it leads to %q", path)
		}
	})
}
