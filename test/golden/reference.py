"""Reference values for the judge's arithmetic, written to reference.json beside this file.

    python3 test/golden/reference.py

Made with Python 3.11.7, scipy 1.17.1 and mpmath 1.3.0. The tests only read the JSON; run this again when a formula in
docs/judging/method.md changes. The formulas are written down here anew, from that page and the papers it names, and computed
with 50 digits where scipy does not have them; nothing here is a translation of the TypeScript.
"""

import json
import math
import random
from pathlib import Path

import mpmath as mp
import numpy as np
from scipy import optimize, stats

mp.mp.dps = 50

def num(value):
    return float(mp.nstr(mp.mpf(value), 17))

# ln of the gamma function: evenly in the logarithm, and where it is near 0 or an algorithm changes.
def log_gamma_rows():
    points = [*(10.0 ** (k / 2) for k in range(-14, 19)), 1.0000001, 0.9999999, 1.5, 2.0000001, 9.999999, 10.0, 10.000001, 123.456]
    return [[z, num(mp.loggamma(mp.mpf(z)))] for z in points]

# The beta-binomial distribution with mean mu and intra-class correlation rho: a = mu s, b = (1 - mu) s, s = 1 / rho - 1.
def log_beta_binomial(x, n, mu, rho):
    x, n, mu, rho = map(mp.mpf, (x, n, mu, rho))
    s = 1 / rho - 1
    a, b = mu * s, (1 - mu) * s
    choose = mp.loggamma(n + 1) - mp.loggamma(x + 1) - mp.loggamma(n - x + 1)
    beta = lambda u, v: mp.loggamma(u) + mp.loggamma(v) - mp.loggamma(u + v)
    return choose + beta(x + a, n - x + b) - beta(a, b)

