"""One-dimensional diffusion: Green function with losses, integral of dz/D without, and the two-halo formulas."""

import math

import numpy as np
import pytest

from mcbelt.errors import PhysicsError
from mcbelt.interstellar import losses, slab, two_halo
from mcbelt.interstellar.scales import KILOPARSEC, MEGAYEAR

D0 = 5.5e24  # [m2/s] at 4 GV
DENSITY = 1.9  # [eV/cm3]


def _slab(index, delta, half_height_kpc=4.0, per_decade=33, cells=100, finest_pc=2.0):
    energy = np.geomspace(0.5, 1.0e6, int(per_decade * math.log10(2.0e6)) + 1)
    edges = slab.sinh_edges(half_height_kpc, cells, finest_pc)
    diffusion = D0 * (energy / 4.0) ** delta
    resist = slab.resistance(edges, lambda z: diffusion[:, None] * np.ones_like(z))
    source = np.zeros((len(energy), cells))
    source[:, 0] = energy**-index * 0.5 / edges[1]
    return slab.solve(energy, edges, resist, losses.electron_radiative(energy, DENSITY)[:, None], source)


def _green(energy, index, delta, half_height_kpc=4.0):
    b0 = losses.electron_radiative(1.0e3, DENSITY) / 1.0e6
    root = np.linspace(0.0, math.sqrt(math.log(1.0e6 / energy)), 4000)[1:]
    birth = energy * np.exp(root**2)
    length2 = 4.0 * D0 * 4.0**-delta * (energy ** (delta - 1.0) - birth ** (delta - 1.0)) / (1.0 - delta) / b0
    value = (
        birth ** (1.0 - index) * slab.thin_source_density(np.sqrt(length2), half_height_kpc * KILOPARSEC) * 2.0 * root
    )
    whole = np.append(value[0], value)
    return np.trapezoid(whole, np.append(0.0, root)) / (b0 * energy**2)


def test_green_function():
    """Crank-Nicolson at 33 energies a decade within 0.3 % of the Green function from 1 GeV to 1 TeV."""
    solution = _slab(2.7, 0.5)
    for wanted in np.geomspace(1.0, 1000.0, 10):
        i = int(np.argmin(np.abs(np.log(solution.energy / wanted))))
        assert solution.midplane[i] == pytest.approx(_green(solution.energy[i], 2.7, 0.5), rel=3.0e-3)


def test_series_and_images_agree():
    """Both forms of the Green function where they meet."""
    length = np.array([0.499, 0.501]) * KILOPARSEC
    value = slab.thin_source_density(length, KILOPARSEC)
    assert value[0] / value[1] == pytest.approx(0.501 / 0.499, rel=1.0e-4)


@pytest.mark.parametrize(("delta", "expected"), [(0.5, 3.452), (0.33, 3.368)])
def test_index_where_losses_rule(delta, expected):
    """Thin source of index 2.7 at 100 GeV: alpha + (1 + delta)/2, to 0.006."""
    solution = _slab(2.7, delta)
    i = int(np.argmin(np.abs(solution.energy - 100.0)))
    step = np.log(solution.energy[i + 1] / solution.energy[i - 1])
    slope = -np.log(solution.midplane[i + 1] / solution.midplane[i - 1]) / step
    assert slope == pytest.approx(expected, abs=0.006)
    assert slope == pytest.approx(2.7 + 0.5 * (1.0 + delta), abs=0.006)


def test_conservation_and_positivity():
    """Source = escape + destruction + loss below the grid, to 1e-10; nothing negative."""
    energy = np.geomspace(1.0, 1.0e4, 150)
    edges = slab.sinh_edges(4.0, 60, 5.0)
    resist = slab.resistance(edges, lambda z: D0 * energy[:, None] ** 0.5 * np.ones_like(z))
    source = energy[:, None] ** -2.4 * np.exp(-edges[1:] / KILOPARSEC)
    loss = losses.electron_radiative(energy, DENSITY)[:, None]
    s = slab.solve(energy, edges, resist, loss, source, decay_rate=1.0e-15)
    assert s.escaped + s.destroyed + s.lost_below == pytest.approx(s.produced, rel=1.0e-10)
    assert min(s.escaped, s.destroyed, s.lost_below) > 0.0
    assert np.all(s.density >= 0.0)


def test_grid_doubling():
    """Doubling both grids moves the midplane by less than 0.3 % at 10 GeV."""
    coarse, fine = _slab(2.7, 0.5), _slab(2.7, 0.5, per_decade=66, cells=200, finest_pc=1.0)
    values = [np.exp(np.interp(np.log(10.0), np.log(s.energy[:-1]), np.log(s.midplane[:-1]))) for s in (coarse, fine)]
    assert values[0] == pytest.approx(values[1], rel=3.0e-3)


