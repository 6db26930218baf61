// Version 3 of the judge, as it was: bundled from the last commit that had it, and changed by nobody. See
// docs/decisions/0035-the-judge-before.md.
"use strict";
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

// entry.ts
var entry_exports = {};
__export(entry_exports, {
  fittedOnce: () => fittedOnce,
  judge: () => judge
});
module.exports = __toCommonJS(entry_exports);

// lib/facts/hour.ts
var HOUR_MS = 36e5;
var HOURS_PER_WEEK = 168;
var hourOf = (instant) => Math.floor(instant / HOUR_MS);
var startOf = (hour) => hour * HOUR_MS;
var hourFrom = (instant) => Math.ceil(instant / HOUR_MS);
function instantText(instant) {
  return new Date(instant).toISOString().replace(/\.000Z$/, "Z").replace(/:00Z$/, "Z");
}

// lib/facts/stage.ts
function stays(log4) {
  return log4.map((event, index) => {
    const next = log4[index + 1];
    const { stage, exposure, at } = event;
    const from = hourFrom(at);
    return { stage, exposure, at, from, to: next ? Math.max(from, hourOf(next.at)) : Number.POSITIVE_INFINITY };
  });
}
function launchOf(log4) {
  const anew = log4.findLastIndex((event) => event.relaunch);
  return log4.slice(Math.max(0, anew)).find((event) => event.exposure > 0);
}
function exposedStays(log4) {
  const launch = launchOf(log4);
  if (!launch) return [];
  const all = stays(log4).filter((stay) => stay.at >= launch.at);
  return all.slice(all.findLastIndex((stay) => stay.exposure === 0) + 1);
}
var changedHours = (log4) => new Set(log4.filter((event) => hourFrom(event.at) !== hourOf(event.at)).map((event) => hourOf(event.at)));

// lib/facts/counts.ts
var STATUSES = new Map(Array.from({ length: 500 }, (_, index) => [String(100 + index), 100 + index]));
function tallyOf(counts, { excludedStatuses, errorStatuses }) {
  let requests = 0;
  let errors = 0;
  let excluded = 0;
  for (const [label, count2] of counts) {
    const status = STATUSES.get(label);
    if (status === void 0) continue;
    if (excludedStatuses.includes(status)) {
      excluded += count2;
      continue;
    }
    requests += count2;
    if (status >= errorStatuses.from && status <= errorStatuses.to) errors += count2;
  }
  return { requests, errors, excluded };
}

// lib/facts/window.ts
function tallyWindow(snapshots, { from, to }, rules, changed) {
  const tally = { requests: 0, errors: 0, excluded: 0, counted: 0, unknown: 0 };
  for (let hour = from; hour < to; hour++) {
    if (changed.has(hour)) continue;
    const snapshot = snapshots.get(hour);
    if (snapshot?.kind !== "counted") {
      tally.unknown++;
      continue;
    }
    const counts = tallyOf(snapshot.counts, rules);
    tally.requests += counts.requests;
    tally.errors += counts.errors;
    tally.excluded += counts.excluded;
    tally.counted++;
  }
  return tally;
}

// lib/statistics/hour-count.ts
var CELLS = 48;
function checkHours(hours) {
  for (const { n, x, cell } of hours) {
    checkCount(x, n);
    if (!(Number.isInteger(cell) && cell >= 0 && cell < CELLS)) {
      throw new RangeError(`cell of an hour - got ${cell}, expected a whole number from 0 to ${CELLS - 1}`);
    }
  }
}
function checkFraction(name, value) {
  if (!(value >= 1e-9 && value <= 1 - 1e-9)) {
    throw new RangeError(`${name} - got ${value}, expected a fraction above 0 and below 1`);
  }
}
var pool = (hours) => hours.reduce(({ requests, errors }, { n, x }) => ({ requests: requests + n, errors: errors + x }), {
  requests: 0,
  errors: 0
});
function checkCount(x, n) {
  if (!Number.isSafeInteger(n) || n < 0) {
    throw new RangeError(`requests of an hour - got ${n}, expected a whole number from 0`);
  }
  if (!Number.isSafeInteger(x) || x < 0 || x > n) {
    throw new RangeError(`errors of an hour - got ${x}, expected a whole number from 0 to its ${n} requests`);
  }
}

// lib/statistics/beta-binomial.ts
var { exp, log, log1p, max, min } = Math;
var LOWEST_RATE = 1e-7;
var HIGHEST_RATE = 0.95;
var STIRLING_FROM = 10;
var PRODUCT_UP_TO = 12;
function stirlingSeries(z) {
  const i = 1 / z;
  const i2 = i * i;
  return i * (1 / 12 + i2 * (-1 / 360 + i2 * (1 / 1260 + i2 * (-1 / 1680 + i2 * (1 / 1188 - i2 * 691 / 360360)))));
}
function logGamma(z) {
  if (!(z > 0 && z < Number.POSITIVE_INFINITY)) throw new RangeError(`logGamma - got ${z}, expected a number above 0`);
  let shifted = z;
  let product = 1;
  while (shifted < STIRLING_FROM) product *= shifted++;
  return (shifted - 0.5) * log(shifted) - shifted + log(2 * Math.PI) / 2 + stirlingSeries(shifted) - log(product);
}
function logRising(z, k) {
  let product = 1;
  if (k <= PRODUCT_UP_TO) {
    for (let i = 0; i < k; i++) product *= z + i;
    return log(product);
  }
  const top = z + k;
  let low = z;
  while (low < STIRLING_FROM) product *= low++;
  const count2 = top - low;
  const series = stirlingSeries(top) - stirlingSeries(low);
  const rest = (low - 0.5) * log1p(count2 / low) + count2 * log(top) - count2 + series;
  return product === 1 ? rest : log(product) + rest;
}
function logRateTerm(x, n, mu, rho) {
  const s = 1 / rho - 1;
  return logRising(mu * s, x) + logRising((1 - mu) * s, n - x);
}
function logCountTerm(x, n, rho) {
  const rarer = min(x, n - x);
  return logRising(n - rarer + 1, rarer) - logGamma(rarer + 1) - logRising(1 / rho - 1, n);
}
var boundedRate = (mu) => min(HIGHEST_RATE, max(LOWEST_RATE, mu));
function hourLikelihood({ n, x }, rho, eps) {
  const countTerm = logCountTerm(x, n, rho);
  const incident = eps / (n + 1);
  return (mu) => (1 - eps) * exp(countTerm + logRateTerm(x, n, boundedRate(mu), rho)) + incident;
}

