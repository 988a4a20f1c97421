package api

// This file owns finding a service's words in whatever it sends with a refusal:
// problem documents, legacy envelopes, JSON inside JSON, lists, pages. It
// refuses to let any of the wrapping through.

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// refusal is what could be found. Each field may be empty.
type refusal struct {
	words     string   // one clean line of at most maxWords bytes, or a little more
	codes     []string // the service's own names for it, in lower case, the innermost first
	status    int      // as the document repeats it
	param     string   // the name of the field that is refused
	requestID string
}

// document is a JSON object of any shape.
type document map[string]any

const (
	maxNesting = 8       // how deep words are looked for
	maxWords   = 4 << 10 // how many are collected: a person sees maxMessage of them
	maxText    = 4 * maxWords
	maxHandle  = 128 // characters of a request id
)

func readRefusal(body []byte) refusal {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, byteOrderMark))
	var v any
	if json.Unmarshal(body, &v) != nil {
		return refusal{words: plainWords(string(body))}
	}
	var r refusal
	r.read(v, maxNesting)
	return r
}

// read takes in v, which is an envelope or what stands for one.
func (r *refusal) read(v any, depth int) {
	if depth == 0 {
		return
	}
	switch v := v.(type) {
	case string:
		r.readText(v, depth)
	case []any:
		for _, item := range v {
			if len(r.words) >= maxWords {
				return
			}
			inner := refusal{}
			inner.read(item, depth-1)
			r.codes = append(r.codes, inner.codes...)
			r.merge(inner)
		}
	case map[string]any:
		r.readDocument(v, depth)
	}
}

// What holds a refusal, what names it, and what says it, the most telling first.
var (
	wrappers     = []string{"metadata", "data", "error", "errors", "detail"}
	names        = []string{"kind", "code", "type", "name"}
	suppliers    = []string{"raw", "supplierError", "supplier_error", "error_message", "errorMessage"}
	messageFirst = append(slices.Clone(suppliers), "message", "msg", "error", "detail", "title")
	errorFirst   = append(slices.Clone(suppliers), "error", "message", "msg", "detail", "title")
)

// readDocument goes from the inside out: the innermost words say most.
func (r *refusal) readDocument(d document, depth int) {
	for _, key := range wrappers {
		if _, bare := d[key].(string); !bare {
			r.read(d[key], depth-1)
		}
	}
	for _, key := range names {
		r.addCode(d[key])
	}
	for _, key := range d.sayings() {
		if r.words == "" {
			r.read(d[key], depth-1)
		}
	}
	r.words = whichField(d["loc"], r.words)
	r.readDetails(d["details"])
	for _, key := range []string{"statusCode", "status_code", "raw_status_code", "status", "code"} {
		if n := number(d[key]); r.status == 0 && 400 <= n && n < 600 {
			r.status = n
		}
	}
	r.param = firstOf(r.param, line(d["param"]))
	r.requestID = firstOf(r.requestID, line(d["requestId"]), line(d["request_id"]))
}

func (r *refusal) addCode(v any) {
	if s, ok := v.(string); ok && s != "" {
		r.codes = append(r.codes, strings.ToLower(s))
	}
}

// sayings are the fields that may hold the words, in their order: "error" is a
// reason to some services and its mere name to others.
func (d document) sayings() []string {
	if s, ok := d["error"].(string); ok && isSentence(s) {
		return errorFirst
	}
	return messageFirst
}

// isSentence tells a reason from the name of one: "Bad Request", "NOT_FOUND".
func isSentence(s string) bool {
	if !strings.Contains(s, " ") {
		return false
	}
	for status := 400; status < 600; status++ {
		if strings.EqualFold(s, http.StatusText(status)) {
			return false
		}
	}
	return true
}

