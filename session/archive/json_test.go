package archive_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/session/archive"
)

// export writes conversations with the contents that d knows.
func export(t testing.TB, d *dice, f archive.Format, o archive.Options, list ...archive.Session) string {
	t.Helper()
	from, heads := shelve(list...)
	if o.Content == nil {
		o.Content = func(f api.File) (io.ReadCloser, error) {
			data, ok := d.contents[f.SHA256]
			if !ok {
				return nil, fs.ErrNotExist
			}
			return io.NopCloser(bytes.NewReader(data)), nil
		}
	}
	var b bytes.Buffer
	if err := archive.Export(t.Context(), &b, f, from, heads, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// read reads a document, and fails on what is no Problem.
func read(t testing.TB, doc string) (list []archive.Session, problems []string) {
	t.Helper()
	in := archive.Input{At: strings.NewReader(doc), Size: int64(len(doc))}
	for s, err := range archive.Read(t.Context(), in, archive.DefaultLimits()) {
		if _, ok := errors.AsType[*archive.Problem](err); ok {
			problems = append(problems, err.Error())
		} else if err != nil {
			t.Fatal(err)
		} else {
			list = append(list, s)
		}
	}
	return list, problems
}

// bare is a conversation without what can't be compared.
func bare(s archive.Session) archive.Session {
	s.Content = nil
	return s
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s:\ngot:  %s\nwant: %s", what, show(got), show(want))
	}
}

func show(v any) string { return fmt.Sprintf("%+v", v) }

func TestOurJSONComesBackAsItWent(t *testing.T) {
	for seed := range uint64(60) {
		d := newDice(seed)
		var list []archive.Session
		for range d.IntN(4) {
			list = append(list, d.conversation())
		}
		doc := export(t, d, archive.JSON, archive.Options{Tree: true, Now: noon}, list...)
		if i := strings.IndexAny(doc, "\x1b\x00\x7f\u0085\u202e"); i >= 0 {
			t.Fatalf("seed %d: a terminal would obey what stands at %d", seed, i)
		}
		got, problems := readAny(t, doc)
		if len(problems) > 0 || len(got) != len(list) {
			t.Fatalf("seed %d: %d of %d conversations, %q", seed, len(got), len(list), problems)
		}
		for i, want := range list {
			for _, m := range want.Messages {
				for _, p := range m.Parts {
					if p.File != nil && p.File.SHA256 != "" {
						checkContent(t, got[i], p.File.SHA256, d.contents[p.File.SHA256])
					}
				}
			}
			same(t, fmt.Sprintf("seed %d", seed), bare(got[i]), want)
		}
	}
}

// readAny is read for a document that may be empty of conversations.
func readAny(t testing.TB, doc string) ([]archive.Session, []string) {
	if !strings.Contains(doc, `"created_at"`) {
		return nil, nil
	}
	return read(t, doc)
}

func checkContent(t *testing.T, s archive.Session, sum string, want []byte) {
	t.Helper()
	r, err := s.Content(sum)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("content %s: %d bytes, %v; want %d", sum, len(got), err, len(want))
	}
}

// The way of a person: out of one database, into another, and out again.
func TestDatabasesSayTheSameAfterwards(t *testing.T) {
	one, other := newStore(t), newStore(t)
	for seed := range uint64(6) {
		d := newDice(1000 + seed)
		want := d.conversation()
		put(t, one, d, want)
		doc := exportStore(t, one, want.ID)
		got, problems := read(t, doc)
		if len(got) != 1 || len(problems) > 0 {
			t.Fatalf("seed %d: %d conversations, %q", seed, len(got), problems)
		}
		if _, err := other.Put(t.Context(), got[0].Session, got[0].Messages, got[0].Content); err != nil {
			t.Fatal(err)
		}
		if again := exportStore(t, other, want.ID); again != doc {
			t.Fatalf("seed %d:\nfirst:  %s\nsecond: %s", seed, doc, again)
		}
	}
}

func newStore(t testing.TB) *session.Store {
	t.Helper()
	s, err := session.Open(t.Context(), session.Options{Path: filepath.Join(t.TempDir(), "aimlchat.db"), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func put(t testing.TB, s *session.Store, d *dice, c archive.Session) {
	t.Helper()
	_, err := s.Put(t.Context(), c.Session, c.Messages, func(sum string) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(d.contents[sum])), nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func exportStore(t testing.TB, s *session.Store, id string) string {
	t.Helper()
	one, err := s.Find(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	err = archive.Export(t.Context(), &b, archive.JSON, s, []session.Session{one}, archive.Options{
		Tree: true, Content: func(f api.File) (io.ReadCloser, error) { return os.Open(s.FilePath(f)) },
		Lost: func(f api.File, err error) { t.Errorf("%s: %v", f.Name, err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The contents of files are larger than what is taken into memory at once.
func TestContentsStayInTheSource(t *testing.T) {
	d := newDice(9)
	data := bytes.Repeat([]byte("0123456789abcdef"), 1<<12)
	sum := fmt.Sprintf("%x", sha256.Sum256(data))
	d.contents[sum] = data
	s := answers("look")
	s.Messages[0].Parts = append(s.Messages[0].Parts, api.Part{
		Kind: api.FilePart, File: &api.File{Name: "big", MIME: "text/plain", Size: int64(len(data)), SHA256: sum},
	})
	doc := export(t, d, archive.JSON, archive.Options{}, s)
	l := archive.DefaultLimits()
	l.Message, l.Session = 4<<10, 8<<10
	for s, err := range archive.Read(t.Context(), archive.Input{At: strings.NewReader(doc), Size: int64(len(doc))}, l) {
		if err != nil {
			t.Fatal(err)
		}
		checkContent(t, s, sum, data)
	}
	if without := export(t, newDice(1), archive.JSON, archive.Options{}, s); strings.Contains(without, `"files"`) {
		t.Error("there are contents that nobody had")
	}
	// One letter of the content is another.
	at := strings.Index(doc, `"data":"`) + 100
	bent := doc[:at] + "A" + doc[at+1:]
	if bent == doc {
		bent = doc[:at] + "B" + doc[at+1:]
	}
	list, problems := read(t, bent)
	if len(list) != 1 || len(problems) != 1 || !strings.Contains(problems[0], "not what it should be") {
		t.Fatalf("%d conversations, %q", len(list), problems)
	}
	if _, err := list[0].Content(sum); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