// lib/statistics/baseline.ts
var PASSES = 6;
var HOURS_FOR_SEASON = 2 * HOURS_PER_WEEK;
var ORDINARY_SHARE = 0.98;
var INCIDENT_Z2 = 36;
var INCIDENT_ERRORS = 3;
var LOWEST_RHO = 2e-5;
var HIGHEST_RHO = 0.5;
var LAGS = 24;
var ERRORS_FOR_LAGS = 20;
function fitBaseline(all) {
  checkHours(all);
  const weeks = Math.floor(all.length / HOURS_PER_WEEK);
  if (weeks < 1) return void 0;
  const hours = all.slice(-weeks * HOURS_PER_WEEK);
  const counted = hours.filter((hour) => hour.n > 0).length;
  const model = { p0: 0, rho: 0, season: new Array(CELLS).fill(1), used: hours.map((hour) => hour.n > 0) };
  for (let pass = 0; pass < PASSES; pass++) {
    model.p0 = rateOf(pooled(hours, model));
    const freedom = hours.length >= HOURS_FOR_SEASON ? fitSeason(hours, model) : 1;
    const z2 = squaredResiduals(hours, model);
    model.used = pass === 0 ? withoutTop(hours, model, z2) : withoutIncidents(hours, model, z2);
    model.rho = variation(hours, model, z2, freedom);
  }
  model.rho = Math.max(model.rho, LOWEST_RHO);
  const ordinary = pooled(hours, model);
  model.p0 = rateOf(ordinary);
  const incidentHours = counted - model.used.filter(Boolean).length;
  if (incidentHours === counted) return void 0;
  const vif = varianceInflation(hours, model);
  const se = Math.sqrt(vif / (0.5 + ordinary.errors));
  const requests = hours.reduce((sum, hour) => sum + hour.n, 0);
  const errors = hours.reduce((sum, hour) => sum + hour.x, 0);
  return {
    p0: model.p0,
    worst: worstWeek(hours, model),
    se,
    noticeLevel: boundedRate(model.p0 * Math.exp(se)),
    rho: model.rho,
    eps: clamp((incidentHours + 0.5) / (counted + 1), 5e-3, 0.05),
    eta: 1 / vif,
    season: model.season,
    incidentHours,
    raw: errors / requests,
    requests,
    errors,
    weeks,
    usual: hours.slice(-HOURS_PER_WEEK)
  };
}
function toleratedLevel({ p0, worst }, { allowed, floor: floor2 }, theta) {
  checkFraction("theta", theta);
  if (!(allowed >= 0 && floor2 >= 0))
    throw new RangeError(`allowed and floor - got ${allowed} and ${floor2}, expected numbers from 0`);
  const level = Math.max(p0 * (1 + allowed) + floor2, 2 * worst - p0);
  return Math.min(level, p0 < theta ? theta : 1);
}
var clamp = (value, low, high) => Math.min(high, Math.max(low, value));
var weight = (hour, rho) => 1 / (1 + (hour.n - 1) * rho);
var usualIn = (hour, { season }) => season[hour.cell] * (hour.drift ?? 1);
var expectedRate = (hour, model) => boundedRate(model.p0 * usualIn(hour, model));
var isAbove = (hour, model) => hour.x > hour.n * expectedRate(hour, model);
function pooled(hours, model, from = 0, to = hours.length) {
  let errors = 0;
  let requests = 0;
  for (let t = from; t < to; t++) {
    const hour = hours[t];
    if (!model.used[t]) continue;
    const w = weight(hour, model.rho);
    errors += w * hour.x;
    requests += w * hour.n * usualIn(hour, model);
  }
  return { errors, requests };
}
var rateOf = ({ errors, requests }) => (0.5 + errors) / (1 + requests);
function fitSeason(hours, model) {
  const observed = new Array(CELLS).fill(0);
  const expected = new Array(CELLS).fill(0);
  hours.forEach((hour, t) => {
    if (!model.used[t]) return;
    const w = weight(hour, model.rho);
    observed[hour.cell] += w * hour.x;
    expected[hour.cell] += w * hour.n * model.p0 * (hour.drift ?? 1);
  });
  let excess = 0;
  let total = 0;
  expected.forEach((e, cell) => {
    if (e > 0) excess += e * (observed[cell] / e - 1) ** 2 - 1;
    total += e;
  });
  const tau2 = total > 0 ? Math.max(0, excess / total) : 0;
  const trust = expected.map((e) => e > 0 ? tau2 / (tau2 + 1 / e) : 0);
  model.season = trust.map((b, cell) => b > 0 ? clamp(1 + b * (observed[cell] / expected[cell] - 1), 0.25, 4) : 1);
  return 1 + trust.reduce((sum, b) => sum + b, 0);
}
function squaredResiduals(hours, model) {
  return hours.map((hour) => {
    const mu = expectedRate(hour, model);
    return hour.n > 0 ? (hour.x - hour.n * mu) ** 2 / (hour.n * mu * (1 - mu)) : 0;
  });
}
function withoutTop(hours, model, z2) {
  const above = hours.flatMap((hour, t) => hour.n === 0 ? [] : [isAbove(hour, model) ? z2[t] : 0]);
  above.sort((a, b) => a - b);
  const cut = above[Math.trunc(ORDINARY_SHARE * above.length) - 1] ?? Number.POSITIVE_INFINITY;
  return hours.map((hour, t) => hour.n > 0 && !(z2[t] > cut && hour.x > hour.n * model.p0));
}
function withoutIncidents(hours, model, z2) {
  return hours.map((hour, t) => {
    const far = z2[t] * weight(hour, model.rho) > INCIDENT_Z2 && isAbove(hour, model);
    return hour.n > 0 && !(far && hour.x >= INCIDENT_ERRORS);
  });
}
function variation(hours, { used }, z2, freedom) {
  const usedHours = hours.flatMap((hour, t) => used[t] ? [{ z2: z2[t], others: hour.n - 1 }] : []);
  const target = Math.max(1, usedHours.length - freedom);
  const tooLarge = (rho) => {
    let sum = 0;
    for (const hour of usedHours) sum += hour.z2 / (1 + hour.others * rho);
    return sum > target;
  };
  if (!tooLarge(0)) return 0;
  let low = 0;
  let high = HIGHEST_RHO;
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (tooLarge(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
function varianceInflation(hours, model) {
  const { rho, used } = model;
  const count2 = used.filter(Boolean).length;
  const errors = hours.reduce((sum, hour, t) => sum + (used[t] ? hour.x : 0), 0);
  if (errors < ERRORS_FOR_LAGS) return 1;
  const residuals = hours.map((hour, t) => {
    const mu = expectedRate(hour, model);
    const variance2 = hour.n * mu * (1 - mu) * (1 + (hour.n - 1) * rho);
    return used[t] ? (hour.x - hour.n * mu) / Math.sqrt(variance2) : 0;
  });
  const mean2 = residuals.reduce((sum, u) => sum + u, 0) / count2;
  const centred = residuals.map((u, t) => used[t] ? u - mean2 : 0);
  const covariance = (lag) => centred.reduce((sum, u, t) => sum + u * (centred[t + lag] ?? 0), 0);
  const variance = covariance(0);
  if (variance === 0) return 1;
  let inflation = 1;
  for (let lag = 1; lag <= LAGS; lag++) inflation += 2 * (1 - lag / (LAGS + 1)) * (covariance(lag) / variance);
  return clamp(inflation, 1, 5);
}
function worstWeek(hours, model) {
  let worst = model.p0;
  for (let from = 0; from < hours.length; from += HOURS_PER_WEEK) {
    const { errors, requests } = pooled(hours, model, from, from + HOURS_PER_WEEK);
    if (requests > 0) worst = Math.max(worst, errors / requests);
  }
  return worst;
}

// lib/statistics/upstream.ts
var WINDOWS = [
  { hours: HOURS_PER_WEEK, deviations: 1.5 },
  { hours: 24, deviations: 2 },
  { hours: 6, deviations: 2.5 },
  { hours: 1, deviations: 3 }
];
var OVERRULED_AT = 100;
function upstreamLevel(controls, length) {
  const errors = [0];
  const expected = [0];
  for (let t = 0; t < length; t++) {
    let observed = 0;
    let usual = 0;
    for (const { baseline, hours } of controls) {
      const { n, x, cell } = hours[t];
      if (n === 0) continue;
      const weight2 = 1 / (1 + (n - 1) * baseline.rho);
      observed += weight2 * x;
      usual += weight2 * n * baseline.p0 * baseline.season[cell];
    }
    errors.push(errors[t] + observed);
    expected.push(expected[t] + usual);
  }
  return Array.from({ length }, (_, t) => {
    let level = 0;
    for (const { hours, deviations } of WINDOWS) {
      const from = Math.max(0, t + 1 - hours);
      const seen = errors[t + 1] - errors[from] + 0.5;
      const ratio = Math.log(seen / (expected[t + 1] - expected[from] + 0.5));
      const doubt = deviations / Math.sqrt(seen);
      level = Math.min(ratio + doubt, Math.max(ratio - doubt, level));
    }
    return Math.exp(level);
  });
}
function baselineBeside(hours, level) {
  const alone = fitBaseline(hours);
  if (!level || !alone) return alone;
  const beside = hours.map((hour, t) => ({ ...hour, drift: level[t] }));
  const following = fitBaseline(beside);
  if (!following) return alone;
  const gain = logLikelihood(beside, following) - logLikelihood(hours, alone);
  return Math.min(alone.eta, following.eta) * gain > -Math.log(OVERRULED_AT) ? { ...following, followsUpstream: true } : alone;
}
function logLikelihood(hours, { p0, season, rho, eps, weeks }) {
  return hours.slice(-weeks * HOURS_PER_WEEK).reduce((sum, hour) => {
    const usual = season[hour.cell] * (hour.drift ?? 1);
    return hour.n > 0 ? sum + Math.log(hourLikelihood(hour, rho, eps)(p0 * usual)) : sum;
  }, 0);
}

// lib/facts/local-time.ts
var formats = /* @__PURE__ */ new Map();
function formatOf(timeZone) {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      weekday: "short",
      timeZoneName: "short"
    });
    formats.set(timeZone, format);
  }
  return format;
}
function localTime(instant, timeZone) {
  const part = Object.fromEntries(
    formatOf(timeZone).formatToParts(instant).map(({ type, value }) => [type, value])
  );
  return {
    date: `${part.year}-${part.month}-${part.day}`,
    hour: Number(part.hour),
    minute: Number(part.minute),
    weekend: part.weekday === "Sat" || part.weekday === "Sun",
    zoneName: part.timeZoneName ?? timeZone
  };
}
var cells = /* @__PURE__ */ new Map();
function cellOf(hour, timeZone) {
  const known = cells.get(timeZone) ?? /* @__PURE__ */ new Map();
  cells.set(timeZone, known);
  const cached = known.get(hour);
  if (cached !== void 0) return cached;
  const local = localTime(startOf(hour), timeZone);
  const cell = local.hour + (local.weekend ? 24 : 0);
  known.set(hour, cell);
  return cell;
}

