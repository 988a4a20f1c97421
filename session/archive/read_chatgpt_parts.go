package archive

// This file owns what a node of ChatGPT's exports says: the kinds of contents that
// it may have, the files that it points to, and its sources. What is of no kind
// that is known, and holds no text, is counted.

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

type nodeContent struct {
	Type       string            `json:"content_type"`
	Parts      []json.RawMessage `json:"parts"`
	Title      json.RawMessage   `json:"title"`
	URL        json.RawMessage   `json:"url"`
	Text       json.RawMessage   `json:"text"`
	Content    json.RawMessage   `json:"content"`
	Result     json.RawMessage   `json:"result"`
	Output     json.RawMessage   `json:"output_str"`
	Screenshot json.RawMessage   `json:"screenshot"`
	Language   string            `json:"language"`
	Thoughts   []struct {
		Summary json.RawMessage `json:"summary"`
		Content json.RawMessage `json:"content"`
	} `json:"thoughts"`
}

// attachment is a file that a message names.
type attachment struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// attachments notes how files are called.
func (c *chat) attachments(raw json.RawMessage) (list []attachment) {
	_ = json.Unmarshal(raw, &list)
	for _, a := range list {
		c.names[a.ID] = baseName(a.Name)
	}
	c.shown = map[string]bool{}
	return list
}

// withFiles adds the files to which no part points: documents.
func (c *chat) withFiles(parts []api.Part, list []attachment) []api.Part {
	for _, a := range list {
		if a.ID == "" || c.shown[a.ID] {
			continue
		}
		file, name := c.file(a.ID)
		if file != nil {
			parts = append(parts, api.Part{Kind: api.FilePart, File: file})
		} else {
			parts = append(textParts(api.TextPart, "["+firstOf(name, "file")+"]"), parts...)
		}
	}
	return together(parts)
}

// together makes one text of those that stand first.
func together(parts []api.Part) []api.Part {
	for len(parts) > 1 && parts[0].Kind == api.TextPart && parts[1].Kind == api.TextPart {
		parts = append(textParts(api.TextPart, parts[0].Text+"\n\n"+parts[1].Text), parts[2:]...)
	}
	return parts
}

// work is what a tool was asked, or said: the files that it made, and all else
// as reasoning.
func (c *chat) work(m *nodeMessage, tool string) (parts []api.Part) {
	if doc := m.document(); doc != "" {
		return textParts(api.TextPart, doc)
	}
	parts = c.drawn(m)
	for _, p := range c.parts(m.Content) {
		if p.Kind == api.TextPart {
			p.Kind, p.Text = api.ReasoningPart, "**"+oneLine(tool)+"**\n\n"+fenced(oneLine(m.Content.Language), p.Text)
		}
		parts = append(parts, p)
	}
	return parts
}

// document is the text that a model wrote beside the conversation, in a canvas;
// "": it wrote none.
func (m *nodeMessage) document() string {
	if m.Recipient != "canmore.create_textdoc" {
		return ""
	}
	var doc struct{ Name, Type, Content string }
	if json.Unmarshal([]byte(m.Content.words()), &doc) != nil || doc.Content == "" {
		return ""
	}
	if language, is := strings.CutPrefix(doc.Type, "code/"); is {
		doc.Content = strings.TrimRight(fenced(oneLine(language), doc.Content), "\n")
	}
	return "**" + oneLine(firstOf(doc.Name, "document")) + "**\n\n" + doc.Content
}

// drawn are the images that code made.
func (c *chat) drawn(m *nodeMessage) (parts []api.Part) {
	var result struct {
		Messages []struct {
			Image string `json:"image_url"`
		} `json:"messages"`
	}
	_ = json.Unmarshal(m.Metadata.Aggregate, &result)
	for _, one := range result.Messages {
		if _, id, is := strings.Cut(one.Image, "://"); is {
			if file, _ := c.file(id); file != nil {
				parts = append(parts, api.Part{Kind: api.FilePart, File: file})
			}
		}
	}
	return parts
}

// sayNothing are the kinds of content that are often empty.
var sayNothing = map[string]bool{
	"": true, "text": true, "multimodal_text": true, "code": true, "execution_output": true, "tether_browsing_display": true, "model_editable_context": true,
}

// parts returns what a content says, files included.
func (c *chat) parts(content nodeContent) (parts []api.Part) {
	switch content.Type {
	case "thoughts":
		return textParts(api.ReasoningPart, content.thoughts())
	case "reasoning_recap":
		return nil // "Thought for 5 s", which is no thought
	case "code":
		code := content.words()
		if strings.TrimSpace(code) == "" {
			return nil
		}
		return textParts(api.ReasoningPart, strings.TrimRight(fenced(oneLine(content.Language), code), "\n"))
	}
	var words []string
	for _, raw := range append(slices.Clone(content.Parts), content.Screenshot) {
		files, missing, is := c.assets(raw)
		parts = append(parts, files...)
		for _, name := range missing {
			words = append(words, "["+name+"]")
		}
		if t := partText(raw); t != "" && !is {
			words = append(words, t)
		}
	}
	if len(content.Parts) == 0 {
		words = append(words, content.words())
	}
	said := strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), "\n\n")
	if strings.TrimSpace(said) == "" {
		if len(parts) == 0 && !sayNothing[content.Type] {
			c.unknown[content.Type]++
		}
		return parts
	}
	return append(textParts(api.TextPart, said), parts...)
}

