package openai

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// The copies in which a text may come.
const (
	inDeltas = 1 << iota
	inTextDone
	inPartDone
	inItemDone
	inCompleted
	allCopies = 1<<iota - 1
)

// teller writes the same answer in any copies, with ids and places as told.
type teller struct {
	copies int
	id     func(item string) string // "": none
	index  func(i int) int          // -1: none
	out    strings.Builder
	output []any
}

func (s *teller) send(kind, item string, i int, fields map[string]any) {
	fields["type"] = "response." + kind
	if id := s.id(item); id != "" && fields["item"] == nil {
		fields["item_id"] = id
	}
	if n := s.index(i); n >= 0 {
		fields["output_index"] = n
	}
	data, _ := json.Marshal(fields)
	fmt.Fprintf(&s.out, "data: %s\n\n", data)
}

// item tells one of the given texts, each a part.
func (s *teller) item(kind, item string, i int, parts ...string) {
	stem, list, part, of := "output_text", "content", "output_text", "content_index"
	if kind == "reasoning" {
		stem, list, part, of = "reasoning_summary_text", "summary", "summary_text", "summary_index"
	}
	var all []any
	for n, text := range parts {
		all = append(all, map[string]any{"type": part, "text": text})
		if s.copies&inDeltas != 0 {
			for _, piece := range strings.SplitAfter(text, " ") {
				s.send(stem+".delta", item, i, map[string]any{of: n, "delta": piece})
			}
		}
		if s.copies&inTextDone != 0 {
			s.send(stem+".done", item, i, map[string]any{of: n, "text": text})
		}
		if s.copies&inPartDone != 0 {
			name := strings.Replace(stem, "output_text", "content_part", 1)
			name = strings.Replace(name, "summary_text", "summary_part", 1)
			s.send(name+".done", item, i, map[string]any{of: n, "part": all[n]})
		}
	}
	whole := map[string]any{"type": kind, "id": s.id(item), list: all}
	if s.copies&inItemDone != 0 {
		s.send("output_item.done", item, i, map[string]any{"item": whole})
	}
	s.output = append(s.output, whole)
}

func (s *teller) call(item string, i int, name, arguments string) {
	whole := func(arguments string) map[string]any {
		return map[string]any{"type": "function_call", "id": s.id(item), "call_id": "call_" + name, "name": name, "arguments": arguments}
	}
	if s.copies&(inDeltas|inTextDone) != 0 {
		s.send("output_item.added", item, i, map[string]any{"item": whole("")})
	}
	if s.copies&inDeltas != 0 {
		for _, piece := range strings.SplitAfter(arguments, ":") {
			s.send("function_call_arguments.delta", item, i, map[string]any{"delta": piece})
		}
	}
	if s.copies&inTextDone != 0 {
		s.send("function_call_arguments.done", item, i, map[string]any{"arguments": arguments})
	}
	if s.copies&(inItemDone|inPartDone) != 0 {
		s.send("output_item.done", item, i, map[string]any{"item": whole(arguments)})
	}
	s.output = append(s.output, whole(arguments))
}

func (s *teller) end() string {
	response := map[string]any{"object": "response", "output": []any{}}
	if s.copies&inCompleted != 0 {
		response["output"] = s.output
	}
	s.send("completed", "", -1, map[string]any{"response": response})
	return s.out.String()
}

// TestResponsesAnyCopies tells one answer in every choice of copies, and expects
// it whole and once.
func TestResponsesAnyCopies(t *testing.T) {
	made := 0
	own := func(item string) string { return item }
	anew := func(string) string { made++; return fmt.Sprint("id_", made) }
	none := func(string) string { return "" }
	right := func(i int) int { return i }
	absent := func(int) int { return -1 }
	zero := func(i int) int { return min(i, 0) }
	want := api.ToolCall{ID: "call_tide", Name: "tide", Arguments: `{"at":9}`}
	for _, way := range []struct {
		name  string
		id    func(string) string
		index func(int) int
	}{
		{"ids and places", own, right},
		{"ids alone", own, absent},
		{"ids, and every place the first", own, zero},
		{"ids anew for each event", anew, right},
		{"places alone", none, right},
	} {
		for copies := 1; copies <= allCopies; copies++ {
			s := teller{copies: copies, id: way.id, index: way.index}
			s.item("reasoning", "rs_1", 0, "One thought.", "The next one.")
			s.item("message", "msg_1", 1, "The tide turns. ", "It ebbs. ")
			s.item("message", "msg_2", 2, "And it flows.")
			s.call("fc_1", 3, "tide", `{"at":9}`)
			s.call("fc_2", 4, "moon", `{"full":true}`)
			got := replayResponses(t, []string{s.end()})
			if got.Err != nil || got.Finish != api.FinishTools || got.Answer.String() != "The tide turns. It ebbs. And it flows." ||
				got.Reasoning.String() != "One thought.\n\nThe next one." || len(got.ToolCalls) != 2 || got.ToolCalls[0] != want {
				t.Errorf("%s, copies %05b: %q, %q, %v, %q, %v", way.name, copies, got.Answer.String(), got.Reasoning.String(), got.ToolCalls, got.Finish, got.Err)
			}
		}
	}
}
