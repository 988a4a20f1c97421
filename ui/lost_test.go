package ui

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// A batch that was on its way to Update when the program ended is not lost: it
// may hold the end of an answer that nobody else has saved.
func TestABatchOnItsWayIsTakenInAtTheEnd(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var pumps sync.WaitGroup
	m := New(ctx, &pumps, w.options())
	store, err := m.opts.Store(ctx, func(error) {})
	must(t, err)
	m.storeOpened(storeMsg{store: store})
	m.store = nil // the answer is not recorded
	m.enqueue(prompt{text: "one"})
	w.next().finish("first answer")
	pumps.Wait()
	_ = m.conv.turn.batch.take() // and the message went nowhere
	m.conv.turn.batch.lost().placed.err = errors.New("the disk is full")
	m.store = store
	m.close()

	again, err := w.options().Store(ctx, func(error) {})
	must(t, err)
	newest, err := again.Newest(ctx, session.KindChat)
	must(t, err)
	path, err := again.Path(ctx, newest.ID)
	must(t, err)
	if len(path) != 2 || path[1].Content() != "first answer" || path[1].Finish != api.FinishStop {
		t.Errorf("saved %+v", path)
	}
	must(t, again.Close())
}
