package markdown

import (
	"strings"
	"testing"
)

// intact are texts of the kinds that renderers lose parts of, and what is shown
// of them: what is not shown are marks alone.
var intact = []struct{ in, want string }{
	{"Map<K, V> and List<List<T>>", "Map<K, V> and List<List<T>>"},
	{"a <details><summary>s</summary> b</details>", "a <details><summary>s</summary> b</details>"},
	{"x </think> y\n<think>z", "x </think> y\n<think>z"},
	{"<!-- a\nb -->\n<br>\n<hr/>", "<!-- a\nb -->\n<br>\n<hr/>"},
	{"<?php echo 1; ?> <![CDATA[x]]> <!DOCTYPE html> </b>", "<?php echo 1; ?> <![CDATA[x]]> <!DOCTYPE html> </b>"},
	{"<kbd>Ctrl</kbd>+<kbd>C</kbd>", "<kbd>Ctrl</kbd>+<kbd>C</kbd>"},
	{"&copy; &#x41; &lt;script&gt; a && b &y; &", "© A <script> a && b &y; &"},

	{"- a\n\n      x\ty", "• a\n\n    x   y"},
	{"- a\n\n  ```\n  \tx\n  ```", "• a\n\n        x"},
	{"1. a\n\n       code\n         more", "1. a\n\n     code\n       more"},
	{"````md\n```go\nx\n```\n````", "  md\n  ```go\n  x\n  ```"},
	{"~~~~\n~~~\n```\n~~~~", "  ~~~\n  ```"},
	{"``` a`b\nx", "``` a`b\nx"},
	{"```go {linenos=1}\nx\n```", "  go {linenos=1}\n  x"},
	{"`` ` `` `a\nb` `a", "````` `a b` `a"},

	{`US$5, $10–$20, $5 and $6, \$7`, `US$5, $10–$20, $5 and $6, $7`},
	{"$$\n\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}\n$$", "$$\n\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}\n$$"},
	{"\\begin{align*}\na &= *b* \\\\\nc_1 &= d_1\n\\end{align*}", "\\begin{align*}\na &= *b* \\\\\nc_1 &= d_1\n\\end{align*}"},
	{`so \begin{cases} a_1 & b \\ c & d_1 \end{cases} it is`, `so \begin{cases} a_1 & b \\ c & d_1 \end{cases} it is`},
	{"text\n\\begin{matrix}\n- 1 \\\\\n\\end{matrix}.\nmore", "text\n\n\\begin{matrix}\n- 1 \\\\\n\\end{matrix}.\n\nmore"},
	{"\\begin{a\nb} \\begin{} \\begin{a-b} \\beginning", "\\begin{a\nb} \\begin{} \\begin{a-b} \\beginning"},
	{`\begin{align} never *closed*`, `\begin{align} never *closed*`},
	{`$\foo{x} \\ y$ \(\unknown{a_b} * c * d\)`, `$\foo{x} \\ y$ \(\unknown{a_b} * c * d\)`},
	{"\\[\n\\frac{a}{b} \\\\\n\\]", "\\[\n\\frac{a}{b} \\\\\n\\]"},
	{`$$a \\ b$$ $$ a_b * c * d \$ $$`, `$$a \\ b$$ $$ a_b * c * d \$ $$`},

	{"trail  \nnext\\\nlast\\", "trail\nnext\nlast\\"},
	{`\<T\> \| \~ \$ \{ \} \! \: \/ \=`, `<T> | ~ $ { } ! : / =`},
	{`C:\Users\name \d \w \n`, `C:\Users\name \d \w \n`},
	{"text[^1]\n\n[^1]: a\n    b", "text[^1]\n\n[^1]: a\nb"},
	{"- [ ] a\n- [X] b\n- [-] c\n- [x]d", "[ ] a\n[x] b\n• [-] c\n• [x]d"},
	{"1. [x] done", "1. [x] done"},
	{"> > > a\n> > b\nc", "│ │ │ a\n│ │ │ b\n│ │ │ c"},
	{"> - a\n>   - b\n>\n> ```\n> c\n> ```", "│ • a\n│   • b\n│\n│   c"},

	{"| 名 | b |\n|:-:|--:|\n| 値値値 | 1 |", "  名   │ b\n───────┼──\n値値値 │ 1"},
	{"| a \\| b | c |\n|---|---|\n| `x \\| y` | z \\\\| w |", "a | b   │ c   │\n────────┼─────┼──\n`x | y` │ z \\ │ w"},
	{"|a|b|\n|-|-|\n|only|\n|x|y|extra|", "a    │ b │\n─────┼───┼──────\nonly │   │\nx    │ y │ extra"},
	{"| a | b |\n|---|---|\n| c<br>d | <b> |", "a │ b\n──┼────\nc │ <b>\nd │"},

	{`[l](u "t") [l](u 't') [l](u (t)) [l](<u v> "t")`, `l (u "t") l (u "t") l (u "t") l (u v "t")`},
	{"[a](http://x.example/a_(b)_c)", "a (http://x.example/a_(b)_c)"},
	{"[r][a] [a][]\n\n[a]: <http://x.example> 'T t'", "r (http://x.example \"T t\") a (http://x.example \"T t\")\n\n[a]: <http://x.example> 'T t'"},
	{"![i](x.png \"t\") ![][a]\n\n[a]: y", "i (x.png \"t\") y\n\n[a]: y"},
	{"<http://x.example/a*b*c> <mailto:a@b.example> <a.b>", "http://x.example/a*b*c mailto:a@b.example <a.b>"},
	{"http://x.example/a_b_c* www.x.example/?a=b&c=d.", "http://x.example/a_b_c* www.x.example/?a=b&c=d."},
	{"[a](\n[a](b\n[a] (b) [] [x](<a\nb>)", "[a](\n[a](b\n[a] (b) [] [x](<a\nb>)"},
	{"[[wiki]] [TOC] [^a b]: x", "[[wiki]] [TOC] [^a b]: x"},
	{"~~a~~ ~~~c ~~ d ~~", "a ~~~c ~~ d ~~"},

	{"Term\n: def one\n: def two", "Term\n: def one\n: def two"},
	{":smile: :+1: a:b:c ::", ":smile: :+1: a:b:c ::"},
	{"Head\n===\nb\n---\nc", "Head\n\nb\n\nc"},
	{"# a #b #\n\n#a\n\n####### x", "a #b\n\n#a\n\n####### x"},
	{"3) a\n4) b\n\n0) x", "3) a\n4) b\n5) x"},
	{"1234567890. a", "1234567890. a"},
	{"a * b * c ** a ** __x 5 * 3 _ 4", "a * b * c ** a ** __x 5 * 3 _ 4"},
	{"*a\n\nb*", "*a\n\nb*"},
	{"#!/bin/sh\n%PATH% {{x}} {% y %}\n@user #1", "#!/bin/sh\n%PATH% {{x}} {% y %}\n@user #1"},
	{":::note\nx\n:::\n\n> [!NOTE]\n> x", ":::note\nx\n:::\n\n│ [!NOTE]\n│ x"},
	{"a && b || c; x < y > z", "a && b || c; x < y > z"},
}

// TestTextsStayIntact shows them whole, and as they arrive byte by byte.
func TestTextsStayIntact(t *testing.T) {
	t.Parallel()
	rng := seeded(t)
	for _, c := range intact {
		if got := strings.TrimSuffix(stripped(fresh(plain(), c.in, 100)), "\n"); got != c.want {
			t.Errorf("%q is shown as\n%s\nwant\n%s", c.in, got, c.want)
		}
		live(t, rng, c.in, linked(), strings.Split(c.in, ""), widths[rng.IntN(len(widths))])
	}
}
