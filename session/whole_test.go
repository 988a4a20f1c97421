package session

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// whole loads a session with its tree, without what is only true of a copy.
func whole1(t *testing.T, s *Store, id string) (Session, []Message) {
	t.Helper()
	n := found1(t, s, id)
	msgs, err := s.Tree(t.Context(), id)
	ok(t, err)
	return n, msgs
}

// contentsOf hands out what another store holds.
func contentsOf(s *Store) func(string) (io.ReadCloser, error) {
	return func(sum string) (io.ReadCloser, error) {
		names, err := os.ReadDir(s.files.dir)
		for _, name := range names {
			if strings.HasPrefix(name.Name(), sum) {
				return os.Open(s.files.dir + "/" + name.Name())
			}
		}
		return nil, errors.Join(err, fs.ErrNotExist)
	}
}

func TestPutBringsBackRandomTrees(t *testing.T) {
	for seed := range uint64(2) {
		w := &wild{grove: newGrove(t), r: rand.New(rand.NewPCG(seed, 6))}
		for i := range 40 {
			w.act(i)
		}
		w.names = nil
		ok(t, w.s.Append(t.Context(), sample(w.id, "")))
		ok(t, w.s.Append(t.Context(), asking(w.id, "", "look", attached("a.png", "pixels"))))
		ok(t, w.s.Compact(t.Context(), w.id, w.leaf(), &Digest{Text: "short", Cost: api.Cost{USD: new(1.0)}}))
		ok(t, w.s.Update(t.Context(), w.id, Change{
			Title: new("T"), Tags: &[]string{"x"}, Pinned: new(true), Draft: new("d"),
			Queue: &[]Queued{{Text: "q", Files: []api.File{attached("b.png", "other pixels")}}},
		}))
		n, msgs := whole1(t, w.s, w.id)
		to := newStore(t)
		put, err := to.Put(t.Context(), n, msgs, contentsOf(w.s))
		ok(t, err)
		n2, msgs2 := whole1(t, to, n.ID)
		if !reflect.DeepEqual(put, n2) || !reflect.DeepEqual(n, n2) || !reflect.DeepEqual(msgs, msgs2) {
			t.Fatalf("got  %+v\n%+v\nwant %+v\n%+v", n2, msgs2, n, msgs)
		}
		if !reflect.DeepEqual(loaded(t, w.s, n.ID), loaded(t, to, n.ID)) {
			t.Error("another path")
		}
		if a, b := inFolder(t, w.s), inFolder(t, to); !slices.Equal(a, b) {
			t.Errorf("contents %v, want %v", b, a)
		}
		for a, err := w.s.Unhide(t.Context(), n.ID); err == nil; a, err = w.s.Unhide(t.Context(), n.ID) {
			if b, err := to.Unhide(t.Context(), n.ID); a != b || err != nil {
				t.Errorf("undid %s, want %s, %v", b, a, err)
			}
		}
	}
}

func TestPutMakesIDsAnew(t *testing.T) {
	s := newStore(t)
	id, first := begin(t, s, "hello")
	ok(t, s.Append(t.Context(), text("a", id, first, "hidden")))
	ok(t, s.Hide(t.Context(), id, "a"))
	ok(t, s.Append(t.Context(), text("b", id, first, "shown")))
	n, msgs := whole1(t, s, id)
	msgs = append(msgs, text("../x", id, "b", "no id"), text("fresh", id, "../x", "an id"))
	n.Leaf = "fresh"
	slices.Reverse(msgs) // children first
	put, err := s.Put(t.Context(), n, msgs, nil)
	ok(t, err)
	got := loaded(t, s, put.ID)
	if put.ID == id || len(got) != 4 || said(got[1]) != "|shown" || said(got[2]) != "|no id" || got[3].ID != "fresh" || got[3].Damaged {
		t.Errorf("%+v\n%+v", put, got)
	}
	if back, err := s.Unhide(t.Context(), put.ID); err != nil || back == "a" {
		t.Errorf("%s, %v", back, err)
	}
	if len(loaded(t, s, id)) != 2 {
		t.Error("the first one was changed")
	}
}