// lib/judge/hour-counts.ts
function hourCounts(snapshots, { from, to }, { timeZone, ...rules }, include) {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => {
    const hour = from + index;
    const snapshot = include(hour) ? snapshots.get(hour) : void 0;
    const { requests: n, errors: x } = snapshot?.kind === "counted" ? tallyOf(snapshot.counts, rules) : { requests: 0, errors: 0 };
    return { n, x, cell: cellOf(hour, timeZone) };
  });
}

// lib/facts/format.ts
function percent(rate) {
  const value = rate * 100;
  if (value > 0 && value < 1e-3) return "< 0.001 %";
  const decimals = value === 0 || value >= 100 ? 0 : Math.min(3, Math.max(0, 2 - Math.floor(Math.log10(value))));
  const text = value.toFixed(decimals);
  return `${text.includes(".") ? text.replace(/\.?0+$/, "") : text} %`;
}
var integer = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
var count = (value) => integer.format(value);
var plural = (value, noun) => `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
var rateOf2 = ({ requests, errors }) => requests === 0 ? "no requests" : `${percent(errors / requests)} (${count(errors)} of ${count(requests)})`;
var times = (factor) => `${factor >= 10 ? count(factor) : Number(factor.toPrecision(2))} times`;
var two = (value) => String(value).padStart(2, "0");
function clock(instant, timeZone) {
  const { date, hour, minute, zoneName } = localTime(instant, timeZone);
  return `${date} ${two(hour)}:${two(minute)} ${zoneName}`;
}
function lasting(hours) {
  const rounded = Math.max(1, Math.round(hours));
  if (rounded < 36) return `about ${plural(rounded, "hour")}`;
  if (rounded < 2 * HOURS_PER_WEEK) return `about ${plural(Math.round(rounded / 24), "day")}`;
  return `about ${plural(Math.round(rounded / HOURS_PER_WEEK), "week")}`;
}

// lib/judge/missing-requests.ts
var MISSED_REQUESTS = 30;
var THIN_SHARE = 0.1;
var TELLING_REQUESTS = MISSED_REQUESTS / (1 - THIN_SHARE);
var CLOCK_SHIFTS = [0, -1, 1];
var UNTELLING_HOURS = HOURS_PER_WEEK;
function blindness(release, snapshots, newest, launch) {
  const known = [...snapshots.values()];
  let horizon = Math.min(newest, launch);
  for (const byHour of known) for (const hour of byHour.keys()) horizon = Math.min(horizon, hour);
  let since = newest + 1;
  while (since > horizon && !known.some((byHour) => byHour.get(since - 1)?.kind === "counted")) since--;
  const hours = newest + 1 - since;
  if (hours < release.alerts.blindAfter) return void 0;
  const seen = known.map((byHour) => byHour.get(newest)).find((snapshot) => snapshot?.kind === "unknown");
  return {
    since,
    hours,
    reason: seen?.kind === "unknown" ? seen.reason : "nothing was recorded: no run, or no answer from the metric source"
  };
}
function silenceOf(release, rollout, snapshots, newest, baseline) {
  const gone = goneSince(release, rollout, snapshots, newest, baseline);
  const thin = baseline && thinSince(release, rollout, snapshots, newest, baseline);
  if (!gone) return thin;
  return { ...gone, since: Math.min(gone.since, thin?.since ?? gone.since) };
}
function requestsOf(release, snapshots) {
  const known = /* @__PURE__ */ new Map();
  return (hour) => {
    if (known.has(hour)) return known.get(hour);
    const snapshot = snapshots.get(hour);
    const requests = snapshot?.kind === "counted" ? tallyOf(snapshot.counts, release).requests : void 0;
    known.set(hour, requests);
    return requests;
  };
}
function goneSince(release, { from, launch }, snapshots, newest, baseline) {
  const requestsIn = requestsOf(release, snapshots);
  let since = newest + 1;
  while (since > from && !requestsIn(since - 1)) since--;
  const hours = newest + 1 - since;
  if (hours < release.alerts.blindAfter) return void 0;
  const usual = baseline ? Math.min(...CLOCK_SHIFTS.map((shift) => usualIn2(baseline, since - launch + shift, hours))) : usualSoFar(tallyWindow(snapshots, { from, to: since }, release, /* @__PURE__ */ new Set()), hours);
  if (usual < MISSED_REQUESTS) return void 0;
  return {
    since,
    reason: `no request counted in the last ${plural(hours, "hour")}, where about ${count(usual)} are usual; renamed, cut off, or not measured?`
  };
}
var usualIn2 = ({ usual }, first, hours) => Array.from({ length: hours }, (_, index) => usual[(first + index + HOURS_PER_WEEK) % HOURS_PER_WEEK].n).reduce(
  (sum, n) => sum + n
);
var usualSoFar = ({ requests, counted }, hours) => counted > 0 ? hours * requests / counted : 0;
function thinSince(release, { from, launch }, snapshots, newest, { weeks }) {
  const span = release.alerts.blindAfter;
  const requestsIn = requestsOf(release, snapshots);
  const seenIn = (first) => sumOf(requestsIn, first, span);
  const leastIn = (first, hours = span) => leastUsual(requestsIn, first, hours, launch, weeks);
  let since;
  let untelling = 0;
  for (let first = newest + 1 - span; first >= from && untelling < UNTELLING_HOURS; first--) {
    const seen2 = seenIn(first);
    const least2 = leastIn(first);
    const telling = seen2 !== void 0 && least2 !== void 0 && least2 >= TELLING_REQUESTS;
    untelling = telling ? 0 : untelling + 1;
    if (!telling) continue;
    if (seen2 >= THIN_SHARE * least2) break;
    since = first;
  }
  if (since === void 0) return void 0;
  const last = since + span - 1;
  while (since < last && requestsIn(since) >= THIN_SHARE * (leastIn(since, 1) ?? 0)) since++;
  const [seen, least] = [seenIn(newest + 1 - span), leastIn(newest + 1 - span)];
  const now = seen === void 0 || least === void 0 ? "" : ` (${count(seen)} in the last ${plural(span, "hour")}, where ${count(least)} are usual at least)`;
  return {
    since,
    reason: `thinned out for ${plural(newest + 1 - since, "hour")}: less than a tenth of the usual requests counted${now}; cut off in part, sent elsewhere, or measured in part?`
  };
}
function sumOf(requestsIn, first, hours) {
  let sum = 0;
  for (let hour = first; hour < first + hours; hour++) {
    const requests = requestsIn(hour);
    if (requests === void 0) return void 0;
    sum += requests;
  }
  return sum;
}
function leastUsual(requestsIn, first, hours, launch, weeks) {
  const offset = (first - launch) % HOURS_PER_WEEK;
  const sums = [];
  let whole = 0;
  for (let week = 1; week <= weeks; week++) {
    for (const shift of CLOCK_SHIFTS) {
      const start = launch - week * HOURS_PER_WEEK + offset + shift;
      const sum = start + hours > launch ? void 0 : sumOf(requestsIn, start, hours);
      if (sum !== void 0) sums.push(sum);
      if (sum !== void 0 && shift === 0) whole++;
    }
  }
  return whole >= 2 ? Math.min(...sums) : void 0;
}

// lib/judge/rollout.ts
var BASELINE_WEEKS = 4;
var baselineFrom = (launch) => launch - BASELINE_WEEKS * HOURS_PER_WEEK;
function rolloutOf(log4) {
  const launchEvent = launchOf(log4);
  const exposed = exposedStays(log4);
  const current = exposed.at(-1);
  if (!launchEvent || !current) return void 0;
  return { log: log4, launch: hourOf(launchEvent.at), from: hourOf(exposed[0].at), stays: exposed, current };
}

// lib/judge/course.ts
var SMALLEST_CONTROL = 0.1;
function courseOf(release, rollout, snapshots, newest, { off, upstream } = {}, baselineFor = baselineOf) {
  const stayAt = (hour) => rollout.stays.find(({ from, to }) => hour >= from && hour < to);
  const window = { from: rollout.from, to: newest + 1 };
  const exposed = (hour) => stayAt(hour) !== void 0;
  const baseline = baselineFor(release, rollout, snapshots, upstream);
  const whole = hourCounts(snapshots, window, release, exposed);
  const apart = off && hourCounts(off, window, release, exposed).map((part, index) => partOf(whole[index], part));
  const drift = driftOf(rollout.from, baseline, upstream, apart);
  const hours = whole.map(
    (hour, index) => ({
      ...hour,
      ...drift && { drift: Math.max(1, drift(index)) },
      ...apart && isConcurrent(hour, apart[index]) && { off: apart[index] }
    })
  );
  const exposureOf = hours.map((_, index) => (stayAt(rollout.from + index) ?? rollout.current).exposure);
  const before = { from: rollout.launch - (baseline?.weeks ?? 0) * HOURS_PER_WEEK, to: rollout.launch };
  return {
    baseline,
    baselineUnknown: tallyWindow(snapshots, before, release, changedHours(rollout.log)).unknown,
    hours,
    exposureOf,
    stageFrom: rollout.current.from - rollout.from,
    silence: silenceOf(release, rollout, snapshots, newest, baseline)
  };
}
function driftOf(from, baseline, upstream, apart) {
  if (baseline?.followsUpstream && upstream) return (index) => upstream.at(from + index);
  if (!baseline || !apart) return void 0;
  const level = upstreamLevel([{ baseline, hours: apart }], apart.length);
  return (index) => level[index];
}
var partOf = ({ n, x }, off) => off.n < n && off.x <= x && x - off.x <= n - off.n ? off : { ...off, n: 0, x: 0 };
var isConcurrent = ({ n }, off) => off.n > 0 && off.n >= SMALLEST_CONTROL * n;
function baselineOf(release, { log: log4, launch }, snapshots, upstream) {
  const changed = changedHours(log4);
  const exposing = stays(log4).filter((stay) => stay.exposure > 0);
  const exposed = (hour) => exposing.some(({ from, to }) => hour >= from && hour < to);
  const window = { from: baselineFrom(launch), to: launch };
  const hours = hourCounts(snapshots, window, release, (hour) => !changed.has(hour) && !exposed(hour));
  const first = hours.findIndex((hour) => hour.n > 0);
  if (first < 0 || hours.length - first < HOURS_PER_WEEK) return void 0;
  const weeks = hours.slice(Math.floor(first / HOURS_PER_WEEK) * HOURS_PER_WEEK);
  return baselineBeside(weeks, upstream && weeks.map((_, t) => upstream.at(launch - weeks.length + t)));
}
function upstreamOf(release, rollout, snapshots, newest) {
  const window = { from: baselineFrom(rollout.launch), to: newest + 1 };
  const controls = release.controls.flatMap(({ name }) => {
    const known = snapshots.get(name) ?? /* @__PURE__ */ new Map();
    const baseline = baselineOf(release, rollout, known);
    return baseline ? [{ baseline, hours: hourCounts(known, window, release, () => true) }] : [];
  });
  if (controls.length === 0) return void 0;
  const level = upstreamLevel(controls, window.to - window.from);
  return { at: (hour) => level[hour - window.from] };
}
function fittedOnce() {
  const fitted = /* @__PURE__ */ new WeakMap();
  return (release, rollout, snapshots, upstream) => {
    const known = fitted.get(snapshots);
    if (known?.launch === rollout.launch) return known.baseline;
    const baseline = baselineOf(release, rollout, snapshots, upstream);
    fitted.set(snapshots, { launch: rollout.launch, baseline });
    return baseline;
  };
}

// lib/facts/series.ts
var toggleOffName = (endpoint) => `${endpoint} (toggle off)`;

// lib/release/schedule.ts
var HOURS_OF_A_LONE_STAGE = 24;
function plannedHours(release) {
  const stages = release.stages.slice(0, -1).reduce((sum, stage) => sum + (stage.length ?? 0), 0);
  const lastStage = release.stages.at(-1).length ?? 0;
  return stages + Math.max(lastStage, HOURS_OF_A_LONE_STAGE, ...release.checks.map((check) => check.length));
}
function stageLength(release, name) {
  const stage = release.stages.find((one) => one.name === name);
  if (!stage) return void 0;
  if (stage.length !== void 0) return stage.length;
  return release.checks.length > 0 ? Math.max(...release.checks.map((check) => check.length)) : void 0;
}
function checksOf(release, log4) {
  const launch = launchOf(log4);
  const last = release.stages.at(-1).name;
  const stay = stays(log4).findLast((one) => one.stage === last);
  if (!launch || !stay || stay.at < launch.at) return [];
  return release.checks.map(({ name, length }) => {
    const end = stay.at + length * HOUR_MS;
    return { name, stay, end, complete: stay.to >= hourOf(end) };
  });
}

// lib/statistics/comparison.ts
var { log: log2, log1p: log1p2, max: max2, min: min2 } = Math;
var HOUR_CAP_LOG = log2(10);
var SMALLEST_STEP = 25e-4;
var LARGEST_CLUSTER = 5;
var SMALLEST_SHARE = 1e-7;
var weigh = (logRatio, eta) => min2(HOUR_CAP_LOG, logRatio) * eta;
var comparisonOf = (hour, baseline) => hour.off ? besideControl(hour, hour.off, baseline) : afterBaseline(hour, baseline);
var levelBefore = (level) => typeof level === "number" ? level : level.before;
var levelBeside = (level) => typeof level === "number" ? level : level.control;
var shareAfter = (usual) => (level) => boundedRate(level * usual);
var logOf = (likelihood) => (share) => log2(likelihood(share));
function afterBaseline(hour, { season, rho, eps, eta }) {
  const usual = season[hour.cell] * (hour.drift ?? 1);
  return {
    n: hour.n,
    x: hour.x,
    rho,
    eta,
    smallestStep: SMALLEST_STEP / usual,
    levelIn: levelBefore,
    shareAt: shareAfter(usual),
    logLikelihood: logOf(hourLikelihood(hour, rho, eps))
  };
}
var shareBeside = (exposed, off, p0) => (level) => {
  const expected = level / p0 * exposed;
  return min2(1 - SMALLEST_SHARE, max2(SMALLEST_SHARE, expected / (expected + off)));
};
var logBinomial = (x, n) => {
  const logChoose = logGamma(n + 1) - logGamma(x + 1) - logGamma(n - x + 1);
  return (share) => logChoose + x * log2(share) + (n - x) * log1p2(-share);
};
function besideControl(hour, off, { p0, rho }) {
  const cluster = min2(LARGEST_CLUSTER, 1 + (hour.n - 1) * rho);
  const n = hour.x / cluster;
  const x = (hour.x - off.x) / cluster;
  return {
    n,
    x,
    rho: 0,
    eta: 1,
    smallestStep: SMALLEST_STEP,
    levelIn: levelBeside,
    shareAt: shareBeside(hour.n - off.n, off.n, p0),
    logLikelihood: logBinomial(x, n)
  };
}

// lib/statistics/regression.ts
var { exp: exp2, floor, log: log3, max: max3 } = Math;
var ACTS_AT = 20;
var ROLLS_BACK_AT = 100;
var EFFECTS = [1.3, 2, 4, 12];
var EFFECT_SHARE = 0.225;
var ANYTHING_SHARE = 0.1;
function regressionEvidence(hours, baseline, level, plannedHours2) {
  checkHours(hours);
  checkLevel(level);
  if (!(plannedHours2 > 0)) throw new RangeError(`planned hours - got ${plannedHours2}, expected a number above 0`);
  let effects = EFFECTS.map(() => 0);
  let anything = 0;
  return hours.map((hour, t) => {
    const onset = 0.5 / plannedHours2 + (t === 0 ? 0.5 : 0);
    effects = effects.map((r) => r + onset);
    anything += onset;
    if (hour.n > 0) {
      const { n, x, shareAt, logLikelihood: logLikelihood2, levelIn, smallestStep, eta } = comparisonOf(hour, baseline);
      const tolerated = levelIn(level);
      const share = shareAt(tolerated);
      const tolerable = logLikelihood2(share);
      const step = max3(tolerated, smallestStep);
      effects = effects.map(
        (r, j) => r * exp2(weigh(logLikelihood2(shareAt(tolerated + (EFFECTS[j] - 1) * step)) - tolerable, eta))
      );
      const expected = floor(n * share);
      if (n > 0) anything *= exp2(weigh(log3(0.5) - (x <= expected ? 0 : log3(max3(1, n - expected)) + tolerable), eta));
    }
    const evidence = ANYTHING_SHARE * anything + EFFECT_SHARE * effects.reduce((sum, r) => sum + r, 0);
    if (evidence >= ROLLS_BACK_AT) {
      effects = EFFECTS.map(() => 0);
      anything = 0;
    }
    return evidence;
  });
}
function pageEpisodes(hours, baseline, level, evidence) {
  checkHours(hours);
  checkLevel(level);
  checkLengths(hours, evidence);
  const episodes = [];
  let open;
  let recovered = 1;
  hours.forEach((hour, t) => {
    const now = evidence[t];
    if (!open) {
      if (now < ACTS_AT) return;
      open = { from: t, worst: now, rollBackAt: [] };
      episodes.push(open);
      recovered = 1;
    } else if (hour.n > 0) {
      const { shareAt, logLikelihood: logLikelihood2, levelIn, eta } = comparisonOf(hour, baseline);
      const ratio = logLikelihood2(shareAt(baseline.p0)) - logLikelihood2(shareAt(levelIn(level)));
      recovered = max3(1, recovered) * exp2(weigh(ratio, eta));
    }
    open.worst = max3(open.worst, now);
    if (now >= ROLLS_BACK_AT) open.rollBackAt.push(t);
    if (recovered >= ACTS_AT && now < ACTS_AT) {
      open.to = t;
      open = void 0;
    }
  });
  return episodes;
}
function checkLevel(level) {
  for (const one of typeof level === "number" ? [level] : [level.before, level.control]) {
    if (!(one > 0 && one <= 1)) throw new RangeError(`level - got ${one}, expected a fraction above 0 and at most 1`);
  }
}
function checkLengths(hours, values) {
  if (values.length !== hours.length) {
    throw new RangeError(`values by hour - got ${values.length}, expected one for each of the ${hours.length} hours`);
  }
}

// lib/statistics/gate.ts
var HARM = 0.01;
var SMALLEST_HARM = 1e-4;
var PROMOTES_AT = 100;
var LARGEST_LOG = 690;
var HOUR_CAP_LOG2 = Math.log(10);
var MEDIAN_SHARE = 0.7;
function gateLevel({ p0 }, level, theta, exposure) {
  checkFraction("theta", theta);
  checkLevel(level);
  if (!(exposure >= 0 && exposure <= 1)) {
    throw new RangeError(`exposure - got ${exposure}, expected a fraction from 0 to 1`);
  }
  const harm = Math.max(SMALLEST_HARM, Math.min(Math.max(HARM, p0), theta - p0));
  const harmful = Math.max(level, p0 + exposure * harm);
  return p0 < theta ? Math.min(theta, harmful) : harmful;
}
function gateLevelIn(hour, baseline, level, theta, exposure) {
  const { before, control } = typeof level === "number" ? { before: level, control: level } : level;
  return hour.off ? gateLevel(baseline, control, theta, 1) : gateLevel(baseline, before, theta, exposure);
}
function against(baseline, hour) {
  const { shareAt, logLikelihood: logLikelihood2, eta } = comparisonOf(hour, baseline);
  const asBefore = logLikelihood2(shareAt(baseline.p0));
  return (q) => {
    const harmful = logLikelihood2(shareAt(q));
    const halfway = logLikelihood2(shareAt((baseline.p0 + q) / 2));
    return [weigh(asBefore - harmful, eta), weigh(halfway - harmful, eta)];
  };
}
function mean(first, second) {
  const larger = Math.max(first, second);
  const log4 = larger + Math.log((Math.exp(first - larger) + Math.exp(second - larger)) / 2);
  return Math.exp(Math.max(-LARGEST_LOG, Math.min(LARGEST_LOG, log4)));
}
function gateEvidence(hours, baseline, exposureOf, level, theta) {
  checkHours(hours);
  checkLengths(hours, exposureOf);
  let first = 0;
  let second = 0;
  return hours.map((hour, t) => {
    if (hour.n > 0) {
      const q = gateLevelIn(hour, baseline, level, theta, exposureOf[t]);
      const [asBefore, halfway] = against(baseline, hour)(q);
      first += asBefore;
      second += halfway;
    }
    return mean(first, second);
  });
}
function hoursStillNeeded(evidence, baseline, q, usual = baseline.usual, odds2 = ACTS_AT) {
  if (!(evidence >= 0)) throw new RangeError(`evidence - got ${evidence}, expected odds from 0`);
  checkLevel(q);
  checkHours(usual);
  if (evidence >= odds2) return 0;
  const gain = usual.reduce((sum, hour) => sum + usualGain(hour, baseline, q), 0);
  const hours = MEDIAN_SHARE * Math.log(odds2 / evidence) * usual.length / gain;
  return q > baseline.p0 && Number.isFinite(hours) ? hours : void 0;
}
function usualGain(hour, baseline, q) {
  const { n, rho, eta, shareAt } = comparisonOf(hour, baseline);
  if (n === 0) return 0;
  const [usual, harmful] = hour.off ? [shareAt(baseline.p0), shareAt(q)] : [baseline.p0, q];
  const information = (harmful - usual) ** 2 / (2 * harmful * (1 - harmful) * (1 / n + rho));
  return eta * Math.min(HOUR_CAP_LOG2, information);
}
function provenLevel(hours, baseline) {
  checkHours(hours);
  const counted = hours.filter((hour) => hour.n > 0).map((hour) => against(baseline, hour));
  const ruledOut = (q) => {
    let first = 0;
    let second = 0;
    for (const hour of counted) {
      const [asBefore, halfway] = hour(q);
      first += asBefore;
      second += halfway;
    }
    return mean(first, second) >= ACTS_AT;
  };
  let low = baseline.p0;
  let high = boundedRate(1);
  if (low >= high || !ruledOut(high)) return void 0;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (ruledOut(middle)) high = middle;
    else low = middle;
  }
  return high;
}
function exposedRate({ p0 }, overall, exposure) {
  return exposure > 0 ? Math.min(1, p0 + (overall - p0) / exposure) : void 0;
}

// lib/judge/case.ts
var AFTERMATH_HOURS = 24;
var usualHour = (baseline) => baseline ? pool(baseline.usual).requests / baseline.usual.length : 0;
var plannedStageHours = ({ release, rollout }) => stageLength(release, rollout.current.stage) ?? Number.POSITIVE_INFINITY;
function recent({ newest, rollout }, pooled2, hours = AFTERMATH_HOURS) {
  const from = Math.max(rollout.from, newest + 1 - hours);
  return { pooled: pooled2, window: { name: `last ${plural(newest + 1 - from, "hour")}`, from, to: newest + 1 } };
}
function finish({ endpoint, rollout, newest, course }, criterion, draft) {
  const { current } = rollout;
  return {
    endpoint: endpoint.name,
    criterion,
    window: { name: `stage ${current.stage}`, from: current.from, to: newest + 1 },
    pooled: pool(course.hours.slice(course.stageFrom)),
    evidence: {},
    rollBack: false,
    reportOnly: false,
    ...draft
  };
}

// lib/statistics/page.ts
var WORST_WEEK_FACTOR = 4;
var ENOUGH_WHEN_NOTICED = 3;
var NOTICED_WITHIN_HOURS = 24;
function pageLevel(baseline, settings, theta) {
  const { p0, worst } = baseline;
  const level = Math.max(toleratedLevel(baseline, settings, theta), p0 + WORST_WEEK_FACTOR * (worst - p0));
  return Math.min(level, p0 < theta ? theta : 1);
}
var pageLevels = (baseline, settings, theta) => ({
  before: pageLevel(baseline, settings, theta),
  control: toleratedLevel({ p0: baseline.p0, worst: baseline.p0 }, settings, theta)
});
function pageEvidence(hours, baseline, level, plannedHours2) {
  const above = regressionEvidence(hours, baseline, level, plannedHours2);
  const lowest = typeof level === "number" ? level : Math.min(level.before, level.control);
  const noticed = regressionEvidence(hours, baseline, Math.min(lowest, baseline.noticeLevel), plannedHours2);
  return above.map((now, t) => {
    const lately = Math.max(...noticed.slice(Math.max(0, t + 1 - NOTICED_WITHIN_HOURS), t + 1));
    return now >= ENOUGH_WHEN_NOTICED && lately >= ACTS_AT ? Math.max(ACTS_AT, now) : now;
  });
}

// lib/statistics/threshold.ts
var RHO_WITHOUT_BASELINE = 2e-3;
var REFERENCE_LIMIT = 0.05;
var RATES_ABOVE = [0.06, 0.08, 0.12, 0.2, 0.4];
var RATES_BELOW = [1e-4, 0.01, 0.025, 0.035];
var WEIGHTS_BELOW = [0.5, 0.2, 0.2, 0.1];
var HOURS_OF_A_RATE = 168;
var HIGHEST_SUM = 1e250;
var LARGEST_LOG2 = 690;
var THIN_REQUESTS = 60;
var HOURS_TO_CLOSE = 2;
var RECOVERED_RATE = 0.01;
var RECOVERY_CAP = 10;
var MOST_REQUESTS = 1e7;
var odds = (rate) => rate / (1 - rate);
function relativeTo(theta, rate) {
  const scaled = odds(theta) / odds(REFERENCE_LIMIT) * odds(rate);
  return scaled / (1 + scaled);
}
function logRatios(theta, rates, rho) {
  const relative = rates.map((rate) => relativeTo(theta, rate));
  return ({ n, x }) => {
    const atTheta = logRateTerm(x, n, theta, rho);
    return relative.map((rate) => logRateTerm(x, n, rate, rho) - atTheta);
  };
}
function thresholdEvidence(hours, theta, rho) {
  checkInput(hours, theta, rho);
  const ratios = logRatios(theta, RATES_ABOVE, rho);
  let sums = RATES_ABOVE.map(() => 0);
  return hours.map((hour) => {
    if (hour.n > 0) {
      const logs = ratios(hour);
      sums = sums.map((sum, j) => {
        const next = (sum + 1 / HOURS_OF_A_RATE) * Math.exp(Math.min(LARGEST_LOG2, logs[j]));
        return Math.min(HIGHEST_SUM, next);
      });
    }
    const evidence = sums.reduce((sum, one) => sum + one, 0) / sums.length;
    if (evidence >= ACTS_AT) sums = RATES_ABOVE.map(() => 0);
    return evidence;
  });
}
function thresholdEpisodes(hours, theta, rho, evidence) {
  checkInput(hours, theta, rho);
  checkLengths(hours, evidence);
  const ratios = logRatios(theta, [RECOVERED_RATE], rho);
  const episodes = [];
  let open;
  let recovered = 1;
  let goodHours = 0;
  hours.forEach((hour, t) => {
    const now = evidence[t];
    if (!open) {
      if (now < ACTS_AT) return;
      open = { from: t, worst: now };
      episodes.push(open);
      recovered = 1;
      goodHours = 0;
    } else if (hour.n > 0) {
      const below = hour.x / hour.n < theta;
      if (!below) goodHours = 0;
      else if (hour.n >= THIN_REQUESTS) goodHours++;
      recovered = Math.max(1, recovered) * Math.min(RECOVERY_CAP, Math.exp(ratios(hour)[0]));
    }
    open.worst = Math.max(open.worst, now);
    if ((goodHours >= HOURS_TO_CLOSE || recovered >= ACTS_AT) && now < ACTS_AT) {
      open.to = t;
      open = void 0;
    }
  });
  return episodes;
}
function logMixture(products) {
  const logs = products.map((product, k) => product + Math.log(WEIGHTS_BELOW[k]));
  const largest = Math.max(...logs);
  return largest + Math.log(logs.reduce((sum, one) => sum + Math.exp(one - largest), 0));
}
function belowEvidence(hours, theta, rho) {
  checkInput(hours, theta, rho);
  const ratios = logRatios(theta, RATES_BELOW, rho);
  let products = RATES_BELOW.map(() => 0);
  return hours.map((hour) => {
    if (hour.n > 0) {
      const logs = ratios(hour);
      products = products.map((product, k) => product + logs[k]);
    }
    return Math.exp(Math.max(-LARGEST_LOG2, Math.min(LARGEST_LOG2, logMixture(products))));
  });
}
function requestsNeeded(hours, theta, rho, usualHourSize) {
  checkInput(hours, theta, rho);
  if (!(usualHourSize >= 0))
    throw new RangeError(`usual requests of an hour - got ${usualHourSize}, expected a number from 0`);
  const ratios = logRatios(theta, RATES_BELOW, rho);
  const counted = hours.filter((hour) => hour.n > 0).map(ratios);
  const products = RATES_BELOW.map((_, k) => counted.reduce((sum, logs) => sum + logs[k], 0));
  const seen = hours.reduce((sum, hour) => sum + hour.n, 0);
  const size = Math.min(MOST_REQUESTS, Math.max(1, Math.round(usualHourSize)));
  const wholeHour = ratios({ n: size, x: 0 });
  const enough = (further) => {
    const whole = Math.floor(further / size);
    const rest = ratios({ n: further % size, x: 0 });
    return logMixture(products.map((product, k) => product + whole * wholeHour[k] + rest[k])) >= Math.log(ACTS_AT);
  };
  if (enough(0)) return seen;
  if (seen >= MOST_REQUESTS || !enough(MOST_REQUESTS - seen)) return void 0;
  let low = 0;
  let high = MOST_REQUESTS - seen;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return seen + high;
}
function checkInput(hours, theta, rho) {
  checkHours(hours);
  checkFraction("theta", theta);
  checkFraction("rho", rho);
}

// lib/judge/evidence.ts
var ERRORS_TO_TELL = 10;
function consistentEvidence({ course: { hours, exposureOf }, plannedHours: plannedHours2 }, baseline, { consistentWithBaseline: settings }, theta) {
  const tolerated = pageLevels(baseline, settings, theta);
  const level = { before: toleratedLevel(baseline, settings, theta), control: tolerated.control };
  return {
    tolerated,
    level,
    page: pageEvidence(hours, baseline, tolerated, plannedHours2),
    gate: () => gateEvidence(hours, baseline, exposureOf, level, theta)
  };
}
function limitEvidence({ course: { baseline, hours } }, theta) {
  const rho = baseline?.rho ?? RHO_WITHOUT_BASELINE;
  return { rho, breach: thresholdEvidence(hours, theta, rho) };
}
var baselineAbove = (baseline, theta) => baseline !== void 0 && baseline.errors >= ERRORS_TO_TELL && baseline.p0 >= theta;

// lib/judge/consistent-with-baseline.ts
var DOUBT_AT = 2;
var TREND_HOURS = 72;
var OUTAGES_FACTOR = 2;
var OUTAGES_FLOOR = 5e-3;
function drifts({ course: { baseline, hours }, plannedHours: plannedHours2 }) {
  if (!baseline) return false;
  const evidence = regressionEvidence(hours, baseline, baseline.noticeLevel, plannedHours2);
  return evidence.slice(-AFTERMATH_HOURS).some((now) => now >= ACTS_AT);
}
function oddities({ weeks, incidentHours, errors, requests }, unknown) {
  return [
    weeks < BASELINE_WEEKS ? `${weeks} of ${BASELINE_WEEKS} weeks` : "",
    unknown > 0 ? `${plural(unknown, "hour")} of it unknown` : "",
    incidentHours > 0 ? `${plural(incidentHours, "incident hour")} left out of it` : "",
    errors === 0 ? `no error in its ${plural(requests, "request")}` : ""
  ].filter(Boolean);
}
function sides(hours) {
  const apart = hours.filter((hour) => hour.off);
  if (apart.length === 0) return { pooled: pool(hours) };
  const all = pool(apart);
  const control = pool(apart.map((hour) => ({ ...hour.off, cell: hour.cell })));
  return { pooled: { requests: all.requests - control.requests, errors: all.errors - control.errors }, control };
}
function consistentFinding(about, criterion, theta) {
  const { course, release, rollout } = about;
  const { baseline, hours, stageFrom } = course;
  const make = (draft) => finish(about, "consistentWithBaseline", { ...draft, ...baseline && { baselineRate: baseline.p0 } });
  if (!baseline)
    return make({
      outcome: "no-data",
      reason: "there is no baseline: not one whole week with requests before the launch"
    });
  const { tolerated, level, page, gate: gateOf } = consistentEvidence(about, baseline, criterion, theta);
  const episodes = pageEpisodes(hours, baseline, tolerated, page);
  const last = episodes.at(-1);
  const rollBackAt = episodes.flatMap((episode) => episode.rollBackAt).find((index) => index >= stageFrom);
  const rollBack = rollBackAt !== void 0;
  const breach = page.at(-1) ?? 0;
  const odd = oddities(baseline, course.baselineUnknown).map((one) => `; ${one}`);
  const alone = release.datadog.control !== void 0 && rollout.current.exposure < 1;
  const compared = (some, where) => {
    const { pooled: pooled2, control } = sides(some);
    if (!control)
      return {
        limit: tolerated.before,
        pooled: pooled2,
        reason: `${rateOf2(pooled2)} in the ${where} against the baseline's ${percent(baseline.p0)} (tolerated up to ${percent(tolerated.before)}${odd.join("")}${alone ? "; too few requests with the toggle off to compare with" : ""})`
      };
    const factor = tolerated.control / baseline.p0;
    return {
      limit: Math.min(1, factor * control.errors / control.requests),
      pooled: pooled2,
      control,
      reason: `${rateOf2(pooled2)} with the toggle on in the ${where} against ${rateOf2(control)} with it off (tolerated up to ${times(factor)} that)`
    };
  };
  if (last && last.to === void 0) {
    const { window } = recent(about, pool([]));
    return make({
      ...compared(hours.slice(-AFTERMATH_HOURS), window.name),
      outcome: "breach",
      window,
      evidence: { breach: Math.max(breach, last.worst) },
      since: rollout.from + last.from,
      rollBack
    });
  }
  const stage = pool(hours.slice(stageFrom));
  if (stage.requests === 0)
    return make({ limit: tolerated.before, outcome: "no-data", reason: "no request counted in this stage", rollBack });
  const gate = gateOf();
  const pass = gate.at(-1);
  const gateAt = gateLevelIn(hours.at(-1), baseline, level, theta, rollout.current.exposure);
  const apart = hours.filter((hour) => hour.off);
  const usual = (hours.at(-1).off ? apart : [...baseline.usual, ...hours]).slice(-HOURS_PER_WEEK);
  const more = hoursStillNeeded(pass, baseline, gateAt, usual, PROMOTES_AT);
  const fromNothing = hoursStillNeeded(1, baseline, gateAt, usual, PROMOTES_AT);
  const earlier = gate.at(-1 - TREND_HOURS);
  const doubts = [
    rollBack ? "it was bad enough to roll back in this stage; enter the stage again once it is repaired" : "",
    breach >= DOUBT_AT ? `odds of ${count(breach)} : 1 that it is above what is tolerated` : "",
    pass < PROMOTES_AT ? `harm to the exposed users is not ruled out yet${more === void 0 ? "" : `, ${lasting(more)} more`}` : "",
    earlier !== void 0 && pass < earlier ? "its evidence is weaker than three days ago" : "",
    stage.errors / stage.requests > OUTAGES_FACTOR * baseline.raw + OUTAGES_FLOOR ? "the stage fails more often than the baseline with all its incidents" : ""
  ].filter(Boolean);
  const inStage = compared(hours.slice(stageFrom), "stage");
  return make({
    ...inStage,
    outcome: doubts.length === 0 ? "pass" : "inconclusive",
    reason: [inStage.reason, ...doubts].join("; "),
    evidence: { breach, pass },
    rollBack,
    reportOnly: criterion.whenThin === "report" && pass < PROMOTES_AT && (fromNothing ?? Number.POSITIVE_INFINITY) > plannedStageHours(about),
    ...more !== void 0 && pass < PROMOTES_AT && { expectedAt: about.newest + 1 + Math.ceil(more) }
  });
}

