package archive_test

// Random conversations: of every kind of part, with branches, hidden messages,
// digests, tags and texts that are hard to write down.

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/session/archive"
)

var noon = time.UnixMilli(1775044800345)

// dice makes conversations, the same ones for the same seed.
type dice struct {
	*rand.Rand
	contents map[string][]byte // of files, by their sums
	ids      int
}

func newDice(seed uint64) *dice {
	return &dice{Rand: rand.New(rand.NewPCG(seed, 7)), contents: map[string][]byte{}}
}

func (d *dice) id() string {
	d.ids++
	const letters = "0123456789abcdefghjkmnpqrstvwxyz"
	id := make([]byte, 26)
	for i := range id {
		id[i] = letters[d.IntN(len(letters))]
	}
	return string(id)
}

func (d *dice) chance(percent int) bool { return d.IntN(100) < percent }

func pick[T any](d *dice, list ...T) T { return list[d.IntN(len(list))] }

// text is a text that some writer or reader may trip over.
func (d *dice) text() string {
	var b strings.Builder
	for range 1 + d.IntN(6) {
		b.WriteString(pick(d,
			"Full bloom is in April. ", "\n\n", "```go\nfunc main() {}\n```\n", "```\nleft open\n", "~~~~", "<script>alert(1)</script>",
			"<!-- ", "# heading\n", "> quoted\n", "| a | b |\n|---|---|\n| 1 | 2 |\n", "\t", "\\", "\"", "\x00", "\x1b[31m", "\u202e", "\u2028",
			"日本語 ", "👩‍👩‍👧 ", "\xff\xfe", "\xed\xa0\x80", "\r\n", " trailing  ", "[x](javascript:alert(1))", "![i](http://a.b/c.png)", "&amp;",
		))
	}
	return b.String()
}

// word is a text of a name: one line, valid.
func (d *dice) word() string {
	return pick(d, "kyoto", "Spring in Kyoto", "日本", "it's \"quoted\"", "a<b>", "x")
}

func (d *dice) moment() time.Time { return noon.Add(time.Duration(d.IntN(1e9)) * time.Millisecond) }

func (d *dice) count() *int64 {
	if d.chance(40) {
		return nil
	}
	n := int64(d.IntN(100_000))
	return &n
}

func (d *dice) cost() api.Cost {
	if d.chance(30) {
		return api.Cost{}
	}
	usd := float64(d.IntN(1_000_000)) / 1e7
	return api.Cost{USD: &usd, Source: pick(d, api.Billed, api.Estimated)}
}

func (d *dice) usage() api.Usage {
	return api.Usage{Prompt: d.count(), Completion: d.count(), Reasoning: d.count(), Total: d.count(), Cached: d.count()}
}

func (d *dice) file() *api.File {
	if d.chance(20) {
		return &api.File{Name: d.word(), MIME: "image/png", Size: 12, URL: "https://example.com/made.png"}
	}
	data := make([]byte, d.IntN(300))
	for i := range data {
		data[i] = byte(d.IntN(256))
	}
	sum := sha256.Sum256(data)
	f := &api.File{Name: d.word(), MIME: pick(d, "image/png", "text/plain", "application/pdf"), Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:])}
	d.contents[f.SHA256] = data
	return f
}

func (d *dice) parts() (parts []api.Part) {
	for range d.IntN(5) {
		tool := &api.ToolCall{ID: d.id(), Name: d.word(), Arguments: d.text()}
		parts = append(parts, pick(d,
			api.Part{Kind: api.TextPart, Text: d.text()},
			api.Part{Kind: api.ReasoningPart, Text: d.text()},
			api.Part{Kind: api.ToolCallPart, Tool: tool},
			api.Part{Kind: api.ToolResultPart, Text: d.text(), Tool: &api.ToolCall{ID: d.id(), Name: d.word()}},
			api.Part{Kind: api.FilePart, File: d.file()},
			api.Part{Kind: api.OpaquePart, Opaque: &api.Opaque{Protocol: api.Messages, Data: json.RawMessage(`{"signature":"` + d.id() + `"}`)}},
		))
	}
	return parts
}

