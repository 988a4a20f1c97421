package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var service = Service{Host: "api.example.com", KeyHint: "set EXAMPLE_KEY", BillingURL: "https://example.com/billing"}

func TestHTTPError(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		body   string
		kind   ErrorKind
		has    string // in the message
	}{
		{
			"problem document, no key", 401,
			`{"title":"Unauthorized","status":401,"message":"No key given.","instance":"/v1/x","requestId":"r-1","error":{"name":"UnauthorizedException","message":"No key given."}}`,
			ErrAuth, "refuses the key: No key given.",
		},
		{
			"out of funds", 403,
			`{"title":"Forbidden","status":403,"message":"Top up.","error":{"name":"ForbiddenException","message":"Top up.","data":{"kind":"err_insufficent_credits"}}}`,
			ErrFunds, "out of money: Top up.",
		},
		{
			"out of funds by another name", 403,
			`{"status":403,"message":"Top up.","error":{"name":"OutOfFundsException","data":{"kind":"err_insufficent_credits"}}}`,
			ErrFunds, "out of money",
		},
		{
			"card", 403,
			`{"message":"Verify first","error":{"data":{"kind":"err_unverified_card"}}}`,
			ErrForbidden, "Verify first",
		},
		{"plan, legacy", 403, `{"message":"You have exhausted the available [plan.rule:x] resource limit.","statusCode":"403","requestId":"r-2"}`, ErrFunds, "exhausted"},
		{"quota", 429, `{"error":{"message":"You exceeded your quota","code":"insufficient_quota"}}`, ErrFunds, "quota"},
		{"forbidden", 403, `{"error":{"message":"Key has no such scope"}}`, ErrForbidden, "no such scope"},
		{"withdrawn model", 404, `{"error":{"name":"NotFoundException","message":"no such model"}}`, ErrNotFound, "no such model"},
		{"unknown model as 400", 400, `{"code":"1500","message":"Invalid model: x","type":"invalid_model"}`, ErrNotFound, "Invalid model: x"},
		{"429", 429, `{"message":"Too Many Requests","statusCode":"429"}`, ErrRateLimit, "too many requests"},
		{
			"which field", 400,
			`{"message":"Invalid payload.","error":{"name":"PublicApiValidationException","message":"Invalid payload.","details":[{"path":"tools","reason":"Expected array, received null"}]}}`,
			ErrInvalid, "Invalid payload; tools: Expected array, received null",
		},
		{
			"document inside the message", 400,
			`{"statusCode":400,"message":"400 {\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Batch cannot be canceled.\"},\"request_id\":\"req_9\"}"}`,
			ErrInvalid, "refuses the request: Batch cannot be canceled.",
		},
		{"raw upstream", 400, `{"error":{"message":"Provider returned error","metadata":{"raw":"{\"error\":{\"message\":\"real reason\"}}"}}}`, ErrInvalid, "real reason"},
		{"detail", 401, `{"detail":"Invalid API Key"}`, ErrAuth, "Invalid API Key"},
		{"list of details", 422, `{"detail":[{"loc":["body"],"msg":"field required","type":"missing"}]}`, ErrInvalid, "field required"},
		{"error is a string", 400, `{"error":"bad thing"}`, ErrInvalid, "bad thing"},
		{"list of messages", 400, `{"statusCode":400,"message":["a must be b","c must be d"],"error":"Bad Request"}`, ErrInvalid, "a must be b; c must be d"},
		{"list of documents", 400, `[{"error":{"message":"google says no"}}]`, ErrInvalid, "google says no"},
		{"bare string", 500, `"something broke"`, ErrServer, "something broke"},
		{"plain text", 503, "upstream\nconnect error", ErrServer, "upstream connect error"},
		{"page", 502, "<html><head><title>502</title></head><body>cloudflare</body></html>", ErrServer, "failed (502 Bad Gateway)"},
		{"page within JSON", 502, `{"message":"<!DOCTYPE html><html>x</html>"}`, ErrServer, "failed (502 Bad Gateway)"},
		{"page with gaps", 502, "<\x00html\x01><body {", ErrServer, "failed (502 Bad Gateway)"},
		{"tag that is none", 400, `{"message":"no such file: <path>, <think> or <page>"}`, ErrInvalid, "no such file: <path>, <think> or <page>"},
		{"nothing", 500, "", ErrServer, "failed (500 Internal Server Error)"},
		{"document in words", 400, `{"message":"no good: {\"a\":1}"}`, ErrInvalid, "no good"},
		{"key in words", 401, `{"message":"wrong key sk-abcdefghijklmnop given"}`, ErrAuth, "wrong key … given"},
		{"brackets in words", 400, `{"message":"Unsupported value: content[\"text\"] and messages[0] at [1]"}`, ErrInvalid, `Unsupported value: content["text"] and messages[0] at [1]`},
		{"document behind brackets", 400, `{"message":"Error [code x]: {\"error\":{\"message\":\"real reason\"}}"}`, ErrInvalid, "refuses the request: real reason"},
		{"list behind words", 400, `{"message":"Failed: [{\"message\":\"one\"},{\"message\":\"two\"}]"}`, ErrInvalid, "refuses the request: one; two"},
		{"list of documents with fields", 422, `{"detail":[{"loc":["body","messages",0],"msg":"field required"},{"loc":["body"],"msg":"no JSON"}]}`, ErrInvalid, "messages.0: field required; body: no JSON"},
		{"Google", 400, `[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"x","reason":"API_KEY_INVALID"}]}}]`, ErrAuth, "refuses the key: API key not valid. Please pass a valid API key."},
		{"Anthropic out of funds", 400, `{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the API."}}`, ErrFunds, "out of money"},
		{"error is the reason", 400, `{"error":"The model exploded","message":"Failed"}`, ErrInvalid, "refuses the request: The model exploded"},
		{"error is a name", 400, `{"error":"Bad Request","message":"no text given"}`, ErrInvalid, "refuses the request: no text given"},
		{"supplier first", 400, `{"error":"The model exploded","supplierError":"quota of the supplier","message":"Failed"}`, ErrInvalid, "quota of the supplier"},
		{"kind before words", 403, `{"message":"You've run out of credits","error":{"data":{"kind":"err_unverified_card"}}}`, ErrForbidden, "run out of credits"},
		{"another thing not found", 400, `{"message":"the model could not process: image not found"}`, ErrInvalid, "image not found"},
		{"overloaded", 529, `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`, ErrServer, "failed (529): Overloaded"},
		{"too large", 413, `{"error":{"message":"Request too large","code":"rate_limit_exceeded"}}`, ErrInvalid, "Request too large"},
		{"gone", 410, `{"message":"withdrawn"}`, ErrNotFound, "withdrawn"},
		{"BOM", 400, "\xef\xbb\xbf{\"message\":\"with a mark\"}", ErrInvalid, "with a mark"},
		{"escapes in words", 400, `{"message":"a\u001b[31mb\nc"}`, ErrInvalid, "a[31mb c"},
		{"redirect", 301, "", ErrBadResponse, "no answer from api.example.com (301 Moved Permanently): it points to elsewhere.example"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{"Location": {"https://elsewhere.example"}}
			e := service.HTTPError(tt.status, h, []byte(tt.body))
			if e.Kind != tt.kind || !strings.Contains(e.Message, tt.has) {
				t.Errorf("got %s: %q, want %s with %q", e.Kind, e.Message, tt.kind, tt.has)
			}
			readable(t, e)
		})
	}
}

