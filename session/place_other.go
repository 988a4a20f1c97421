//go:build !linux && !darwin && !freebsd && !dragonfly && !windows

package session

// This file stands where the system isn't asked: the place stays unknown.

func placeOf(string) Place { return Place{Free: -1} }
