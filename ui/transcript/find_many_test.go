package transcript

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/themes"
)

// From match to match, a thousand times there and back: each is counted and shown.
func TestFindAmongThousands(t *testing.T) {
	tr := New(themes.Dark(), true)
	tr.Resize(80, 24)
	for i := range 100 {
		tr.Append(&User{Text: fmt.Sprint("needle ", i)})
		tr.Append(&Answer{Model: "m", Reply: reply("", strings.Repeat("a **needle** in hay\n\n", 10))})
	}
	tr.Layout()
	tr.Top()
	tr.Find("needle")
	tr.Layout()
	for i := 1; i <= 1050; i++ {
		f := tr.Found()
		if f.Current != i || f.Total != 1100 {
			t.Fatalf("match %d is %+v", i, f)
		}
		tr.FindNext(1)
		tr.Layout()
	}
	for range 100 {
		tr.FindNext(-1)
		tr.Layout()
	}
	if f := tr.Found(); f.Current != 951 {
		t.Errorf("a hundred back from 1051 is match %+v", f)
	}
	tr.Find("[needle") // stands in no text
	if f := tr.Found(); f.Total != 0 {
		t.Errorf("found %+v", f)
	}
}
