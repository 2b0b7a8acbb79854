"""Errors of means of scores: standard errors where enough histories scored, intervals where few did, limits where none.

Of the n histories of a run a bin keeps the sum S of their scores and the sum Q of the squares. n_eff = S^2/Q is the
number of equal scores that would have this mean and variance (Kish 1965, section 8.2): the effective number of scoring
histories, never above the true one. The standard error follows from S and Q, but it is itself known to 1/sqrt(2 n_eff)
at best, and of one history it says nothing. So below `FEWEST` there is none (NaN). Intervals remain: a sum of weights
is nearly Q/S times a Poisson number of mean n_eff (Bohm & Zech 2014, Nucl. Instrum. Meth. A 748, 1), of which the
central interval is known (Garwood 1936). Where nothing scored, the mean is below -ln(1 - 0.683) = 1.148 scores.

The first-order error of a quotient takes deviations from a mean that heavy scores drag along: too small by 1 - 2/n_eff
in the variance when scores are distributed exponentially (1 - 1/n_eff for equal ones), which is taken out.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy.special import gammaincinv

FEWEST = 10.0  # effective scoring histories below which no standard error is given
CONFIDENCE = math.erf(math.sqrt(0.5))  # 0.6827, of one standard error
ZERO_LIMIT = -math.log1p(-CONFIDENCE)  # mean number of scores of which none is seen with probability 1 - CONFIDENCE

LEAST = 2.5  # the correction of quotients grows no further below this effective number
Sums = tuple[np.ndarray, np.ndarray]  # of scores, of their squares


class Mean(NamedTuple):
    """A mean of scores and how well it is known, arrays of one shape."""

    value: np.ndarray
    sigma: np.ndarray  # standard error; NaN below FEWEST effective histories
    low: np.ndarray  # ends of the 68 % interval
    high: np.ndarray
    effective: np.ndarray  # number of scoring histories

    def times(self, factor: float) -> "Mean":
        """In another unit."""
        return Mean(self.value * factor, self.sigma * factor, self.low * factor, self.high * factor, self.effective)

    def over(self, size: np.ndarray) -> "Mean":
        """Per size of the bins."""
        return Mean(self.value / size, self.sigma / size, self.low / size, self.high / size, self.effective)

    def of(self, index: int | tuple) -> "Mean":
        """Some of the bins."""
        return Mean(*(part[index] for part in self))


def without_histories(value: np.ndarray) -> Mean:
    """What was computed and not sampled: no error, no interval."""
    none = np.full_like(value, np.nan)
    return Mean(value, none, none, none, np.zeros_like(value))


def effective_number(sums: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Effective number of scoring histories, S^2/Q; 0 where nothing scored."""
    sums, squares = np.asarray(sums, float), np.asarray(squares, float)
    scored = squares > 0.0
    return np.divide(sums**2, squares, out=np.zeros(np.shape(sums)), where=scored)


def mean_of(n: int, sums: np.ndarray, squares: np.ndarray) -> Mean:
    """Mean of the scores of n histories.

    Parameters
    ----------
    n : int
        Histories, at least 1.
    sums, squares : ndarray, shape (..., bins)
        Sum of the scores, at least 0, and of their squares. Where a bin has no score, its limit takes the score of the
        nearest bin of the last axis that has one, the lower of two: spectra fall.

    Returns
    -------
    Mean
        In the unit of the scores. The interval is value -+ sigma from FEWEST on; [0, limit] where nothing scored, NaN
        if nothing scored in any bin of the row; between them the central interval of a scaled Poisson number.
    """
    value = sums / n
    sigma = np.sqrt(np.maximum(squares / n - value**2, 0.0) / max(n - 1, 1))
    effective = effective_number(sums, squares)
    few = effective < FEWEST
    score = _score(sums, squares)
    tail = 0.5 * (1.0 - CONFIDENCE)
    low = np.where(few, gammaincinv(np.maximum(effective, 1.0), tail) * score / n, value - sigma)
    high = np.where(few, gammaincinv(effective + 1.0, 1.0 - tail) * score / n, value + sigma)
    none = effective == 0.0
    low, high = np.where(none, 0.0 * score, low), np.where(none, ZERO_LIMIT * score / n, high)
    return Mean(value, np.where(few, np.nan, sigma), low, high, effective)