func TestPutRefusesWhatIsNoTree(t *testing.T) {
	s := newStore(t)
	in := Session{ID: "s1"}
	for want, msgs := range map[string][]Message{
		`the parent "none" of message "b" is missing`: {text("a", "", "", "x"), text("b", "", "none", "x")},
		`message "a" is its own ancestor`:             {text("a", "", "a", "x")},
		`is its own ancestor`:                         {text("a", "", "", "x"), text("b", "", "d", "x"), text("c", "", "b", "x"), text("d", "", "c", "x")},
		`message "a" is there twice`:                  {text("a", "", "", "x"), text("a", "", "", "y")},
		`message "a" has no role`:                     {{ID: "a"}},
	} {
		m := msgs[0]
		m.Parts = append(m.Parts, api.Part{Kind: api.FilePart, File: new(attached("a.png", "x"))})
		msgs[0] = m
		if _, err := s.Put(t.Context(), in, msgs, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if list, err := s.List(t.Context(), Query{}); err != nil || len(list) != 0 || len(inFolder(t, s)) != 0 {
		t.Errorf("left %v, %v, %v", list, inFolder(t, s), err)
	}
}

// A failure in the middle leaves nothing, neither rows nor contents.
func TestPutIsAllOrNothing(t *testing.T) {
	s := newStore(t)
	s.mustExec(t, `CREATE TRIGGER fail BEFORE INSERT ON parts WHEN new.text = 'fail' BEGIN SELECT raise(ABORT, 'no more'); END`)
	msgs := []Message{asking("", "", "x", attached("a.png", "x")), text("b", "", "", "fail")}
	if _, err := s.Put(t.Context(), Session{ID: "s1", Queue: []Queued{{Files: []api.File{attached("b.png", "y")}}}}, msgs, nil); err == nil {
		t.Fatal("added")
	}
	list, err := s.List(t.Context(), Query{})
	ok(t, err)
	if len(list) != 0 || len(inFolder(t, s)) != 0 {
		t.Errorf("left %v, %v", list, inFolder(t, s))
	}
}

func TestPutDoesNotBelieveContents(t *testing.T) {
	s := newStore(t)
	named := func(name, content string) api.File {
		f := identified(attached(name, content))
		f.Data = nil
		return f
	}
	m := asking("", "", "x", named("good", "good"), named("absent", "absent"), named("bad", "bad"), named("long", "long"), named("torn", "torn"))
	put, err := s.Put(t.Context(), Session{ID: "s1"}, []Message{m}, func(sum string) (io.ReadCloser, error) {
		content := map[string]string{sumOf([]byte("good")): "good", sumOf([]byte("bad")): "bat", sumOf([]byte("long")): "long and longer"}
		switch {
		case sum == sumOf([]byte("absent")):
			return nil, fs.ErrNotExist
		case sum == sumOf([]byte("torn")):
			return nil, errors.New("torn")
		}
		return io.NopCloser(strings.NewReader(content[sum])), nil
	})
	lost, is := errors.AsType[*FileError](err)
	if !is || lost.Name != "bad" || put.ID != "s1" {
		t.Errorf("got %+v, %v", put, err)
	}
	if got := inFolder(t, s); len(got) != 1 || !strings.HasPrefix(got[0], sumOf([]byte("good"))) {
		t.Errorf("kept %v", got)
	}
	if got := last(t, s, "s1"); len(got.Parts) != 6 || got.Parts[2].File.Name != "absent" {
		t.Errorf("got %+v", got)
	}
}

func TestPutKeepsTheOrderOfUse(t *testing.T) {
	s := newStore(t)
	s.now = func() time.Time { return noon }
	begin(t, s, "ours")
	for i, at := range []time.Duration{time.Hour, -time.Hour, -2 * time.Hour, -2 * time.Hour} {
		_, err := s.Put(t.Context(), Session{ID: fmt.Sprint("p", i), Title: fmt.Sprint("p", i), Updated: noon.Add(at)}, nil, nil)
		ok(t, err)
	}
	list, err := s.List(t.Context(), Query{})
	ok(t, err)
	var titles []string
	for _, n := range list {
		titles = append(titles, n.Title)
	}
	if want := []string{"p0", "ours", "p1", "p2", "p3"}; !slices.Equal(titles, want) {
		t.Errorf("got %v", titles)
	}
}

func TestPutEndsWhatStreamed(t *testing.T) {
	s := newStore(t)
	put, err := s.Put(t.Context(), Session{ID: "s1", Leaf: "gone"}, []Message{
		text("a", "", "", "x"),
		{ID: "b", ParentID: "a", Role: api.Assistant, Parts: []api.Part{saying("so far")}},
		{ID: "c", ParentID: "a", Role: api.Assistant, Finish: api.FinishStop, Hidden: true},
		text("d", "", "c", "below what is hidden"),
	}, nil)
	ok(t, err)
	if got := last(t, s, "s1"); put.Leaf != "b" || got.Finish != api.FinishInterrupted || said(got) != "|so far" {
		t.Errorf("%+v, %+v", put, got)
	}
	if _, all := whole1(t, s, "s1"); !all[3].Hidden {
		t.Errorf("got %+v", all[3])
	}
}

// What nobody names goes, what anybody names stays, and what is young.
func TestSweep(t *testing.T) {
	s := newStore(t)
	id, first := begin(t, s, "hello")
	ok(t, s.Append(t.Context(), asking(id, first, "look", attached("a.png", "named"))))
	ok(t, s.Update(t.Context(), id, Change{Queue: &[]Queued{{Files: []api.File{attached("b.png", "queued")}}}}))
	broken(t, s, id, first, api.Attached{File: identified(attached("c.png", "streams"))})
	ok(t, s.files.keep(identified(attached("c.png", "streams"))))
	long := time.Now().Add(-2 * notYet)
	put := func(name string, old bool) {
		path := s.files.dir + "/" + name
		ok(t, os.WriteFile(path, []byte("x"), 0o600))
		if old {
			ok(t, os.Chtimes(path, long, long))
		}
	}
	for _, e := range inFolder(t, s) {
		ok(t, os.Chtimes(s.files.dir+"/"+e, long, long))
	}
	stays := inFolder(t, s)
	orphan := sumOf([]byte("orphan"))
	for name, old := range map[string]bool{orphan + ".png": true, orphan + ".jpg": false, "new-123": true, "new-4": false, "new-plan.txt": true, "notes.txt": true} {
		if put(name, old); !old || !strings.HasPrefix(name, orphan) && name != "new-123" {
			stays = append(stays, name)
		}
	}
	put(strings.TrimSuffix(kept(s, "named")[len(s.files.dir)+1:], "png")+"gif", true) // the sum is named, but not as this sort
	n, err := s.Sweep(t.Context())
	slices.Sort(stays)
	if got := inFolder(t, s); n != 3 || err != nil || !slices.Equal(got, stays) {
		t.Errorf("swept %d, %v\nleft %v\nwant %v", n, err, got, stays)
	}
}

// Somebody empties the trash between the moment in which a content is found to
// be there and the moment in which a row names it.
func TestAContentIsNotSweptAwayFromAMessage(t *testing.T) {
	s := newStore(t)
	id, first := begin(t, s, "hello")
	m := asking(id, first, "look", attached("a.png", "pixels"))
	f := identified(*m.Parts[1].File)
	ok(t, s.files.keep(f))
	tx, err := s.write.BeginTx(t.Context(), nil) // another writer, for whom Append waits
	ok(t, err)
	done := make(chan error)
	go func() { done <- s.Append(t.Context(), m) }()
	if _, err := s.dropOne(t.Context(), tx, s.FilePath(f)); err != nil {
		t.Error(err)
	}
	ok(t, tx.Rollback())
	ok(t, <-done)
	files, err := request(t, s, id)
	ok(t, err)
	if !bytes.Equal(files[0].Data, f.Data) {
		t.Errorf("got %+v", files)
	}
}
