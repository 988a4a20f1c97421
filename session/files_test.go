package session

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// attached returns a file with its content, as it is before it is stored.
func attached(name, content string) api.File {
	return api.File{Name: name, MIME: "image/png", Size: int64(len(content)), Data: []byte(content)}
}

// kept returns where the content of what [attached] returns lies.
func kept(s *Store, content string) string {
	return s.FilePath(api.File{MIME: "image/png", SHA256: sumOf([]byte(content))})
}

// asking returns a prompt with files, ready for [Store.Append].
func asking(sessionID, parentID, words string, files ...api.File) Message {
	m := text(NewID(noon), sessionID, parentID, words)
	for _, f := range files {
		m.Parts = append(m.Parts, api.Part{Kind: api.FilePart, File: &f})
	}
	return m
}

// request loads the files of a session as a request carries them.
func request(t *testing.T, s *Store, sessionID string) ([]api.File, error) {
	t.Helper()
	msgs := History("", loaded(t, s, sessionID))
	err := s.Load(t.Context(), msgs)
	var files []api.File
	for _, m := range msgs {
		for _, p := range m.Parts {
			if p.File != nil {
				files = append(files, *p.File)
			}
		}
	}
	return files, err
}

// inFolder returns what lies in the folder of contents.
func inFolder(t *testing.T, s *Store) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(s.files.dir)
	if !errors.Is(err, os.ErrNotExist) {
		ok(t, err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestAppendKeepsFiles(t *testing.T) {
	s := newStore(t)
	sessionID, promptID := begin(t, s, "hello")
	content := "\x89PNG\r\n\x1a\n\x00" + strings.Repeat("pixels", 1000)
	m := asking(sessionID, promptID, "look", attached("a.png", content), attached("copy of a.png", content), attached("empty", ""))
	ok(t, s.Append(t.Context(), m))
	if m.Parts[1].File.SHA256 != "" {
		t.Error("the caller's file was changed")
	}
	got := last(t, s, sessionID).Parts[1].File
	if want := sumOf([]byte(content)); got.SHA256 != want || got.Size != int64(len(content)) || got.Name != "a.png" || got.MIME != "image/png" || got.Data != nil {
		t.Errorf("stored %+v", got)
	}
	onDisk, err := os.ReadFile(s.FilePath(*got))
	ok(t, err)
	if string(onDisk) != content {
		t.Error("the file differs from what was attached")
	}
	if names := inFolder(t, s); len(names) != 2 {
		t.Errorf("the folder holds %q, want two contents", names)
	}
	if runtime.GOOS != "windows" {
		for path, want := range map[string]os.FileMode{s.files.dir: 0o700, s.FilePath(*got): 0o600} {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: %v, %v", path, info.Mode(), err)
			}
		}
	}
	files, err := request(t, s, sessionID)
	ok(t, err)
	if len(files) != 3 || string(files[0].Data) != content || string(files[1].Data) != content || files[2].Data == nil || len(files[2].Data) != 0 {
		t.Errorf("loaded %d files", len(files))
	}
}

// What is loaded for a request must not show in the messages it was made of,
// which the screen looks at meanwhile.
func TestLoadLeavesTheMessagesAlone(t *testing.T) {
	s := newStore(t)
	sessionID, promptID := begin(t, s, "hello")
	ok(t, s.Append(t.Context(), asking(sessionID, promptID, "", attached("a.png", "pixels"))))
	path := loaded(t, s, sessionID)
	msgs := History("", path)
	ok(t, s.Load(t.Context(), msgs))
	if path[1].Parts[1].File.Data != nil {
		t.Error("the message has the content")
	}
	if got := msgs[1].Parts[0].File.Data; string(got) != "pixels" {
		t.Errorf("the request has %q", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Load(ctx, History("", path)); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}

// Without content there is nothing to keep: the service has it, or it was kept
// with the message that is asked anew.
func TestAppendFilesWithoutContent(t *testing.T) {
	s := newStore(t)
	sessionID, promptID := begin(t, s, "hello")
	ok(t, s.Append(t.Context(), asking(sessionID, promptID, "", api.File{Name: "far.png", URL: "https://cdn.example/far.png"})))
	if files, err := request(t, s, sessionID); err != nil || files[0].URL == "" || files[0].Data != nil {
		t.Errorf("%+v, %v", files, err)
	}
	ok(t, s.Append(t.Context(), asking(sessionID, promptID, "one", attached("a.png", "pixels"))))
	again := asking(sessionID, promptID, "two")
	again.Parts = append(again.Parts, last(t, s, sessionID).Parts[1])
	ok(t, s.Append(t.Context(), again))
	if files, err := request(t, s, sessionID); err != nil || string(files[0].Data) != "pixels" {
		t.Errorf("%+v, %v", files, err)
	}
	ok(t, os.Remove(s.FilePath(*again.Parts[1].File)))
	again.ID = NewID(noon)
	lost, is := errors.AsType[*FileError](s.Append(t.Context(), again))
	if !is || lost.Name != "a.png" || !errors.Is(lost, os.ErrNotExist) {
		t.Errorf("got %v", lost)
	}
}

func TestLoadTellsWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(path string) error
		want  string
	}{
		"missing":   {os.Remove, "the file b.png, which belongs to this conversation, is gone"},
		"truncated": {func(path string) error { return os.Truncate(path, 3) }, "was altered"},
		"altered":   {func(path string) error { return os.WriteFile(path, []byte("pixel5 b"), 0o600) }, "was altered"},
		"replaced by a folder": {func(path string) error {
			return errors.Join(os.Remove(path), os.Mkdir(path, 0o700))
		}, "was altered"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			sessionID, promptID := begin(t, s, "hello")
			m := asking(sessionID, promptID, "look", attached("a.png", "pixels a"), attached("b.png", "pixels b"), attached("c.png", "pixels c"))
			ok(t, s.Append(t.Context(), m))
			path := kept(s, "pixels b")
			ok(t, c.spoil(path))
			files, err := request(t, s, sessionID)
			told, is := errors.AsType[*api.Error](err)
			if !is || !strings.Contains(told.Message, c.want) || !strings.Contains(told.Hint, path) {
				t.Errorf("got %v", err)
			}
			if lost, is := errors.AsType[*FileError](err); !is || lost.Name != "b.png" || lost.Path != path {
				t.Errorf("got %v", err)
			}
			if string(files[0].Data) != "pixels a" || files[1].Data != nil || string(files[2].Data) != "pixels c" {
				t.Errorf("loaded %v", files)
			}
		})
	}
}

