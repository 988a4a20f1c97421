package anthropic

import (
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// BenchmarkFrame is the cost of one piece of text.
func BenchmarkFrame(b *testing.B) {
	frame := api.Frame{Event: "content_block_delta", Data: []byte(`{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":" and then some"}}`)}
	d := decoder{}
	b.ReportAllocs()
	for b.Loop() {
		if _, events, err := d.Frame(frame); err != nil || len(events) != 1 {
			b.Fatal(events, err)
		}
	}
}
