package markdown

import (
	"os"
	"testing"
	"time"

	"github.com/dlclark/regexp2"
)

// chroma gives each match of a lexer 250 ms, and code whose match took longer
// other colours. On a machine that stands still for a moment that makes the same
// text look different twice, so that here the clock of those matches stands still.
func TestMain(m *testing.M) {
	regexp2.SetTimeoutCheckPeriod(time.Hour)
	os.Exit(m.Run())
}
