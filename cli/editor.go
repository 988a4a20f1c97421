// This file lends the person's own editor to the chat: a file readable by
// nobody else while it is open, and gone afterwards. No shell is asked.

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"unicode"

	"github.com/aimlchat/aimlchat/ui"
)

// edit opens a text in the person's editor, and returns what it is when they
// have left that.
func (a *app) edit(ctx context.Context, text string, s ui.Streams) (string, error) {
	argv, err := a.editor()
	if err != nil {
		return "", err
	}
	path, err := a.draftFile(text)
	if err != nil {
		return "", err
	}
	defer func() { _ = os.Remove(path) }() // nothing else can be done about it
	cmd := exec.CommandContext(ctx, argv[0], append(argv[1:], path)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = s.In, s.Out, s.Err
	defer leaveInterrupts(ctx)()
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s failed: %w", argv[0], err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read what was written: %w", err)
	}
	edited := string(data)
	if !strings.HasSuffix(text, "\n") { // editors end the last line
		edited = strings.TrimSuffix(strings.TrimSuffix(edited, "\n"), "\r")
	}
	return edited, nil
}

// draftFile writes a text to a new file, readable by its owner only, whose name
// tells editors that it is markdown.
func (a *app) draftFile(text string) (path string, err error) {
	if err := os.MkdirAll(a.env.Dirs.State, 0o700); err != nil {
		return "", fmt.Errorf("make room for the editor: %w", err)
	}
	f, err := os.CreateTemp(a.env.Dirs.State, "prompt-*.md") // 0600
	if err != nil {
		return "", fmt.Errorf("make room for the editor: %w", err)
	}
	_, err = f.WriteString(text)
	if err = cmp.Or(err, f.Close()); err != nil {
		_ = os.Remove(f.Name())
		return "", fmt.Errorf("hand the text to the editor: %w", err)
	}
	return f.Name(), nil
}

// editor is the command line of the person's editor.
func (a *app) editor() ([]string, error) {
	line := a.env.getenv("VISUAL", "EDITOR")
	if line == "" {
		line = "vi"
		if runtime.GOOS == "windows" {
			line = "notepad"
		}
		if _, err := exec.LookPath(line); err != nil {
			return nil, errors.New("no editor is set: put its name into VISUAL or EDITOR")
		}
	}
	argv, err := words(line)
	if err == nil && len(argv) == 0 {
		err = errors.New("it is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("read VISUAL or EDITOR: %w", err)
	}
	return argv, nil
}

// words splits a command line at blanks as a shell would, but for backslashes,
// which are part of paths on Windows: only quotes hold a word together.
func words(line string) ([]string, error) {
	var out []string
	var word strings.Builder
	quote, begun := rune(0), false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, begun = r, true
		case quote == 0 && unicode.IsSpace(r):
			if begun {
				out, begun = append(out, word.String()), false
				word.Reset()
			}
		default:
			begun = true
			word.WriteRune(r)
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("a %c is not closed", quote)
	}
	if begun {
		out = append(out, word.String())
	}
	return out, nil
}
