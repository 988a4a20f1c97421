package wire

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

func TestFigures(t *testing.T) {
	for _, tt := range []struct {
		name           string
		meta, usd, crd string // meta of the body; what the head names
		wantUSD        float64
		wantCredits    float64 // negative: unknown
		news           bool    // the head told something
	}{
		{"nothing", `{}`, "", "", -1, -1, false},
		{"by the body", `{"usage":{"usd_spent":0.5,"credits_used":1000000}}`, "", "", 0.5, 1e6, false},
		{"by the body and the head", `{"usage":{"usd_spent":"0.5","credits_used":1000000}}`, "0.500000000", "1000000", 0.5, 1e6, false},
		{"by the head alone", `{}`, "0.001240000", "2480", 0.00124, 2480, true},
		{"in credits", `{"usage":{"credits_used":1000000}}`, "", "", 0.5, 1e6, false},
		{"in credits, by the head", `null`, "", "1000000", 0.5, 1e6, true},
		{"for nothing", `{"usage":{"usd_spent":0}}`, "", "", 0, -1, false},
		{"for nothing at last", `{"usage":{"usd_spent":0.25}}`, "0", "", 0.25, -1, false},
		{"odd", `{"usage":{"usd_spent":"NaN","credits_used":-1}}`, "free", "", -1, -1, false},
	} {
		var f Figures
		var m *Meta
		if err := json.Unmarshal([]byte(tt.meta), &m); err != nil {
			t.Fatal(err)
		}
		f.AddMeta(m)
		news := f.Bill(http.Header{"X-Aimlapi-Usd-Spent": {tt.usd}, "X-Aimlapi-Credits-Used": {tt.crd}})
		cost := f.Metered().Cost
		if (len(news) > 0) != tt.news || !is(cost.USD, tt.wantUSD) || !is(cost.Credits, tt.wantCredits) || (cost.Source == api.Billed) != (tt.wantUSD >= 0) {
			t.Errorf("%s: %+v, %d events", tt.name, cost, len(news))
		}
	}
}

func is(got *float64, want float64) bool { return got == nil && want < 0 || got != nil && *got == want }

func TestFiguresName(t *testing.T) {
	var f Figures
	f.Name("short")
	f.Name("")
	if f.Model != "short" {
		t.Errorf("got %q", f.Model)
	}
	f.AddMeta(&Meta{Model: "maker/whole"})
	if f.Name("short"); f.Model != "maker/whole" {
		t.Errorf("got %q", f.Model)
	}
}
