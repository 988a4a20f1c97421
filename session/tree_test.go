package session

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// grove is a session under test, with names for its messages.
type grove struct {
	*testing.T
	s  *Store
	id string
}

func newGrove(t *testing.T) *grove {
	t.Helper()
	g := &grove{t, newStore(t), NewID(noon)}
	ok(t, g.s.Create(t.Context(), Session{ID: g.id}))
	return g
}

// grow adds a message that is called and says name.
func (g *grove) grow(parent, name string) {
	g.Helper()
	m := text(name, g.id, parent, name)
	if strings.HasPrefix(name, "a") {
		m.Role, m.Finish = api.Assistant, api.FinishStop
	}
	ok(g.T, g.s.Append(g.Context(), m))
}

func (g *grove) leaf() string {
	g.Helper()
	n, err := g.s.Find(g.Context(), g.id)
	ok(g.T, err)
	return n.Leaf
}

// path spells the path, with the numbers of siblings where there are several.
func (g *grove) path() string {
	g.Helper()
	var list []string
	for _, m := range loaded(g, g.s, g.id) {
		name := m.ID
		if m.Siblings > 1 {
			name += fmt.Sprintf("(%d/%d)", m.Sibling, m.Siblings)
		}
		list = append(list, name)
	}
	return strings.Join(list, " ")
}

func (g *grove) wants(path string) {
	g.Helper()
	if got := g.path(); got != path {
		g.Errorf("stands at %q, want %q", got, path)
	}
}

func (g *grove) step(from string, by int, path string) {
	g.Helper()
	leaf, err := g.s.Step(g.Context(), g.id, from, by)
	ok(g.T, err)
	if leaf != g.leaf() {
		g.Errorf("step returned %q and went to %q", leaf, g.leaf())
	}
	g.wants(path)
}

func (g *grove) hide(name, path string) {
	g.Helper()
	ok(g.T, g.s.Hide(g.Context(), g.id, name))
	g.wants(path)
}

func (g *grove) unhide(name, path string) {
	g.Helper()
	got, err := g.s.Unhide(g.Context(), g.id)
	if err != nil || got != name {
		g.Errorf("showed %q, %v, want %q", got, err, name)
	}
	g.wants(path)
}

func (g *grove) jump(to, path string) {
	g.Helper()
	_, err := g.s.Jump(g.Context(), g.id, to)
	ok(g.T, err)
	g.wants(path)
}

func TestStepGoesBackToWhereItWas(t *testing.T) {
	g := newGrove(t)
	g.grow("", "u1")
	g.grow("u1", "a1")
	g.grow("a1", "u2")
	g.grow("u2", "a2")
	g.grow("u2", "a3")
	g.grow("a1", "u3")
	g.grow("u3", "a4")
	g.wants("u1 a1 u3(2/2) a4")
	g.step("u3", -1, "u1 a1 u2(1/2) a3(2/2)")
	g.step("a3", -1, "u1 a1 u2(1/2) a2(1/2)")
	g.step("u2", 1, "u1 a1 u3(2/2) a4")
	g.step("u3", -1, "u1 a1 u2(1/2) a2(1/2)") // not a3, the newest
	g.step("a2", -7, "u1 a1 u2(1/2) a2(1/2)")
	g.step("a2", 7, "u1 a1 u2(1/2) a3(2/2)")
	g.step("u1", 1, "u1 a1 u2(1/2) a3(2/2)") // alone
	g.jump("a2", "u1 a1 u2(1/2) a2(1/2)")
	g.jump("u1", "u1 a1 u2(1/2) a2(1/2)")
	g.jump("u3", "u1 a1 u3(2/2) a4")
	g.step("u3", -1, "u1 a1 u2(1/2) a2(1/2)")
}

func TestFirstPromptsAreSiblings(t *testing.T) {
	g := newGrove(t)
	g.grow("", "u1")
	g.grow("u1", "a1")
	g.grow("u1", "a2")
	g.step("a2", -1, "u1 a1(1/2)")
	g.grow("", "u2")
	g.wants("u2(2/2)")
	g.step("u2", -1, "u1(1/2) a1(1/2)")
	g.step("u1", 1, "u2(2/2)")
	g.hide("u2", "u1 a1(1/2)")
	g.hide("u1", "")
	g.unhide("u1", "u1 a1(1/2)")
	g.unhide("u2", "u1(1/2) a1(1/2)") // it did not stand there any more
}

