package demo_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/demo"
	"github.com/aimlchat/aimlchat/api/openai"
)

// client is the demo as the program sees it.
func client(t *testing.T) *openai.Client {
	t.Helper()
	c, err := openai.New(openai.Config{
		Name: "demo", BaseURL: demo.BaseURL, Transport: demo.New(demo.Options{}),
		Retry: api.RetryPolicy{Attempts: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestThroughTheClient(t *testing.T) { synctest.Test(t, throughTheClient) } // at its pace, in no time

func throughTheClient(t *testing.T) {
	c := client(t)
	models, err := c.Models(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range models {
		if m.Context == 0 || m.PriceIn == nil || m.PriceOut == nil || len(m.Output) != 1 {
			t.Errorf("the model list says %+v", m)
		}
		var r api.Reply
		req := api.Request{Model: m.ID, Messages: []api.Message{api.Text(api.User, "show me a table")}}
		for ev, err := range c.Stream(t.Context(), req) {
			if err != nil {
				if m.ID != "demo/flaky" || !errors.As(err, &r.Err) {
					t.Errorf("%s: %v", m.ID, err)
				}
				break
			}
			r.Add(ev, r.Sent())
		}
		if m.ID == "demo/flaky" {
			if r.Err == nil || r.Err.Kind != api.ErrCut || r.Answer.Len() == 0 {
				t.Errorf("%s: %v after %q", m.ID, r.Err, r.Answer.String())
			}
			continue
		}
		thinks := m.ID != "demo/quick" && m.ID != "demo/slow"
		if r.Finish != api.FinishStop || (r.Reasoning.Len() > 0) != thinks || !strings.Contains(r.Answer.String(), "\n|") {
			t.Errorf("%s: %q, thought %d bytes, answered %.60q", m.ID, r.Finish, r.Reasoning.Len(), r.Answer.String())
		}
		if strings.Contains(r.Answer.String(), "<think>") || r.InferenceID == "" || r.Cost.USD == nil || r.Usage.Completion == nil {
			t.Errorf("%s: %+v, %+v, %q", m.ID, r.Usage, r.Cost, r.InferenceID)
		}
	}
}

func TestFaultsThroughTheClient(t *testing.T) { synctest.Test(t, faultsThroughTheClient) }

func faultsThroughTheClient(t *testing.T) {
	c := client(t)
	for prompt, want := range map[string]api.ErrorKind{
		"401": api.ErrAuth, "funds": api.ErrFunds, "404": api.ErrNotFound, "429": api.ErrRateLimit, "500": api.ErrServer,
		"html": api.ErrServer, "cut": api.ErrCut, "cleanly": api.ErrCut, "inside": api.ErrServer,
	} {
		var failed *api.Error
		req := api.Request{Model: "demo/flaky", Messages: []api.Message{api.Text(api.User, prompt)}}
		for _, err := range c.Stream(t.Context(), req) {
			failed = api.AsError(err)
		}
		if failed == nil || failed.Kind != want || strings.Contains(failed.Message, "<") {
			t.Errorf("%s: %+v, want %s", prompt, failed, want)
		}
	}
}