def _score(sums, squares):
    """Typical score of each bin, Q/S, that of the nearest bin with scores where there are none."""
    score = np.divide(squares, sums, out=np.full(np.shape(sums), np.nan), where=sums > 0.0)
    for row in score.reshape(-1, score.shape[-1]):
        known = np.flatnonzero(np.isfinite(row))
        if known.size:
            places = np.arange(len(row))
            row[:] = row[known[np.abs(places[:, None] - known).argmin(axis=1)]]
    return score


def ratio_of(
    n: int, sums: np.ndarray, squares: np.ndarray, products: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ratio of two means with correlated scores, and how well it is known.

    Parameters
    ----------
    n : int
        Histories.
    sums, squares : ndarray, shape (2, ...)
        Sum of scores and of squared scores of numerator and denominator.
    products : ndarray, shape (...)
        Sum of the products of the two scores.

    Returns
    -------
    tuple of 3 ndarray, shape (...)
        Ratio, NaN or infinite where the denominator is zero; standard error, NaN where one of the two is of fewer than
        FEWEST effective histories; the smaller of their effective numbers.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = sums[0] / sums[1]
    error, *effective = quotient_error(n, (sums[0], squares[0]), (sums[1], squares[1]), products)
    return ratio, known(error, np.minimum(*effective)), np.minimum(*effective)


def known(value: np.ndarray, effective: np.ndarray) -> np.ndarray:
    """An error where enough histories scored, NaN elsewhere."""
    return np.where(effective < FEWEST, np.nan, value)


def quotient_error(
    n: int, numerator: Sums, denominator: Sums, products: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Standard error of the quotient of two means whose scores are correlated (first order; Cochran 1977, eq. 2.46).

    Parameters
    ----------
    n : int
        Histories.
    numerator, denominator : tuple of 2 ndarray
        Sum of the scores and of their squares.
    products : ndarray
        Sum of the products of the two scores.

    Returns
    -------
    tuple of 3 ndarray
        Standard error, given for any number of histories; effective numbers of numerator and denominator.
    """
    effective = effective_number(*numerator), effective_number(*denominator)
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = numerator[0] / denominator[0]
        variance = (numerator[1] - 2.0 * quotient * products + quotient**2 * denominator[1]) / n
        sigma = np.sqrt(np.maximum(variance, 0.0) / max(n - 1, 1)) / (denominator[0] / n)
        return sigma / np.sqrt(1.0 - 2.0 / np.maximum(np.minimum(*effective), LEAST)), *effective


def weighted_mean_error(n: int, values: Sums, weights: Sums, products: np.ndarray) -> np.ndarray:
    """Standard error of a mean of values with random weights, as an age: NaN below FEWEST effective weights.

    Parameters
    ----------
    n : int
        Histories.
    values, weights : tuple of 2 ndarray
        Sums over histories of value times weight and of weight, and of their squares. Of the values nothing is asked:
        to give an error where values happen to be alike, and none where one is large, would choose errors that are
        too small.
    products : ndarray
        Sum of the products of the two.

    Returns
    -------
    ndarray
    """
    error, _, effective = quotient_error(n, values, weights, products)
    return known(error, effective)


def share_error(n: int, part: Sums, whole: Sums, products: np.ndarray) -> np.ndarray:
    """Standard error of the share of a part in a whole: NaN where part or rest have fewer than FEWEST effective
    histories.

    Parameters
    ----------
    n : int
        Histories.
    part, whole : tuple of 2 ndarray
        Sum of the scores and of their squares; the score of the part is never above that of the whole.
    products : ndarray
        Sum of the products of the two.

    Returns
    -------
    ndarray
    """
    error, effective, _ = quotient_error(n, part, whole, products)
    rest = effective_number(whole[0] - part[0], np.maximum(whole[1] - 2.0 * products + part[1], 0.0))
    return known(error, np.minimum(effective, rest))
