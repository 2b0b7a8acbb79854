"""Errors of means: what they are with enough histories, with few, and with none."""

import numpy as np
import pytest
from scipy import stats

from mcbelt.orbits import rows as row
from mcbelt.papers.gusev2003.innermost_shell import Sampling, Shell
from mcbelt.tally import means
from mcbelt.tally.means import FEWEST


def sums_of(scores):
    """Sums over the first axis of scores and of their squares."""
    return scores.sum(axis=0), (scores**2).sum(axis=0)


def test_enough_histories_have_the_standard_error_of_the_mean():
    scores = np.random.default_rng(1).exponential(size=(200, 3)) * [1.0, 5.0, 0.1]
    mean = means.mean_of(200, *sums_of(scores))
    assert mean.value == pytest.approx(scores.mean(axis=0))
    assert mean.sigma == pytest.approx(scores.std(axis=0, ddof=1) / np.sqrt(200))
    assert mean.low == pytest.approx(mean.value - mean.sigma)
    assert mean.high == pytest.approx(mean.value + mean.sigma)
    assert mean.effective == pytest.approx(scores.sum(axis=0) ** 2 / (scores**2).sum(axis=0))


def test_equal_scores_are_as_many_as_they_are():
    scores = np.zeros((1000, 3))
    for bin_number, count in enumerate((1, 9, 10)):
        scores[:count, bin_number] = 4.0
    mean = means.mean_of(1000, *sums_of(scores))
    assert mean.effective == pytest.approx([1.0, 9.0, 10.0])
    assert np.isnan(mean.sigma).tolist() == [True, True, False]


def test_one_heavy_history_has_no_error():
    """A thousand histories score, one of them ten thousand times the others: it is what the mean knows."""
    scores = np.ones((1000, 1))
    scores[0] = 1e4
    mean = means.mean_of(1000, *sums_of(scores))
    assert 1.0 < mean.effective[0] < 1.3
    assert np.isnan(mean.sigma[0])


@pytest.mark.parametrize("count", [1, 4, 9])
def test_few_equal_scores_have_the_interval_of_poisson(count):
    """Garwood's: the chance of so many or more at the low end, and of so many or fewer at the high end, is 16 %."""
    scores = np.zeros((10_000, 1))
    scores[:count] = 0.5
    mean = means.mean_of(10_000, *sums_of(scores))
    low, high = mean.low[0] / 0.5e-4, mean.high[0] / 0.5e-4
    tail = stats.norm.sf(1.0)
    assert stats.poisson.sf(count - 1, low) == pytest.approx(tail, rel=1e-9)
    assert stats.poisson.cdf(count, high) == pytest.approx(tail, rel=1e-9)


def test_zero_is_an_upper_limit_in_scores_of_the_nearest_bin():
    scores = np.zeros((100, 5))
    scores[:40, 1], scores[:30, 4] = 8.0, 2.0
    mean = means.mean_of(100, *sums_of(scores))
    assert np.isnan(mean.sigma[[0, 2, 3]]).all()
    assert mean.low[[0, 2, 3]].tolist() == [0.0, 0.0, 0.0]
    # none seen of a mean of 1.148 scores has a chance of 32 %
    assert stats.poisson.pmf(0, means.ZERO_LIMIT) == pytest.approx(1.0 - means.CONFIDENCE)
    assert mean.high[[0, 2, 3]] == pytest.approx(means.ZERO_LIMIT * np.array([0.08, 0.08, 0.02]))


def test_nothing_scored_at_all_has_no_limit():
    mean = means.mean_of(100, np.zeros(3), np.zeros(3))
    assert mean.value.tolist() == [0.0, 0.0, 0.0]
    assert np.isnan(mean.high).all()


def test_one_history_has_no_error():
    mean = means.mean_of(1, np.array([3.0]), np.array([9.0]))
    assert np.isnan(mean.sigma[0])
    assert 0.0 < mean.low[0] < 3.0 < mean.high[0] < 12.0
    *_, sigma, effective = means.ratio_of(1, np.array([[3.0], [1.5]]), np.array([[9.0], [2.25]]), np.array([4.5]))
    assert np.isnan(sigma[0])
    assert effective[0] == 1.0


