package demo

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestChoice(t *testing.T) {
	for prompt, want := range map[string]string{
		"show me a table":         "table",
		"Hello!":                  "hello",
		"hi there":                "hello",
		"help":                    "help",
		"What can you do?":        "help",
		"who are you?":            "who",
		"Which model is this?":    "who",
		"how do I get an API key": "key",
		"write some code":         "code",
		"code in three languages: go python rust": "code",
		"write a program in Go":                   "go",
		"some go code, please":                    "go",
		"Python":                                  "python",
		"a rust example":                          "rust",
		"a nested list":                           "list",
		"give me a todo list":                     "list",
		"a long answer":                           "long",
		"你好":                                      "languages",
		"日本語":                                     "languages",
		"send emoji":                              "languages",
		"🦊":                                       "languages",
		"thanks 👍":                                "thanks",
		"fail":                                    "error",
		"show me an error":                        "error",
		"a tour of markdown":                      "markdown",
		"switch the model":                        "switch",
		"list of models":                          "switch",
		"how do I resume a session?":              "session",
		"what does ctrl+t do? do you think":       "thinking",
		"some maths":                              "math",
		"tell me a joke":                          "joke",
		"a haiku":                                 "poem",
		"thank you":                               "thanks",
		"what did I ask earlier?":                 "memory",
		"When do the cherry trees bloom in Kyoto?": "kyoto",
		"more":                               "more",
		"qwantum gardening please":           "",
		"what is a great recipe for rice?":   "",
		"Where do I go from here, and when?": "",
		"qwertz":                             "",
		"":                                   "",
		"a\nb\x00\xff":                       "",
	} {
		got := ""
		if s := choose(prompt); s != nil {
			got = s.name
		}
		if got != want {
			t.Errorf("%q chooses %q, want %q", prompt, got, want)
		}
	}
}

func TestScriptsAreComplete(t *testing.T) {
	for _, s := range scripts() {
		if s.thought == "" || s.answer == "" || (len(s.strong) == 0) != strings.HasPrefix(s.name, fallback) {
			t.Errorf("%s lacks something", s.name)
		}
		if strings.Count(s.thought, "\n\n") < 1 && s.name != "thanks" {
			t.Errorf("%s: the thought is one paragraph", s.name)
		}
	}
}

func TestItReadsTheConversation(t *testing.T) {
	first := listen(t, ask(t, Options{}, DefaultModel, "Explain quantum gardening"))
	if !strings.Contains(first.answer, "**quantum and gardening**") || strings.Contains(first.thought, "before") {
		t.Errorf("the first answer is %q", first.answer)
	}
	third := listen(t, ask(t, Options{}, DefaultModel, "a *table*", "Explain quantum gardening", "and volcano baking"))
	if third.answer == first.answer || !strings.Contains(third.answer, "volcano and baking") {
		t.Errorf("the second excuse is %q", third.answer)
	}
	if !strings.Contains(third.thought, "You asked before about “Explain quantum gardening”, and one thing before that.") {
		t.Errorf("the thought is %q", third.thought)
	}
	memory := listen(t, ask(t, Options{}, "demo/quick", "a *table*", "what did I ask?"))
	if !strings.Contains(memory.answer, "1. “a table”\n") || !strings.Contains(memory.answer, "message number 2") {
		t.Errorf("it remembers %q", memory.answer)
	}
	who := listen(t, ask(t, Options{}, "demo/quick", "who are you?"))
	if !strings.Contains(who.answer, "**demo/quick**") || !strings.Contains(who.answer, "one of six models") {
		t.Errorf("it is %q", who.answer)
	}
	system := post(t.Context(), t, New(Options{}), object{"model": "thinker", "stream": true, "max_tokens": 900, "messages": []object{
		{"role": "system", "content": "Be brief."}, {"role": "user", "content": "hi"},
	}})
	if h := listen(t, system); !strings.Contains(h.thought, "“Be brief.”") {
		t.Errorf("it overlooked the system prompt: %q", h.thought)
	}
}

func TestQuotable(t *testing.T) {
	for text, want := range map[string]string{
		"  a\n*b*  `c` | <d>":     "a b c d",
		"":                        "…",
		"***":                     "…",
		strings.Repeat("ab ", 40): strings.TrimSpace(strings.Repeat("ab ", 20)) + "…",
		"bloß 漢字, gell?":          "bloß 漢字, gell?",
	} {
		if got := quotable(text); got != want {
			t.Errorf("quotable(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzTokenize(f *testing.F) {
	for _, s := range scripts() {
		f.Add(s.answer, uint64(1))
	}
	f.Add("a\xffb \xf0\x9f", uint64(2))
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		tokens := tokenize(rand.New(rand.NewPCG(seed, 0)), text)
		if strings.Join(tokens, "") != text {
			t.Errorf("%q became %q", text, tokens)
		}
		for _, token := range tokens {
			if token == "" || utf8.ValidString(text) != utf8.ValidString(token) && utf8.ValidString(text) {
				t.Errorf("%q has the piece %q", text, token)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"model":"demo/quick","messages":[{"role":"user","content":[{"text":"a 表"}]}],"max_tokens":9}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		req, refused := parse(body)
		if (req == nil) == (refused == nil) {
			t.Fatal("neither taken nor refused")
		}
		if req == nil {
			return
		}
		if a := newAnswer(1, &models[0], req); len(a.whole()) == 0 {
			t.Error("an empty answer")
		}
	})
}
