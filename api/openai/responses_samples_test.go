package openai

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// TestRecordedResponsesSamples decodes what the vendor's own docs print of responses,
// whole and streamed, and looks for what was lost.
func TestRecordedResponsesSamples(t *testing.T) {
	dir := sharedDir(t, "aiml-samples")
	bodies, err := filepath.Glob(filepath.Join(dir, "responses-*.json"))
	if err != nil || len(bodies) == 0 {
		t.Fatal("no bodies", err)
	}
	good := 0
	count := func(ok bool) {
		if ok {
			good++
		}
	}
	for _, file := range bodies {
		count(t.Run(filepath.Base(file), func(t *testing.T) { responsesSampleBody(t, file) }))
	}
	streams, err := filepath.Glob(filepath.Join(dir, "synth-responses-*.sse"))
	if err != nil || len(streams) == 0 {
		t.Fatal("no streams", err)
	}
	for _, file := range streams {
		count(t.Run(filepath.Base(file), func(t *testing.T) { responsesSampleStream(t, file) }))
	}
	table(t, "samples of responses", good, len(bodies)+len(streams))
}

func responsesSampleStream(t *testing.T, file string) {
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for how, pieces := range cuts(string(body)) {
		got := replayResponses(t, pieces)
		if strings.Contains(file, "error") {
			if got.Err == nil || got.Err.Kind != api.ErrServer || !strings.Contains(got.Err.Message, "Something wrong") {
				t.Errorf("%s: got %+v", how, got.Err)
			}
		} else if got.Answer.String() != "Hello" || got.Reasoning.String() != "Think." || got.Finish != api.FinishStop || show(got.Usage.Reasoning) != "20" {
			t.Errorf("%s: got %q, %q, %q, %+v", how, got.Answer.String(), got.Reasoning.String(), got.Finish, got.Usage)
		}
	}
}

func responsesSampleBody(t *testing.T, file string) {
	var want struct {
		Model      string
		OutputText string `json:"output_text"`
		Usage      struct {
			Input  *int64 `json:"input_tokens"`
			Output *int64 `json:"output_tokens"`
			Total  *int64 `json:"total_tokens"`
		}
		Meta struct {
			Usage struct {
				USD     *float64 `json:"usd_spent"`
				Credits *float64 `json:"credits_used"`
			}
		}
	}
	readJSON(t, file, &want)
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	client := newClient(t, Config{Transport: answering(http.StatusOK, "application/json", string(body))})
	got := add(client.Stream(t.Context(), responsesQuestion))
	if got.Err != nil || got.Finish == "" {
		t.Fatalf("got %q, %+v", got.Finish, got.Err)
	}
	if want.OutputText != "" && got.Answer.String() != want.OutputText || got.Empty() {
		t.Errorf("answer %q, want %q", got.Answer.String(), want.OutputText)
	}
	if show(got.Usage.Prompt) != show(want.Usage.Input) || show(got.Usage.Completion) != show(want.Usage.Output) || show(got.Usage.Total) != show(want.Usage.Total) {
		t.Errorf("usage %+v, want %+v", got.Usage, want.Usage)
	}
	if u := want.Meta.Usage; u.USD != nil && (got.Cost.USD == nil || *got.Cost.USD != *u.USD) ||
		u.Credits != nil && (got.Cost.Credits == nil || *got.Cost.Credits != *u.Credits) {
		t.Errorf("cost is lost: %+v", got.Cost)
	}
	if got.Model != want.Model {
		t.Errorf("model %q, want %q", got.Model, want.Model)
	}
}
