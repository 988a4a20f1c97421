package demo

// answer.go owns the making of an answer: which text, filled in how, cut into
// which pieces, arriving when. All of it follows from the seed and the request;
// there is no clock and no other chance in it.

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// answer is an answer before it is sent.
type answer struct {
	id     string
	key    uint64 // of the conversation: the same when it is asked again
	model  *model
	prompt int // tokens of the question
	pieces []piece
	finish string // "stop" or "length"
	end    ending
}

// piece is what arrives at once.
type piece struct {
	kind  pieceKind
	text  string
	after time.Duration // since the piece before, at speed 1
}

type pieceKind int

const (
	comment   pieceKind = iota // a line that says that the service is alive
	reasoning                  // counts as a token, as does
	content
)

func newAnswer(seed uint64, m *model, req *request) *answer {
	a := &answer{key: fingerprint(m, req), model: m, finish: "stop", prompt: promptTokens(req)}
	rng := rand.New(rand.NewPCG(seed, a.key)) //nolint:gosec // a pace, no secret
	a.id = fmt.Sprintf("chatcmpl-demo-%016x", rng.Uint64())
	var thought string
	text, aside := req.aside(m)
	if !aside {
		thought, text = pick(m, req).fill(m, req)
	}
	a.wait(rng)
	switch {
	case thought == "":
	case m.thought == apartThought:
		a.think(rng, reasoning, thought)
	case m.thought == inlineThought:
		a.think(rng, content, "<think>\n"+thought+"\n</think>\n\n")
	}
	a.say(rng, text)
	a.limit(req.limit(m))
	return a
}

// fingerprint tells conversations apart.
func fingerprint(m *model, req *request) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d\n", m.id, len(req.Messages))
	for _, text := range req.said("user") {
		fmt.Fprintf(h, "%q\n", text)
	}
	return h.Sum64()
}

// promptTokens is about what a tokenizer would count.
func promptTokens(req *request) int {
	n := 0
	for _, m := range req.Messages {
		n += 4 + (len(m.text())+3)/4
	}
	return n
}

// aliveEvery is how often a service that lets one wait says that it is there.
const aliveEvery = 1500 * time.Millisecond

// wait puts the time to the first piece in front of it.
func (a *answer) wait(rng *rand.Rand) {
	p := a.model.pace
	left := seconds(between(rng, p.firstLow, p.firstHigh))
	for ; left > aliveEvery; left -= aliveEvery {
		a.pieces = append(a.pieces, piece{comment, "demo is thinking about it", aliveEvery})
	}
	a.pieces = append(a.pieces, piece{comment, "demo", left})
}

// think adds a thought that takes two to four seconds, whatever its length.
func (a *answer) think(rng *rand.Rand, kind pieceKind, text string) {
	tokens := tokenize(rng, text)
	a.add(rng, kind, tokens, between(rng, 2.2, 3.8)/float64(len(tokens)))
}

// say adds the answer, at the model's pace.
func (a *answer) say(rng *rand.Rand, text string) {
	p := a.model.pace
	a.add(rng, content, tokenize(rng, text), 1/between(rng, p.low*1.1, p.high*0.9))
}

func (a *answer) add(rng *rand.Rand, kind pieceKind, tokens []string, pause float64) {
	for _, text := range tokens {
		a.pieces = append(a.pieces, piece{kind, text, seconds(pause * between(rng, 0.5, 1.5))})
	}
}

// limit cuts the answer where the request said that it must end.
func (a *answer) limit(tokens int) {
	for i, p := range a.pieces {
		if p.kind == comment {
			continue
		}
		if tokens--; tokens < 0 {
			a.pieces, a.finish = a.pieces[:i], "length"
			return
		}
	}
}

// breakOff lets the answer end early: in its middle, but past all thought.
func (a *answer) breakOff(end ending) {
	first := len(a.pieces)
	for i, p := range a.pieces {
		if p.kind == content {
			first = i
			break
		}
	}
	a.pieces, a.end = a.pieces[:first+(len(a.pieces)-first)*2/5], end
}

