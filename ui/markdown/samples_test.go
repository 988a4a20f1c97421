package markdown

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// samples are documents, each around one thing that markdown can do or break.
var samples = []string{
	"",
	"\n\n\n",
	"one line",
	"two\nlines",
	"two\n\nparagraphs  \nwith a hard break\\\nand another",
	"trailing spaces   \n   leading spaces\n",
	"*emphasis* **strong** ***both*** ~~gone~~ _under_ __score__ snake_case_name 2*3*4",
	"unclosed *emphasis and **strong and `code and [link",
	"a `code span` and ``one with ` tick`` and ` spaced `",
	"# One\n## Two\n### Three\n#### Four\n##### Five\n###### Six\n####### seven\n#no heading",
	"Title\n=====\ntext\n\nSubtitle\n---\nmore\n\nTwo\nlines\n===",
	"# closed #\n#\n## \ntext after",
	"above\n\n---\n\nbelow\n\n***\n___\n- - -\nend",
	"- a\n- b\n- c\n",
	"- a\n\n- b\n\n\n- c\n\nafter",
	"* a\n  * b\n    * c\n      more of c\n  * d\n* e",
	"1. a\n2. b\n3. c",
	"7. seven\n8. eight\n10. ten\n\ntext\n\n2) two\n3) three",
	"1. step:\n\n   ```sh\n   ls -l\n   ```\n\n2. step:\n   ```\n   x\n   ```\n3. end",
	"- a\n* b\n+ c\n1. d\n1) e",
	"- a\nlazy\n- b\n\n  second paragraph\n\n      code\n- c",
	"-\n- \n- x\n-\ty\n\n-",
	"- - - a\n- 1. b\n     c",
	"- [ ] todo\n- [x] done\n- [X] DONE\n- [] none\n1. [ ] numbered",
	"text\n- list right after\n- more\n\n12. not one\ntext\n12. inside",
	"> quote\nlazy\n> more\n\n> another\n>\n> > nested\n> > > deep\n>\n> - list\n>   1. in it\n>\n> ```go\n> x := 1\n> ```",
	">\n> a\n>\n\n>no space",
	"```go\nfunc main() {\n\tx := \"tab\"\t// c\n}\n```\nafter",
	"```\nno language\n\n\nblank lines\n```",
	"```nosuchlanguage\nx = 1\n```\n~~~python\ndef f():\n    \"\"\"doc\n    string\"\"\"\n~~~",
	"```js\n/* a comment\nover many\nlines */\nlet x = `a\nb`;\n",
	"````md\n```go\nx\n```\n````\n```unclosed\nx\n``",
	"```a`b\nnot a fence\n",
	"  ```go\n  indented\n    more\n  ```\n   text",
	"    indented code\n    more\n\n    after blank\ntext\n\n\tby tab",
	"| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nafter",
	"a | b\n:-- | --:\nx | y\n| only one |\n| one | two | three |\ntext in the table\n\nout",
	"| 名前 | 値段 | 🍎 |\n|:--|:-:|--:|\n| りんご | 百円 | 👩‍💻 |\n| a \\| b | `c \\| d` | <br> |\n| x<br>y | **b** | [l](https://e.example) |",
	"| head |\nno table\n\n| a | b |\n|---|\n| c |\n\nx\n| a | b |\n|---|---|\n| 1 | 2 |",
	"| " + strings.Repeat("long word ", 20) + "| b |\n|---|---|\n| " + strings.Repeat("x", 200) + " | y |",
	"|" + strings.Repeat("a|", 30) + "\n|" + strings.Repeat("-|", 30) + "\n|" + strings.Repeat("bcd|", 30),
	"[label](https://example.com \"title\") [a](<b c>) [e]() [https://x.example](https://x.example/) <https://auto.example> <me@mail.example>",
	"https://bare.example/a_b_c?d=e&f=g#h. www.bare.example, x@y.example; (https://in.example/paren)",
	"[ref] [ref][] [text][ref] [other][REF] [none]\n\n[ref]: https://ref.example 'Title'\n\n[ref]: https://second.example",
	"text [a]\n\n- item [a]\n- [b]\n\n> [a] [b]\n\n[a]: /url\n[b]: <x y>\nnot a definition\n\n[c]:\n/next\n\"title\"\n\n[c]",
	"![image](https://img.example/x.png) ![](y.png) [![badge](b.svg)](https://link.example)",
	"[google.com](https://evil.example) [javascript](javascript:alert(1)) [файл](file:///etc/passwd) https://аpple.com/",
	"note[^1] and[^note]\n\n[^1]: one\n[^note]: two words",
	"Vec<T> and <think>thought</think> and <T> <b>bold</b> <!-- comment --> <br/> a < b > c",
	"<think>\nlet me see\n\n- a\n</think>\n\n<details>\n<summary>x</summary>\n\n**y**\n</details>",
	"\\(x_1 * y * z\\) and \\[ \\frac{a}{b} \\] and $a_b$ $$c*d*e$$ cost $5 and $6 \\* \\_ \\\\ \\a",
	"so\n$$\na\n+ b\n- c\n$$\nand\n\n\\[\nx\n\\]\ny\n\n$$\nnever closed\n\ntext",
	"&lt;tag&gt; &amp; &copy; &#27;[31m &#x1b;]0;t&#7; &nosuch; &#xfeff; &AMP",
	"\x1b[31mred\x1b[0m \x07 \u009b2J \u202etxet\u202c a\x00b \r\nc\rd",
	"[\x1b]0;t\x07ok](https://e.example/\x1b]52;c;eA==\x07) [x](https://e.example/\u009c&#27;)",
	"日本語の文章はとても長いので折り返しが必要です。句読点、括弧「など」も考慮します。English words も混ざる。",
	"한국어 문장 👨‍👩‍👧‍👦👍🏽🇳🇴 e\u0301 שלום עולם می‌خواهم ไทย",
	strings.Repeat("word ", 200),
	strings.Repeat("w", 500) + " " + strings.Repeat("日", 200),
	"https://example.com/" + strings.Repeat("path/", 60),
	"```\n" + strings.Repeat("long code line ", 40) + "\n\tx\n" + strings.Repeat("日本", 80) + "\n```",
	"text\n```go\ncode\n```\ntext\n# head\n> q\n***\n- l\n    \n    code?\n",
	"a\n\n\n\n\nb\n \n \t\nc",
	"\xff\xfe broken \xe2\x82 utf-8",
	"\ufeffbom \u200b zero \ufe0f width \u200d",
	"- a\n  > quote\n  > more\n\n  | t | u |\n  |---|---|\n  | 1 | 2 |\n- b\n\n  ***\n- c\n  # head",
	"1. a\n   1. b\n      1. c\n         - d\n           text\n\n           para\n2. e",
	"| <b>\t$5 | <b>\t$5 |\n|:-:|:-:",
	"- a\n\n\n  b\n\nc\n- d\n---\n- e\n===\n",
	"*a\nb* **c\nd** `e\nf` [g\nh](i)\n~~j\nk~~",
	strings.Repeat("> ", 60) + "deep",
	strings.Repeat("[", 600) + strings.Repeat("*", 600) + "a",
}

