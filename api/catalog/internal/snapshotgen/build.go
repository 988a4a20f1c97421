package main

// build.go owns what becomes of each collected fact. It refuses to invent any.

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aimlchat/aimlchat/api/catalog"
)

// fact is what was collected of one id.
type fact struct {
	ID        string   `json:"id"`
	Developer string   `json:"developer"`
	Title     string   `json:"title"`
	Context   int      `json:"context"`
	MaxOutput int      `json:"max_output"`
	Endpoints []string `json:"endpoints"`
	Features  []string `json:"features"` // what the schema of its page declares
	Reasoning *bool    `json:"reasoning"`
	Vision    bool     `json:"vision"`

	// Deprecated is true in the vendor's table of what it gave up, false in its
	// table of models, null when only some page names the id.
	Deprecated *bool `json:"deprecated"`
}

func (f *fact) has(feature string) bool { return slices.Contains(f.Features, feature) }
func (f *fact) gone() bool              { return f.Deprecated != nil && *f.Deprecated }
func (f *fact) listed() bool {
	// a page of its own that knows the window is as good as the table
	return f.Deprecated != nil && !*f.Deprecated || f.Deprecated == nil && f.Context > 0
}

// row is one line of the table: a model under all its names.
type row struct {
	fact
	aliases []string
	fate    string
}

// fates are what package catalog knows, in the order of the table.
var fates = []string{"listed", "unlisted", "deprecated"}

const header = `# Models of AI/ML API as its documentation describes them. Made by snapshotgen; don't edit.
# id	name	developer	context	output_max	endpoints	input	capabilities	controls	aliases	fate
`

// build returns the table for the collected facts. The same facts give the same
// bytes.
func build(data []byte) ([]byte, error) {
	var facts []fact
	if err := json.Unmarshal(data, &facts); err != nil {
		return nil, fmt.Errorf("decode the collected facts: %w", err)
	}
	rows := gather(facts)
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(slices.Index(fates, a.fate), slices.Index(fates, b.fate)), cmp.Compare(rank(a.developer()), rank(b.developer())),
			cmp.Compare(strings.ToLower(a.developer()), strings.ToLower(b.developer())), cmp.Compare(a.ID, b.ID))
	})
	table := bytes.NewBufferString(header)
	for _, r := range rows {
		fmt.Fprintln(table, strings.Join(r.cells(), "\t"))
	}
	return table.Bytes(), nil
}

// unverified marks ids that only their own page spells so; the contract knows
// them for slips of a search and replace.
const unverified = "unverified_id_seen_only_on_its_doc_page"

// draws finds models that make pictures though they chat.
var draws = regexp.MustCompile(`-image(-|$)`)

func gather(facts []fact) []row {
	groups := map[string][]fact{}
	for _, f := range facts {
		switch {
		case f.has(unverified) || draws.MatchString(f.ID) || strings.ContainsAny(f.ID, " \t"):
		case f.gone():
			groups["gone "+f.ID] = append(groups["gone "+f.ID], f)
		default:
			groups[modelName(f.ID)] = append(groups[modelName(f.ID)], f)
		}
	}
	var rows []row
	for _, group := range splitByDate(groups) {
		if r := merge(group); r.gone() || len(r.Endpoints) > 0 {
			rows = append(rows, r)
		}
	}
	return rows
}

// claude finds the ids of Anthropic's models. They are written with dots and
// with dashes, with a date and without, in the same tables of the same pages.
var (
	claude = regexp.MustCompile(`^(anthropic/)?claude-`)
	dated  = regexp.MustCompile(`-20\d{6}$`)
)

// modelName is equal for ids of one model: with and without the developer in
// front, which is what lists of the service give for aliases.
func modelName(id string) string {
	_, name, found := strings.Cut(id, "/")
	if !found {
		name = id
	}
	if claude.MatchString(id) {
		name = dated.ReplaceAllString(strings.ReplaceAll(name, ".", "-"), "")
	}
	return name
}