// readable checks what every error owes a person.
func readable(t *testing.T, e *Error) {
	t.Helper()
	for name, line := range map[string]string{"message": e.Message, "hint": e.Hint} {
		if line == "" || strings.ContainsAny(line, "\n{\x1b") || markup.MatchString(line) || utf8.RuneCountInString(line) > maxMessage {
			t.Errorf("%s is not a readable line: %q", name, line)
		}
	}
}

func TestHTTPErrorHints(t *testing.T) {
	for _, tt := range []struct {
		status int
		body   string
		hint   string
	}{
		{401, `{}`, "set EXAMPLE_KEY"},
		{403, `{"error":{"data":{"kind":"err_insufficent_credits"}}}`, "top up at https://example.com/billing"},
		{400, `{"error":{"code":"context_length_exceeded","message":"Your input exceeds the context window"}}`, "shorten the conversation, or choose a model with a larger context window"},
		{400, `{"error":{"message":"'messages[0].role' does not support 'system' with this model."}}`, "leave out the system prompt, or choose another model"},
	} {
		if e := service.HTTPError(tt.status, http.Header{}, []byte(tt.body)); e.Hint != tt.hint {
			t.Errorf("%s: got hint %q, want %q", tt.body, e.Hint, tt.hint)
		}
	}
	bare := Service{Host: "h"}
	if e := bare.HTTPError(401, http.Header{}, nil); e.Hint == "" {
		t.Error("no hint without a configured one")
	}
}

func TestHTTPErrorRedirects(t *testing.T) {
	for location, has := range map[string]string{
		"https://user:hunter2@other.example:8443/v1?key=hunter2": "it points to other.example:8443",
		"/login?next=hunter2":                "it points to another address on the same host",
		"https://api.example.com/v2/hunter2": "it points to another address on the same host",
		"//other.example/hunter2":            "it points to other.example",
		"":                                   "it points elsewhere",
		"https://bad host/%zz":               "it points elsewhere",
		"https://other.example/\x1b]0;hunter2\x07<html>": "it points elsewhere",
	} {
		h := http.Header{"Location": {location}}
		e := service.HTTPError(http.StatusTemporaryRedirect, h, []byte("<a href=hunter2>here</a>"))
		if e.Kind != ErrBadResponse || e.Retryable || !strings.HasSuffix(e.Message, has) || strings.Contains(e.Message, "hunter2") {
			t.Errorf("%q: got %+v", location, e)
		}
		readable(t, e)
	}
}

