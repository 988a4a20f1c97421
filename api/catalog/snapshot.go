package catalog

// snapshot.go owns what is known of some well-known models of AI/ML API
// without asking: enough to choose one on the first start, offline. Names and
// figures are those of the vendor's documentation as of August 2026, which
// gives no prices; a list from the service always wins over them.

import (
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// DefaultModel is the model of AI/ML API that is asked when nobody named one:
// it thinks aloud over chat completions, and answers quickly.
const DefaultModel = "deepseek/deepseek-v4-flash"

// known is one line of the snapshot; zero figures are unknown.
type known struct {
	id, name, developer string
	context, outputMax  int
	capabilities        string // words, as the service spells them
	aliases             string
}

var snapshot = [...]known{
	{"openai/gpt-5-5", "GPT-5.5", "OpenAI", 1000000, 0, "reasoning tools vision", ""},
	{"openai/gpt-5-2", "GPT-5.2", "OpenAI", 400000, 0, "reasoning tools vision", ""},
	{"openai/gpt-5-1", "GPT-5.1", "OpenAI", 128000, 0, "reasoning tools vision", ""},
	{"openai/gpt-5-2025-08-07", "GPT-5", "OpenAI", 400000, 0, "reasoning tools vision", ""},
	{"openai/gpt-5-mini-2025-08-07", "GPT-5 Mini", "OpenAI", 400000, 0, "reasoning tools vision", ""},
	{"openai/gpt-5-nano-2025-08-07", "GPT-5 Nano", "OpenAI", 400000, 0, "reasoning tools vision", ""},
	{"openai/gpt-4.1-2025-04-14", "GPT-4.1", "OpenAI", 1000000, 0, "tools vision", ""},
	{"openai/gpt-4o", "GPT-4o", "OpenAI", 128000, 16384, "tools vision", "gpt-4o"},
	{"gpt-4o-mini", "GPT-4o Mini", "OpenAI", 128000, 0, "tools vision", ""},
	{"openai/o3-2025-04-16", "o3", "OpenAI", 200000, 0, "reasoning tools vision", ""},
	{"openai/o4-mini-2025-04-16", "o4-mini", "OpenAI", 200000, 0, "reasoning tools vision", ""},
	{"openai/gpt-oss-120b", "GPT-OSS 120B", "OpenAI", 128000, 0, "reasoning tools", ""},
	{"anthropic/claude-opus-5", "Claude Opus 5", "Anthropic", 1000000, 0, "reasoning tools vision", ""},
	{"anthropic/claude-sonnet-5", "Claude Sonnet 5", "Anthropic", 1000000, 0, "reasoning tools vision", ""},
	{"anthropic/claude-opus-4-8", "Claude Opus 4.8", "Anthropic", 1000000, 128000, "reasoning tools vision", "claude-opus-4-8"},
	{"anthropic/claude-sonnet-4.5", "Claude Sonnet 4.5", "Anthropic", 200000, 0, "reasoning tools vision", "claude-sonnet-4-5"},
	{"anthropic/claude-haiku-4.5", "Claude Haiku 4.5", "Anthropic", 200000, 0, "reasoning tools vision", "claude-haiku-4-5 claude-haiku-4-5-20251001"},
	{"google/gemini-3-5-flash", "Gemini 3.5 Flash", "Google", 1000000, 0, "reasoning tools vision", ""},
	{"google/gemini-3-1-pro-preview", "Gemini 3.1 Pro", "Google", 1000000, 0, "reasoning tools vision", ""},
	{"google/gemini-2.5-pro", "Gemini 2.5 Pro", "Google", 1000000, 0, "reasoning tools vision", ""},
	{"google/gemini-2.5-flash", "Gemini 2.5 Flash", "Google", 1000000, 0, "reasoning tools vision", ""},
	{"google/gemma-3-27b-it", "Gemma 3 27B", "Google", 128000, 0, "vision", ""},
	{"deepseek/deepseek-v4-flash", "DeepSeek V4 Flash", "DeepSeek", 1000000, 0, "reasoning tools", ""},
	{"deepseek/deepseek-v4-pro", "DeepSeek V4 Pro", "DeepSeek", 1000000, 0, "reasoning tools", ""},
	{"deepseek/deepseek-r1", "DeepSeek R1", "DeepSeek", 128000, 0, "reasoning", "deepseek-reasoner"},
	{"deepseek/deepseek-chat-v3.1", "DeepSeek V3.1", "DeepSeek", 128000, 0, "", ""},
	{"alibaba/qwen3.8-max", "Qwen3.8 Max", "Alibaba", 1000000, 0, "tools vision", ""},
	{"alibaba/qwen3.7-max", "Qwen3.7 Max", "Alibaba", 1000000, 0, "reasoning tools", ""},
	{"alibaba/qwen3-235b-a22b-thinking-2507", "Qwen3 235B A22B Thinking", "Alibaba", 262000, 0, "reasoning tools", ""},
	{"alibaba/qwen3-coder-480b-a35b-instruct", "Qwen3 Coder 480B", "Alibaba", 262000, 0, "tools", ""},
	{"alibaba/qwen3-32b", "Qwen3 32B", "Alibaba", 131000, 0, "reasoning tools", ""},
	{"meta-llama/Llama-3.3-70B-Instruct-Turbo", "Llama 3.3 70B Instruct Turbo", "Meta", 128000, 0, "tools", ""},
	{"mistralai/mistral-medium-3.1", "Mistral Medium 3.1", "Mistral AI", 131072, 0, "tools vision", ""},
	{"mistralai/mistral-small-2603", "Mistral Small 4", "Mistral AI", 262144, 0, "tools vision", ""},
	{"mistralai/codestral-2508", "Codestral 2508", "Mistral AI", 256000, 0, "tools", ""},
	{"mistralai/mistral-nemo", "Mistral Nemo", "Mistral AI", 128000, 0, "tools", ""},
	{"x-ai/grok-4-5", "Grok 4.5", "xAI", 500000, 0, "tools", ""},
	{"x-ai/grok-4-1-fast-reasoning", "Grok 4.1 Fast Reasoning", "xAI", 2000000, 0, "reasoning tools vision", ""},
	{"x-ai/grok-code-fast-1", "Grok Code Fast 1", "xAI", 256000, 0, "reasoning tools", ""},
	{"moonshot/kimi-k2-6", "Kimi K2.6", "Moonshot", 256000, 0, "reasoning tools", ""},
	{"moonshot/kimi-k2-5", "Kimi K2.5", "Moonshot", 262000, 0, "reasoning tools vision", ""},
	{"moonshotai/kimi-k2-thinking", "Kimi K2 Thinking", "Moonshot", 262144, 0, "reasoning tools", ""},
	{"minimax/minimax-m3", "MiniMax M3", "MiniMax", 1000000, 0, "reasoning tools", ""},
	{"minimax/m2-7-20260402", "MiniMax M2.7", "MiniMax", 204800, 0, "reasoning tools", ""},
	{"zhipu/glm-5-2", "GLM-5.2", "Zhipu AI", 200000, 0, "reasoning tools", ""},
	{"zhipu/glm-4.7", "GLM-4.7", "Zhipu AI", 200000, 128000, "reasoning tools", ""},
	{"nvidia/nemotron-3-ultra-550b-a55b", "Nemotron 3 Ultra", "NVIDIA", 1000000, 0, "reasoning tools", ""},
	{"perplexity/sonar-pro", "Sonar Pro", "Perplexity", 200000, 0, "vision", ""},
	{"perplexity/sonar", "Sonar", "Perplexity", 128000, 0, "vision", ""},
	{"cohere/command-a", "Command A", "Cohere", 256000, 0, "", ""},
	{"bytedance/dola-seed-2-0-pro", "Seed 2.0 Pro", "ByteDance", 256000, 0, "reasoning tools vision", ""},
	{"xiaomi/mimo-v2.5-pro", "MiMo V2.5 Pro", "Xiaomi", 1000000, 0, "reasoning tools", ""},
}

// Snapshot returns the models that are compiled in, best known developers
// first. The slice is the caller's.
func Snapshot() []api.Model {
	models := make([]api.Model, len(snapshot))
	for i, k := range snapshot {
		m := api.Model{
			ID: k.id, Name: k.name, Developer: k.developer, Type: chatType,
			Context: k.context, OutputMax: k.outputMax,
			Input: []string{"text"}, Output: []string{"text"},
			Capabilities: words(k.capabilities),
			Aliases:      words(k.aliases),
		}
		if strings.Contains(k.capabilities, "vision") {
			m.Input = []string{"image", "text"}
		}
		models[i] = m
	}
	return models
}

// words splits a text, giving nil for none as lists of the service do.
func words(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Fields(text)
}
