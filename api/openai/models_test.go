package openai

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

func TestModels(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{
			"AI/ML API",
			`{"object":"list","data":[{"id":"maker/one","type":"openai/chat-completions","aliases":["one"],"tags":["x"],
			  "info":{"name":"One","developer":"Maker","contextLength":128000,"outputMax":16384},
			  "modalities":{"input":["text","image"],"output":["text"]},"capabilities":["streaming","tools"],
			  "pricing":{"kind":"fixed","currency":"USD","units":[
			    {"type":"charge","name":"token","content":"text","author":"user","origin":"cached","price":1,"per":1000000},
			    {"type":"charge","name":"token","content":"text","author":"user","origin":"provided","price":2,"per":1000000},
			    {"type":"charge","name":"token","content":"text","author":"model","origin":"generated","price":"0.01","per":1000}]}}]}`,
			`[{"id":"maker/one","aliases":["one"],"name":"One","developer":"Maker","type":"openai/chat-completions","context":128000,"output_max":16384,` +
				`"input":["text","image"],"output":["text"],"capabilities":["streaming","tools"],"price_in":2,"price_out":10}]`,
		},
		{
			"the other spelling",
			`{"data":[{"id":"a","pricing":{"kind":"fixed","units":[{"name":"token","measure":"input","price":0.5,"per":1},{"name":"token","measure":"output","price":3.25,"per":1000000}]}}]}`,
			`[{"id":"a","price_in":500000,"price_out":3.25}]`,
		},
		{
			"variants",
			`{"data":[{"id":"a","pricing":{"kind":"variants","dimensions":["measure"],"variants":[
			  {"when":{"measure":"input"},"unit":"token","price":1,"per":1000000},{"when":{"measure":"output"},"unit":"token","price":2,"per":1000000},
			  {"when":{"measure":"input"},"unit":"token","price":9,"per":1000000}]}},
			 {"id":"v","pricing":{"kind":"variants","variants":[{"when":{"resolution":"720p"},"price":0.39,"unit":"second","per":1}]}},
			 {"id":"w","pricing":{"kind":"variable"}}]}`,
			`[{"id":"a","price_in":1,"price_out":2},{"id":"v"},{"id":"w"}]`,
		},
		{
			"OpenAI",
			`{"object":"list","data":[{"id":"gpt-x","object":"model","created":1,"owned_by":"system"}]}`,
			`[{"id":"gpt-x"}]`,
		},
		{
			"OpenRouter",
			`{"data":[{"id":"m/x","name":"M: X","context_length":4096,"architecture":{"input_modalities":["text"],"output_modalities":["text"]},"pricing":{"prompt":"0.000002","completion":"0.00001"}}]}`,
			`[{"id":"m/x","name":"M: X","context":4096,"input":["text"],"output":["text"],"price_in":2,"price_out":10}]`,
		},
		{"bare list", `[{"id":"a","max_model_len":8192},{"name":"no id"}]`, `[{"id":"a","context":8192}]`},
		{"other name", `{"models":[{"id":"a","context_window":10}]}`, `[{"id":"a","context":10}]`},
		{"odd fields", `{"data":[{"id":"a","aliases":null,"info":null,"capabilities":{"vision":true},"pricing":"free","modalities":[]},{"id":5}]}`, `[{"id":"a"}]`},
		{"empty", `{"data":[]}`, `[]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			models, err := newClient(t, Config{Transport: answering(http.StatusOK, "application/json", tt.body)}).Models(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(models)
			if err != nil || string(got) != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestModelsErrors(t *testing.T) {
	for name, tt := range map[string]struct {
		status int
		body   string
		kind   api.ErrorKind
	}{
		"page":        {200, "<html>", api.ErrBadResponse},
		"other":       {200, `{"hello":1}`, api.ErrBadResponse},
		"null":        {200, `null`, api.ErrBadResponse},
		"server":      {500, `{"message":"x"}`, api.ErrServer},
		"wrong route": {404, `Not Found`, api.ErrNotFound},
	} {
		_, err := newClient(t, Config{Transport: answering(tt.status, "text/plain", tt.body)}).Models(t.Context())
		if e := api.AsError(err); e == nil || e.Kind != tt.kind {
			t.Errorf("%s: got %+v", name, err)
		}
	}
}

// TestModelsRecorded reads lists as the vendor's docs print them.
func TestModelsRecorded(t *testing.T) {
	dir := sharedDir(t, "aiml-samples")
	for _, name := range []string{"models-list.json", "models-list-include-all.json"} {
		body, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		models, err := decodeModels(body)
		if err != nil || len(models) == 0 {
			t.Fatalf("%s: %d models, %v", name, len(models), err)
		}
		for _, m := range models {
			if m.ID != "openai/gpt-4o" {
				continue
			}
			if m.Context != 128000 || m.OutputMax != 16384 || m.Developer == "" || len(m.Aliases) == 0 {
				t.Errorf("%s: got %+v", name, m)
			}
			if strings.Contains(name, "include") && (m.PriceIn == nil || *m.PriceIn != 2 || *m.PriceOut != 10) {
				t.Errorf("%s: prices %v", name, m)
			}
		}
	}
}
