package archive

// This file owns the reading of our own JSON. The contents of files stay in the
// source until someone asks for them; only where they stand is remembered.

import (
	"bufio"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"io/fs"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// isOurs reports whether an object says, before its sessions, that it is ours.
func isOurs(fields map[string]json.RawMessage) bool {
	var name string
	return json.Unmarshal(fields["format"], &name) == nil && name == formatName
}

func (j *jsonReader) ownSessions(o *object) error {
	var version int
	if err := json.Unmarshal(o.fields["version"], &version); err != nil || version < 1 || version > formatVersion {
		if _, err := j.pass(); err != nil {
			return err
		}
		return j.problem("", "it is of a newer aimlchat (version %s of the format, known is %d); update aimlchat",
			o.fields["version"], formatVersion)
	}
	j.index = 0
	return j.array(func() error {
		j.index++
		if c, err := j.mark(); err != nil || c != '{' {
			_, err2 := j.pass()
			return errors.Join(err, err2, j.problem(j.where(""), "it is no object"))
		}
		return j.ownSession()
	})
}

func (j *jsonReader) ownSession() error {
	var (
		o        object
		s        Session
		head     = map[string]json.RawMessage{}
		contents = map[string]extent{}
	)
	err := j.object(func(key string) error {
		switch c, err := j.mark(); {
		case err != nil:
			return err
		case key == "messages" && c == '[':
			return j.array(func() error { return j.ownMessage(&o, &s) })
		case key == "files" && c == '[':
			return j.array(func() error { return j.content(contents) })
		}
		raw, err := j.take(j.limits.Message)
		if errors.Is(err, errTooLong) {
			return j.problem(j.where(""), "its %s is too long", key)
		}
		head[key] = raw
		return err
	})
	if err != nil {
		return err
	}
	var own sessionJSON
	for key, raw := range head { // one by one, so that one that is wrong costs only itself
		one, err := json.Marshal(map[string]json.RawMessage{key: raw})
		if err == nil {
			err = json.Unmarshal(one, &own)
		}
		if err != nil {
			if err := j.problem(j.where(string(own.Title)), "its %s is not as it should be", oneLine(key)); err != nil {
				return err
			}
		}
	}
	s.Session = own.session()
	s.Content = j.contents(contents)
	return j.hand(s)
}

func (j *jsonReader) ownMessage(o *object, s *Session) error {
	var own messageJSON
	ok, err := j.bounded(o, len(s.Messages), j.where(""), &own)
	if !ok || err != nil {
		return err
	}
	m := own.message()
	if !sound(&m) {
		return j.problem(j.where(""), "a message says nothing that can be kept (%s, %s)", oneLine(m.ID), oneLine(string(m.Role)))
	}
	s.Messages = append(s.Messages, m)
	return nil
}

// sound makes a message one that a database can hold, if that can be done: its
// parts have what their kinds say, and an answer has an end.
func sound(m *session.Message) bool {
	switch m.Role {
	case api.User, api.Assistant, api.ToolRole, api.System:
	default:
		return false
	}
	if m.ID == "" {
		return false
	}
	parts := m.Parts
	m.Parts = nil
	for _, p := range parts {
		if soundPart(&p) {
			m.Parts = append(m.Parts, p)
		}
	}
	if m.Streaming() { // nobody is there who would end it
		m.Finish = api.FinishInterrupted
	}
	return true
}

func soundPart(p *api.Part) bool {
	kept := api.Part{Kind: p.Kind}
	switch p.Kind {
	case api.TextPart, api.ReasoningPart:
		kept.Text = p.Text
	case api.ToolCallPart, api.ToolResultPart:
		kept.Text, kept.Tool = p.Text, p.Tool
		if kept.Tool == nil {
			kept.Tool = new(api.ToolCall)
		}
	case api.FilePart:
		if p.File == nil {
			return false
		}
		f := *p.File
		f.Name, f.URL, f.Size = baseName(f.Name), webURL(f.URL), max(f.Size, 0)
		kept.File = &f
	case api.OpaquePart:
		if p.Opaque == nil {
			return false
		}
		kept.Opaque = p.Opaque
	default:
		return false
	}
	*p = kept
	return true
}

// webURL lets pass what leads to the web.
func webURL(address string) string {
	if lower := strings.ToLower(address); strings.HasPrefix(lower, "https://") || strings.HasPrefix(lower, "http://") {
		return address
	}
	return ""
}

// content remembers where the content of a file stands, if it is what it says.
func (j *jsonReader) content(contents map[string]extent) error {
	var sum string
	var at extent
	err := j.object(func(key string) (err error) {
		switch key {
		case "sha256":
			raw, err := j.take(longestKey)
			if err != nil {
				return err
			}
			_ = json.Unmarshal(raw, &sum)
			return nil
		case "data":
			at, err = j.pass()
			return err
		}
		_, err = j.pass()
		return err
	})
	if err != nil || j.src == nil {
		return err
	}
	if r := j.decoded(at); sum == "" || sumOfAll(r) != sum {
		return j.problem(j.where(""), "the content of a file (%.12s) is not what it should be", oneLine(sum))
	}
	contents[sum] = at
	return nil
}

// decoded returns what stands in base64 in a text of the source.
func (j *jsonReader) decoded(at extent) io.Reader {
	inner := io.NewSectionReader(j.src, at.from+1, max(at.size-2, 0)) // without its quotes
	return base64.NewDecoder(base64.StdEncoding, bufio.NewReader(inner))
}

// sumOfAll is the SHA-256 of what r holds, "" if it can't be read.
func sumOfAll(r io.Reader) string {
	sum := sha256.New()
	if _, err := io.Copy(sum, r); err != nil {
		return ""
	}
	return hexOf(sum)
}

func hexOf(sum hash.Hash) string { return hex.EncodeToString(sum.Sum(nil)) }

func (j *jsonReader) contents(known map[string]extent) func(string) (io.ReadCloser, error) {
	return func(sum string) (io.ReadCloser, error) {
		at, ok := known[sum]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return io.NopCloser(j.decoded(at)), nil
	}
}
