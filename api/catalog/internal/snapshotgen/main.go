// Command snapshotgen writes models.tsv, the models that are compiled into
// package catalog, from the facts collected of the vendor's documentation:
//
//	go generate ./api/catalog
//
// It copies facts and no prose. What a page claims only because it shares a
// template with other pages is no fact and left out.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := generate(); err != nil {
		fmt.Fprintln(os.Stderr, "snapshotgen:", err)
		os.Exit(1)
	}
}

// generate runs in the folder of package catalog.
func generate() error {
	facts, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "models.json"))
	if err != nil {
		return fmt.Errorf("read the collected facts: %w", err)
	}
	table, err := build(facts)
	if err != nil {
		return err
	}
	return os.WriteFile("models.tsv", table, 0o644)
}
