// This file owns the one table of what a person can do. Keys, slash commands,
// the palette, the help screen, the footer and the README come from it: what is
// not in it does not exist.

package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// Scope says where a command's keys work.
type Scope string

// The scopes, in the order in which help shows them.
const (
	Anywhere  Scope = "Anywhere"
	Composing Scope = "Composer"
	Reading   Scope = "Transcript"
)

// Command is one thing that a person can do.
type Command struct {
	Name  string   // of its slash command and in the config; unique
	Does  string   // what it does, for help: "choose a model"
	Keys  []string // as Bubble Tea names them; may be empty
	Scope Scope
	Slash string // its slash command with its arguments, "/title TEXT"; "" for none

	own []string // the keys by which the composer knows it, whatever the config says

	when func(*Model) bool            // nil: always; else its keys pass on while false
	run  func(*Model, string) tea.Cmd // gets the slash command's argument; nil: the composer does it itself
}

// Commands returns the table as it is without a config, for `aimlchat keys`.
func Commands() []Command { return table() }

func table() []Command {
	return slices.Concat(anywhereCommands(), composerCommands(), readingCommands())
}

func anywhereCommands() []Command {
	return []Command{
		{Name: "model", Does: "choose a model", Keys: []string{"ctrl+o"}, Scope: Anywhere, Slash: "/model [NAME]", run: (*Model).chooseModel},
		{Name: "resume", Does: "open a session", Keys: []string{"ctrl+r"}, Scope: Anywhere, Slash: "/resume [WORDS]", run: (*Model).chooseSession},
		{Name: "new", Does: "start a new session", Keys: []string{"ctrl+n"}, Scope: Anywhere, Slash: "/new", run: plain((*Model).startNew)},
		{Name: "palette", Does: "find a command", Keys: []string{"ctrl+p"}, Scope: Anywhere, run: plain((*Model).openPalette)},
		{Name: "reasoning", Does: "fold, open or hide reasoning", Keys: []string{"ctrl+t"}, Scope: Anywhere, Slash: "/reasoning", run: plain((*Model).cycleReasoning)},
		{Name: "find", Does: "find in this conversation", Keys: []string{"ctrl+f"}, Scope: Anywhere, Slash: "/find [TEXT]", run: (*Model).openFind},
		{Name: "beside", Does: "show reasoning beside the answers, or in them", Keys: []string{"alt+t"}, Scope: Anywhere, Slash: "/beside", run: plain((*Model).toggleBeside)},
		{Name: "thought-up", Does: "scroll the reasoning beside the answers up", Keys: []string{"shift+pgup"}, Scope: Anywhere, when: hasBeside, run: plain((*Model).thoughtUp)},
		{Name: "thought-down", Does: "scroll the reasoning beside the answers down", Keys: []string{"shift+pgdown"}, Scope: Anywhere, when: hasBeside, run: plain((*Model).thoughtDown)},
		{Name: "raw", Does: "show answers as they were written, or drawn", Keys: []string{"alt+r"}, Scope: Anywhere, Slash: "/raw", run: plain((*Model).toggleRaw)},
		{Name: "copy", Does: "copy the last answer", Keys: []string{"ctrl+y"}, Scope: Anywhere, Slash: "/copy", run: plain((*Model).copyLast)},
		{Name: "write", Does: "write the last answer to a file", Scope: Anywhere, Slash: "/write PATH", run: (*Model).writeMessage},
		{Name: "export", Does: "write the conversation to a file: .md, .json or .html", Scope: Anywhere, Slash: "/export [FILE]", run: (*Model).exportSession},
		{Name: "compact", Does: "choose what of the conversation is sent", Scope: Anywhere, Slash: "/compact", run: plain((*Model).compact)},
		{Name: "retry", Does: "have the last question answered again", Scope: Anywhere, Slash: "/retry", run: plain((*Model).regenerate)},
		{Name: "fork", Does: "make a session of its own of what is up to here", Scope: Anywhere, Slash: "/fork", run: plain((*Model).fork)},
		{Name: "tree", Does: "show the branches of the session", Scope: Anywhere, Slash: "/tree", run: plain((*Model).showTree)},
		{Name: "undo", Does: "bring back the message hidden last", Scope: Anywhere, Slash: "/undo", run: plain((*Model).unhide)},
		{Name: "purge", Does: "remove what is hidden in the session, for good", Scope: Anywhere, Slash: "/purge", run: plain((*Model).purge)},
		{Name: "delete", Does: "hide the last message", Scope: Anywhere, Slash: "/delete", run: plain((*Model).hideLast)},
		{Name: "title", Does: "rename the session", Scope: Anywhere, Slash: "/title TEXT", run: (*Model).rename},
		{Name: "tag", Does: "tag the session; none takes the tags away", Scope: Anywhere, Slash: "/tag WORDS", run: (*Model).tag},
		{Name: "system", Does: "set the system prompt from here on", Scope: Anywhere, Slash: "/system TEXT", run: (*Model).setSystem},
		{Name: "effort", Does: "choose how hard the model thinks", Scope: Anywhere, Slash: "/effort low|medium|high|N|off", run: (*Model).setEffort},
		{Name: "web", Does: "let the model search the web, or not", Scope: Anywhere, Slash: "/web [on|off]", run: (*Model).toggleWeb},
		{Name: "attach", Does: "attach a file; @ and a path does so too", Scope: Anywhere, Slash: "/attach PATH", run: (*Model).attachFile},
		{Name: "tool", Does: "run a tool of aiXplain; its result can go with the next message", Scope: Anywhere, Slash: "/tool ID ACTION {JSON}", run: (*Model).runTool},
		{Name: "cost", Does: "show what the session and the day cost", Scope: Anywhere, Slash: "/cost", run: plain((*Model).showCosts)},
		{Name: "balance", Does: "ask for the money on the account", Scope: Anywhere, Slash: "/balance", run: plain((*Model).showBalance)},
		{Name: "doctor", Does: "check the installation", Scope: Anywhere, Slash: "/doctor", run: plain((*Model).examine)},
		{Name: "page-up", Does: "scroll up a page", Keys: []string{"pgup"}, Scope: Anywhere, run: plain((*Model).pageUp)},
		{Name: "page-down", Does: "scroll down a page", Keys: []string{"pgdown"}, Scope: Anywhere, run: plain((*Model).pageDown)},
		{Name: "mouse", Does: "give the mouse to the terminal, or take it back", Keys: []string{"alt+m"}, Scope: Anywhere, Slash: "/mouse", run: plain((*Model).toggleMouse)},
		{Name: "prompts", Does: "search the prompts sent before", Scope: Anywhere, Slash: "/history [WORDS]", run: (*Model).findPrompt},
		{Name: "unqueue", Does: "take back a queued message", Keys: []string{"alt+up"}, Scope: Anywhere, Slash: "/unqueue", run: plain((*Model).unqueue)},
		{Name: "queue", Does: "change what waits to be sent", Scope: Anywhere, Slash: "/queue", run: plain((*Model).openQueue)},
		{Name: "help", Does: "show this help", Keys: []string{"f1"}, Scope: Anywhere, Slash: "/help", run: plain((*Model).openHelp)},
		{Name: "suspend", Does: "suspend to the shell", Keys: []string{"ctrl+z"}, Scope: Anywhere, run: plain(func(*Model) tea.Cmd { return tea.Suspend })},
		{Name: "escape", Does: "close the dialog, else stop the answer, else go to the transcript", Keys: []string{"esc"}, Scope: Anywhere, run: plain((*Model).escape)},
		{Name: "cancel", Does: "clear the composer, else stop the answer, else quit on the second press", Keys: []string{"ctrl+c"}, Scope: Anywhere, run: plain((*Model).cancelOrQuit)},
		{Name: "quit", Does: "quit", Scope: Anywhere, Slash: "/quit", run: plain((*Model).quit)},
	}
}