// mixture returns about n bytes of the kind of text that models write.
func mixture(rng *rand.Rand, n int) string {
	var b strings.Builder
	words := strings.Fields("the quick brown fox *jumps* over **the** lazy `dog` and [runs](https://example.com) through naïve 日本語 text, which 👍 ends. Then it_goes on; Vec<T> \\(x\\) ~~not~~ so (far) https://a.example/b")
	prose := func(n int) string {
		var s []string
		for range n {
			s = append(s, words[rng.IntN(len(words))])
		}
		return strings.Join(s, " ")
	}
	for b.Len() < n {
		switch rng.IntN(9) {
		case 0:
			fmt.Fprintf(&b, "%s %s\n\n", strings.Repeat("#", 1+rng.IntN(4)), prose(4))
		case 1, 2, 3:
			fmt.Fprintf(&b, "%s\n\n", prose(20+rng.IntN(60)))
		case 4:
			for range 2 + rng.IntN(6) {
				fmt.Fprintf(&b, "- %s\n", prose(3+rng.IntN(15)))
				if rng.IntN(3) == 0 {
					fmt.Fprintf(&b, "  - %s\n", prose(8))
				}
			}
			b.WriteString("\n")
		case 5:
			for i := range 2 + rng.IntN(4) {
				fmt.Fprintf(&b, "%d. %s\n", i+1, prose(3+rng.IntN(15)))
			}
			b.WriteString("\n")
		case 6:
			b.WriteString(code(rng, 3+rng.IntN(25)))
		case 7:
			b.WriteString("| a | b | c |\n|---|:-:|--:|\n")
			for range 2 + rng.IntN(6) {
				fmt.Fprintf(&b, "| %s | %s | %d |\n", prose(2), prose(1+rng.IntN(8)), rng.IntN(1000))
			}
			b.WriteString("\n")
		case 8:
			fmt.Fprintf(&b, "> %s\n> %s\n\n", prose(12), prose(9))
		}
	}
	return b.String()
}

// code returns a fenced block of some lines.
func code(rng *rand.Rand, lines int) string {
	var b strings.Builder
	b.WriteString("```go\n")
	for i := range lines {
		switch rng.IntN(5) {
		case 0:
			fmt.Fprintf(&b, "func f%d(a int, s string) error { // a comment\n", i)
		case 1:
			fmt.Fprintf(&b, "\tx%d := fmt.Sprintf(\"%%d items\", len(items))\n", i)
		case 2:
			b.WriteString("\tif err != nil {\n\t\treturn err\n\t}\n")
		case 3:
			b.WriteString("}\n\n")
		case 4:
			b.WriteString("/* a longer comment\n   over two lines */\n")
		}
	}
	b.WriteString("```\n\n")
	return b.String()
}
