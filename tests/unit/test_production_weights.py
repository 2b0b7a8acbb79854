"""Weights of production: knots, shares, edges, refusals, modes, the file and what the fit does without data."""

import hashlib
import importlib.resources
import math
from pathlib import Path

import numpy as np
import pytest

from mcbelt.errors import PhysicsError
from mcbelt.physics import production_weights as pw

ROOT = Path(__file__).parents[2]
SHAPE = (3, 4, 5)


@pytest.fixture(scope="module")
def knots():
    return pw.Knots(
        np.array([2.0, 20.0, 500.0]), np.array([0.0, 0.05, 0.3, 1.0]), np.array([0.0, 0.2, 0.5, 1.0, math.inf])
    )


@pytest.fixture(scope="module")
def made(knots):
    """Weights whose ln is a sum of straight lines in the coordinates, and two modes of one value each."""
    T, x, q = (np.log(knots.T_GeV), pw.x_coordinate(knots.x), pw.q_coordinate(knots.q_GeVc))
    ln_w = 0.1 * T[:, None, None] - 0.5 * x[:, None] + 0.3 * q
    scale = np.arange(1.0, 7.0)[:, None, None, None]
    modes = np.stack([0.03 * np.ones((6, *SHAPE)), 0.04 * scale * np.ones((6, *SHAPE))])
    return pw.ProductionWeights(knots, scale * ln_w, modes, 0.12 * np.ones((6, *SHAPE)), "")


@pytest.fixture(scope="module")
def tools():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        import fit_weights
        import weights_data

        yield fit_weights, weights_data


@pytest.fixture(scope="module")
def weights():
    return pw.shipped()


def test_lines_between_knots_are_kept(made):
    # Straight lines in the three coordinates come back everywhere; 1e-12 is rounding.
    T, p, angle = np.array([2.0, 7.3, 150.0, 499.0]), np.array([0.2, 1.0, 3.0, 40.0]), np.array([3.0, 0.4, 0.1, 0.0])
    for n, species in enumerate(pw.SPECIES):
        x, q = pw.variables(T, species, p, angle)
        x = np.minimum(x, 1.0)
        ln_w = (n + 1) * (0.1 * np.log(T) - 0.5 * pw.x_coordinate(x) + 0.3 * pw.q_coordinate(q))
        assert np.log(made.weight(T, species, p, angle)) == pytest.approx(ln_w, rel=1e-12)


def test_variables_at_their_limits():
    # x is T over T; q is p theta at small angles and twice p at 180 degrees. By hand: p = 1 GeV/c, pi: T = 0.870 GeV.
    x, q = pw.variables(10.0, "pi+", 1.0, np.array([1e-4, math.pi]))
    assert x == pytest.approx(0.0870122, abs=1e-6)
    assert q == pytest.approx([1e-4, 2.0], rel=1e-8)
    assert pw.q_coordinate([0.0, 0.5, math.inf]) == pytest.approx([0.0, 0.5, 1.0], abs=1e-9)
    assert pw.x_coordinate([0.0, 1.0]) == pytest.approx([0.0, 1.0])


def test_one_up_to_where_the_factors_hold(made):
    T = np.array([0.2, 1.0, 1.6, 1.6 + 1e-9])
    assert made.weight(T, "p", 0.5, 0.3) == pytest.approx(np.ones(4), abs=1e-7)
    assert made.error(T, "p", 0.5, 0.3) == pytest.approx(np.zeros(4), abs=1e-7)
    half_way = math.sqrt(1.6 * 2.0)
    assert math.log(made.weight(half_way, "pi+", 0.0001, 0.0)) == pytest.approx(0.05 * math.log(2.0), rel=1e-3)


def test_shares_sum_to_one(knots):
    rng = np.random.default_rng(7)
    T, x, q = 2.0 * 250.0 ** rng.random(200), rng.random(200), rng.exponential(0.5, 200)
    index, share = pw.corners(knots, T, x, q)
    assert share.sum(axis=1) == pytest.approx(np.ones(200))
    assert share.min() >= 0.0
    assert index.min() >= 0 and index.max() < math.prod(SHAPE)  # noqa: PT018


def test_modes_move_and_add_in_squares(made):
    place = (30.0, "pi-", 1.0, 0.2)  # second species: modes 0.03, 0.08, rest 0.12
    assert made.error(*place) == pytest.approx(math.sqrt(0.03**2 + 0.08**2 + 0.12**2))
    moved = made.weight(*place, shifts=[1.0, -2.0]) / made.weight(*place)
    assert moved == pytest.approx(math.exp(0.03 - 0.16))
    with pytest.raises(PhysicsError, match="3 shifts for 2 modes"):
        made.weight(*place, shifts=[1.0, 0.0, 0.0])