// count returns how many tokens the answer has, and how many of them thought.
func (a *answer) count() (all, thought int) {
	for _, p := range a.pieces {
		switch p.kind {
		case reasoning:
			all++
			thought++
		case content:
			all++
		}
	}
	return all, thought
}

// pick returns the text for a request.
func pick(m *model, req *request) *script {
	if m.script != "" {
		return named(m.script)
	}
	if s := choose(req.prompt()); s != nil {
		return s
	}
	earlier := 0 // so that the excuses differ
	for _, prompt := range req.said("user") {
		if choose(prompt) == nil {
			earlier++
		}
	}
	return named(fallback + strconv.Itoa((earlier-1)%3+1))
}

// fill returns the thought and the answer with what the request says filled
// in.
func (s *script) fill(m *model, req *request) (thought, answer string) {
	said := req.said("user")
	earlier := said[:len(said)-1]
	places := strings.NewReplacer(
		"{{prompt}}", quotable(req.prompt()),
		"{{words}}", subject(req.prompt()),
		"{{model}}", m.id,
		"{{turn}}", strconv.Itoa(len(said)),
		"{{models}}", inWords(len(models)),
		"{{scripts}}", strconv.Itoa(len(scripts())),
		"{{earlier}}", recount(earlier),
	)
	thought = places.Replace(s.thought)
	if system := strings.Join(req.said("system"), " "); strings.TrimSpace(system) != "" {
		thought += "\n\nThere is a system prompt, too: “" + quotable(system) + "”. I'll bear it in mind, which for a script is not saying much."
	}
	if n := len(earlier); n > 0 {
		thought += "\n\nYou asked before about “" + quotable(earlier[n-1]) + "”" + orSo(n-1) + ". It was in the request, so I might as well show that I read it."
	}
	return thought, places.Replace(s.answer)
}

// orSo tells of how many more earlier prompts there are.
func orSo(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return ", and one thing before that"
	}
	return ", and " + inWords(n) + " things before that"
}

func inWords(n int) string {
	words := []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}
	if n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}

// recount lists earlier prompts.
func recount(prompts []string) string {
	if len(prompts) == 0 {
		return "Before it, you said nothing that reached me. A fresh page."
	}
	var b strings.Builder
	b.WriteString("Before it, you said:\n")
	for i, prompt := range prompts {
		fmt.Fprintf(&b, "\n%d. “%s”", i+1, quotable(prompt))
	}
	return b.String()
}

// quoteLength is how much of a prompt is quoted, in characters.
const quoteLength = 60

// quotable makes a text fit to stand in a sentence: one line, not too long,
// and nothing that markdown would take for markup.
func quotable(text string) string {
	kept := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r), unicode.Is(unicode.So, r), strings.ContainsRune(".,?!'’:;+-", r):
			return r
		}
		return -1
	}, text)
	runes := []rune(strings.Join(strings.Fields(kept), " "))
	if len(runes) > quoteLength {
		return strings.TrimSpace(string(runes[:quoteLength])) + "…"
	}
	if len(runes) == 0 {
		return "…"
	}
	return string(runes)
}

// subject names what a prompt is about: its longest words, in their order.
func subject(prompt string) string {
	var words []string
	for _, word := range strings.Fields(quotable(prompt)) {
		word = strings.Trim(word, ".,?!'’:;+-…")
		if len([]rune(word)) > 3 && !strings.Contains(dull, " "+strings.ToLower(word)+" ") {
			words = append(words, word)
		}
	}
	for len(words) > 2 {
		shortest := 0
		for i, word := range words {
			if len(word) < len(words[shortest]) {
				shortest = i
			}
		}
		words = append(words[:shortest], words[shortest+1:]...)
	}
	if len(words) == 0 {
		return quotable(prompt)
	}
	return strings.Join(words, " and ")
}

// dull are the words that are in every prompt.
const dull = " what when where which will would could should about your there this that these those have does from with into please tell show give want know like make explain "

func between(rng *rand.Rand, low, high float64) float64 { return low + rng.Float64()*(high-low) }

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
