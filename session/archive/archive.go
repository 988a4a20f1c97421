// Package archive takes conversations out of aimlchat and brings them in:
// [Export] writes them as JSON, Markdown or HTML, [Read] reads our own JSON and
// what others write. It opens no file, keeps nothing and decides nothing about
// the database: it is handed conversations and hands conversations back.
//
// # The JSON
//
// One object, which names its format and its version first. Fields may be added
// within a version; none changes its meaning. A field that is absent is empty,
// false or unknown. Times are RFC 3339 in UTC, to the millisecond. A text that is
// no valid UTF-8 stands as {"base64": "…"}, so that every byte survives.
//
//	format       "aimlchat"
//	version      1
//	exported_at  when
//	sessions     list of:
//	  id, title, kind ("chat", "print"), created_at, updated_at
//	  title_by   who made the title: "person", "words", "model"
//	  provider, model, system   of the next message
//	  draft      what was typed and not sent
//	  queue      what waits to be sent, as the chat keeps it
//	  tags       list of words
//	  pinned     true or absent
//	  trashed_at when it was thrown away
//	  origin     where it was imported from
//	  leaf       id of the message that the conversation stands at
//	  chosen     id of the first message that was last shown; absent: the newest
//	  messages   list of the whole tree, parents before their children:
//	    id, parent_id (absent: a first message), created_at
//	    role       "user", "assistant", "tool", "system"
//	    hidden     a number: deleted, and can be brought back; the same for all that was deleted at once,
//	               greater for what was deleted later
//	    chosen     id of the child that was last shown; absent: the newest
//	    origin     where it was imported from
//	    parts      list of:
//	      kind       "text", "reasoning", "tool_call", "tool_result", "file", "opaque"
//	      text       of text and reasoning; of a tool_result the result
//	      tool       of tool_call and tool_result: id, name, arguments (a text)
//	      file       of file: name, mime, size, sha256, url
//	      opaque     of opaque: protocol, data (a text), to go back to the model unread
//	    citations  list of {title, url}
//	    provider, model, answered_by, protocol, inference_id
//	    finish     why the answer ended: "stop", "length", "stopped", "interrupted", …
//	    error      kind, status, message, hint, retryable, request_id, retry_after_ns
//	    usage      prompt_tokens, completion_tokens, reasoning_tokens, total_tokens, cached_tokens
//	    cost       usd, credits, source ("billed", "estimated", "unknown")
//	    timing     first_token_ns, thinking_ns, total_ns
//	    digest     what stands for the messages before it: text, model, provider, created_at, usage, cost
//	  files      list of the contents, each once: sha256, size, data (base64).
//	             Absent for what was left out, or could not be read
//
// # What is read
//
// Our own JSON comes back as it went. ChatGPT's conversations.json (also in the
// archive that one downloads), lists of messages as OpenAI's interface takes
// them (one conversation, several, or one a line), and the logs database of llm
// are told by what is in them, never by a name. Nothing that a file says is
// obeyed: no path in it is opened, no address is asked, and a stranger's system
// prompt is left out, and named. What can't be read is a [*Problem], and the
// rest goes on.
package archive

import (
	"io"
	"slices"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// Session is a conversation with its whole tree, parents before their children.
type Session struct {
	session.Session
	Messages []session.Message

	// Content returns the content of a file of its messages, by SHA-256. It is
	// good until the next Session of the same source is asked for. Nil: there are
	// no contents. An unknown one is [fs.ErrNotExist].
	Content func(sha256 string) (io.ReadCloser, error)
}

// Format is a way to write conversations.
type Format string

// The formats.
const (
	JSON     Format = "json"
	Markdown Format = "markdown"
	HTML     Format = "html"
)

// Formats are all of them, the default first.
func Formats() []Format { return []Format{Markdown, JSON, HTML} }

// shown returns the messages from the first to the leaf, without what is hidden.
func (s Session) shown() []session.Message {
	at := map[string]int{}
	for i, m := range s.Messages {
		at[m.ID] = i
	}
	var path []session.Message
	for id := s.Leaf; id != "" && len(path) <= len(s.Messages); {
		i, known := at[id]
		if !known {
			break
		}
		path = append(path, s.Messages[i])
		id = s.Messages[i].ParentID
	}
	slices.Reverse(path)
	return slices.DeleteFunc(path, func(m session.Message) bool { return m.Hidden })
}

// files lists the files of s that have content, each content once.
func (s Session) files() (list []api.File) {
	seen := map[string]bool{}
	add := func(f api.File) {
		if f.SHA256 != "" && !seen[f.SHA256] {
			seen[f.SHA256] = true
			list = append(list, f)
		}
	}
	for _, m := range s.Messages {
		for _, p := range m.Parts {
			if p.File != nil {
				add(*p.File)
			}
		}
	}
	for _, q := range s.Queue {
		for _, f := range q.Files {
			add(f)
		}
	}
	return list
}