// lib/judge/below-limit.ts
var ROLL_BACK_HOURS = 3;
function limitFinding(about, criterion, theta, whenThin) {
  const { course, rollout, newest } = about;
  const { baseline, hours, stageFrom } = course;
  const make = (draft) => finish(about, criterion, { ...draft, limit: theta, ...baseline && { baselineRate: baseline.p0 } });
  if (baselineAbove(baseline, theta)) {
    return make({
      outcome: "inconclusive",
      reason: `already ${percent(baseline.p0)} before the launch, at or above the limit of ${percent(theta)}`,
      reportOnly: criterion === "ceiling"
    });
  }
  const { rho, breach: evidence } = limitEvidence(about, theta);
  const episodes = thresholdEpisodes(hours, theta, rho, evidence);
  const last = episodes.at(-1);
  const stageHours = hours.slice(stageFrom);
  const stage = pool(stageHours);
  if (last && last.to === void 0) {
    const above = hours.slice(-AFTERMATH_HOURS).filter(({ n, x }) => n > 0 && x / n > theta).length;
    const pooled2 = pool(hours.slice(last.from).slice(-AFTERMATH_HOURS));
    const lingers = pooled2.errors <= theta * pooled2.requests ? "; not shown yet that it is over" : "";
    return make({
      outcome: "breach",
      reason: `${rateOf2(pooled2)} against a limit of ${percent(theta)}${lingers}`,
      ...recent(about, pooled2, Math.min(AFTERMATH_HOURS, hours.length - last.from)),
      evidence: { breach: last.worst },
      since: rollout.from + last.from,
      rollBack: above >= ROLL_BACK_HOURS
    });
  }
  const needed = requestsNeeded(stageHours, theta, rho, usualHour(baseline));
  const perHour = usualHour(baseline) || stage.requests / Math.max(1, stageHours.length);
  const cleanNeed = requestsNeeded([], theta, rho, usualHour(baseline)) ?? Number.POSITIVE_INFINITY;
  const reportOnly = whenThin === "report" && (criterion === "ceiling" || perHour * plannedStageHours(about) < cleanNeed);
  const missing = needed === void 0 ? void 0 : Math.max(0, needed - stage.requests);
  const wait = missing && perHour > 0 ? missing / perHour : void 0;
  const expected = { needed, reportOnly, ...wait !== void 0 && { expectedAt: newest + 1 + Math.ceil(wait) } };
  const enough = needed === void 0 ? "more requests needed than will ever come" : stage.requests < cleanNeed ? `not enough data: ${plural(stage.requests, "request")}, ${count(needed)} needed` : `not shown to be below it: that takes ${count(needed)} requests in all if no further one fails`;
  if (stage.requests === 0) return make({ outcome: "no-data", reason: enough, ...expected });
  const pass = belowEvidence(stageHours, theta, rho).at(-1);
  const recentBreach = last?.to !== void 0 && hours.length - last.to <= AFTERMATH_HOURS;
  const met = pass >= ACTS_AT && !recentBreach;
  const doubt = recentBreach ? `it was above its limit in the last ${AFTERMATH_HOURS} hours` : `${enough}${wait === void 0 ? "" : ` (${lasting(wait)} at the usual traffic)`}`;
  return make({
    outcome: met ? "pass" : "inconclusive",
    reason: `${rateOf2(stage)} in the stage against a limit of ${percent(theta)}${met ? "" : `; ${doubt}`}`,
    evidence: { breach: evidence.at(-1) ?? 0, pass },
    ...recentBreach ? { reportOnly: false } : expected
  });
}

