/** The style of the report as a page; it stands in the page itself, which fetches nothing. */

export const reportStyle = `
:root{color-scheme:light dark;--ground:#fbfcfb;--raised:#fff;--text:#17231f;--quiet:#50605a;--line:#d3dbd7;
--accent:#0f6151;--tint:#e4f1ec;--error:#a3161f;--error-tint:#fbeaea;--remark:#7a4b00;--remark-tint:#fdf3e0}
@media (prefers-color-scheme:dark){:root{--ground:#101715;--raised:#17211e;--text:#e9f1ee;--quiet:#a9bab3;--line:#35443f;
--accent:#8fd9bd;--tint:#163a31;--error:#ff9d9d;--error-tint:#3c1719;--remark:#f5c877;--remark-tint:#382a10}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;
overflow-wrap:anywhere}
main{max-width:64rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.05rem;font-weight:600;margin:0;color:var(--quiet)}
h2{font-size:1.35rem;line-height:1.3;margin:2.5rem 0 .75rem}
h3{font-size:1.1rem;line-height:1.35;margin:0}
p{margin:.5rem 0}
a{color:var(--accent)}
a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.file{display:block;font-size:1.6rem;line-height:1.25;font-weight:650;margin:.1rem 0 1rem;color:var(--text)}
.verdict{border:1px solid var(--line);border-left:.5rem solid var(--accent);background:var(--tint);border-radius:.35rem;
padding:.8rem 1rem;margin:0 0 1.25rem}
.verdict strong{font-size:1.2rem}
.rejected{border-left-color:var(--error);background:var(--error-tint)}
.rejected strong{color:var(--error)}
.not-checked{border-left-color:var(--remark);background:var(--remark-tint)}
.not-checked strong{color:var(--remark)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.25rem;margin:0}
dt{color:var(--quiet)}
dd{margin:0;min-width:0}
nav ol{margin:.5rem 0;padding-left:1.6rem}
article{background:var(--raised);border:1px solid var(--line);border-radius:.35rem;padding:1rem;margin:0 0 1rem}
.count{color:var(--quiet);margin:.15rem 0 .6rem}
.mend{border-left:.25rem solid var(--accent);background:var(--tint);padding:.6rem .8rem;margin:.8rem 0;border-radius:0 .25rem .25rem 0}
.mend b{display:block}
code,.cell{font-family:ui-monospace,SFMono-Regular,Consolas,"Liberation Mono",monospace;font-size:.92em}
.cell{white-space:pre-wrap}
table{border-collapse:collapse;width:100%;font-size:.93rem}
caption{text-align:left;font-weight:600;padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .9rem .3rem 0;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--quiet)}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.places .number{width:1%}
ul{margin:.5rem 0;padding-left:1.3rem}
footer{color:var(--quiet);margin-top:2rem;font-size:.93rem}
@media (max-width:44rem){
dl{display:block}dt{margin-top:.5rem}
.file{font-size:1.3rem}
table,tbody,caption{display:block}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
tr{display:block;border-bottom:1px solid var(--line);padding:.4rem 0}
td{display:flex;gap:.75rem;justify-content:space-between;border:0;padding:.1rem 0;text-align:right}
td:empty{display:none}
td::before{content:attr(data-head);color:var(--quiet);text-align:left;flex:none}
.number,.places .number{white-space:normal;width:auto}
td.cell::before{font-family:system-ui,sans-serif}
}
@media print{
:root{color-scheme:light;--ground:#fff;--raised:#fff;--text:#000;--quiet:#333;--line:#999;--accent:#0f6151;--tint:#fff;
--error:#a3161f;--error-tint:#fff;--remark:#7a4b00;--remark-tint:#fff}
body{font-size:10pt}main{max-width:none;padding:0}nav{display:none}
h2,h3,caption{break-after:avoid}tr,.mend,.verdict{break-inside:avoid}
}
`.trim();
