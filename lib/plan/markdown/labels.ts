import { plainWords } from './words';

/** What is said of a stage before it begins. */
const PLANNED = /\b(planning|planned|plan|goals?|targets?|expected|expectations?|thresholds?|limits?|budget)\b/i;

/** What is measured, and is no error rate of the window; or is one of another window, or of a part of the requests. */
const OTHER =
  /\b(latency|p\d{2}|durations?|(response|load|page) times?|apdex|conversions?|completions?|traffic|volume|throughput|success rates?|availability|uptime|slo|sla|baseline|(before|pre-?) ?(the )?launch|previous|prior|(number|count|amount|total) of (errors?|requests?|failures?)|(errors?|requests?) counts?|peak|max(imum)?|worst|change|delta|difference|compar\w+|staging)\b|^\W*(requests|tickets|feedback|costs?)\W*$/i;

/** Turns the name of a stage or a check into another time, a part of its requests, or a comparison. */
const TURNED =
  /\b(before|prior|previous|until|change|changes|delta|difference|compar\w+|vs|versus|than|without|except|not|no|only|per|mobile|ios|android|web|desktop|(phase|step|part|half) \w+ of)\b/i;

/** Makes what stands beside the name of a stage, in its row, a part of it; a note beside it may say anything else. */
const PART = /\b(mobile|ios|android|web|desktop|only|without|except|excluding|first|last|peak|worst)\b/i;

/** Heads of columns that say which part of the users a row is about. */
const PARTS =
  /\b(regions?|sites?|facilit(?:y|ies)|tenants?|tiers?|platforms?|cohorts?|segments?|groups?|customers?|countr(?:y|ies)|markets?|states?|districts?|devices?|browsers?|channels?|audiences?|plans?|variants?)\b/i;
const WHOLE =
  /^\W*(all|any|both|every\w*|total|overall|global)?\W*(users|of them|regions|sites|tenants|platforms|others?)?\W*$/i;

/** Whether a cell in a column such as "Region" names a part: "West", and not "all". */
export const namesPart = (head: string, cell: string): boolean => PARTS.test(head) && !WHOLE.test(cell);

/** "25% of users - day 1", "Stage 2: first hour": a part of the time of what is named before it. */
export const isPartOfTime = (heading: string): boolean =>
  heading
    .split(/%|\b(?:stage|phase|wave|canary)\b\W*\w*/i)
    .slice(1)
    .some((rest) =>
      /\b(?:day|hour) \d+\b(?!\s?(?:[-–—]|to)\s?\d)|\b(?:first|last) (?:few |\d+ )?(?:hours?|days?)\b/i.test(rest),
    );

/** A trial before, or an end of, a stage, and not the stage with its users. */
const REHEARSED =
  /\b(dry[- ]?runs?|rehears\w+|mock\w*|simulat\w+|practi[cs]e|staging|sandbox|uat|user acceptance|pre-?prod\w*|(load|smoke|performance)[- ]?tests?|usability|review instances?)\b/i;

/** What stands before the name of a stage without turning it into something else. */
const BEFORE_NAME =
  /\b(in|prod(uction)?|staged|phased|gradual|progressive|(phase|part|step) [\divx]+|[\divx]+|\d+(\.\d+)?%)\b/gi;

/** What a plan is called, which plans nothing by itself. */
const TITLE = /\b(roll-?out|release|launch|deployment|test|testing) plan(ning)?\b/gi;

/** "Rollout", "Release plan", "Rollout stages" */
export const isTitle = (text: string): boolean =>
  /^\W*(staged|phased|gradual)?\W*(roll-?out|release|launch|deployment)?\W*(stages?|phases?|steps)?( plan(ning)?)?\W*$/i.test(
    text,
  );