// A row that names a path, as a foreign hand may write it, leads nowhere.
func TestNamesThatAreNoSums(t *testing.T) {
	s := newStore(t)
	for _, sum := range []string{"", "..", "../aimlchat.db", strings.Repeat("A", 64), strings.Repeat("a", 63) + "/", strings.Repeat("a", 65)} {
		f := api.File{Name: "x", MIME: "image/png", SHA256: sum}
		if got := s.FilePath(f); got != "" {
			t.Errorf("%q leads to %s", sum, got)
		}
		msgs := []api.Message{{Role: api.User, Parts: []api.Part{{Kind: api.FilePart, File: &f}}}}
		if err := s.Load(t.Context(), msgs); sum != "" && !errors.Is(err, errNoSum) {
			t.Errorf("%q: %v", sum, err)
		}
	}
}

// A content that is not what its name says gives way to the one that is. Only
// its size is looked at, so that attaching costs no reading.
func TestATruncatedContentIsReplaced(t *testing.T) {
	s := newStore(t)
	sessionID, promptID := begin(t, s, "hello")
	attach := func() {
		ok(t, s.Append(t.Context(), asking(sessionID, promptID, "", attached("a.png", "pixels"))))
	}
	attach()
	path := kept(s, "pixels")
	ok(t, os.Truncate(path, 2))
	attach()
	if files, err := request(t, s, sessionID); err != nil || string(files[0].Data) != "pixels" {
		t.Errorf("%v, %v", files, err)
	}
	ok(t, os.Remove(path))
	attach()
	if files, err := request(t, s, sessionID); err != nil || string(files[0].Data) != "pixels" {
		t.Errorf("%v, %v", files, err)
	}
}

// A prompt's words must not be lost with its file, and saving again must save
// the file once that can be.
func TestAppendWhenFilesCannotBeSaved(t *testing.T) {
	s := newStore(t)
	sessionID, promptID := begin(t, s, "hello")
	ok(t, os.WriteFile(s.files.dir, nil, 0o600)) // where the folder is to be
	m := asking(sessionID, promptID, "look", attached("a.png", "pixels"), attached("b.png", "more"))
	for range 2 {
		err := s.Append(t.Context(), m)
		lost, is := errors.AsType[*FileError](err)
		if !is || lost.Name != "a.png" || !strings.Contains(err.Error(), "a.png") || !strings.Contains(err.Error(), s.files.dir) {
			t.Fatalf("got %v", err)
		}
		if got := last(t, s, sessionID); got.ID != m.ID || got.Content() != "look" || got.Parts[1].File.Name != "a.png" {
			t.Errorf("saved %+v", got)
		}
	}
	ok(t, os.Remove(s.files.dir))
	ok(t, s.Append(t.Context(), m))
	if files, err := request(t, s, sessionID); err != nil || string(files[0].Data)+string(files[1].Data) != "pixelsmore" {
		t.Errorf("%v, %v", files, err)
	}
	if n := count(t, s, "messages"); n != 2 {
		t.Errorf("%d messages", n)
	}
	m.Parts[0].Text = "other words"
	if err := s.Append(t.Context(), m); err == nil {
		t.Error("other words were taken for the same message")
	}
}

