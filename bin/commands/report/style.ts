/** The styles of the report: for wide and narrow screens, light and dark, and A4. Only fonts that every system has. */

/** Text has a contrast of at least 4.5 to 1, marks of at least 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11). */
const LIGHT = `
--ground:#fff;--text:#1b2129;--soft:#57606b;--line:#d6dbe1;--stripe:#f3f5f7;--code:#eef1f4;
--good:#17692f;--good-ground:#e7f5ea;--bad:#b3140c;--bad-ground:#fdebe9;--warn:#7d4e00;--warn-ground:#fff3d9;--plain:#2f4a6b;--plain-ground:#eaf0f7;
--ok:#2b7a3d;--refused:#c0190f;--throttled:#b05f00;--forbidden:#7d22a3;--unknown:#0d5fb0;--no-answer:#4d5763;--cut:#eceff2`;
const DARK = `
--ground:#12181f;--text:#e6eaee;--soft:#a3adb8;--line:#36414d;--stripe:#1a222b;--code:#222c36;
--good:#86db97;--good-ground:#14301c;--bad:#ff9d94;--bad-ground:#451a17;--warn:#f4c566;--warn-ground:#3a2c0c;--plain:#a9c7ea;--plain-ground:#1b2a3c;
--ok:#6cc97f;--refused:#ff7b70;--throttled:#f0a03c;--forbidden:#d58cf5;--unknown:#6db4f7;--no-answer:#aab4bf;--cut:#1f2832`;

