package anthropic

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
	"github.com/aimlchat/aimlchat/api/wire"
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
	Sealed    []string           `json:"sealed,omitempty"`
	Notices   []string           `json:"notices,omitempty"`
	Usage     map[string]float64 `json:"usage,omitempty"`
	Cost      map[string]float64 `json:"cost,omitempty"`
	Error     api.ErrorKind      `json:"error,omitempty"`
	Message   string             `json:"message,omitempty"`
}

func outcomeOf(t *testing.T, r *api.Reply) outcome {
	t.Helper()
	o := outcome{
		Answer: r.Answer.String(), Reasoning: r.Reasoning.String(), Finish: r.Finish,
		Model: r.Model, ToolCalls: r.ToolCalls, Citations: r.Citations, Notices: r.Notices,
		Usage: known(t, r.Usage), Cost: known(t, struct {
			USD     *float64 `json:"usd"`
			Credits *float64 `json:"credits"`
		}{r.Cost.USD, r.Cost.Credits}),
	}
	for _, sealed := range r.Opaque {
		if sealed.Protocol != api.Messages {
			t.Errorf("sealed for %q", sealed.Protocol)
		}
		o.Sealed = append(o.Sealed, string(sealed.Data))
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
				config := wire.Config{Transport: answering(http.StatusOK, contentType, pieces...)}
				config.Retry.Attempts = -1
				client := newClient(t, config)
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
	d := decoder{}
	for _, piece := range []string{"One", " two", " three"} {
		_, events, err := d.Frame(api.Frame{Data: []byte(`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"` + piece + `"}}`)})
		if err != nil || len(events) != 1 || events[0] != (api.Answer{Text: piece}) {
			t.Errorf("%q gives %v, %v", piece, events, err)
		}
	}
}

func TestProgress(t *testing.T) {
	d := decoder{}
	for _, step := range []struct {
		data string
		want wire.Progress
	}{
		{`{"type":"message_start","message":{"usage":{"input_tokens":1}}}`, wire.Waiting},
		{`{"type":"ping"}`, wire.Waiting},
		{`{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}`, wire.Waiting},
		{`{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}`, wire.Waiting},
		{`{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"a"}}`, wire.Arriving},
		{`{"type":"message_delta","delta":{"stop_reason":"end_turn"}}`, wire.Complete},
		{`{"type":"message_stop"}`, wire.Done},
		{`{"meta":{"usage":{"credits_used":1}}}`, wire.Done},
	} {
		if got, _, err := d.Frame(api.Frame{Data: []byte(step.data)}); got != step.want || err != nil {
			t.Errorf("%s: got %v, %v", step.data, got, err)
		}
	}
}

func TestFinishReason(t *testing.T) {
	for word, want := range map[string]api.FinishReason{
		"end_turn": "stop", "stop_sequence": "stop", "max_tokens": "length", "tool_use": "tool_calls",
		"model_context_window_exceeded": "length", "refusal": "content_filter",
		"pause_turn": "pause_turn", "Something_New": "something_new",
	} {
		if got := finishReason(word); got != want {
			t.Errorf("%s: got %s, want %s", word, got, want)
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
	f.Fuzz(func(t *testing.T, stream string) {
		client := newClient(t, wire.Config{Transport: answering(http.StatusOK, "text/event-stream", stream)})
		ended := false
		for ev, err := range client.Stream(t.Context(), asked) {
			if ended {
				t.Fatalf("%v after the end", ev)
			}
			switch ev := ev.(type) {
			case api.Answer:
				ended = ev.Text == ""
			case api.Reasoning:
				ended = ev.Text == ""
			case api.Notice:
				ended = ev.Text == ""
			case api.Sealed:
				ended = !json.Valid(ev.Data)
			}
			if ended {
				t.Fatalf("an empty piece: %#v", ev)
			}
			_, finish := ev.(api.Finish)
			ended = finish || err != nil
		}
		if !ended {
			t.Fatal("neither a finish nor an error")
		}
	})
}
