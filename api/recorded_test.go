package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// recordedKinds says of each recorded refusal what it is and which hint helps:
// "" stands for that of its kind.
var recordedKinds = map[string]struct {
	kind ErrorKind
	hint string
}{
	"azure-404-49":        {ErrNotFound, ""},
	"azure-429-26":        {ErrRateLimit, "try again in 1s"},
	"deepseek-400-04":     {ErrInvalid, ""},
	"deepseek-400-53":     {ErrInvalid, attachmentHint},
	"deepseek-400-55":     {ErrNotFound, ""}, // says so in words only
	"deepseek-400-57":     {ErrInvalid, attachmentHint},
	"deepseek-401-19":     {ErrAuth, ""},
	"deepseek-401-54":     {ErrAuth, ""},
	"doubleword-400-61":   {ErrInvalid, ""},
	"doubleword-403-59":   {ErrForbidden, ""},
	"doubleword-404-62":   {ErrNotFound, ""},
	"doubleword-404-63":   {ErrNotFound, ""},
	"groq-400-06":         {ErrInvalid, ""},
	"groq-400-07":         {ErrInvalid, ""},
	"groq-404-02":         {ErrNotFound, ""},
	"groq-404-05":         {ErrNotFound, ""},
	"groq-404-65":         {ErrNotFound, ""},
	"llamacpp-400-66":     {ErrInvalid, "shorten"},
	"llamacpp-400-68":     {ErrInvalid, ""},
	"llamacpp-400-72":     {ErrInvalid, attachmentHint},
	"llamacpp-401-69":     {ErrAuth, ""},
	"llamacpp-500-70":     {ErrServer, ""},
	"llamacpp-500-71":     {ErrServer, attachmentHint},
	"llamacpp-500-73":     {ErrServer, attachmentHint},
	"llamacpp-500-75":     {ErrServer, ""},
	"mistral-400-76":      {ErrInvalid, ""},
	"mistral-400-77":      {ErrInvalid, ""},
	"mistral-400-78":      {ErrNotFound, ""}, // type invalid_model
	"mistral-401-20":      {ErrAuth, ""},
	"ollama-cloud-401-21": {ErrAuth, ""},
	"openai-400-01":       {ErrNotFound, ""}, // code model_not_found
	"openai-400-09":       {ErrInvalid, attachmentHint},
	"openai-400-10":       {ErrInvalid, attachmentHint},
	"openai-400-12":       {ErrInvalid, "leave out the system prompt"},
	"openai-400-13":       {ErrInvalid, "leave out the system prompt"},
	"openai-400-14":       {ErrInvalid, "leave out web_search_options"},
	"openai-400-16":       {ErrInvalid, ""},
	"openai-400-29":       {ErrInvalid, "shorten"},
	"openai-400-33":       {ErrInvalid, ""},
	"openai-400-38":       {ErrInvalid, "leave out stop"},
	"openai-400-40":       {ErrNotFound, ""},
	"openai-400-42":       {ErrNotFound, ""},
	"openai-400-43":       {ErrInvalid, ""},
	"openai-400-47":       {ErrNotFound, ""},
	"openai-400-81":       {ErrNotFound, ""},
	"openai-400-82":       {ErrNotFound, ""},
	"openai-400-85":       {ErrNotFound, ""},
	"openai-400-87":       {ErrNotFound, ""},
	"openai-401-34":       {ErrAuth, ""},
	"openai-401-35":       {ErrAuth, ""},
	"openai-401-89":       {ErrAuth, ""},
	"openai-404-39":       {ErrNotFound, ""},
	"openai-404-41":       {ErrNotFound, ""},
	"openai-404-48":       {ErrNotFound, ""},
	"openrouter-400-30":   {ErrInvalid, "shorten"},
	"perplexity-400-31":   {ErrInvalid, "shorten"},
	"perplexity-401-24":   {ErrAuth, ""},
	"together-401-44":     {ErrAuth, ""},
	"venice-404-92":       {ErrNotFound, ""},
	"xai-400-25":          {ErrAuth, ""}, // says so in words only
}

