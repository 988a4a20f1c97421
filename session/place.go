package session

// This file owns where a database lies, and what follows from it: which journal
// is used, and whether several programs may share the file. What the system
// says of a folder is asked in place_*.go.

import (
	"os"
	"path/filepath"
	"strings"
)

// Place is the file system that a database lies on.
type Place struct {
	Type  string // as the system names it ("ext4", "nfs"); "" when it doesn't say
	Local bool   // a disk of this computer, where locks and shared memory can be relied on
	Free  int64  // bytes that this person may still write; -1: unknown
}

// The journals, as SQLite names them.
const (
	walJournal      = "wal"
	rollbackJournal = "delete"
)

// Journal returns the journal that databases have there: the write-ahead log
// needs memory that all programs share, which no network gives.
func (p Place) Journal() string {
	if p.Local {
		return walJournal
	}
	return rollbackJournal
}

// Named returns the type for people.
func (p Place) Named() string {
	if p.Type == "" {
		return "an unknown file system"
	}
	return p.Type
}

// askPlace returns where path lies, or will lie.
func askPlace(path string, of func(dir string) Place) Place {
	if of == nil {
		of = placeOf
	}
	return of(existing(path, func(dir string) bool {
		_, err := os.Stat(dir)
		return err == nil
	}))
}

// existing returns the folder nearest above path that is there, which tells
// where path will lie.
func existing(path string, isThere func(string) bool) string {
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if isThere(dir) || dir == filepath.Dir(dir) {
			return dir
		}
	}
}

// mountedAs returns the type of the file system that holds dir, from a table
// as /proc/self/mountinfo has it, "" if it isn't there. Of those that are
// mounted at the same place the last one counts.
func mountedAs(table, dir string) (kind string) {
	longest := -1
	for line := range strings.Lines(table) {
		mount, source, found := strings.Cut(line, " - ")
		fields := strings.Fields(mount)
		if !found || len(fields) < 5 || len(strings.Fields(source)) == 0 {
			continue
		}
		at := unescapeMount.Replace(fields[4])
		if len(at) >= longest && (at == "/" || dir == at || strings.HasPrefix(dir, at+"/")) {
			longest, kind = len(at), strings.Fields(source)[0]
		}
	}
	return kind
}

var unescapeMount = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
