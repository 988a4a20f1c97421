package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The table that is committed is the one that the facts give.
func TestSnapshotIsCurrent(t *testing.T) {
	facts, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "..", "shared", "data", "models.json"))
	if err != nil {
		t.Skipf("the collected facts are not here: %v", err)
	}
	table, err := os.ReadFile(filepath.Join("..", "..", "models.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got, err := build(facts); err != nil || !bytes.Equal(got, table) {
			t.Fatalf("models.tsv is not what the facts give (%v): run go generate ./api/catalog and look at the difference", err)
		}
	}
}

func TestBuild(t *testing.T) {
	const facts = `[
	 {"id":"maker/plain-1","developer":"Maker","title":"Plain 1","context":1000,"endpoints":["/v1/chat/completions"],"features":["tools"],"vision":false,"deprecated":false},
	 {"id":"plain-1","endpoints":["/v1/responses","/openai/deployments/{model}"],"features":["param:reasoning_effort"],"deprecated":null},
	 {"id":"maker/plain.1","context":2000,"endpoints":["/v1/chat/completions"],"deprecated":false},
	 {"id":"anthropic/claude-x-1","developer":"anthropic","title":"–","context":5,"endpoints":["/v1/messages"],"features":["vision","audio_input","param:thinking{budget_tokens}"],"vision":true,"reasoning":true,"deprecated":false},
	 {"id":"claude-x.1-20260101","endpoints":["/v1/chat/completions"],"deprecated":null},
	 {"id":"claude-y-20240101","context":5,"endpoints":["/v1/messages"],"deprecated":null},
	 {"id":"claude-y-20250101","context":5,"endpoints":["/v1/messages"],"deprecated":null},
	 {"id":"m/shared","context":5,"endpoints":["/v1/chat/completions"],"features":["provider_routing","web_search_options","vision","file_input","tools"],"vision":true,"deprecated":false},
	 {"id":"m/mute","context":5,"endpoints":["/v1/chat/completions"],"features":["param:reasoning_effort","enable_search"],"reasoning":false,"deprecated":false},
	 {"id":"m/page-only","endpoints":["/v1/chat/completions"],"deprecated":null},
	 {"id":"m/gone","developer":"M","deprecated":true},
	 {"id":"m/nowhere","context":5,"deprecated":false},
	 {"id":"m/slip","context":5,"endpoints":["/v1/chat/completions"],"features":["unverified_id_seen_only_on_its_doc_page"],"deprecated":false},
	 {"id":"m/x-image","context":5,"endpoints":["/v1/chat/completions"],"deprecated":false},
	 {"id":"perplexity/sonar","context":5,"endpoints":["/v1/chat/completions"],"features":["web_search_options"],"deprecated":false}]`
	got, err := build([]byte(facts))
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"anthropic/claude-x-1	claude-x-1	Anthropic	5		/v1/chat/completions /v1/messages	text image	reasoning vision	thinking.budget_tokens	claude-x.1-20260101	listed",
		"claude-y-20240101	claude-y-20240101	Anthropic	5		/v1/messages					listed",
		"claude-y-20250101	claude-y-20250101	Anthropic	5		/v1/messages					listed",
		"perplexity/sonar	sonar	Perplexity	5		/v1/chat/completions	text		web		listed",
		"m/mute	mute	m	5		/v1/chat/completions	text		enable_search		listed",
		"m/shared	shared	m	5		/v1/chat/completions			web_search_options		listed",
		"maker/plain-1	Plain 1	Maker	1000		/v1/chat/completions /v1/responses	text	tools	reasoning_effort	plain-1	listed",
		"maker/plain.1	plain.1	maker	2000		/v1/chat/completions	text				listed",
		"m/page-only	page-only	m			/v1/chat/completions	text				unlisted",
		"m/gone	gone	M								deprecated",
	}, "\n") + "\n"
	if body := strings.TrimPrefix(string(got), header); body != want {
		t.Errorf("built:\n%s\nwant:\n%s", body, want)
	}
	if _, err := build([]byte("{")); err == nil {
		t.Error("took something else for facts")
	}
}
