package api

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestRedactEveryWriting(t *testing.T) {
	const key = `sk/Live+7f3A"9b2c=4d5e/6f70812`
	quoted, _ := json.Marshal(key)
	for name, written := range map[string]string{
		"as it is":        key,
		"capitals":        strings.ToUpper(key),
		"JSON":            string(quoted),
		"query":           url.QueryEscape(key),
		"path":            url.PathEscape(key),
		"hex":             hex.EncodeToString([]byte(key)),
		"HEX":             strings.ToUpper(hex.EncodeToString([]byte(key))),
		"base64":          base64.StdEncoding.EncodeToString([]byte(key)),
		"of the header":   base64.StdEncoding.EncodeToString([]byte("Bearer " + key)),
		"one byte before": base64.URLEncoding.EncodeToString([]byte(":" + key)),
		"two before":      base64.RawURLEncoding.EncodeToString([]byte("u:" + key + ":x")),
		"the end of it":   key[10:],
		"the middle":      key[5:20],
		"as header":       "Bearer " + key,
	} {
		e := &Error{Message: "before " + written + " after", Hint: written, RequestID: written}
		e.Redact(key)
		for _, line := range []string{e.Message, e.Hint, e.RequestID} {
			if leaks(line, written) {
				t.Errorf("%s: %q is left of %q", name, line, written)
			}
		}
		if !strings.HasPrefix(e.Message, "before ") || !strings.HasSuffix(e.Message, " after") || !strings.Contains(e.Message, "…") {
			t.Errorf("%s: too much went: %q", name, e.Message)
		}
	}
}

// TestErrorsNeverShowTheKey: whatever a service makes of the key that it got, and
// wherever it puts it.
func TestErrorsNeverShowTheKey(t *testing.T) {
	for _, key := range []string{
		"0f1e2d3c4b5a69788796a5b4c3d2e1f0",
		"sk-proj-aB3_dE6gH9jK2mN5-pQ8sT1vW4yZ7",
		"team/key+with=odd~signs&more",
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3",
	} {
		escaped := ""
		for _, r := range key {
			escaped += fmt.Sprintf(`\u%04x`, r)
		}
		written := []string{
			key, escaped, "Bearer " + key, strings.ToUpper(key), url.QueryEscape(key), hex.EncodeToString([]byte(key)),
			base64.StdEncoding.EncodeToString([]byte("Bearer " + key)), base64.URLEncoding.EncodeToString([]byte("user:" + key)),
		}
		for _, w := range written {
			for _, shape := range []string{
				`{"message":"wrong key %s"}`, `{"error":{"message":"Incorrect API key provided: '%s'."}}`, `{"detail":"%s"}`, `{"error":"%s"}`, `"%s"`,
				`{"message":["a","%s"]}`, `{"message":"400 {\"error\":{\"message\":\"key=%s\"}}"}`, `{"message":"x","requestId":"%s"}`,
				`{"error":{"message":"m","details":[{"path":"%s","reason":"%[1]s"}]}}`, `{"detail":[{"loc":["body","%s"],"msg":"m"}]}`,
				"the header was authorization: %s", "<p>%s", `{"message":"` + strings.Repeat("long ", 50) + `%s"}`,
			} {
				body := fmt.Sprintf(shape, w)
				for _, e := range []*Error{service.HTTPError(401, http.Header{"X-Request-Id": {w}}, []byte(body)), service.StreamError([]byte(body))} {
					e.Redact(key)
					for _, line := range []string{e.Message, e.Hint, e.RequestID} {
						if leaks(strings.ToLower(line), strings.ToLower(key)) || leaks(line, w) && w != "Bearer "+key {
							t.Errorf("%s: %q", body, line)
						}
					}
				}
			}
		}
	}
}

// leaks reports whether twelve characters in a row of secret are in line.
func leaks(line, secret string) bool {
	for i := 0; i+telltale <= len(secret); i++ {
		if strings.Contains(line, secret[i:i+telltale]) {
			return true
		}
	}
	return false
}

