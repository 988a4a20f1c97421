package openai

// This file owns how attached files are sent: as the parts of a message that
// chat completions know. It refuses to guess what a model makes of them; whether
// it takes a file is asked before.

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/aimlchat/aimlchat/api"
)

type chatPart struct {
	Type     string     `json:"type"`
	Text     string     `json:"text,omitempty"`
	ImageURL *chatImage `json:"image_url,omitempty"`
	File     *chatFile  `json:"file,omitempty"`
	Audio    *chatAudio `json:"input_audio,omitempty"`
}

type chatImage struct {
	URL string `json:"url"`
}

type chatFile struct {
	Name string `json:"filename"`
	Data string `json:"file_data"` // a data: URL
}

type chatAudio struct {
	Data   string `json:"data"` // base64
	Format string `json:"format"`
}

// chatContent is a string when there is nothing but text, attached text among
// it: some services take nothing else.
func chatContent(m api.Message) (any, error) {
	var parts []chatPart
	var texts []string
	attached := false
	for _, p := range m.Parts {
		part := chatPart{Type: "text", Text: p.Text}
		switch {
		case p.Kind == api.TextPart && p.Text != "":
		case p.Kind == api.FilePart && p.File != nil:
			var err error
			if part, err = filePart(*p.File); err != nil {
				return nil, err
			}
			attached = true
		default:
			continue
		}
		parts = append(parts, part)
		if part.Type == "text" {
			texts = append(texts, part.Text)
		}
	}
	switch {
	case !attached:
		return m.Content(), nil
	case len(texts) == len(parts):
		return strings.Join(texts, "\n\n"), nil
	}
	return parts, nil
}

func filePart(f api.File) (chatPart, error) {
	mime := strings.ToLower(f.MIME)
	if f.Data == nil && (f.URL == "" || !isPicture(mime)) {
		return chatPart{}, &api.Error{
			Kind:    api.ErrInvalid,
			Message: "sending " + f.Name + ": its content is not at hand",
			Hint:    "attach it again, or go back to before it",
		}
	}
	switch format := audioFormats[mime]; {
	case isPicture(mime):
		return chatPart{Type: "image_url", ImageURL: &chatImage{pictureURL(f)}}, nil
	case mime == "application/pdf":
		return chatPart{Type: "file", File: &chatFile{f.Name, dataURL(f)}}, nil
	case format != "":
		return chatPart{Type: "input_audio", Audio: &chatAudio{base64.StdEncoding.EncodeToString(f.Data), format}}, nil
	case isText(f):
		return chatPart{Type: "text", Text: f.Framed()}, nil
	}
	return chatPart{}, &api.Error{
		Kind:    api.ErrInvalid,
		Message: "sending " + f.Name + ": there is no way to send " + f.MIME + " to a model",
		Hint:    "images, PDF, wav and mp3 audio and text can be sent",
	}
}

var audioFormats = map[string]string{
	"audio/wav": "wav", "audio/wave": "wav", "audio/x-wav": "wav", "audio/vnd.wave": "wav",
	"audio/mpeg": "mp3", "audio/mp3": "mp3",
}

// isPicture leaves out SVG, which models read as text.
func isPicture(mime string) bool {
	return strings.HasPrefix(mime, "image/") && !strings.HasPrefix(mime, "image/svg")
}

// pictureURL prefers the content: an address may have expired.
func pictureURL(f api.File) string {
	if f.Data == nil {
		return f.URL
	}
	return dataURL(f)
}

func dataURL(f api.File) string {
	return "data:" + strings.ToLower(f.MIME) + ";base64," + base64.StdEncoding.EncodeToString(f.Data)
}

// isText reports whether a file can be read as text, whatever it is called.
func isText(f api.File) bool {
	return strings.HasPrefix(strings.ToLower(f.MIME), "text/") ||
		utf8.Valid(f.Data) && bytes.IndexByte(f.Data, 0) < 0
}
