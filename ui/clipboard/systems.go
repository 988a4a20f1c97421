// This file owns which programs reach the person's clipboard from here, and how
// each wants to be asked. It refuses to run them.

package clipboard

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"os/exec"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// here is where aimlchat runs.
type here struct {
	env    func(string) string
	remote bool // the person sits at another machine
}

// here looks around. Inside tmux it asks tmux, which knows where the person
// attached from; our own environment says where the first one did.
func (c *Clipboard) here(ctx context.Context) here {
	h := here{env: c.opts.Getenv}
	if h.env("TMUX") != "" {
		if out, err := c.call(ctx, h, []string{"tmux", "show-environment"}, "", true, 0); err == nil {
			h.env = attached(h.env, string(out))
		}
	}
	h.remote = h.env("SSH_CONNECTION") != "" || h.env("SSH_TTY") != "" || h.env("SSH_CLIENT") != ""
	return h
}

// attached corrects env by what tmux shows: lines of NAME=value, and of -NAME
// for what is not set.
func attached(env func(string) string, shown string) func(string) string {
	now := map[string]string{}
	for line := range strings.Lines(shown) {
		line = strings.TrimRight(line, "\r\n")
		name, value, _ := strings.Cut(strings.TrimPrefix(line, "-"), "=")
		switch name {
		case "SSH_CONNECTION":
			now["SSH_TTY"], now["SSH_CLIENT"] = "", "" // tmux doesn't keep these up to date
			now[name] = value
		case "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY":
			now[name] = value
		}
	}
	return func(name string) string {
		if value, known := now[name]; known {
			return value
		}
		return env(name)
	}
}

// system is a program, or two, for the system's clipboard.
type system struct {
	name     string
	copy     []string // reads the text
	paste    []string // prints it; nil: it can't be read
	echoes   bool     // copy prints what the clipboard holds afterwards
	patience time.Duration
	encode   func(string) string          // the text as copy wants it; nil: UTF-8
	decode   func([]byte) (string, error) // what paste prints; nil: UTF-8
}

// read returns the text that paste printed, "" if that is no text.
func (s system) read(printed []byte) string {
	if s.decode == nil {
		return string(printed)
	}
	text, err := s.decode(printed)
	if err != nil {
		return ""
	}
	return text
}

var (
	pasteboard = system{name: "pbcopy", copy: []string{"pbcopy"}, paste: []string{"pbpaste"}}
	termux     = system{name: "termux-clipboard-set", copy: []string{"termux-clipboard-set"}, paste: []string{"termux-clipboard-get"}}
	// Without a type, wl-copy guesses one from the text.
	wayland = system{name: "wl-copy", copy: []string{"wl-copy", "--type", "text/plain"}, paste: []string{"wl-paste", "--no-newline", "--type", "text"}}
	xclip   = system{name: "xclip", copy: []string{"xclip", "-selection", "clipboard", "-in"}, paste: []string{"xclip", "-selection", "clipboard", "-out"}}
	xsel    = system{name: "xsel", copy: []string{"xsel", "--clipboard", "--input"}, paste: []string{"xsel", "--clipboard", "--output"}}
	// clip.exe takes UTF-8 for the code page of the machine's country.
	clip = system{name: "clip.exe", copy: []string{"clip.exe"}, encode: utf16le}
)

// systems returns the ways to the person's clipboard, best first.
func (c *Clipboard) systems(h here) []system {
	var all []system
	switch {
	case h.remote && forwarded(h.env("DISPLAY")):
		return []system{xclip, xsel}
	case h.remote:
		return nil
	case c.opts.GOOS == "windows":
		return []system{c.powershell(), clip}
	case c.opts.GOOS == "darwin":
		return []system{pasteboard}
	case h.wsl():
		all = append(all, c.powershell(), clip)
	case h.env("TERMUX_VERSION") != "" || c.opts.GOOS == "android":
		all = append(all, termux)
	}
	if h.env("WAYLAND_DISPLAY") != "" {
		all = append(all, wayland)
	}
	if h.env("DISPLAY") != "" {
		all = append(all, xclip, xsel)
	}
	return all
}

// wsl tells whether this is a Linux that runs inside Windows.
func (h here) wsl() bool { return h.env("WSL_DISTRO_NAME") != "" || h.env("WSL_INTEROP") != "" }

// forwarded tells whether ssh brings display from where the person sits: it
// counts its own from 10.
func forwarded(display string) bool {
	number, local := strings.CutPrefix(display, "localhost:")
	number, _, _ = strings.Cut(number, ".")
	n, err := strconv.Atoi(number)
	return local && err == nil && n >= 10
}

// The scripts of PowerShell exchange base64, which no code page changes. They
// have no double quotes, which no two Windows programs read alike.
const (
	psForms = "$ErrorActionPreference='Stop'; Add-Type -AssemblyName System.Windows.Forms; "
	psPrint = "[Console]::Out.Write([Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes([Windows.Forms.Clipboard]::GetText())))"
	psCopy  = psForms +
		"$t=[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String(([Console]::In.ReadToEnd() -replace '[^A-Za-z0-9+/=]',''))); " +
		"[Windows.Forms.Clipboard]::SetText($t); " + psPrint
	psPaste = psForms + psPrint
	psImage = psForms + "Add-Type -AssemblyName System.Drawing; " +
		"$i=[Windows.Forms.Clipboard]::GetImage(); if ($i -eq $null) { exit 1 }; " +
		"$m=New-Object IO.MemoryStream; $i.Save($m,[Drawing.Imaging.ImageFormat]::Png); " +
		"[Console]::Out.Write([Convert]::ToBase64String($m.ToArray()))"
)

// psPatience: PowerShell alone starts in one or two seconds, the first time
// after a boot in more.
const psPatience = 8 * time.Second

// powershell is the clipboard of Windows, also from inside WSL. One process
// copies and reads back, because starting it is what takes time.
func (c *Clipboard) powershell() system {
	return system{
		name: "powershell", copy: c.script(psCopy), paste: c.script(psPaste), echoes: true, patience: psPatience,
		encode: func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) },
		decode: func(printed []byte) (string, error) {
			text, err := unbase64(printed)
			return string(text), err
		},
	}
}

// script returns the command line that runs a script in PowerShell.
func (c *Clipboard) script(script string) []string {
	program := "powershell.exe"
	if _, err := c.opts.LookPath(program); errors.Is(err, exec.ErrNotFound) && c.opts.GOOS != "windows" {
		program = "/mnt/c/Windows/System32/WindowsPowerShell/v1.0/powershell.exe" // WSL may be told to keep Windows out of PATH
	}
	return []string{program, "-NoProfile", "-NonInteractive", "-Sta", "-Command", script}
}

func unbase64(printed []byte) ([]byte, error) {
	return base64.StdEncoding.DecodeString(strings.TrimSpace(string(printed)))
}

// utf16le writes text as clip.exe reads it: without a mark, which it would copy.
func utf16le(text string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return string(b)
}
