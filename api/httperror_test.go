package api

import (
	"encoding/json"
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
		{"nothing", 500, "", ErrServer, "failed (500 Internal Server Error)"},
		{"document in words", 400, `{"message":"no good: {\"a\":1}"}`, ErrInvalid, "no good"},
		{"key in words", 401, `{"message":"wrong key sk-abcdefghijklmnop given"}`, ErrAuth, "wrong key … given"},
		{"escapes in words", 400, `{"message":"a\u001b[31mb\nc"}`, ErrInvalid, "a[31mb c"},
		{"redirect", 301, "", ErrBadResponse, "no answer from api.example.com (301 Moved Permanently): it points to https://elsewhere.example"},
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

// TestHTTPErrorsRecorded reads sixty recorded refusals of fourteen services.
func TestHTTPErrorsRecorded(t *testing.T) {
	var cases []struct {
		Name    string
		Status  int
		Headers [][2]string
		Body    []byte `json:"body_base64"`
	}
	if err := json.Unmarshal(shared(t, "http-errors.json"), &cases); err != nil {
		t.Fatal(err)
	}
	sane := map[int][]ErrorKind{
		400: {ErrInvalid, ErrNotFound, ErrAuth},
		401: {ErrAuth},
		403: {ErrForbidden, ErrFunds},
		404: {ErrNotFound},
		429: {ErrRateLimit, ErrFunds},
		500: {ErrServer},
	}
	for _, tt := range cases {
		h := http.Header{}
		for _, kv := range tt.Headers {
			h.Add(kv[0], kv[1])
		}
		e := service.HTTPError(tt.Status, h, tt.Body)
		readable(t, e)
		ok := false
		for _, kind := range sane[tt.Status] {
			ok = ok || kind == e.Kind
		}
		if !ok {
			t.Errorf("%s: status %d gives %s", tt.Name, tt.Status, e.Kind)
		}
		t.Logf("%-22s %-12s %s", tt.Name, e.Kind, e.Message)
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
	for _, bad := range []string{"soon", "-3", "NaN", "1e300"} {
		e = service.HTTPError(429, http.Header{"Retry-After": {bad}}, nil)
		if e.RetryAfter < 0 {
			t.Errorf("%q: got %v", bad, e.RetryAfter)
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
	f.Add(400, []byte(`{"message":"400 {\"error\":{\"message\":\"x\"}}"}`))
	f.Add(502, []byte("<html>"))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		readable(t, service.HTTPError(status, http.Header{}, body))
	})
}