func TestHideAndUndo(t *testing.T) {
	g := newGrove(t)
	g.grow("", "u1")
	g.grow("u1", "a1")
	g.grow("a1", "u2")
	g.grow("u2", "a2")
	g.hide("a2", "u1 a1 u2")
	g.hide("u2", "u1 a1")
	g.hide("u2", "u1 a1") // again: nothing
	g.hide("u1", "")
	g.unhide("u1", "u1 a1")
	g.unhide("u2", "u1 a1 u2")
	g.grow("a1", "u3") // it goes on elsewhere
	g.unhide("a2", "u1 a1 u3(2/2)")
	if _, err := g.s.Unhide(t.Context(), g.id); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
	g.step("u3", -1, "u1 a1 u2(1/2) a2")
	g.grow("u2", "a3")
	g.grow("u2", "a4")
	g.step("a4", -1, "u1 a1 u2(1/2) a3(2/3)")
	g.hide("a3", "u1 a1 u2(1/2) a2(1/2)") // the one before
	g.hide("a2", "u1 a1 u2(1/2) a4")      // the one after
	g.step("a4", -1, "u1 a1 u2(1/2) a4")  // which is alone now
}

func TestWhatIsHiddenShowsNowhereElse(t *testing.T) {
	g := newGrove(t)
	g.grow("", "u1")
	g.grow("u1", "a1")
	g.grow("", "u2")
	g.hide("u1", "u2")
	for name, err := range map[string]error{
		"step": func() error { _, err := g.s.Step(t.Context(), g.id, "a1", 1); return err }(),
		"jump": func() error { _, err := g.s.Jump(t.Context(), g.id, "a1"); return err }(),
		"fork": func() error { _, err := g.s.Fork(t.Context(), g.id, "a1", NewID(noon)); return err }(),
	} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ok(t, g.s.Update(t.Context(), g.id, Change{Leaf: new("a1")}))
	g.wants("u2")
	list, err := g.s.List(t.Context(), Query{})
	ok(t, err)
	if list[0].Messages != 1 || list[0].FirstWords != "u2" {
		t.Errorf("got %+v", list[0])
	}
	all, err := g.s.Tree(t.Context(), g.id)
	ok(t, err)
	if len(all) != 3 || !all[0].Hidden || !all[1].Hidden || all[2].Hidden || all[1].Siblings != 0 {
		t.Errorf("got %+v", all)
	}
}

// What is written below something hidden: a person's words bring it back, an
// answer that was on its way is hidden with what it answers.
func TestGrowingBelowWhatIsHidden(t *testing.T) {
	g := newGrove(t)
	g.grow("", "u1")
	g.grow("u1", "a1")
	g.grow("a1", "u2")
	g.hide("u2", "u1 a1")
	g.grow("u2", "a2")
	g.wants("u1 a1")
	g.unhide("u2", "u1 a1 u2 a2")
	g.hide("u1", "")
	g.grow("a1", "u3")
	g.wants("u1 a1 u3")
	g.unhide("u2", "u1 a1 u3(2/2)") // what is left of it
}

func TestAMessageBringsASessionBackFromTheTrash(t *testing.T) {
	g := newGrove(t)
	ok(t, g.s.Trash(t.Context(), g.id))
	g.grow("", "u1")
	if n, err := g.s.Newest(t.Context(), KindChat); err != nil || n.ID != g.id {
		t.Errorf("got %v, %v", n, err)
	}
}

// wild is a session that random things happen to, and what must hold of it.
type wild struct {
	*grove
	r     *rand.Rand
	names []string
	undo  []tree0
}

// tree0 is what hiding must be undone to.
type tree0 struct{ leaf, shape string }

func (w *wild) shape() string {
	msgs, err := w.s.Tree(w.Context(), w.id)
	ok(w.T, err)
	var b strings.Builder
	for _, m := range msgs {
		fmt.Fprintf(&b, "%s<%s %v %d/%d; ", m.ID, m.ParentID, m.Hidden, m.Sibling, m.Siblings)
	}
	return b.String()
}

func (w *wild) any() string { return w.names[w.r.IntN(len(w.names))] }

