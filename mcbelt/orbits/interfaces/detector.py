"""What is scored along an orbit, behind one name: `score`."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numba.extending import overload

import kernelcache


class NoDetector(NamedTuple):
    """Nothing is scored."""

    on: bool = False


@njit(error_model="numpy", cache=True)
def _no_score(detector, tally, lanes, k):
    pass


_SCORE: dict[type, Callable] = {NoDetector: _no_score}


def register_detector(model: type, kernel: Callable) -> None:
    """Enter a detector: a NamedTuple type with a field `on`, and a kernel with the signature of `score`."""
    kernelcache.outside(model, kernel)
    _SCORE[model] = kernel


def score(detector: Any, tally: np.ndarray, lanes: np.ndarray, k: int) -> None:
    """Add the step that lane k has just made to a tally. Called at the end of each step.

    Parameters
    ----------
    detector : detector model
    tally : ndarray, shape (bins,)
        The row of one particle; changed.
    lanes : ndarray, shape (LANE_ROWS, width)
        Rows as in `production`, with STEP_NOW (length of the step just made, signed) and ALTITUDE_BEFORE (altitude at
        its beginning).
    k : int
        Lane.
    """
    _SCORE[type(detector)](detector, tally, lanes, k)


@overload(score)
def _score(detector, tally, lanes, k):
    kernel = _SCORE[detector.instance_class]

    def evaluate(detector, tally, lanes, k):
        kernel(detector, tally, lanes, k)

    return evaluate
