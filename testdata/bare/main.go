// Command bare is the baseline of BenchmarkFirstFrame and BenchmarkIdle: the least
// Bubble Tea program that fills a screen, at 60 frames a second or as many as
// it is told. Built with the tag "linked" it carries the
// libraries of aimlchat without using them.
package main

import (
	"fmt"
	"os"
	"strconv"

	tea "charm.land/bubbletea/v2"
)

type bare struct{}

func (bare) Init() tea.Cmd { return tea.RequestBackgroundColor }

func (b bare) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if k, ok := msg.(tea.KeyPressMsg); ok && k.String() == "ctrl+c" {
		return b, tea.Quit
	}
	return b, nil
}

func (bare) View() tea.View {
	v := tea.NewView("Ask anything")
	v.AltScreen = true
	return v
}

func main() {
	fps := 60
	if len(os.Args) > 1 {
		fps, _ = strconv.Atoi(os.Args[1]) // 0 of them are 60, too
	}
	if _, err := tea.NewProgram(bare{}, tea.WithFPS(fps)).Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
