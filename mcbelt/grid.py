"""Which cell of a grid holds a value, and where in the cell it lies: one finder, its rule beyond the ends in its name.

An axis of n nodes has n - 1 cells; n edges bound as many bins. A finder returns the index of the cell and the share t
of its upper node, so that (1 - t) f[i] + t f[i + 1] is linear between nodes. The last word of a name says what happens
beyond the ends:

* ``hold``: the value at the end is held (t is kept in [0, 1]; a bin beyond the ends is the last one);
* ``extend``: the straight line of the end cell goes on (t leaves [0, 1]); for values that a door keeps inside;
* ``refuse``: t is NaN, the index of a bin is -1;
* zero: ask `inside` first, and return zero where it is False.

A periodic axis has no ends. NaN makes t NaN under every rule (a kernel's NaN marks its history as lost) and is not
`inside`; the index that comes with it is valid. Axes ascend. Kernels and arrays share the names: the plural takes
arrays. (`atmosphere.table` has its own branch-free finder, for vector units, which holds.)
"""

import math
from typing import Literal

import numpy as np
from numba import njit
from numpy.typing import ArrayLike


@njit(cache=True, error_model="numpy")
def inside(nodes: np.ndarray, value: float) -> bool:
    """Whether an axis holds a value, its ends included; False for NaN."""
    return nodes[0] <= value <= nodes[nodes.shape[0] - 1]


@njit(cache=True, error_model="numpy")
def share_hold(low: float, high: float, value: float) -> float:
    """Share of `high` at a value between two: 0 below `low`, 1 above `high`.

    Parameters
    ----------
    low, high : float
        Two values, low below high, any unit.
    value : float
        In the same unit; NaN gives NaN.

    Returns
    -------
    float
        Share [1], 0 to 1.
    """
    t = (value - low) / (high - low)
    if t < 0.0:
        return 0.0
    return 1.0 if t > 1.0 else t


@njit(cache=True, error_model="numpy")
def position_extend(position: float, n: int) -> tuple[int, float]:
    """Cell and share of a position counted in cells from the first of n nodes, n at least 2; see the module for names.

    Parameters
    ----------
    position : float
        Distance from the first node over the distance of neighbours.
    n : int
        Nodes.

    Returns
    -------
    tuple of int and float
        Index of the lower node, 0 to n - 2, and share of the upper one.
    """
    below = position if position > 0.0 else 0.0
    i = int(below) if below < n - 2.0 else n - 2
    return i, position - i


@njit(cache=True, error_model="numpy")
def position_hold(position: float, n: int) -> tuple[int, float]:
    """`position_extend` with the ends held."""
    i, t = position_extend(position, n)
    if t < 0.0:
        return i, 0.0
    return i, 1.0 if t > 1.0 else t


@njit(cache=True, error_model="numpy")
def position_refuse(position: float, n: int, tolerance: float) -> tuple[int, float]:
    """`position_extend` with a share of NaN more than `tolerance` cells beyond the ends.

    Parameters
    ----------
    position, n
        As for `position_extend`.
    tolerance : float
        Cells beyond the ends that are still taken, at least 0.

    Returns
    -------
    tuple of int and float
        Index of the lower node and share of the upper one.
    """
    if not (-tolerance <= position <= n - 1.0 + tolerance):
        return 0, math.nan
    return position_extend(position, n)


@njit(cache=True, error_model="numpy")
def uniform_hold(nodes: np.ndarray, value: float) -> tuple[int, float]:
    """Cell and share on an axis of equally spaced nodes, the ends held; one node is its own cell."""
    n = nodes.shape[0]
    if n == 1:
        return 0, 0.0
    return position_hold((value - nodes[0]) / (nodes[1] - nodes[0]), n)


@njit(cache=True, error_model="numpy")
def uniform_extend(nodes: np.ndarray, value: float) -> tuple[int, float]:
    """Cell and share on an axis of two or more equally spaced nodes, the end cells extended."""
    return position_extend((value - nodes[0]) / (nodes[1] - nodes[0]), nodes.shape[0])


@njit(cache=True, error_model="numpy")
def sorted_cell(nodes: np.ndarray, value: float, upper: bool = False) -> int:
    """Index alone of the cell on any axis of two or more nodes; beyond the ends and for NaN an end cell.

    A value on a node belongs to the cell above it, with `upper` to the cell of which it is the upper end.

    Parameters
    ----------
    nodes : ndarray, shape (n,)
        Ascending, n at least 2.
    value : float
        In the unit of the nodes.
    upper : bool
        Whether a value on a node belongs to the cell below it.

    Returns
    -------
    int
        0 to n - 2.
    """
    if upper:
        i = np.searchsorted(nodes, value) - 1
    else:
        i = np.searchsorted(nodes, value, side="right") - 1
    return min(max(i, 0), nodes.shape[0] - 2)


