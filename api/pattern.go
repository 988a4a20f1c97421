// This file owns patterns that cost nothing until they are needed. It refuses
// those that a person could give: a wrong one is a defect, and panics.

package api

import (
	"regexp"
	"sync"
)

// Pattern is a regular expression that is compiled when it is first used. Those
// that read refusals are many and dear, and most runs never see a refusal: they
// are not to stand between a person and the first frame.
type Pattern struct{ compiled func() *regexp.Regexp }

// NewPattern returns the pattern of an expression as [regexp] knows them.
func NewPattern(expr string) *Pattern {
	return &Pattern{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })}
}

// FindAllString is that of [regexp.Regexp].
func (p *Pattern) FindAllString(s string, n int) []string { return p.compiled().FindAllString(s, n) }

// FindStringIndex is that of [regexp.Regexp].
func (p *Pattern) FindStringIndex(s string) []int { return p.compiled().FindStringIndex(s) }

// FindStringSubmatch is that of [regexp.Regexp].
func (p *Pattern) FindStringSubmatch(s string) []string { return p.compiled().FindStringSubmatch(s) }

// MatchString is that of [regexp.Regexp].
func (p *Pattern) MatchString(s string) bool { return p.compiled().MatchString(s) }

// ReplaceAllString is that of [regexp.Regexp].
func (p *Pattern) ReplaceAllString(s, repl string) string {
	return p.compiled().ReplaceAllString(s, repl)
}

// ReplaceAllStringFunc is that of [regexp.Regexp].
func (p *Pattern) ReplaceAllStringFunc(s string, f func(string) string) string {
	return p.compiled().ReplaceAllStringFunc(s, f)
}

// FindAllStringSubmatch is that of [regexp.Regexp].
func (p *Pattern) FindAllStringSubmatch(s string, n int) [][]string {
	return p.compiled().FindAllStringSubmatch(s, n)
}
