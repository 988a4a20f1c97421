package archive

// This file owns our JSON as Go knows it: the shapes of a session and of a
// message, and the way to and from what package session says. It is a contract
// with every file out there: fields may be added, never renamed.

import (
	"encoding/json"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

const (
	formatName    = "aimlchat"
	formatVersion = 1
)

// sessionJSON is a session but for its messages and the contents of its files.
type sessionJSON struct {
	ID       string           `json:"id"`
	Kind     session.Kind     `json:"kind,omitempty"`
	Title    exact            `json:"title,omitempty"`
	TitleBy  string           `json:"title_by,omitempty"`
	Provider string           `json:"provider,omitempty"`
	Model    string           `json:"model,omitempty"`
	System   exact            `json:"system,omitempty"`
	Created  instant          `json:"created_at,omitzero"`
	Updated  instant          `json:"updated_at,omitzero"`
	Draft    exact            `json:"draft,omitempty"`
	Queue    []session.Queued `json:"queue,omitempty"`
	Tags     []string         `json:"tags,omitempty"`
	Pinned   bool             `json:"pinned,omitempty"`
	Trashed  instant          `json:"trashed_at,omitzero"`
	Origin   string           `json:"origin,omitempty"`
	Leaf     string           `json:"leaf,omitempty"`
	Chosen   string           `json:"chosen,omitempty"`
}

func newSessionJSON(s session.Session) sessionJSON {
	return sessionJSON{
		s.ID, s.Kind, exact(s.Title), s.TitleBy, s.Provider, s.Model, exact(s.System),
		instant{s.Created},
		instant{s.Updated},
		exact(s.Draft), s.Queue, s.Tags, s.Pinned,
		instant{s.Trashed},
		s.Origin, s.Leaf, s.Chosen,
	}
}

func (j sessionJSON) session() session.Session {
	return session.Session{
		ID: j.ID, Kind: j.Kind, Title: string(j.Title), TitleBy: j.TitleBy, Provider: j.Provider, Model: j.Model, System: string(j.System),
		Created: j.Created.Time, Updated: j.Updated.Time, Draft: string(j.Draft), Queue: j.Queue, Tags: j.Tags,
		Pinned: j.Pinned, Trashed: j.Trashed.Time, Origin: j.Origin, Leaf: j.Leaf, Chosen: j.Chosen,
	}
}

type messageJSON struct {
	ID          string           `json:"id"`
	ParentID    string           `json:"parent_id,omitempty"`
	Role        api.Role         `json:"role"`
	Created     instant          `json:"created_at,omitzero"`
	Hidden      int64            `json:"hidden,omitempty"`
	Chosen      string           `json:"chosen,omitempty"`
	Origin      string           `json:"origin,omitempty"`
	Parts       []partJSON       `json:"parts,omitempty"`
	Citations   []citationJSON   `json:"citations,omitempty"`
	Provider    string           `json:"provider,omitempty"`
	Model       string           `json:"model,omitempty"`
	AnsweredBy  string           `json:"answered_by,omitempty"`
	Protocol    api.Protocol     `json:"protocol,omitempty"`
	InferenceID string           `json:"inference_id,omitempty"`
	Finish      api.FinishReason `json:"finish,omitempty"`
	Error       *errorJSON       `json:"error,omitempty"`
	Usage       *api.Usage       `json:"usage,omitempty"`
	Cost        *api.Cost        `json:"cost,omitempty"`
	Timing      *timingJSON      `json:"timing,omitempty"`
	Digest      *digestJSON      `json:"digest,omitempty"`
}

type partJSON struct {
	Kind   api.PartKind `json:"kind"`
	Text   exact        `json:"text,omitempty"`
	Tool   *toolJSON    `json:"tool,omitempty"`
	File   *api.File    `json:"file,omitempty"`
	Opaque *opaqueJSON  `json:"opaque,omitempty"`
}

type toolJSON struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Arguments exact  `json:"arguments"`
}

// opaqueJSON holds its data as a text: an encoder of JSON would spell it anew.
type opaqueJSON struct {
	Protocol api.Protocol `json:"protocol"`
	Data     exact        `json:"data"`
}

type citationJSON struct {
	Title exact `json:"title"`
	URL   exact `json:"url"`
}

type errorJSON struct {
	Kind       api.ErrorKind `json:"kind"`
	Status     int           `json:"status,omitempty"`
	Message    exact         `json:"message"`
	Hint       exact         `json:"hint,omitempty"`
	Retryable  bool          `json:"retryable,omitempty"`
	RequestID  string        `json:"request_id,omitempty"`
	RetryAfter int64         `json:"retry_after_ns,omitempty"`
}

