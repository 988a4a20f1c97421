package openai

// This file owns what an answer by responses holds beside text: calls of tools,
// sources, pictures, and thought in cipher. It refuses to pass any of it on
// twice, and to keep cipher that nobody will want back.

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// responseCall is a call of a tool, as far as it is passed on.
type responseCall struct {
	item      string // "": unknown
	index     int    // of the item; -1: unknown
	id, name  string
	arguments strings.Builder
	whole     bool
}

// maxCalls bounds what is looked through for each call: nobody takes in more.
const maxCalls = 256

// callAt finds the call that an event is about, or returns -1.
func (d *responsesDecoder) callAt(at place) int {
	open := -1
	for i := len(d.calls) - 1; i >= 0; i-- {
		c := d.calls[i]
		if at.item != "" && c.item == at.item {
			return i
		}
		if open < 0 && !c.whole && (c.index == at.index || at.index < 0 && at.item == "") {
			open = i
		}
	}
	return open
}

// callNamed finds the call of an item by the id that calls have, or returns -1.
func (d *responsesDecoder) callNamed(item *outputItem) int {
	return slices.IndexFunc(d.calls, func(c *responseCall) bool { return item.CallID != "" && c.id == item.CallID })
}

// callBegun takes in the name of a call. Its arguments, if any, come again.
func (d *responsesDecoder) callBegun(item *outputItem, at place) {
	if _, isCall := item.call(); isCall && d.callNamed(item) < 0 {
		d.begin(item, at)
	}
}

// begin passes on a new call, and returns its number, or -1 when there are too
// many.
func (d *responsesDecoder) begin(item *outputItem, at place) int {
	if len(d.calls) == maxCalls {
		return -1
	}
	c := &responseCall{item: at.item, index: at.index, id: cmp.Or(item.CallID, item.ID), name: item.Name}
	d.calls = append(d.calls, c)
	d.add(api.ToolCallDelta{Index: len(d.calls) - 1, ToolCall: api.ToolCall{ID: c.id, Name: c.name}})
	return len(d.calls) - 1
}

func (d *responsesDecoder) callPiece(at place, arguments string) {
	if i := d.callAt(at); i >= 0 { // else the item comes again, whole
		d.callMore(i, arguments)
	}
}

func (d *responsesDecoder) callMore(i int, arguments string) {
	if arguments != "" {
		d.calls[i].arguments.WriteString(arguments)
		d.add(api.ToolCallDelta{Index: i, ToolCall: api.ToolCall{Arguments: arguments}})
	}
}

// callComplete passes on what is missing of the arguments of the i-th call.
func (d *responsesDecoder) callComplete(i int, arguments string) {
	if i < 0 || arguments == "" {
		return
	}
	if rest, ok := strings.CutPrefix(arguments, d.calls[i].arguments.String()); ok {
		d.callMore(i, rest)
	}
	d.calls[i].whole = true
}

// callDone takes in a call that is whole.
func (d *responsesDecoder) callDone(item *outputItem, at place) {
	i := d.callNamed(item)
	if i < 0 {
		i = d.callAt(at)
	}
	if i < 0 || item.CallID != "" && d.calls[i].id != item.CallID && d.calls[i].id != item.ID {
		i = d.begin(item, at)
	}
	arguments, _ := item.call()
	d.callComplete(i, arguments)
	if i >= 0 {
		d.calls[i].whole = true
	}
}

// callKnown takes in the n-th call of the whole answer, unless it was had.
func (d *responsesDecoder) callKnown(item *outputItem, n int) {
	i := d.callNamed(item)
	if i < 0 && n < len(d.calls) && d.calls[n].name == item.Name {
		i = n
	}
	if i < 0 {
		i = d.begin(item, place{item: item.ID, index: -1})
	}
	arguments, _ := item.call()
	d.callComplete(i, arguments)
}

// unseal passes on the thought in cipher, if a call was made: only then the model
// will think on from it.
func (d *responsesDecoder) unseal() {
	if len(d.calls) == 0 {
		return
	}
	for _, s := range d.sealed {
		if data, err := marshal(s); err == nil { // it was read a moment ago
			d.out = append(d.out, api.Sealed{Opaque: api.Opaque{Protocol: api.Responses, Data: data[:len(data)-1]}})
		}
	}
	d.sealed = nil
}

func (d *responsesDecoder) cite(list []source) {
	for _, s := range list {
		if s.URL == "" || d.cited[s.URL] {
			continue
		}
		if d.cited == nil {
			d.cited = map[string]bool{}
		}
		d.cited[s.URL] = true
		d.out = append(d.out, api.Cited{Citation: api.Citation{Title: s.Title, URL: s.URL}})
	}
}

// pictures are those passed on, by what they hold.
type pictures map[[sha256.Size]byte]bool

func (d *responsesDecoder) picture(item *outputItem) {
	result := string(item.Result)
	if item.Type != "image_generation_call" || result == "" {
		return
	}
	sum := sha256.Sum256([]byte(result))
	if d.pictures[sum] {
		return
	}
	if d.pictures == nil {
		d.pictures = pictures{}
	}
	d.pictures[sum] = true
	file, ok := pictureFile(result, item.OutputFormat)
	if !ok {
		d.out = append(d.out, api.Notice{Text: d.service.Host + " sent a picture that can't be read"})
		return
	}
	file.Name = fileName(file.MIME, len(d.pictures))
	d.add(api.Attached{File: file})
}

// pictureFile makes a file of base64, a data: URL, or an address. What the
// content shows counts for more than the format that is named.
func pictureFile(result, format string) (api.File, bool) {
	mime := "image/" + cmp.Or(strings.ToLower(format), "png") // the protocol's default
	if strings.HasPrefix(result, "https://") || strings.HasPrefix(result, "http://") {
		return api.File{MIME: mime, URL: result}, true
	}
	if _, content, ok := strings.Cut(result, ";base64,"); ok && strings.HasPrefix(result, "data:") {
		result = content
	}
	data := fromBase64(result)
	if len(data) == 0 {
		return api.File{}, false
	}
	if sniffed := fileType("", data); isPicture(sniffed) {
		mime = sniffed
	}
	sum := sha256.Sum256(data)
	return api.File{MIME: mime, Data: data, Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:])}, true
}
