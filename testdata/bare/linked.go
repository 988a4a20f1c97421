//go:build linked

package main

// The libraries that aimlchat links, and no others.
import (
	_ "charm.land/lipgloss/v2"
	_ "github.com/adrg/xdg"
	_ "github.com/alecthomas/chroma/v2/lexers"
	_ "github.com/gofrs/flock"
	_ "github.com/mattn/go-runewidth"
	_ "github.com/oklog/ulid/v2"
	_ "github.com/pelletier/go-toml/v2"
	_ "github.com/sahilm/fuzzy"
	_ "github.com/spf13/cobra"
	_ "github.com/yuin/goldmark"
	_ "github.com/yuin/goldmark/extension"
	_ "github.com/zalando/go-keyring"
	_ "golang.org/x/net/idna"
	_ "golang.org/x/text/width"
	_ "modernc.org/sqlite"
)
