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
	data, err := os.ReadFile(s.path)
	ok(f, err)
	log, err := os.ReadFile(s.path + "-wal")
	ok(f, err)
	random := rand.New(rand.NewPCG(7, 8))
	f.Add(data, log)
	for range 5 {
		broken := bytes.Clone(log)
		broken[random.IntN(len(broken))]++
		f.Add(data[:len(data)/2], broken)
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
