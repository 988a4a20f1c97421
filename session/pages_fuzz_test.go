package session

import (
	"bytes"
	"math/rand/v2"
	"os"
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
	f.Fuzz(func(t *testing.T, file, log []byte) {
		im := openImage(bytes.NewReader(file), int64(len(file)), bytes.NewReader(log), int64(len(log)))
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
