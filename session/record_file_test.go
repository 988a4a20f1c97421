package session

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// everything is a stream of all that is recorded.
func everything() []api.Event {
	return []api.Event{
		api.Start{Model: "thinker-2", Protocol: api.Messages},
		api.Notice{Text: "it searches by itself"},
		api.Reasoning{Text: "hm"},
		api.Sealed{Opaque: api.Opaque{Protocol: api.Messages, Data: []byte(`{ "signature":"<1>" }`)}},
		api.Attached{File: attached("a.png", "pixels")},
		api.ToolCallDelta{ToolCall: api.ToolCall{ID: "1", Name: "f", Arguments: "{}"}},
		api.Answer{Text: "look"},
		api.Cited{Citation: api.Citation{Title: "T", URL: "https://t.example"}},
		api.Attached{File: api.File{Name: "far.png", URL: "https://cdn.example/far.png"}},
		api.Sealed{Opaque: api.Opaque{Protocol: api.Messages, Data: []byte(`{"broken`)}},
		api.Finish{Reason: api.FinishStop},
	}
}

// whatReplySums is the message that should be stored of a reply.
func whatReplySums(r *api.Reply) Message {
	m := Message{Parts: r.Message("").Parts, Citations: r.Citations, Protocol: r.Protocol, AnsweredBy: r.Model}
	for i, p := range m.Parts {
		if p.File != nil {
			f := *p.File
			f.Data = nil
			m.Parts[i].File = &f
		}
	}
	return m
}

// At each moment, what is saved must be what the screen makes of the same events.
func TestRecordKeepsWhatReplySums(t *testing.T) {
	bubble(t, func(t *testing.T, s *Store, sessionID string, answer Message) {
		reply := api.NewReply(s.now())
		check := func(when api.Event) {
			t.Helper()
			got, want := last(t, s, sessionID), whatReplySums(reply)
			if !reflect.DeepEqual(got.Parts, want.Parts) || !reflect.DeepEqual(got.Citations, want.Citations) {
				t.Errorf("after %T:\ngot  %+v\nwant %+v", when, got.Parts, want.Parts)
			}
			if got.Protocol != want.Protocol || got.AnsweredBy != want.AnsweredBy {
				t.Errorf("after %T: protocol %q, answered by %q", when, got.Protocol, got.AnsweredBy)
			}
		}
		for ev, err := range s.Record(t.Context(), answer, pieces(everything()...)) {
			ok(t, err)
			reply.Add(ev, s.now())
			pass(250 * time.Millisecond)
			check(ev)
		}
		check(nil)
		if got := last(t, s, sessionID).Parts; len(got) != 7 || got[3].File.SHA256 != sumOf([]byte("pixels")) {
			t.Errorf("got %+v", got)
		}
		if files, err := request(t, s, sessionID); err != nil || string(files[0].Data) != "pixels" {
			t.Errorf("%+v, %v", files, err)
		}
	})
}

// The event that passes on says where the file lies.
func TestRecordTellsWhereAFileLies(t *testing.T) {
	bubble(t, func(t *testing.T, s *Store, _ string, answer Message) {
		content := []byte("pixels")
		for ev, err := range s.Record(t.Context(), answer, pieces(api.Attached{File: api.File{Name: "a", Data: content}}, api.Finish{})) {
			ok(t, err)
			if made, is := ev.(api.Attached); is && (made.SHA256 != sumOf(content) || made.Size != 6 || len(made.Data) != 6) {
				t.Errorf("got %+v", made.File)
			}
		}
		if _, err := os.Stat(s.FilePath(api.File{SHA256: sumOf(content)})); err != nil {
			t.Error(err)
		}
	})
}

// A file that can't be saved must keep no word from being saved, nor the end;
// it is saved once that is possible, and its failure is told once.
func TestRecordMeetsAFolderItCannotWrite(t *testing.T) {
	bubble(t, func(t *testing.T, s *Store, sessionID string, answer Message) {
		var told []error
		s.onSaveError = func(err error) { told = append(told, err) }
		ok(t, os.WriteFile(s.files.dir, nil, 0o600)) // where the folder is to be
		i := 0
		stream := pieces(api.Answer{Text: "a"}, api.Attached{File: attached("a.png", "pixels")}, api.Answer{Text: "b"}, api.Answer{Text: "c"},
			api.Attached{File: attached("b.png", "more")}, api.Finish{Reason: api.FinishStop})
		for _, err := range s.Record(t.Context(), answer, stream) {
			ok(t, err)
			pass(time.Second)
			want := []string{"a", "a", "ab", "abc", "abc", "abc"}[i]
			if got := last(t, s, sessionID).Content(); got != want {
				t.Errorf("at %d: %q is saved, want %q", i, got, want)
			}
			if i++; i == 4 {
				ok(t, os.Remove(s.files.dir))
			}
		}
		if len(told) != 1 || !strings.Contains(told[0].Error(), "the file a.png") {
			t.Errorf("told %q", told)
		}
		if files, err := request(t, s, sessionID); err != nil || string(files[0].Data)+string(files[1].Data) != "pixelsmore" {
			t.Errorf("%+v, %v", files, err)
		}
	})
}

func TestRecordEndsThoughAFileIsLost(t *testing.T) {
	bubble(t, func(t *testing.T, s *Store, sessionID string, answer Message) {
		told := 0
		s.onSaveError = func(error) { told++ }
		ok(t, os.WriteFile(s.files.dir, nil, 0o600))
		start := time.Now()
		drain(t, s.Record(t.Context(), answer, pieces(api.Attached{File: attached("a.png", "pixels")}, api.Answer{Text: "a"}, api.Finish{Reason: api.FinishStop})))
		if d := time.Since(start); d > 0 || told != 1 {
			t.Errorf("ended after %v, told %d times", d, told)
		}
		if got := last(t, s, sessionID); said(got) != "|a" || got.Finish != api.FinishStop || got.Parts[1].File.Name != "a.png" {
			t.Errorf("got %+v", got)
		}
		if _, err := request(t, s, sessionID); err == nil || !strings.Contains(err.Error(), "a.png") {
			t.Errorf("loaded: %v", err)
		}
	})
}

// Another program that takes the answer for interrupted must find the same, and
// the recording must go on over it.
func TestRecordAfterAnotherInterruptedIt(t *testing.T) {
	bubble(t, func(t *testing.T, s *Store, sessionID string, answer Message) {
		other := openStore(t, s.path)
		reply := api.NewReply(s.now())
		for ev, err := range s.Record(t.Context(), answer, pieces(everything()...)) {
			ok(t, err)
			reply.Add(ev, s.now())
			pass(250 * time.Millisecond)
			if _, is := ev.(api.Finish); is {
				break
			}
			claim, err := other.Claim(sessionID)
			ok(t, err)
			claim.Release()
			got := last(t, other, sessionID)
			if want := whatReplySums(reply); got.Finish != api.FinishInterrupted || !reflect.DeepEqual(got.Parts, want.Parts) {
				t.Errorf("after %T:\ngot  %+v\nwant %+v", ev, got.Parts, want.Parts)
			}
		}
		if got := last(t, s, sessionID); got.Finish != api.FinishStop || !reflect.DeepEqual(got.Parts, whatReplySums(reply).Parts) {
			t.Errorf("at the end: %+v", got)
		}
	})
}
