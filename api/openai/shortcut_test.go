package openai

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api/wire"
)

// sameBothWays compares the two ways of reading a document.
func sameBothWays(t *testing.T, d *decoder, doc []byte) (short bool) {
	t.Helper()
	got, short := d.short(doc)
	if !short {
		return false
	}
	var want chunk
	if err := wire.Unmarshal(doc, &want); err != nil {
		t.Fatalf("%s: %v", doc, err)
	}
	if len(got.Choices) == 0 {
		got.Choices = nil // in memory of its own, or none
	}
	if !reflect.DeepEqual(*got, want) {
		t.Fatalf("%s:\ngot  %+v\nwant %+v", doc, *got, want)
	}
	return true
}

func TestShortcut(t *testing.T) {
	d := &decoder{id: "x-1", figures: figures{Figures: wire.Figures{Model: "m"}}}
	for doc, short := range map[string]bool{
		`{"id":"x-1","model":"m","object":"chat.completion.chunk","created":1790000000,"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}],"usage":null}`: true,
		`{ "id" : "" , "choices" : [ { "delta" : { "role":"assistant", "content" : "é\n\u00e9" , "reasoning_content" : null } } ] }`:                                       true,
		`{"choices":[{"delta":{"content":"a","content":null,"content":"b"}}]}`:                                                                                             true,
		`{}`:                          true,
		`{"choices":[{"delta":{}}]}`:  true,
		`{"error":null,"choices":[]}`: false,
		`{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}`:     false,
		`{"choices":[{"delta":{"content":"a"}},{"delta":{"content":"b"}}]}`:  false,
		`{"choices":[{"index":1,"delta":{"content":"a"}}]}`:                  false,
		`{"choices":[{"delta":{"content":"a"}}],"usage":{}}`:                 false,
		`{"choices":[{"delta":{"content":"a"},"delta":{"reasoning":"b"}}]}`:  false,
		`{"choices":[{"delta":{"content":"a"}}],"choices":[{"delta":null}]}`: false,
		`{"choices":[{"delta":{"content":"\x"}}]}`:                           false,
		"{\"choices\":[{\"delta\":{\"content\":\"\n\"}}]}":                   false,
		`{"choices":[{"delta":{"content":"a"}}]}}`:                           false,
		`{"choices":[{"delta":{"content":"a"},}]}`:                           false,
		`{"choices":[{"delta":{"content":"a`:                                 false,
		`{"created":01}`:                                                     false,
		`{"Model":"m"}`:                                                      false,
		``:                                                                   false,
	} {
		if got := sameBothWays(t, d, []byte(doc)); got != short {
			t.Errorf("%s: the short way is taken: %t", doc, got)
		}
	}
}

// TestRecordedShortcut compares the two ways on what services sent, and counts
// how often the short one is taken.
func TestRecordedShortcut(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(sharedDir(t, "streams"), "*.sse"))
	if err != nil {
		t.Fatal(err)
	}
	short, all := 0, 0
	for _, file := range files {
		if strings.Contains(file, "__responses") {
			continue
		}
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var d decoder
		for line := range bytes.Lines(body) {
			if doc, found := bytes.CutPrefix(line, []byte("data: {")); found {
				all++
				if sameBothWays(t, &d, bytes.TrimSpace(line[len(line)-len(doc)-1:])) {
					short++
				}
			}
		}
	}
	t.Logf("the short way is taken for %d of %d documents", short, all)
}

func FuzzShortcut(f *testing.F) {
	f.Add(`{"id":"x-1","model":"m","object":"chat.completion.chunk","created":1790000000,"choices":[{"index":0,"delta":{"role":"assistant","content":"a\n","refusal":null},"finish_reason":null}],"usage":null}`)
	f.Add(`{"choices":[{"delta":{"reasoning":"\ud800"}}],"system_fingerprint":"é"}`)
	f.Add(`{"id":"a","id":null,"choices":[{"delta":{"content":"a","content":null}}]}`)
	f.Fuzz(func(t *testing.T, doc string) {
		sameBothWays(t, &decoder{id: "x-1", figures: figures{Figures: wire.Figures{Model: "m"}}}, []byte(doc))
	})
}
