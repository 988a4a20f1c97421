package demo

// scripts.go owns the embedded texts and the choice among them by the words of
// a prompt. It refuses to be clever: a word that a text lists chooses it.

import (
	"embed"
	"path"
	"strings"
	"sync"
	"unicode"
)

//go:embed scripts/*.md
var files embed.FS

// script is a thought and an answer, with places to fill in.
type script struct {
	name    string
	strong  []string // phrases that are surely meant for it
	words   []string // and some that may be
	thought string
	answer  string
}

// strength is what a strong phrase counts against a word.
const strength = 3

// fallback begins the names of the texts for prompts that no other fits.
const fallback = "fallback-"

// scripts returns all texts, by name. They are read when first needed, never
// while the program starts.
var scripts = sync.OnceValue(func() []script {
	entries, err := files.ReadDir("scripts")
	if err != nil {
		panic(err) // they are part of the program
	}
	all := make([]script, len(entries))
	for i, entry := range entries {
		data, err := files.ReadFile(path.Join("scripts", entry.Name()))
		if err != nil {
			panic(err)
		}
		all[i] = parseScript(strings.TrimSuffix(entry.Name(), ".md"), strings.ReplaceAll(string(data), "\r\n", "\n"))
	}
	return all
})

// parseScript reads a text: lines of phrases, then the thought, then the
// answer, each behind a line that says so.
func parseScript(name, text string) script {
	s := script{name: name}
	head, rest, _ := strings.Cut(text, "=== thought\n")
	thought, answer, _ := strings.Cut(rest, "=== answer\n")
	s.thought, s.answer = strings.TrimSpace(thought), strings.TrimSpace(answer)
	for line := range strings.Lines(head) {
		kind, phrases, _ := strings.Cut(strings.TrimSpace(line), ":")
		for phrase := range strings.SplitSeq(phrases, ",") {
			if phrase = strings.TrimSpace(phrase); phrase != otherScript {
				phrase = plain(phrase)
			}
			switch kind {
			case "strong":
				s.strong = append(s.strong, phrase)
			case "words":
				s.words = append(s.words, phrase)
			}
		}
	}
	return s
}

// named returns the text of that name.
func named(name string) *script {
	all := scripts()
	for i := range all {
		if all[i].name == name {
			return &all[i]
		}
	}
	return nil
}

// fewWords is how long a prompt may be for one weak word to decide: "more" is
// a wish, "is there more than one way to cook rice" is not.
const fewWords = 4

// choose returns the text that fits a prompt best, or nil when none does.
func choose(prompt string) *script {
	said := spoken(prompt)
	var best *script
	most := 0
	if len(strings.Fields(string(said))) > fewWords {
		most = 1
	}
	all := scripts()
	for i := range all {
		if n := all[i].fits(said); n > most {
			best, most = &all[i], n
		}
	}
	return best
}

func (s *script) fits(said speech) int {
	n := 0
	for _, phrase := range s.strong {
		if said.says(phrase) {
			n += strength + strings.Count(phrase, " ")
		}
	}
	for _, word := range s.words {
		if said.says(word) {
			n++
		}
	}
	return n
}

// speech is a prompt made comparable: its words in lower case, with one space
// before and after each.
type speech string

// attention is how much of a prompt is heeded, in bytes, from its start: the
// question comes first, and what is pasted below it says anything.
const attention = 600

// otherScript is a word added to a prompt in a script without spaces, or with
// an emoji. It has a character that parts words, so nobody can type it.
const otherScript = "other-script"

func spoken(prompt string) speech {
	if len(prompt) > attention {
		prompt = strings.ToValidUTF8(prompt[:attention], "")
	}
	said := plain(prompt)
	if strings.ContainsFunc(said, wide) {
		said += " " + otherScript
	}
	return speech(" " + said + " ")
}

// plain returns the words of a text in lower case, one space between two.
func plain(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.So, r)
	}), " ")
}

// wide tells the scripts whose words have no spaces between them, and emoji.
func wide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r >= 0x1F300 && r <= 0x1FAFF
}

// says reports whether the words of a phrase were said, in a row.
func (s speech) says(phrase string) bool {
	if strings.ContainsFunc(phrase, wide) {
		return strings.Contains(string(s), phrase)
	}
	return strings.Contains(string(s), " "+phrase+" ")
}
