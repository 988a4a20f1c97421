package catalog

// accept.go owns what a model may be sent besides text. It refuses on knowledge
// only: lists leave abilities out, so what is unknown is allowed.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// kind is a sort of file.
type kind struct {
	name    string // for people, in the plural
	fits    func(mime string) bool
	most    int64    // bytes
	input   []string // modalities, any of which means that a model takes it
	ability string   // the capability that means the same; "" when there is none
}

const mega = 1 << 20

// kinds are all that can be sent. The sizes are what the strictest of the large
// services take.
var kinds = []kind{
	{"images", inFamily("image/"), 20 * mega, []string{"image"}, "vision"},
	{"PDF documents", func(mime string) bool { return mime == "application/pdf" }, 32 * mega, []string{"file", "pdf", "document"}, "file_input"},
	{"recordings", inFamily("audio/"), 25 * mega, []string{"audio"}, "audio_input"},
	{"text files", func(mime string) bool { return strings.HasPrefix(mime, "text/") || slices.Contains(textTypes, mime) }, mega, nil, ""},
}

// textTypes are text under other names.
var textTypes = []string{
	"application/json", "application/xml", "application/yaml", "application/toml", "application/javascript",
	"application/x-sh", "application/sql", "application/x-ndjson", "image/svg+xml",
}

func inFamily(prefix string) func(string) bool {
	return func(mime string) bool { return strings.HasPrefix(mime, prefix) && !slices.Contains(textTypes, mime) }
}

// Accepts reports whether m may be sent f, by its type and size. If not, why is
// a line for the person. A model of which nothing is known may.
func Accepts(m api.Model, f api.File) (ok bool, why string) {
	mime, _, _ := strings.Cut(strings.ToLower(f.MIME), ";")
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.fits(mime) })
	if i < 0 {
		return false, fmt.Sprintf("%s can't be sent: a model reads text, images, PDF and audio, not %s", f.Name, mimeWords(mime))
	}
	k := kinds[i]
	if size := max(f.Size, int64(len(f.Data))); size > k.most {
		return false, fmt.Sprintf("%s is too large: %.1f MB, and %s may have %d MB", f.Name, float64(size)/mega, k.name, k.most/mega)
	}
	if k.ability != "" && !k.takenBy(m) {
		return false, fmt.Sprintf("%s takes no %s", m.ID, k.name)
	}
	return true, ""
}

func mimeWords(mime string) string {
	if mime == "" {
		return "a file of unknown type"
	}
	return mime
}

// takenBy reports whether m is known to take k, or not known not to.
func (k kind) takenBy(m api.Model) bool {
	if slices.Contains(m.Capabilities, k.ability) || slices.ContainsFunc(k.input, func(s string) bool { return slices.Contains(m.Input, s) }) {
		return true
	}
	// Modalities are told in full, but have no word for documents, which are
	// only a capability; of these, "streaming" alone tells nothing.
	told := slices.DeleteFunc(slices.Clone(m.Capabilities), func(s string) bool { return s == "streaming" || s == "reasoning" })
	if k.ability == "file_input" {
		return len(told) == 0
	}
	return len(m.Input) == 0
}
