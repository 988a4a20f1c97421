package catalog

// developers.go owns the spelling of developers' names, by which people find
// their models together. It refuses to guess: a name it doesn't know stays.

import "strings"

// spellings holds how a developer is written, by its name in lower case
// without blanks, dashes and the word AI.
var spellings = map[string]string{
	"open":          "OpenAI",
	"x":             "xAI",
	"zhipu":         "Zhipu AI",
	"z":             "Zhipu AI",
	"alibaba":       "Alibaba",
	"alibabacloud":  "Alibaba",
	"qwen":          "Alibaba",
	"moonshot":      "Moonshot",
	"bytedance":     "ByteDance",
	"bytedanceseed": "ByteDance",
	"deepseek":      "DeepSeek",
	"nvidia":        "NVIDIA",
	"anthropic":     "Anthropic",
	"mistral":       "Mistral AI",
	"baidu":         "Baidu",
	"xiaomi":        "Xiaomi",
	"google":        "Google",
	"meta":          "Meta",
	"minimax":       "MiniMax",
	"perplexity":    "Perplexity",
	"arcee":         "Arcee AI",
	"undi95":        "Undi95",
}

// Developer returns the name of a developer in the one spelling that the
// catalogue uses: lists of AI/ML API write "OpenAI", "Open AI" and "openai".
func Developer(name string) string {
	key := strings.NewReplacer(" ", "", "-", "").Replace(strings.ToLower(name))
	if s, ok := spellings[strings.TrimSuffix(key, "ai")]; ok {
		return s
	}
	return name
}