func composerCommands() []Command {
	return []Command{
		{Name: "send", Does: "send", Keys: []string{"enter"}, Scope: Composing, run: plain((*Model).submit)},
		{Name: "newline", Does: "start a new line", Keys: []string{"ctrl+j", "alt+enter", "shift+enter"}, Scope: Composing},
		{Name: "paste", Does: "paste; an image is attached", Keys: []string{"ctrl+v"}, Scope: Composing, run: plain((*Model).pasteClipboard)},
		{Name: "history", Does: "earlier and later prompts, at the first and last line", Keys: []string{"up", "down"}, Scope: Composing},
		{Name: "editor", Does: "write in your editor", Keys: []string{"ctrl+g"}, Scope: Composing, Slash: "/editor", run: plain((*Model).editDraft)},
		{Name: "restore", Does: "bring back a cleared draft", Keys: []string{"ctrl+_", "ctrl+/"}, Scope: Composing},
		{Name: "line-start", Does: "start of the line", Keys: []string{"ctrl+a"}, Scope: Composing},
		{Name: "line-end", Does: "end of the line", Keys: []string{"ctrl+e"}, Scope: Composing},
		{Name: "kill-line", Does: "delete to the end of the line", Keys: []string{"ctrl+k"}, Scope: Composing},
		{Name: "kill-start", Does: "delete to the start of the line", Keys: []string{"ctrl+u"}, Scope: Composing},
		{Name: "kill-word", Does: "delete the word before the cursor", Keys: []string{"ctrl+w"}, Scope: Composing},
		{Name: "word-back", Does: "a word back", Keys: []string{"alt+b"}, Scope: Composing},
		{Name: "word-forward", Does: "a word forward", Keys: []string{"alt+f"}, Scope: Composing},
		{Name: "help-empty", Does: "help, in an empty composer", Keys: []string{"?"}, Scope: Composing, when: emptyComposer, run: plain((*Model).openHelp)},
		{Name: "follow", Does: "follow the answer again, in an empty composer", Keys: []string{"end"}, Scope: Composing, when: emptyComposer, run: plain((*Model).bottom)},
		{Name: "quit-empty", Does: "quit, in an empty composer", Keys: []string{"ctrl+d"}, Scope: Composing, when: emptyComposer, run: plain((*Model).quit)},
		{Name: "read", Does: "complete a slash command, else go to the transcript", Keys: []string{"tab"}, Scope: Composing, run: plain((*Model).toReading)},
	}
}

