package session

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

func found1(t *testing.T, s *Store, id string) Session {
	t.Helper()
	n, err := s.Find(t.Context(), id)
	ok(t, err)
	return n
}

func TestAPersonsTitleStays(t *testing.T) {
	s := newStore(t)
	id, _ := begin(t, s, "hello")
	title := func(title string, by *string, want, wantBy string) {
		t.Helper()
		ok(t, s.Update(t.Context(), id, Change{Title: &title, TitleBy: by, Model: &title}))
		if n := found1(t, s, id); n.Title != want || n.TitleBy != wantBy || n.Model != title {
			t.Errorf("%q by %q, model %q", n.Title, n.TitleBy, n.Model)
		}
	}
	title("words", new(TitleByWords), "words", "words")
	title("model", new(TitleByModel), "model", "model")
	title("other words", new(TitleByWords), "model", "model")
	title("another model", new(TitleByModel), "another model", "model")
	title("mine", nil, "mine", "person")
	title("model", new(TitleByModel), "mine", "person")
	title("mine too", new(TitleByPerson), "mine too", "person")
}

func TestTagsAndPins(t *testing.T) {
	s := newStore(t)
	a, _ := begin(t, s, "a")
	b, _ := begin(t, s, "b")
	ok(t, s.Update(t.Context(), a, Change{Tags: &[]string{" Work ", "#japan", "work", "", "two words"}, Pinned: new(true)}))
	n := found1(t, s, a)
	if want := []string{"japan", "two-words", "work"}; !n.Pinned || !slices.Equal(n.Tags, want) {
		t.Errorf("got %+v", n)
	}
	ids := func(q Query) (list []string) {
		t.Helper()
		sums, err := s.List(t.Context(), q)
		ok(t, err)
		for _, sum := range sums {
			list = append(list, sum.ID)
		}
		return list
	}
	for q, want := range map[Query][]string{
		{}: {a, b}, {Tag: "#Work"}: {a}, {Tag: "none"}: nil, {Kind: KindChat, Tag: "japan"}: {a}, {Kind: KindPrint}: nil, {Limit: 1}: {a},
	} {
		if got := ids(q); !slices.Equal(got, want) {
			t.Errorf("%+v: %v, want %v", q, got, want)
		}
	}
	if n, err := s.Newest(t.Context(), KindChat); err != nil || n.ID != b {
		t.Errorf("what is pinned is not the newest: %v, %v", n.ID, err)
	}
	ok(t, s.Update(t.Context(), a, Change{Tags: new([]string(nil)), Pinned: new(false)}))
	if n := found1(t, s, a); n.Pinned || n.Tags != nil {
		t.Errorf("got %+v", n)
	}
}

func TestTrash(t *testing.T) {
	s := newStore(t)
	a, _ := begin(t, s, "a")
	b, _ := begin(t, s, "b")
	c, _ := begin(t, s, "c")
	if err := s.Delete(t.Context(), a); !errors.Is(err, ErrNotTrashed) {
		t.Errorf("deleted without the trash: %v", err)
	}
	for _, id := range []string{b, a} {
		ok(t, s.Trash(t.Context(), id))
	}
	ok(t, s.Trash(t.Context(), c))
	ok(t, s.Restore(t.Context(), c))
	list, err := s.List(t.Context(), Query{})
	ok(t, err)
	trash, err := s.List(t.Context(), Query{Trashed: true})
	ok(t, err)
	if len(list) != 1 || list[0].ID != c || len(trash) != 2 || trash[0].Trashed.IsZero() {
		t.Errorf("list %+v\ntrash %+v", list, trash)
	}
	if n := found1(t, s, a); n.Trashed.IsZero() {
		t.Error("it is not found, or not known to be in the trash")
	}
	claim, err := s.Claim(a)
	ok(t, err)
	n, err := s.EmptyTrash(t.Context())
	if _, is := errors.AsType[*ClaimedError](err); n != 1 || !is {
		t.Errorf("%d, %v", n, err)
	}
	claim.Release()
	if n, err := s.EmptyTrash(t.Context()); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := s.EmptyTrash(t.Context()); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	for _, err := range []error{s.Trash(t.Context(), a), s.Restore(t.Context(), a), s.Delete(t.Context(), a)} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v", err)
		}
	}
	var left int
	ok(t, s.read.QueryRowContext(t.Context(), `SELECT count(*) FROM messages`).Scan(&left))
	if left != 1 {
		t.Errorf("%d messages are left", left)
	}
}

