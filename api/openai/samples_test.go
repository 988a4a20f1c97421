package openai

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// TestSamples decodes what the vendor's own docs print of chat completions,
// whole and streamed, and looks for what was lost.
func TestSamples(t *testing.T) {
	dir := sharedDir(t, "aiml-samples")
	bodies, err := filepath.Glob(filepath.Join(dir, "chat-*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range bodies {
		t.Run(filepath.Base(file), func(t *testing.T) { sampleBody(t, file) })
	}
	for _, pattern := range []string{"sse-chat-*.sse", "sse-legacy-*.sse", "synth-chat-*.sse"} {
		streams, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range streams {
			t.Run(filepath.Base(file), func(t *testing.T) { sampleStream(t, file) })
		}
	}
}

func sampleBody(t *testing.T, file string) {
	var want struct {
		Model   string
		Choices []struct {
			Message struct {
				Content   string
				Reasoning string `json:"reasoning"`
				Content2  string `json:"reasoning_content"`
				ToolCalls []any  `json:"tool_calls"`
			}
		}
		Usage map[string]any
		Meta  struct {
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
	got := ask(t, newClient(t, Config{Transport: answering(http.StatusOK, "application/json", string(body))}))
	if got.Err != nil || got.Finish == "" || len(want.Choices) == 0 {
		t.Fatalf("got %+v", got.Err)
	}
	message := want.Choices[0].Message
	if len(got.ToolCalls) != len(message.ToolCalls) {
		t.Errorf("%d tool calls, want %d", len(got.ToolCalls), len(message.ToolCalls))
	}
	inline, answer := "", message.Content
	if rest, found := strings.CutPrefix(message.Content, "<think>"); found {
		inline, answer, _ = strings.Cut(rest, "</think>")
		answer = strings.TrimLeft(answer, blank)
	}
	if got.Answer.String() != answer {
		t.Errorf("answer %q, want %q", got.Answer.String(), answer)
	}
	thought := message.Reasoning
	for _, other := range []string{message.Content2, inline} {
		if thought == "" {
			thought = other
		}
	}
	if strings.TrimSpace(got.Reasoning.String()) != strings.TrimSpace(thought) {
		t.Errorf("reasoning %q, want %q", got.Reasoning.String(), thought)
	}
	if got.Usage.Prompt == nil && want.Usage["prompt_tokens"] != nil && want.Usage["total_tokens"] != 0.0 {
		t.Errorf("usage is lost: %v", want.Usage)
	}
	if u := want.Meta.Usage; u.USD != nil && (got.Cost.USD == nil || *got.Cost.USD != *u.USD) ||
		u.Credits != nil && (got.Cost.Credits == nil || *got.Cost.Credits != *u.Credits) {
		t.Errorf("cost is lost: %+v", got.Cost)
	}
	if got.Model == "" && want.Model != "" {
		t.Error("the model is lost")
	}
}

func sampleStream(t *testing.T, file string) {
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	failing := strings.Contains(file, "error")
	for how, pieces := range cuts(string(body)) {
		got := replay(t, pieces)
		if failing != (got.Err != nil) || got.Empty() || !failing && got.Finish == api.FinishError {
			t.Errorf("%s: %q, finish %q, %v", how, got.Answer.String(), got.Finish, got.Err)
		}
		if strings.Contains(string(body), `_tokens":1`) && got.Usage.Completion == nil {
			t.Errorf("%s: usage is lost", how)
		}
		if strings.Contains(string(body), "usd_spent") && got.Cost.USD == nil {
			t.Errorf("%s: cost is lost", how)
		}
	}
}
