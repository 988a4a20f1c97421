package openai

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/aimlchat/aimlchat/api"
)

var update = flag.Bool("update", false, "write what comes out into testdata; look at the difference")

// outcome is an answer as testdata tells it.
type outcome struct {
	Answer    string             `json:"answer"`
	Reasoning string             `json:"reasoning,omitempty"`
	Finish    api.FinishReason   `json:"finish"`
	Model     string             `json:"model,omitempty"`
	ToolCalls []api.ToolCall     `json:"tool_calls,omitempty"`
	Citations []api.Citation     `json:"citations,omitempty"`
	Usage     map[string]float64 `json:"usage,omitempty"`
	Cost      map[string]float64 `json:"cost,omitempty"`
	Error     api.ErrorKind      `json:"error,omitempty"`
	Message   string             `json:"message,omitempty"`
}

func outcomeOf(t *testing.T, r *api.Reply) outcome {
	t.Helper()
	o := outcome{
		Answer: r.Answer.String(), Reasoning: r.Reasoning.String(), Finish: r.Finish,
		Model: r.Model, ToolCalls: r.ToolCalls, Citations: r.Citations,
		Usage: known(t, r.Usage), Cost: known(t, struct {
			USD     *float64 `json:"usd"`
			Credits *float64 `json:"credits"`
		}{r.Cost.USD, r.Cost.Credits}),
	}
	if r.Err != nil {
		o.Error, o.Message = r.Err.Kind, r.Err.Message
	}
	return o
}

// known leaves out what is null.
func known(t *testing.T, v any) map[string]float64 {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]*float64
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for name, value := range all {
		if value != nil {
			out[name] = *value
		}
	}
	return out
}

// TestDecode replays every file of testdata: a stream or a body, and what it
// comes to.
func TestDecode(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			contentType := "text/event-stream"
			if archive.Files[0].Name == "body" {
				contentType = "application/json"
			}
			for how, pieces := range cuts(string(archive.Files[0].Data)) {
				client := newClient(t, Config{Transport: answering(http.StatusOK, contentType, pieces...)})
				compare(t, file, archive, how, outcomeOf(t, ask(t, client)))
			}
		})
	}
}

func compare(t *testing.T, file string, archive *txtar.Archive, how string, got outcome) {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(got); err != nil {
		t.Fatal(err)
	}
	if *update {
		archive.Files = append(archive.Files[:1:1], txtar.File{Name: "want", Data: b.Bytes()})
		if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if len(archive.Files) < 2 || !bytes.Equal(archive.Files[1].Data, b.Bytes()) {
		t.Errorf("%s: got\n%s", how, b.Bytes())
	}
}

// TestDecodeYieldsAtOnce holds the decoder to passing on each piece when it
// comes: nothing is collected.
func TestDecodeYieldsAtOnce(t *testing.T) {
	var d decoder
	for _, piece := range []string{"One", " two", " three"} {
		_, events, err := d.Frame(api.Frame{Data: []byte(`{"choices":[{"delta":{"content":"` + piece + `"}}]}`)})
		if err != nil || len(events) != 1 || events[0] != (api.Answer{Text: piece}) {
			t.Errorf("%q gives %v, %v", piece, events, err)
		}
	}
}

func TestFinishReason(t *testing.T) {
	for word, want := range map[string]api.FinishReason{
		"stop": "stop", "STOP": "stop", "end_turn": "stop", "stop_sequence": "stop",
		"length": "length", "max_tokens": "length", "MAX_TOKENS": "length",
		"tool_calls": "tool_calls", "tool_use": "tool_calls", "function_call": "tool_calls",
		"content_filter": "content_filter", "SAFETY": "content_filter",
		"malformed_function_call": "malformed_function_call",
	} {
		if got := finishReason(word); got != want {
			t.Errorf("%s: got %s, want %s", word, got, want)
		}
	}
}

func TestThoughts(t *testing.T) {
	type piece struct {
		from origin
		text string
	}
	for _, tt := range []struct {
		name   string
		pieces []piece
		want   string
	}{
		{"one origin", []piece{{inReasoning, "a"}, {inReasoning, "a"}, {inReasoning, "b"}}, "aab"},
		{"two in step", []piece{{inReasoning, "ab"}, {inDetails, "ab"}, {inReasoning, "c"}, {inDetails, "c"}}, "abc"},
		{"two, cut differently", []piece{{inReasoning, "a"}, {inDetails, "abc"}, {inReasoning, "bcd"}, {inDetails, "d"}}, "abcd"},
		{"a copy afterwards", []piece{{inReasoningContent, "plan it"}, {inline, "plan"}, {inline, " it"}}, "plan it"},
		{"a copy in other space", []piece{{inReasoningContent, "\nplan it\n"}, {inline, "plan it"}}, "\nplan it\n"},
		{"inline first", []piece{{inline, "plan"}, {inReasoning, "\n"}, {inReasoning, "plan"}}, "plan"},
		{"the copy goes on", []piece{{inReasoning, "plan"}, {inline, "plan more"}}, "plan more"},
		{"another thought", []piece{{inReasoning, "one"}, {inDetails, "two"}, {inReasoning, "three"}}, "onetwothree"},
		{"another thought with the same start", []piece{{inReasoning, "the cat"}, {inDetails, "the "}, {inDetails, "dog"}}, "the catthe dog"},
		{"taking turns", []piece{{inReasoning, "a"}, {inDetails, "ab"}, {inReasoning, "x"}}, "abx"},
	} {
		var th thoughts
		var got strings.Builder
		for _, p := range tt.pieces {
			got.WriteString(th.add(p.from, p.text))
		}
		if got.String() != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got.String(), tt.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(archive.Files[0].Data))
	}
	f.Fuzz(func(t *testing.T, body string) {
		client := newClient(t, Config{Transport: answering(http.StatusOK, "text/event-stream", body)})
		ended, size := false, 0
		for ev, err := range client.Stream(t.Context(), question) {
			if ended {
				t.Fatalf("%v after the end", ev)
			}
			switch ev := ev.(type) {
			case api.Answer:
				ended, size = ev.Text == "", size+len(ev.Text)
			case api.Reasoning:
				ended, size = ev.Text == "", size+len(ev.Text)
			case api.ToolCallDelta:
				size += len(ev.ID) + len(ev.Name) + len(ev.Arguments)
			case api.Attached:
				size += len(ev.Data)
			}
			if most := 1000 + 20*len(body); size > most {
				t.Fatalf("%d bytes out of %d", size, len(body))
			}
			if ended {
				t.Fatal("an empty piece")
			}
			_, finish := ev.(api.Finish)
			ended = finish || err != nil
		}
		if !ended {
			t.Fatal("neither a finish nor an error")
		}
	})
}
