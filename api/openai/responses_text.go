package openai

// This file owns which text of an answer by responses is new. It refuses to
// trust ids, which some services make anew for each event, and places, of which
// some know only the first.

import (
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

type passageKind int

const (
	answerText passageKind = iota // refusals among it
	thoughtText
	summaryText
	passageKinds
)

// place is where a passage stands, as far as the service says.
type place struct {
	item  string // "": unknown
	index int    // of the item; -1: unknown
	part  int    // in the item
}

// passage is a part of an answer or a thought, as far as it is shown.
type passage struct {
	kind  passageKind
	item  string
	shown strings.Builder
	whole bool // it was said to be done
}

type passageID struct {
	kind passageKind
	item string
	part int
}

type passageIndex struct {
	kind        passageKind
	index, part int
}

// passages finds them again.
type passages struct {
	byID    map[passageID]*passage
	byIndex map[passageIndex]*passage
	last    [passageKinds]*passage
	all     []*passage
	ofItem  map[string][]*passage
	ofIndex map[int][]*passage
}

// at returns the passage at a place, or nil. One that is whole goes on only by
// its own id.
func (ps *passages) at(kind passageKind, at place) *passage {
	if p := ps.byID[passageID{kind, at.item, at.part}]; p != nil && at.item != "" {
		return p
	}
	p := ps.last[kind]
	if at.index >= 0 {
		p = ps.byIndex[passageIndex{kind, at.index, at.part}]
	} else if at.item != "" {
		return nil
	}
	return p
}

func (ps *passages) begin(kind passageKind, at place) *passage {
	if ps.byID == nil {
		ps.byID, ps.byIndex = map[passageID]*passage{}, map[passageIndex]*passage{}
		ps.ofItem, ps.ofIndex = map[string][]*passage{}, map[int][]*passage{}
	}
	p := &passage{kind: kind, item: at.item}
	ps.byID[passageID{kind, at.item, at.part}] = p
	ps.byIndex[passageIndex{kind, at.index, at.part}] = p
	ps.last[kind] = p
	ps.all = append(ps.all, p)
	ps.ofItem[at.item] = append(ps.ofItem[at.item], p)
	ps.ofIndex[at.index] = append(ps.ofIndex[at.index], p)
	return p
}

// in returns those of the item at a place, and whether they surely are. Without
// any place they are those that are not whole.
func (ps *passages) in(at place) (_ []*passage, sure bool) {
	if list := ps.ofItem[at.item]; at.item != "" && len(list) > 0 {
		return list, true
	}
	if at.index >= 0 {
		return ps.ofIndex[at.index], false
	}
	open := len(ps.all)
	for open > 0 && !ps.all[open-1].whole {
		open--
	}
	return ps.all[open:], at.item == ""
}

// piece shows what is new.
func (d *responsesDecoder) piece(kind passageKind, at place, text string) {
	if text == "" {
		return
	}
	p := d.passages.at(kind, at)
	if p == nil || p.whole && p.item != at.item {
		p = d.passages.begin(kind, at)
	}
	d.show(p, text)
}

// complete shows what is missing of a text that is whole. What disagrees with it
// was shown and stays.
func (d *responsesDecoder) complete(kind passageKind, at place, text string) {
	if text == "" {
		return
	}
	p := d.passages.at(kind, at)
	if p == nil || p.whole && p.item != at.item && p.shown.String() != text {
		p = d.passages.begin(kind, at)
	}
	if rest, ok := strings.CutPrefix(text, p.shown.String()); ok {
		d.show(p, rest)
	}
	p.whole = true
}

// texts are those of an item, or of all, by kind.
type texts [passageKinds][]string

// gather adds the texts of an item, and names its sources.
func (d *responsesDecoder) gather(item *outputItem, all *texts) {
	add := func(kind passageKind, p outputPart) {
		d.refused = d.refused || p.Refusal != ""
		if text := string(p.Text + p.Refusal); text != "" {
			all[kind] = append(all[kind], text)
		}
		d.cite(p.Annotations)
	}
	for _, p := range item.Summary {
		add(summaryText, p)
	}
	for _, p := range item.Content {
		kind := p.kind()
		if item.Type == "reasoning" {
			kind = thoughtText
		}
		add(kind, p)
	}
}

// missing shows what was not shown of all texts among known passages. Where those
// that were shown differ from them, but are as many and surely the same, they
// were said in other words.
func (d *responsesDecoder) missing(all *texts, known []*passage, sure bool, at place) {
	for _, kind := range []passageKind{summaryText, thoughtText, answerText} {
		list := all[kind]
		if len(list) == 0 {
			continue
		}
		var shown []*passage
		var before strings.Builder
		for _, p := range known {
			if p.kind == kind {
				shown = append(shown, p)
				before.WriteString(p.shown.String())
			}
		}
		switch {
		case strings.HasPrefix(strings.Join(list, ""), before.String()):
			d.showBeyond(kind, list, shown, at)
		case sure && len(list) <= len(shown):
		default:
			for _, text := range list {
				if !strings.Contains(before.String(), text) {
					d.showWhole(kind, at, text)
				}
			}
		}
	}
	for _, p := range known {
		p.whole = true
	}
}

// nowhere is the place of what is shown at the end.
var nowhere = place{index: -1}

// showBeyond shows what of a list of texts goes beyond what is shown.
func (d *responsesDecoder) showBeyond(kind passageKind, list []string, shown []*passage, at place) {
	skip := 0
	for _, p := range shown {
		skip += p.shown.Len()
	}
	for i, text := range list {
		n := min(skip, len(text))
		skip -= n
		switch {
		case n == len(text):
		case n > 0:
			d.show(shown[len(shown)-1], text[n:])
		default:
			at.part = i
			d.showWhole(kind, at, text)
		}
	}
}

func (d *responsesDecoder) showWhole(kind passageKind, at place, text string) {
	p := d.passages.begin(kind, at)
	p.whole = true
	d.show(p, text)
}

// show passes text on as the next of p.
func (d *responsesDecoder) show(p *passage, text string) {
	if text == "" {
		return
	}
	opens := p.shown.Len() == 0
	p.shown.WriteString(text)
	switch p.kind {
	case thoughtText:
		d.think(inReasoning, text, opens)
	case summaryText:
		d.think(inDetails, text, opens)
	default:
		d.emit(d.splitter.Push(text))
	}
}

// emit passes on what the splitter gave.
func (d *responsesDecoder) emit(events []api.Event) {
	for _, ev := range events {
		if r, ok := ev.(api.Reasoning); ok {
			d.think(inline, r.Text, false)
			continue
		}
		d.add(ev)
	}
}

// think shows what is new of a thought, behind a blank line when it opens
// another part.
func (d *responsesDecoder) think(from origin, text string, opens bool) {
	tail := trailingBreaks(d.thoughts.shown)
	begun := len(d.thoughts.shown) > 0
	fresh := d.thoughts.add(from, text)
	if fresh == "" {
		return
	}
	if begun && opens && strings.TrimLeft(fresh, blank) == strings.TrimLeft(text, blank) {
		fresh = strings.Repeat("\n", max(0, 2-tail)) + strings.TrimLeft(fresh, "\r\n")
		if fresh == "" {
			return
		}
	}
	d.add(api.Reasoning{Text: fresh})
}

// trailingBreaks counts the line breaks at the end of text.
func trailingBreaks(text []byte) int {
	n := 0
	for i := len(text) - 1; i >= 0 && (text[i] == '\n' || text[i] == '\r'); i-- {
		if text[i] == '\n' {
			n++
		}
	}
	return n
}

// add appends an event that a person can read.
func (d *responsesDecoder) add(ev api.Event) {
	d.content = true
	d.out = append(d.out, ev)
}