// splitByDate parts models of two dates that modelName took for one.
func splitByDate(groups map[string][]fact) [][]fact {
	var list [][]fact
	for _, group := range groups {
		byDate := map[string][]fact{}
		for _, f := range group {
			byDate[dated.FindString(f.ID)] = append(byDate[dated.FindString(f.ID)], f)
		}
		delete(byDate, "")
		if len(byDate) < 2 {
			list = append(list, group)
			continue
		}
		undated := slices.DeleteFunc(slices.Clone(group), func(f fact) bool { return dated.MatchString(f.ID) })
		for _, part := range byDate {
			list = append(list, part)
		}
		if len(undated) > 0 {
			list = append(list, undated)
		}
	}
	return list
}

// merge makes one row of the ids of a model. Its id is the one with the
// developer in front, as the service's list has it.
func merge(group []fact) row {
	slices.SortFunc(group, func(a, b fact) int {
		return cmp.Or(-compareBool(strings.Contains(a.ID, "/"), strings.Contains(b.ID, "/")),
			-compareBool(a.listed(), b.listed()), compareBool(dated.MatchString(a.ID), dated.MatchString(b.ID)),
			cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(b.ID, a.ID))
	})
	r := row{fact: group[0], fate: "unlisted"}
	r.Endpoints, r.Features = nil, nil
	for _, f := range group {
		r.Developer, r.Title = cmp.Or(r.Developer, f.Developer), cmp.Or(title(r.Title), title(f.Title))
		r.Context, r.MaxOutput = cmp.Or(r.Context, f.Context), cmp.Or(r.MaxOutput, f.MaxOutput)
		r.Endpoints, r.Features = append(r.Endpoints, f.Endpoints...), append(r.Features, f.Features...)
		r.Vision = r.Vision || f.Vision
		r.Reasoning = cmp.Or(r.Reasoning, f.Reasoning)
		if f.listed() {
			r.fate = "listed"
		}
		if f.ID != r.ID {
			r.aliases = append(r.aliases, f.ID)
		}
	}
	if r.gone() {
		r.fate = "deprecated"
	}
	slices.Sort(r.aliases)
	slices.Sort(r.Endpoints)
	r.Endpoints = slices.Compact(r.Endpoints)
	return r
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// title drops what tables write when they have none.
func title(s string) string {
	if s == "–" || s == "Coming Soon" {
		return ""
	}
	return s
}

// cells are the columns of package catalog, in its order.
func (r *row) cells() []string {
	number := func(n int) string { return strings.TrimPrefix(strconv.Itoa(n), "0") }
	return []string{
		r.ID, r.name(), r.developer(), number(r.Context), number(min(r.MaxOutput, cmp.Or(r.Context, r.MaxOutput))),
		strings.Join(r.endpoints(), " "), strings.Join(r.input(), " "), strings.Join(r.capabilities(), " "),
		strings.Join(r.controls(), " "), strings.Join(r.aliases, " "), r.fate,
	}
}

func (r *row) name() string {
	if t := strings.Join(strings.Fields(r.Title), " "); t != "" {
		return t
	}
	return r.ID[strings.LastIndex(r.ID, "/")+1:]
}

func (r *row) developer() string {
	name := r.Developer
	if name == "" && strings.Contains(r.ID, "/") {
		name, _, _ = strings.Cut(r.ID, "/")
	}
	if name == "" && claude.MatchString(r.ID) {
		name = "Anthropic"
	}
	if name == "" && strings.HasPrefix(r.ID, "gpt-") {
		name = "OpenAI"
	}
	return catalog.Developer(name)
}

// famous are the developers that most people look for.
var famous = []string{
	"OpenAI", "Anthropic", "Google", "DeepSeek", "Alibaba", "Meta", "Mistral AI", "xAI", "Moonshot", "MiniMax", "Zhipu AI",
	"NVIDIA", "Perplexity", "Cohere", "ByteDance", "Xiaomi",
}

func rank(developer string) int {
	if i := slices.Index(famous, developer); i >= 0 {
		return i
	}
	return len(famous)
}