def test_a_ratio_takes_the_covariance():
    """e+ always three times e-, in the same histories: no error; in other ones the errors add."""
    random = np.random.default_rng(2)
    minus = random.exponential(size=(500, 1))
    plus = random.exponential(size=(500, 1))
    for numerator, least, most in ((3.0 * minus, 0.0, 1e-7), (plus, 0.05, 0.07)):
        sums, squares = (np.stack(each) for each in zip(sums_of(numerator), sums_of(minus), strict=True))
        ratio, sigma, _ = means.ratio_of(500, sums, squares, (numerator * minus).sum(axis=0))
        assert least <= sigma[0] <= most
    assert ratio[0] == pytest.approx(plus.sum() / minus.sum())


def test_an_error_of_a_share_needs_part_and_rest():
    whole = np.ones((100, 3))
    part = np.zeros((100, 3))
    part[:50, 0], part[:5, 1], part[:95, 2] = 1.0, 1.0, 1.0
    error = means.share_error(100, sums_of(part), sums_of(whole), (part * whole).sum(axis=0))
    assert error[0] == pytest.approx(np.sqrt(0.25 / 99 / (1.0 - 2.0 / 50.0)))  # binomial, and what 50 of each half add
    assert np.isnan(error[1:]).all()


def test_an_error_of_an_age_asks_for_weights_and_not_for_ages():
    """Nine weights give none, though the ages are alike; forty do, though one age is a hundred times the others."""
    weights, ages = np.zeros((100, 2)), np.ones((100, 2))
    weights[:9, 0], weights[:40, 1], ages[0, 1] = 1.0, 1.0, 100.0
    values = weights * ages
    error = means.weighted_mean_error(100, sums_of(values), sums_of(weights), (values * weights).sum(axis=0))
    assert np.isnan(error[0])
    assert error[1] > 2.0


def test_the_correction_of_a_quotient_vanishes_with_many_histories():
    n = 100_000
    ages = np.random.default_rng(3).exponential(size=(n, 1))
    ones = np.ones((n, 1))
    error = means.weighted_mean_error(n, sums_of(ages), sums_of(ones), ages.sum(axis=0))
    assert error[0] == pytest.approx(ages.std(ddof=1) / np.sqrt(n), rel=3.0 / n)


def test_fewest_is_where_a_third_of_the_mean_is_its_error():
    """So a run that stops at a relative error below 0.3 has enough histories in every bin."""
    scores = np.zeros((100_000, 1))
    scores[: int(FEWEST)] = 1.0
    mean = means.mean_of(100_000, *sums_of(scores))
    assert mean.sigma[0] / mean.value[0] == pytest.approx(FEWEST**-0.5, rel=1e-3)


def test_the_papers_ratio_takes_the_covariance_of_charges_that_start_alike(monkeypatch):
    """Scores of e+ and e- that rise and fall together: their ratio is known better than either."""
    weight = np.random.default_rng(4).exponential(size=64)
    scores = {1: 3.0 * weight, -1: weight * np.linspace(0.9, 1.1, 64)}

    def orbits(shell, charge, energy, n):
        table = np.zeros((row.LANE_ROWS, n))
        table[row.PRODUCTION] = scores[charge][:n]
        return None, None, table

    monkeypatch.setattr(Shell, "orbits", orbits)
    found = Shell.__new__(Shell).adjoint(Sampling(np.array([0.1, 1.0]), (64, 4)))
    assert found.flux[0, 0] == pytest.approx(scores[1].mean())
    assert found.sigma[1, 0] == pytest.approx(scores[-1].std(ddof=1) / 8.0)
    assert 0.0 < found.ratio_sigma[0] / found.ratio[0] < 0.2 * found.sigma[1, 0] / found.flux[1, 0]
    assert np.isnan(found.ratio_sigma[1])  # of 4 orbits
