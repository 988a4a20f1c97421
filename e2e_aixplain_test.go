//go:build !windows

package main_test

// Owns: what a person sees of aiXplain: models, agents that go on in their own
// sessions, tools, stopping, and going back and forth between it and another
// service. Refuses: its wire, which is tested in api/aixplain.

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api/aixplain/aixplaintest"
)

// newAIXplain returns aiXplain, and a machine that is set up for it, and for s if
// that is not nil.
func newAIXplain(t *testing.T, s *service) (*aixplaintest.Server, *home) {
	t.Helper()
	ai := &aixplaintest.Server{}
	server := httptest.NewServer(ai)
	t.Cleanup(server.Close)
	h := newHome(t, s)
	h.env = append(h.env, "AIXPLAIN_PLATFORM_URL="+server.URL, "AIXPLAIN_MODELS_URL="+server.URL, "AIXPLAIN_API_KEY="+aixplaintest.Key)
	return ai, h
}

// heard are the bodies of what was posted to a path.
func heard(t *testing.T, ai *aixplaintest.Server, path string) (bodies []map[string]any) {
	t.Helper()
	for _, r := range ai.Asked(path) {
		var body map[string]any
		if err := json.Unmarshal([]byte(r.Body), &body); err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, body)
	}
	return bodies
}

// One conversation with models that answer in each way there is, and some that
// fail: what they leave behind is asked anew of the next.
func TestAIXplainModelsInTheChat(t *testing.T) {
	t.Parallel()
	ai, h := newAIXplain(t, nil)
	x := h.start(t, 110, 40, "-m", "model:echo")
	for i, c := range []struct{ model, shown string }{
		{"model:echo", "You said: question 0"}, // at once
		{"model:later", "You said: question 1"},
		{"model:stream", "You said: question 2"},
		{"model:failing", "out of order"},
		{"agent:failing", "lost its way"},
		{"model:thinker", "question 5 (of 7 messages)"},
	} {
		if i > 0 {
			x.typeText("/model " + c.model + "\r")
			x.waitForText("switched to", c.model)
		}
		x.send(fmt.Sprintf("question %d", i))
		x.waitForText(c.shown)
		x.waitForNoText("esc stop")
	}
	asked := heard(t, ai, "/api/v2/execute/thinker")
	if text, _ := json.Marshal(asked); len(asked) != 1 || !strings.Contains(string(text), "You said: question 2") || strings.Contains(string(text), "out of order") {
		t.Errorf("sent was %s", text)
	}
	x.quit()
}

func TestAIXplainModels(t *testing.T) {
	t.Parallel()
	_, h := newAIXplain(t, nil)
	for _, c := range []struct {
		model, prompt, want string
		code                int
	}{
		{"tool:scraper", `scrape {"url":"https://example.com"}`, "", 0},
		{"model:later", "hello", "", 0},
		{"model:failing", "hello", "out of order", 4},
		{"model:gone", "hello", "not found", 4},
		{"agent:failing", "hello", "lost its way", 4},
		{"tool:scraper", "hello {", "an action and a JSON object", 2},
	} {
		stdout, stderr, code := h.run(t, "-p", "--ephemeral", "-m", c.model, c.prompt)
		if code != c.code || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: %q, %q, exit code %d", c.model, stdout, stderr, code)
		}
		if strings.Contains(stdout+stderr, aixplaintest.Key) {
			t.Error("the key is told")
		}
	}
	if stdout, stderr, code := h.run(t, "balance", "--provider", "aixplain"); code != 0 || stdout != "4.50 USD\n" {
		t.Errorf("balance: %q, %q, %d", stdout, stderr, code)
	}
	if stdout, _, _ := h.run(t, "doctor"); !strings.Contains(stdout, "request to aixplain") || !strings.Contains(stdout, "balance 4.50 USD") || strings.Contains(stdout, aixplaintest.Key) {
		t.Errorf("doctor: %s", stdout)
	}
	if stdout, stderr, code := h.run(t, "models", "--provider", "aixplain", "helper"); code != 0 || !strings.Contains(stdout, "agent:helper") {
		t.Errorf("models: %q, %q, %d", stdout, stderr, code)
	}
	h.env = append(h.env, "AIXPLAIN_API_KEY=wrong-key-0123456789")
	if _, stderr, code := h.run(t, "-p", "--ephemeral", "-m", "agent:helper", "hello"); code != 3 || !strings.Contains(stderr, "AIXPLAIN_API_KEY") {
		t.Errorf("a wrong key: %q, %d", stderr, code)
	}
	h.env = append(h.env, "AIXPLAIN_API_KEY=", "TEAM_API_KEY=")
	if _, stderr, code := h.run(t, "-p", "--ephemeral", "-m", "agent:helper", "hello"); code != 3 || !strings.Contains(stderr, "no key for aixplain") {
		t.Errorf("no key: %q, %d", stderr, code)
	}
	h.env = append(h.env, "TEAM_API_KEY="+aixplaintest.Key)
	if stdout, stderr, code := h.run(t, "-p", "--ephemeral", "-m", "agent:helper", "hello"); code != 0 || !strings.Contains(stdout, "turn 1 of") {
		t.Errorf("the other variable: %q, %q, %d", stdout, stderr, code)
	}
}

