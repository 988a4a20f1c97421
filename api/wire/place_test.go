package wire

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// Whoever writes a base URL may leave out /v1, or add a slash.
func TestPlace(t *testing.T) {
	for _, c := range []struct {
		name, base, at string // at: where the service has what it offers
		want           []string
	}{
		{"below /v1", "http://127.0.0.1:1", "/v1", []string{"/v1/ask", "/v1/models", "/v1/ask"}},
		{"below /v1, with a slash", "http://127.0.0.1:1//", "/v1", []string{"/v1/ask", "/v1/models", "/v1/ask"}},
		{"at the root", "http://127.0.0.1:1/", "", []string{"/v1/ask", "/ask", "/models", "/ask"}},
		{"nowhere", "http://127.0.0.1:1", "/api", []string{"/v1/ask", "/ask", "/v1/models", "/models", "/v1/ask", "/ask"}},
		{"named", "http://127.0.0.1:1/v1/", "/v1", []string{"/v1/ask", "/v1/models", "/v1/ask"}},
		{"named wrongly", "http://127.0.0.1:1/v2", "/v1", []string{"/v2/ask", "/v2/models", "/v2/ask"}},
	} {
		var asked []string
		client := newClient(t, Config{BaseURL: c.base, Versioned: true, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			asked = append(asked, r.URL.Path)
			if r.Method == http.MethodPost {
				if body, _ := io.ReadAll(r.Body); string(body) != "{}" {
					t.Errorf("%s: sent %q", c.name, body)
				}
			}
			if r.URL.Path != c.at+"/ask" && r.URL.Path != c.at+"/models" {
				return answer(http.StatusNotFound, "text/plain", strings.NewReader("nothing at "+r.URL.Path))(r)
			}
			return answer(http.StatusOK, "text/event-stream", strings.NewReader("data: end\n\n"))(r)
		})})
		first := add(client.Stream(t.Context(), ordinary()))
		_, err := client.Get(t.Context(), "models", GetOptions{})
		second := add(client.Stream(t.Context(), ordinary()))
		if !slices.Equal(asked, c.want) {
			t.Errorf("%s: asked for %q, want %q", c.name, asked, c.want)
		}
		if found := c.at == "/v1" && c.name != "named wrongly" || c.at == ""; found != (first.Err == nil) || found != (err == nil) || found != (second.Err == nil) {
			t.Errorf("%s: %v, %v, %v", c.name, first.Err, err, second.Err)
		}
		if c.name == "nowhere" && !strings.Contains(first.Err.Message, "/v1/ask") {
			t.Errorf("the failure is that of the second place: %v", first.Err)
		}
	}
}
