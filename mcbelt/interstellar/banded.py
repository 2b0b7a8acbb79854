"""Factors and solutions of the symmetric matrices that diffusion in (R, z) makes, one per momentum.

Multiplied with the cell volumes, the finite-volume matrix of one momentum is symmetric and positive definite, with a
band as wide as the number of heights. A banded Cholesky factor costs n w^2 operations and a solution 4 n w, so that a
sweep over all momenta is a fraction of a second, and the factors serve every iteration of the Krylov solver.
"""

import math

import numpy as np
from numba import njit


@njit(cache=True, error_model="numpy")
def cholesky(diagonal: np.ndarray, along_z: np.ndarray, along_R: np.ndarray, heights: int) -> np.ndarray:
    """Banded factor L of the five-point matrix.

    Parameters
    ----------
    diagonal : ndarray
        Shape (n,), n = radii x heights, the height running fastest.
    along_z, along_R : ndarray
        Coupling (> 0) of cell i to i + 1 and to i + heights, shape (n,); zero where there is no neighbour.
    heights : int
        Number of heights, the half band width.

    Returns
    -------
    ndarray
        factor[i, heights - k] = L[i, i - k], shape (n, heights + 1).
    """
    n = len(diagonal)
    w = heights
    factor = np.zeros((n, w + 1))
    for i in range(n):
        first = max(0, i - w)
        for j in range(first, i + 1):
            value = 0.0
            if j == i:
                value = diagonal[i]
            elif j == i - 1:
                value = -along_z[j]
            if j == i - w:
                value -= along_R[j]
            for k in range(max(first, j - w), j):
                value -= factor[i, k - i + w] * factor[j, k - j + w]
            if j == i:
                factor[i, w] = math.sqrt(value)
            else:
                factor[i, j - i + w] = value / factor[j, w]
    return factor


@njit(cache=True, error_model="numpy")
def substitute(factor: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solution x of L L^T x = right, shape (n,)."""
    n, width = factor.shape
    w = width - 1
    x = right.copy()
    for i in range(n):
        value = x[i]
        for k in range(max(0, i - w), i):
            value -= factor[i, k - i + w] * x[k]
        x[i] = value / factor[i, w]
    for i in range(n - 1, -1, -1):
        x[i] /= factor[i, w]
        value = x[i]
        for k in range(max(0, i - w), i):
            x[k] -= factor[i, k - i + w] * value
    return x