func TestAppendIntoAFolderThatIsReadOnly(t *testing.T) {
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		t.Skip("modes do not stop this user")
	}
	s := newStore(t)
	sessionID, promptID := begin(t, s, "hello")
	ok(t, os.Mkdir(s.files.dir, 0o500))
	err := s.Append(t.Context(), asking(sessionID, promptID, "look", attached("a.png", "pixels")))
	if lost, is := errors.AsType[*FileError](err); !is || !errors.Is(lost, os.ErrPermission) {
		t.Errorf("got %v", err)
	}
	if got := last(t, s, sessionID); got.Content() != "look" {
		t.Errorf("saved %+v", got)
	}
}

// A folder in the place of a content can't be replaced; nothing half-written
// may stay behind.
func TestAFailedWriteLeavesNothing(t *testing.T) {
	s := newStore(t)
	sessionID, promptID := begin(t, s, "hello")
	path := kept(s, "pixels")
	ok(t, os.MkdirAll(filepath.Join(path, "full"), 0o700))
	err := s.Append(t.Context(), asking(sessionID, promptID, "look", attached("a.png", "pixels")))
	if _, is := errors.AsType[*FileError](err); !is {
		t.Errorf("got %v", err)
	}
	if names := inFolder(t, s); len(names) != 1 {
		t.Errorf("the folder holds %q", names)
	}
}

func TestManySaveTheSameFileAtOnce(t *testing.T) {
	a := newStore(t)
	b := openStore(t, a.path)
	sessionID, promptID := begin(t, a, "hello")
	content := strings.Repeat("pixels", 100_000)
	var wg sync.WaitGroup
	for range 4 {
		for _, s := range []*Store{a, b} {
			wg.Go(func() {
				m := asking(sessionID, promptID, "", attached("a.png", content))
				if err := s.Append(t.Context(), m); err != nil {
					t.Error(err)
					return
				}
				data, err := os.ReadFile(kept(s, content))
				if err != nil || !bytes.Equal(data, []byte(content)) {
					t.Errorf("%d bytes, %v", len(data), err)
				}
			})
		}
	}
	wg.Wait()
	if names := inFolder(t, a); len(names) != 1 {
		t.Errorf("the folder holds %q", names)
	}
}

// All that a message can hold comes back, in its order.
func TestPartsOfEveryKind(t *testing.T) {
	s := newStore(t)
	sessionID, promptID := begin(t, s, "hello")
	f := identified(attached("a.png", "pixels"))
	want := []api.Part{
		{Kind: api.ReasoningPart, Text: "hm"},
		{Kind: api.TextPart, Text: "so"},
		{Kind: api.ToolCallPart, Tool: &api.ToolCall{ID: "1", Name: "f", Arguments: "{}"}},
		{Kind: api.ToolResultPart, Text: "4\x00", Tool: &api.ToolCall{ID: "1", Name: "f"}},
		{Kind: api.FilePart, File: &f},
		{Kind: api.FilePart, File: &api.File{Name: "far.png", MIME: "image/png", URL: "https://cdn.example/far.png"}},
		{Kind: api.OpaquePart, Opaque: &api.Opaque{Protocol: api.Messages, Data: []byte(`{ "signature" : "<a&b>" }`)}},
		{Kind: api.OpaquePart, Opaque: &api.Opaque{Protocol: api.Responses, Data: []byte(`{"broken`)}},
		{Kind: "later", Text: "what a newer aimlchat stores"},
	}
	m := Message{ID: NewID(noon), SessionID: sessionID, ParentID: promptID, Role: api.Assistant, Parts: want, Finish: api.FinishTools, Protocol: api.Messages}
	ok(t, s.Append(t.Context(), m))
	f.Data = nil
	got := last(t, s, sessionID)
	if !reflect.DeepEqual(got.Parts, want) || got.Protocol != api.Messages {
		t.Errorf("got  %+v\nwant %+v", got.Parts, want)
	}
}