/** Words that say that error rates were measured, and of what it is only that it is this stage's. */
const NEUTRAL = new Set(
  'error errors rate rates metric metrics kpi kpis result results success criteria criterion measured measurement measurements monitored monitoring observed observation observations actual actuals value values answer answers response responses endpoint endpoints page pages route routes outcome outcomes number numbers data datadog backend dashboard dashboards post launch postlaunch stage phase step check checks in ins checkin checkins property question item name name at this that the of for from on by per your our all each and with look looks good ok section details summary overview table progress rollout release'.split(
    ' ',
  ),
);

/** Whether the heading of a stage speaks of the time before it, or of another measure. */
export const isPlanned = (heading: string): boolean => isOther(heading.replace(/% (of )?(all |the )*traffic/gi, ''));

/** Whether what stands beside the name of a stage turns it into another time. */
export const isTurned = (rest: string): boolean => TURNED.test(rest);

/** Whether a cell of a stage's row makes the row one of a part of it: "iOS", "first day". */
export const narrowsRow = (cell: string): boolean => PART.test(cell);

/** "Go Live!", "General availability", "Full launch": all users, without a share. */
const EVERYONE =
  /^\W*(go(ing)?[- ]?live|ga|general availability|full (launch|release|roll-?out|availability)|(launch|roll-?out|release|live) (to|for) (all|everyone|everybody)( users| veterans)?|(everyone|all users|all veterans))\W*$/i;

/** Whether a heading names the stage in which all users are exposed, without a share. */
export const isForAll = (heading: string): boolean => EVERYONE.test(heading.replace(/\([^)]*\)/g, ''));

/** Whether a heading speaks of the way back from a share: "Rollback from 50% of users". */
export const isWayBack = (heading: string): boolean =>
  /\b(roll(ed|ing)?[- ]?back|revert\w*)\b\D*\d+([.,]\d+)?\s?%/i.test(heading);

/** What is beside a rollout: users whom it leaves out, or who see nothing of it, and comparisons of halves. */
const GROUP = /\b(control (groups?|cohorts?)|hold-?(outs?|backs?)|baseline group)\b/i;
const ASIDE =
  /\b(dark[- ]?launch\w*|shadow\w*|kill[- ]?switch\w*|a[/ ]b|ab test\w*|experiments?|variants?|old|legacy)\b/i;

/** Whether a heading is of a group beside the rollout ("Control group: 50% of users"), or, without a stage's name, of what is no stage ("A/B test: 50% of users", "Dark launch"). */
export const isAside = (heading: string, isNamed: boolean): boolean =>
  GROUP.test(heading) || (!isNamed && ASIDE.test(heading));

/** Whether words speak of a trial that no user of the release sees: "Dry run", "UAT", "Staging". */
export const isRehearsal = (text: string): boolean => REHEARSED.test(text);

/** Whether what stands before the name of a stage leaves it the stage: "Results of", "Phase II:"; not "Preparing". */
export const leavesName = (before: string): boolean => {
  const words = before.replace(/[.#]/g, ' ').replace(TITLE, '').replace(BEFORE_NAME, ' ');
  return isNeutral(words);
};

/** Whether a label asks for what was planned, or for another measure. */
export const isOther = (label: string): boolean => {
  const words = label.replace(TITLE, '');
  return PLANNED.test(words) || OTHER.test(words);
};

/** Whether a label says nothing but that error rates were measured. */
export const isNeutral = (label: string): boolean =>
  !isOther(label) &&
  !/\bsuccess(?! criteri)/i.test(label) &&
  plainWords(label)
    .split(' ')
    .every((word) => word === '' || NEUTRAL.has(word));

/** Whether a line over a list or table says what stands in it, and is no sentence. */
export const isLabel = (line: string): boolean =>
  /[:：]\s*$/.test(line) || (!/[.!?]\s*$/.test(line) && line.split(/\s+/).length <= 5);

/** Whether a line may be a heading in all but its marks: "Stage B (50 %)", "1-week results". */
export const looksLikeHeading = (line: string): boolean =>
  line.split(/\s+/).length <= 7 &&
  !/[.!?]\s*$/.test(line) &&
  /^\W*(stage|phase|canary|wave|\d|one|two|week|month|day|ga)\b/i.test(line);
