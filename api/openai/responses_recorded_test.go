package openai

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aimlchat/aimlchat/api"
)

// responsesQuestion is what the tests of responses ask.
var responsesQuestion = api.Request{Model: "m", Protocol: api.Responses, Messages: []api.Message{api.Text(api.User, "Hi")}}

// replayResponses sends a body through the whole client.
func replayResponses(t testing.TB, pieces []string) *api.Reply {
	t.Helper()
	client := newClient(t, Config{Transport: answering(http.StatusOK, "text/event-stream", pieces...)})
	return add(client.Stream(t.Context(), responsesQuestion))
}

// responsesRecording is what an answer should come to, in the words of this
// protocol.
type responsesRecording struct {
	Answer    string         `json:"answer"`
	Reasoning string         `json:"reasoning"`
	Finish    *string        `json:"finish_reason"`
	ToolCalls []api.ToolCall `json:"tool_calls"`
	Error     *struct{}      `json:"error"`
	Model     string         `json:"model"`
	Usage     *struct {
		Input   *int64 `json:"input_tokens"`
		Output  *int64 `json:"output_tokens"`
		Total   *int64 `json:"total_tokens"`
		Details struct {
			Reasoning *int64 `json:"reasoning_tokens"`
		} `json:"output_tokens_details"`
		InputDetails struct {
			Cached *int64 `json:"cached_tokens"`
		} `json:"input_tokens_details"`
	} `json:"usage"`
}

// TestRecordedResponses replays the recorded streams of real providers, whole,
// byte by byte and cut at random, and names every miss.
func TestRecordedResponses(t *testing.T) { synctest.Test(t, recordedResponses) } // the reader rests between pieces

func recordedResponses(t *testing.T) {
	dir := sharedDir(t, "streams")
	files, err := filepath.Glob(filepath.Join(dir, "*__responses.sse"))
	if err != nil || len(files) == 0 {
		t.Fatal("no recordings", err)
	}
	missed := 0
	for _, file := range files {
		var want responsesRecording
		readJSON(t, strings.TrimSuffix(file, ".sse")+".expected.json", &want)
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var misses []string
		for how, pieces := range cuts(string(body)) {
			for _, miss := range want.compare(replayResponses(t, pieces)) {
				misses = append(misses, how+": "+miss)
			}
		}
		if len(misses) > 0 {
			missed++
			t.Errorf("%s\n\t%s", filepath.Base(file), strings.Join(misses, "\n\t"))
		}
	}
	table(t, "recordings of responses", len(files)-missed, len(files))
}

func (want responsesRecording) compare(got *api.Reply) (misses []string) {
	miss := func(what string, got, want any) {
		if fmt.Sprint(got) != fmt.Sprint(want) {
			misses = append(misses, fmt.Sprintf("%s: got %.80q, want %.80q", what, fmt.Sprint(got), fmt.Sprint(want)))
		}
	}
	miss("answer", got.Answer.String(), want.Answer)
	miss("reasoning", got.Reasoning.String(), want.Reasoning)
	miss("tool calls", got.ToolCalls, want.ToolCalls)
	miss("error", got.Err != nil, want.Error != nil)
	miss("finish", got.Finish, want.finish())
	if want.Model != "" {
		miss("model", got.Model, want.Model)
	}
	if u := want.Usage; u != nil {
		miss("input tokens", show(got.Usage.Prompt), show(u.Input))
		miss("output tokens", show(got.Usage.Completion), show(u.Output))
		miss("total tokens", show(got.Usage.Total), show(u.Total))
		miss("reasoning tokens", show(got.Usage.Reasoning), show(u.Details.Reasoning))
		miss("cached tokens", show(got.Usage.Cached), show(u.InputDetails.Cached))
	}
	return misses
}

// finish says in our words how the answer ended. The one recording without a
// reason lacks a brace in its last event, which says completed; ours mends it.
func (want responsesRecording) finish() api.FinishReason {
	switch {
	case want.Error != nil:
		return api.FinishError
	case want.Finish != nil && *want.Finish == "incomplete:max_output_tokens":
		return api.FinishLength
	case want.Finish != nil && *want.Finish != "completed":
		return api.FinishReason(*want.Finish)
	case len(want.ToolCalls) > 0:
		return api.FinishTools
	}
	return api.FinishStop
}
