package api

import (
	"os"
	"path/filepath"
	"testing"
)

// shared opens a file of the test data that others wrote, which lies beside the
// repository and is no part of it.
func shared(t *testing.T, name string) []byte {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	data, err := os.ReadFile(filepath.Join(dir, "..", "shared", "data", name))
	if os.IsNotExist(err) {
		t.Skipf("../shared/data/%s is not here: it is no part of the repository", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// table prints a line of the table of results that CONTRIBUTING.md names.
func table(t *testing.T, what string, good, all int) {
	t.Helper()
	t.Logf("table: %-40s %4d/%d", what, good, all)
}
