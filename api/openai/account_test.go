package openai

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// served starts a service of the given documents, by method and path with its
// query, and returns a client of it.
func served(t *testing.T, documents map[string]string) (*Client, *[]string) {
	t.Helper()
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.RequestURI())
		if r.Header.Get("Authorization") != "Bearer k" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		body, ok := documents[r.URL.Path]
		status, rest, _ := strings.Cut(body, " ")
		switch {
		case !ok:
			w.WriteHeader(http.StatusNotFound)
		case len(status) == 3 && status < "600" && status > "299":
			w.WriteHeader(map[string]int{"405": 405, "500": 500, "403": 403}[status])
			fmt.Fprint(w, rest)
		default:
			w.Header().Set("ETag", `W/"1"`)
			if r.Header.Get("If-None-Match") == `W/"1"` {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			fmt.Fprint(w, body)
		}
	}))
	t.Cleanup(server.Close)
	return newClient(t, Config{Name: "aimlapi", BaseURL: server.URL + "/v1", Key: func(context.Context) (string, error) { return "k", nil }}), &asked
}

func TestBalance(t *testing.T) {
	const legacy = `{"balance":4000000,"lowBalance":true,"lowBalanceThreshold":9,"status":"current"}`
	for name, test := range map[string]struct {
		documents map[string]string
		want      string // the balance, or the kind of the failure
		low       bool
		asked     int
	}{
		"dollars":             {map[string]string{"/v2/billing": `{"current_balance":12.5,"currency":"USD"}`}, "$12.50", false, 1},
		"owed, in a string":   {map[string]string{"/v2/billing": `{"current_balance":"-0.5"}`}, "-$0.50", false, 1},
		"legacy":              {map[string]string{"/v1/billing/balance": legacy}, "$2.00", true, 2},
		"not allowed":         {map[string]string{"/v2/billing": "405 ", "/v1/billing/balance": legacy}, "$2.00", true, 2},
		"neither":             {nil, "not_found", false, 2},
		"another currency":    {map[string]string{"/v2/billing": `{"current_balance":1,"currency":"EUR"}`}, "bad_response", false, 1},
		"a page":              {map[string]string{"/v2/billing": `<html>`}, "bad_response", false, 1},
		"no figure":           {map[string]string{"/v2/billing": `{"current_balance":null}`}, "bad_response", false, 1},
		"a failure":           {map[string]string{"/v2/billing": `500 {"message":"x"}`}, "server", false, 1},
		"a key of less scope": {map[string]string{"/v2/billing": `403 {"message":"x"}`}, "forbidden", false, 1},
	} {
		client, asked := served(t, test.documents)
		b, err := client.Balance(t.Context())
		got := b.String()
		if err != nil {
			got = string(api.AsError(err).Kind)
		}
		if got != test.want || b.Low != test.low || len(*asked) != test.asked {
			t.Errorf("%s: %s, low %v, %v after %q", name, got, b.Low, err, *asked)
		}
	}
}

// A balance is told to nobody without a key: that is how one is proved.
func TestBalanceProvesAKey(t *testing.T) {
	client, _ := served(t, map[string]string{"/v2/billing": `{"current_balance":12.5}`})
	wrong := newClient(t, Config{
		Name: "aimlapi", BaseURL: "http://" + client.wire.Service().Host + "/v1", KeyHint: "set it",
		Key: func(context.Context) (string, error) { return "wrong", nil },
	})
	if _, err := wrong.Balance(t.Context()); err == nil || api.AsError(err).Kind != api.ErrAuth || api.AsError(err).Hint != "set it" {
		t.Errorf("a wrong key gives %+v", err)
	}
	if _, err := wrong.List(t.Context(), ""); err == nil {
		t.Error("this service wants a key for its list")
	}
}

func TestList(t *testing.T) {
	client, asked := served(t, map[string]string{
		"/v1/models":              `{"data":[{"id":"a"}]}`,
		"/v1/models/deprecations": `{"object":"list","data":[{"id":"b","status":"deprecated","shutdown_at":"2026-12-31T10:00:00.000Z"},{"id":"c","status":"resting"},{"status":"withdrawn"},7,{"id":"d","status":"withdrawn","shutdown_at":"soon","replaced_by":null,"aliases":null}]}`,
	})
	list, err := client.List(t.Context(), `W/"0"`)
	if err != nil || list.ETag != `W/"1"` || list.Unchanged || len(list.Models) != 1 {
		t.Errorf("the list is %+v, %v", list, err)
	}
	list, err = client.List(t.Context(), list.ETag)
	if err != nil || list.ETag != `W/"1"` || !list.Unchanged || list.Models != nil {
		t.Errorf("the same list is %+v, %v", list, err)
	}
	feed, err := client.Deprecations(t.Context(), "")
	if err != nil || len(feed.Models) != 2 || feed.Models[0].Shutdown != "2026-12-31" || feed.Models[1].Shutdown != "" || feed.Models[1].Status != api.Withdrawn {
		t.Errorf("the feed is %+v, %v", feed, err)
	}
	if feed, err = client.Deprecations(t.Context(), feed.ETag); err != nil || !feed.Unchanged {
		t.Errorf("the same feed is %+v, %v", feed, err)
	}
	want := "GET /v1/models?include=pricing,modalities,capabilities"
	if (*asked)[0] != want || (*asked)[2] != "GET /v1/models/deprecations" {
		t.Errorf("asked %q", *asked)
	}
}

// AI/ML API's lists are public; elsewhere a key that can't be had is done
// without, and one that can't be found out is a failure.
func TestListKeys(t *testing.T) {
	for name, test := range map[string]struct {
		base string
		key  error
		want string // Authorization and query; or the failure
	}{
		"official":  {"https://api.aimlapi.com/v1", nil, " include=pricing,modalities,capabilities"},
		"elsewhere": {"https://example.test/v1", nil, "Bearer k "},
		"no key":    {"https://example.test/v1", &api.Error{Kind: api.ErrAuth, Message: "none"}, " "},
		"no answer": {"https://example.test/v1", &api.Error{Kind: api.ErrTimeout, Message: "slow"}, "slow"},
	} {
		var got string
		client := newClient(t, Config{
			Name: "mine", BaseURL: test.base,
			Key: func(context.Context) (string, error) { return "k", test.key },
			Transport: transport(func(r *http.Request) (*http.Response, error) {
				got = r.Header.Get("Authorization") + " " + r.URL.RawQuery
				return answering(200, "application/json", `{"data":[]}`)(r)
			}),
		})
		if _, err := client.Models(t.Context()); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// The documents of the vendor's docs are read as they are.
func TestBalanceRecorded(t *testing.T) {
	dir := sharedDir(t, "aiml-samples")
	for name, test := range map[string]struct {
		read func([]byte) (api.Balance, bool)
		want string
	}{
		"svc-billing-v2.json":        {readBilling, "$123.45"},
		"svc-billing-detail-v2.json": {readBilling, "$100.50"},
		"svc-balance-v1-legacy.json": {readLegacyBalance, "$5.00"},
		"svc-usage-v2.json":          {readBilling, "unknown"},
	} {
		body, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if b, ok := test.read(body); b.String() != test.want || ok != (test.want != "unknown") {
			t.Errorf("%s: %s, %v", name, b, ok)
		}
	}
}
