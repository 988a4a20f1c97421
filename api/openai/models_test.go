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
				`"input":["text","image"],"output":["text"],"capabilities":["streaming","tools"],` +
				`"prices":[{"of":"cached","unit":"token","usd":0.000001},{"of":"input","unit":"token","usd":0.000002},{"of":"output","unit":"token","usd":0.00001}],"price_in":2,"price_out":10}]`,
		},
		{
			"the other spelling",
			`{"data":[{"id":"a","pricing":{"kind":"fixed","units":[{"name":"token","measure":"input","price":0.5,"per":1},{"name":"token","measure":"output","price":3.25,"per":1000000}]}}]}`,
			`[{"id":"a","prices":[{"of":"input","unit":"token","usd":0.5},{"of":"output","unit":"token","usd":0.00000325}],"price_in":500000,"price_out":3.25}]`,
		},
		{
			"variants",
			`{"data":[{"id":"a","pricing":{"kind":"variants","dimensions":["measure"],"variants":[
			  {"when":{"measure":"input"},"unit":"token","price":1,"per":1000000},{"when":{"measure":"output"},"unit":"token","price":2,"per":1000000},
			  {"when":{"measure":"input"},"unit":"token","price":9,"per":1000000}]}},
			 {"id":"v","pricing":{"kind":"variants","variants":[{"when":{"resolution":"720p"},"price":0.39,"unit":"second","per":1}]}},
			 {"id":"w","pricing":{"kind":"variable"}}]}`,
			`[{"id":"a","prices":[{"of":"input","unit":"token","usd":0.000001},{"of":"output","unit":"token","usd":0.000002},{"of":"input","unit":"token","usd":0.000009}],"price_in":1,"price_out":2},` +
				`{"id":"v","prices":[{"of":"","unit":"second","usd":0.39,"when":{"resolution":"720p"}}]},{"id":"w"}]`,
		},
		{
			"OpenAI",
			`{"object":"list","data":[{"id":"gpt-x","object":"model","created":1,"owned_by":"system"}]}`,
			`[{"id":"gpt-x"}]`,
		},
		{
			"OpenRouter",
			`{"data":[{"id":"m/x","name":"M: X","context_length":4096,"architecture":{"input_modalities":["text"],"output_modalities":["text"]},"pricing":{"prompt":"0.000002","completion":"0.00001"}}]}`,
			`[{"id":"m/x","name":"M: X","context":4096,"input":["text"],"output":["text"],"prices":[{"of":"input","unit":"token","usd":0.000002},{"of":"output","unit":"token","usd":0.00001}],"price_in":2,"price_out":10}]`,
		},
		{"bare list", `[{"id":"a","max_model_len":8192},{"name":"no id"}]`, `[{"id":"a","context":8192}]`},
		{"other name", `{"models":[{"id":"a","context_window":10}]}`, `[{"id":"a","context":10}]`},
		{"odd fields", `{"data":[{"id":"a","aliases":null,"info":null,"capabilities":{"vision":true},"pricing":"free","modalities":[]},{"id":5}]}`, `[{"id":"a"}]`},
		{"empty", `{"data":[]}`, `[]`},
		{"Ollama without a model", `{"object":"list","data":null}`, `[]`},
		{"bare ids", `["a","b"]`, `[{"id":"a"},{"id":"b"}]`},
		{"bare ids under a name", `{"models":["a"]}`, `[{"id":"a"}]`},
		{
			"llama.cpp", `{"models":[{"name":"m","model":"m","capabilities":["completion"]}],"object":"list","data":[{"id":"m","aliases":["tiny"],"tags":[],"object":"model",` +
				`"created":1,"owned_by":"llamacpp","meta":{"vocab_type":2,"n_vocab":262144,"n_ctx":8192,"n_ctx_train":131072,"n_params":4647450147}}]}`,
			`[{"id":"m","aliases":["tiny"],"context":8192}]`,
		},
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