const SCREEN = `
*{box-sizing:border-box}
html{background:var(--ground);color:var(--text);color-scheme:light dark}
body{font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;max-width:1120px;margin:0 auto;padding:24px 20px 48px;overflow-wrap:anywhere}
p,ul,ol,dl,dd,h1,h2,h3,h4,figure{margin:0;padding:0}
header .brand{font-weight:700;letter-spacing:.02em}header .brand span{font-weight:400;color:var(--soft)}
h1{font:600 22px/1.3 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;margin-top:2px}
h2{font-size:19px;line-height:1.3;margin:34px 0 10px;padding-top:10px;border-top:1px solid var(--line)}
h3{font-size:16px;margin:20px 0 6px}h4{font-size:13px;color:var(--soft);font-weight:600;margin-bottom:2px}
.soft,.note{color:var(--soft)}.note{font-size:13px;margin:6px 0}.print{display:none}
.bad{color:var(--bad)}
code,pre{font:12.5px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
code{background:var(--code);border-radius:3px;padding:1px 4px}
pre{background:var(--code);border-radius:4px;padding:8px 10px;margin:6px 0;white-space:pre-wrap}
.verdict{border-left:8px solid;border-radius:6px;padding:16px 20px;margin:18px 0}
.verdict p{color:var(--text)}.verdict .headline{font-size:clamp(26px,5vw,40px);font-weight:800;line-height:1.15;margin-bottom:6px;letter-spacing:.01em}
.v-good,.s-good{border-color:var(--good);background:var(--good-ground)}.v-good .headline,.s-good{color:var(--good)}
.v-bad,.s-bad{border-color:var(--bad);background:var(--bad-ground)}.v-bad .headline,.s-bad{color:var(--bad)}
.v-warn,.s-warn{border-color:var(--warn);background:var(--warn-ground)}.v-warn .headline,.s-warn{color:var(--warn)}
.v-plain{border-color:var(--plain);background:var(--plain-ground)}.v-plain .headline{color:var(--plain)}
.stamp{border-left:6px solid;border-radius:4px;padding:8px 14px;font-weight:700;margin-bottom:10px}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:6px 32px}
.facts h2{font-size:15px;margin:12px 0 4px;padding:0 0 3px;border:0;border-bottom:1px solid var(--line)}
.facts dl>div{display:grid;grid-template-columns:120px minmax(0,1fr);gap:10px;padding:2px 0}
.facts dt,.write-up dt{color:var(--soft)}.big{font-size:20px;line-height:1.2}
.gaps{border-left:6px solid var(--warn);background:var(--warn-ground);border-radius:4px;padding:8px 14px 8px 34px}
.wide{overflow-x:auto;margin:6px 0}
.wide:focus-visible,summary:focus-visible{outline:2px solid var(--plain);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums;overflow-wrap:normal}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
th{text-align:left;font-weight:600;color:var(--soft);font-size:12.5px;vertical-align:bottom}
th,td{padding:4px 14px 4px 0;border-bottom:1px solid var(--line)}
td{vertical-align:top}
tr.groups th{border:0;padding-bottom:0;color:var(--text)}
.c-number{text-align:right;white-space:nowrap}.c-name,.c-time{white-space:nowrap}td.c-name{font-weight:600}
td.c-free{min-width:7ch}
tfoot td{font-weight:700;border-bottom:0}
tr{background:var(--ground)}.t-bad{background:var(--bad-ground)}.t-warn{background:var(--warn-ground)}
tr:target{background:var(--plain-ground)}tr:target td{box-shadow:inset 0 2px var(--plain),inset 0 -2px var(--plain)}
tr[id]{scroll-margin-top:40vh}
.hash{font-size:11px;background:none;padding:0;overflow-wrap:anywhere}
td svg{vertical-align:-1px}
summary{cursor:pointer;padding:6px 0;font-weight:600;color:var(--plain)}
.guide{border-left:3px solid var(--line);padding:2px 0 2px 16px;margin:8px 0;font-size:14px}
.guide>div{margin-bottom:8px}.guide p,.guide ul,.guide ol{margin:3px 0}.guide ul,.guide ol{padding-left:22px}
.write-up>div{display:grid;grid-template-columns:190px minmax(0,1fr);gap:12px;border-bottom:1px solid var(--line);padding:7px 0}
.write-up .blank{min-height:44px;font-size:12px}
footer{margin-top:40px;padding-top:10px;border-top:1px solid var(--line);color:var(--soft);font-size:13px}
@media screen and (max-width:760px){.wide>table{width:max-content;min-width:100%}.wide td.c-free{max-width:38ch}.wide td:first-child{position:sticky;left:0;background:inherit}}
@media screen and (max-width:560px){body{padding:14px 12px 32px}.facts dl>div{grid-template-columns:96px minmax(0,1fr)}h1{font-size:16px}.write-up>div{grid-template-columns:1fr;gap:0}.write-up .blank{min-height:26px}.verdict{padding:12px 14px}}
@media screen and (max-width:560px){.wide>table.stacks{display:block;width:auto}.stacks thead{display:none}.stacks tbody{display:block}.stacks tr{display:flex;flex-wrap:wrap;gap:0 12px;border-bottom:1px solid var(--line);padding:5px 0}.stacks td{border:0;padding:0}.stacks td:empty{display:none}.wide .stacks td:first-child{position:static}.wide .stacks td:last-child{flex:0 0 100%;max-width:none}}
`;