def test_neutral_mesons_are_between_the_charged(made):
    # Where pi+ and pi- share mass, x and q, the mean of ln w is that of their knots.
    place = (30.0, 1.0, 0.2)
    pair = [float(made.weight(place[0], name, *place[1:])) for name in ("pi+", "pi-")]
    assert made.weight(place[0], "pi0", *place[1:]) == pytest.approx(math.sqrt(pair[0] * pair[1]))


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ((0.19, "pi+", 1.0, 0.1), "proton energy 0.19 is outside 0.2 to 500 GeV"),
        ((501.0, "pi+", 1.0, 0.1), "proton energy 501 is outside 0.2 to 500 GeV"),
        ((math.nan, "pi+", 1.0, 0.1), "proton energy nan is outside"),
        ((10.0, "eta", 1.0, 0.1), "species = 'eta' has none. Give one of pi\\+, pi-, K\\+, K-, p, n, pi0, K0S"),
        ((10.0, "pi+", 0.0, 0.1), "momentum 0 is outside above 0 GeV/c"),
        ((10.0, "pi+", 1.0, [0.1, 3.2]), "angle 3.2 is outside 0 to pi"),
    ],
)
def test_refusals(made, place, words):
    for door in (made.weight, made.error):
        with pytest.raises(PhysicsError, match=words):
            door(*place)


def test_ends_of_the_range_are_inside(weights):
    for T in pw.RANGE_GeV:
        assert weights.weight(T, "pi+", 0.1, 0.0) > 0.0


def _content():
    return (importlib.resources.files("mcbelt") / "data/yields/weights.csv").read_bytes()


@pytest.mark.parametrize("harm", ["drop", "twice", "nan", "species"])
def test_a_damaged_file_is_refused(harm):
    lines = _content().decode().splitlines()
    last = lines.pop()
    changed = {
        "drop": [], "twice": [lines[-1]], "nan": [",".join([*last.split(",")[:4], "nan", *last.split(",")[5:]])],
        "species": ["eta," + last.partition(",")[2]],
    }[harm]  # fmt: skip
    with pytest.raises(PhysicsError, match="Make it again with tools"):
        pw.read("\n".join([*lines, *changed]).encode())


def test_the_order_of_rows_does_not_matter(weights):
    lines = _content().decode().splitlines()
    first = next(n for n, line in enumerate(lines) if not line.startswith("#")) + 1
    other = pw.read("\n".join([*lines[:first], *reversed(lines[first:])]).encode())
    assert np.array_equal(other.ln_weight, weights.ln_weight)
    assert np.array_equal(other.modes, weights.modes)


def test_weights_carry_the_hash_of_their_file(weights):
    assert weights.digest == hashlib.sha256(_content()).hexdigest()


def test_shipped_knots_are_whole(weights):
    assert weights.ln_weight.shape == (6, *weights.knots.shape)
    assert weights.knots.T_GeV[-1] == 500.0
    assert weights.knots.x[[0, -1]].tolist() == [0.0, 1.0]
    assert weights.knots.q_GeVc[-1] == math.inf
    assert np.abs(weights.ln_weight).max() < 3.0  # a factor of twenty: the prior is 0.45


def test_scaling_above_the_last_beam_with_a_growing_error(weights):
    x, q = np.array([0.05, 0.1, 0.3]), 0.3
    for species in ("pi+", "pi-", "p"):
        w, error = [], []
        for T in (157.06, 280.0, 500.0):
            kinetic = x * T
            p = np.sqrt(kinetic * (kinetic + 2.0 * pw.MASSES[species]))
            angle = 2.0 * np.arcsin(0.5 * q / p)
            w.append(weights.weight(T, species, p, angle))
            error.append(weights.error(T, species, p, angle))
        assert np.log(w[2] / w[0]) == pytest.approx(np.zeros(3), abs=0.05)  # the sum of energy moves it a little
        assert np.all(error[2] > 1.2 * error[0]), species


def test_collisions_hand_out_as_much_energy_as_before(weights, tools):
    # The rule is kept to 0.5 % in the fit; three digits of ln w add 0.05 %.
    _, data = tools
    for T in data.KNOTS.T_GeV:
        energy = data.handed_out(T)
        after = np.sum(energy.carried * np.exp(energy.shares @ weights.ln_weight.ravel()))
        assert after == pytest.approx(energy.carried.sum(), abs=0.012), T


def test_without_data_the_weights_are_one(tools):
    fit_weights, data = tools
    bins = data.load()
    problem = fit_weights.Problem(fit_weights.prior_root()[:, ::40], [])
    fit = fit_weights.solve(problem, bins.of(np.zeros(len(bins.value), bool)))
    assert np.array_equal(fit.ln_weight, np.zeros(data.PLACES))
    some = np.arange(0, data.PLACES // 3, 97)  # of the pions; nucleons are held at x = 1
    cover, prior = (root[some] @ root[some].T for root in (fit.cover, problem.root))
    np.testing.assert_allclose(cover, prior, atol=1e-9)  # rounding


def test_the_prior_is_sure_at_one_and_grows(tools):
    fit_weights, data = tools
    root = fit_weights.prior_root()
    sigma = np.linalg.norm(root, axis=1).reshape(6, *data.KNOTS.shape)[:, :, 4, 2]
    ln_T = np.log(data.KNOTS.T_GeV[:-1] / 1.6)
    wanted = fit_weights.SIZE * np.sqrt(1.0 - np.exp(-2.0 * ln_T / fit_weights.LENGTH_LN_T))
    assert sigma[:, :-1] == pytest.approx(np.tile(wanted, (6, 1)), rel=0.02)  # what the root leaves out
    assert np.all(np.diff(sigma, axis=1) > 0.0)
