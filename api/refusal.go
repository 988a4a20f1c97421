package api

// This file owns finding a service's words in whatever it sends with a refusal:
// problem documents, legacy envelopes, JSON inside JSON, lists, pages. It
// refuses to let any of the wrapping through.

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// refusal is what could be found. Each field may be empty.
type refusal struct {
	words     string   // one clean line, never shortened
	codes     []string // the service's own names for it, in lower case, the innermost first
	status    int      // as the document repeats it
	requestID string
}

// document is a JSON object of any shape.
type document map[string]any

// maxNesting bounds how deep words are looked for.
const maxNesting = 8

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
			r.read(item, depth-1)
		}
	case map[string]any:
		r.readDocument(v, depth)
	}
}

// readDocument goes from the inside out: the innermost words say most.
func (r *refusal) readDocument(d document, depth int) {
	for _, key := range []string{"metadata", "data", "error", "errors", "detail"} {
		if _, bare := d[key].(string); !bare {
			r.read(d[key], depth-1)
		}
	}
	for _, key := range []string{"kind", "code", "type", "name"} {
		if s, ok := d[key].(string); ok && s != "" {
			r.codes = append(r.codes, strings.ToLower(s))
		}
	}
	for _, key := range []string{"raw", "supplierError", "supplier_error", "error_message", "errorMessage", "message", "msg", "error", "detail", "title"} {
		if r.words == "" {
			r.read(d[key], depth-1)
		}
	}
	r.readDetails(d["details"])
	for _, key := range []string{"statusCode", "status_code", "raw_status_code", "status", "code"} {
		if n := number(d[key]); r.status == 0 && 400 <= n && n < 600 {
			r.status = n
		}
	}
	for _, key := range []string{"requestId", "request_id"} {
		if s, ok := d[key].(string); ok && r.requestID == "" {
			r.requestID = oneLine(s)
		}
	}
}

// readDetails adds which field is wrong, as a validation error lists it.
func (r *refusal) readDetails(v any) {
	list, _ := v.([]any)
	for _, item := range list {
		d, _ := item.(map[string]any)
		path, _ := d["path"].(string)
		reason, _ := d["reason"].(string)
		if reason != "" {
			r.add(strings.TrimPrefix(oneLine(path)+": "+oneLine(reason), ": "))
		}
	}
}

// readText takes words as they are, or what is inside when they hold a document:
// `400 {"type":"error",…}`.
func (r *refusal) readText(s string, depth int) {
	if at := strings.IndexAny(s, "{["); at >= 0 {
		var v any
		if json.NewDecoder(strings.NewReader(s[at:])).Decode(&v) == nil {
			inner := refusal{}
			if inner.read(v, depth-1); inner.words != "" {
				r.add(inner.words)
				r.codes = append(inner.codes, r.codes...)
				r.requestID = firstOf(r.requestID, inner.requestID)
				return
			}
		}
	}
	r.add(plainWords(s))
}

func (r *refusal) add(words string) {
	switch {
	case words == "" || strings.Contains(r.words, words):
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

var (
	markup   = regexp.MustCompile(`(?i)<(!doctype|html|head|body|title|script|style|div|p|h1|center|\?xml)\b`)
	secret   = regexp.MustCompile(`(?i)\b(sk|pk|rk|gsk|xai|key|token)-[A-Za-z0-9_-]{8,}|\bbearer\s+[A-Za-z0-9._-]{8,}`)
	dumpOpen = regexp.MustCompile(`\s*[\[(]?["']?\{`)
)

// plainWords returns s as one line without pages, documents and keys.
func plainWords(s string) string {
	if markup.MatchString(s) {
		return ""
	}
	if at := dumpOpen.FindStringIndex(s); at != nil {
		s = strings.TrimRight(s[:at[0]], " :,;-")
	}
	return secret.ReplaceAllString(oneLine(s), "…")
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

func shorten(s string) string {
	runes := []rune(s)
	if len(runes) <= maxMessage {
		return s
	}
	return strings.TrimRight(string(runes[:maxMessage-1]), " ") + "…"
}
