package anthropic

// This file owns how a file is sent. It refuses to read one, and to send what
// the protocol has no block for.

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aimlchat/aimlchat/api"
)

type fileBlock struct {
	Type   string `json:"type"` // image or document
	Source source `json:"source"`
	Title  string `json:"title,omitempty"`
}

type source struct {
	Type      string `json:"type"` // base64 or url
	MediaType string `json:"media_type,omitempty"`
	Data      string `json:"data,omitempty"`
	URL       string `json:"url,omitempty"`
}

// images are the kinds that the protocol knows.
var images = []string{"image/jpeg", "image/png", "image/gif", "image/webp"}

// attach returns the block of a file, or why there is none.
func attach(f *api.File) (block any, why string) {
	kind, _, _ := strings.Cut(strings.ToLower(f.MIME), ";")
	if kind = strings.TrimSpace(kind); kind == "image/jpg" {
		kind = "image/jpeg"
	}
	isImage, isPDF := slices.Contains(images, kind), kind == "application/pdf"
	switch {
	case f.Data == nil && (!strings.HasPrefix(f.URL, "https://") || !isImage && !isPDF):
		return nil, "its content is not at hand"
	case isImage:
		return fileBlock{Type: "image", Source: sourceOf(f, kind)}, ""
	case isPDF:
		return fileBlock{Type: "document", Source: sourceOf(f, kind), Title: f.Name}, ""
	case strings.HasPrefix(kind, "text/"), utf8.Valid(f.Data) && bytes.IndexByte(f.Data, 0) < 0:
		return textBlock{"text", f.Framed()}, ""
	}
	return nil, "this protocol takes JPEG, PNG, GIF and WebP images, PDF and text"
}

func sourceOf(f *api.File, kind string) source {
	if f.Data == nil {
		return source{Type: "url", URL: f.URL}
	}
	return source{Type: "base64", MediaType: kind, Data: base64.StdEncoding.EncodeToString(f.Data)}
}
