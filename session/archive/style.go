package archive

// This file owns how the page of an export looks: on a screen, light or dark as
// the reader has it, and on paper.

const style = `
:root{--ink:#1c2128;--soft:#59636e;--paper:#fff;--panel:#f4f6f8;--line:#d5dbe1;--mark:#0b62c4}
@media (prefers-color-scheme:dark){:root{--ink:#dfe5ec;--soft:#949eab;--paper:#12161c;--panel:#1b2129;--line:#333c47;--mark:#74b2ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:50rem;padding:1.5rem 1.25rem 4rem;background:var(--paper);color:var(--ink);
font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
h1,h2,h3,h4{line-height:1.25;margin:1.4em 0 .5em}
.said h1{font-size:1.4rem}.said h2{font-size:1.2rem}.said h3{font-size:1.05rem}.said h4,.said h5,.said h6{font-size:1rem}
li:has(>input,>p>input){list-style:none}li input{margin:0 .4em 0 -1.4em}
body>main>header{border-bottom:1px solid var(--line);margin-bottom:1.5rem}
main>header h1{margin:.2em 0}main>header p{color:var(--soft);margin:.2em 0 1em}
main+main{margin-top:4rem}
nav{margin-bottom:3rem}
a{color:var(--mark)}
article{margin:1.5rem 0;padding:.1rem 0 .1rem 1rem;border-left:3px solid transparent}
article.user{border-left-color:var(--mark);background:var(--panel);border-radius:0 .4rem .4rem 0;padding:.6rem 1rem}
article:target{outline:2px solid var(--mark);outline-offset:.3rem}
article>header{font-size:.9rem;color:var(--soft)}article>header b{color:var(--ink)}
article>footer,figcaption,.file{font-size:.85rem;color:var(--soft)}
.said{unicode-bidi:isolate}.said>:first-child{margin-top:.4rem}.said>:last-child{margin-bottom:.4rem}
.steps{white-space:nowrap}.steps a{padding:0 .3em;text-decoration:none}
section{border-top:1px dashed var(--line);margin-top:3rem}section h2{font-size:1.1rem}
details{margin:.6rem 0;color:var(--soft);border-left:2px solid var(--line);padding-left:.8rem}summary{cursor:pointer}
pre{background:var(--panel);border:1px solid var(--line);border-radius:.4rem;padding:.7rem .9rem;overflow-x:auto;white-space:pre-wrap;tab-size:4}
code,pre{font:.9em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
pre code{font-size:1em}
p code,li code,td code{background:var(--panel);border-radius:.2rem;padding:.1em .3em}
blockquote{margin:1em 0;padding-left:1em;border-left:3px solid var(--line);color:var(--soft)}
table{border-collapse:collapse;display:block;overflow-x:auto}th,td{border:1px solid var(--line);padding:.3rem .6rem}th{background:var(--panel)}
figure{margin:1rem 0}img{max-width:100%;height:auto;border-radius:.4rem}
hr{border:0;border-top:1px solid var(--line);margin:2em 0}
@media print{
:root{--ink:#000;--soft:#444;--paper:#fff;--panel:#f4f4f4;--line:#bbb;--mark:#000}
body{max-width:none;padding:0;font-size:10.5pt}
article>header,h1,h2,h3,h4{break-after:avoid}pre,table,figure,blockquote{break-inside:avoid}
details:not([open])>*{display:none}details:not([open])>summary{display:block}
.said a::after{content:" <" attr(href) ">";font-size:.85em}
main+main{break-before:page;margin-top:0}
}
`
