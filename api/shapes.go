// This file opens the shapes of keys to rooms that write texts of a person out
// where others read them. The shapes themselves are in secrets.go.

package api

// WithoutSecrets returns s with an ellipsis in the place of whatever looks like
// anybody's key: by how it begins, or by what is said before it.
func WithoutSecrets(s string) string { return withoutSecrets(s) }
