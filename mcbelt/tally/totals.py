"""Sums of means of independent sources, their quotients and their weighted means, with errors.

Each source has n histories of its own, so variances add. The effective number of a sum is that of all scoring histories
together, (sum of S)^2 / (sum of Q) (`mcbelt.tally.means`); below `FEWEST` the sum has no standard error either. Its
interval is value less and plus the distances of the ends of the parts in quadrature, which is the standard error where
all parts have one. A part of which nothing scored is not known to be zero: it counts with one score of the size that
its upper limit is made of, so a sum that it may change has no error that is too small.
"""

from collections.abc import Sequence

import numpy as np

from mcbelt.tally.means import FEWEST, LEAST, ZERO_LIMIT, Mean, known, without_histories


def total(n: int, parts: Sequence[Mean]) -> Mean:
    """Sum of means of independent sources.

    Parameters
    ----------
    n : int
        Histories of each source; 0 where they were computed and not sampled.
    parts : sequence of Mean
        At least one; arrays of one shape.

    Returns
    -------
    Mean
        Of one part that part itself, its interval of few histories included.
    """
    value = np.sum([part.value for part in parts], axis=0)
    if n == 0:
        return without_histories(value)
    if len(parts) == 1:
        return parts[0]
    variance = np.sum([_variance(n, part) for part in parts], axis=0)
    effective = _effective(parts)
    low = value - _in_quadrature([part.value - part.low for part in parts])
    high = value + _in_quadrature([part.high - part.value for part in parts])
    return Mean(value, known(np.sqrt(variance), effective), low, high, effective)


def _in_quadrature(distances: Sequence[np.ndarray]) -> np.ndarray:
    return np.sqrt(np.sum(np.square(distances), axis=0))


def _square(part: Mean) -> np.ndarray:
    """Sum of the squared scores over n^2: S^2/Q is the effective number; of no score, one as of the limit."""
    scored = np.divide(part.value**2, part.effective, out=np.zeros(part.value.shape), where=part.effective > 0.0)
    return np.where(part.effective > 0.0, scored, (part.high / ZERO_LIMIT) ** 2)


def _variance(n: int, part: Mean) -> np.ndarray:
    """Variance of the mean, for any number of histories; the standard error's square where there is one."""
    any_number = np.maximum(n * _square(part) - part.value**2, 0.0) / max(n - 1, 1)
    return np.where(np.isfinite(part.sigma), part.sigma**2, any_number)


def _effective(parts: Sequence[Mean]) -> np.ndarray:
    """Effective number of the scoring histories of all parts; 0 where of a part nothing is known."""
    value, square = np.sum([part.value for part in parts], axis=0), np.sum([_square(part) for part in parts], axis=0)
    return np.divide(value**2, square, out=np.zeros(value.shape), where=square > 0.0)


def covariance(n: int, numerator: Mean, denominator: Mean, ratio_sigma: np.ndarray) -> np.ndarray:
    """Covariance of two means of one source, from the error of their ratio as `means.ratio_of` gives it.

    Parameters
    ----------
    n : int
        Histories.
    numerator, denominator : Mean
    ratio_sigma : ndarray
        Standard error of the ratio; NaN where it is of too few histories.

    Returns
    -------
    ndarray
        0 where there is no such error: scores of one history are of one sign, so this makes no error smaller.
    """
    shrunk = 1.0 - 2.0 / np.maximum(np.minimum(numerator.effective, denominator.effective), LEAST)
    above, below = _variance(n, numerator), _variance(n, denominator)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = numerator.value / denominator.value
        of_ratio = ratio_sigma**2 * denominator.value**2 * shrunk
        found = (above + ratio**2 * below - of_ratio) / (2.0 * ratio)
    largest = np.sqrt(above * below)
    return np.where(np.isfinite(found), np.clip(found, -largest, largest), 0.0)


def ratio_of_totals(
    n: int, numerators: Sequence[Mean], denominators: Sequence[Mean], covariances: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ratio of two sums over sources.

    Parameters
    ----------
    n : int
        Histories of each source.
    numerators, denominators : sequence of Mean
        Of the sources that have them.
    covariances : sequence of ndarray
        Of those that have both, as `covariance` gives them.

    Returns
    -------
    tuple of 3 ndarray
        Ratio, NaN or infinite where the denominator is zero; its standard error (Cochran 1977, eq. 2.46), NaN where one
        of the sums is of too few histories; the smaller of their effective numbers.
    """
    above, below = total(n, numerators), total(n, denominators)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = above.value / below.value
        if n == 0:
            return ratio, np.full_like(ratio, np.nan), np.zeros_like(ratio)
        of_above = np.sum([_variance(n, part) for part in numerators], axis=0)
        of_below = np.sum([_variance(n, part) for part in denominators], axis=0)
        variance = of_above + ratio**2 * of_below - 2.0 * ratio * np.sum(covariances, axis=0)
        effective = np.minimum(above.effective, below.effective)
        sigma = np.sqrt(np.maximum(variance, 0.0)) / below.value / np.sqrt(1.0 - 2.0 / np.maximum(effective, LEAST))
    return ratio, known(sigma, effective), effective


def mean_of_totals(
    n: int, weights: Sequence[Mean], values: Sequence[np.ndarray], errors: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Mean of a quantity over what several sources give, weighted with how much that is: a mean age.

    Parameters
    ----------
    n : int
        Histories of each source.
    weights : sequence of Mean
        How much each source gives.
    values, errors : sequence of ndarray
        Mean of the quantity over each source alone, and its standard error.

    Returns
    -------
    tuple of 2 ndarray
        The mean, NaN where a source gives something of which the quantity is not known; its standard error. Of one
        source the error of its value and that of its weight are taken to move together, which is the most that they can
        do (Cauchy-Schwarz); sources are independent. NaN below `FEWEST` effective histories of the sum.
    """
    whole = total(n, weights)
    given = [weight.value > 0.0 for weight in weights]
    with np.errstate(divide="ignore", invalid="ignore"):
        met = [np.where(g, w.value * v, 0.0) for g, w, v in zip(given, weights, values, strict=True)]
        mean = np.sum(met, axis=0) / whole.value
        moved = [
            np.where(g, w.value * e + np.abs(v - mean) * np.sqrt(_variance(n, w)), 0.0) / whole.value
            for g, w, v, e in zip(given, weights, values, errors, strict=True)
        ]
    return mean, np.where(whole.effective < FEWEST, np.nan, _in_quadrature(moved))
