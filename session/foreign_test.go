package session

import (
	"encoding/json"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

func TestSealedPartsAreForTheirProvider(t *testing.T) {
	answer := func(provider string) Message {
		return Message{Role: api.Assistant, Provider: provider, Model: "m", Parts: []api.Part{
			{Kind: api.TextPart, Text: "said"},
			{Kind: api.OpaquePart, Opaque: &api.Opaque{Protocol: api.Responses, Data: json.RawMessage(`{}`)}},
		}}
	}
	path := []Message{{Role: api.User}, answer("groq"), answer("aimlapi"), answer("")}
	for i, want := range []int{0, 1, 2, 2} {
		if got := len(For("aimlapi", path)[i].Parts); got != want {
			t.Errorf("message %d has %d parts, want %d", i, got, want)
		}
	}
	if len(path[1].Parts) != 2 {
		t.Error("the path itself was changed")
	}
}
