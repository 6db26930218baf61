import { TONE_RULES } from '../text/palette';

/**
 * How a view looks, wherever it stands: on the live page, and among other widgets of a console, whose own parts it must not
 * touch. So every rule is about what is inside an element of the class `stagewatch`, and no rule asks how wide the screen
 * is: what does not fit wraps.
 */
export const VIEW_STYLE = `${TONE_RULES}.stagewatch{box-sizing:border-box;background:var(--ground);color:var(--ink);
font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
.stagewatch *{box-sizing:border-box}
.stagewatch h1{margin:0;font-size:1.6rem;line-height:1.2;color:var(--ink)}
.stagewatch h2{margin:0 0 .5rem;font-size:1rem;color:var(--faint)}
.stagewatch h3{margin:1rem 0 .25rem;font-size:1.05rem;color:var(--ink)}
.stagewatch a{color:var(--rate)}
.stagewatch :focus-visible{outline:3px solid var(--rate);outline-offset:2px}
.stagewatch section{margin:0 0 1rem;padding:1rem;background:var(--paper);border:1px solid var(--rule);
border-left:.4rem solid var(--tone,var(--rule));border-radius:.4rem}
.stagewatch section>p:last-child{margin-bottom:0}
.stagewatch .word{margin:0;color:var(--tone,var(--ink));font-size:2rem;font-weight:700;line-height:1.2}
.stagewatch .badge{color:var(--tone,var(--faint));padding:0 .45em;border:1px solid;border-radius:1em;font-size:.85rem;
font-weight:600;white-space:nowrap}
.stagewatch .windows,.stagewatch figcaption{font-size:.85rem;color:var(--faint)}
.stagewatch dl{margin:.75rem 0 0}
.stagewatch dl div{display:flex;flex-wrap:wrap;padding:.15rem 0}
.stagewatch dt{flex:0 0 8rem;color:var(--faint)}
.stagewatch dd{flex:1 1 16rem;margin:0}
.stagewatch ul{margin:.25rem 0 0;padding-left:1.2rem}
.stagewatch .criteria,.stagewatch .messages{padding:0;list-style:none}
.stagewatch .criteria li,.stagewatch .messages>li{margin-top:.4rem}
.stagewatch article+article{margin-top:1.25rem;padding-top:.25rem;border-top:1px solid var(--rule)}
.stagewatch figure{margin:.5rem 0}
.stagewatch .chart{display:block;width:100%;height:auto}
.stagewatch .chart rect[fill=transparent]:hover{fill:var(--rule);fill-opacity:.5}
.stagewatch details{margin-top:.5rem}
.stagewatch summary{cursor:pointer}
.stagewatch summary,.stagewatch caption{color:var(--faint)}
.stagewatch table{margin-top:.5rem;border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
.stagewatch caption{text-align:left}
.stagewatch th,.stagewatch td{padding:.1rem .75rem .1rem 0;text-align:right;font-weight:normal;color:var(--ink)}
.stagewatch th:first-child,.stagewatch .gap td{text-align:left}
.stagewatch .gap td{font-style:italic}
`;
