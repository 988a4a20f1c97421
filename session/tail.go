package session

// This file owns the end of a long conversation, which is what is read first.
// It refuses to know how much of it a screen takes.

import "context"

// PathTail returns the last n messages of what [Store.Path] returns, without
// reading those before them. One that starts there has a ParentID all the same.
func (s *Store) PathTail(ctx context.Context, sessionID string, n int) ([]Message, error) {
	return s.lastOf(ctx, sessionID, max(n, 0))
}