// TestHTTPErrorHuge: whoever answers with nonsense must not keep us busy.
func TestHTTPErrorHuge(t *testing.T) {
	var list, nested strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&list, `"reason %d",`, i)
	}
	for range 5000 {
		nested.WriteString(`{"error":[`)
	}
	for name, body := range map[string]string{
		"list":        `{"message":[` + strings.TrimSuffix(list.String(), ",") + `]}`,
		"nested":      nested.String(),
		"nested well": nested.String() + strings.Repeat("]}", 5000),
		"one word":    `{"message":"` + strings.Repeat("x", MaxErrorBody) + `"}`,
		"text":        strings.Repeat("sk-key ", MaxErrorBody/7),
		"brackets":    `{"message":"` + strings.Repeat("[", MaxErrorBody) + `"}`,
	} {
		e := service.HTTPError(500, http.Header{"X-Request-Id": {strings.Repeat("r", 9000)}}, []byte(body))
		readable(t, e)
		if len(e.RequestID) > 2*maxHandle {
			t.Errorf("%s: a handle of %d bytes", name, len(e.RequestID))
		}
	}
}

func TestHTTPErrorHandles(t *testing.T) {
	e := service.HTTPError(429, http.Header{"Retry-After": {"7"}, "X-Request-Id": {"abc"}}, nil)
	if e.RetryAfter != 7*time.Second || e.RequestID != "abc" || !e.Retryable || e.Status != 429 {
		t.Errorf("got %+v", e)
	}
	e = service.HTTPError(429, http.Header{
		"Retry-After": {"Sat, 22 Nov 2025 10:00:30 GMT"}, "Date": {"Sat, 22 Nov 2025 10:00:00 GMT"},
	}, []byte(`{"requestId":"r-1"}`))
	if e.RetryAfter != 30*time.Second || e.RequestID != "r-1" {
		t.Errorf("got %+v", e)
	}
	for _, name := range []string{"request-id", "x-inference-id", "apim-request-id"} {
		h := http.Header{}
		h.Set(name, "r-2")
		if e = service.HTTPError(500, h, nil); e.RequestID != "r-2" {
			t.Errorf("%s: got %q", name, e.RequestID)
		}
	}
}

func TestStreamError(t *testing.T) {
	for _, tt := range []struct {
		doc  string
		kind ErrorKind
		has  string
	}{
		{`{"error":{"message":"Token limit reached","code":400}}`, ErrInvalid, "Token limit reached"},
		{`{"error":{"message":"slow down","code":429}}`, ErrRateLimit, "slow down"},
		{`{"error":{"name":"InternalServerErrorException","message":"Something wrong."},"status":500}`, ErrServer, "Something wrong."},
		{`{"error":"broken"}`, ErrServer, "broken"},
		{`{"title":"Forbidden","status":403,"message":"no","error":{"data":{"kind":"err_insufficent_credits"}}}`, ErrFunds, "out of money"},
		{`{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`, ErrServer, "Overloaded"},
		{`{"type":"error","error":{"type":"invalid_request_error","message":"bad"}}`, ErrInvalid, "bad"},
		{`{"type":"error","error":{"type":"rate_limit_error","message":"slow"}}`, ErrRateLimit, "slow"},
		{`{"type":"error","error":{"type":"authentication_error","message":"who"}}`, ErrAuth, "who"},
		{`{"type":"error","code":"server_error","message":"Something wrong.","param":null}`, ErrServer, "Something wrong."},
		{`{"statusCode":"429","message":"slow down"}`, ErrRateLimit, "slow down"},
		{`oops`, ErrServer, "oops"},
		{``, ErrServer, "failed"},
	} {
		e := service.StreamError([]byte(tt.doc))
		if e.Kind != tt.kind || !strings.Contains(e.Message, tt.has) {
			t.Errorf("%s: got %s: %q", tt.doc, e.Kind, e.Message)
		}
		readable(t, e)
	}
}

func FuzzHTTPError(f *testing.F) {
	for _, body := range []string{
		"", "<html>", `"bare"`, `[]`, `{}`, `null`, `[{"error":{"message":"x"}}]`,
		`{"message":"400 {\"error\":{\"message\":\"x\"}}"}`,
		`{"title":"Forbidden","status":403,"message":["a","b"],"error":{"data":{"kind":"err_insufficent_credits"}}}`,
		`{"detail":[{"loc":["body",1],"msg":"m"}]}`,
		`{"error":{"details":[{"path":"tools","reason":"Expected array"}],"param":"tools"}}`,
		`{"statusCode":"429","supplierError":"s","error":"Bad Request"}`,
		`{"message":"[{\"message\":\"x\"}]"}`,
		`{"message":"key sk-0123456789abcdef at https://u:p@h/?key=v"}`,
	} {
		f.Add(400, "1", []byte(body))
	}
	f.Add(301, "https://u:p@h/", []byte(nil))
	f.Fuzz(func(t *testing.T, status int, header string, body []byte) {
		h := http.Header{"Location": {header}, "Retry-After": {header}, "X-Request-Id": {header}}
		for _, e := range []*Error{service.HTTPError(status, h, body), service.StreamError(body)} {
			readable(t, e)
			if e.Kind == "" || e.RetryAfter < 0 || utf8.RuneCountInString(e.RequestID) > maxHandle {
				t.Fatalf("got %+v", e)
			}
		}
	})
}