var kindHints = map[ErrorKind]string{
	ErrAuth:      "set EXAMPLE_KEY",
	ErrFunds:     "top up at https://example.com/billing",
	ErrForbidden: "check what the key may do, or choose another model",
	ErrNotFound:  "choose another model, or check the base URL",
	ErrRateLimit: "wait a little, then try again",
	ErrInvalid:   "change the request, or choose another model",
	ErrServer:    "try again, or choose another model",
}

// TestRecordedRefusals reads sixty recorded refusals of fourteen services.
func TestRecordedRefusals(t *testing.T) {
	var cases []struct {
		Name    string
		Status  int
		Headers [][2]string
		Body    []byte `json:"body_base64"`
	}
	if err := json.Unmarshal(shared(t, "http-errors.json"), &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) != len(recordedKinds) {
		t.Errorf("%d refusals, %d expected", len(cases), len(recordedKinds))
	}
	good := 0
	for _, tt := range cases {
		h := http.Header{}
		for _, kv := range tt.Headers {
			h.Add(kv[0], kv[1])
		}
		e := service.HTTPError(tt.Status, h, tt.Body)
		readable(t, e)
		want := recordedKinds[tt.Name]
		again := e.Kind == ErrServer || e.Kind == ErrRateLimit
		if e.Kind != want.kind || !strings.HasPrefix(e.Hint, firstOf(want.hint, kindHints[want.kind])) || e.Retryable != again {
			t.Errorf("%s: got %s, %q, retryable %t, want %s, %q, %t", tt.Name, e.Kind, e.Hint, e.Retryable, want.kind, want.hint, again)
		} else {
			good++
		}
		t.Logf("%-20s %-11s %s", tt.Name, e.Kind, e.Message)
	}
	table(t, "recorded refusals", good, len(cases))
}

// TestRecordedRefusalsOfTheVendors reads the refusals that the vendors document.
func TestRecordedRefusalsOfTheVendors(t *testing.T) {
	const credits = "the account is out of money: You've run out of credits."
	for _, tt := range []struct {
		file    string
		status  int
		kind    ErrorKind
		retry   bool
		message string
	}{
		{"err-400-embeddings-invalid-union.json", 400, ErrInvalid, false, "Please check the request body; input: Invalid input"},
		{"err-400-legacy-batch-nested-upstream.json", 400, ErrInvalid, false, "refuses the request: Batch msgbatch_01McVJYhQd3Wiuqrac6y9PrX cannot be canceled"},
		{"err-400-validation-details.json", 400, ErrInvalid, false, "tools: Expected array, received null"},
		{"err-401-problem.json", 401, ErrAuth, false, "refuses the key: You provided an empty string"},
		{"err-403-insufficient-credits-noinstancequery.json", 403, ErrFunds, false, credits},
		{"err-403-insufficient-credits.json", 403, ErrFunds, false, credits},
		{"err-403-legacy-plan.json", 403, ErrFunds, false, "You have exhausted the available [plan.rule:api_token] resource limit."},
		{"err-403-unverified-card.json", 403, ErrForbidden, false, "Complete verification"},
		{"err-404-problem.json", 404, ErrNotFound, false, "not found: Cannot POST /v1/completions"},
		{"err-429-legacy.json", 429, ErrRateLimit, true, "too many requests: Free-tier limit"},
		{"err-429-problem.json", 429, ErrRateLimit, true, "too many requests"},
		{"err-502.html", 502, ErrServer, true, "api.example.com failed (502 Bad Gateway)"},
		{"err-503-problem.json", 503, ErrServer, true, "api.example.com failed (503 Service Unavailable)"},
		{"auth-device-unknown-partner.json", 403, ErrForbidden, false, "Unknown or disabled partner"},

		{"aix-err-400-query-empty.json", 400, ErrInvalid, false, "refuses the request: query should not be empty"},
		{"aix-err-404-full.json", 404, ErrNotFound, false, "not found: Resource not found"},
		{"aix-err-404.json", 404, ErrNotFound, false, "not found: Model not found"},
		{"aix-err-500.json", 500, ErrServer, true, "Internal server error occurred"},
		{"aix-err-string-body.json", 401, ErrAuth, false, "refuses the key: An unspecified error occurred"},
		{"aix-err-string-body.json", 402, ErrFunds, false, "out of money: An unspecified"},
		{"aix-err-string-body.json", 465, ErrForbidden, false, "forbids this: An unspecified"},
		{"aix-err-string-body.json", 475, ErrFunds, false, "out of money: An unspecified"},
		{"aix-err-string-body.json", 485, ErrServer, false, "failed (485): An unspecified"},
		{"aix-err-string-body.json", 495, ErrInvalid, false, "refuses the request: An unspecified"},
		{"aix-err-string-body.json", 497, ErrRateLimit, true, "too many requests: An unspecified"},
		{"aix-model-failed.json", 200, ErrServer, true, "api.example.com failed: Rate limit exceeded"}, // the supplier's words first
	} {
		body := shared(t, "aiml-samples/"+tt.file)
		e := service.HTTPError(tt.status, http.Header{}, body)
		if tt.status == 200 {
			e = service.StreamError(body)
		}
		readable(t, e)
		if e.Kind != tt.kind || e.Retryable != tt.retry || !strings.Contains(e.Message, tt.message) {
			t.Errorf("%s, %d: got %s, retryable %v, %q", tt.file, tt.status, e.Kind, e.Retryable, e.Message)
		}
	}
}

