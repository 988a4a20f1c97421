package openai

// This file owns what a model answers besides text: pictures, in every spelling
// in which services send them, and speech. It refuses to fetch anything: a
// picture that is elsewhere stays an address.

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// picture holds, in one of its fields, an address, a data: URL or base64.
type picture struct {
	Type      string  `json:"type"`
	ImageURL  address `json:"image_url"`
	URL       address `json:"url"`
	Base64    string  `json:"b64_json"`
	Data      string  `json:"data"`
	MIME      string  `json:"mime_type"`
	MediaType string  `json:"media_type"`
	Source    *struct {
		URL       address `json:"url"`
		Data      string  `json:"data"`
		MediaType string  `json:"media_type"`
	} `json:"source"`
}

// image is a picture, or its bare address.
type image struct{ picture }

func (i *image) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		return i.URL.UnmarshalJSON(data)
	}
	return wire.Unmarshal(data, &i.picture)
}

// address is a string, or an object with a url.
type address string

func (a *address) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '"':
		*a = address(wire.Unquote(data))
	case '{':
		var object struct {
			URL string `json:"url"`
		}
		err := wire.Unmarshal(data, &object)
		*a = address(object.URL)
		return err
	}
	return nil
}

// speech is sound, whole or a piece, and what is said in it.
type speech struct {
	Data       string     `json:"data"` // base64
	Format     string     `json:"format"`
	Transcript wire.Words `json:"transcript"`
}

// media is what has come so far.
type media struct {
	seen   map[string]bool // addresses, and sums of contents
	count  int
	broken bool // something could not be read, which was said
	sound  []byte
	format string // of the sound, in the service's word; "": unknown
}

// picture attaches p, if it is one and new.
func (d *decoder) picture(p *picture) {
	at, data, kind := p.ImageURL, p.Base64, p.MIME
	if at == "" && data == "" && (p.Type == "" || strings.Contains(p.Type, "image")) {
		at, data = p.URL, p.Data
		if s := p.Source; s != nil {
			at, data, kind = s.URL, s.Data, s.MediaType
		}
	}
	if kind == "" {
		kind = p.MediaType
	}
	switch {
	case strings.HasPrefix(string(at), "data:"):
		head, rest, _ := strings.Cut(strings.TrimPrefix(string(at), "data:"), ",")
		kind, _, _ = strings.Cut(head, ";")
		d.attachEncoded(kind, rest)
	case at != "":
		d.attachRemote(kind, string(at))
	case data != "":
		d.attachEncoded(kind, data)
	}
}

func (d *decoder) attachEncoded(kind, encoded string) {
	data := fromBase64(encoded)
	if len(data) == 0 {
		if !d.media.broken {
			d.media.broken = true
			d.out = append(d.out, api.Notice{Text: d.service.Host + " sent a picture that can't be read"})
		}
		return
	}
	d.attach(kind, data)
}

// attach adds a file whose content is here.
func (d *decoder) attach(kind string, data []byte) {
	sum := sha256.Sum256(data)
	f := api.File{MIME: fileType(kind, data), Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:]), Data: data}
	d.attachNew(f, f.SHA256)
}

// attachRemote adds a picture that is kept elsewhere.
func (d *decoder) attachRemote(kind, at string) {
	u, err := url.Parse(at)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return
	}
	if kind == "" {
		if dot := strings.LastIndexByte(u.Path, '.'); dot >= 0 {
			kind = mime.TypeByExtension(strings.ToLower(u.Path[dot:]))
		}
	}
	d.attachNew(api.File{MIME: fileType(kind, nil), URL: at}, at)
}

func (d *decoder) attachNew(f api.File, key string) {
	if d.media.seen[key] {
		return
	}
	if d.media.seen == nil {
		d.media.seen = map[string]bool{}
	}
	d.media.seen[key] = true
	d.media.count++
	f.Name = fileName(f.MIME, d.media.count)
	d.add(api.Attached{File: f})
}

// fileType is the type that was named, else the one that the content shows.
func fileType(named string, data []byte) string {
	kind, _, err := mime.ParseMediaType(named)
	if err == nil && strings.Contains(kind, "/") && kind != "application/octet-stream" {
		return kind
	}
	if data == nil {
		return "image/png"
	}
	kind, _, _ = mime.ParseMediaType(http.DetectContentType(data))
	return kind
}

// fileName names a file that came without one: "image-1.png".
func fileName(kind string, n int) string {
	major, minor, _ := strings.Cut(kind, "/")
	ext, known := map[string]string{
		"image/jpeg": "jpg", "image/svg+xml": "svg", "audio/mpeg": "mp3", "audio/wave": "wav", "text/plain": "txt",
	}[kind]
	if !known {
		ext = strings.Map(func(r rune) rune {
			if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
				return r
			}
			return -1
		}, minor)
	}
	if major != "image" && major != "audio" {
		major = "file"
	}
	return fmt.Sprintf("%s-%d.%s", major, n, ext)
}

// fromBase64 decodes either alphabet, padded or not, and cut into lines; nil if s
// is neither.
func fromBase64(s string) []byte {
	s = strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\r', '\n', '=':
			return -1
		case '-':
			return '+'
		case '_':
			return '/'
		}
		return r
	}, s)
	data, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return nil
	}
	return data
}

// hear takes in a piece of speech. What is said in it is the answer, unless that
// came as text.
func (d *decoder) hear(s *speech) {
	if !d.written {
		d.answer(string(s.Transcript))
	}
	if s.Format != "" {
		d.media.format = s.Format
	}
	if s.Data == "" {
		return
	}
	if data := fromBase64(s.Data); len(d.media.sound)+len(data) <= api.MaxFrame {
		d.media.sound = append(d.media.sound, data...)
	}
	d.content = true
}

// endSpeech attaches the speech that came, whole or not.
func (d *decoder) endSpeech() {
	sound := d.media.sound
	if len(sound) == 0 {
		return
	}
	d.media.sound = nil
	kind := soundTypes[strings.ToLower(d.media.format)]
	switch {
	case bytes.HasPrefix(sound, []byte("RIFF")):
		kind = "audio/wav"
	case bytes.HasPrefix(sound, []byte("ID3")) || len(sound) > 1 && sound[0] == 0xff && sound[1]&0xe0 == 0xe0:
		kind = "audio/mpeg"
	case bytes.HasPrefix(sound, []byte("OggS")):
		kind = "audio/ogg"
	case bytes.HasPrefix(sound, []byte("fLaC")):
		kind = "audio/flac"
	case kind == "":
		kind, sound = "audio/wav", append(waveHead(len(sound)), sound...)
	}
	d.attach(kind, sound)
}

var soundTypes = map[string]string{
	"mp3": "audio/mpeg", "flac": "audio/flac", "opus": "audio/ogg", "ogg": "audio/ogg", "aac": "audio/aac", "m4a": "audio/mp4",
}

// waveHead makes a file of n bytes of sound as models stream it: 16 bits, one
// channel, 24,000 samples a second.
func waveHead(n int) []byte {
	const rate, width = 24_000, 2
	le := binary.LittleEndian
	b := le.AppendUint32([]byte("RIFF"), uint32(36+n)) //nolint:gosec // bounded by api.MaxFrame
	b = le.AppendUint32(append(b, "WAVEfmt "...), 16)
	b = le.AppendUint16(le.AppendUint16(b, 1), 1)
	b = le.AppendUint32(le.AppendUint32(b, rate), rate*width)
	b = le.AppendUint16(le.AppendUint16(b, width), 8*width)
	return le.AppendUint32(append(b, "data"...), uint32(n)) //nolint:gosec // bounded by api.MaxFrame
}
