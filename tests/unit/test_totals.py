"""Sums over independent sources: errors in quadrature, few histories, ratios and weighted means."""

import numpy as np
import pytest

from mcbelt.tally import means, totals
from mcbelt.tally.means import FEWEST, ZERO_LIMIT

N = 400
RNG = np.random.default_rng(7)
# Scores of e+ and e- of two sources: a history scores both or neither, the second source rarely and heavily.
SCORES = [
    np.stack([np.ones(N), 0.3 + RNG.random(N)]) * (RNG.random(N) < 0.8),
    np.stack([8.0 * np.ones(N), 2.0 + RNG.random(N)]) * (RNG.random(N) < 0.2),
]


def mean_of(scores):
    scores = np.atleast_2d(scores)
    return means.mean_of(scores.shape[-1], scores.sum(axis=-1), (scores**2).sum(axis=-1))


def test_errors_add_in_quadrature_and_the_interval_is_the_error():
    parts = [mean_of(scores[0]) for scores in SCORES]
    total = totals.total(N, parts)
    assert total.value == pytest.approx(sum(part.value for part in parts))
    assert total.sigma**2 == pytest.approx(sum(part.sigma**2 for part in parts))
    assert total.high - total.value == pytest.approx(total.sigma)
    assert total.value - total.low == pytest.approx(total.sigma)


def test_the_effective_number_is_that_of_all_scoring_histories_together():
    parts = [mean_of(scores[0]) for scores in SCORES]
    together = np.concatenate([scores[0] for scores in SCORES])
    expected = means.effective_number(together.sum(), (together**2).sum())
    assert float(totals.total(N, parts).effective[0]) == pytest.approx(float(expected))


def test_a_sum_of_few_histories_has_an_error_where_together_they_are_enough():
    six = np.zeros(N)
    six[:6] = 2.0
    assert np.isnan(mean_of(six).sigma)
    total = totals.total(N, [mean_of(six), mean_of(six)])
    both = np.concatenate([six, six])  # 12 equal scores: the mean of 2 N histories, twice
    assert total.effective == pytest.approx(12.0)
    assert total.sigma == pytest.approx(2.0 * np.std(both) / np.sqrt(2 * N), rel=0.02)  # of n - 1 and of two means
    assert np.isnan(totals.total(N, [mean_of(six), mean_of(0.0 * six + (np.arange(N) < 1))]).sigma)


def test_what_scored_nothing_counts_by_its_limit():
    many, none = np.ones(N) * (np.arange(N) < 100), np.stack([np.zeros(N), 50.0 * (np.arange(N) < 3)])
    unseen = means.mean_of(N, none.sum(axis=1)[None], (none**2).sum(axis=1)[None])  # its limit: one score of 50
    seen = mean_of(np.stack([many, many]))
    seen = means.Mean(*(part[None, :] for part in seen))
    total = totals.total(N, [seen, unseen])
    assert total.value[0, 0] == pytest.approx(0.25)
    assert total.effective[0, 0] == pytest.approx(100.0**2 / (100.0 + 50.0**2))
    assert total.effective[0, 0] < FEWEST
    assert np.isnan(total.sigma[0, 0])
    assert total.high[0, 0] - 0.25 == pytest.approx(np.hypot(seen.sigma[0, 0], ZERO_LIMIT * 50.0 / N))
    assert total.low[0, 0] == pytest.approx(seen.low[0, 0])


def test_a_part_of_which_nothing_is_known_leaves_no_error():
    seen, blank = mean_of(SCORES[0][0]), mean_of(np.zeros(N))
    total = totals.total(N, [seen, blank])
    assert (total.value, total.effective) == (seen.value, 0.0)
    assert np.isnan(total.sigma)
    assert np.isnan(total.high)


def test_one_part_is_its_own_sum_and_no_histories_give_no_error():
    few = mean_of(np.where(np.arange(N) < 4, 3.0, 0.0))
    assert totals.total(N, [few]) is few
    computed = means.without_histories(np.array([2.0]))
    total = totals.total(0, [computed, computed])
    assert total.value == 4.0
    assert np.isnan(total.sigma)


def ratio_parts(scores):
    """Means of e+ and e- of one source, and the error of their ratio."""
    above, below = mean_of(scores[0]), mean_of(scores[1])
    sums, squares = scores.sum(axis=1)[:, None], (scores**2).sum(axis=1)[:, None]
    return above, below, means.ratio_of(N, sums, squares, np.array([(scores[0] * scores[1]).sum()]))[1]


def test_the_ratio_of_one_source_has_its_own_error():
    above, below, sigma = ratio_parts(SCORES[0])
    found = totals.ratio_of_totals(N, [above], [below], [totals.covariance(N, above, below, sigma)])
    assert found[1] == pytest.approx(sigma, rel=1e-10)


def test_the_ratio_of_the_sums_takes_the_covariance_of_each_source():
    """Against the formula from scores: var(sum of N_i - R D_i) over D^2, sources independent."""
    parts = [ratio_parts(scores) for scores in SCORES]
    joint = [totals.covariance(N, *part) for part in parts]
    ratio, sigma, effective = totals.ratio_of_totals(N, [p[0] for p in parts], [p[1] for p in parts], joint)
    above, below = (sum(scores[q].mean() for scores in SCORES) for q in (0, 1))
    variance = sum(np.var(scores[0] - above / below * scores[1], ddof=1) / N for scores in SCORES)
    shrunk = 1.0 - 2.0 / effective
    assert ratio == pytest.approx(above / below)
    assert sigma == pytest.approx(np.sqrt(variance / shrunk) / below, rel=1e-9)
    apart = totals.ratio_of_totals(N, [p[0] for p in parts], [p[1] for p in parts], [np.zeros(1)])[1]
    assert apart > 1.5 * sigma  # scores that go together: without it the error would be far too large


def test_a_mean_age_is_weighted_with_the_flux_and_its_error_with_both():
    weights = [mean_of(scores[0]) for scores in SCORES]
    ages, errors = [np.array([2.0]), np.array([12.0])], [np.array([0.1]), np.array([0.4])]
    mean, sigma = totals.mean_of_totals(N, weights, ages, errors)
    shares = np.array([weight.value[0] for weight in weights]) / sum(weight.value[0] for weight in weights)
    assert mean == pytest.approx(shares @ [2.0, 12.0])
    whole = sum(weight.value for weight in weights)
    moved = [
        w.value / whole * e + abs(a - mean) * w.sigma / whole for w, a, e in zip(weights, ages, errors, strict=True)
    ]
    assert sigma == pytest.approx(np.hypot(*moved))
    unknown = totals.mean_of_totals(N, weights, [ages[0], np.array([np.nan])], errors)[0]
    assert np.isnan(unknown)