func (c nodeContent) words() string {
	var words []string
	for _, raw := range append(slices.Clone(c.Parts), c.Title, c.URL, c.Text, c.Content, c.Result, c.Output) {
		if t := partText(raw); t != "" {
			words = append(words, t)
		}
	}
	return strings.Join(words, "\n\n")
}

func (c nodeContent) thoughts() string {
	var all []string
	for _, t := range c.Thoughts {
		if summary := textOf(t.Summary); summary != "" {
			all = append(all, "**"+oneLine(summary)+"**")
		}
		if content := textOf(t.Content); content != "" {
			all = append(all, content)
		}
	}
	return strings.Join(all, "\n\n")
}

// textOf is a text, "" for anything else.
func textOf(raw json.RawMessage) string {
	var s string
	_ = json.Unmarshal(raw, &s)
	return s
}

// partText is what a part of a content says: a text, or something spoken.
func partText(raw json.RawMessage) string {
	if s := textOf(raw); s != "" {
		return s
	}
	var spoken struct {
		Text json.RawMessage `json:"text"`
	}
	_ = json.Unmarshal(raw, &spoken)
	return textOf(spoken.Text)
}

// pointer is a part that stands for a file.
type pointer struct {
	Type    string          `json:"content_type"`
	Pointer json.RawMessage `json:"asset_pointer"`
	Audio   json.RawMessage `json:"audio_asset_pointer"`           // of what was spoken while it was seen,
	Video   json.RawMessage `json:"video_container_asset_pointer"` // which are parts of their own
}

// assets returns the files that a part points to, and the names of those that are
// not there; is: it is such a part.
func (c *chat) assets(raw json.RawMessage) (files []api.Part, names []string, is bool) {
	var part pointer
	if json.Unmarshal(raw, &part) != nil {
		return nil, nil, false
	}
	for _, inner := range []json.RawMessage{part.Audio, part.Video} {
		more, missing, within := c.assets(inner)
		files, names, is = append(files, more...), append(names, missing...), is || within
	}
	address := textOf(part.Pointer)
	if address == "" {
		return files, names, is
	}
	_, id, _ := strings.Cut(address, "://")
	id, _, _ = strings.Cut(id, "#")
	if file, name := c.file(id); file != nil {
		files = append(files, api.Part{Kind: api.FilePart, File: file})
	} else {
		names = append(names, firstOf(name, strings.TrimSuffix(part.Type, "_asset_pointer"), "file"))
	}
	return files, names, true
}

// file returns a file by its id, nil if it is not there, and its name.
func (c *chat) file(id string) (*api.File, string) {
	if c.shown != nil {
		c.shown[id] = true
	}
	name := c.names[id]
	if c.fetch != nil {
		if found, err := c.fetch(id); err == nil { // what can be had
			file := found.file
			file.Name = firstOf(name, file.Name)
			c.content[file.SHA256] = found
			return &file, name
		}
	}
	c.missing++
	return nil, name
}

// cite takes over what an answer refers to, and puts words in the place of the
// marks that stand for it.
func (m *nodeMessage) cite(to *session.Message) {
	var references []struct {
		Matched string  `json:"matched_text"`
		Alt     *string `json:"alt"`
		source
		Items []source `json:"items"`
	}
	var old []struct {
		Metadata source `json:"metadata"`
	}
	_, _ = json.Unmarshal(m.Metadata.References, &references), json.Unmarshal(m.Metadata.Citations, &old)
	var sources []source
	for _, r := range references {
		sources = append(append(sources, r.source), r.Items...)
		if r.Alt == nil || !strings.HasPrefix(r.Matched, citeMark) {
			continue
		}
		for i, p := range to.Parts {
			if p.Kind == api.TextPart {
				to.Parts[i].Text = strings.ReplaceAll(p.Text, r.Matched, *r.Alt)
			}
		}
	}
	for _, o := range old {
		sources = append(sources, o.Metadata)
	}
	for _, s := range sources {
		cited := api.Citation{Title: oneLine(textOf(s.Title)), URL: webURL(textOf(s.URL))}
		if cited.URL != "" && !slices.ContainsFunc(to.Citations, func(c api.Citation) bool { return c.URL == cited.URL }) {
			to.Citations = append(to.Citations, cited)
		}
	}
}

// citeMark begins what ChatGPT shows as something else.
const citeMark = "\ue200"

type source struct {
	Title json.RawMessage `json:"title"`
	URL   json.RawMessage `json:"url"`
}
