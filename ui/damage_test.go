package ui

import (
	"database/sql"
	"path/filepath"
	"testing"
)

// What the disk changed by itself is shown, and named: nobody takes it for what
// was said.
func TestDamageIsNamed(t *testing.T) {
	w := newWorld(t)
	s, end := w.open(w.options(), 80, 24)
	w.turn(s, "one", "first answer")
	s.WaitForText("first answer", "enter send")
	end()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "aimlchat.db"))
	must(t, err)
	must(t, exec(db, "UPDATE parts SET text = 'first blunder' WHERE text = 'first answer'"))
	must(t, db.Close())
	o := w.options()
	o.Open = Open{Continue: true}
	s, _ = w.open(o, 80, 24)
	s.WaitForText("first blunder", "This message is damaged", "doctor --repair")
	w.turn(s, "two", "second answer") // it goes on
	s.WaitForText("second answer", "enter send")
}
