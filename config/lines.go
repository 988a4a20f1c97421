package config

// lines.go knows where in a TOML text each key stands, for mistakes that show
// only once the whole is read. It knows nothing of what the keys mean.

import (
	"strconv"
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
	count := map[string]int{} // of the tables under one [[heading]]
	for p.NextExpression() {
		node := p.Expression()
		switch node.Kind {
		case unstable.Table:
			table = locate(&p, found, nil, node)
		case unstable.ArrayTable:
			table = locate(&p, found, nil, node)
			name := at(table...)
			table = append(table, index(count[name]))
			count[name]++
			found[at(table...)] = keyLine(&p, node)
		case unstable.KeyValue:
			locateValue(&p, found, table, node)
		}
	}
	return found
}

// locate notes where the key of a node begins and returns its whole path.
func locate(p *unstable.Parser, found map[string]int, table []string, node *unstable.Node) []string {
	path := append([]string(nil), table...)
	line := keyLine(p, node)
	for it := node.Key(); it.Next(); {
		path = append(path, string(it.Node().Data))
		if _, seen := found[at(path...)]; !seen {
			found[at(path...)] = line
		}
	}
	return path
}

func locateValue(p *unstable.Parser, found map[string]int, table []string, node *unstable.Node) {
	locateInside(p, found, locate(p, found, table, node), node.Value())
}

// locateInside notes where the keys of a value begin, and the items of a list.
func locateInside(p *unstable.Parser, found map[string]int, path []string, value *unstable.Node) {
	switch value.Kind {
	case unstable.InlineTable:
		for it := value.Children(); it.Next(); {
			locateValue(p, found, path, it.Node())
		}
	case unstable.Array:
		i := 0
		for it := value.Children(); it.Next(); i++ {
			item := append(append([]string(nil), path...), index(i))
			if line := itemLine(p, it.Node()); line > 0 {
				found[at(item...)] = line
			}
			locateInside(p, found, item, it.Node())
		}
	}
}

// keyLine is the line on which the key of a node stands.
func keyLine(p *unstable.Parser, node *unstable.Node) int {
	if it := node.Key(); it.Next() {
		return p.Shape(it.Node().Raw).Start.Line
	}
	return 0
}

// itemLine is the line on which an item of a list begins: a table's is that of
// its first key. 0 when the parser does not tell.
func itemLine(p *unstable.Parser, node *unstable.Node) int {
	if node.Kind == unstable.InlineTable {
		if it := node.Children(); it.Next() {
			return keyLine(p, it.Node())
		}
		return 0
	}
	if node.Raw.Length == 0 {
		return 0
	}
	return p.Shape(node.Raw).Start.Line
}

// index names the item i of a list, for people, who count from 1.
func index(i int) string { return "[" + strconv.Itoa(i+1) + "]" }

// at names a key by its path, in lower case: the decoder takes any.
func at(path ...string) string { return strings.ToLower(strings.Join(path, "\x00")) }

// dotted writes a key's path for people.
func dotted(path []string) string { return strings.ReplaceAll(strings.Join(path, "."), ".[", "[") }
