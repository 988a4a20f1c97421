package session

import (
	"bytes"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

// Whatever a file holds, reading it ends, in memory that its size allows.
func FuzzPages(f *testing.F) {
	s := newStore(f)
	begin(f, s, "hello")
	log, err := os.ReadFile(s.path + "-wal")
	ok(f, err)
	random := rand.New(rand.NewPCG(7, 8))
	s.mustExec(f, "PRAGMA wal_checkpoint(TRUNCATE)")
	data, err := os.ReadFile(s.path)
	ok(f, err)
	few := log[:min(len(log), logHead+2*(frameHead+usualPage))]
	f.Add(data[:usualPage], few) // small, or mutating them takes all the time
	for page := usualPage; page+usualPage <= len(data); page += 5 * usualPage {
		broken := bytes.Clone(few)
		broken[random.IntN(len(broken))]++
		f.Add(data[page:page+usualPage], broken)
	}
	journal := append([]byte(journalMagic), 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 2, 0, 0, 0, 16, 0)
	journal = append(append(journal, make([]byte, 512-journalHead)...), append([]byte{0, 0, 0, 1}, data[:usualPage]...)...)
	f.Add(data[:usualPage], append(journal, 0, 0, 0, 0))
	f.Fuzz(func(t *testing.T, file, log []byte) {
		var im *image
		if strings.HasPrefix(string(log), journalMagic) {
			im = openImage(bytes.NewReader(file), int64(len(file)), nil, 0)
			im.undo(bytes.NewReader(log), int64(len(log)))
		} else {
			im = openImage(bytes.NewReader(file), int64(len(file)), bytes.NewReader(log), int64(len(log)))
		}
		w := newWreck(im)
		ok(t, w.explore(t.Context()))
		_ = w.newer("x")
		w.settle()
		for _, m := range w.messages {
			if m.at != nil && len(w.again(*m.at)) < 13 {
				t.Errorf("message %s can't be read again", m.id)
			}
		}
	})
}
