"""The one finder of cells: every rule beyond the ends, the ends themselves, NaN, and arrays against kernels."""

import itertools
import math

import numpy as np
import pytest

from mcbelt import grid

UNEVEN = np.array([-1.0, 0.0, 0.5, 3.0])
EVEN = np.array([2.0, 4.0, 6.0, 8.0])


def linear(found, values):
    i, t = found
    return (1.0 - t) * values[i] + t * values[i + 1]


@pytest.mark.parametrize("value", [-1.0, -0.3, 0.0, 0.2, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("finder", [grid.sorted_hold, grid.sorted_extend])
@pytest.mark.parametrize("upper", [False, True])
def test_a_line_is_found_again_between_uneven_nodes(finder, upper, value):
    found = finder(UNEVEN, value, upper)
    assert 0 <= found[0] <= 2
    assert linear(found, 3.0 * UNEVEN - 1.0) == pytest.approx(3.0 * value - 1.0, abs=1e-15)


@pytest.mark.parametrize("value", [2.0, 3.7, 4.0, 6.0, 7.99, 8.0])
@pytest.mark.parametrize("finder", [grid.uniform_hold, grid.uniform_extend])
def test_a_line_is_found_again_between_even_nodes(finder, value):
    assert linear(finder(EVEN, value), EVEN) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(("value", "end"), [(-7.0, -1.0), (8.0, 3.0), (math.inf, 3.0), (-math.inf, -1.0)])
def test_hold_keeps_the_value_of_the_end(value, end):
    assert linear(grid.sorted_hold(UNEVEN, value), UNEVEN) == end
    assert linear(grid.uniform_hold(EVEN, value), EVEN) == (2.0 if end < 0.0 else 8.0)
    assert linear(grid.position_hold(value, 3), (5.0, 6.0, 7.0)) == (5.0 if value < 0.0 else 7.0)
    assert grid.share_hold(1.0, 2.0, value) == (0.0 if value < 0.0 else 1.0)


@pytest.mark.parametrize("value", [-7.0, 11.0])
def test_extend_goes_on_along_the_line(value):
    assert linear(grid.sorted_extend(UNEVEN, value), UNEVEN) == pytest.approx(value, rel=1e-15)
    assert linear(grid.uniform_extend(EVEN, value), EVEN) == pytest.approx(value, rel=1e-15)
    assert linear(grid.position_extend(value, 4), np.arange(4.0)) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("position", "refused"), [(-1e-3, True), (-1e-7, False), (0.0, False), (3.0, False), (3.0 + 1e-3, True)]
)
def test_refuse_gives_nan_beyond_its_tolerance(position, refused):
    i, t = grid.position_refuse(position, 4, 1e-6)
    assert 0 <= i <= 2
    assert math.isnan(t) is refused


def test_nan_stays_nan_with_an_index_that_a_kernel_may_use():
    finders = (
        grid.sorted_hold(UNEVEN, math.nan), grid.sorted_extend(UNEVEN, math.nan), grid.uniform_hold(EVEN, math.nan),
        grid.uniform_extend(EVEN, math.nan), grid.position_hold(math.nan, 4), grid.position_extend(math.nan, 4),
        grid.position_refuse(math.nan, 4, 1.0),
    )  # fmt: skip
    for i, t in finders:
        assert 0 <= i <= 2
        assert math.isnan(t)
    i, j, t = grid.turn_periodic(math.nan, 6)
    assert (i, j) == (0, 1)
    assert math.isnan(t)
    assert math.isnan(grid.share_hold(0.0, 1.0, math.nan))
    assert not grid.inside(UNEVEN, math.nan)
    assert grid.bin_refuse(UNEVEN, math.nan) == -1
    assert grid.bin_hold(math.nan, 3) == 0


def test_one_node_is_its_own_cell():
    one = np.array([4.0])
    assert grid.uniform_hold(one, 9.0) == (0, 0.0)
    assert grid.sorted_hold(one, -9.0) == (0, 0.0)


def test_a_node_belongs_to_the_cell_above_or_as_asked_to_the_one_below():
    assert grid.sorted_cell(UNEVEN, 0.5) == 2
    assert grid.sorted_cell(UNEVEN, 0.5, True) == 1
    assert grid.sorted_cell(UNEVEN, 3.0) == 2  # the last node has no cell above
    assert grid.sorted_cell(UNEVEN, -1.0, True) == 0


def test_inside_has_its_ends():
    assert [grid.inside(UNEVEN, v) for v in (-1.1, -1.0, 0.0, 3.0, 3.1)] == [False, True, True, True, False]


def test_bins():
    """Bins are half open: their upper edges belong to the next one, or to none; hold sends what is outside to the
    ends.
    """
    assert [grid.bin_refuse(UNEVEN, v) for v in (-1.1, -1.0, 0.5, 2.9, 3.0)] == [-1, 0, 2, 2, -1]
    assert [grid.bin_hold(v, 3) for v in (-4.0, 0.0, 0.99, 1.0, 2.5, 3.0, 1e300, math.inf)] == [0, 0, 0, 1, 2, 2, 2, 2]


@pytest.mark.parametrize("turns", [-2, 0, 1])
def test_a_turn_closes(turns):
    values = np.cos(np.arange(360) * math.pi / 180.0)
    for angle in (0.0, 1.0, 3.0, 2.0 * math.pi - 1e-3):
        i, j, t = grid.turn_periodic(angle + turns * 2.0 * math.pi, 360)
        assert j == (i + 1) % 360
        # half a node squared over two: the error of a line through a cosine
        assert (1.0 - t) * values[i] + t * values[j] == pytest.approx(math.cos(angle), abs=4e-5)


def test_sorted_nodes_of_a_turn_close():
    nodes = np.array([-2.0, -0.5, 1.0, 3.0])
    for turns, (angle, i, j, share) in itertools.product(
        (-3, 0, 1),
        [(-2.0, 0, 1, 0.0), (0.25, 1, 2, 0.5), (3.0, 3, 0, 0.0), (3.0 + 0.5 * (2.0 * math.pi - 5.0), 3, 0, 0.5)],
    ):
        # a rounding of the turn may put a node at the end of the cell before it
        found = grid.sorted_periodic(nodes, angle + turns * 2.0 * math.pi)
        place = found[0] + found[2]
        assert place % 4 == pytest.approx(i + share, abs=1e-14) or place == pytest.approx(4.0, abs=1e-14)
        assert found[1] == (found[0] + 1) % 4
        assert j == (i + 1) % 4


@pytest.mark.parametrize("upper", [False, True])
def test_arrays_agree_with_kernels(upper):
    values = np.concatenate([UNEVEN, np.linspace(-3.0, 5.0, 41)])
    for many, one in ((grid.sorted_cells_hold, grid.sorted_hold), (grid.sorted_cells_extend, grid.sorted_extend)):
        i, t = many(UNEVEN, values, upper)
        assert [tuple(pair) for pair in zip(i, t, strict=True)] == [one(UNEVEN, v, upper) for v in values]
    assert grid.sorted_cells(UNEVEN, values, upper).tolist() == [grid.sorted_cell(UNEVEN, v, upper) for v in values]
    i, t = grid.positions_extend(values, 4)
    assert [tuple(pair) for pair in zip(i, t, strict=True)] == [grid.position_extend(v, 4) for v in values]
