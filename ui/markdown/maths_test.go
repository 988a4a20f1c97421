package markdown

import (
	"strings"
	"testing"
)

func TestFormulasInUnicode(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`x`:                                   "x",
		`E = mc^2`:                            "E = mc²",
		`\alpha + \beta_1`:                    "α + β₁",
		`\frac{1}{2}`:                         "½",
		`\frac{a+b}{c}`:                       "(a+b)/c",
		`\frac{dy}{dx}`:                       "dy/dx",
		`\frac{1}{2a}`:                        "1/(2a)",
		`\frac{-b \pm \sqrt{b^2-4ac}}{2a}`:    "(-b ± √(b²-4ac))/(2a)",
		`\sqrt{x} + \sqrt[3]{27}`:             "√x + ∛27",
		`\sum_{i=1}^{n} i = \frac{n(n+1)}{2}`: "∑ᵢ₌₁ⁿ i = (n(n+1))/2",
		`x \in \mathbb{R}`:                    "x ∈ ℝ",
		`a\le b`:                              "a ≤ b",
		`f: A \to B`:                          "f: A → B",
		`\left( a, b \right]`:                 "( a, b ]",
		`\text{if } x > 0`:                    "if x > 0",
		`\sin x + \log n`:                     "sin x + log n",
		`\sin(x)`:                             "sin(x)",
		`2\sin\theta`:                         "2sin θ",
		`\hat{x}`:                             "x\u0302",
		`90^\circ`:                            "90°",
		`\{1, \ldots, n\}`:                    "{1, …, n}",
		`O(n \log n)`:                         "O(n log n)",
		`\int_0^1 x\,dx`:                      "∫₀¹ x dx",
		`x'`:                                  "x′",
	} {
		if got, ok := unicodeFormula(in); !ok || got != want {
			t.Errorf("%s is %q, %v; want %q", in, got, ok, want)
		}
	}
}

// TestFormulasAsTheyAre lists what is not understood to its last character.
func TestFormulasAsTheyAre(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		`\begin{pmatrix} a & b \\ c & d \end{pmatrix}`, `x^{\alpha_Q}`, `a_{Q}`, `\unknown{x}`, `\frac{a}`, `\sqrt[5]{x}`, `a \\ b`,
		`\lim_{x \to 0}`, `}`, `{`, `\`, `^`, `x^`, `_2^`, `\text{a`, `\frac`, `\mathbb{RR}`, ``, ` `, `\hat{xy}`, strings.Repeat("{", 50) + strings.Repeat("}", 50),
	} {
		if got, ok := unicodeFormula(in); ok {
			t.Errorf("%s is read as %q", in, got)
		}
		for _, marks := range [][2]string{{`\(`, `\)`}, {"$$", "$$"}, {"\\[\n", "\n\\]"}, {"$$\n", "\n$$"}} {
			text := marks[0] + in + marks[1]
			if strings.TrimSpace(in) == "" {
				continue
			}
			if got := strings.TrimSuffix(stripped(fresh(plain(), text, 200)), "\n"); got != text {
				t.Errorf("%q is shown as %q", text, got)
			}
		}
	}
}

// TestNoFormulas lists what has dollars and brackets but is none.
func TestNoFormulas(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		`$HOME/bin:$PATH`, `$HOME_DIR:$PATH and $x_i:$PATH`, `it costs $5 and $6`, `\[sic\] \(see there\) \[1\] \[x\]`, `$5-$10`, `US$ and A$`, `$name$`,
		`$a:b$`, `C:\new\table \alpha \frac{1}{2} \\server`, `\(x`, `\[ x^2`, `$$x^2`, `$x_1`,
	} {
		want := strings.ReplaceAll(in, `\\`, `\`)
		if got := strings.TrimSuffix(stripped(fresh(plain(), in, 200)), "\n"); got != want {
			t.Errorf("%q is shown as %q", in, got)
		}
	}
}

func TestLiveEqualsFreshMaths(t *testing.T) {
	t.Parallel()
	text := "So \\(x_1 + \\alpha\\) and $E = mc^2$, $HOME:$PATH; $$\\frac{1}{2}$$ or \\[ \\sum_{i=1}^n i \\]\n\n\\[\n\\begin{cases} a & b \\\\ c\n\\end{cases}\n\\]\n\n$$\nx^2\n+ y^2\n$$\n\n- item\n  $$\n  z_1\n  $$\n\n> \\[\n> \\beta\n> \\].\n\n| a |\n|---|\n| $x^2$ |\n\n$$\nopen\n\ntext"
	rng := seeded(t)
	live(t, rng, "maths", linked(), strings.Split(text, ""), 40)
	live(t, rng, "maths", plain(), cuts(rng, text, 9), 20)
}

func FuzzFormula(f *testing.F) {
	for _, s := range []string{`\frac{a}{b}`, `x^{2}_i`, `\left(\sqrt[3]{x}\right)`, `\text{a}`, `{}`, `\,`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, ok := unicodeFormula(s); ok && (got == "" || strings.ContainsAny(got, "\n\t")) {
			t.Errorf("%q is %q", s, got)
		}
	})
}
