package openai

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// recording is what an answer should come to.
type recording struct {
	Answer    string           `json:"answer"`
	Reasoning string           `json:"reasoning"`
	Finish    *string          `json:"finish_reason"`
	ToolCalls []api.ToolCall   `json:"tool_calls"`
	Error     *json.RawMessage `json:"error"`
	Usage     *struct {
		Prompt     *int64 `json:"prompt_tokens"`
		Completion *int64 `json:"completion_tokens"`
		Total      *int64 `json:"total_tokens"`
		Reasoning  *int64 `json:"reasoning_tokens"`
		Details    *struct {
			Reasoning *int64 `json:"reasoning_tokens"`
		} `json:"completion_tokens_details"`
		PromptDetails *struct {
			Cached *int64 `json:"cached_tokens"`
		} `json:"prompt_tokens_details"`
	} `json:"usage"`
	Done bool `json:"done"`
}

// TestRecordedStreams replays the recorded chat streams of real providers, whole,
// byte by byte and cut at random, and names every miss.
func TestRecordedStreams(t *testing.T) { synctest.Test(t, recordedStreams) } // the reader rests between pieces

func recordedStreams(t *testing.T) {
	dir := sharedDir(t, "streams")
	files, err := filepath.Glob(filepath.Join(dir, "*.sse"))
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(f string) bool { return strings.Contains(f, "__responses") })
	good := 0
	for _, file := range files {
		var want recording
		readJSON(t, strings.TrimSuffix(file, ".sse")+".expected.json", &want)
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var misses []string
		for how, pieces := range cuts(string(body)) {
			for _, miss := range want.compare(replay(t, pieces)) {
				misses = append(misses, how+": "+miss)
			}
		}
		if len(misses) == 0 {
			good++
			continue
		}
		t.Errorf("%s\n\t%s", filepath.Base(file), strings.Join(misses, "\n\t"))
	}
	table(t, "recordings of chat completions", good, len(files))
}

// table prints a line of the table of results that CONTRIBUTING.md names.
func table(t *testing.T, what string, good, all int) {
	t.Helper()
	t.Logf("table: %-40s %4d/%d", what, good, all)
}

func (want recording) compare(got *api.Reply) (misses []string) {
	miss := func(what string, got, want any) {
		if fmt.Sprint(got) != fmt.Sprint(want) {
			misses = append(misses, fmt.Sprintf("%s: got %.80q, want %.80q", what, fmt.Sprint(got), fmt.Sprint(want)))
		}
	}
	miss("answer", got.Answer.String(), want.Answer)
	miss("reasoning", got.Reasoning.String(), want.Reasoning)
	miss("tool calls", got.ToolCalls, want.ToolCalls)
	miss("error", got.Err != nil, want.Error != nil)
	switch {
	case want.Error != nil:
	case want.Finish != nil:
		miss("finish", got.Finish, *want.Finish)
	case want.Done:
		miss("finish", got.Finish, api.FinishStop)
	}
	if u := want.Usage; u != nil {
		miss("prompt tokens", show(got.Usage.Prompt), show(u.Prompt))
		miss("completion tokens", show(got.Usage.Completion), show(u.Completion))
		miss("total tokens", show(got.Usage.Total), show(u.Total))
		if u.Details != nil && u.Details.Reasoning != nil {
			u.Reasoning = u.Details.Reasoning
		}
		miss("reasoning tokens", show(got.Usage.Reasoning), show(u.Reasoning))
		if u.PromptDetails != nil {
			miss("cached tokens", show(got.Usage.Cached), show(u.PromptDetails.Cached))
		}
	}
	return misses
}

func show(n *int64) string {
	if n == nil {
		return "unknown"
	}
	return fmt.Sprint(*n)
}

// replay sends a body through the whole client.
func replay(t testing.TB, pieces []string) *api.Reply {
	t.Helper()
	client := newClient(t, Config{Transport: answering(http.StatusOK, "text/event-stream", pieces...)})
	return ask(t, client)
}

// sharedDir finds test data that others wrote, which lies beside the repository
// and is no part of it.
func sharedDir(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	dir = filepath.Join(dir, "..", "shared", "data", name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("../shared/data/%s is not here: it is no part of the repository", name)
	}
	return dir
}

func readJSON(t *testing.T, file string, v any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// cuts are the ways in which a body is fed.
func cuts(s string) map[string][]string {
	var everyByte []string
	for i := 0; i < len(s); { // of what is long, its middle only in small pieces
		n := 1
		if i > 2<<10 && i < len(s)-2<<10 {
			n = min(13, len(s)-i)
		}
		everyByte = append(everyByte, s[i:i+n])
		i += n
	}
	var random []string
	rng := rand.New(rand.NewPCG(uint64(len(s)), 1))
	for rest := s; rest != ""; {
		n := min(len(rest), 1+rng.IntN(200))
		random = append(random, rest[:n])
		rest = rest[n:]
	}
	return map[string][]string{"whole": {s}, "byte by byte": everyByte, "at random": random}
}

// sent is when every test asks.
var sent = time.Date(2025, 11, 22, 3, 0, 0, 0, time.UTC)
