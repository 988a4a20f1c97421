package ui

import (
	"bytes"
	"testing"
)

func TestRegionsEndAtTheScreen(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"plain", "plain"},
		{"\x1b[3;19r\x1b[19;1H\x1b[2S\x1b[1;24r\x1b[17;3H", "\x1b[3;19r\x1b[19;1H\x1b[2S\x1b[r\x1b[17;3H"},
		{"\x1b[1;9r\x1b[9;1H\n\x1b[1;24r\x1b[2;3H\x1b[4;8r\x1b[4;1H\x1b[T\x1b[1;24r\x1b[1;1Hr\x1b[", "\x1b[1;9r\x1b[9;1H\n\x1b[r\x1b[2;3H\x1b[4;8r\x1b[4;1H\x1b[T\x1b[r\x1b[1;1Hr\x1b["},
		{"r\x1b[1;24H\x1b[;r\x1b[38;2;1;2;3mr\x1b[m", "r\x1b[1;24H\x1b[;r\x1b[38;2;1;2;3mr\x1b[m"},
	} {
		var out bytes.Buffer
		in := []byte(tt.in)
		if n, err := (steady{&out}).Write(in); n != len(in) || err != nil {
			t.Errorf("%q: wrote %d, %v", tt.in, n, err)
		}
		if out.String() != tt.want {
			t.Errorf("%q\nbecomes\n%q\nnot\n%q", tt.in, out.String(), tt.want)
		}
		if string(in) != tt.in {
			t.Error("what was given is changed")
		}
	}
}
