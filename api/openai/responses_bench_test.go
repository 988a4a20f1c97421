//go:build !windows

package openai

import (
	"bytes"
	"fmt"
	"testing"
)

// BenchmarkResponses is the decoding of deltas as OpenAI sends them, without the
// transport.
func BenchmarkResponses(b *testing.B) {
	var body bytes.Buffer
	for i := range benchChunks {
		fmt.Fprintf(&body, "event: response.output_text.delta\n"+`data: {"type":"response.output_text.delta","sequence_number":%d,"item_id":"msg_0dcf1a118189f281",`+
			`"output_index":1,"content_index":0,"delta":"word ","logprobs":[],"obfuscation":"aPqXbcde"}`+"\n\n", i)
	}
	body.WriteString(responsesDone)
	b.ReportAllocs()
	for b.Loop() {
		if reply := replayResponses(b, []string{body.String()}); reply.Err != nil {
			b.Fatal(reply.Err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/1000/float64(b.N)/benchChunks, "µs/chunk")
}
