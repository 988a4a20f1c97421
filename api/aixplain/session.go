package aixplain

// This file owns how a conversation with an agent goes on in the session that the
// service keeps for it. It refuses to go on in one that holds anything else than
// this conversation: then what was said is sent along, and a session of its own
// begins.
//
// The session's name travels with each answer as an [api.Opaque] of this
// protocol, beside the agent's, the run's, and a digest of what had been said.

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// seal is what an answer keeps of the session that it was given in.
type seal struct {
	Agent   string `json:"agent"`
	Session string `json:"sessionId"`
	Run     string `json:"requestId,omitempty"`
	Said    string `json:"said"` // see fingerprint
}

// place is where a conversation goes on.
type place struct {
	session string // "": in none
	told    bool   // without what was said before
	note    string
}

// learn takes a refusal as a lesson about sessions.
func (p *place) learn(refusal *api.Error) bool {
	if refusal.Status < 400 || refusal.Status >= 500 || refusal.Kind == api.ErrAuth {
		return false
	}
	words := strings.ToLower(refusal.Message)
	switch {
	case p.session != "" && strings.Contains(words, "session"):
		p.session = ""
		p.note = "the agent's session is gone; what was said is sent along, and another one begins"
	case !p.told && p.session == "" && strings.Contains(words, "history"):
		p.told = true
		p.note = "the agent takes no conversation: only the last message is sent"
	default:
		return false
	}
	return true
}

// place finds where the conversation of req goes on.
func (c *Client) place(ctx context.Context, agent string, req api.Request) place {
	last := lastAnswer(req.Messages)
	if last < 0 {
		return place{}
	}
	for _, p := range req.Messages[last].Parts {
		var s seal
		if p.Kind != api.OpaquePart || p.Opaque == nil || p.Opaque.Protocol != Protocol || wire.Unmarshal(p.Opaque.Data, &s) != nil ||
			s.Agent != agent || !isID(s.Session) {
			continue
		}
		if s.Said != fingerprint(req.Messages[:last+1]) || c.movedOn(ctx, s) {
			return place{note: "the agent's session holds another course of this conversation; what was said is sent along, and another one begins"}
		}
		return place{session: s.Session}
	}
	return place{}
}

// lastAnswer is the place of the last answer; -1 without one.
func lastAnswer(all []api.Message) int {
	for i, m := range slices.Backward(all) {
		if m.Role == api.Assistant {
			return i
		}
	}
	return -1
}

// movedOn reports whether a session has had another run since, which is known of
// those that were asked from here, and else is asked for. In doubt it has not.
func (c *Client) movedOn(ctx context.Context, s seal) bool {
	if tip := c.tips.Habits(s.Session); tip != "" {
		return tip != s.Run
	}
	ctx, cancel := context.WithTimeout(ctx, aside)
	defer cancel()
	doc, err := c.platform.get(ctx, "v1/sessions/"+url.PathEscape(s.Session)+"/messages", wire.GetOptions{})
	if err != nil || s.Run == "" {
		return false
	}
	var all []sessionMessage
	if wire.Unmarshal(doc.Body, &all) != nil {
		return false
	}
	slices.SortStableFunc(all, func(a, b sessionMessage) int { return int(a.Sequence.Value() - b.Sequence.Value()) })
	ours := slices.IndexFunc(all, func(m sessionMessage) bool { return string(m.RequestID) == s.Run })
	return ours >= 0 && slices.ContainsFunc(all[ours:], func(m sessionMessage) bool {
		return m.RequestID != "" && string(m.RequestID) != s.Run
	})
}

// sessionMessage is what a session holds.
type sessionMessage struct {
	RequestID wire.Words  `json:"requestId"`
	Sequence  wire.Figure `json:"sequence"`
}

// fingerprint is a digest of what was said, by whom.
func fingerprint(all []api.Message) string {
	h := sha256.New()
	put := func(s string) {
		_ = json.NewEncoder(h).Encode(s) // a string can't fail, nor can a hash
	}
	for _, m := range all {
		if m.Role != api.User && m.Role != api.Assistant {
			continue
		}
		put(string(m.Role))
		put(m.Content())
		for _, p := range m.Parts {
			if p.Kind == api.FilePart && p.File != nil {
				put("file " + p.File.Name + " " + contentOf(p.File))
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// contentOf tells contents apart. One that was not stored yet has no name.
func contentOf(f *api.File) string {
	if f.SHA256 != "" || f.Data == nil {
		return f.SHA256
	}
	sum := sha256.Sum256(f.Data)
	return hex.EncodeToString(sum[:])
}

// began takes note that the session of the conversation has a new run, whatever
// becomes of it here.
func (q *question) began(run string) {
	if q.run = run; q.place.session != "" && run != "" {
		q.client.tips.Keep(q.place.session, run)
	}
}

// keepSession yields what an answer keeps of its session.
func (q *question) keepSession() bool {
	session := q.name(q.decoder.session)
	if session == "" {
		session = q.place.session
	}
	if session == "" {
		return true
	}
	if q.run != "" {
		q.client.tips.Keep(session, q.run)
	}
	said := append(slices.Clip(q.req.Messages), api.Text(api.Assistant, q.answer.String()))
	data, err := json.Marshal(seal{q.id, session, q.run, fingerprint(said)})
	if err != nil {
		q.fail(err)
		return false
	}
	return q.pass(api.Sealed{Opaque: api.Opaque{Protocol: Protocol, Data: data}})
}
