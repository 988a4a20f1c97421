package demo

// aside.go owns what the demo says to requests that are no prompt of a person:
// to go on with an answer that broke off, to name a conversation, to sum it up.
// They are known by how aimlchat begins them.

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How the requests begin.
const (
	asksOn     = "Your last answer broke off."
	asksTitle  = "Name this conversation."
	asksDigest = "Summarise the conversation below"
)

// aside returns what is said to a request that is no person's; false to any
// other.
func (r *request) aside(m *model) (text string, ok bool) {
	last := r.Messages[len(r.Messages)-1]
	prompt := r.prompt()
	switch {
	case last.Role == "assistant" && (last.Prefix || last.Partial):
		return r.rest(m, len(r.Messages)-1, last.text()), true
	case strings.HasPrefix(prompt, asksOn):
		_, words, _ := strings.Cut(prompt, "\n\n")
		broken := r.before(len(r.Messages) - 1)
		return words + r.rest(m, len(r.Messages)-2, strings.TrimRight(broken, " \t\r\n")), true
	case strings.HasPrefix(prompt, asksTitle):
		return title(tagged(prompt, "prompt")), true
	case strings.HasPrefix(prompt, asksDigest):
		return digest(tagged(prompt, "user")), true
	}
	return "", false
}

// before is the answer right before a message.
func (r *request) before(i int) string {
	if i > 0 && r.Messages[i-1].Role == "assistant" {
		return r.Messages[i-1].text()
	}
	return ""
}

// rest is what was not said yet of the answer to the first messages.
func (r *request) rest(m *model, messages int, broken string) string {
	asked := &request{Messages: r.Messages[:max(messages, 0)]}
	if len(asked.said("user")) > 0 {
		_, whole := pick(m, asked).fill(m, asked)
		if rest, ok := strings.CutPrefix(whole, broken); ok && rest != "" {
			return rest
		}
	}
	return "\n\n…and that is all there is of it: the demo does not know how else this answer would go on."
}

// tagged are the texts between tags of a name.
func tagged(prompt, name string) []string {
	var texts []string
	for _, found := range regexp.MustCompile(`(?s)<`+name+`>\n(.*?)\n</`+name+`>`).FindAllStringSubmatch(prompt, -1) {
		texts = append(texts, found[1])
	}
	return texts
}

func title(prompts []string) string {
	if len(prompts) == 0 {
		return "A conversation with the demo"
	}
	about := subject(prompts[0])
	first, n := utf8.DecodeRuneInString(about)
	return string(unicode.ToUpper(first)) + about[n:]
}

func digest(prompts []string) string {
	var b strings.Builder
	b.WriteString("You talked with the demo, which answers from a script. You asked:\n")
	for _, prompt := range prompts {
		fmt.Fprintf(&b, "\n- “%s”", quotable(prompt))
	}
	return b.String()
}
