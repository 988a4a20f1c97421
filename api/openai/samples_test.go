package openai

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aimlchat/aimlchat/api"
)

// TestRecordedSamples decodes what the vendor's own docs print of chat
// completions, whole and streamed, and looks for what was lost. What there is to
// lose is found without the decoder, by a walk that knows keys and nothing else.
func TestRecordedSamples(t *testing.T) { synctest.Test(t, recordedSamples) } // the reader rests between pieces

func recordedSamples(t *testing.T) {
	dir := sharedDir(t, "aiml-samples")
	for _, group := range []struct {
		name     string
		patterns []string
		stream   bool
	}{
		{"samples of chat completions, whole", []string{"chat-*.json"}, false},
		{"samples of chat completions, streamed", []string{"sse-*.sse", "synth-chat-*.sse", "sse-*.json"}, true},
	} {
		good, all := 0, 0
		for _, pattern := range group.patterns {
			files, err := filepath.Glob(filepath.Join(dir, pattern))
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range files {
				all++
				misses := lost(t, file, group.stream)
				if len(misses) == 0 {
					good++
					continue
				}
				t.Errorf("%s\n\t%s", filepath.Base(file), strings.Join(misses, "\n\t"))
			}
		}
		table(t, group.name, good, all)
	}
}

// lost replays a file in every way and names what is missing.
func lost(t *testing.T, file string, stream bool) (misses []string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	body, kind := string(data), "text/event-stream"
	switch {
	case !stream:
		kind = "application/json"
	case strings.HasSuffix(file, ".json"):
		body = "data: " + body + "\n\ndata: [DONE]\n\n"
	}
	want := findings{figures: map[string]float64{}, strings: map[string]string{}}
	for _, doc := range documents(t, body, stream) {
		want.walk("", doc)
	}
	for how, pieces := range cuts(body) {
		got := ask(t, newClient(t, Config{Transport: answering(http.StatusOK, kind, pieces...)}))
		for _, miss := range want.missing(got) {
			misses = append(misses, how+": "+miss)
		}
	}
	return misses
}

// documents are those in a body, parsed by nothing of ours.
func documents(t *testing.T, body string, stream bool) (docs []any) {
	t.Helper()
	pieces := []string{body}
	if stream {
		pieces = strings.Split(body, "\n\n")
	}
	for _, piece := range pieces {
		piece, found := strings.CutPrefix(strings.TrimSpace(piece), "data: ")
		var doc any
		if found == stream && json.Unmarshal([]byte(piece), &doc) == nil {
			docs = append(docs, doc)
		}
	}
	return docs
}

// findings are what a walk over an answer found.
type findings struct {
	strings map[string]string  // by key, joined in order
	figures map[string]float64 // by key, the last that is not zero
	urls    []string
	sealed  []string
	failed  bool
}

func (f *findings) walk(key string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v { // the keys of one object never share a name
			f.walk(name, inner)
		}
		if v["error"] != nil {
			f.failed = true
		}
	case []any:
		for _, inner := range v {
			f.walk(key, inner)
		}
	case float64:
		if v != 0 {
			f.figures[key] = v
		}
	case string:
		f.text(key, v)
	}
}

func (f *findings) text(key, v string) {
	switch key {
	case "content", "reasoning", "reasoning_content", "text", "summary", "refusal", "transcript", "arguments":
		f.strings[key] += v
	case "finish_reason", "model":
		f.strings[key] = cmp.Or(v, f.strings[key])
	case "url", "citations":
		f.urls = append(f.urls, v)
	case "thought_signature", "data":
		f.sealed = append(f.sealed, v)
	}
}

// missing names what an answer lacks.
func (f *findings) missing(got *api.Reply) (misses []string) {
	miss := func(what string, got, want any) {
		if fmt.Sprint(got) != fmt.Sprint(want) {
			misses = append(misses, fmt.Sprintf("%s: got %.90q, want %.90q", what, fmt.Sprint(got), fmt.Sprint(want)))
		}
	}
	answer, thought := f.strings["content"]+f.strings["refusal"]+f.strings["transcript"], ""
	if inner, found := strings.CutPrefix(answer, "<think>"); found {
		thought, answer, _ = strings.Cut(inner, "</think>")
		answer, thought = strings.TrimLeft(answer, blank), strings.Trim(thought, blank)
	}
	miss("answer", got.Answer.String(), answer)
	for _, key := range []string{"reasoning", "reasoning_content", "text", "summary"} {
		if text := f.strings[key]; text != "" {
			thought = text
			miss(key, got.Reasoning.String(), text)
		}
	}
	miss("reasoning", got.Reasoning.String(), thought)
	arguments := ""
	for _, c := range got.ToolCalls {
		arguments += c.Arguments
	}
	miss("arguments", arguments, f.strings["arguments"])
	miss("error", got.Err != nil, f.failed)
	if word := f.strings["finish_reason"]; word != "" && !f.failed {
		miss("finish", got.Finish, finishReason(word))
	}
	if f.strings["model"] != "" && got.Model == "" {
		misses = append(misses, "the model is lost")
	}
	return append(misses, f.missingFigures(got)...)
}

func (f *findings) missingFigures(got *api.Reply) (misses []string) {
	u := got.Usage
	for _, figure := range []struct {
		got  *int64
		keys []string
	}{
		{u.Prompt, []string{"prompt_tokens", "input_tokens"}},
		{u.Completion, []string{"completion_tokens", "output_tokens"}},
		{u.Total, []string{"total_tokens"}},
		{u.Reasoning, []string{"reasoning_tokens"}},
		{u.Cached, []string{"cached_tokens", "cache_read_input_tokens", "prompt_cache_hit_tokens"}},
	} {
		for _, key := range figure.keys {
			if want, ok := f.figures[key]; ok && (figure.got == nil || float64(*figure.got) != want) {
				misses = append(misses, fmt.Sprintf("%s: got %s, want %v", key, show(figure.got), want))
			}
		}
	}
	credits, spent := f.figures["credits_used"], f.figures["usd_spent"]
	if credits != 0 && (got.Cost.Credits == nil || *got.Cost.Credits != credits) ||
		spent != 0 && (got.Cost.USD == nil || *got.Cost.USD != spent) ||
		credits != 0 && spent == 0 && *got.Cost.USD != credits/2_000_000 {
		misses = append(misses, fmt.Sprintf("cost: got %+v, want $%v, %v credits", got.Cost, spent, credits))
	}
	cited := map[string]bool{}
	for _, c := range got.Citations {
		cited[c.URL] = true
	}
	for _, url := range f.urls {
		if !cited[url] {
			misses = append(misses, "not cited: "+url)
		}
	}
	kept := ""
	for _, o := range got.Opaque {
		kept += string(o.Data)
	}
	for _, s := range f.sealed {
		if !strings.Contains(kept, s) {
			misses = append(misses, "not kept: "+s[:min(len(s), 40)])
		}
	}
	return misses
}
