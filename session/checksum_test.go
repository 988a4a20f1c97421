package session

import (
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// sample is a message that has something of everything.
func sample(sessionID, parentID string) Message {
	return Message{
		ID: NewID(noon), SessionID: sessionID, ParentID: parentID, Role: api.Assistant,
		Parts: []api.Part{
			thought("hm"), saying("so"), call("1"),
			{Kind: api.FilePart, File: &api.File{Name: "a.png", MIME: "image/png", Size: 3}},
			{Kind: api.OpaquePart, Opaque: &api.Opaque{Protocol: api.Messages, Data: []byte("1")}},
		},
		Citations: []api.Citation{{Title: "T", URL: "https://t.example"}},
		Provider:  "p", Model: "m", AnsweredBy: "m-1", Created: noon, Finish: api.FinishStop, InferenceID: "i",
		Err: &api.Error{Kind: api.ErrCut, Message: "cut"}, Cost: api.Cost{USD: new(1.0)},
	}
}

func TestDamageIsSeenAndShown(t *testing.T) {
	s := newStore(t)
	id, first := begin(t, s, "hello")
	m := sample(id, first)
	ok(t, s.Append(t.Context(), m))
	s.mustExec(t, "PRAGMA ignore_check_constraints = ON")
	read := func() Message {
		t.Helper()
		msgs := loaded(t, s, id)
		all, err := s.Tree(t.Context(), id)
		ok(t, err)
		if len(msgs) != 2 || len(all) != 2 || msgs[0].Damaged || msgs[1].Damaged != all[1].Damaged {
			t.Fatalf("path %+v\ntree %+v", msgs, all)
		}
		return msgs[1]
	}
	if got := read(); got.Damaged {
		t.Fatalf("unharmed: %+v", got)
	}
	for _, column := range []string{"provider", "model", "answered_by", "finish", "inference_id", "error", "figures", "created + 1"} {
		name := strings.Fields(column)[0]
		was := ""
		ok(t, s.write.QueryRowContext(t.Context(), `SELECT `+name+` FROM messages WHERE id = ?`, m.ID).Scan(&was))
		to := name + ` || 'x'`
		if name == "created" {
			to = column
		}
		s.mustExec(t, `UPDATE messages SET `+name+` = `+to+` WHERE id = ?`, m.ID)
		if got := read(); !got.Damaged || said(got) != "hm|so" || len(got.Parts) != 5 {
			t.Errorf("%s: %+v", name, got)
		}
		if sum, err := s.Spent(t.Context(), "", time.Time{}); err != nil || sum.Answers != 1 {
			t.Errorf("%s: spent %+v, %v", name, sum, err)
		}
		s.mustExec(t, `UPDATE messages SET `+name+` = ? WHERE id = ?`, was, m.ID)
		if read().Damaged {
			t.Errorf("%s: damaged after the repair", name)
		}
	}
	for ord := range 6 {
		for _, column := range []string{"kind", "text", "data"} {
			var was *string
			ok(t, s.write.QueryRowContext(t.Context(), `SELECT `+column+` FROM parts WHERE message_id = ? AND ord = ?`, m.ID, ord).Scan(&was))
			s.mustExec(t, `UPDATE parts SET `+column+` = coalesce(`+column+`, '') || 'x' WHERE message_id = ? AND ord = ?`, m.ID, ord)
			if got := read(); !got.Damaged || got.Model != "m" {
				t.Errorf("%s of part %d: %+v", column, ord, got)
			}
			s.mustExec(t, `UPDATE parts SET `+column+` = ? WHERE message_id = ? AND ord = ?`, was, m.ID, ord)
		}
	}
	s.mustExec(t, `DELETE FROM parts WHERE message_id = ? AND ord = 5`, m.ID)
	if got := read(); !got.Damaged || said(got) != "hm|so" {
		t.Errorf("without a part: %+v", got)
	}
	s.mustExec(t, `UPDATE messages SET checksum = NULL`)
	if got := read(); got.Damaged {
		t.Errorf("nothing is known of it: %+v", got)
	}
}

// A chunk that can't be read is lost, and the answer says so, before its end
// and after.
func TestDamagedChunks(t *testing.T) {
	s := newStore(t)
	id, first := begin(t, s, "hello")
	broken(t, s, id, first, api.Answer{Text: "so far"}, api.Cited{})
	s.mustExec(t, `UPDATE chunks SET text = '{' WHERE kind = 'citation'`)
	if got := last(t, s, id); !got.Streaming() || !got.Damaged || said(got) != "|so far" {
		t.Errorf("got %+v", got)
	}
	claim, err := s.Claim(id)
	ok(t, err)
	claim.Release()
	if got := last(t, s, id); got.Finish != api.FinishInterrupted || !got.Damaged || said(got) != "|so far" {
		t.Errorf("got %+v", got)
	}
}

func TestEveryWholeMessageHasASum(t *testing.T) {
	s := newStore(t)
	id, first := begin(t, s, "hello")
	ok(t, s.Append(t.Context(), sample(id, first)))
	for _, err := range s.Record(t.Context(), Message{ID: NewID(noon), SessionID: id, ParentID: first},
		pieces(api.Answer{Text: "a"}, api.Finish{Reason: api.FinishStop})) {
		ok(t, err)
	}
	broken(t, s, id, first, api.Answer{Text: "so far"})
	var sums, all int
	count := func() {
		ok(t, s.read.QueryRowContext(t.Context(), `SELECT count(checksum), count(*) FROM messages`).Scan(&sums, &all))
	}
	if count(); sums != 3 || all != 4 {
		t.Errorf("%d sums of %d messages, one of which streams", sums, all)
	}
	claim, err := s.Claim(id)
	ok(t, err)
	claim.Release()
	if count(); sums != 4 {
		t.Errorf("%d sums of %d messages", sums, all)
	}
	for _, m := range loaded(t, s, id) {
		if m.Damaged {
			t.Errorf("damaged: %+v", m)
		}
	}
}

// The encoding is a contract with every database out there.
func TestTheSumOfVersion1(t *testing.T) {
	h := head{
		role: "assistant", provider: "p", model: "m", answeredBy: "b", created: 1,
		finish: "stop", inferenceID: "i", err: "", figures: "{}",
	}
	parts := []partRow{{ord: 0, kind: "text", text: "ä\x00"}, {ord: 7, kind: "citation", data: `{}`}}
	if got, want := checksum(h, parts), wantSum; got != want {
		t.Errorf("got %s", got)
	}
	if fits("", h, parts) != true || fits("2:x", h, parts) != true || fits(wantSum, h, nil) || fits(sumOfNothing, h, parts) {
		t.Error("what fits?")
	}
	moved := h
	moved.role, moved.provider = "assistan", "tp"
	if checksum(moved, parts) == checksum(h, parts) {
		t.Error("fields run into each other")
	}
}

// wantSum was made by another program.
const wantSum = "1:1e153abff89721de10d48d522565898ea4a4fef1ca60b429a1273b96343cc868"
