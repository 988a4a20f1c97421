// This file opens a link in the person's browser: web and mail addresses only,
// by the system's own opener, and never through a shell.

package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"runtime"
	"strings"
)

// openURL has the system open a link. It returns when the opener runs.
func (a *app) openURL(link string) error {
	argv, err := opener(runtime.GOOS, link)
	if err != nil {
		return err
	}
	// It outlives us, and has nothing on its standard streams.
	cmd := exec.CommandContext(context.Background(), argv[0], argv[1:]...)
	detach(cmd)
	if err := cmd.Start(); err != nil {
		return withHint(fmt.Errorf("open the link: %w", err), "copy it instead")
	}
	go func() { _ = cmd.Wait() }() // its end is nobody's business, but it must not stay a zombie
	return nil
}

// opener is the command that opens a link on a system.
func opener(system, link string) ([]string, error) {
	u, err := url.Parse(link)
	if err != nil || strings.ContainsFunc(link, func(r rune) bool { return r <= ' ' || r == 0x7F }) {
		return nil, errors.New("this is no link")
	}
	switch scheme := strings.ToLower(u.Scheme); {
	case scheme == "mailto", (scheme == "http" || scheme == "https") && u.Host != "":
	default:
		return nil, errors.New("only links to the web and to mail addresses are opened")
	}
	switch link = u.String(); system { // written anew: whatever was odd in it is escaped
	case "darwin":
		return []string{"open", link}, nil
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler", link}, nil
	}
	return []string{"xdg-open", link}, nil
}
