package session_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/anthropic"
	"github.com/aimlchat/aimlchat/api/openai"
	"github.com/aimlchat/aimlchat/api/wire"
	"github.com/aimlchat/aimlchat/session"
)

// refusing is a service that keeps what it was asked and answers nothing.
type refusing struct{ asked string }

func (r *refusing) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	r.asked = string(body)
	return &http.Response{StatusCode: 500, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}"))}, err
}

// answerer is who answered, and by which protocol.
type answerer struct {
	protocol api.Protocol
	model    string
}

func answerers() (all []answerer) {
	for _, p := range []api.Protocol{api.Chat, api.Responses, api.Messages} {
		for _, m := range []string{"model-a", "model-b"} {
			all = append(all, answerer{p, m})
		}
	}
	return all
}

// seal is what the protocol of an answer wants back, with a mark in it.
func (a answerer) seal(mark string) json.RawMessage {
	shape := map[api.Protocol]string{
		api.Chat:      `{"extra_content":{"google":{"thought_signature":"%[1]s"}},"reasoning_details":[{"type":"reasoning.encrypted","data":"%[1]s"}]}`,
		api.Responses: `{"item":{"type":"reasoning","id":"rs","encrypted_content":"%[1]s"}}`,
		api.Messages:  `{"type":"thinking","thinking":"x","signature":"%[1]s"}`,
	}[a.protocol]
	return json.RawMessage(fmt.Sprintf(shape, mark))
}

// tooling is what becomes of the tool calls of each answer.
type tooling int

const (
	noCalls tooling = iota
	unanswered
	answered
	answeredLast // and nothing was said since
	continued    // it has none; the same or, as the order has it, another model went on
	continuedCalls
	toolings
)

func (a answerer) says(i int, t tooling) []session.Message {
	mark := fmt.Sprintf("SEAL-%d-%s-%s", i, a.protocol, a.model)
	call := &api.ToolCall{ID: fmt.Sprint("call", i), Name: "look", Arguments: "{}"}
	m := session.Message{Role: api.Assistant, Model: a.model, Parts: []api.Part{
		{Kind: api.ReasoningPart, Text: "THOUGHT"},
		{Kind: api.TextPart, Text: "said"},
		{Kind: api.OpaquePart, Opaque: &api.Opaque{Protocol: a.protocol, Data: a.seal(mark)}},
	}}
	if t > noCalls && t != continued {
		m.Parts = append(m.Parts, api.Part{Kind: api.ToolCallPart, Tool: call})
	}
	turn := []session.Message{m}
	if t > unanswered && t != continued && (t != continuedCalls || i == 2) {
		turn = append(turn, session.Message{Role: api.ToolRole, Parts: []api.Part{{Kind: api.ToolResultPart, Text: "found", Tool: call}}})
	}
	if t < answeredLast {
		turn = append(turn, session.Message{Role: api.User, Parts: api.Text(api.User, "more").Parts})
	}
	return turn
}

// What one model thought goes to no other, nor back to itself but where its
// protocol needs it: in every order of three answers by two models over three
// protocols, with and without tools, one after the other or going on with each
// other's answer, asked by each of them.
func TestThoughtStaysWithItsModel(t *testing.T) {
	service := &refusing{}
	config := wire.Config{Name: "x", BaseURL: "https://example.com/v1", Transport: service, Retry: api.RetryPolicy{Attempts: -1}}
	byOpenAI, err := openai.New(config)
	if err != nil {
		t.Fatal(err)
	}
	byAnthropic, err := anthropic.New(anthropic.Config{Config: config})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(who answerer, path []session.Message) string {
		var b api.Backend = byOpenAI
		if who.protocol == api.Messages {
			b = byAnthropic
		}
		req := api.Request{Model: who.model, Protocol: who.protocol, Messages: session.History("system", path)}
		for range b.Stream(t.Context(), req) { // it is refused
		}
		return service.asked
	}
	returned := map[api.Protocol]bool{}
	every := 5 // has no factor of 6: each answerer stands in each place
	if os.Getenv("AIMLCHAT_LONG") == "1" {
		every = 1
	}
	for order := 0; order < 6*6*6; order += every {
		spoke := []answerer{answerers()[order%6], answerers()[order/6%6], answerers()[order/36]}
		for tools := range toolings {
			if tools >= continued && order/36 != order%6 {
				continue // who speaks third adds nothing but time
			}
			path := []session.Message{{Role: api.User, Parts: api.Text(api.User, "ask").Parts}}
			for i, a := range spoke {
				path = append(path, a.says(i, tools)...)
			}
			for _, who := range answerers() {
				asked := ask(who, path)
				if strings.Contains(asked, "THOUGHT") {
					t.Fatalf("%v was told a thought: %s", who, asked)
				}
				for _, a := range answerers() {
					mark := fmt.Sprintf("-%s-%s", a.protocol, a.model)
					if !strings.Contains(asked, mark) {
						continue
					}
					if returned[a.protocol] = true; a != who {
						t.Fatalf("%v got what %v had sealed: %s", who, a, asked)
					}
				}
			}
		}
	}
	if len(returned) != 3 {
		t.Errorf("seals went back by %v alone", returned)
	}
}