type timingJSON struct {
	FirstToken int64 `json:"first_token_ns"`
	Thinking   int64 `json:"thinking_ns"`
	Total      int64 `json:"total_ns"`
}

type digestJSON struct {
	Text     exact     `json:"text"`
	Model    string    `json:"model,omitempty"`
	Provider string    `json:"provider,omitempty"`
	Created  instant   `json:"created_at,omitzero"`
	Usage    api.Usage `json:"usage"`
	Cost     api.Cost  `json:"cost"`
}

func newMessageJSON(m session.Message) messageJSON {
	j := messageJSON{
		ID: m.ID, ParentID: m.ParentID, Role: m.Role, Created: instant{m.Created}, Hidden: m.HiddenAs, Chosen: m.Chosen, Origin: m.Origin,
		Provider: m.Provider, Model: m.Model, AnsweredBy: m.AnsweredBy, Protocol: m.Protocol,
		InferenceID: m.InferenceID, Finish: m.Finish,
		Usage: unlessZero(m.Usage), Cost: unlessZero(m.Cost),
		Timing: unlessZero(timingJSON{int64(m.Timing.FirstToken), int64(m.Timing.Thinking), int64(m.Timing.Total)}),
	}
	for _, p := range m.Parts {
		j.Parts = append(j.Parts, newPartJSON(p))
	}
	for _, c := range m.Citations {
		j.Citations = append(j.Citations, citationJSON{exact(c.Title), exact(c.URL)})
	}
	if e := m.Err; e != nil {
		j.Error = &errorJSON{e.Kind, e.Status, exact(e.Message), exact(e.Hint), e.Retryable, e.RequestID, int64(e.RetryAfter)}
	}
	if d := m.Digest; d != nil {
		j.Digest = &digestJSON{exact(d.Text), d.Model, d.Provider, instant{d.Created}, d.Usage, d.Cost}
	}
	return j
}

func newPartJSON(p api.Part) partJSON {
	j := partJSON{Kind: p.Kind, Text: exact(p.Text), File: p.File}
	if t := p.Tool; t != nil {
		j.Tool = &toolJSON{t.ID, t.Name, exact(t.Arguments)}
	}
	if o := p.Opaque; o != nil {
		j.Opaque = &opaqueJSON{o.Protocol, exact(o.Data)}
	}
	return j
}

func unlessZero[T comparable](v T) *T {
	if v == *new(T) {
		return nil
	}
	return &v
}

func (j messageJSON) message() session.Message {
	m := session.Message{
		ID: j.ID, ParentID: j.ParentID, Role: j.Role, Created: j.Created.Time, Hidden: j.Hidden > 0, HiddenAs: max(j.Hidden, 0), Chosen: j.Chosen, Origin: j.Origin,
		Provider: j.Provider, Model: j.Model, AnsweredBy: j.AnsweredBy, Protocol: j.Protocol,
		InferenceID: j.InferenceID, Finish: j.Finish,
	}
	for _, p := range j.Parts {
		m.Parts = append(m.Parts, p.part())
	}
	for _, c := range j.Citations {
		m.Citations = append(m.Citations, api.Citation{Title: string(c.Title), URL: string(c.URL)})
	}
	if e := j.Error; e != nil {
		m.Err = &api.Error{
			Kind: e.Kind, Status: e.Status, Message: string(e.Message), Hint: string(e.Hint), Retryable: e.Retryable,
			RequestID: e.RequestID, RetryAfter: time.Duration(e.RetryAfter),
		}
	}
	if j.Usage != nil {
		m.Usage = *j.Usage
	}
	if j.Cost != nil {
		m.Cost = *j.Cost
	}
	if t := j.Timing; t != nil {
		m.Timing = api.Timing{FirstToken: time.Duration(t.FirstToken), Thinking: time.Duration(t.Thinking), Total: time.Duration(t.Total)}
	}
	if d := j.Digest; d != nil {
		m.Digest = &session.Digest{
			Text: string(d.Text), Model: d.Model, Provider: d.Provider, Created: d.Created.Time, Usage: d.Usage, Cost: d.Cost,
		}
	}
	return m
}

func (j partJSON) part() api.Part {
	p := api.Part{Kind: j.Kind, Text: string(j.Text), File: j.File}
	if t := j.Tool; t != nil {
		p.Tool = &api.ToolCall{ID: t.ID, Name: t.Name, Arguments: string(t.Arguments)}
	}
	if o := j.Opaque; o != nil {
		p.Opaque = &api.Opaque{Protocol: o.Protocol, Data: json.RawMessage(o.Data)}
	}
	return p
}