func readingCommands() []Command {
	return []Command{
		{Name: "select-down", Does: "next message", Keys: []string{"j", "down"}, Scope: Reading, run: plain((*Model).selectDown)},
		{Name: "select-up", Does: "previous message", Keys: []string{"k", "up"}, Scope: Reading, run: plain((*Model).selectUp)},
		{Name: "question-up", Does: "previous question", Keys: []string{"{"}, Scope: Reading, run: plain((*Model).questionUp)},
		{Name: "question-down", Does: "next question", Keys: []string{"}"}, Scope: Reading, run: plain((*Model).questionDown)},
		{Name: "search", Does: "find in this conversation", Keys: []string{"/"}, Scope: Reading, run: plain((*Model).openEmptyFind)},
		{Name: "find-next", Does: "next match; enter while writing what to find", Keys: []string{"n"}, Scope: Reading, run: plain((*Model).findNext)},
		{Name: "find-previous", Does: "previous match; shift+enter while writing what to find", Keys: []string{"N"}, Scope: Reading, run: plain((*Model).findPrevious)},
		{Name: "fold", Does: "fold or unfold the thought of the message", Keys: []string{"enter"}, Scope: Reading, run: plain((*Model).foldSelected)},
		{Name: "yank", Does: "copy the message as markdown", Keys: []string{"y"}, Scope: Reading, run: plain((*Model).copySelected)},
		{Name: "copy-code", Does: "copy a code block of the message", Keys: []string{"c"}, Scope: Reading, run: plain((*Model).copyCode)},
		{Name: "write-message", Does: "write the message to a file", Keys: []string{"w"}, Scope: Reading, run: plain((*Model).askWhere)},
		{Name: "details", Does: "show the details of the message", Keys: []string{"v"}, Scope: Reading, run: plain((*Model).showDetails)},
		{Name: "links", Does: "open a link of the message", Keys: []string{"o"}, Scope: Reading, run: plain((*Model).chooseLink)},
		{Name: "edit", Does: "edit the question and send it again, as a branch", Keys: []string{"e"}, Scope: Reading, run: plain((*Model).editMessage)},
		{Name: "regenerate", Does: "answer again, beside this answer", Keys: []string{"r"}, Scope: Reading, run: plain((*Model).regenerate)},
		{Name: "regenerate-with", Does: "answer again with another model", Keys: []string{"R"}, Scope: Reading, run: plain((*Model).regenerateWith)},
		{Name: "continue", Does: "go on with an answer that ended early", Keys: []string{"C"}, Scope: Reading, Slash: "/continue", run: plain((*Model).goOn)},
		{Name: "previous-branch", Does: "previous branch", Keys: []string{"["}, Scope: Reading, run: plain((*Model).siblingBefore)},
		{Name: "next-branch", Does: "next branch", Keys: []string{"]"}, Scope: Reading, run: plain((*Model).siblingAfter)},
		{Name: "fork-here", Does: "make a session of its own of all up to this message", Keys: []string{"f"}, Scope: Reading, run: plain((*Model).fork)},
		{Name: "hide", Does: "hide the message and all that follows it", Keys: []string{"d"}, Scope: Reading, run: plain((*Model).hideMessage)},
		{Name: "unhide", Does: "bring back what was hidden last", Keys: []string{"u"}, Scope: Reading, run: plain((*Model).unhide)},
		{Name: "top", Does: "go to the beginning", Keys: []string{"g", "home"}, Scope: Reading, run: plain((*Model).top)},
		{Name: "bottom", Does: "go to the end and follow it", Keys: []string{"G", "end"}, Scope: Reading, run: plain((*Model).bottom)},
		{Name: "half-down", Does: "half a page down", Keys: []string{"ctrl+d"}, Scope: Reading, run: plain((*Model).halfDown)},
		{Name: "half-up", Does: "half a page up", Keys: []string{"ctrl+u"}, Scope: Reading, run: plain((*Model).halfUp)},
		{Name: "help-reading", Does: "show this help", Keys: []string{"?"}, Scope: Reading, run: plain((*Model).openHelp)},
		{Name: "compose", Does: "go back to the composer", Keys: []string{"i", "tab"}, Scope: Reading, run: plain((*Model).toComposing)},
	}
}