// lib/judge/finding.ts
var RISE = 1.2;
function findingsOf(about) {
  const findings = criteriaOf(about);
  const beyond = findings.some(
    ({ criterion, outcome }) => criterion === "consistentWithBaseline" && outcome === "breach"
  );
  const upstream = upstreamText(about, beyond);
  return upstream ? findings.map((finding) => ({ ...finding, upstream })) : findings;
}
function upstreamText({ release, course: { baseline, hours } }, beyond) {
  if (!baseline) return void 0;
  const lately = hours.slice(-AFTERMATH_HOURS);
  const risen = lately.filter(({ n, drift = 1 }) => n > 0 && drift >= RISE);
  const errors = risen.reduce((sum, { x }) => sum + x, 0);
  const usual = risen.reduce((sum, { n, cell }) => sum + n * baseline.p0 * baseline.season[cell], 0);
  if (risen.length === 0 || errors < RISE * usual) return void 0;
  const what = baseline.followsUpstream ? release.controls.map(({ name }) => name).join(", ") : "its requests with the toggle off";
  const rise = `up to ${times(Math.max(...risen.map(({ drift = 1 }) => drift)))} the usual error rate in the last ${plural(lately.length, "hour")}`;
  return beyond ? `partly upstream: ${what} had ${rise} too, and this endpoint rose beyond that` : `likely upstream: ${what} had ${rise} too`;
}
function criteriaOf(about) {
  const { endpoint, release } = about;
  const limit = endpoint.criteria.find((criterion) => "below" in criterion);
  const consistent = endpoint.criteria.find((criterion) => "consistentWithBaseline" in criterion);
  return [
    ...consistent ? [consistentFinding(about, consistent, limit?.below ?? release.ceiling)] : [],
    ...limit ? [limitFinding(about, "below", limit.below, limit.whenThin)] : [],
    ...limit ? [] : [limitFinding(about, "ceiling", release.ceiling, "report")]
  ];
}
function unlessSilent(finding, about) {
  const { course, rollout } = about;
  const { silence } = course;
  if (finding.outcome === "breach" || !silence) return finding;
  const hours = course.hours.map(
    (hour, index) => rollout.from + index < silence.since ? hour : { ...hour, n: 0, x: 0 }
  );
  const before = findingsOf({ ...about, course: { ...course, hours } }).find(
    ({ criterion }) => criterion === finding.criterion
  );
  if (before.outcome === "breach") return before;
  return { ...finding, outcome: "no-data", reason: silence.reason, reportOnly: false, silentSince: silence.since };
}

