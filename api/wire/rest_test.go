package wire

import (
	"io"
	"testing"
	"testing/synctest"
	"time"
)

// pieces is a body that brings one piece every four milliseconds, and whatever
// has come since the last read.
type pieces struct {
	began  time.Time
	single bool // one for each read, however many there are
	size   int  // of a piece, in bytes; 0: 1
	given  int
	reads  int
}

const pieceEvery = 4 * time.Millisecond

func (b *pieces) Read(p []byte) (int, error) {
	b.reads++
	if b.given == 1000 {
		return 0, io.EOF
	}
	ready := int(time.Since(b.began)/pieceEvery) + 1
	if ready <= b.given {
		time.Sleep(time.Until(b.began.Add(time.Duration(b.given) * pieceEvery)))
		ready = b.given + 1
	}
	n := min(ready, 1000) - b.given
	if b.single {
		n = 1
	}
	b.given += n
	return n * max(1, b.size), nil
}

// Once an answer arrives, what comes while the reader rests is read at once; its
// beginning is never delayed.
func TestReaderRests(t *testing.T) {
	for _, tt := range []struct {
		progress Progress
		reads    int // at most
		least    int
	}{{Waiting, 1001, 1001}, {Arriving, 260, 200}, {Complete, 1001, 1001}} {
		synctest.Test(t, func(t *testing.T) {
			body := &pieces{began: time.Now()}
			s := &stream{watched: t.Context(), progress: tt.progress}
			if _, err := io.Copy(io.Discard, &restingReader{r: body, s: s}); err != nil {
				t.Fatal(err)
			}
			if body.reads > tt.reads || body.reads < tt.least {
				t.Errorf("progress %d: %d reads", tt.progress, body.reads)
			}
			if took := time.Since(body.began); took > 1000*pieceEvery+2*longRest {
				t.Errorf("progress %d: took %v", tt.progress, took)
			}
		})
	}
}

// A flood is read so often, of TLS or not, and what is read stays in step with it.
func TestReaderRestsLongInAFlood(t *testing.T) {
	for name, tt := range map[string]struct {
		plain, single bool
		least, most   int // rests
	}{"plain": {true, false, 62, 70}, "TLS": {false, true, 58, 70}} {
		synctest.Test(t, func(t *testing.T) {
			body := &pieces{began: time.Now(), size: 160, single: tt.single}
			r := &restingReader{r: body, s: &stream{watched: t.Context(), progress: Arriving}, plain: tt.plain}
			rests := 0
			for err := error(nil); err == nil; {
				if r.rest > 0 {
					rests++
				}
				_, err = r.Read(make([]byte, 4<<10))
			}
			if rests < tt.least || rests > tt.most {
				t.Errorf("%s: rested %d times", name, rests)
			}
			if took := time.Since(body.began); took > 1000*pieceEvery+2*floodRest {
				t.Errorf("%s: took %v", name, took)
			}
		})
	}
}

// Nor does it fall behind where each read brings one piece, as below TLS.
func TestReaderReadsAllThereIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := &pieces{began: time.Now(), single: true}
		s := &stream{watched: t.Context(), progress: Arriving}
		if _, err := io.Copy(io.Discard, &restingReader{r: body, s: s}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(body.began); took > 1000*pieceEvery+2*longRest {
			t.Errorf("took %v", took)
		}
	})
}

// timed is a body that brings a byte at each of its times.
type timed struct{ at []time.Time }

func (b *timed) Read(p []byte) (int, error) {
	if len(b.at) == 0 {
		return 0, io.EOF
	}
	time.Sleep(time.Until(b.at[0]))
	n := 0
	for n < len(b.at) && !b.at[n].After(time.Now()) {
		n++
	}
	b.at = b.at[n:]
	return n, nil
}

// What comes more slowly than the reader rests is read when it comes: from the
// beginning, and after a flood.
func TestReaderDelaysNothingSlow(t *testing.T) {
	for name, tt := range map[string]struct {
		flood int // pieces
		gap   time.Duration
	}{"from the beginning": {0, shortRest + time.Millisecond}, "after a flood": {100, 2 * floodRest}} {
		synctest.Test(t, func(t *testing.T) {
			now, body := time.Now(), &timed{}
			for range tt.flood {
				now = now.Add(pieceEvery)
				body.at = append(body.at, now)
			}
			for i := range 20 {
				now = now.Add(tt.gap + time.Duration(i)*time.Millisecond)
				body.at = append(body.at, now)
			}
			slow := body.at[tt.flood:]
			r := &restingReader{r: body, s: &stream{watched: t.Context(), progress: Arriving}}
			for len(body.at) > 0 {
				if _, err := r.Read(make([]byte, 100)); err != nil {
					t.Fatal(err)
				}
				if i := len(slow) - len(body.at) - 1; i >= 0 && !slow[i].Equal(time.Now()) {
					t.Errorf("%s: piece %d came %v late", name, i, time.Since(slow[i]))
				}
			}
		})
	}
}

// bulk is a body that has all at once.
type bulk struct{ left int }

func (b *bulk) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), b.left)
	b.left -= n
	return n, nil
}

// Who has much to say is not held up.
func TestReaderKeepsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		s := &stream{watched: t.Context(), progress: Arriving}
		if _, err := io.Copy(io.Discard, &restingReader{r: &bulk{64 << 20}, s: s}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > shortRest {
			t.Errorf("64 MB took %v", took)
		}
	})
}