func TestHolds(t *testing.T) {
	r := NewRedactor("0f1e2d3c4b5a69788796a5b4c3d2e1f0", "ollama")
	for text, want := range map[string]bool{
		"": false, "nothing": false, "it is 0f1e2d3c4b5a69788796A5B4C3D2E1F0.": true, "0f1e2d3c4b5a": false,
		base64.StdEncoding.EncodeToString([]byte("Bearer 0f1e2d3c4b5a69788796a5b4c3d2e1f0")): true, "Ollama": true,
	} {
		if r.Holds(text) != want {
			t.Errorf("%q: %t", text, !want)
		}
	}
	if (Redactor{}).Holds("") {
		t.Error("no key is held")
	}
}

func TestRedactWhereALineWasCut(t *testing.T) {
	const key = "0123456789abcdef0123456789abcdef"
	for n := range len(key) {
		message := shorten(strings.Repeat("x", maxMessage-2-n) + " " + key + key)
		e := (&Error{Message: message}).Redact(key)
		if strings.Contains(e.Message, key[:tailtale]) {
			t.Errorf("cut after %d: %q", n, e.Message[maxMessage-40:])
		}
	}
}

func TestRedactShortKeys(t *testing.T) {
	for _, tt := range []struct{ key, said, want string }{
		{"ollama", "no key like ollama here", "no key like … here"},
		{"ollama", "ollamas are no keys", "ollamas are no keys"},
		{"x", "maximum exceeded by x", "maximum exceeded by …"},
		{"", "nothing to hide", "nothing to hide"},
		{"  ", "nothing to hide", "nothing to hide"},
	} {
		if e := (&Error{Message: tt.said}).Redact(tt.key); e.Message != tt.want {
			t.Errorf("%q: got %q", tt.key, e.Message)
		}
	}
	if e := (*Error)(nil).Redact("key"); e != nil {
		t.Errorf("got %v", e)
	}
}

func TestSecretsOfEveryVendor(t *testing.T) {
	const hex32 = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
	for name, key := range map[string]string{
		"OpenAI":         "sk-proj-aB3_dE6gH9jK2mN5-pQ8sT1vW4yZ7",
		"OpenAI, old":    "sk-aB3dE6gH9jK2mN5pQ8sT1vW4yZ7",
		"OpenAI, admin":  "sk-admin-aB3dE6gH9jK2mN5pQ8sT1vW4yZ7",
		"letters only":   "sk-abcdefghijklmnop",
		"Anthropic":      "sk-ant-api03-aB3dE6gH9jK2mN5pQ8sT1vW4yZ7-AA",
		"OpenRouter":     "sk-or-v1-" + hex32 + hex32,
		"DeepSeek":       "sk-" + hex32,
		"Groq":           "gsk_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7",
		"xAI":            "xai-aB3dE6gH9jK2mN5pQ8sT1vW4yZ7aB3dE6gH9jK2m",
		"Google":         "AIzaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q",
		"Google, OAuth":  "ya29.a0AfH6SMBx-aB3dE6gH9",
		"Hugging Face":   "hf_aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH",
		"Replicate":      "r8_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7aB3dE6gH9",
		"Perplexity":     "pplx-" + hex32,
		"NVIDIA":         "nvapi-aB3dE6gH9jK2mN5pQ8sT1vW4yZ7",
		"Cerebras":       "csk-" + hex32,
		"Fireworks":      "fw_3ZaB3dE6gH9jK2mN5pQ8",
		"Together":       "tgp_v1_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7",
		"AWS":            "AKIAIOSFODNN7EXAMPLE",
		"Databricks":     "dapi" + hex32,
		"Stripe":         "sk_live_aB3dE6gH9jK2mN5pQ8",
		"GitHub":         "ghp_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7aB3dE6gH9",
		"Slack":          "xoxb-123456789012-aB3dE6gH9jK2",
		"Mailgun":        "key-" + hex32,
		"a token":        "token-" + hex32,
		"JWT":            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3",
		"AI/ML API":      "Bearer " + hex32,
		"aiXplain":       "x-api-key: " + hex32 + hex32,
		"Mistral":        "API key provided: aB3dE6gH9jK2mN5pQ8sT1vW4yZ7aB3dE",
		"Zhipu":          "api_key=" + hex32 + ".aB3dE6gH9jK2mN5p",
		"UUID":           "api key is 5f0c1c3e-8a52-4b7e-9d38-2b1a0c9d8e7f",
		"basic":          "Basic dXNlcjpwYXNzd29yZDE=",
		"base64":         base64.StdEncoding.EncodeToString([]byte("Bearer " + hex32)),
		"in an address":  "https://user:hunter2@example.com/v1",
		"in a query":     "https://example.com/v1?x=1&key=hunter2&y=2",
		"quoted in JSON": `authorization: "aB3dE6gH9jK2mN5pQ8sT1"`,
	} {
		got := withoutSecrets("we got " + key + " from you")
		secret := key[strings.LastIndexAny(key, " =:\"")+1:]
		if strings.Contains(key, "hunter2") {
			secret = "hunter2"
		} else if name == "quoted in JSON" || name == "basic" {
			secret = "aB3dE6gH9jK2mN5pQ8sT1"
			if name == "basic" {
				secret = "dXNlcjpwYXNzd29yZDE"
			}
		}
		if strings.Contains(got, secret) || leaks(got, secret) || !strings.HasSuffix(got, " from you") {
			t.Errorf("%s: %q became %q", name, key, got)
		}
	}
}

