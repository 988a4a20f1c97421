package demo

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// ask sends a conversation, the last prompt last; earlier ones get an answer
// in between.
func ask(t *testing.T, o Options, model string, prompts ...string) *http.Response {
	t.Helper()
	return askVia(t.Context(), t, New(o), model, prompts...)
}

func askVia(ctx context.Context, t *testing.T, via http.RoundTripper, model string, prompts ...string) *http.Response {
	t.Helper()
	messages := []object{}
	for i, prompt := range prompts {
		if i > 0 {
			messages = append(messages, object{"role": "assistant", "content": "An answer."})
		}
		messages = append(messages, object{"role": "user", "content": prompt})
	}
	return post(ctx, t, via, object{"model": model, "messages": messages, "stream": true, "max_tokens": 8192})
}

func post(ctx context.Context, t *testing.T, via http.RoundTripper, body object) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, BaseURL+"/chat/completions", strings.NewReader(string(encode(body))))
	if err != nil {
		t.Fatal(err)
	}
	res, err := (&http.Client{Transport: via}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

// heard is a stream as a client understands it.
type heard struct {
	answer, thought   string
	finish            string
	tokens, reasoning int
	usd               float64
	done              bool
	err               error
	thinking, talking time.Duration // between first and last piece
	first             time.Duration
	pieces            int
}

type chunk struct {
	ID, Object, Model string
	Choices           []struct {
		Delta struct {
			Content          string
			ReasoningContent string `json:"reasoning_content"`
		}
		FinishReason string `json:"finish_reason"`
	}
	Usage struct {
		Completion int `json:"completion_tokens"`
		Details    struct {
			Reasoning int `json:"reasoning_tokens"`
		} `json:"completion_tokens_details"`
	}
	Meta struct {
		Usage struct {
			USD float64 `json:"usd_spent"`
		}
	}
	Error struct{ Message string }
}

func listen(t *testing.T, res *http.Response) heard {
	t.Helper()
	var h heard
	begin := time.Now()
	var thoughtAt, answerAt time.Time
	for frame, err := range api.Frames(res.Body, api.MaxFrame) {
		if err != nil {
			h.err = err
			break
		}
		if string(frame.Data) == "[DONE]" {
			h.done = true
			continue
		}
		var c chunk
		if err := json.Unmarshal(frame.Data, &c); err != nil {
			t.Fatalf("%q: %v", frame.Data, err)
		}
		if c.Error.Message != "" {
			h.err = errors.New(c.Error.Message)
		}
		h.usd += c.Meta.Usage.USD
		h.tokens += c.Usage.Completion
		h.reasoning += c.Usage.Details.Reasoning
		for _, choice := range c.Choices {
			d := choice.Delta
			if d.Content+d.ReasoningContent != "" && h.first == 0 {
				h.first = time.Since(begin)
			}
			if d.ReasoningContent != "" {
				if thoughtAt.IsZero() {
					thoughtAt = time.Now()
				}
				h.thinking = time.Since(thoughtAt)
			}
			if d.Content != "" {
				if answerAt.IsZero() {
					answerAt = time.Now()
				}
				h.talking = time.Since(answerAt)
				h.pieces++
			}
			h.thought += d.ReasoningContent
			h.answer += d.Content
			h.finish += choice.FinishReason
		}
	}
	return h
}

func TestEveryText(t *testing.T) {
	for _, s := range scripts() {
		prompt := "Tell me about quantum gardening."
		if len(s.strong) > 0 {
			prompt = s.strong[0]
		}
		a := newAnswer(1, &models[0], &request{Messages: []message{{Role: "user", Content: encode(prompt)}}, MaxTokens: &models[0].outputMax})
		var said [content + 1]strings.Builder
		for _, p := range a.pieces {
			said[p.kind].WriteString(p.text)
		}
		if text := said[reasoning].String() + said[content].String(); a.finish != "stop" || said[content].Len() == 0 || strings.Contains(text, "{{") {
			t.Errorf("%s, %s: %q", s.name, prompt, text)
		}
	}
}

func TestEveryModel(t *testing.T) {
	for _, m := range models {
		if m.fails {
			continue
		}
		h := listen(t, ask(t, Options{}, m.id, "a table"))
		if h.err != nil || !h.done || h.finish != "stop" || h.usd <= 0 || h.tokens == 0 {
			t.Errorf("%s: %+v", m.id, h)
		}
		thought, answer := h.thought, h.answer
		if m.thought == inlineThought {
			var ok bool
			thought, answer, ok = strings.Cut(strings.TrimPrefix(answer, "<think>\n"), "\n</think>\n\n")
			if !ok || !strings.HasPrefix(h.answer, "<think>") {
				t.Errorf("%s: the thought is not between tags: %.40q", m.id, h.answer)
			}
		}
		if (thought == "") != (m.thought == noThought) || (h.reasoning > 0) != (m.thought == apartThought) || answer == "" {
			t.Errorf("%s: the thought is %q", m.id, thought)
		}
	}
}

func TestTheLongAnswerIsLong(t *testing.T) {
	if h := listen(t, ask(t, Options{}, "demo/long", "hello")); len(h.answer) < 10_000 {
		t.Errorf("it has %d bytes", len(h.answer))
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	read := func(o Options, prompts ...string) string {
		data, err := io.ReadAll(ask(t, o, DefaultModel, prompts...).Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	slow := ""
	synctest.Test(t, func(t *testing.T) {
		data, err := io.ReadAll(ask(t, Options{Seed: 1, Speed: 1}, DefaultModel, "a table").Body)
		if err != nil {
			t.Fatal(err)
		}
		slow = string(data)
	})
	one := read(Options{Seed: 1}, "a table")
	if one != read(Options{Seed: 1}, "a table") || one != slow {
		t.Error("the same seed made other bytes")
	}
	if one == read(Options{Seed: 2}, "a table") {
		t.Error("another seed made the same bytes")
	}
}

func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, prompt := range []string{"hello", "table", "a long answer"} {
			h := listen(t, ask(t, Options{Speed: 1}, DefaultModel, prompt))
			rate := float64(h.pieces) / h.talking.Seconds()
			if h.thinking < 2*time.Second || h.thinking > 4*time.Second || rate < 60 || rate > 120 || h.first > time.Second {
				t.Errorf("%s: first after %s, thinks for %s, writes %.0f pieces a second", prompt, h.first, h.thinking, rate)
			}
		}
		h := listen(t, ask(t, Options{Speed: 2}, "demo/slow", "hello"))
		if h.first < 2*time.Second || h.first > 3*time.Second {
			t.Errorf("demo/slow, at twice its speed, begins after %s", h.first)
		}
	})
}

func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		begin := time.Now()
		res := askVia(ctx, t, New(Options{Speed: 1}), "demo/slow", "hello")
		_, err := io.ReadAll(res.Body)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != 2*time.Second {
			t.Errorf("ended after %s with %v", time.Since(begin), err)
		}
	})
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		res := ask(t, Options{Speed: 1}, "demo/slow", "hello")
		failed := make(chan error)
		go func() {
			_, err := io.ReadAll(res.Body)
			failed <- err
		}()
		synctest.Wait() // it waits for the first piece
		begin := time.Now()
		res.Body.Close()
		if err := <-failed; !errors.Is(err, http.ErrBodyReadAfterClose) || time.Since(begin) != 0 {
			t.Errorf("the reader got %v after %s", err, time.Since(begin))
		}
		res.Body.Close()
	})
}

func TestModelList(t *testing.T) {
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, BaseURL+"/models?include=all", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := (&http.Client{Transport: New(Options{})}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var list struct {
		Data []struct {
			ID, Type string
			Aliases  []string
			Info     struct{ ContextLength int }
			Pricing  struct{ Units []struct{ Price float64 } }
		}
	}
	if err := json.NewDecoder(res.Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	if len(list.Data) != len(models) || list.Data[0].ID != DefaultModel {
		t.Fatalf("the list is %+v", list)
	}
	for _, m := range list.Data {
		if m.Info.ContextLength == 0 || len(m.Pricing.Units) != 2 || m.Type != "openai/chat-completions" || m.Aliases[0] == "" {
			t.Errorf("%+v", m)
		}
	}
}
