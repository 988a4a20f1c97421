package demo

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestFaults(t *testing.T) {
	for prompt, want := range map[string]struct {
		status int
		name   string
	}{
		"show me a 401":             {401, "UnauthorizedException"},
		"I am out of funds, please": {403, "ForbiddenException"},
		"404":                       {404, "NotFoundException"},
		"a 429!":                    {429, "ThrottlerException"},
		"status 500":                {500, "InternalServerErrorException"},
		"be busy":                   {503, "ServiceUnavailableException"},
	} {
		res := ask(t, Options{}, "demo/flaky", prompt)
		var body struct {
			Status int
			Title  string
			Error  struct {
				Name string
				Data struct{ Kind string }
			}
		}
		if err := json.NewDecoder(res.Body).Decode(&body); err != nil {
			t.Fatalf("%s: %v", prompt, err)
		}
		if res.StatusCode != want.status || body.Status != want.status || body.Error.Name != want.name || body.Title == "" {
			t.Errorf("%s: %d, %+v", prompt, res.StatusCode, body)
		}
		if (body.Error.Data.Kind == "err_insufficent_credits") != (want.status == 403) {
			t.Errorf("%s: the kind is %q", prompt, body.Error.Data.Kind)
		}
		if kind := res.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/problem+json") {
			t.Errorf("%s: the type is %q", prompt, kind)
		}
	}
	res := ask(t, Options{}, "demo/flaky", "send html")
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 502 || !strings.HasPrefix(string(data), "<!DOCTYPE html>") {
		t.Errorf("html: %d, %.40q, %v", res.StatusCode, data, err)
	}
}

func TestBrokenStreams(t *testing.T) {
	for prompt, want := range map[string]string{
		"cut":              "unexpected EOF",
		"end it cleanly":   "",
		"an error inside?": "The demo stumbled inside the answer.",
	} {
		h := listen(t, ask(t, Options{}, "demo/flaky", prompt))
		got := ""
		if h.err != nil {
			got = h.err.Error()
		}
		if !strings.Contains(got, want) || (got == "") != (want == "") || h.done || h.finish != "" || h.answer == "" || h.thought == "" {
			t.Errorf("%s: %+v", prompt, h)
		}
	}
}

func TestSomeFaultsPass(t *testing.T) {
	flaky := New(Options{})
	if h := listen(t, askVia(t.Context(), t, flaky, "demo/flaky", "a table")); h.err == nil || h.done {
		t.Errorf("the first time: %+v", h)
	}
	if h := listen(t, askVia(t.Context(), t, flaky, "demo/flaky", "a table")); h.err != nil || !h.done {
		t.Errorf("the second time: %v, %v", h.err, h.done)
	}
	for _, want := range []int{503, 200} {
		if res := askVia(t.Context(), t, flaky, "demo/flaky", "busy"); res.StatusCode != want {
			t.Errorf("busy: %d, want %d", res.StatusCode, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	hi := []object{{"role": "user", "content": "hi"}}
	for name, test := range map[string]struct {
		body   object
		status int
		path   string
	}{
		"unknown model":  {object{"model": "gpt-4o", "messages": hi}, 404, ""},
		"no model":       {object{"messages": hi}, 400, "model"},
		"no messages":    {object{"model": "demo/quick", "messages": []object{}}, 400, "messages"},
		"only a system":  {object{"model": "demo/quick", "messages": []object{{"role": "system", "content": "x"}}}, 400, "messages"},
		"null":           {object{"model": "demo/quick", "messages": hi, "tools": nil}, 400, "tools"},
		"null inside":    {object{"model": "demo/quick", "messages": []object{{"role": "user", "content": nil}}}, 400, "messages.0.content"},
		"no tokens":      {object{"model": "demo/quick", "messages": hi, "max_tokens": 0}, 400, "max_tokens"},
		"the wrong type": {object{"model": 3, "messages": hi}, 400, ""},
	} {
		res := post(t.Context(), t, New(Options{}), test.body)
		var body struct {
			Error struct{ Details []struct{ Path string } }
		}
		if err := json.NewDecoder(res.Body).Decode(&body); err != nil {
			t.Fatal(err)
		}
		path := ""
		if len(body.Error.Details) > 0 {
			path = body.Error.Details[0].Path
		}
		if res.StatusCode != test.status || path != test.path {
			t.Errorf("%s: %d at %q", name, res.StatusCode, path)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, BaseURL+"/models", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := New(Options{}).RoundTrip(req)
	if err != nil || res.StatusCode != http.StatusNotFound {
		t.Errorf("another route: %v, %v", res, err)
	}
	res.Body.Close()
}

func TestMaxTokens(t *testing.T) {
	body := object{"model": "demo/quick", "messages": []object{{"role": "user", "content": "a long answer"}}, "stream": true}
	if h := listen(t, post(t.Context(), t, New(Options{}), body)); h.finish != "length" || h.tokens != defaultMaxTokens {
		t.Errorf("without a limit: %q after %d tokens", h.finish, h.tokens)
	}
	body["max_tokens"] = 7
	if h := listen(t, post(t.Context(), t, New(Options{}), body)); h.finish != "length" || h.tokens != 7 || !h.done {
		t.Errorf("with a limit: %q after %d tokens", h.finish, h.tokens)
	}
}

func TestWithoutAStream(t *testing.T) {
	messages := []object{{"role": "user", "content": []object{{"type": "text", "text": "a table"}}}}
	res := post(t.Context(), t, New(Options{}), object{"model": "thinker", "messages": messages, "max_tokens": 4000})
	var body struct {
		Choices []struct {
			Message struct {
				Content   string
				Reasoning string `json:"reasoning_content"`
			}
			Finish string `json:"finish_reason"`
		}
	}
	if err := json.NewDecoder(res.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	if c := body.Choices[0]; c.Finish != "stop" || !strings.Contains(c.Message.Content, "|:---") || c.Message.Reasoning == "" {
		t.Errorf("%+v", body)
	}
	if res.Header.Get("X-Inference-Id") == "" {
		t.Error("it has no handle")
	}
}
