package catalog

// snapshot.go owns what is known of the models of AI/ML API without asking:
// enough to choose one on the first start, offline, and what no list of models
// tells at any time: by which protocols and fields a model is asked. It is
// made from the vendor's documentation, which gives no prices; a list from the
// service wins over it.

import (
	_ "embed"
	"strconv"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

//go:generate go run ./internal/snapshotgen

// DefaultModel is the model of AI/ML API that is asked when nobody named one:
// it thinks aloud over chat completions, and answers quickly.
const DefaultModel = "deepseek/deepseek-v4-flash"

//go:embed models.tsv
var snapshot string

// Columns of models.tsv. Lists are separated by blanks, and what is unknown is
// empty.
const (
	columnID = iota
	columnName
	columnDeveloper
	columnContext
	columnOutputMax
	columnEndpoints
	columnInput
	columnCapabilities
	columnControls
	columnAliases
	columnFate // one of the three below
	columns
)

// What becomes of a model: the vendor's table of models has it, or its table of
// models that it gave up. A third word, for neither, is told from these two.
const (
	fateListed     = "listed"
	fateDeprecated = "deprecated"
)

// Snapshot returns the models that are compiled in and that the vendor lists,
// best known developers first. The slice is the caller's.
func Snapshot() []api.Model {
	return read(func(fate string) bool { return fate == fateListed })
}

// Unlisted returns the other models that are compiled in: those that the
// vendor's table gives up, which are [api.Deprecated], and those that only some
// page of the documentation names. They may or may not answer, so nobody is
// offered one; who asks for one is told what is known of it.
func Unlisted() []api.Model {
	return read(func(fate string) bool { return fate != fateListed })
}

func read(wanted func(fate string) bool) []api.Model {
	models := make([]api.Model, 0, 512)
	for line := range strings.Lines(snapshot) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) == columns && !strings.HasPrefix(line, "#") && wanted(cells[columnFate]) {
			models = append(models, modelOf(cells))
		}
	}
	return models
}

func modelOf(cells []string) api.Model {
	m := api.Model{
		ID: cells[columnID], Name: cells[columnName], Developer: cells[columnDeveloper], Type: chatType,
		Input: words(cells[columnInput]), Output: []string{"text"},
		Capabilities: words(cells[columnCapabilities]),
		Endpoints:    words(cells[columnEndpoints]),
		Aliases:      words(cells[columnAliases]),
	}
	m.Context, _ = strconv.Atoi(cells[columnContext])
	m.OutputMax, _ = strconv.Atoi(cells[columnOutputMax])
	for _, word := range words(cells[columnControls]) {
		m.Controls = append(m.Controls, api.Control(word))
	}
	if cells[columnFate] == fateDeprecated {
		m.Status = api.Deprecated
	}
	return m
}

// words splits a text, giving nil for none as lists of the service do.
func words(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Fields(text)
}
