import { TONE_RULES } from '../text/palette';

/**
 * How a view looks, wherever it stands: on the live page, and among other widgets of a console, whose own parts it must not
 * touch. So every rule is about what is inside an element of the class `stagewatch`, and no rule asks how wide the screen
 * is: what does not fit wraps.
 */
export const VIEW_STYLE = `${TONE_RULES}.stagewatch{box-sizing:border-box;background:var(--ground);color:var(--ink);
font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
.stagewatch *{box-sizing:border-box}
.stagewatch h1{margin:0;font-size:1.6em;line-height:1.2;color:var(--ink)}
.stagewatch h2{margin:0 0 .5em;font-size:1em;color:var(--faint)}
.stagewatch h3{margin:1em 0 .25em;font-size:1.05em;color:var(--ink)}
.stagewatch a{color:var(--rate)}
.stagewatch :focus-visible{outline:3px solid var(--rate);outline-offset:2px}
.stagewatch section{margin:0 0 1em;padding:1em;background:var(--paper);border:1px solid var(--rule);
border-left:.4em solid var(--tone,var(--rule));border-radius:.4em}
.stagewatch section>p:last-child{margin-bottom:0}
.stagewatch .word{margin:0;color:var(--tone,var(--ink));font-size:2em;font-weight:700;line-height:1.2}
.stagewatch .badge{color:var(--tone,var(--faint));padding:0 .45em;border:1px solid;border-radius:1em;font-size:.85em;
font-weight:600;white-space:nowrap}
.stagewatch .windows,.stagewatch figcaption{font-size:.85em;color:var(--faint)}
.stagewatch dl{margin:.75em 0 0}
.stagewatch dl div{display:flex;flex-wrap:wrap;padding:.15em 0}
.stagewatch dt{flex:0 0 8em;color:var(--faint)}
.stagewatch dd{flex:1 1 16em;margin:0}
.stagewatch ul{margin:.25em 0 0;padding-left:1.2em}
.stagewatch .criteria,.stagewatch .messages{padding:0;list-style:none}
.stagewatch .criteria li,.stagewatch .messages>li{margin-top:.4em}
.stagewatch article+article{margin-top:1.25em;padding-top:.25em;border-top:1px solid var(--rule)}
.stagewatch figure{margin:.5em 0}
.stagewatch .chart{display:block;width:100%;height:auto}
.stagewatch .chart rect[fill=transparent]:hover{fill:var(--rule);fill-opacity:.5}
.stagewatch details{margin-top:.5em}
.stagewatch summary{cursor:pointer}
.stagewatch summary,.stagewatch caption{color:var(--faint)}
.stagewatch table{margin-top:.5em;border-collapse:collapse;font-size:.85em;font-variant-numeric:tabular-nums}
.stagewatch caption{text-align:left}
.stagewatch th,.stagewatch td{padding:.1em .75em .1em 0;text-align:right;font-weight:normal;color:var(--ink)}
.stagewatch th:first-child,.stagewatch .gap td{text-align:left}
.stagewatch .gap td{font-style:italic}
`;