def beta_binomial_rows():
    ordinary = [(x, n, mu, rho) for n in (1, 20, 400) for x in (0, 1, n // 10, n) for mu in (0.001, 0.02, 0.3) for rho in (0.002, 0.05)]
    extreme = [
        *((x, 1_000_000, 1e-7, 2e-5) for x in (0, 40)),
        *((x, 1_000_000, mu, rho) for x, mu, rho in ((1_000_000, 0.95, 2e-5), (50_000, 0.05, 2e-5), (50_000, 0.02, 0.5))),
        (3, 5, 1e-7, 0.5),
        *((x, 10_000_000, 1e-6, 2e-5) for x in (12, 13)),
        (9_999_999, 10_000_000, 0.05, 0.01),
    ]
    rows = []
    for x, n, mu, rho in ordinary:
        s = 1 / rho - 1
        value = float(stats.betabinom.logpmf(x, n, mu * s, (1 - mu) * s))
        assert abs(value - log_beta_binomial(x, n, mu, rho)) < 1e-8 * (1 + abs(value))
        rows.append([x, n, mu, rho, value])
    return rows + [[*row, num(log_beta_binomial(*row))] for row in extreme]

# One hour beside a toggle-off query: given e errors in all, those of n1 exposed requests beside n0 others, at rates r : 1, are
# binomial with share r n1 / (r n1 + n0). Where errors come in clusters, c of them are one event.
def control_share(ratio, n1, n0):
    ratio, n1, n0 = map(mp.mpf, (ratio, n1, n0))
    return ratio * n1 / (ratio * n1 + n0)

def log_binomial(x, n, p):
    x, n = mp.mpf(x), mp.mpf(n)
    return mp.loggamma(n + 1) - mp.loggamma(x + 1) - mp.loggamma(n - x + 1) + x * mp.log(p) + (n - x) * mp.log(1 - p)

def control_rows():
    rows = []
    for n1, n0 in ((250, 750), (9_000, 1_000), (25_000, 75_000)):
        for x1, x0 in ((0, 0), (0, 7), (5, 0), (12, 30), (240, 150)):
            for ratio in (1, 1.33, 4, 30):
                share = control_share(ratio, n1, n0)
                value = float(stats.binom.logpmf(x1, x1 + x0, float(share)))
                assert abs(value - log_binomial(x1, x1 + x0, share)) < 1e-8 * (1 + abs(value))
                rows.append([n1, n0, x1, x0, ratio, 1, value])
                for cluster in (2.5, 5):
                    in_clusters = log_binomial(mp.mpf(x1) / cluster, mp.mpf(x1 + x0) / cluster, share)
                    rows.append([n1, n0, x1, x0, ratio, cluster, num(in_clusters)])
    return rows

# Mann and Whitney's rank-sum test: the normal approximation with the corrections for continuity and for ties, one-sided;
# and the median of all differences, between the two middle ones.
def mann_whitney_rows():
    rows = []
    draw = random.Random(20260211)
    for size, other, shift, digits in ((24, 168, 0.004, 9), (24, 168, 0.0, 9), (10, 12, 0.01, 2), (40, 40, 0.006, 3), (5, 30, 0.02, 9)):
        control = sorted(round(abs(draw.gauss(0.02, 0.008)), digits) for _ in range(other))
        experiment = sorted(round(abs(draw.gauss(0.02 + shift, 0.008)), digits) for _ in range(size))
        test = stats.mannwhitneyu(experiment, control, alternative="greater", method="asymptotic", use_continuity=True)
        score = max(0.0, float(stats.norm.isf(test.pvalue)))
        differences = np.sort(np.subtract.outer(experiment, control).ravel())
        median = [float(differences[(len(differences) - 1) // 2]), float(differences[len(differences) // 2])]
        rows.append({"experiment": experiment, "control": control, "score": score, "median": median})
    return rows

# What an hour tells on average for rate mu against another: the Kullback-Leibler divergence, summed over every count.
def divergence_rows():
    rows = []
    for n, mu, other, rho in ((200, 0.025, 0.02, 0.002), (200, 0.0002, 0.0001, 0.01), (2_000, 0.04, 0.02, 0.002), (5_000, 0.08, 0.02, 0.01), (5_000, 0.011, 0.01, 2e-5)):
        total = mp.mpf(0)
        for x in range(n + 1):
            there = log_beta_binomial(x, n, mu, rho)
            if there > -80:
                total += mp.exp(there) * (there - log_beta_binomial(x, n, other, rho))
        rows.append([n, mu, other, rho, num(total)])
    return rows

# Mandel-Paule: the rho at which the squared residuals add up to their degrees of freedom, with the weighted mean at that
# rho; half an error and one request are added to the mean. One week, so that there is no daily pattern.
def mandel_paule():
    draw = np.random.default_rng(20260211)
    n = draw.integers(200, 3_000, 168)
    p = draw.beta(0.02 * 199, 0.98 * 199, 168)
    x = draw.binomial(n, p)

    def mean(rho):
        return (0.5 + np.sum(x / (1 + (n - 1) * rho))) / (1 + np.sum(n / (1 + (n - 1) * rho)))

    def excess(rho):
        mu = mean(rho)
        z2 = (x - n * mu) ** 2 / (n * mu * (1 - mu))
        return np.sum(z2 / (1 + (n - 1) * rho)) - 167

    rho = optimize.brentq(excess, 1e-6, 0.4, xtol=1e-15)
    return {"n": n.tolist(), "x": x.tolist(), "rho": rho, "p0": mean(rho)}

# How much weeks differ, beyond what counting so few errors gives; and the levels that follow from it.
def spread_rows():
    draw = np.random.default_rng(20260212)
    rows = []
    for weeks, deviation, expected, inflation in ((12, 0.3, 500, 1.0), (12, 0.05, 40, 1.0), (4, 0.2, 3_000, 2.5), (2, 0.1, 900, 1.0), (7, 0.0, 100, 4.0)):
        usual = (expected * draw.uniform(0.7, 1.3, weeks)).tolist()
        errors = [float(draw.poisson(u * math.exp(deviation * draw.normal()))) for u in usual]
        logs = [mp.log((mp.mpf("0.5") + e) / (mp.mpf("0.5") + u)) for e, u in zip(errors, usual)]
        mean = sum(logs) / weeks
        chance = sum(inflation / (mp.mpf("0.5") + u) for u in usual) / weeks
        beyond = sum((y - mean) ** 2 for y in logs) / (weeks - 1) - chance
        rows.append([errors, usual, inflation, num(mp.sqrt(max(0, beyond)))])
    return rows

def tolerated_level(p0, spread, weeks, theta, allowed="0.25", floor="0.001"):
    p0, spread = mp.mpf(p0), mp.mpf(spread)
    few = 1 + mp.mpf(3) / (weeks - 1) if weeks > 1 else 0
    level = max(p0 * (1 + mp.mpf(allowed)) + mp.mpf(floor), p0 * mp.exp(mp.mpf("2.2") * few * mp.sqrt(mp.mpf("1.25")) * spread))
    return min(level, mp.mpf(theta) if p0 < theta else 1)

def harmful_level(p0, spread, se, theta, exposure):
    p0, spread, se = mp.mpf(p0), mp.mpf(spread), mp.mpf(se)
    indistinct = min(mp.mpf("0.95"), max(mp.mpf("1e-7"), p0 * mp.exp(2 * mp.sqrt(mp.mpf("1.25") * spread**2 + se**2))))
    level = max(p0 + mp.mpf(exposure) * max(mp.mpf("0.01"), p0), indistinct)
    return min(level, mp.mpf(theta) if p0 < theta else 1)

def level_rows():
    rows = []
    for p0 in (0.0001, 0.012, 0.03, 0.06):
        for spread, weeks, se in ((0, 12, 0.02), (0.1, 12, 0.05), (0.3, 4, 0.02), (0.05, 2, 0.6), (0, 1, 1.4)):
            for exposure in (0.01, 0.25, 1):
                levels = [tolerated_level(p0, spread, weeks, 0.05), harmful_level(p0, spread, se, 0.05, exposure)]
                rows.append([p0, spread, weeks, se, exposure, *map(num, levels)])
    return rows

# Ten hours of evidence.

CAP = mp.mpf(10)
EFFECTS = [mp.mpf(text) for text in ("1.3", "2", "4", "12")]
FIT = {"p0": 0.012, "rho": 0.004, "eps": 0.01, "eta": 0.8, "se": 0.02, "spread": 0.15, "spreadWeeks": 12}
PLAN, THETA, EXPOSURE, TOLERATED, NOTICED = 336, 0.05, 0.25, 0.016, 0.0127
SEASON = [0.8, 0.9, 1.0, 1.1, 1.2, 1.1, 1.0, 0.9, 0.8, 1.0]
MILD = [(1000, 17), (0, 0), (900, 21), (40, 0), (15, 3), (5_000, 70), (1, 1), (800, 9), (1000, 300), (1200, 31)]
GOOD = [(5_000, 61), (5_000, 55), (5_000, 60), (4_000, 50), (5_000, 58), (6_000, 66), (5_000, 70), (800, 9), (5_000, 59), (5_000, 62)]
BAD = [(1000, 40), (1100, 52), (900, 45), (1000, 49), (1000, 36), (1000, 12), (1000, 11), (0, 0), (900, 44), (1000, 60)]

def likelihood(x, n, mu):
    mu = min(mp.mpf("0.95"), max(mp.mpf("1e-7"), mu))
    eps = mp.mpf(FIT["eps"])
    return (1 - eps) * mp.exp(log_beta_binomial(x, n, mu, FIT["rho"])) + eps / (n + 1)

def regression(hours, level):
    eta, values = mp.mpf(FIT["eta"]), []
    mixture, anything = [mp.mpf(0)] * 4, mp.mpf(0)
    for t, (n, x) in enumerate(hours):
        onset = mp.mpf(1) / (2 * PLAN) + (mp.mpf(1) / 2 if t == 0 else 0)
        mixture, anything = [r + onset for r in mixture], anything + onset
        if n:
            mu = mp.mpf(level) * mp.mpf(SEASON[t])
            null = likelihood(x, n, mu)
            for j, effect in enumerate(EFFECTS):
                alternative = mu + (effect - 1) * max(mu, mp.mpf("0.0025"))
                mixture[j] *= min(CAP, likelihood(x, n, alternative) / null) ** eta
            expected = mp.floor(n * mu)
            spread = mp.mpf("0.5") if x <= expected else mp.mpf("0.5") / ((n - expected) * null)
            anything *= min(CAP, spread) ** eta
        evidence = mp.mpf("0.1") * anything + mp.mpf("0.225") * sum(mixture)
        values.append(num(evidence))
        if evidence >= 100:
            mixture, anything = [mp.mpf(0)] * 4, mp.mpf(0)
    return values

# Two stages: the second is entered in hour 5. What several errors of a thin hour tell counts for half.
def threshold(hours):
    sums, values, fresh = [mp.mpf(0)] * 6, [], False
    rates = [mp.mpf(text) for text in ("0.06", "0.08", "0.12", "0.2", "0.4", "0.8")]
    for t, (n, x) in enumerate(hours):
        fresh = fresh or t in (0, 5)
        if n:
            null = log_beta_binomial(x, n, THETA, FIT["rho"])
            onset = mp.mpf(1) / 168 + (mp.mpf("0.1") if fresh else 0)
            logs = [log_beta_binomial(x, n, q, FIT["rho"]) - null for q in rates]
            logs = [log / 2 if n < 20 and x >= 2 and log > 0 else log for log in logs]
            sums, fresh = [(s + onset) * mp.exp(log) for s, log in zip(sums, logs)], False
        evidence = sum(sums) / 6
        values.append(num(evidence))
        if evidence >= 20:
            sums = [mp.mpf(0)] * 6
    return values

def gate(hours, exposure=EXPOSURE):
    p0, eta, products, values = mp.mpf(FIT["p0"]), mp.mpf(FIT["eta"]), [mp.mpf(1)] * 2, []
    q = harmful_level(p0, FIT["spread"], FIT["se"], THETA, exposure)
    for t, (n, x) in enumerate(hours):
        season = mp.mpf(SEASON[t % 10])
        for k, mu in enumerate((p0, (p0 + q) / 2) if n else ()):
            factor = min(CAP, likelihood(x, n, mu * season) / likelihood(x, n, q * season)) ** eta
            products[k] = min(mp.mpf(10_000), products[k] * factor)
        values.append(num(sum(products) / 2))
    return values

# The same beside a toggle-off query, where hours are (n1, x1, n0, x0): PAGE against the tolerated ratio, GATE against the harm
# to exposed users themselves. There is no incident term, and an hour's errors are events of c each.

BESIDE = [(250, 4, 750, 9), (250, 9, 750, 8), (260, 0, 740, 0), (240, 14, 760, 12), (250, 11, 750, 30), (2500, 50, 7500, 60), (250, 7, 750, 9), (25, 0, 75, 1), (250, 8, 750, 7), (250, 2, 750, 11)]

def beside_control(null_level, alternatives):
    p0 = mp.mpf(FIT["p0"])
    for n1, x1, n0, x0 in BESIDE:
        cluster = min(mp.mpf(5), 1 + (n1 + n0 - 1) * mp.mpf(FIT["rho"]))
        m, y = mp.mpf(x1 + x0) / cluster, mp.mpf(x1) / cluster
        log_at = lambda level: log_binomial(y, m, control_share(mp.mpf(level) / p0, n1, n0))
        null = log_at(null_level)
        share = control_share(mp.mpf(null_level) / p0, n1, n0)
        yield m, y, share, null, [min(CAP, mp.exp(log_at(level) - null)) for level in alternatives]

def control_page():
    level, values = mp.mpf(TOLERATED), []
    mixture, anything = [mp.mpf(0)] * 4, mp.mpf(0)
    alternatives = [level + (effect - 1) * max(level, mp.mpf("0.0025")) for effect in EFFECTS]
    for t, (m, y, share, null, ratios) in enumerate(beside_control(level, alternatives)):
        onset = mp.mpf(1) / (2 * PLAN) + (mp.mpf(1) / 2 if t == 0 else 0)
        mixture, anything = [(r + onset) * ratio for r, ratio in zip(mixture, ratios)], anything + onset
        if m:
            expected, half = mp.floor(m * share), mp.mpf("0.5")
            anything *= min(CAP, half if y <= expected else half / (max(1, m - expected) * mp.exp(null)))
        values.append(num(mp.mpf("0.1") * anything + mp.mpf("0.225") * sum(mixture)))
    return values

def control_gate():
    p0, products, values = mp.mpf(FIT["p0"]), [mp.mpf(1)] * 2, []
    q = min(mp.mpf(THETA), p0 + max(mp.mpf("0.01"), p0))
    for *_, ratios in beside_control(q, (p0, (p0 + q) / 2)):
        products = [min(mp.mpf(10_000), product * ratio) for product, ratio in zip(products, ratios)]
        values.append(num(sum(products) / 2))
    return values

reference = {
    "about": "made by reference.py; see there",
    "logGamma": log_gamma_rows(),
    "logBetaBinomial": beta_binomial_rows(),
    "control": control_rows(),
    "mannWhitney": mann_whitney_rows(),
    "divergence": divergence_rows(),
    "mandelPaule": mandel_paule(),
    "spread": spread_rows(),
    "levels": level_rows(),
    "evidence": {
        "fit": FIT,
        "planned": PLAN,
        "theta": THETA,
        "exposure": EXPOSURE,
        "tolerated": TOLERATED,
        "noticed": NOTICED,
        "season": SEASON,
        "traces": [
            {
                "hours": hours,
                "page": regression(hours, TOLERATED),
                "notice": regression(hours, NOTICED),
                "threshold": threshold(hours),
                "gate": gate(hours),
            }
            for hours in (MILD, BAD, GOOD)
        ],
        "long": {"hours": GOOD * 12 + BAD, "exposure": 1, "gate": gate(GOOD * 12 + BAD, 1)},
        "beside": {"hours": BESIDE, "page": control_page(), "gate": control_gate()},
    },
}
text = json.dumps(reference).replace("}, {", "},\n{").replace("], [", "],\n[").replace(', "', ',\n"')
Path(__file__).with_name("reference.json").write_text(text + "\n")
