package session

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

func call(id string) api.Part {
	return api.Part{Kind: api.ToolCallPart, Tool: &api.ToolCall{ID: id, Name: "f", Arguments: "{}"}}
}

func result(id string) api.Part {
	return api.Part{Kind: api.ToolResultPart, Text: "r" + id, Tool: &api.ToolCall{ID: id, Name: "f"}}
}

func saying(s string) api.Part  { return api.Part{Kind: api.TextPart, Text: s} }
func thought(s string) api.Part { return api.Part{Kind: api.ReasoningPart, Text: s} }

// spell writes a request's messages on one line.
func spell(msgs []api.Message) string {
	var list []string
	for _, m := range msgs {
		s := string(m.Role) + ":"
		for _, p := range m.Parts {
			s += " " + map[api.PartKind]string{api.OpaquePart: "sealed", api.FilePart: "file"}[p.Kind] + p.Text
			if p.Tool != nil {
				s += fmt.Sprintf("(%s)", p.Tool.ID)
			}
		}
		list = append(list, s)
	}
	return strings.Join(list, " | ")
}

func TestHistory(t *testing.T) {
	file := api.Part{Kind: api.FilePart, File: &api.File{Name: "a.png"}}
	seal := api.Part{Kind: api.OpaquePart, Opaque: &api.Opaque{Protocol: api.Messages, Data: []byte("1")}}
	says := func(role api.Role, parts ...api.Part) Message { return Message{Role: role, Parts: parts, Model: "m"} }
	user := func(parts ...api.Part) Message { return says(api.User, parts...) }
	answer := func(parts ...api.Part) Message { return says(api.Assistant, parts...) }
	tool := func(parts ...api.Part) Message { return says(api.ToolRole, parts...) }
	digest := func(text string, m Message) Message { m.Digest = &Digest{Text: text}; return m }
	for name, c := range map[string]struct {
		system string
		path   []Message
		want   string
	}{
		"system prompt":       {"be brief", []Message{user(saying("a"))}, "system: be brief | user: a"},
		"thought stays":       {"", []Message{user(saying("a")), answer(thought("hm"), saying("b"))}, "user: a | assistant: b"},
		"nothing but thought": {"", []Message{user(saying("a")), answer(thought("hm"), seal), user(saying("b"))}, "user: a | user: b"},
		"empty":               {"", []Message{user(saying("a")), answer(), answer(saying(""))}, "user: a"},
		"files":               {"", []Message{user(file), answer(saying("b"), file)}, "user: file | assistant: b file"},
		"sealed goes along":   {"", []Message{answer(saying("b"), seal)}, "assistant: b sealed"},
		"answered calls": {
			"",
			[]Message{answer(saying("b"), call("1"), call("2"), seal), tool(result("1")), tool(result("2")), answer(saying("c"))},
			"assistant: b (1) (2) sealed | tool: r1(1) | tool: r2(2) | assistant: c",
		},
		"unanswered calls":         {"", []Message{answer(saying("b"), call("1"), seal), user(saying("c"))}, "assistant: b | user: c"},
		"nothing but unanswered":   {"", []Message{answer(call("1"), seal)}, ""},
		"one of two answered":      {"", []Message{answer(call("1"), call("2"), seal), tool(result("2"))}, "assistant: (2) sealed | tool: r2(2)"},
		"answered too late":        {"", []Message{answer(saying("b"), call("1")), user(saying("c")), tool(result("1"))}, "assistant: b | user: c"},
		"result without a call":    {"", []Message{user(saying("a")), tool(result("1"))}, "user: a"},
		"result of another's call": {"", []Message{answer(call("1")), tool(result("1")), answer(saying("b")), tool(result("1"))}, "assistant: (1) | tool: r1(1) | assistant: b"},
		"calls without ids":        {"", []Message{answer(call("")), tool(result(""))}, "assistant: () | tool: r()"},
		"parts that hold nothing":  {"", []Message{user(api.Part{Kind: api.FilePart}, api.Part{Kind: api.OpaquePart}, api.Part{Kind: api.ToolCallPart})}, ""},
		"continued":                {"", []Message{user(saying("a")), answer(saying("b ")), answer(saying("c"))}, "user: a | assistant: b c"},
		"continued twice":          {"", []Message{answer(saying("b")), answer(thought("hm"), saying("c"), file), answer(saying("d")), user(saying("e"))}, "assistant: bc file d | user: e"},
		"continued by nothing":     {"", []Message{answer(saying("b"), seal), answer(thought("hm")), user(saying("c"))}, "assistant: b sealed | user: c"},
		"continues nothing":        {"", []Message{answer(thought("hm"), seal), answer(saying("b"), seal)}, "assistant: b sealed"},
		"continued over nothing":   {"", []Message{answer(saying("b"), seal), answer(thought("hm"), seal), answer(saying("c"), seal)}, "assistant: bc"},
		"seals of pieces":          {"", []Message{answer(saying("b"), seal), answer(saying("c"), seal)}, "assistant: bc"},
		"calls of the last piece": {
			"",
			[]Message{answer(saying("b"), seal), answer(saying("c"), call("1"), seal), tool(result("1")), answer(saying("d"), seal)},
			"assistant: bc (1) sealed | tool: r1(1) | assistant: d sealed",
		},
		"calls of a piece that was cut": {
			"", []Message{answer(saying("b"), call("1"), seal), answer(saying("c"), seal), tool(result("1"))}, "assistant: bc",
		},
		"a digest": {
			"be brief",
			[]Message{user(saying("a")), answer(saying("b")), digest("they spoke", user(saying("c"))), answer(saying("d"))},
			"system: be brief | user: Summary of the conversation so far:\n\nthey spoke | user: c | assistant: d",
		},
		"the last digest counts": {
			"",
			[]Message{digest("one", user(saying("a"))), answer(saying("b")), digest("two", user(saying("c")))},
			"user: Summary of the conversation so far:\n\ntwo | user: c",
		},
		"a digest that says nothing":       {"", []Message{user(saying("a")), answer(saying("b")), digest("", user(saying("c")))}, "user: c"},
		"a digest within a continuation":   {"", []Message{user(saying("a")), answer(saying("b")), digest("", answer(saying("c")))}, "assistant: c"},
		"a digest between call and result": {"", []Message{answer(call("1"), seal), digest("", tool(result("1"))), answer(saying("b"))}, "assistant: b"},
		"roles that nobody knows":          {"", []Message{user(saying("a")), says("usfr", saying("b"))}, "user: a"},
		"kinds of a newer aimlchat":        {"", []Message{user(saying("a"), api.Part{Kind: "later", Text: "x"})}, "user: a"},
	} {
		msgs := History(c.system, c.path)
		if got := spell(msgs); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
		for _, m := range msgs {
			if m.Role != api.System && m.Model != "m" && !strings.HasPrefix(m.Content(), digestLead) {
				t.Errorf("%s: model %q", name, m.Model)
			}
		}
	}
}

// The answer that a request carries is the last model's, whoever began it.
func TestHistoryOfAnAnswerByTwo(t *testing.T) {
	path := []Message{
		{Role: api.Assistant, Model: "a", Parts: []api.Part{saying("one ")}},
		{Role: api.Assistant, Model: "b", Parts: []api.Part{saying("two")}},
	}
	msgs := History("", path)
	if len(msgs) != 1 || msgs[0].Model != "b" || len(msgs[0].Parts) != 1 || msgs[0].Content() != "one two" {
		t.Errorf("got %+v", msgs)
	}
	if path[0].Parts[0].Text != "one " {
		t.Error("the path was changed")
	}
}
