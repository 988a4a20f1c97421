package transcript

import (
	"math/rand/v2"
	"os"
	"testing"

	"github.com/aimlchat/aimlchat/themes"
)

// What is shown after any use is what a transcript without a memory shows.
func TestNothingStaleIsShown(t *testing.T) {
	seeds := uint64(3)
	if os.Getenv("AIMLCHAT_LONG") != "" {
		seeds = 20
	}
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 9))
		tr := finder(30+rng.IntN(100), 5+rng.IntN(40))
		queries := []string{"needle", "hay", "Where", "e", "in thought", "by hand", "", "nothing"}
		ways := []func(){
			func() { tr.Find(queries[rng.IntN(len(queries))]) },
			func() { tr.FindNext(1) },
			func() { tr.FindNext(-1) },
			func() { tr.EndFind() },
			func() { tr.ToggleRaw() },
			func() { tr.SetBeside(rng.IntN(2) == 0) },
			func() { tr.CycleFold() },
			func() { tr.ScrollBy(rng.IntN(60) - 30) },
			func() { tr.SelectQuestion(1 - 2*rng.IntN(2)) },
			func() { tr.Select(1 - 2*rng.IntN(2)) },
			func() { tr.Resize(rng.IntN(120), rng.IntN(40)) },
			func() { tr.SetTheme([]themes.Theme{themes.Dark(), themes.Plain()}[rng.IntN(2)], true) },
			func() { tr.Append(&User{Text: "one more needle"}) },
		}
		for range 60 {
			n := rng.IntN(len(ways))
			ways[n]()
			tr.Layout()
			shown := tr.View()
			for _, e := range tr.entries {
				switch e := e.(type) {
				case *User:
					e.key = wrapKey{}
				case *Answer:
					e.done, e.answer, e.thought, e.written = nil, arriving{}, arriving{}, rawText{}
				}
			}
			if tr.Layout(); tr.View() != shown {
				t.Fatalf("seed %d, way %d: shown is\n%s\nfresh is\n%s", seed, n, shown, tr.View())
			}
		}
	}
}
