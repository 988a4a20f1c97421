package api

import (
	"strings"
	"testing"
)

func TestCleanTitle(t *testing.T) {
	for reply, want := range map[string]string{
		"Cherry trees in Kyoto":                    "Cherry trees in Kyoto",
		"\n\n\"Cherry trees in Kyoto.\"\nAnd more": "Cherry trees in Kyoto",
		"**Title:** Cherry\ttrees":                 "Cherry trees",
		"# Title: “Kyoto”":                         "Kyoto",
		"<think>\nHm, a title.\n</think>\n\nKyoto": "Kyoto",
		"Why is 1.5 < 2?":                          "Why is 1.5 < 2?",
		"- `go test` explained":                    "go test` explained",
		"":                                         "",
		"\"\"\n***":                                "",
		"\x1b[31mred":                              "[31mred",
		strings.Repeat("word ", 30):                strings.TrimSpace(strings.Repeat("word ", 12)) + "…",
		strings.Repeat("x", 100):                   strings.Repeat("x", 59) + "…",
		strings.Repeat("x", 60):                    strings.Repeat("x", 60),
		strings.Repeat("桜", 40):                    strings.Repeat("桜", 29) + "…",
		"京都の桜 🌸":                                   "京都の桜 🌸",
		strings.Repeat("a", 58) + " " + "b" + "c and so": strings.Repeat("a", 58) + "…",
	} {
		got := CleanTitle(reply)
		if got != want {
			t.Errorf("%q: %q, want %q", reply, got, want)
		}
	}
}

func FuzzCleanTitle(f *testing.F) {
	f.Add("**Title:** “a b”\n")
	f.Fuzz(func(t *testing.T, reply string) {
		title, cells := CleanTitle(reply), 0
		for _, r := range title {
			cells += width(r)
		}
		if cells > titleCells || strings.ContainsAny(title, "\n\r\x1b") {
			t.Errorf("%q is %d cells: %q", reply, cells, title)
		}
	})
}

func TestCleanDigest(t *testing.T) {
	for reply, want := range map[string]string{
		" - one\n- two\n":               "- one\n- two",
		"```markdown\n- one\n```":       "- one",
		"```go\nx\n```\nand\n```\ny```": "```go\nx\n```\nand\n```\ny```",
		"Hm</think>\nso":                "so",
		"":                              "",
		"```":                           "```",
	} {
		if got := CleanDigest(reply); got != want {
			t.Errorf("%q: %q, want %q", reply, got, want)
		}
	}
}

func TestAsides(t *testing.T) {
	long := strings.Repeat("桜", titleExcerpt)
	title := TitleRequest("m", "When?"+long, "In April.")
	digest := DigestRequest("m", []Message{
		Text(System, "Be brief."),
		{Role: User, Parts: []Part{{Kind: TextPart, Text: "What is it?"}, {Kind: FilePart, File: &File{Name: "a.png", Data: []byte{1}}}}},
		{Role: Assistant, Parts: []Part{{Kind: ReasoningPart, Text: "secret"}, {Kind: TextPart, Text: "A cat."}, {Kind: ToolCallPart, Tool: &ToolCall{Name: "look", Arguments: "{}"}}}},
		{Role: ToolRole, Parts: []Part{{Kind: ToolResultPart, Text: "found", Tool: &ToolCall{}}}},
		{Role: Assistant, Parts: []Part{{Kind: ReasoningPart, Text: "secret"}}},
	})
	for _, req := range []Request{title, digest} {
		if req.Model != "m" || len(req.Messages) != 1 || len(req.Messages[0].Parts) != 1 || req.MaxTokens == 0 || req.Effort != NoEffort || req.Tools != nil {
			t.Errorf("%+v", req)
		}
	}
	if text := title.Messages[0].Content(); !strings.Contains(text, "<prompt>\nWhen?桜") || !strings.HasSuffix(text, "<answer>\nIn April.\n</answer>") || len(text) > 3*titleExcerpt {
		t.Errorf("%d bytes: %.900s", len(text), text)
	}
	want := "<conversation>\n<user>\nWhat is it?\n[file: a.png]\n</user>\n<assistant>\nA cat.\n[calls look {}]\n</assistant>\n<tool>\nfound\n</tool>\n</conversation>"
	if text := digest.Messages[0].Content(); !strings.HasSuffix(text, want) {
		t.Errorf("%s", text)
	}
}
