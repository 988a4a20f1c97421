package archive_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/session/archive"
)

func keep(t *testing.T, store *session.Store, doc string) archive.Kept {
	t.Helper()
	list, problems := read(t, doc)
	if len(list) != 1 || len(problems) > 0 {
		t.Fatalf("%d conversations, %q", len(list), problems)
	}
	k, err := archive.NewKeeper(t.Context(), store, false)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := k.Keep(t.Context(), list[0])
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

func TestWhatComesTwiceIsThereOnce(t *testing.T) {
	store := newStore(t)
	for seed := range uint64(4) {
		d := newDice(2000 + seed)
		s := d.conversation()
		for len(s.Messages) < 3 {
			s = d.conversation()
		}
		doc := export(t, d, archive.JSON, archive.Options{Tree: true}, s)
		if kept := keep(t, store, doc); !kept.New || kept.Messages != len(s.Messages) || kept.Session.ID != s.ID {
			t.Fatalf("seed %d: %+v", seed, kept)
		}
		before := exportStore(t, store, s.ID)
		if kept := keep(t, store, doc); kept.New || kept.Messages != 0 {
			t.Fatalf("seed %d: %+v", seed, kept)
		}
		if after := exportStore(t, store, s.ID); after != before {
			t.Fatalf("seed %d: it changed from\n%s\nto\n%s", seed, before, after)
		}
		if len(s.Messages) == 0 {
			continue
		}
		more := s
		more.Messages = slices.Clone(s.Messages)
		added := d.message(s.Messages[0].ID)
		more.Messages = append(more.Messages, added)
		kept := keep(t, store, export(t, d, archive.JSON, archive.Options{Tree: true}, more))
		if kept.New || kept.Messages != 1 {
			t.Fatalf("seed %d: %+v", seed, kept)
		}
		tree, err := store.Tree(t.Context(), s.ID)
		if err != nil || len(tree) != len(s.Messages)+1 || tree[len(tree)-1].ID != added.ID || tree[len(tree)-1].ParentID != s.Messages[0].ID {
			t.Fatalf("seed %d: %d messages, %v", seed, len(tree), err)
		}
	}
}

const talk = `{"id":"c1","title":"Spring","messages":[{"role":"user","content":"When?"},{"role":"assistant","content":"In April."}`

func TestAStrangersConversationGrows(t *testing.T) {
	store := newStore(t)
	first := keep(t, store, talk+`]}`)
	if !first.New || first.Messages != 2 || first.Session.Title != "Spring" {
		t.Fatalf("%+v", first)
	}
	second := keep(t, store, talk+`,{"role":"user","content":"Sure?"},{"role":"assistant","content":"Yes."}]}`)
	if second.New || second.Messages != 2 || second.Session.ID != first.Session.ID {
		t.Fatalf("%+v", second)
	}
	path, err := store.Path(t.Context(), first.Session.ID)
	if err != nil || len(path) != 4 || path[3].Content() != "Yes." {
		t.Fatalf("%d messages on the path, %v", len(path), err)
	}
	third := keep(t, store, talk+`,{"role":"user","content":"Another question"}]}`)
	if third.New || third.Messages != 1 {
		t.Fatalf("%+v", third)
	}
	if path, _ := store.Path(t.Context(), first.Session.ID); len(path) != 4 {
		t.Errorf("the conversation was moved to a branch: %d messages", len(path))
	}
}

func TestWhatIsInTheTrashStaysThere(t *testing.T) {
	store := newStore(t)
	first := keep(t, store, talk+`]}`)
	if err := store.Trash(t.Context(), first.Session.ID); err != nil {
		t.Fatal(err)
	}
	if again := keep(t, store, talk+`,{"role":"user","content":"more"}]}`); !again.Trashed || again.Messages != 0 {
		t.Fatalf("%+v", again)
	}
}

// A file that calls itself one of our sessions, and has nothing to do with it.
func TestAStolenIDGetsANewOne(t *testing.T) {
	store := newStore(t)
	d := newDice(3)
	mine, other := d.conversation(), d.conversation()
	for len(mine.Messages) == 0 || len(other.Messages) == 0 {
		mine, other = d.conversation(), d.conversation()
	}
	mine.Trashed, other.Trashed = other.Trashed, mine.Trashed
	mine.Trashed = other.Trashed
	other.ID, other.Created, other.Messages[0].ID = mine.ID, mine.Created, "fresh"
	if len(other.Messages) > 1 {
		other.Messages = other.Messages[:1]
	}
	other.Leaf = "fresh"
	keep(t, store, export(t, d, archive.JSON, archive.Options{Tree: true}, mine))
	before := exportStore(t, store, mine.ID)
	doc := export(t, d, archive.JSON, archive.Options{Tree: true}, other)
	kept := keep(t, store, doc)
	if !kept.New || kept.Session.ID == mine.ID {
		t.Fatalf("%+v", kept)
	}
	if after := exportStore(t, store, mine.ID); after != before {
		t.Error("the session that was here changed")
	}
	if again := keep(t, store, doc); again.New && again.Session.ID != kept.Session.ID {
		t.Errorf("it came twice: %+v", again)
	}
}

func TestMergeRefusesWhatIsUnrelated(t *testing.T) {
	store := newStore(t)
	first := keep(t, store, talk+`]}`)
	list, _ := read(t, `[{"role":"user","content":"Something else"}]`)
	_, err := store.Merge(t.Context(), first.Session, list[0].Messages, nil)
	if !errors.Is(err, session.ErrUnrelated) {
		t.Errorf("got %v", err)
	}
}
