package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/session"
)

// A session in which nothing was said yet is listed by what is written in it.
func TestListOfADraft(t *testing.T) {
	b := testBackends(t, "")
	store, err := b.openStore(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := store.Create(t.Context(), session.Session{ID: "1", Draft: "why is\nthe sky\x1b[31m blue"}); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	b.stdout = &out
	for asJSON, want := range map[bool]string{false: "draft: why is the sky", true: `"draft":"why is\nthe sky\u001b[31m blue"`} {
		out.Reset()
		if err := b.listSessions(t.Context(), store, session.Query{}, false, asJSON); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), want) || strings.Contains(out.String(), "\x1b") {
			t.Errorf("got %q", out.String())
		}
	}
}