func (d *dice) message(parent string) session.Message {
	m := session.Message{
		ID: d.id(), ParentID: parent, Role: pick(d, api.User, api.Assistant, api.ToolRole), Created: d.moment(), Parts: d.parts(),
	}
	if m.Role != api.Assistant {
		return m
	}
	m.Provider, m.Model, m.AnsweredBy, m.Protocol = d.word(), d.word(), d.word(), pick(d, "", api.Chat, api.Messages)
	m.InferenceID, m.Usage, m.Cost = d.id(), d.usage(), d.cost()
	m.Finish = pick(d, api.FinishStop, api.FinishLength, api.FinishStopped, api.FinishInterrupted, "strange")
	m.Timing = api.Timing{FirstToken: time.Duration(d.IntN(1e9)), Thinking: time.Duration(d.IntN(1e9)), Total: time.Duration(d.IntN(1e9))}
	if d.chance(20) {
		m.Finish = api.FinishError
		m.Err = &api.Error{Kind: api.ErrServer, Status: 503, Message: d.word(), Hint: d.word(), Retryable: true, RequestID: d.id(), RetryAfter: time.Second}
	}
	for range d.IntN(3) {
		m.Citations = append(m.Citations, api.Citation{Title: d.word(), URL: "https://example.com/" + d.id()})
	}
	if d.chance(15) {
		m.Digest = &session.Digest{Text: d.text(), Model: d.word(), Provider: d.word(), Created: d.moment(), Usage: d.usage(), Cost: d.cost()}
	}
	return m
}

// conversation makes a tree in order of arrival.
func (d *dice) conversation() archive.Session {
	s := archive.Session{Session: session.Session{
		ID: d.id(), Title: d.word(), TitleBy: pick(d, session.TitleByWords, session.TitleByModel, session.TitleByPerson), Kind: pick(d, session.KindChat, session.KindPrint),
		Provider: d.word(), Model: d.word(), System: d.text(), Created: d.moment(), Draft: d.text(), Pinned: d.chance(30),
	}}
	s.Updated = s.Created.Add(time.Minute)
	for _, tag := range []string{"blossom", "japan", "work"} {
		if d.chance(30) {
			s.Tags = append(s.Tags, tag)
		}
	}
	if d.chance(20) {
		s.Trashed = d.moment()
	}
	if d.chance(20) {
		s.Queue = []session.Queued{{Text: d.word(), Effort: api.HighEffort}, {Text: d.word(), Web: true}}
	}
	hidden := map[string]int64{}
	for i := range d.IntN(12) {
		parent := ""
		if i > 0 && d.chance(95) {
			parent = s.Messages[max(0, i-1-d.IntN(3))].ID
		}
		m := d.message(parent)
		if m.HiddenAs = hidden[parent]; m.HiddenAs == 0 && i > 1 && d.chance(10) {
			m.HiddenAs = int64(1 + d.IntN(3))
		}
		m.Hidden = m.HiddenAs > 0
		hidden[m.ID] = m.HiddenAs
		s.Messages = append(s.Messages, m)
	}
	for _, m := range slices.Backward(s.Messages) {
		if !m.Hidden {
			s.Leaf = m.ID
			break
		}
	}
	return s
}

// shelf is a [archive.Source] of conversations in memory.
type shelf map[string]archive.Session

func (s shelf) Tree(_ context.Context, id string) ([]session.Message, error) {
	return slices.Clone(s[id].Messages), nil
}

func shelve(list ...archive.Session) (shelf, []session.Session) {
	on, heads := shelf{}, []session.Session(nil)
	for _, s := range list {
		on[s.ID] = s
		heads = append(heads, s.Session)
	}
	return on, heads
}