func (w *wild) act(i int) {
	switch w.r.IntN(8) {
	case 0, 1, 2:
		name, parent := fmt.Sprintf("%c%d", "ua"[w.r.IntN(2)], i), ""
		if len(w.names) > 0 && w.r.IntN(8) > 0 {
			parent = w.any()
		}
		w.grow(parent, name)
		w.names, w.undo = append(w.names, name), nil
	case 3, 4:
		if len(w.names) > 0 {
			_, err := w.s.Step(w.Context(), w.id, w.any(), w.r.IntN(5)-2)
			w.forgive(err)
			w.undo = nil
		}
	case 5:
		if len(w.names) > 0 {
			_, err := w.s.Jump(w.Context(), w.id, w.any())
			w.forgive(err)
			w.undo = nil
		}
	case 6:
		w.hideAny()
	case 7:
		w.undoOne()
	}
}

func (w *wild) hideAny() {
	if len(w.names) == 0 {
		return
	}
	before := tree0{w.leaf(), w.shape()}
	ok(w.T, w.s.Hide(w.Context(), w.id, w.any()))
	if w.shape() != before.shape {
		w.undo = append(w.undo, before)
	}
}

func (w *wild) undoOne() {
	_, err := w.s.Unhide(w.Context(), w.id)
	w.forgive(err)
	if last := len(w.undo) - 1; last >= 0 {
		if got := (tree0{w.leaf(), w.shape()}); got != w.undo[last] {
			w.Fatalf("undone to\n%+v, it was\n%+v", got, w.undo[last])
		}
		w.undo = w.undo[:last]
	}
}

func (w *wild) forgive(err error) {
	w.Helper()
	if err != nil && !errors.Is(err, ErrNotFound) {
		w.Fatal(err)
	}
}

// check holds the path against the tree.
func (w *wild) check() {
	w.Helper()
	all, err := w.s.Tree(w.Context(), w.id)
	ok(w.T, err)
	byID, shownIn := map[string]Message{}, 0
	for _, m := range all {
		byID[m.ID] = m
		if parent, is := byID[m.ParentID]; m.ParentID != "" && (!is || parent.Hidden && !m.Hidden) {
			w.Fatalf("%s comes before its parent, or is shown below what is hidden", m.ID)
		}
		if !m.Hidden {
			shownIn++
		}
	}
	path := loaded(w.T, w.s, w.id)
	parent := ""
	for _, m := range path {
		if m.ParentID != parent || m.Hidden || !reflect.DeepEqual(m, byID[m.ID]) {
			w.Fatalf("%+v in the path, below %q", m, parent)
		}
		parent = m.ID
	}
	if parent != w.leaf() || (parent == "") != (shownIn == 0) {
		w.Fatalf("the path ends at %q, the leaf is %q, %d are shown", parent, w.leaf(), shownIn)
	}
	for _, m := range path { // going through any of its messages stays
		if m.Chosen != "" && !slices.ContainsFunc(path, func(c Message) bool { return c.ID == m.Chosen }) && !byID[m.Chosen].Hidden && m.ID != parent {
			w.Fatalf("%s remembers %s, which is not in the path", m.ID, m.Chosen)
		}
	}
}

func TestRandomTreesHold(t *testing.T) {
	trees := uint64(1)
	if os.Getenv("AIMLCHAT_LONG") != "" {
		trees = 200
	}
	for seed := range trees {
		w := &wild{grove: newGrove(t), r: rand.New(rand.NewPCG(seed, 5))}
		for i := range 60 {
			w.act(i)
			w.check()
		}
		if w.leaf() == "" {
			continue
		}
		before := loaded(t, w.s, w.id)
		fork, err := w.s.Fork(t.Context(), w.id, w.leaf(), NewID(noon))
		ok(t, err)
		copies := loaded(t, w.s, fork.ID)
		if len(copies) != len(before) {
			t.Fatalf("%d copies of %d", len(copies), len(before))
		}
		for i := range copies {
			a, b := before[i], copies[i]
			if b.Origin != "fork:"+a.ID || b.ID == a.ID || b.Siblings != 1 || b.Damaged || !reflect.DeepEqual(a.Parts, b.Parts) || !a.Created.Equal(b.Created) {
				t.Fatalf("%+v\nis no copy of\n%+v", b, a)
			}
		}
		w.check()
	}
}