// Every price is kept, with the words under which it holds.
func TestPrices(t *testing.T) {
	for _, tt := range []struct{ name, pricing, want string }{
		{
			"cached and written", `{"kind":"fixed","units":[
			{"name":"token","content":"text","author":"user","origin":"cached","price":"0.25","per":1000},
			{"name":"token","content":"text","author":"user","origin":"cache_write","price":2,"per":1},
			{"name":"token","content":"audio","author":"user","origin":"provided","price":2,"per":1},
			{"name":"token","phase":"training","author":"user","price":3,"per":1},
			{"name":"request","price":0.005,"per":1}]}`,
			`[{"of":"cached","unit":"token","usd":0.00025},{"of":"cache_write","unit":"token","usd":2},{"of":"input","unit":"token","usd":2,"when":{"content":"audio"}},` +
				`{"of":"input","unit":"token","usd":3,"when":{"phase":"training"}},{"of":"request","unit":"request","usd":0.005}]`,
		},
		{
			"tiers", `{"kind":"variants","dimensions":["context"],"variants":[
			{"when":{"context":"<=200k"},"units":[{"name":"token","measure":"input","price":1,"per":1},{"name":"token","measure":"output","price":4,"per":1,"units":[{}]}]},
			{"when":{"context":{"gt":200000},"measure":"input"},"unit":"token","price":2,"per":1}]}`,
			`[{"of":"input","unit":"token","usd":1,"when":{"context":"\u003c=200k"}},{"of":"output","unit":"token","usd":4,"when":{"context":"\u003c=200k"}},` +
				`{"of":"input","unit":"token","usd":2,"when":{"context":"{\"gt\":200000}"}}]`,
		},
		{"a word that nobody knows", `{"units":[{"name":"token","measure":"whisper","author":"user","price":1,"per":1}]}`, `[{"of":"","unit":"token","usd":1,"when":{"measure":"whisper"}}]`},
		{"another currency", `{"currency":"EUR","units":[{"name":"token","measure":"input","price":1,"per":1}]}`, `null`},
		{"fillers", `{"kind":"fixed","units":[{},null,5,{"name":"token","measure":"input","price":"?","per":0}],"variants":[{}],"dimensions":[null]}`, `null`},
		{
			"OpenRouter", `{"prompt":"0.5","completion":"-1","input_cache_read":"0.1","input_cache_write":"0.6","request":"0","image":"3"}`,
			`[{"of":"input","unit":"token","usd":0.5},{"of":"cached","unit":"token","usd":0.1},{"of":"cache_write","unit":"token","usd":0.6}]`,
		},
	} {
		models, err := decodeModels([]byte(`[{"id":"a","pricing":` + tt.pricing + `}]`))
		if err != nil || len(models) != 1 {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if got, _ := json.Marshal(models[0].Prices); string(got) != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func FuzzDecodeModels(f *testing.F) {
	f.Add([]byte(`{"data":[{"id":"a","aliases":["b"],"pricing":{"units":[{"when":{"a":[1]},"price":1,"per":2}]}}]}`))
	f.Add([]byte(`{"data":[{"id":"a","status":"withdrawn","shutdown_at":"2026-08-10T00:00:00Z"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, decode := range []func([]byte) ([]api.Model, error){decodeModels, decodeDeprecations} {
			models, err := decode(body)
			if err != nil {
				continue
			}
			if _, err := json.Marshal(models); err != nil {
				t.Errorf("the cache can't hold what was decoded: %v", err)
			}
		}
		readBilling(body)
		readLegacyBalance(body)
	})
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

// TestModelsRecorded reads lists as the vendor's docs print them, and loses
// nothing that a model has a field for.
func TestModelsRecorded(t *testing.T) {
	dir := sharedDir(t, "aiml-samples")
	const gpt4o = `"id":"openai/gpt-4o","aliases":["gpt-4o"],"name":"GPT-4o","developer":"Open AI","type":"openai/chat-completions","context":128000,"output_max":16384`
	const modes = `"input":["image","text"],"output":["text"],"capabilities":["file_input","parallel_tool_calls","streaming","structured_output","tools","vision"]`
	for name, want := range map[string]string{
		"models-list.json": `[{"id":"google/veo-2.0-generate-001","aliases":["veo-2.0-generate-001"],"name":"Veo 2 Text-to-Video","developer":"Google","type":"internal/video-generations/submit"},` +
			`{` + gpt4o + `},{"id":"openai/gpt-image-1","aliases":["gpt-image-1"],"name":"GPT Image 1","developer":"Open AI","type":"openai/image-generations"}]`,
		"models-list-include-all.json":                             `[{` + gpt4o + `,` + modes + `,"prices":[{"of":"input","unit":"token","usd":0.000002},{"of":"output","unit":"token","usd":0.00001}],"price_in":2,"price_out":10}]`,
		"models-list-schema-example.json":                          `[{` + gpt4o + `,"input":["image","text"],"output":["text"],"capabilities":["streaming","structured_output","tools","vision"]}]`,
		"models-item-openai_chat-completions.json":                 `[{` + gpt4o + `}]`,
		"models-item-include-pricing-modalities-capabilities.json": `[{"id":"openai/gpt-4o",` + modes + `,"prices":[{"of":"output","unit":"token","usd":0.00000325}],"price_out":3.25}]`,
	} {
		body, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(name, "-item-") {
			body = []byte("[" + string(body) + "]")
		}
		models, err := decodeModels(body)
		if got, _ := json.Marshal(models); err != nil || string(got) != want {
			t.Errorf("%s, %v:\ngot  %s\nwant %s", name, err, got, want)
		}
	}
	body, err := os.ReadFile(filepath.Join(dir, "models-pricing-variants.json"))
	var prices pricing
	if err != nil || json.Unmarshal(body, &prices) != nil || len(prices) != 2 || prices[1].USD != 0.65 || prices[1].When["resolution"] != "1080p" {
		t.Errorf("variants: %+v, %v", prices, err)
	}
	body, err = os.ReadFile(filepath.Join(dir, "models-deprecations.json"))
	feed, broken := decodeDeprecations(body)
	const want = `[{"id":"openai/gpt-5.3-chat","aliases":["gpt-5.3-chat"],"status":"withdrawn","replaced_by":"openai/gpt-5.3-codex","shutdown":"2026-08-10"},` +
		`{"id":"aura-2-zeus-en","aliases":["deepgram/aura-2-zeus-en","#g1_aura-2-zeus-en"],"status":"superseded","replaced_by":"deepgram/aura-2"}]`
	if got, _ := json.Marshal(feed); err != nil || broken != nil || string(got) != want {
		t.Errorf("deprecations: %s, %v, %v", got, err, broken)
	}
}