// whichField puts before words where in the request they belong, as FastAPI says
// it: ["body", "messages", 0].
func whichField(loc any, words string) string {
	path, _ := loc.([]any)
	var parts []string
	for _, step := range path {
		switch step := step.(type) {
		case string:
			parts = append(parts, step)
		case float64:
			parts = append(parts, strconv.Itoa(int(step)))
		}
	}
	if len(parts) > 1 {
		parts = parts[1:] // the first says "body"
	}
	if words == "" || len(parts) == 0 || len(parts) > maxNesting {
		return words
	}
	return strings.TrimPrefix(plainWords(strings.Join(parts, "."))+": ", ": ") + words
}

// readDetails adds which field is wrong, as a validation error lists it. What
// has no path names the whole in capitals, as Google does.
func (r *refusal) readDetails(v any) {
	list, _ := v.([]any)
	for _, item := range list {
		d, _ := item.(map[string]any)
		path, reason := line(d["path"]), line(d["reason"])
		switch {
		case path == "" && !strings.Contains(reason, " "):
			r.addCode(reason)
		case reason != "":
			r.add(plainWords(strings.TrimPrefix(path+": "+reason, ": ")))
		}
	}
}

// readText takes words as they are, or what is inside when they hold a document:
// `400 {"type":"error",…}`.
func (r *refusal) readText(s string, depth int) {
	brackets := "{["
	if strings.IndexAny(s, brackets) == strings.Index(s, "[") {
		brackets = "[{"
	}
	for _, open := range brackets {
		v, ok := documentIn(s, open)
		if !ok {
			continue
		}
		inner := refusal{}
		if inner.read(v, depth-1); inner.words != "" {
			r.codes = append(inner.codes, r.codes...)
			r.merge(inner)
			return
		}
	}
	r.add(plainWords(s))
}

// documentIn returns the document in s that begins with the first open bracket. A
// list counts only if nothing stands before it, or it holds documents: there are
// brackets in plain words too.
func documentIn(s string, open rune) (any, bool) {
	at := strings.IndexRune(s, open)
	if at < 0 {
		return nil, false
	}
	var v any
	if json.NewDecoder(strings.NewReader(s[at:])).Decode(&v) != nil {
		return nil, false
	}
	if list, ok := v.([]any); ok && at > 0 {
		isDocument := func(item any) bool { _, ok := item.(map[string]any); return ok }
		return v, slices.ContainsFunc(list, isDocument)
	}
	return v, true
}

// merge takes over what an inner refusal says, its codes aside.
func (r *refusal) merge(inner refusal) {
	r.add(inner.words)
	r.param = firstOf(r.param, inner.param)
	r.requestID = firstOf(r.requestID, inner.requestID)
	if r.status == 0 {
		r.status = inner.status
	}
}

// add collects what several items of a list say.
func (r *refusal) add(words string) {
	switch {
	case words == "" || len(r.words) >= maxWords || strings.Contains(r.words, words):
	case r.words == "":
		r.words = words
	default:
		r.words = strings.TrimRight(r.words, ".") + "; " + words
	}
}

func number(v any) int {
	switch v := v.(type) {
	case float64:
		return int(v)
	case string:
		n, _ := strconv.Atoi(v)
		return n
	}
	return 0
}

// line is v as one line, if it is a string.
func line(v any) string {
	s, _ := v.(string)
	return oneLine(s)
}

var (
	markup   = NewPattern(`(?i)<(!doctype|html|head|body|title|script|style|div|p|h1|center|\?xml)([\s/>]|$)`)
	dumpOpen = NewPattern(`\s*[\[(]?["']?\{`)
)

// plainWords returns s as one line without pages, documents and keys.
func plainWords(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	if at := dumpOpen.FindStringIndex(s); at != nil {
		s = strings.TrimRight(s[:at[0]], " :,;-")
	}
	if s = oneLine(s); markup.MatchString(s) {
		return ""
	}
	return withoutSecrets(s)
}

// oneLine joins the words of s by single spaces and drops what isn't print.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r) || r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// maxMessage is how many characters of an error a person is shown.
const maxMessage = 300

func shorten(s string) string { return shortenTo(s, maxMessage) }

func shortenTo(s string, limit int) string {
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	return strings.TrimRight(string(runes[:limit-1]), " ") + "…"
}
