"""The density seam: exponential, lookup, NaN outside, pickling, the same answer from Python, numba and lanes."""

import math
import pickle

import numpy as np
import pytest
from numba import njit

from atmosphere import Exponential, Msis
from atmosphere.density import mass_density, mass_fractions
from atmosphere.lane import LANE_OPTIONS, exponential
from atmosphere.table import ELEMENTS, air_table, altitude_nodes

SMALL_POSITIONS = [
    (0.0, 0.0, 0.0),
    (0.3, -2.0, 1.234e5),
    (-1.5, 6.5, 1.2e6),
    (math.pi / 2, 3.0, 3.999e6),
    (-math.pi / 2, 0.0, 4.0e6),
]


@pytest.fixture(scope="module")
def air():
    return Msis("1998-06-05T12:00", f107=112, f107a=108, ap=10)


@njit
def _many(air, latitude, longitude, altitude, out):
    for n in range(out.size):
        out[n] = mass_density(air, latitude[n], longitude[n], altitude[n])


@njit(**LANE_OPTIONS)
def _many_exponentials(x, out):
    for n in range(out.size):
        out[n] = exponential(x[n])


def test_the_exponential_is_the_library_one():
    x = np.concatenate([np.linspace(-700.0, 700.0, 20001), np.random.default_rng(1).uniform(-60.0, 5.0, 20000), [0.0]])
    out = np.empty_like(x)
    _many_exponentials(x, out)
    # Two roundings of the last bit; the library itself is good to one.
    np.testing.assert_allclose(out, np.exp(x), rtol=4.5e-16)
    assert exponential(0.0) == 1.0


def test_the_exponential_keeps_nan_and_underflows_to_nothing():
    assert math.isnan(exponential(math.nan))
    assert 0.0 < exponential(-1.0e9) < 1.0e-300


def _plane_table():
    """A table whose ln(rho) and fractions are linear in every coordinate, so that interpolation has no error."""
    longitudes, latitudes = np.arange(0.0, 360.0, 30.0), np.linspace(-90.0, 90.0, 7)
    fine, coarse = altitude_nodes(2.0), altitude_nodes(10.0)
    # Longitude must be periodic: |longitude - 180| is linear in each half.
    around = np.abs(longitudes - 180.0)
    ln_rho = -0.002 * around[:, None, None] + 0.01 * latitudes[None, :, None] - fine[None, None, :] / 100.0
    helium = 0.2 + 0.001 * around[:, None, None] + 0.001 * latitudes[None, :, None] + coarse[None, None, :] / 2.0e4
    fractions = np.zeros((*helium.shape, 5))
    fractions[..., ELEMENTS.index("He")] = helium
    fractions[..., ELEMENTS.index("O")] = 1.0 - helium
    return air_table(ln_rho, fractions)


def test_lookup_of_a_table_linear_in_each_coordinate_is_exact():
    table = _plane_table()
    rng = np.random.default_rng(7)
    for _ in range(300):
        latitude, longitude, altitude = rng.uniform(-90, 90), rng.uniform(-720, 720), rng.uniform(0, 4000)
        around = abs(longitude % 360.0 - 180.0)
        point = (math.radians(latitude), math.radians(longitude), altitude * 1.0e3)
        # Nodes are float32: ln(rho) up to 40 is rounded by 2e-6, a fraction below 1 by 3e-8.
        expected = math.exp(-0.002 * around + 0.01 * latitude - altitude / 100.0)
        assert mass_density(table, *point) == pytest.approx(expected, rel=4e-6)
        helium = 0.2 + 0.001 * around + 0.001 * latitude + altitude / 2.0e4
        assert mass_fractions(table, *point)[1] == pytest.approx(helium, abs=1e-7)


@pytest.mark.parametrize(
    "position",
    [
        (0.0, 0.0, -1.0e-3),
        (0.0, 0.0, 4.0e6 + 1.0),
        (1.6, 0.0, 1.0e5),
        (math.nan, 0.0, 1.0e5),
        (0.0, math.nan, 1.0e5),
        (0.0, math.inf, 1.0e5),
        (0.0, 0.0, math.nan),
        (0.0, 0.0, math.inf),
    ],
)
@pytest.mark.parametrize("model", ["msis", "exponential"])
def test_outside_the_range_a_kernel_says_nan(model, position, air):
    table = air.table if model == "msis" else Exponential(1.0, 50.0).table
    assert math.isnan(mass_density(table, *position))
    assert all(math.isnan(share) for share in mass_fractions(table, *position))


@pytest.mark.parametrize("model", ["msis", "exponential"])
def test_python_and_a_compiled_loop_agree_and_the_model_pickles(model, air):
    table = air.table if model == "msis" else Exponential(1.0, 50.0).table
    copy = pickle.loads(pickle.dumps(table))
    position = np.array(SMALL_POSITIONS).T
    out = np.empty(position.shape[1])
    _many(copy, *position, out)
    assert np.isfinite(out).all()
    # Fused multiply-adds of the lane options may round differently.
    np.testing.assert_allclose(out, [mass_density(table, *p) for p in SMALL_POSITIONS], rtol=1e-14)


def test_a_loop_of_exponentials_is_vectorised():
    """The point of having our own: the compiler packs it (the library's is a call, which stops that)."""
    # Kernels read from the disk cache cannot be inspected: compile this one anew.
    fresh = njit(**{**LANE_OPTIONS, "cache": False})(_many_exponentials.py_func)
    fresh(np.zeros(32), np.empty(32))
    (ir,) = fresh.inspect_llvm().values()
    assert " x double>" in ir
    assert "@exp" not in ir


def test_longitude_is_periodic(air):
    for latitude, altitude in ((0.1, 3.0e5), (-1.2, 2.0e6)):
        for longitude in (0.0, 1.0, 6.0):
            near = mass_density(air.table, latitude, longitude, altitude)
            for turned in (longitude + 2.0 * math.pi, longitude - 4.0 * math.pi):
                assert mass_density(air.table, latitude, turned, altitude) == pytest.approx(near, rel=1e-12)
