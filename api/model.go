package api

// Model is what is known of one model. Zero values mean unknown, not none:
// services under-report.
type Model struct {
	ID        string   `json:"id"`
	Aliases   []string `json:"aliases,omitempty"`
	Name      string   `json:"name,omitempty"`      // for people: "GPT-4o"
	Developer string   `json:"developer,omitempty"` // for people: "Open AI"
	Type      string   `json:"type,omitempty"`      // the service's word: "openai/chat-completions"

	Context   int `json:"context,omitempty"`    // window in tokens, input and output
	OutputMax int `json:"output_max,omitempty"` // longest answer in tokens

	Input  []string `json:"input,omitempty"`  // modalities: text, image, audio, …
	Output []string `json:"output,omitempty"` // modalities

	Capabilities []string `json:"capabilities,omitempty"` // the service's words: reasoning, tools, vision, …

	PriceIn  *float64 `json:"price_in,omitempty"`  // USD for a million tokens of input
	PriceOut *float64 `json:"price_out,omitempty"` // USD for a million tokens of output
}
