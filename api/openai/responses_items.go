package openai

// This file owns what an answer by responses holds beside text: calls of tools,
// sources, pictures, and thought in cipher. It refuses to pass any of it on
// twice, and to keep cipher that nobody will want back.

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// responseCall is a call of a tool, as far as it is passed on.
type responseCall struct {
	item  string // "": unknown
	index int    // of the item; -1: unknown
	api.ToolCall
	whole bool
}

// callAt finds the call that an event is about, or returns -1.
func (d *responsesDecoder) callAt(at place) int {
	open := -1
	for i := len(d.calls) - 1; i >= 0; i-- {
		c := &d.calls[i]
		if at.item != "" && c.item == at.item {
			return i
		}
		if open < 0 && !c.whole && (c.index == at.index || at.index < 0 && at.item == "") {
			open = i
		}
	}
	return open
}

// callNamed finds the call of an item by its id.
func (d *responsesDecoder) callNamed(item *outputItem) int {
	for i := range d.calls {
		if item.CallID != "" && d.calls[i].ID == item.CallID {
			return i
		}
	}
	return -1
}

// callBegun takes in the name of a call. Its arguments, if any, come again.
func (d *responsesDecoder) callBegun(item *outputItem, at place) {
	if _, isCall := item.call(); !isCall || d.callNamed(item) >= 0 {
		return
	}
	d.begin(item, at)
}

func (d *responsesDecoder) begin(item *outputItem, at place) int {
	c := responseCall{item: at.item, index: at.index, ToolCall: api.ToolCall{ID: item.CallID, Name: item.Name}}
	if c.ID == "" {
		c.ID = item.ID
	}
	d.calls = append(d.calls, c)
	d.add(api.ToolCallDelta{Index: len(d.calls) - 1, ToolCall: c.ToolCall})
	return len(d.calls) - 1
}

func (d *responsesDecoder) callPiece(at place, arguments string) {
	i := d.callAt(at)
	if i < 0 || arguments == "" {
		return // the item comes again, whole
	}
	d.calls[i].Arguments += arguments
	d.add(api.ToolCallDelta{Index: i, ToolCall: api.ToolCall{Arguments: arguments}})
}

// callComplete passes on what is missing of the arguments.
func (d *responsesDecoder) callComplete(at place, arguments string) {
	if i := d.callAt(at); i >= 0 {
		d.callRest(i, arguments)
	}
}

func (d *responsesDecoder) callRest(i int, arguments string) {
	c := &d.calls[i]
	if rest, ok := strings.CutPrefix(arguments, c.Arguments); ok && rest != "" {
		c.Arguments = arguments
		d.add(api.ToolCallDelta{Index: i, ToolCall: api.ToolCall{Arguments: rest}})
	}
	c.whole = arguments != "" || c.whole
}

// callDone takes in a call that is whole.
func (d *responsesDecoder) callDone(item *outputItem, at place) {
	i := d.callNamed(item)
	if i < 0 {
		i = d.callAt(at)
	}
	if i < 0 || item.CallID != "" && d.calls[i].ID != item.CallID && d.calls[i].ID != item.ID {
		i = d.begin(item, at)
	}
	arguments, _ := item.call()
	d.callRest(i, arguments)
	d.calls[i].whole = true
}

// callKnown takes in the n-th call of the whole answer, unless it was had.
func (d *responsesDecoder) callKnown(item *outputItem, n int) {
	arguments, _ := item.call()
	i := d.callNamed(item)
	if i < 0 && n < len(d.calls) && d.calls[n].Name == item.Name {
		i = n
	}
	if i < 0 {
		i = d.begin(item, place{item: item.ID, index: -1})
	}
	d.callRest(i, arguments)
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

func (d *responsesDecoder) cite(s source) {
	if s.URL == "" || d.cited[s.URL] {
		return
	}
	if d.cited == nil {
		d.cited = map[string]bool{}
	}
	d.cited[s.URL] = true
	d.out = append(d.out, api.Cited{Citation: api.Citation{Title: s.Title, URL: s.URL}})
}

// pictures are those passed on, by what they hold.
type pictures map[[sha256.Size]byte]bool

func (d *responsesDecoder) picture(item *outputItem) {
	result := string(item.Result)
	sum := sha256.Sum256([]byte(result))
	if result == "" || d.pictures[sum] {
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