// A draft is saved every second or so.
func TestSavingTheSameWritesNothing(t *testing.T) {
	s := newStore(t)
	id, _ := begin(t, s, "a")
	begin(t, s, "b")
	queue := []Queued{{Text: "later", Effort: api.HighEffort, Files: []api.File{{Name: "a.txt", MIME: "text/plain", Data: []byte("x")}}}}
	all := Change{Title: new("t"), Draft: new("typing"), Queue: &queue, Tags: &[]string{"x"}, Pinned: new(true), System: new("s")}
	ok(t, s.Update(t.Context(), id, all))
	changes := func() (n int) {
		ok(t, s.write.QueryRowContext(t.Context(), `SELECT total_changes()`).Scan(&n))
		return n
	}
	before, was := changes(), found1(t, s, id)
	ok(t, s.Update(t.Context(), id, all))
	ok(t, s.Update(t.Context(), id, Change{Leaf: &was.Leaf}))
	ok(t, s.Update(t.Context(), id, Change{}))
	if n := changes() - before; n != 0 {
		t.Errorf("%d rows were written", n)
	}
	if got := found1(t, s, id); !reflect.DeepEqual(got, was) {
		t.Errorf("got %+v\nwas %+v", got, was)
	}
	if n, err := s.Newest(t.Context(), KindChat); err != nil || n.ID != id {
		t.Errorf("the first draft was no use: %v, %v", n.ID, err)
	}
}

func TestTheQueueIsKept(t *testing.T) {
	s := newStore(t)
	id, _ := begin(t, s, "a")
	queue := []Queued{
		{Text: "one", Effort: api.LowEffort, ThinkingBudget: 7, Web: true},
		{Text: "two\x00\u202e", Files: []api.File{{Name: "a.png", MIME: "image/png", Data: []byte("picture")}}},
	}
	ok(t, s.Update(t.Context(), id, Change{Queue: &queue}))
	want := []Queued{queue[0], queue[1]}
	want[1].Files = []api.File{identified(queue[1].Files[0])}
	want[1].Files[0].Data = nil
	if got := found1(t, s, id).Queue; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	if queue[1].Files[0].SHA256 != "" {
		t.Error("the caller's queue was changed")
	}
	content := s.FilePath(want[1].Files[0])
	_, err := os.Stat(content)
	ok(t, err)
	ok(t, s.Trash(t.Context(), id))
	ok(t, s.Delete(t.Context(), id))
	if _, err := os.Stat(content); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the content of a queued file stays: %v", err)
	}
}

