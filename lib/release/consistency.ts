import * as z from 'zod/mini';
import { classesName, scopeName, toggleOffName } from '../facts/series';
import { alertTimeProblems } from './alert-settings';
import { usersOfProblems } from './events/users-of';
import { measureProblems, sameRequests } from './measure/fields';
import { resourceProblem } from './measure/resource';
import { plannedTimeProblems, weeklyProblems } from './planned-times';
import { toggleServiceProblems } from './toggles/toggle-service';

const duplicates = (names: readonly unknown[]) =>
  names.filter((name, index) => typeof name === 'string' && names.indexOf(name) !== index);

/** The objects of a list that may itself be malformed, so that these checks can run beside the others. */
const objects = (list: unknown) =>
  (Array.isArray(list) ? list : []).map(
    (one): Record<string, unknown> => (one !== null && typeof one === 'object' ? one : {}),
  );

const texts = (list: unknown) =>
  (Array.isArray(list) ? list : []).filter((one): one is string => typeof one === 'string');

/**
 * What is wrong between fields; it runs on half-valid files too, so that one error lists everything. Only beside a list
 * that is too long, or a status that is a fraction, it has to wait: zod stops there.
 */
export const consistency = z.check<unknown>(
  ({ value, issues }) => {
    const problem = (path: (string | number)[], message: string) =>
      issues.push({ code: 'custom', path, message, input: value });
    const file = objects([value])[0]!;
    const unique = (list: 'endpoints' | 'stages' | 'checks', key: string) => {
      for (const twice of new Set(duplicates(objects(file[list]).map((one) => one[key]))))
        problem([list], `the ${key} ${twice} stands twice`);
    };
    unique('endpoints', 'name');
    unique('stages', 'name');
    unique('checks', 'name');
    const datadog = objects([file.datadog])[0]!;
    const endpoints = objects(file.endpoints);
    const controls = objects(file.controls);
    const counted = [...endpoints, ...controls].map(sameRequests);
    for (const twice of new Set(duplicates(counted.slice(0, endpoints.length))))
      problem(['endpoints'], `the ${twice} stands twice`);
    controls.forEach(({ name }, index) => {
      const before = [...endpoints, ...controls.slice(0, index)];
      if (typeof name === 'string' && before.some((other) => other.name === name))
        problem(['controls', index, 'name'], `the name ${name} stands twice`);
      const at = endpoints.length + index;
      if (counted[at] !== undefined && counted.indexOf(counted[at]) < at)
        problem(['controls', index, 'tag'], `the ${counted[at]} stands twice`);
    });
    for (const list of ['endpoints', 'controls']) {
      objects(file[list]).forEach((one, index) => {
        const { name } = one;
        measureProblems(one, datadog, (key, message) => problem([list, index, key], message));
        if (typeof name === 'string' && name.endsWith(toggleOffName('')))
          problem(
            [list, index, 'name'],
            `got ${name}, expected another ending; this one is for samples of the toggle off`,
          );
        if (typeof name === 'string' && name.endsWith(classesName('')))
          problem(
            [list, index, 'name'],
            `got ${name}, expected another ending; this one is for samples of error classes`,
          );
        if (name === scopeName)
          problem([list, index, 'name'], `got ${name}, expected another name; this one is for samples of the scope`);
      });
    }
    endpoints.forEach((one, index) => {
      const wrong = resourceProblem(one, datadog);
      if (wrong !== undefined) problem(['endpoints', index, 'resource'], wrong);
    });
    const wrongTag = classTagProblem(datadog, endpoints);
    if (wrongTag !== undefined) problem(['datadog', 'classTag'], wrongTag);
    datadogProblems(datadog, (key, message) => problem(['datadog', key], message));
    usersOfProblems(objects(datadog.usersOf), (path, message) => problem(['datadog', 'usersOf', ...path], message));
    const [service] = file.toggleService === undefined ? [] : objects([file.toggleService]);
    toggleServiceProblems(objects(file.toggles), service, file.exposed, problem);
    const stages = objects(file.stages);
    stages.forEach((one, index) => {
      if (one.exposure === 0)
        problem(
          ['stages', index, 'exposure'],
          'got 0%, expected more; "stagewatch stage enter off" takes a release back to 0%',
        );
      if (one.length === undefined && index < stages.length - 1)
        problem(['stages', index, 'length'], 'got nothing, expected a length; only the last stage may go without');
    });
    objects(file.endpoints).forEach((one, index) => {
      const limits = objects(one.criteria).filter((criterion) => 'below' in criterion).length;
      objects(one.criteria).forEach((criterion, place) => {
        const [alarm, minRequests] = [criterion.alarm, criterion.minRequests];
        if (!('below' in criterion) || (alarm === undefined) === (minRequests === undefined)) return;
        const [missing, expected] =
          alarm === undefined
            ? ['alarm', 'hourly, which minRequests belongs to']
            : ['minRequests', 'the requests from which an hour counts, such as 50; it has no default'];
        problem(['endpoints', index, 'criteria', place, missing], `got nothing, expected ${expected}`);
      });
      if (limits > 1 || objects(one.criteria).length - limits > 1)
        problem(['endpoints', index, 'criteria'], 'the same kind of criterion stands twice');
    });
    const alerts = objects([file.alerts])[0]!;
    const times = { ...alerts, quietHours: objects([alerts.quietHours])[0]!, maintenance: objects(alerts.maintenance) };
    alertTimeProblems(times, (path, message) => problem(['alerts', ...path], message));
    const excludedTimes = objects(file.exclude);
    plannedTimeProblems('exclude', excludedTimes, problem);
    weeklyProblems(excludedTimes, problem);
    const range = objects([file.errorStatuses])[0]!;
    const excluded: unknown[] = Array.isArray(file.excludedStatuses) ? file.excludedStatuses : [];
    const left = Array.from({ length: 500 }, (_, one) => 100 + one).filter(
      (one) => one >= Number(range.from) && one <= Number(range.to) && !excluded.includes(one),
    );
    if (Number(range.from) <= Number(range.to) && left.length === 0)
      problem(['errorStatuses'], 'every one of them is excluded, so that nothing could ever be an error');
    if (Number(range.from) > Number(range.to)) problem(['errorStatuses'], `from ${range.from} is above to ${range.to}`);
  },
  { when: () => true },
);