const CHART = `
.shapes{position:absolute}
figure{margin:10px 0 22px}
figcaption{color:var(--soft);font-size:13px;margin-bottom:6px}
.chart{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:0 8px}
.chart svg{display:block;overflow:visible}
.labels{width:104px}.labels text{font-size:11px;fill:var(--text);dominant-baseline:central}
.canvas{padding:0 10px 0 4px}.plot{width:100%}
.chart text{font-family:inherit}
.lane{fill:var(--stripe)}
.tick line{stroke:var(--line)}.tick text{font-size:11px;fill:var(--soft);dominant-baseline:central}
.cut>rect{fill:var(--cut);stroke:var(--line);stroke-dasharray:3 3}.cut text{font-size:10.5px;fill:var(--soft);text-anchor:middle;dominant-baseline:central}
.attempt svg{overflow:hidden}
.attempt rect{fill:var(--plain-ground);stroke:var(--plain)}.attempt text{font-size:11px;font-weight:600;fill:var(--plain);dominant-baseline:central}
.attempt>line{stroke:var(--soft);stroke-width:1.5;stroke-dasharray:4 3}
.a-completed rect{fill:var(--good-ground);stroke:var(--good)}.a-completed text{fill:var(--good)}
.a-partial rect{fill:var(--warn-ground);stroke:var(--warn)}.a-partial text{fill:var(--warn)}
.a-failed rect,.a-died rect{fill:var(--bad-ground);stroke:var(--bad)}.a-failed text,.a-died text{fill:var(--bad)}
.a-died rect{stroke-dasharray:4 3}
.timeout line{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:5 3}.timeout path{fill:var(--bad)}
.m{fill:var(--soft);color:var(--soft);text-decoration:none}
.r-ok{fill:var(--ok);color:var(--ok)}.r-refused{fill:var(--refused);color:var(--refused)}.r-throttled{fill:var(--throttled);color:var(--throttled)}
.r-forbidden{fill:var(--forbidden);color:var(--forbidden)}.r-unknown{fill:var(--unknown);color:var(--unknown)}.r-no-answer{fill:var(--no-answer);color:var(--no-answer)}
.hollow{fill:var(--ground);stroke:currentColor;stroke-width:1.8}
.m .b-read,.m .b-ask{opacity:.75}.m .b-cancel{opacity:.6}.m .b-close{opacity:.45}
.m:hover rect,.m:focus rect{opacity:1}.m:hover use,.m:focus-visible{stroke:var(--text);stroke-width:1}.m:focus-visible{outline:2px solid var(--plain)}
.legend{font-size:13px;color:var(--soft)}.legend ul{display:flex;flex-wrap:wrap;gap:2px 18px;list-style:none}
.legend li{display:flex;align-items:center;gap:6px}
@media(max-width:900px){.if-room{display:none}}
@media screen and (max-width:560px){.labels{width:76px}.labels text{font-size:10px}.tick text{font-size:10px}}
`;

/** Print is always light; folded tables of money are printed, the long lists of requests only when unfolded. */
const PRINT = `
@page{size:A4;margin:14mm 13mm 16mm;@bottom-right{content:counter(page) " / " counter(pages);font:9pt sans-serif}}
@media print{
:root{${LIGHT}}
html{color-scheme:light}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
body{font-size:10pt;max-width:none;padding:0}
h1{font-size:14pt}h2{font-size:13pt;margin-top:18pt}
h2,h3,h4,summary,caption,figcaption{break-after:avoid}
figure,.verdict,.facts>div,.write-up>div,tr,.legend,.stamp,.gaps{break-inside:avoid}
thead{display:table-header-group}tfoot{display:table-row-group}
.wide{overflow:visible}
table{font-size:7.6pt}th{font-size:7.2pt}th,td{padding:2pt 5pt 2pt 0}
code,pre{font-size:7.4pt}.hash{font-size:6.4pt;word-break:break-all}
td{overflow-wrap:anywhere}td.c-free{min-width:0}.c-name{white-space:normal;overflow-wrap:break-word}
.broad{font-size:6.6pt}.broad th{font-size:6.4pt}.broad th,.broad td{padding-right:3pt}.broad .c-number{white-space:normal}
.print{display:block}details[open]+.print{display:none}
.unprinted:not([open]){display:none}
.printed summary{list-style:none;font-size:10pt}.printed::details-content{display:block;content-visibility:visible;height:auto}
.facts{grid-template-columns:1fr 1fr}.facts dl>div{grid-template-columns:88px minmax(0,1fr)}
.write-up .blank{min-height:52px}
a{color:inherit}
}
`;

export const STYLE =
  `:root{${LIGHT}}@media(prefers-color-scheme:dark){:root{${DARK}}}${SCREEN}${CHART}${PRINT}`.replaceAll(/\n/g, '');