// An agent's session goes on over turns and restarts of ours.
func TestAIXplainAgentGoesOn(t *testing.T) {
	t.Parallel()
	ai, h := newAIXplain(t, nil)
	x := h.start(t, 110, 34, "-m", "agent:helper")
	x.send("first question")
	x.waitForText("turn 1 of sess_001, after 0 messages", "$0.50", "agent:helper")
	x.send("second question")
	x.waitForText("turn 2 of sess_001, after 0 messages")
	x.press("ctrl+t")
	x.waitForText("Researcher", "look it up")
	h.waitForSaved(t, func() {}, "turn 2 of sess_001")
	x.waitForNoText("esc stop")
	x.kill()

	x = h.start(t, 110, 34, "--continue")
	x.waitForText("turn 2 of sess_001")
	x.send("third question")
	x.waitForText("turn 3 of sess_001, after 0 messages")
	x.quit()
	runs := heard(t, ai, "/v2/agents/helper/run")
	if len(runs) != 3 || runs[0]["sessionId"] != nil || runs[1]["sessionId"] != "sess_001" || runs[2]["sessionId"] != "sess_001" {
		t.Errorf("sent was %v", runs)
	}
	for _, r := range runs {
		if params, _ := r["executionParams"].(map[string]any); params["budget"] == nil || r["history"] != nil {
			t.Errorf("sent was %v", r)
		}
	}
}

func TestAIXplainStop(t *testing.T) {
	t.Parallel()
	_, h := newAIXplain(t, nil)
	x := h.start(t, 110, 30, "-m", "agent:endless")
	x.send("do it for ever")
	x.waitForText("look it up")
	x.press("esc")
	x.waitForText("stopped waiting; the run (run-1) goes on at aiXplain and may bill", "stopped")
	x.quit()
}

// One conversation, three services' worth of habits: history goes along, and what
// belongs to one goes to no other.
func TestSwitchBetweenAIXplainAndOthers(t *testing.T) {
	t.Parallel()
	s := newService(t)
	ai, h := newAIXplain(t, s)
	x := h.start(t, 110, 34, "-m", "agent:helper")
	x.send("begin with the agent")
	x.waitForText("turn 1 of sess_001")
	x.press("ctrl+o")
	x.waitForText("aixplain", "agent", "Helper", talker)
	x.typeText("talker")
	x.waitForText(talker)
	x.press("enter")
	x.waitForText("switched to aimlapi · " + talker)
	x.send("now the talker")
	q := s.asked(t, "now the talker")
	all, err := json.Marshal(q.raw)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(q.Asked); n != 3 || q.Asked[0].Content != "begin with the agent" || !strings.Contains(q.Asked[1].Content, "turn 1 of sess_001") ||
		strings.Contains(string(all), "sessionId") || strings.Contains(string(all), "look it up") || strings.Contains(string(all), aixplaintest.Key) {
		t.Errorf("sent was %s", all)
	}
	q.think("Hm, a secret thought.")
	q.say("The talker speaks.")
	q.finish()
	x.waitForText("The talker speaks.", "55 tok")
	x.press("ctrl+o")
	x.waitForText("agent:helper")
	x.typeText("helper")
	x.waitForText("agent:helper")
	x.press("enter")
	x.waitForText("switched to aixplain · agent:helper")
	x.send("back to the agent")
	x.waitForText("turn 1 of sess_002, after 4 messages of history")
	runs := heard(t, ai, "/v2/agents/helper/run")
	last, err := json.Marshal(runs[len(runs)-1])
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(last), "secret thought") || strings.Contains(string(last), testKey) || !strings.Contains(string(last), "The talker speaks.") {
		t.Errorf("sent was %s", last)
	}
	for _, r := range ai.Asked("/") {
		for name, values := range r.Header {
			if strings.Contains(strings.Join(values, " "), testKey) {
				t.Errorf("the key of another is sent as %s to %s", name, r.Path)
			}
		}
	}
	x.quit()
}

// A tool's result is shown, and goes with the next message.
func TestAIXplainTool(t *testing.T) {
	t.Parallel()
	ai, h := newAIXplain(t, nil)
	x := h.start(t, 110, 34, "-m", "model:echo")
	x.send("/tool scraper scrape")
	x.waitForText("tool:scraper", "scrape {}", "▪ result of scraper scrape.txt")
	x.send("what does it say")
	x.waitForText("You said:")
	asked := heard(t, ai, "/api/v2/execute/echo")
	if text, _ := json.Marshal(asked[len(asked)-1]["text"]); len(asked) != 1 || !strings.Contains(string(text), "result of scraper scrape.txt") || !strings.Contains(string(text), "pages") {
		t.Errorf("sent was %s", text)
	}
	x.quit()
}