// lib/judge/notice.ts
var NEWS_HOURS = 48;
function driftNotice(endpoint, { newest, course: { hours }, release }) {
  const week = hours.slice(-HOURS_PER_WEEK);
  const { date } = localTime(startOf(newest + 1), release.timeZone);
  return {
    key: `drift/${endpoint}/${date}`,
    kind: "drift",
    text: `${endpoint} runs a little above its baseline: ${rateOf2(pool(week))} in the last ${plural(week.length, "hour")}; that is tolerated, there is nothing to do`
  };
}
function gapNotices(release, snapshots, newest) {
  const filled = /* @__PURE__ */ new Map();
  for (const byHour of snapshots.values()) {
    for (let hour = newest; hour > newest - 14 * 24; hour--) {
      const at = byHour.get(hour)?.filledAt;
      if (at === void 0 || hourOf(at) <= newest - NEWS_HOURS) continue;
      filled.set(at, (filled.get(at) ?? /* @__PURE__ */ new Set()).add(hour));
    }
  }
  return [...filled].map(([at, hours]) => ({
    key: `gap/${instantText(at)}`,
    kind: "gap-closed",
    text: `${plural(hours.size, "hour")} without data were counted after all, from ${clock(startOf(Math.min(...hours)), release.timeZone)} to ${clock(startOf(Math.max(...hours) + 1), release.timeZone)}`
  }));
}
function checkInsOf(release, log4, snapshots, verdict) {
  const now = startOf(verdict.hour + 1);
  const { stage } = verdict;
  const changed = changedHours(log4);
  const due = [];
  const coming = [];
  const isLast = stage?.name === release.stages.at(-1).name;
  if (stage?.plannedEnd !== void 0 && !(isLast && release.checks.length > 0)) {
    if (stage.plannedEnd > now) coming.push(stage.plannedEnd);
    else {
      const key = `stage/${stage.name}/${stage.since}/${verdict.recommendation}`;
      due.push({
        key,
        kind: "check-in",
        text: `stage ${stage.name} has lasted as planned: ${verdict.recommendation}. ${verdict.reason}`,
        window: { name: `stage ${stage.name}`, from: hourFrom(stage.since), to: hourOf(stage.plannedEnd) }
      });
    }
  }
  for (const { name, stay, end, complete } of checksOf(release, log4)) {
    if (!complete) continue;
    if (end > now) coming.push(end);
    else {
      const window = { name: `${name} check`, from: stay.from, to: hourOf(end) };
      const rates = release.endpoints.map(
        (one) => `${one.name} ${rateOf2(tallyWindow(snapshots.get(one.name) ?? /* @__PURE__ */ new Map(), window, release, changed))}`
      );
      due.push({
        key: `check/${name}/${stay.at}`,
        kind: "check-in",
        text: `${name} check: ${rates.join(", ")}. ${summary(verdict.findings)}`,
        window
      });
    }
  }
  return { due, next: coming.length > 0 ? Math.min(...coming) : void 0 };
}
var summary = (findings) => findings.filter((finding) => finding.criterion !== "ceiling").map((finding) => `${finding.endpoint} ${finding.outcome}`).join(", ");

