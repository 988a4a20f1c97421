// This file makes the prompt of the print mode out of the words of the command
// line and of what is piped in.

package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// maxPiped bounds what is read from stdin: more than any model's window.
const maxPiped = 32 << 20

// prompt joins words and what stdin holds, when that is no terminal, with a
// blank line between them.
func (a *app) prompt(ctx context.Context, words []string) (string, error) {
	var parts []string
	if p := strings.Join(words, " "); strings.TrimSpace(p) != "" {
		parts = append(parts, p)
	}
	if !a.env.Terminal.Stdin {
		piped, err := readPiped(ctx, a.stdin)
		if err != nil {
			return "", err
		}
		if strings.TrimSpace(piped) != "" {
			parts = append(parts, piped)
		}
	}
	if len(parts) == 0 {
		return "", usagef(`give one: aimlchat -p "why is the sky blue?"`, "there is no prompt")
	}
	return strings.Join(parts, "\n\n"), nil
}

// readPiped reads r to its end, or until ctx is done: a pipe may stay open for
// ever.
func readPiped(ctx context.Context, r io.Reader) (string, error) {
	type result struct {
		data []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		data, err := io.ReadAll(io.LimitReader(r, maxPiped+1))
		done <- result{data, err}
	}()
	select {
	case <-ctx.Done():
		return "", errStopped
	case res := <-done:
		if res.err != nil {
			return "", withHint(fmt.Errorf("read stdin: %w", res.err), "close it with </dev/null when nothing is piped in")
		}
		return plainText("stdin", res.data)
	}
}

// plainText checks that data, which is from there, is text and drops what editors and shells put
// around it: a byte order mark and the last newlines.
func plainText(from string, data []byte) (string, error) {
	text := string(data)
	switch {
	case len(text) > maxPiped:
		return "", usagef("give a part of it", "%s holds more than %d MB", from, maxPiped>>20)
	case strings.ContainsRune(text, 0):
		return "", usagef("convert it to UTF-8 text", "%s holds no text", from)
	}
	text = strings.TrimPrefix(strings.ToValidUTF8(text, "\uFFFD"), "\uFEFF")
	return strings.TrimRight(text, "\r\n"), nil
}
