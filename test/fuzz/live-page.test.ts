import fc from 'fast-check';
import picocolors from 'picocolors';
import { widgetHtml } from '../../lib/console/widget';
import { pageHtml } from '../../lib/page/page';
import { statusText } from '../../lib/text/status-text';
import { viewOf } from '../../lib/text/view';
import { MOMENTS } from '../worlds/page-moments';
import { fuzz } from './campaign';
import { hostileText, UNPRINTABLE } from './hostile-text';

const { open, silenced } = MOMENTS;

type Texts = Record<'title' | 'team' | 'name' | 'said' | 'stage', string>;
const hostile: fc.Arbitrary<Texts> = fc.record({
  title: hostileText,
  team: hostileText,
  name: hostileText,
  said: hostileText,
  stage: hostileText,
});
const HARMLESS: Texts = { title: 'a', team: 'b', name: 'c', said: 'd', stage: 'e' };

/** Something open, blind, silenced and held back, with these for every text that comes from outside. */
function viewWith({ title, team, name, said, stage }: Texts) {
  const verdict = {
    ...open.verdict!,
    reason: said,
    stage: { ...open.verdict!.stage!, name: stage },
    blind: { since: open.verdict!.hour, hours: 3, reason: said },
    findings: open.verdict!.findings.map((finding) => ({ ...finding, endpoint: name, reason: said, upstream: said })),
  };
  const alert = { ...silenced.alerts.at(-1)!, verdict, changes: [said] };
  return viewOf({
    ...open,
    release: { ...open.release, title, team, endpoints: [{ ...open.release.endpoints[1]!, name }] },
    log: open.log.map((event) => ({ ...event, stage })),
    verdict,
    snapshots: new Map([
      [
        name,
        new Map([
          [
            verdict.hour,
            { endpoint: name, hour: verdict.hour, kind: 'unknown', reason: said, revision: 1, final: true },
          ],
        ]),
      ],
    ]),
    alerts: [
      {
        ...alert,
        open: [{ endpoint: name, what: 'below' as const, since: verdict.hour, rollBack: false }],
        heldBack: [{ at: open.now, what: said, why: said }],
      },
    ],
    onCall: [{ kind: 'silence', at: open.now, until: open.now + 1, by: name, reason: said, endpoints: [name] }],
  });
}

/**
 * The tags of a page in their order, without what stands in quotes; content that breaks out adds or changes one. Charts leave
 * out labels that are too long for them.
 */
const tagsOf = (page: string) =>
  page
    .replace(/<(style|script)>[\s\S]*?<\/\1>/g, '')
    .replace(/<text( [\w-]+="[^"<>]*")*>[^<>]*<\/text>/g, '')
    .match(/<[^<>]*>/g)!
    .map((tag) => tag.replace(/"[^"<>]*"/g, '""'));

fuzz('a page has the tags that it would have with other texts', { short: 10, long: 3_000 }, hostile, (texts) => {
  const page = pageHtml(viewWith(texts), { everySeconds: 1 });
  expect(page.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
  expect(tagsOf(page)).toEqual(tagsOf(pageHtml(viewWith(HARMLESS), { everySeconds: 1 })));
});

fuzz('a widget has the tags that it would have with other texts', { short: 5, long: 3_000 }, hostile, (texts) => {
  const place = {
    theme: 'dark',
    width: 600,
    operator: 'arn:aws:lambda:us-east-1:111111111111:function:Operator',
  } as const;
  const widgetWith = (said: Texts) => {
    const release = { ...open.release, name: said.name, stages: [{ ...open.release.stages[0]!, name: said.stage }] };
    return widgetHtml(viewWith(said), release, place, [said.said]);
  };
  const widget = widgetWith(texts);
  expect(widget.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
  expect(tagsOf(widget)).toEqual(tagsOf(widgetWith(HARMLESS)));
});

fuzz('a status is visible lines, and none is begun from outside', { short: 10, long: 3_000 }, hostile, (texts) => {
  const lines = statusText(viewWith(texts), picocolors.createColors(false));
  for (const line of lines) expect(line).not.toMatch(UNPRINTABLE);
  expect(lines.filter((line) => /^(ADVANCE|HOLD|ROLL BACK)/.test(line))).toHaveLength(1);
});