// lib/judge/judge.ts
var JUDGE_VERSION = "3";
var SHORTEST_STAGE_HOURS = 24;
function judge(release, wholeLog, snapshots, hour, options = {}) {
  const log4 = wholeLog.filter((event) => event.at < startOf(hour + 1));
  const rollout = rolloutOf(log4);
  const blind = blindness(release, snapshots, hour, rollout?.launch ?? hour);
  const gaps = gapNotices(release, snapshots, hour);
  const base = { judge: JUDGE_VERSION, hour, ...blind && { blind } };
  if (!rollout) {
    const reason = log4.some((event) => event.exposure > 0) ? "the release was taken back to 0 %; nobody is exposed" : "the release is not launched: no stage was entered";
    return { ...base, recommendation: "not exposed", reason: withBlind(reason, blind), findings: [], notices: gaps };
  }
  const { current } = rollout;
  const length = stageLength(release, current.stage);
  const plannedEnd = length === void 0 ? void 0 : current.at + length * HOUR_MS;
  const over = plannedEnd !== void 0 && startOf(hour + 1) >= plannedEnd;
  const cases = casesOf(release, rollout, snapshots, hour, options.baselineFor);
  const findings = cases.flatMap(
    (about) => findingsOf(about).map((finding) => {
      const seen = blind ? notWhileBlind(finding) : unlessSilent(finding, about);
      return options.proven ?? over ? withProvenLevel(seen, about.course, rollout) : seen;
    })
  );
  const stage = {
    name: current.stage,
    exposure: current.exposure,
    since: current.at,
    ...plannedEnd !== void 0 && { plannedEnd }
  };
  const verdict = {
    ...base,
    stage,
    findings,
    ...recommend(release, findings, {
      current: current.stage,
      blind,
      over,
      plannedEnd,
      hours: hour + 1 - current.from
    })
  };
  const { due, next } = checkInsOf(release, log4, snapshots, verdict);
  const broken = new Set(findings.filter((finding) => finding.outcome === "breach").map((finding) => finding.endpoint));
  const drift = cases.filter((about) => !broken.has(about.endpoint.name) && drifts(about)).map((about) => driftNotice(about.endpoint.name, about));
  return { ...verdict, notices: [...due, ...drift, ...gaps], ...next !== void 0 && { nextCheckIn: next } };
}
function casesOf(release, rollout, snapshots, hour, baselineFor) {
  const upstream = upstreamOf(release, rollout, snapshots, hour);
  return release.endpoints.map((endpoint) => {
    const own = snapshots.get(endpoint.name) ?? /* @__PURE__ */ new Map();
    const beside = { off: snapshots.get(toggleOffName(endpoint.name)), upstream };
    const course = courseOf(release, rollout, own, hour, beside, baselineFor);
    return { release, endpoint, rollout, course, newest: hour, plannedHours: plannedHours(release) };
  });
}
var notWhileBlind = (finding) => finding.outcome === "pass" ? { ...finding, outcome: "inconclusive", reason: `blind since then: ${finding.reason}` } : finding;
function recommend(release, findings, { current, blind, over, plannedEnd, hours }) {
  const said = (finding) => `${finding.endpoint}: ${finding.reason}`;
  const unjudged = findings.filter(
    (finding) => finding.reportOnly && finding.criterion !== "ceiling" && (finding.outcome === "inconclusive" || finding.outcome === "no-data")
  );
  const decide = (recommendation, reason) => {
    const rest = unjudged.map(({ endpoint, needed, pooled: pooled2, reason: why }) => {
      const short = needed === void 0 ? why : `${plural(pooled2.requests, "request")}, ${count(needed)} needed`;
      return `${endpoint} is not judged (${short})`;
    });
    return { recommendation, reason: withBlind([reason, ...rest].join("; "), blind) };
  };
  const worst = findings.filter((finding) => finding.rollBack);
  if (worst.length > 0) return decide("roll back", worst.map(said).join("; "));
  const broken = findings.filter((finding) => finding.outcome === "breach");
  if (broken.length > 0) return decide("hold", broken.map(said).join("; "));
  if (blind) return decide("hold", "without data nothing can be judged");
  const open = findings.filter((finding) => finding.outcome !== "pass" && !finding.reportOnly);
  if (!release.stages.some((stage) => stage.name === current))
    return decide("hold", `stage ${current} is not in the release file; nothing says what to judge it by`);
  if (plannedEnd !== void 0 && !over) {
    const sofar = open.length === 0 ? "nothing speaks against advancing so far" : open.map(said).join("; ");
    return decide("hold", `the stage is planned until ${clock(plannedEnd, release.timeZone)}; ${sofar}`);
  }
  if (hours < SHORTEST_STAGE_HOURS)
    return decide("hold", `the stage is only ${lasting(hours)} old; it needs a day at least`);
  if (open.length > 0) return decide("hold", open.map(said).join("; "));
  const passed = findings.filter((finding) => finding.outcome === "pass" && finding.criterion !== "ceiling");
  if (passed.length === 0) return decide("hold", "no criterion could be judged");
  const last = current === release.stages.at(-1).name ? ["the last stage is done"] : [];
  return decide("advance", [...last, ...passed.map(said)].join("; "));
}
var withBlind = (reason, blind) => blind ? `blind for ${lasting(blind.hours)} (${blind.reason}); ${reason}` : reason;
function withProvenLevel(finding, { baseline, hours, stageFrom }, { current }) {
  if (finding.criterion !== "consistentWithBaseline" || finding.outcome === "breach" || !baseline) return finding;
  const stage = hours.slice(stageFrom);
  const apart = stage.filter((hour) => hour.off);
  const level = provenLevel(apart.length > 0 ? apart : stage, baseline);
  const exposed = level === void 0 ? void 0 : exposedRate(baseline, level, apart.length > 0 ? 1 : current.exposure);
  if (level === void 0 || exposed === void 0) return finding;
  const proven = apart.length > 0 ? `at most ${times(level / baseline.p0)} as many errors with the toggle on` : `incident hours apart: at most ${percent(level)} overall, ${percent(exposed)} for exposed users`;
  return { ...finding, provenLevel: level, reason: `${finding.reason}; proven, ${proven}` };
}
// Annotate the CommonJS export names for ESM import in node:
0 && (module.exports = {
  fittedOnce,
  judge
});
