//go:build linked

package main

import (
	_ "charm.land/bubbles/v2/textarea"
	_ "charm.land/glamour/v2"
	_ "charm.land/lipgloss/v2"
	_ "github.com/adrg/xdg"
	_ "github.com/alecthomas/chroma/v2/lexers"
	_ "github.com/pelletier/go-toml/v2"
	_ "github.com/sahilm/fuzzy"
	_ "github.com/spf13/cobra"
	_ "github.com/zalando/go-keyring"
	_ "modernc.org/sqlite"
)
