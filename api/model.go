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

	// Facts of the vendor's documentation, which no list of models tells.
	Endpoints []string  `json:"endpoints,omitempty"` // "/v1/chat/completions", …
	Controls  []Control `json:"controls,omitempty"`  // by which fields it is steered

	// What becomes of it. A list of models never tells; a feed of its own does.
	Status     Status `json:"status,omitempty"`      // "": it serves
	ReplacedBy string `json:"replaced_by,omitempty"` // the id of its successor
	Shutdown   string `json:"shutdown,omitempty"`    // the day on which it ends, YYYY-MM-DD

	Prices []Price `json:"prices,omitempty"` // all that is charged; empty: unknown

	// The base price of text, for lists.
	PriceIn  *float64 `json:"price_in,omitempty"`  // USD for a million tokens of input
	PriceOut *float64 `json:"price_out,omitempty"` // USD for a million tokens of output
}

// Control is a field of a request by which a model is steered.
type Control string

// The controls of reasoning and of web search that services have.
const (
	ControlEffort         Control = "reasoning_effort"             // reasoning_effort: low|medium|high
	ControlReasoning      Control = "reasoning"                    // reasoning: {effort, max_tokens, exclude}
	ControlThinkingBudget Control = "thinking.budget_tokens"       // thinking: {type: enabled, budget_tokens}
	ControlThinkingAuto   Control = "thinking.adaptive"            // thinking: {type: adaptive}
	ControlThinking       Control = "thinking"                     // thinking: {type: enabled|disabled}
	ControlEnable         Control = "enable_thinking"              // enable_thinking: true
	ControlBudget         Control = "thinking_budget"              // thinking_budget: N, beside enable_thinking
	ControlWebOptions     Control = "web_search_options"           // web_search_options: {}
	ControlEnableSearch   Control = "enable_search"                // enable_search: true
	ControlWebTool        Control = "web_search"                   // a tool of the service's own
	ControlWebAlways      Control = "web"                          // it searches by itself
	ControlUsage          Control = "stream_options.include_usage" // stream_options is understood
)

// Status is what becomes of a model.
type Status string

// The statuses of a model that does not simply serve.
const (
	Deprecated Status = "deprecated" // still serves, for now
	Superseded Status = "superseded" // its id leads to its successor
	Withdrawn  Status = "withdrawn"  // gone
)

// Price is what one kind of use costs.
type Price struct {
	Of   PriceOf           `json:"of"`
	Unit string            `json:"unit"`           // "token", "request", "image", "second", …
	USD  float64           `json:"usd"`            // for one unit
	When map[string]string `json:"when,omitempty"` // the variant for which it holds, in the service's words; nil: always
}

// PriceOf says what a [Price] is charged for.
type PriceOf string

// What is charged for.
const (
	PriceOfInput      PriceOf = "input"
	PriceOfOutput     PriceOf = "output"
	PriceOfCached     PriceOf = "cached"      // input that the service remembered
	PriceOfCacheWrite PriceOf = "cache_write" // input that it was made to remember
	PriceOfRequest    PriceOf = "request"
)