func TestWordsThatAreNoSecrets(t *testing.T) {
	for _, words := range []string{
		"token-classification is not a chat task",
		"token-based and token-misclassification",
		"key-value pairs, key-management, key-2024-01-01",
		"use sk-learn or sk-learn-estimators",
		"the model xai-grok-4-1-fast-reasoning is not here",
		"hf_transformers and hf_model_v2 are missing",
		"pa-rameters, pat-terns, fw_upgrade_needed",
		"Missing bearer authentication in header",
		"Missing bearer or basic authentication in header",
		"You can find your API key at https://platform.example.com/account/api-keys.",
		"create a key on the page: https://example.com/app/keys?tab=api",
		"Incorrect API key provided: invalid-*****2345.",
		"Authentication fails, your api key: ****-key is invalid",
		"Item 'rs_68c42de022c881948db7ed1cc2529f2e0202c9ad459e0d23' of type 'reasoning'",
		"Batch msgbatch_01McVJYhQd3Wiuqrac6y9PrX cannot be canceled",
		"e.g. 'data:text/plain;base64,SGVsbG8sIFdvcmxkIQ=='",
		"password authentication failed",
		"the secret is out; the password is missing",
		"max_tokens-limited models; risk-adjusted; task-classification-2",
		"The model `gpt-4o-mini-2024-07-18` does not exist",
		"mail someone@example.com about https://example.com/a@b",
	} {
		if got := withoutSecrets(words); got != words {
			t.Errorf("%q became %q", words, got)
		}
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("sk-proj-0123456789abcdef", `{"message":"key sk-proj-0123456789abcdef is wrong"}`)
	f.Add("0f1e2d3c4b5a69788796a5b4c3d2e1f0", "Bearer 0f1e2d3c4b5a6978")
	f.Add("ollama", `{"detail":"ollama"}`)
	f.Fuzz(func(t *testing.T, key, body string) {
		e := service.HTTPError(401, http.Header{}, []byte(body)).Redact(key)
		readable(t, e)
		key = strings.TrimSpace(key)
		if strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return // no header can carry it
		}
		if len(key) >= shortKey && strings.Contains(e.Message, key) {
			t.Fatalf("%q is left in %q", key, e.Message)
		}
	})
}