func TestRetryAfterHeaders(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		h      map[string]string
		want   time.Duration
	}{
		{"seconds", 429, map[string]string{"Retry-After": "7"}, 7 * time.Second},
		{"parts of a second", 429, map[string]string{"Retry-After": "0.25"}, 250 * time.Millisecond},
		{"milliseconds are more exact", 429, map[string]string{"Retry-After": "2", "Retry-After-Ms": "1250"}, 1250 * time.Millisecond},
		{"no milliseconds", 429, map[string]string{"Retry-After": "1", "Retry-After-Ms": "0"}, time.Second},
		{"date", 503, map[string]string{"Retry-After": "Sat, 22 Nov 2025 10:00:30 GMT", "Date": "Sat, 22 Nov 2025 10:00:00 GMT"}, 30 * time.Second},
		{"date of the past", 503, map[string]string{"Retry-After": "Sat, 22 Nov 2025 09:00:30 GMT", "Date": "Sat, 22 Nov 2025 10:00:00 GMT"}, 0},
		{"date without a clock", 429, map[string]string{"Retry-After": "Sat, 22 Nov 2025 10:00:30 GMT"}, 0},
		{"limit lifted", 429, map[string]string{"X-Ratelimit-Remaining-Tokens": "0", "X-Ratelimit-Reset-Tokens": "1m12s", "X-Ratelimit-Remaining-Requests": "9", "X-Ratelimit-Reset-Requests": "5m"}, 72 * time.Second},
		{"no limit reached", 400, map[string]string{"X-Ratelimit-Remaining-Tokens": "0", "X-Ratelimit-Reset-Tokens": "12ms"}, 0},
		{"Retry-After first", 429, map[string]string{"Retry-After": "2", "X-Ratelimit-Remaining-Requests": "0", "X-Ratelimit-Reset-Requests": "5m"}, 2 * time.Second},
		{"words", 429, map[string]string{"Retry-After": "soon"}, 0},
		{"negative", 429, map[string]string{"Retry-After": "-3"}, 0},
		{"no number", 429, map[string]string{"Retry-After": "NaN"}, 0},
		{"for ever", 429, map[string]string{"Retry-After": "1e300"}, maxWait},
		{"odd reset", 429, map[string]string{"X-Ratelimit-Remaining-Tokens": "0", "X-Ratelimit-Reset-Tokens": "later"}, 0},
	} {
		h := http.Header{}
		for name, value := range tt.h {
			h.Set(name, value)
		}
		if e := service.HTTPError(tt.status, h, nil); e.RetryAfter != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, e.RetryAfter, tt.want)
		}
	}
}
