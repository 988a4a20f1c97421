package wire

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

func TestGet(t *testing.T) {
	var got *http.Request
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.Header().Set("ETag", `W/"1"`)
		if r.Header.Get("If-None-Match") == `W/"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = io.WriteString(w, `{"data":[]}`)
	})
	doc, err := client.Get(t.Context(), "models", GetOptions{Query: url.Values{"include": {"a,b"}}})
	if err != nil || doc.Status != http.StatusOK || string(doc.Body) != `{"data":[]}` || doc.Header.Get("ETag") != `W/"1"` {
		t.Errorf("got %+v, %v", doc, err)
	}
	if got.URL.String() != "/v1/models?include=a,b" || got.Header.Get("Authorization") != "Bearer "+testKey || got.Header.Get("If-None-Match") != "" {
		t.Errorf("asked %s with %v", got.URL, got.Header)
	}
	doc, err = client.Get(t.Context(), "../v2/billing", GetOptions{ETag: `W/"1"`, Anonymous: true})
	if err != nil || doc.Status != http.StatusNotModified || len(doc.Body) != 0 {
		t.Errorf("got %+v, %v", doc, err)
	}
	if got.URL.String() != "/v2/billing" || got.Header.Get("Authorization") != "" {
		t.Errorf("asked %s with %v", got.URL, got.Header)
	}
}

func TestGetBesideABareHost(t *testing.T) {
	asked := ""
	client := newClient(t, Config{BaseURL: "https://example.com", Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		asked = r.URL.String()
		return answer(http.StatusOK, "", strings.NewReader(""))(r)
	})})
	if _, err := client.Get(t.Context(), "../v2/billing", GetOptions{}); err != nil || asked != "https://example.com/v2/billing" {
		t.Errorf("asked %s, %v", asked, err)
	}
}

func TestGetFails(t *testing.T) {
	for _, tt := range []struct {
		name      string
		transport roundTrip
		kind      api.ErrorKind
	}{
		{"401", answer(http.StatusUnauthorized, "application/json", strings.NewReader(`{}`)), api.ErrAuth},
		{"404", answer(http.StatusNotFound, "text/html", strings.NewReader(`<html>`)), api.ErrNotFound},
		{"304 unasked", answer(http.StatusNotModified, "", strings.NewReader("")), api.ErrBadResponse},
		{"302", answer(http.StatusFound, "", strings.NewReader("")), api.ErrBadResponse},
		{"no reply", func(*http.Request) (*http.Response, error) { return nil, io.EOF }, api.ErrCut},
		{"a reply that breaks off", answer(http.StatusOK, "", iotest.ErrReader(io.ErrUnexpectedEOF)), api.ErrCut},
		{"a reply without end", answer(http.StatusOK, "", endless{}), api.ErrBadResponse},
	} {
		_, err := newClient(t, Config{Transport: tt.transport}).Get(t.Context(), "models", GetOptions{})
		if e := api.AsError(err); e == nil || e.Kind != tt.kind || e.Message == "" || e.Hint == "" {
			t.Errorf("%s: got %+v", tt.name, e)
		}
	}
}

// endless is a body that never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestGetEnds(t *testing.T) {
	silent := roundTrip(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := newClient(t, Config{Transport: silent}).Get(t.Context(), "models", GetOptions{})
		if e := api.AsError(err); e == nil || e.Kind != api.ErrTimeout || time.Since(began) != 90*time.Second {
			t.Errorf("%+v after %v", err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = newClient(t, Config{Transport: silent}).Get(ctx, "models", GetOptions{})
		if e := api.AsError(err); e == nil || e.Kind != api.ErrTimeout {
			t.Errorf("got %+v", err)
		}
		ctx, stop := context.WithCancel(t.Context())
		stop()
		_, err = newClient(t, Config{Transport: silent}).Get(ctx, "models", GetOptions{})
		if e := api.AsError(err); e == nil || e.Kind != api.ErrCanceled {
			t.Errorf("got %+v", err)
		}
	})
}

func TestPost(t *testing.T) {
	var got *http.Request
	var body []byte
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"results":[]}`)
	})
	doc, err := client.Get(t.Context(), "list", GetOptions{Body: []byte(`{"q":"x"}`)})
	if err != nil || doc.Status != http.StatusCreated || string(doc.Body) != `{"results":[]}` {
		t.Errorf("got %+v, %v", doc, err)
	}
	if got.Method != http.MethodPost || string(body) != `{"q":"x"}` || got.Header.Get("Content-Type") != "application/json" {
		t.Errorf("asked %s with %q, %v", got.Method, body, got.Header)
	}
}

// Lists are kept on the disk, and shown.
func TestDocumentsHoldNoKey(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", r.Header.Get("Authorization"))
		_, _ = io.WriteString(w, `{"data":[{"id":"x/`+testKey+`"},{"id":"`+base64.StdEncoding.EncodeToString([]byte("Bearer "+testKey))+`"}]}`)
	})
	doc, err := client.Get(t.Context(), "models", GetOptions{})
	var list struct{ Data []struct{ ID string } }
	if err != nil || Unmarshal(doc.Body, &list) != nil || len(list.Data) != 2 || list.Data[0].ID != "x/…" || !strings.HasPrefix(list.Data[1].ID, "QmVhcmVyIH…") {
		t.Errorf("got %s, %v", doc.Body, err)
	}
	if doc.Header.Get("ETag") != "Bearer …" {
		t.Errorf("got %q", doc.Header)
	}
	// A short key may be a word.
	client = newClient(t, Config{
		BaseURL: "https://example.com", Key: func(context.Context) (string, error) { return "ollama", nil },
		Transport: answer(http.StatusOK, "application/json", strings.NewReader(`{"owned_by":"ollama"}`)),
	})
	if doc, err := client.Get(t.Context(), "models", GetOptions{}); err != nil || string(doc.Body) != `{"owned_by":"ollama"}` {
		t.Errorf("got %s, %v", doc.Body, err)
	}
}