func TestPurgeRemovesWhatIsHidden(t *testing.T) {
	s := newStore(t)
	own, shared := api.File{Name: "own.txt", MIME: "text/plain", Data: []byte("own")}, api.File{Name: "s.png", MIME: "image/png", Data: []byte("shared")}
	id, other := NewID(noon), NewID(noon)
	ok(t, s.Create(t.Context(), Session{ID: id}))
	ok(t, s.Create(t.Context(), Session{ID: other}))
	add := func(sessionID, parent, name string, files ...api.File) {
		m := asking(sessionID, parent, name, files...)
		m.ID = name
		ok(t, s.Append(t.Context(), m))
	}
	add(id, "", "u1")
	add(id, "u1", "u2", own, shared)
	add(other, "", "v1", shared)
	answer := Message{ID: "a1", SessionID: id, ParentID: "u2", Role: api.Assistant, Finish: api.FinishStop, Cost: api.Cost{USD: new(2.0), Source: api.Billed}}
	ok(t, s.Append(t.Context(), answer))
	ok(t, s.Hide(t.Context(), id, "u2"))
	ok(t, s.Compact(t.Context(), id, "u1", &Digest{Text: "short", Cost: api.Cost{USD: new(1.0), Source: api.Billed}}))
	spent := func(sessionID string) float64 {
		t.Helper()
		sum, err := s.Spent(t.Context(), sessionID, time.Time{})
		ok(t, err)
		return sum.USD
	}
	if got := spent(id); got != 3 {
		t.Errorf("what is hidden was paid: %v", got)
	}
	n, err := s.Purge(t.Context(), id)
	if n != 2 || err != nil {
		t.Errorf("purged %d, %v", n, err)
	}
	if _, err := s.Unhide(t.Context(), id); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
	for f, want := range map[*api.File]error{&own: fs.ErrNotExist, &shared: nil} {
		if _, err := os.Stat(s.FilePath(identified(*f))); !errors.Is(err, want) {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	ok(t, s.Compact(t.Context(), id, "u1", nil))
	if a, b := spent(id), spent(""); a != 3 || b != 3 {
		t.Errorf("spent %v, %v", a, b)
	}
	ok(t, s.Trash(t.Context(), id))
	ok(t, s.Delete(t.Context(), id))
	if got := spent(""); got != 3 {
		t.Errorf("spent %v", got)
	}
	if n, err := s.Purge(t.Context(), other); n != 0 || err != nil {
		t.Errorf("purged %d, %v", n, err)
	}
}

func TestPurgeLeavesWhatStreams(t *testing.T) {
	s := newStore(t)
	id, first := begin(t, s, "hello")
	ok(t, s.Append(t.Context(), text("u2", id, first, "x")))
	ok(t, s.Append(t.Context(), text("u3", id, first, "y")))
	streams := broken(t, s, id, "u2", api.Answer{Text: "so far"})
	ok(t, s.Hide(t.Context(), id, first))
	if n, err := s.Purge(t.Context(), id); n != 1 || err != nil {
		t.Errorf("purged %d, %v", n, err)
	}
	_, err := s.Unhide(t.Context(), id)
	ok(t, err)
	if got := last(t, s, id); got.ID != streams || said(got) != "|so far" {
		t.Errorf("got %+v", got)
	}
}

func TestForksAreNotPaidTwice(t *testing.T) {
	s := newStore(t)
	id, first := begin(t, s, "hello")
	ok(t, s.Append(t.Context(), Message{
		ID: "a1", SessionID: id, ParentID: first, Role: api.Assistant, Finish: api.FinishStop, Model: "m",
		Cost: api.Cost{USD: new(2.0), Source: api.Billed}, Parts: []api.Part{saying("a")},
	}))
	ok(t, s.Update(t.Context(), id, Change{Title: new("Mine"), Tags: &[]string{"x"}, System: new("s"), Draft: new("d")}))
	ok(t, s.Compact(t.Context(), id, first, &Digest{Text: "short"}))
	n, err := s.Fork(t.Context(), id, "a1", "f1")
	ok(t, err)
	if n.Title != "Mine" || n.TitleBy != TitleByPerson || n.System != "s" || n.Draft != "" || !slices.Equal(n.Tags, []string{"x"}) || n.Leaf == "a1" {
		t.Errorf("got %+v", n)
	}
	again, err := s.Fork(t.Context(), "f1", n.Leaf, "f2")
	ok(t, err)
	copied := last(t, s, "f2")
	if copied.ID != again.Leaf || copied.Origin != "fork:a1" || *copied.Cost.USD != 2 || loaded(t, s, "f2")[0].Digest.Text != "short" {
		t.Errorf("got %+v", copied)
	}
	for _, one := range []string{"", id} {
		if sum, err := s.Spent(t.Context(), one, time.Time{}); err != nil || sum.USD != 2 || sum.Answers != 1 {
			t.Errorf("spent %+v, %v", sum, err)
		}
	}
	if sum, err := s.Spent(t.Context(), "f2", time.Time{}); err != nil || sum.USD != 0 {
		t.Errorf("spent %+v, %v", sum, err)
	}
	if _, err := s.Fork(t.Context(), id, "a1", "f1"); err == nil {
		t.Error("an id was taken twice")
	}
}

func TestForkOfWhatStreams(t *testing.T) {
	s := newStore(t)
	id, first := begin(t, s, "hello")
	streams := broken(t, s, id, first, api.Answer{Text: "so "}, api.Answer{Text: "far"})
	_, err := s.Fork(t.Context(), id, streams, "f1")
	ok(t, err)
	if got := last(t, s, "f1"); got.Finish != api.FinishStopped || said(got) != "|so far" || got.Damaged {
		t.Errorf("got %+v", got)
	}
	if got := last(t, s, id); !got.Streaming() {
		t.Errorf("got %+v", got)
	}
}

func TestBookedPaymentsCount(t *testing.T) {
	s := newStore(t)
	now := noon
	s.now = func() time.Time { return now }
	id, _ := begin(t, s, "hello")
	ok(t, s.Book(t.Context(), id, Payment{Kind: ForTitle, Model: "m", Cost: api.Cost{USD: new(0.5), Source: api.Estimated}, Usage: api.Usage{Total: new(int64(9))}}))
	want := Spending{USD: 0.5, Estimated: 0.5, Answers: 1, Tokens: api.Usage{Total: new(int64(9))}}
	for _, one := range []string{"", id} {
		if got, err := s.Spent(t.Context(), one, noon); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v", got, err)
		}
	}
	if got, err := s.Spent(t.Context(), "", noon.Add(time.Second)); err != nil || got.USD != 0 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestBackup(t *testing.T) {
	s := newStore(t)
	id, _ := begin(t, s, "hello")
	path := filepath.Join(t.TempDir(), "copy it's.db")
	ok(t, s.Backup(t.Context(), path))
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 && filepath.Separator == '/' {
		t.Errorf("%v, %v", info, err)
	}
	begin(t, s, "later")
	if err := s.Backup(t.Context(), path); !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
	copied := openStore(t, path)
	list, err := copied.List(t.Context(), Query{})
	ok(t, err)
	if len(list) != 1 || list[0].ID != id || said(last(t, copied, id)) != "|hello" {
		t.Errorf("got %+v", list)
	}
	if err := s.Backup(t.Context(), filepath.Join(t.TempDir(), "no", "copy.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