def _midplane_without_losses(halo, rigidity):
    edges = slab.sinh_edges(halo.half_height_kpc, 100, 2.0)
    jump = halo.inner_share * halo.half_height_kpc * KILOPARSEC
    edges[np.argmin(np.abs(edges - jump))] = jump
    resist = slab.resistance(edges, lambda z: two_halo.diffusion(halo, z / KILOPARSEC, rigidity[:, None]))
    source = np.zeros(len(edges) - 1)
    source[0] = 0.5 / edges[1]
    return slab.solve_lossless(edges, resist, source)[:, 0]


@pytest.mark.parametrize("exponent", [math.inf, 5.0])
def test_two_halo_density(exponent):
    """Slab with a step (eq. 4) or the smooth rise (eq. 5) of the slope against the integral of dz/D, 10 GV to 10 TV.

    0.3 %: the first cell's half thickness over the inner halo, seen at its weight in the integral.
    """
    halo = two_halo.TWO_HALO._replace(exponent=exponent)
    rigidity = np.geomspace(10.0, 1.0e4, 7)
    assert _midplane_without_losses(halo, rigidity) == pytest.approx(
        two_halo.midplane_density(halo, rigidity), rel=3.0e-3
    )


def test_crossing_of_the_halos():
    """Inner and outer halo contribute alike at 281 GV (0.5 %)."""
    assert two_halo.crossing_rigidity_GV(two_halo.TWO_HALO) == pytest.approx(281.0, rel=5.0e-3)


def test_two_halo_over_conventional():
    """Protons, normalised at 50 GV: 1.24, 1.79, 2.97 at 1e3, 1e4, 1e5 GV (1 %)."""
    rho = np.array([50.0, 1.0e3, 1.0e4, 1.0e5])
    ratio = two_halo.midplane_density(two_halo.TWO_HALO, rho) / two_halo.midplane_density(two_halo.CONVENTIONAL, rho)
    assert ratio[1:] / ratio[0] == pytest.approx([1.24, 1.79, 2.97], rel=0.01)


def test_diffusion_distances():
    """3.1, 2.7, 3.2 kpc in 17 Myr at 10 GV (2 %): only rho0 = 4 GV gives them."""
    halo = two_halo.TWO_HALO
    coefficients = [
        two_halo.diffusion(two_halo.CONVENTIONAL, 0.0, 10.0),
        two_halo.diffusion(halo, 0.0, 10.0),
        two_halo.diffusion(halo, 3.0, 10.0),
    ]
    distances = two_halo.diffusion_distance_kpc(np.array(coefficients, float), 17.0 * MEGAYEAR)
    assert distances == pytest.approx([3.13, 2.72, 3.25], rel=0.02)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"D0_cm2_s": -1.0}, "not positive"),
        ({"half_height_kpc": 0.0}, "height above 0"),
        ({"inner_share": 1.5}, "outside"),
        ({"rho0_GV": 0.0}, "must be positive"),
    ],
)
def test_impossible_halos(change, message):
    with pytest.raises(PhysicsError, match=message):
        two_halo.checked(two_halo.TWO_HALO._replace(**change))


def test_impossible_slabs():
    with pytest.raises(PhysicsError, match="halo of no height"):
        slab.sinh_edges(0.0)
    edges = slab.sinh_edges(4.0, 10)
    with pytest.raises(PhysicsError, match="must be positive everywhere"):
        slab.resistance(edges, lambda z: -np.ones_like(z))
    with pytest.raises(PhysicsError, match="must be positive and rise"):
        slab.solve([2.0, 1.0], edges, np.ones((2, 10)), 1.0, 1.0)


def test_second_order_in_energy():
    """Twice the energies a decade, a quarter of the error at 30 GeV (3 to 5): Crank-Nicolson, not an implicit step."""
    values = []
    for per_decade in (8, 16, 128):
        energy = np.geomspace(1.0, 1.0e5, 5 * per_decade + 1)
        edges = slab.sinh_edges(4.0, 60, 5.0)
        resist = slab.resistance(edges, lambda z, e=energy: D0 * e[:, None] ** 0.5 * np.ones_like(z))
        source = energy[:, None] ** -2.4 * np.exp(-edges[1:] / KILOPARSEC)
        solution = slab.solve(energy, edges, resist, losses.electron_radiative(energy, DENSITY)[:, None], source)
        values.append(np.log(solution.midplane[int(1.5 * per_decade)]))
    assert 3.0 < (values[0] - values[2]) / (values[1] - values[2]) < 5.0
