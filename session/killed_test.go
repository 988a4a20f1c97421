package session

// What must be there after a program was killed (kill_test.go).

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// checkKilled reopens the database of a killed child and checks that what had
// to be there is there. It returns how much arrived and how much is back.
func checkKilled(t *testing.T, path string, w want) (arrived, back int) {
	t.Helper()
	checkWhole(t, path)
	s := openStore(t, path)
	before := last(t, s, killSession)
	claim, err := s.Claim(killSession)
	ok(t, err)
	claim.Release()
	got := last(t, s, killSession)
	text := got.Content()
	switch {
	case got.ID != killAnswer || !before.Streaming() || before.Content() != text:
		t.Errorf("before the claim: %+v\nafter: %+v", before, got)
	case got.Finish != api.FinishInterrupted:
		t.Errorf("finish %q", got.Finish)
	case !strings.HasPrefix(w.all, text):
		t.Errorf("arrived:  %s\ncame back: %s", w.all, text)
	case len(text) < w.saved:
		t.Errorf("%d bytes came back of %d that were committed", len(text), w.saved)
	case len(text) < w.due:
		t.Errorf("%d bytes came back of %d that had arrived 250 ms + %v before the kill", len(text), w.due, w.slowest)
	}
	checkFiles(t, s, w)
	checkDraft(t, s, w)
	return len(w.all), len(text)
}

// checkWhole checks that the database needs no repair, as it lies there.
func checkWhole(t *testing.T, path string) {
	t.Helper()
	if h, err := Check(t.Context(), path); err != nil || !h.Whole {
		t.Errorf("%+v, %v", h, err)
	}
}

// checkDraft checks that draft, queue and the way that is shown are the last that
// were saved, or later ones, and go together.
func checkDraft(t *testing.T, s *Store, w want) {
	t.Helper()
	got, err := s.Find(t.Context(), killSession)
	ok(t, err)
	number, _ := strconv.Atoi(got.Draft)
	if number < w.drafted || number > 0 && (len(got.Queue) != 1 || got.Queue[0].Text != got.Draft) {
		t.Errorf("draft %q and queue %+v, and draft %d was saved", got.Draft, got.Queue, w.drafted)
	}
	grove, err := s.Find(t.Context(), killGrove)
	ok(t, err)
	if leaf := func(i int) string { return "p" + strconv.Itoa(i%killTrees) }; w.drafted > 0 && grove.Leaf != leaf(w.drafted) && grove.Leaf != leaf(w.drafted+1) {
		t.Errorf("%s is shown, and %s was saved", grove.Leaf, leaf(w.drafted))
	}
}

// checkFiles checks that the files are there which the child knew to be saved,
// since text that came after them was, and that each that is named is whole.
func checkFiles(t *testing.T, s *Store, w want) {
	t.Helper()
	files, err := request(t, s, killSession)
	ok(t, err)
	if len(files) > len(w.files) {
		t.Fatalf("%d files came back of %d", len(files), len(w.files))
	}
	for i, f := range files {
		if want := killFile(w.files[i]); f.Name != want.Name || !bytes.Equal(f.Data, want.Data) {
			t.Errorf("file %d came back as %s, %d bytes", i, f.Name, len(f.Data))
		}
	}
	for i, name := range w.files {
		if before, _ := strconv.Atoi(name); before < w.saved && i >= len(files) {
			t.Errorf("file %s is gone: %d bytes of text were saved", name, w.saved)
		}
	}
	t.Logf("%d files arrived, %d came back", len(w.files), len(files))
}