@njit(cache=True, error_model="numpy")
def sorted_hold(nodes: np.ndarray, value: float, upper: bool = False) -> tuple[int, float]:
    """Cell and share on any axis, the ends held; one node is its own cell; `upper` as for `sorted_cell`.

    Parameters
    ----------
    nodes : ndarray, shape (n,)
        Ascending, n at least 1.
    value, upper
        As for `sorted_cell`.

    Returns
    -------
    tuple of int and float
        Index of the lower node and share of the upper one.
    """
    if nodes.shape[0] == 1:
        return 0, 0.0
    i = sorted_cell(nodes, value, upper)
    return i, share_hold(nodes[i], nodes[i + 1], value)


@njit(cache=True, error_model="numpy")
def sorted_extend(nodes: np.ndarray, value: float, upper: bool = False) -> tuple[int, float]:
    """Cell and share on any axis of two or more nodes, the end cells extended; `upper` as for `sorted_cell`.

    Parameters
    ----------
    nodes, value, upper
        As for `sorted_cell`.

    Returns
    -------
    tuple of int and float
        Index of the lower node and share of the upper one.
    """
    i = sorted_cell(nodes, value, upper)
    return i, (value - nodes[i]) / (nodes[i + 1] - nodes[i])


@njit(cache=True, error_model="numpy")
def turn_periodic(angle: float, n: int) -> tuple[int, int, float]:
    """Lower and upper node of an angle on a full turn of n nodes from 0, and the share of the upper one.

    Parameters
    ----------
    angle : float
        [rad], in any turn.
    n : int
        Nodes, equally spaced; the first follows the last.

    Returns
    -------
    tuple of int, int and float
    """
    turn = angle * (0.5 / math.pi)
    turn = (turn - math.floor(turn)) * n
    i, _ = position_extend(turn, n + 1)
    return i, 0 if i == n - 1 else i + 1, turn - i


@njit(cache=True, error_model="numpy")
def sorted_periodic(nodes: np.ndarray, angle: float) -> tuple[int, int, float]:
    """Node before an angle, the next one and its share, on any nodes of one turn [rad], each less than a turn apart.

    Parameters
    ----------
    nodes : ndarray, shape (n,)
        Ascending, less than a turn in all [rad]; the first follows the last.
    angle : float
        [rad], in any turn.

    Returns
    -------
    tuple of int, int and float
    """
    n = nodes.shape[0]
    turn = (angle - nodes[0]) / (2.0 * math.pi)
    angle -= math.floor(turn) * 2.0 * math.pi
    k = min(np.searchsorted(nodes, angle, side="right") - 1, n - 1)
    m = 0 if k == n - 1 else k + 1
    width = (nodes[m] - nodes[k]) % (2.0 * math.pi)
    return k, m, (angle - nodes[k]) / width


@njit(cache=True, error_model="numpy")
def bin_hold(position: float, bins: int) -> int:
    """Bin of a position counted in bins of equal width; beyond the ends the last one there."""
    i, _ = position_extend(position, bins + 1)
    return i


@njit(cache=True, error_model="numpy")
def bin_refuse(edges: np.ndarray, value: float) -> int:
    """Bin [edges[i], edges[i + 1]) that holds a value; -1 outside and for NaN."""
    if not (edges[0] <= value < edges[edges.shape[0] - 1]):
        return -1
    return int(np.searchsorted(edges, value, side="right")) - 1


def sorted_cells(nodes: np.ndarray, values: ArrayLike, upper: bool = False) -> np.ndarray:
    """Indices of cells as by `sorted_cell`; shape of `values`.

    Parameters
    ----------
    nodes : ndarray, shape (n,)
        Ascending, n at least 2.
    values : array_like
        In the unit of the nodes.
    upper : bool
        As for `sorted_cell`.

    Returns
    -------
    ndarray of int
        0 to n - 2, shape of `values`.
    """
    side: Literal["left", "right"] = "left" if upper else "right"
    return np.clip(np.searchsorted(nodes, values, side=side) - 1, 0, len(nodes) - 2)


def sorted_cells_extend(nodes: np.ndarray, values: ArrayLike, upper: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Cells and shares of many values on any axis, the end cells extended.

    Parameters
    ----------
    nodes : ndarray, shape (n,)
        Ascending, n at least 2.
    values : array_like
    upper : bool
        As for `sorted_cell`.

    Returns
    -------
    tuple of 2 ndarray
        Indices of the lower nodes and shares of the upper ones, shape of `values`.
    """
    i = sorted_cells(nodes, values, upper)
    return i, (values - nodes[i]) / (nodes[i + 1] - nodes[i])


def sorted_cells_hold(nodes: np.ndarray, values: ArrayLike, upper: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """`sorted_cells_extend` with the ends held.

    Parameters
    ----------
    nodes, values, upper
        As for `sorted_cells_extend`.

    Returns
    -------
    tuple of 2 ndarray
        Indices of the lower nodes and shares of the upper ones, shape of `values`.
    """
    i, t = sorted_cells_extend(nodes, values, upper)
    return i, np.clip(t, 0.0, 1.0)


def positions_extend(positions: ArrayLike, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Cells and shares as by `position_extend`; shape of `positions`."""
    i = np.clip(np.asarray(positions).astype(int), 0, n - 2)
    return i, positions - i
