// This file holds the small commands that look after settings: config, themes
// and completion.

package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/aimlchat/aimlchat/config"
	"github.com/aimlchat/aimlchat/themes"
)

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "The config file", RunE: needsCommand}
	cmd.AddCommand(
		&cobra.Command{
			Use: "path", Short: "Where it is, or would be", Args: noArgs,
			RunE: func(*cobra.Command, []string) error { return a.line(a.configPath()) },
		},
		&cobra.Command{
			Use: "show", Short: "What it says, if it is right", Args: noArgs,
			RunE: func(*cobra.Command, []string) error { return a.showConfig() },
		},
		&cobra.Command{
			Use: "init", Short: "Write one in which everything is explained", Args: noArgs,
			RunE: func(*cobra.Command, []string) error { return a.initConfig() },
		},
	)
	return cmd
}

func (a *app) line(text string) error {
	_, err := fmt.Fprintln(a.stdout, text)
	return err
}

func (a *app) showConfig() error {
	if _, err := a.config(); err != nil {
		return err
	}
	data, err := os.ReadFile(a.configPath())
	if errors.Is(err, fs.ErrNotExist) {
		a.notice("there is no %s; everything is as it comes (aimlchat config init writes one)", a.configPath())
		return nil
	}
	if err != nil {
		return err
	}
	_, err = a.stdout.Write(data)
	return err
}

// initConfig never overwrites: a config is somebody's work.
func (a *app) initConfig() error {
	path := a.configPath()
	if err := os.MkdirAll(a.env.Dirs.Config, 0o700); err != nil {
		return withHint(err, "make that folder writable for you")
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return withHint(fmt.Errorf("%s is there already", path), "edit it, or move it away first")
	}
	if err != nil {
		return withHint(err, "make that folder writable for you")
	}
	_, err = io.WriteString(f, config.Example())
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return withHint(fmt.Errorf("write %s: %w", path, err), "make room on the disk")
	}
	return a.line(path)
}

func (a *app) themesCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "themes", Short: "The themes of the screen", Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return a.listThemes(asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as a JSON array")
	return cmd
}

func (a *app) listThemes(asJSON bool) error {
	type object struct {
		Name string `json:"name"`
		Dark bool   `json:"dark"` // made for a dark background
	}
	var objects []object
	var rows [][]string
	for _, t := range themes.All() {
		objects = append(objects, object{t.Name, t.Dark})
		rows = append(rows, []string{t.Name, background(t)})
	}
	if asJSON {
		return writeJSON(a.stdout, objects)
	}
	return writeTable(a.stdout, rows)
}

func background(t themes.Theme) string {
	switch {
	case t.Dark:
		return "for a dark background"
	case t.Text == nil && t.Accent == nil:
		return "without colours"
	}
	return "for a light background"
}