/** So many endpoints have classes at most: each has as many labels as classes, in every hour that a run reads. */
const MOST_WITH_CLASSES = 50;

/** Why no class could be told by this tag, or only at a price that a run does not have. */
function classTagProblem(
  { classTag, endpointTag, statusTag, scope, toggleOff }: Record<string, unknown>,
  endpoints: readonly Record<string, unknown>[],
): string | undefined {
  if (classTag === undefined) return undefined;
  const failing = endpoints.filter(({ slow }) => slow === undefined);
  const pairs = [...texts(scope), ...texts(toggleOff), ...failing.flatMap(({ filter }) => texts(filter))];
  const keys = [
    ...pairs.map((pair) => pair.split(':')[0]!),
    ...failing.flatMap(({ tags }) => Object.keys(objects([tags])[0]!)),
  ];
  if (classTag === endpointTag || classTag === statusTag || keys.includes(String(classTag)))
    return `got ${classTag}, which has another meaning in this file, expected the tag that has the error class, and nothing else`;
  if (failing.length === 0)
    return `got ${classTag}, but every endpoint is slow, expected one whose requests fail; slow requests have no classes, so take it out`;
  if (failing.length > MOST_WITH_CLASSES)
    return `got ${classTag} with ${failing.length} endpoints whose requests fail, expected at most ${MOST_WITH_CLASSES}; take it out, or split the release`;
  return undefined;
}

/** What no request can have, so that nothing is found, which would be read as no requests; or what leaves out some of them. */
function datadogProblems(datadog: Record<string, unknown>, problem: (key: string, message: string) => void) {
  const { endpointTag, statusTag } = datadog;
  const keyOf = (pair: string) => pair.split(':')[0]!;
  if (typeof endpointTag === 'string' && endpointTag === statusTag)
    problem(
      'statusTag',
      `got ${statusTag}, which is the endpointTag, expected another one; name the tag that has the HTTP status`,
    );
  // Pairs are joined by AND.
  const pairs = [
    ...texts(datadog.scope).map((pair) => ['scope', pair] as const),
    ...texts(datadog.toggleOff).map((pair) => ['toggleOff', pair] as const),
  ];
  pairs.forEach(([list, pair], index) => {
    const other = pairs.slice(0, index).find(([, one]) => keyOf(one) === keyOf(pair));
    if (other)
      problem(
        list,
        `got ${pair} beside ${other[1]}, expected every key once in scope and toggleOff; no request has two values of one`,
      );
    if (keyOf(pair) === endpointTag)
      problem(list, `got ${pair}, expected no ${endpointTag}; it tells endpoints apart, so name them under endpoints`);
    if (keyOf(pair) === statusTag)
      problem(list, `got ${pair}, expected no ${statusTag}; requests of every status are counted, so take it out`);
  });
}
