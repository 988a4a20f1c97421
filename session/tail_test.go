package session

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
)

func TestPathTailIsTheEndOfThePath(t *testing.T) {
	s := newStore(t)
	sessionID, parent := begin(t, s, "first")
	for i := range 9 {
		id := NewID(noon)
		ok(t, s.Append(t.Context(), text(id, sessionID, parent, fmt.Sprintf("message %d", i))))
		parent = id
	}
	all := loaded(t, s, sessionID)
	for _, n := range []int{1, 2, 9, 10, 11, 1000} {
		tail, err := s.PathTail(t.Context(), sessionID, n)
		ok(t, err)
		if want := all[max(0, len(all)-n):]; !reflect.DeepEqual(tail, want) {
			t.Errorf("the last %d are %v, want %v", n, tail, want)
		}
	}
	if _, err := s.PathTail(t.Context(), "none", 5); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}
