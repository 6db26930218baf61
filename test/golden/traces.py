"""Remakes what judge.json says of weeks that differ, PAGE, THRESHOLD and GATE, from the fit that it gives beside them.

    python3 test/golden/traces.py

Made with Python 3.11.7. The fit (rate, season, rho, eps, eta, incidents) and the stream are those of judge.json; the rest is
written down here anew from the formulas of docs/judging/method.md, and is no translation of the TypeScript. Tolerance: 1e-7.
"""

import json
import math
from pathlib import Path

FILE = Path(__file__).with_name("judge.json")
THETA, PLAN, BASELINE, HOURS = 0.05, 336, 672, 1008
ALLOWED, FLOOR = 0.25, 0.001

def generator(seed):
    """mulberry32"""
    state = seed
    def draw():
        nonlocal state
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = ((state ^ (state >> 15)) * (1 | state)) & 0xFFFFFFFF
        t = (((t ^ (t >> 7)) * (61 | t) & 0xFFFFFFFF) + t & 0xFFFFFFFF) ^ t
        return (t ^ (t >> 14)) / 2**32
    return draw

def stream_of(scale, base, correlated, unknownEvery):
    draw, noise, hours = generator(20250611), 0.0, []
    for t in range(HOURS):
        clock = t % 24
        size = draw()
        n = 40 + int(200 * size) if clock >= 7 else int(60 * size)
        fresh = draw()
        if not correlated or t % 12 == 0:
            noise = fresh
        p = base * (1 + (0.2 * ((clock % 12) - 5.5)) / 5.5) * (0.4 + 1.2 * noise)
        p = 0.3 if t in (300, 301) else p * scale if t >= 840 else p
        x = sum(draw() < p for _ in range(n))
        hidden = unknownEvery > 0 and t % unknownEvery == 7
        hours.append((0, 0, clock) if hidden else (n, x, clock + (24 if t // 24 % 7 >= 5 else 0)))
        if hidden:
            hours[-1] = (0, 0, clock + (24 if t // 24 % 7 >= 5 else 0))
    return hours

def bounded(rate):
    return min(0.95, max(1e-7, rate))

def log_rising(z, k):
    """ln of z (z + 1) ... (z + k - 1), summed exactly"""
    return math.fsum(math.log(z + i) for i in range(k))

def log_beta_binomial(x, n, mu, rho):
    s = 1 / rho - 1
    return math.log(math.comb(n, x)) + log_rising(mu * s, x) + log_rising((1 - mu) * s, n - x) - log_rising(s, n)

class Trace:
    def __init__(self, hours, fit, season):
        self.before, self.after = hours[:BASELINE], hours[BASELINE:]
        self.season = season
        self.p0, self.rho, self.eps, self.eta = (fit[name] for name in ("p0", "rho", "eps", "eta"))
        self.vif = 1 / self.eta
        self.se = math.log(fit["noticeLevel"] / self.p0)

    # How much weeks differ: weights and incident hours as in the last pass of the fit.
    def spread(self):
        logs, chances = [], []
        for week in range(0, len(self.before), 168):
            errors = expected = 0.0
            for n, x, cell in self.before[week : week + 168]:
                if n == 0:
                    continue
                mu = bounded(self.p0 * self.season[cell])
                w = 1 / (1 + (n - 1) * self.rho)
                z2 = (x - n * mu) ** 2 / (n * mu * (1 - mu))
                if z2 * w > 36 and x > n * mu and x >= 3:
                    continue
                errors += w * x
                expected += w * n * self.season[cell]
            if expected > 0:
                logs.append(math.log((0.5 + errors) / (0.5 + self.p0 * expected)))
                chances.append(self.vif / (0.5 + self.p0 * expected))
        mean = sum(logs) / len(logs)
        variance = sum((y - mean) ** 2 for y in logs) / (len(logs) - 1)
        return math.sqrt(max(0.0, variance - sum(chances) / len(chances))), len(logs)

    def tolerated(self):
        s, weeks = self.spread()
        level = max(self.p0 * (1 + ALLOWED) + FLOOR, self.p0 * math.exp(2.2 * (1 + 3 / (weeks - 1)) * math.sqrt(1.25) * s))
        return min(THETA, level) if self.p0 < THETA else min(1.0, level)

    def likelihood(self, x, n, mu):
        return (1 - self.eps) * math.exp(log_beta_binomial(x, n, bounded(mu), self.rho)) + self.eps / (n + 1)

    def page(self, level):
        effects, mixture, anything, values = (1.3, 2, 4, 12), [0.0] * 4, 0.0, []
        for t, (n, x, cell) in enumerate(self.after):
            onset = 0.5 / PLAN + (0.5 if t == 0 else 0)
            mixture, anything = [r + onset for r in mixture], anything + onset
            if n > 0:
                mu = level * self.season[cell]
                null = self.likelihood(x, n, mu)
                for j, effect in enumerate(effects):
                    ratio = self.likelihood(x, n, mu + (effect - 1) * max(mu, 0.0025)) / null
                    mixture[j] *= min(10, ratio) ** self.eta
                usual = math.floor(n * bounded(mu))
                anything *= min(10, 0.5 if x <= usual else 0.5 / ((n - usual) * null)) ** self.eta
            evidence = 0.1 * anything + 0.225 * sum(mixture)
            values.append(evidence)
            if evidence >= 100:
                mixture, anything = [0.0] * 4, 0.0
        return values


    def threshold(self):
        odds = lambda rate: rate / (1 - rate)
        sums, values, onset = [0.0] * 6, [], 0.1 + 1 / 168
        for n, x, cell in self.after:
            if n > 0:
                null = log_beta_binomial(x, n, THETA, self.rho)
                for j, rate in enumerate((0.06, 0.08, 0.12, 0.2, 0.4, 0.8)):
                    log = log_beta_binomial(x, n, rate, self.rho) - null
                    if n < 20 and x >= 2 and log > 0:
                        log /= 2
                    sums[j] = (sums[j] + onset) * math.exp(log)
                onset = 1 / 168
            evidence = sum(sums) / 6
            values.append(evidence)
            if evidence >= 20:
                sums = [0.0] * 6
        return values

    def gate_level(self, exposure):
        s, _ = self.spread()
        indistinct = bounded(self.p0 * math.exp(2 * math.sqrt(1.25 * s**2 + self.se**2)))
        q = max(self.p0 + exposure * max(0.01, self.p0), indistinct)
        return min(THETA, q) if self.p0 < THETA else min(1.0, q)

    def gate(self):
        products, values = [1.0, 1.0], []
        for t, (n, x, cell) in enumerate(self.after):
            if n > 0:
                q = self.gate_level(0.25 if t < 168 else 0.5)
                harmful = self.likelihood(x, n, q * self.season[cell])
                for k, mu in enumerate((self.p0, (self.p0 + q) / 2)):
                    ratio = self.likelihood(x, n, mu * self.season[cell]) / harmful
                    products[k] = min(1e4, products[k] * min(10, ratio) ** self.eta)
            values.append(sum(products) / 2)
        return values

    def hours_more(self):
        week, q = self.after[:168], self.gate_level(0.25)
        gains = [
            self.eta * min(math.log(10), (q - self.p0) ** 2 / (2 * q * (1 - q) * (1 / n + self.rho))) if n else 0.0 for n, _, _ in week
        ]
        return 0.7 * math.log(20) * len(week) / sum(gains)

golden = json.loads(FILE.read_text())
clean = golden["cleanBaseline"]
clean.pop("worst", None)
clean.update(spread=0, se=math.sqrt(1 / 0.5), level=clean["p0"] * (1 + ALLOWED) + FLOOR)
for one in golden["traces"]:
    fit = one["fit"]
    fit.pop("worst", None)
    trace = Trace(stream_of(**one["stream"]), fit, one["season"])
    assert [sum(hour[k] for hour in trace.before) for k in (0, 1)] == [one["sums"]["baselineN"], one["sums"]["baselineX"]]
    fit["se"] = trace.se
    fit["spread"], fit["spreadWeeks"] = trace.spread()
    fit["level"] = trace.tolerated()
    # A pattern that is its own limit is tried by hand, in threshold.test.ts; where the baseline is above 5 % nobody asks.
    one["gateLevel"] = [trace.gate_level(0.25), trace.gate_level(0.5)]
    one["hoursMoreFrom1At25"] = trace.hours_more()
    for name, values in (("page", trace.page(fit["level"])), ("threshold", trace.threshold()), ("gate", trace.gate())):
        one[name] = [values[t] for t in one["pick"]]
FILE.write_text(json.dumps(golden, indent=1) + "\n")
