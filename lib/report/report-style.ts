import { COLOUR_RULES, TONE_RULES } from '../text/palette';

/** The one style sheet of the page. Charts come in two widths; the reader's screen shows one. */
export const STYLE = `
${COLOUR_RULES}${TONE_RULES}*{box-sizing:border-box}
body{margin:0 auto;max-width:1040px;padding:16px 20px 48px;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.7rem;line-height:1.2;margin:.6em 0 .3em}
h2{font-size:1.3rem;margin:2em 0 .5em;padding-top:.5em;border-top:1px solid var(--rule)}
h3{font-size:1.05rem;margin:1.4em 0 .3em}
p{margin:.4em 0}
a{color:var(--rate)}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--rate);outline-offset:2px}
nav ul{display:flex;flex-wrap:wrap;gap:.2em 1.2em;list-style:none;margin:.5em 0;padding:0}
.place,.note,figcaption{color:var(--faint);font-size:.875rem}
.word{color:var(--tone,var(--ink));font-size:2rem;font-weight:700;line-height:1.2;padding-left:.8rem;
border-left:.4rem solid var(--tone,var(--rule))}
figure{margin:1em 0}
svg{display:block;width:100%;height:auto}
.narrow{display:none}
.scroll{overflow-x:auto;margin:.8em 0}
table{border-collapse:collapse;font-size:.875rem;width:100%}
caption{text-align:left;font-weight:600;padding:.3em 0}
th,td{text-align:left;vertical-align:top;padding:.3em .7em .3em 0;border-bottom:1px solid var(--rule)}
table{overflow-wrap:normal}.cards tbody th{min-width:7em}.cards [data-name=Hours]{min-width:15em;text-wrap:balance}.cards [data-name=Users]{white-space:nowrap}thead th{white-space:nowrap}
.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
tbody th a{white-space:nowrap}
summary{cursor:pointer;padding:.4em 0}
@media (max-width:640px){body{padding:8px 12px 32px}.wide{display:none}.narrow{display:block}
.cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.cards tr{display:block;padding:.5em 0;border-bottom:1px solid var(--rule)}
.cards td,.cards th{display:block;border:0;padding:.1em 0;font-weight:400}
.cards,.cards tbody,.cards caption{display:block}.cards td,.cards th{overflow-wrap:anywhere}.cards .number{text-align:left;white-space:normal}.numbers{font-size:.8rem}.numbers .number,.numbers thead th{white-space:normal}.cards td:empty{display:none}.cards [data-name]::before{content:attr(data-name) ": ";color:var(--faint)}}
@media print{body{max-width:none;padding:0;font-size:11pt}
nav{display:none}a{color:inherit;text-decoration:none}figure,tr{break-inside:avoid}
h2,h3,h2+.place,summary,caption,thead{break-after:avoid}tbody tr:first-child{break-before:avoid}
table{font-size:8.5pt}th,td{padding-block:.15em}.scroll{overflow:visible}
details::details-content{content-visibility:visible;display:block}summary{list-style:none}
.wide{display:block}.narrow{display:none}}
`;
