package config

// lines.go knows where in a TOML text each key stands, for mistakes that show
// only once the whole is read. It knows nothing of what the keys mean.

import (
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// lines returns the line, from 1, on which each key of a document stands.
// Keys are named by [at]; a table has the line of its heading. Text that is
// not TOML has the lines of what comes before the mistake.
func lines(data []byte) map[string]int {
	found := map[string]int{}
	var p unstable.Parser
	p.Reset(data)
	var table []string
	for p.NextExpression() {
		node := p.Expression()
		switch node.Kind {
		case unstable.Table, unstable.ArrayTable:
			table = locate(&p, found, nil, node)
		case unstable.KeyValue:
			locateValue(&p, found, table, node)
		}
	}
	return found
}

// locate notes where the key of a node begins and returns its whole path.
func locate(p *unstable.Parser, found map[string]int, table []string, node *unstable.Node) []string {
	path := append([]string(nil), table...)
	line := 0
	for it := node.Key(); it.Next(); {
		if line == 0 {
			line = p.Shape(it.Node().Raw).Start.Line
		}
		path = append(path, string(it.Node().Data))
		if _, seen := found[at(path...)]; !seen {
			found[at(path...)] = line
		}
	}
	return path
}

func locateValue(p *unstable.Parser, found map[string]int, table []string, node *unstable.Node) {
	path := locate(p, found, table, node)
	if value := node.Value(); value.Kind == unstable.InlineTable {
		for it := value.Children(); it.Next(); {
			locateValue(p, found, path, it.Node())
		}
	}
}

// at names a key by its path, in lower case: the decoder takes any.
func at(path ...string) string { return strings.ToLower(strings.Join(path, "\x00")) }

// dotted writes a key's path for people.
func dotted(path []string) string { return strings.Join(path, ".") }
