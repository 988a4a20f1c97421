package openai

// This file owns what goes back unread: Gemini's signatures of thought, and
// encrypted thought among OpenRouter's reasoning_details, which is wanted back
// beside calls of tools. It refuses to keep what nobody wants back: the readable
// items among them, and Seed's encrypted_content.

import (
	"encoding/json"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// fragment is what [api.Opaque] holds for this protocol: a piece of the assistant
// message as which it came and goes back.
type fragment struct {
	Extra   json.RawMessage   `json:"extra_content,omitempty"`
	Details []json.RawMessage `json:"reasoning_details,omitempty"`
	Calls   []callFragment    `json:"tool_calls,omitempty"`
}

// callFragment belongs to the call of that id, or, where calls have none, to the
// one at that place.
type callFragment struct {
	Index int             `json:"index"`
	ID    string          `json:"id,omitempty"`
	Extra json.RawMessage `json:"extra_content"`
}

// returned is all that m holds for this protocol; later pieces replace earlier
// ones, items add up.
func returned(m api.Message) fragment {
	var all fragment
	for _, p := range m.Parts {
		if p.Kind != api.OpaquePart || p.Opaque == nil || p.Opaque.Protocol != api.Chat {
			continue
		}
		var f fragment
		if wire.Unmarshal(p.Opaque.Data, &f) != nil {
			continue
		}
		if present(f.Extra) {
			all.Extra = f.Extra
		}
		all.Details = append(all.Details, f.Details...)
		all.Calls = append(all.Calls, f.Calls...)
	}
	return all
}

// ofCall returns what belongs to a call of m.
func (f fragment) ofCall(place int, id string) json.RawMessage {
	var extra json.RawMessage
	for _, c := range f.Calls {
		if present(c.Extra) && (c.ID == id && id != "" || c.ID == "" && c.Index == place) {
			extra = c.Extra
		}
	}
	return extra
}

// present reports whether a field came, and not as null.
func present(data json.RawMessage) bool { return len(data) > 0 && string(data) != "null" }

// seal keeps what m wants back.
func (d *decoder) seal(m *message) {
	if present(m.Extra) {
		d.sealed(fragment{Extra: m.Extra})
	}
	for _, item := range m.ReasoningDetails {
		if item.encrypted != nil {
			d.sealed(fragment{Details: []json.RawMessage{item.encrypted}})
		}
	}
}

func (d *decoder) sealed(f fragment) {
	data, err := marshal(f)
	if err != nil { // it was read a moment ago
		return
	}
	d.out = append(d.out, api.Sealed{Opaque: api.Opaque{Protocol: api.Chat, Data: json.RawMessage(data[:len(data)-1])}})
}
