package archive

// This file owns taking secrets out of an export: keys of known shapes, and the
// keys of the person. Names, addresses and numbers of people are no secrets in
// this sense, and stay: no pattern finds them all, and a mask that forgets one
// is worse than none.

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// Mask takes secrets out of what it is given. Where one was stands an ellipsis.
//
// What a model sent to get back unread goes as a whole: nobody can look into it.
// The content of a text file is masked; that of any other file is left out.
type Mask struct{ own api.Redactor }

// NewMask returns a mask that knows the shapes of keys, and the given keys
// wherever they stand.
func NewMask(keys ...string) *Mask {
	// A key of a few letters would be found in every word.
	keys = slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return len(strings.TrimSpace(key)) < 8 })
	return &Mask{api.NewRedactor(keys...)}
}

const masked = "…"

var (
	privateKey = api.NewPattern(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----(?:[^-]|-[^-])*(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\z|--)`)
	// As environments and config files have it, in any spelling of the name.
	assigned = api.NewPattern(`(?i)([a-z0-9_.-]*(?:secret|token|passw(?:or)?d|api[_-]?key|access[_-]?key|private[_-]?key|credential)[a-z0-9_.-]*["']?[ \t]*[:=][ \t]*["'` + "`" + `]?)([A-Za-z0-9+/_.~@%!$&*^-]{8,}=*)`)
	// Keys that have a shape of their own, beside those that [api] knows.
	shaped = api.NewPattern(`\b(?:SG\.[\w-]{16,}\.[\w-]{16,}|npm_[A-Za-z0-9]{20,}|dop_v1_[0-9a-f]{32,}|shp(?:at|ss|ca)_[0-9a-fA-F]{20,}|AGE-SECRET-KEY-1[0-9A-Z]{20,}|hooks\.slack\.com/services/[\w/]{16,}|[0-9]{8,10}:AA[\w-]{30,})`)
)

// Text returns text without secrets.
func (k *Mask) Text(text string) string {
	if text == "" {
		return ""
	}
	text = privateKey.ReplaceAllString(text, masked)
	text = shaped.ReplaceAllString(text, masked)
	text = assigned.ReplaceAllStringFunc(text, func(found string) string {
		parts := assigned.FindStringSubmatch(found)
		if !mixed(parts[2]) {
			return found
		}
		return parts[1] + masked
	})
	return k.own.Redact(api.WithoutSecrets(text))
}

// mixed reports whether s is neither a word, as the name of a function is, nor a
// number.
func mixed(s string) bool {
	letters := strings.IndexFunc(s, func(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' })
	return letters >= 0 && strings.ContainsAny(s, "0123456789")
}

func (k *Mask) session(s session.Session) session.Session {
	s.Title, s.System, s.Draft = k.Text(s.Title), k.Text(s.System), k.Text(s.Draft)
	s.Queue = slices.Clone(s.Queue)
	for i, q := range s.Queue {
		s.Queue[i].Text = k.Text(q.Text)
		s.Queue[i].Files = nil // their contents don't go along
	}
	s.Tags = slices.Clone(s.Tags)
	for i, tag := range s.Tags {
		s.Tags[i] = k.Text(tag)
	}
	return s
}

func (k *Mask) message(m session.Message, open func(api.File) (io.ReadCloser, bool)) session.Message {
	parts := m.Parts
	m.Parts = nil
	for _, p := range parts {
		if p.Kind != api.OpaquePart {
			m.Parts = append(m.Parts, k.part(p, open))
		}
	}
	m.Citations = slices.Clone(m.Citations)
	for i, c := range m.Citations {
		m.Citations[i] = api.Citation{Title: k.Text(c.Title), URL: k.Text(c.URL)}
	}
	if m.Err != nil {
		e := *m.Err
		e.Message, e.Hint = k.Text(e.Message), k.Text(e.Hint)
		m.Err = &e
	}
	if m.Digest != nil {
		d := *m.Digest
		d.Text = k.Text(d.Text)
		m.Digest = &d
	}
	return m
}

func (k *Mask) part(p api.Part, open func(api.File) (io.ReadCloser, bool)) api.Part {
	p.Text, p.Opaque = k.Text(p.Text), nil
	if p.Tool != nil {
		t := *p.Tool
		t.Arguments = k.Text(t.Arguments)
		p.Tool = &t
	}
	if p.File != nil {
		f := *p.File
		f.Name, f.URL = k.Text(f.Name), k.Text(f.URL)
		f = k.file(f, open)
		p.File = &f
	}
	return p
}

// mostMasked bounds the file that is masked, which is done in memory.
const mostMasked = 8 << 20

// file returns f as it goes out: an image as it is, a text with the content that
// is left of it, all else without content.
func (k *Mask) file(f api.File, open func(api.File) (io.ReadCloser, bool)) api.File {
	kind := mediaType(f.MIME)
	if picture(kind) || f.SHA256 == "" {
		return f
	}
	content, ok := open(f)
	f.SHA256, f.Data = "", nil
	if !ok {
		return f
	}
	defer content.Close()
	data, err := io.ReadAll(io.LimitReader(content, mostMasked+1))
	if err != nil || len(data) > mostMasked || !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return f
	}
	f.Data = []byte(k.Text(string(data)))
	f.SHA256, f.Size = sumOf(f.Data), int64(len(f.Data))
	return f
}

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func mediaType(mime string) string {
	kind, _, _ := strings.Cut(strings.ToLower(mime), ";")
	return strings.TrimSpace(kind)
}

// picture reports whether kind is an image without text in it that could be a
// secret, or a script.
func picture(kind string) bool {
	switch kind {
	case "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp":
		return true
	}
	return false
}
