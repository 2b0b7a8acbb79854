"""One-dimensional diffusion without losses: the integral of dz/D, and the two-halo formulas."""

import math

import numpy as np
import pytest

from mcbelt.errors import PhysicsError
from mcbelt.interstellar import slab, two_halo
from mcbelt.interstellar.scales import KILOPARSEC, MEGAYEAR


def _midplane_without_losses(halo, rigidity):
    edges = slab.sinh_edges(halo.half_height_kpc, 100, 2.0)
    jump = halo.inner_share * halo.half_height_kpc * KILOPARSEC
    edges[np.argmin(np.abs(edges - jump))] = jump
    resist = slab.resistance(edges, lambda z: two_halo.diffusion(halo, z / KILOPARSEC, rigidity[:, None]))
    source = np.zeros(len(edges) - 1)
    source[0] = 0.5 / edges[1]
    return slab.solve_lossless(edges, resist, source)[:, 0]


def test_what_is_made_escapes():
    """The fall to N = 0 over the last half cell carries the whole source, to 1e-12; nothing is negative."""
    edges = slab.sinh_edges(4.0, 60, 5.0)
    resist = slab.resistance(edges, lambda z: 5.5e24 * np.array([[1.0], [30.0]]) * (1.0 + z / KILOPARSEC))
    source = np.exp(-edges[1:] / KILOPARSEC)
    density = slab.solve_lossless(edges, resist, source)
    assert density[:, -1] / resist[:, -1] == pytest.approx((source * np.diff(edges)).sum(), rel=1.0e-12)
    assert np.all(np.diff(density, axis=1) < 0.0)
    assert np.all(density > 0.0)


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


def test_impossible_slabs():
    with pytest.raises(PhysicsError, match="halo of no height"):
        slab.sinh_edges(0.0)
    edges = slab.sinh_edges(4.0, 10)
    with pytest.raises(PhysicsError, match="must be positive everywhere"):
        slab.resistance(edges, lambda z: -np.ones_like(z))