// plain makes a command of a method that takes no argument.
func plain(f func(*Model) tea.Cmd) func(*Model, string) tea.Cmd {
	return func(m *Model, _ string) tea.Cmd { return f(m) }
}

func emptyComposer(m *Model) bool { return m.composer.Empty() }

// bind puts the keys of the config in the place of the table's.
func bind(cmds []Command, keys map[string][]string) []Command {
	for i := range cmds {
		if cmds[i].run == nil {
			cmds[i].own = cmds[i].Keys
		}
		if k, ok := keys[cmds[i].Name]; ok {
			cmds[i].Keys = k
		}
	}
	return cmds
}

// pressed finds the command that a key stands for in a scope; nil for none.
func (m *Model) pressed(key string, scope Scope) *Command {
	for i := range m.commands {
		c := &m.commands[i]
		if c.Scope == scope && c.run != nil && slices.Contains(c.Keys, key) && (c.when == nil || c.when(m)) {
			return c
		}
	}
	return nil
}

// slash finds the command that a composer text calls, and its argument. A text
// that begins with a slash but names no command is a message like any other.
func (m *Model) slash(text string) (c *Command, arg string) {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "/") {
		return nil, ""
	}
	name, arg, _ := strings.Cut(text, " ")
	if strings.Contains(name, "\n") {
		return nil, ""
	}
	for i := range m.commands {
		c := &m.commands[i]
		if c.Slash != "" && slashName(c.Slash) == name {
			return c, strings.TrimSpace(arg)
		}
	}
	return nil, ""
}

// completions are the slash commands that a composer text may be the beginning
// of.
func (m *Model) completions() []*Command {
	text := m.composer.Value()
	if !strings.HasPrefix(text, "/") || strings.ContainsAny(text, " \n") {
		return nil
	}
	var fits []*Command
	for i := range m.commands {
		if c := &m.commands[i]; c.Slash != "" && strings.HasPrefix(c.Slash, text) {
			fits = append(fits, c)
		}
	}
	return fits
}

// complete writes out the slash command that the composer begins, as far as
// only one is possible.
func (m *Model) complete(fits []*Command) {
	common := slashName(fits[0].Slash)
	for _, c := range fits[1:] {
		name := slashName(c.Slash)
		for !strings.HasPrefix(name, common) {
			common = common[:len(common)-1]
		}
	}
	if len(fits) == 1 && strings.Contains(fits[0].Slash, " ") {
		common += " "
	}
	m.composer.SetValue(common)
}

func slashName(usage string) string {
	name, _, _ := strings.Cut(usage, " ")
	return name
}

// hint is a key and what it does now, for the footer.
type hint struct{ key, does string }

// hints are the keys that matter most now, the most important first.
func (m *Model) hints() []hint {
	k := func(name, does string) hint { return hint{m.keyOf(name), does} }
	if m.picking > 0 {
		return []hint{{m.codeKeys(), "copy that block"}, {m.keyOf("escape"), "none"}}
	}
	if m.focus == reading {
		hs := []hint{k("compose", "write"), k("select-down", "next"), k("select-up", "previous"), k("yank", "copy")}
		return append(append(hs, m.branchHints()...), k("fold", "fold"), k("bottom", "end"), k("help-reading", "help"))
	}
	var hs []hint
	switch f := m.conv.following; {
	case m.conv.sends.digest != nil:
		hs = append(hs, k("escape", "stop"))
	case f != nil && f.free:
		hs = append(hs, k("send", "take over"))
	case f != nil:
		hs = append(hs, hint{"/fork", "go on in a copy"})
	case (m.conv.turn != nil || m.tool != nil) && m.composer.Empty():
		hs = append(hs, k("escape", "stop"))
	case m.conv.turn != nil:
		hs = append(hs, k("send", "queue"), k("escape", "stop"))
	case m.composer.Empty() && m.conv.failed():
		hs = append(hs, k("send", "try again"))
	case m.composer.Empty() && len(m.conv.queue) > 0:
		hs = append(hs, k("send", "send the queue"))
	default:
		hs = append(hs, k("send", "send"))
	}
	newline := k("newline", "newline")
	if m.chrome.shiftEnter {
		newline.key = "shift+enter"
	}
	return append(hs, newline, k("model", "model"), k("resume", "sessions"), k("help-empty", "help"), k("reasoning", "reasoning"))
}

// keyOf is the first key of a command, for people; its slash name when it has
// no key.
func (m *Model) keyOf(name string) string {
	for _, c := range m.commands {
		if c.Name == name {
			return append(slices.Clone(c.Keys), slashName(c.Slash))[0]
		}
	}
	return ""
}
