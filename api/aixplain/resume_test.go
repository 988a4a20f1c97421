package aixplain

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// TestResumedChatGoesOnInItsSession keeps a conversation in a database, and goes
// on with it in another program.
func TestResumedChatGoesOnInItsSession(t *testing.T) {
	var sent []map[string]any
	service := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			http.NotFound(w, r)
			return
		}
		var body map[string]any
		_ = json.NewDecoder(r.Body).Decode(&body)
		sent = append(sent, body)
		_, _ = fmt.Fprintf(w, `{"status":"SUCCESS","requestId":"run-%d","sessionId":"sess_1","data":{"output":"fine <b>","steps":[{"agent":"A"}]}}`, len(sent))
	})
	path := filepath.Join(t.TempDir(), "chat.db")
	id, parent := session.NewID(time.Now()), ""
	for turn := range 3 {
		store, err := session.Open(t.Context(), session.Options{Path: path, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		if turn == 0 {
			if err := store.Create(t.Context(), session.Session{ID: id, Created: time.Now()}); err != nil {
				t.Fatal(err)
			}
		}
		prompt := session.Message{
			ID: session.NewID(time.Now()), SessionID: id, ParentID: parent, Role: api.User, Created: time.Now(),
			Parts: []api.Part{{Kind: api.TextPart, Text: fmt.Sprint("prompt ", turn)}},
		}
		if err := store.Append(t.Context(), prompt); err != nil {
			t.Fatal(err)
		}
		said, err := store.Path(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		answer := session.Message{
			ID: session.NewID(time.Now()), SessionID: id, ParentID: prompt.ID, Provider: "aixplain", Model: "agent:x", Created: time.Now(),
		}
		parent = answer.ID
		req := api.Request{Model: "agent:x", Messages: session.History("", said)}
		for _, err := range store.Record(t.Context(), answer, newClient(t, service).Stream(t.Context(), req)) {
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for turn, body := range sent {
		if want := map[bool]any{true: nil, false: "sess_1"}[turn == 0]; body["sessionId"] != want || body["history"] != nil {
			t.Errorf("turn %d went to session %v, with history %v", turn, body["sessionId"], body["history"])
		}
	}
}
