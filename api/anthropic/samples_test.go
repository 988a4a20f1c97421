package anthropic

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// sample is a whole answer as the vendor's docs print it.
type sample struct {
	Model   string
	Content []struct {
		Type, Text, Thinking string
	}
	Usage struct {
		Input  int64 `json:"input_tokens"`
		Output int64 `json:"output_tokens"`
		Cached int64 `json:"cache_read_input_tokens"`
	}
	StopReason string `json:"stop_reason"`
	Meta       struct {
		Usage struct {
			USD     *float64 `json:"usd_spent"`
			Credits *float64 `json:"credits_used"`
		}
	}
}

// TestRecordedSamples decodes what the vendor's own docs print of messages, whole and
// streamed, and looks for what was lost.
func TestRecordedSamples(t *testing.T) {
	dir := sharedDir(t, "aiml-samples")
	total, good := 0, 0
	count := func(name string, misses []string) {
		if total++; len(misses) == 0 {
			good++
			return
		}
		t.Errorf("%s\n\t%s", name, strings.Join(misses, "\n\t"))
	}
	bodies, err := filepath.Glob(filepath.Join(dir, "messages-*.json"))
	if err != nil || len(bodies) == 0 {
		t.Fatal("no bodies", err)
	}
	for _, file := range bodies {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		count(filepath.Base(file), sampleBody(t, data))
	}
	batches, err := filepath.Glob(filepath.Join(dir, "batch-*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range batches {
		for _, body := range batchBodies(t, file) {
			count(filepath.Base(file), sampleBody(t, body))
		}
	}
	streams, err := filepath.Glob(filepath.Join(dir, "synth-messages-*.sse"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range streams {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		count(filepath.Base(file), sampleStream(t, string(data)))
	}
	t.Logf("table: %-40s %4d/%d", "samples of messages", good, total)
}

func batchBodies(t *testing.T, file string) (bodies [][]byte) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct {
			Result struct {
				Message json.RawMessage
			}
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		if line.Result.Message != nil {
			bodies = append(bodies, line.Result.Message)
		}
	}
	return bodies
}

func sampleBody(t *testing.T, body []byte) (misses []string) {
	t.Helper()
	var want sample
	if err := json.Unmarshal(body, &want); err != nil {
		t.Fatal(err)
	}
	for how, pieces := range cuts(string(body)) {
		got := ask(t, newClient(t, wire.Config{Transport: answering(http.StatusOK, "application/json", pieces...)}))
		for _, miss := range want.compare(got) {
			misses = append(misses, how+": "+miss)
		}
	}
	return misses
}

func (want *sample) compare(got *api.Reply) (misses []string) {
	check := func(what string, ok bool) {
		if !ok {
			misses = append(misses, what)
		}
	}
	answer, thought := "", ""
	for _, block := range want.Content {
		answer += block.Text
		thought += block.Thinking
	}
	check("error", got.Err == nil)
	check("answer", got.Answer.String() == answer)
	check("reasoning", got.Reasoning.String() == thought)
	check("model", got.Model == want.Model)
	check("finish", got.Finish == finishReason(want.StopReason))
	check("prompt tokens", got.Usage.Prompt != nil && *got.Usage.Prompt == want.Usage.Input)
	check("completion tokens", got.Usage.Completion != nil && *got.Usage.Completion == want.Usage.Output)
	check("cached tokens", got.Usage.Cached != nil && *got.Usage.Cached == want.Usage.Cached)
	check("total tokens", got.Usage.Total == nil)
	if u := want.Meta.Usage; u.USD != nil {
		check("dollars", got.Cost.USD != nil && *got.Cost.USD == *u.USD && got.Cost.Source == api.Billed)
		check("credits", got.Cost.Credits != nil && *got.Cost.Credits == *u.Credits)
	}
	return misses
}

// sampleStream compares with what can be read off the data lines without any
// state.
func sampleStream(t *testing.T, stream string) (misses []string) {
	t.Helper()
	answer, thought, arguments, stop := "", "", "", ""
	for line := range strings.Lines(stream) {
		data, ok := strings.CutPrefix(line, "data: ")
		if !ok {
			continue
		}
		var ev struct {
			Delta struct {
				Text, Thinking string
				PartialJSON    string `json:"partial_json"`
				StopReason     string `json:"stop_reason"`
			}
		}
		if err := json.Unmarshal([]byte(data), &ev); err != nil {
			t.Fatal(err)
		}
		answer, thought, arguments, stop = answer+ev.Delta.Text, thought+ev.Delta.Thinking, arguments+ev.Delta.PartialJSON, stop+ev.Delta.StopReason
	}
	for how, pieces := range cuts(stream) {
		got := replay(t, pieces)
		called := ""
		for _, call := range got.ToolCalls {
			called += call.Arguments
		}
		if got.Err != nil || got.Answer.String() != answer || got.Reasoning.String() != thought || called != arguments || got.Finish != finishReason(stop) {
			misses = append(misses, how+": "+got.Answer.String()+" / "+got.Reasoning.String()+" / "+called+" / "+string(got.Finish))
		}
		if got.Usage.Prompt == nil || got.Usage.Completion == nil || *got.Usage.Completion == 1 {
			misses = append(misses, how+": usage")
		}
		if strings.Contains(stream, "signature_delta") && len(got.Opaque) == 0 {
			misses = append(misses, how+": nothing is sealed")
		}
	}
	return misses
}
