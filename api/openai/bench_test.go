package openai

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

const benchChunks = 20_000

// benchBody is a stream of chunks as AI/ML API sends them.
func benchBody() []byte {
	var b bytes.Buffer
	for i := range benchChunks {
		fmt.Fprintf(&b, `data: {"id":"chatcmpl-81964e30","choices":[{"delta":{"content":"word %d ","refusal":null,"reasoning_content":null},"index":0,"finish_reason":null}],`+
			`"created":1790000000,"model":"maker/test-1","object":"chat.completion.chunk","usage":null}`+"\n\n", i)
	}
	b.WriteString("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
	return b.Bytes()
}

func perChunk(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchChunks, "ns/chunk")
}

// BenchmarkStream is the whole way, a server on loopback included.
func BenchmarkStream(b *testing.B) {
	body := benchBody()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = w.Write(body)
	}))
	defer server.Close()
	client := newClient(b, Config{BaseURL: server.URL})
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range client.Stream(b.Context(), question) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	perChunk(b)
}

// BenchmarkDecode leaves out the transport.
func BenchmarkDecode(b *testing.B) {
	body := string(benchBody())
	b.ReportAllocs()
	for b.Loop() {
		if reply := replay(b, []string{body}); reply.Err != nil {
			b.Fatal(reply.Err)
		}
	}
	perChunk(b)
}

// BenchmarkBare is the least that any client does with the same chunks.
func BenchmarkBare(b *testing.B) {
	lines := strings.Split(string(benchBody()), "\n\n")
	b.ReportAllocs()
	for b.Loop() {
		for _, line := range lines[:benchChunks] {
			var c struct {
				Choices []struct {
					Delta struct {
						Content string `json:"content"`
					} `json:"delta"`
				} `json:"choices"`
			}
			if err := json.Unmarshal([]byte(strings.TrimPrefix(line, "data: ")), &c); err != nil {
				b.Fatal(err)
			}
			_ = api.Answer{Text: c.Choices[0].Delta.Content}
		}
	}
	perChunk(b)
}
