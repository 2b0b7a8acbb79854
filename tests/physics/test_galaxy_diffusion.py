"""The (R, z, p) solver: eigenfunctions, Green function, reacceleration of a power law, conservation and positivity."""

import math

import numpy as np
import pytest
from scipy.special import j0, jn_zeros

from mcbelt.errors import PhysicsError
from mcbelt.interstellar import diffusion, losses, slab
from mcbelt.interstellar.scales import KILOPARSEC

D0 = 5.5e24
HEIGHT, RADIUS = 4.0, 20.0  # [kpc]


def _problem(radii=10, heights=20, per_decade=20, span=(0.5, 1.0e5), delta=0.5, finest_pc=20.0, losing=1.9):
    """Losses of 1.9 eV/cm3, a thin uniform source of index 2.7."""
    low, high = span
    n = int(per_decade * math.log10(high / low))
    faces = np.geomspace(low, high, n + 1)
    rate = np.zeros(n + 1) if losing is None else -losses.electron_radiative(faces, losing) / faces
    p = np.sqrt(faces[1:] * faces[:-1])
    grid = diffusion.Cylinder(
        np.linspace(0.0, RADIUS, radii + 1) * KILOPARSEC, slab.sinh_edges(HEIGHT, heights, finest_pc)
    )
    coefficient = D0 * (p / 4.0) ** delta
    source = np.zeros((n, radii, heights))
    source[:, :, 0] = (p**-2.7 * 0.5 / grid.z_edges[1])[:, None]
    return diffusion.Problem(
        grid,
        p,
        slab.resistance(grid.z_edges, lambda z: coefficient[:, None] * np.ones_like(z)),
        np.repeat(coefficient[:, None], heights, 1),
        np.broadcast_to(rate[:, None, None], (n + 1, radii, heights)),
        np.zeros((n + 1, heights)),
        np.zeros((n, radii, heights)),
        source,
    )


def _even_cells(problem, heights):
    edges = np.linspace(0.0, HEIGHT, heights + 1) * KILOPARSEC
    return problem._replace(
        grid=diffusion.Cylinder(problem.grid.radius_edges, edges),
        z_resistance=slab.resistance(edges, lambda z: problem.radial[:, :1] * np.ones_like(z)),
    )


@pytest.mark.parametrize("mode", [0, 1])
def test_eigenfunction(mode):
    """J0 in R and cosine in z come back divided by D (k_R^2 + k_z^2): second order, 1 % on 40 x 40 cells."""
    problem = _even_cells(_problem(40, 40, span=(1.0, 100.0)), 40)
    centre = [0.5 * (e[1:] + e[:-1]) for e in problem.grid]
    k_R = jn_zeros(0, mode + 1)[mode] / (RADIUS * KILOPARSEC)
    k_z = 0.5 * math.pi / (HEIGHT * KILOPARSEC)
    shape = j0(k_R * centre[0])[:, None] * np.cos(k_z * centre[1])
    source = np.ones(len(problem.p))[:, None, None] * (shape + (0.0 if mode == 0 else 1.0))
    free = problem._replace(rate=np.zeros_like(problem.rate), source=source)
    solution = diffusion.solve(free)
    if mode == 1:  # a source must not be negative: the constant part is taken off by linearity
        solution = solution._replace(
            density=solution.density - diffusion.solve(free._replace(source=np.ones_like(source))).density
        )
    expected = shape / (problem.radial[:, :1, None] * (k_R**2 + k_z**2))
    assert np.abs(solution.density / expected - 1.0)[:, :10, :20].max() < 0.01


def test_green_function():
    """Uniform thin disc at R = 0 against the one-dimensional Green function, 1 to 100 GeV.

    0.5 %, at a first cell of 5 pc.
    """
    problem = _problem(6, 50, 24, finest_pc=5.0)
    solution = diffusion.solve(problem)
    assert solution.iterations == 0
    for i in np.searchsorted(problem.p, [1.0, 10.0, 100.0]):
        assert solution.density[i, 0, 0] == pytest.approx(_green(problem.p[i]), rel=5.0e-3)


def _green(energy):
    b0 = losses.electron_radiative(1.0e3, 1.9) / 1.0e6
    root = np.linspace(0.0, math.sqrt(math.log(1.0e6 / energy)), 4000)[1:]
    birth = energy * np.exp(root**2)
    length2 = 4.0 * D0 * 4.0**-0.5 * (energy**-0.5 - birth**-0.5) / 0.5 / b0
    green = _thin_source_density(np.sqrt(length2), HEIGHT * KILOPARSEC)
    value = birth**-1.7 * green * 2.0 * root
    return np.trapezoid(np.append(value[0], value), np.append(0.0, root)) / (b0 * energy**2)


def _thin_source_density(length_m, half_height_m, modes=400):
    """Density at z = 0 of a thin source in a slab, per particle and m2 of the plane [1/m], shape of the length.

    (1/H) sum exp(-((2n+1) pi/(2H))^2 lambda^2/4), lambda = sqrt(4 integral of D dE/b) between the energies of birth and
    of observation; images are summed instead where lambda is short against the halo.
    """
    ratio = np.maximum(length_m / half_height_m, 1.0e-12)
    k = (2.0 * np.arange(modes) + 1.0) * 0.5 * math.pi
    series = np.exp(-0.25 * (k * ratio[..., None]) ** 2).sum(axis=-1) / half_height_m
    n = np.arange(1, 20)
    images = (1.0 + 2.0 * ((-1.0) ** n * np.exp(-((2.0 * n / ratio[..., None]) ** 2))).sum(axis=-1)) / (
        math.sqrt(math.pi) * ratio * half_height_m
    )
    return np.where(ratio < 0.5, images, series)


def test_series_and_images_agree():
    """Both forms of the Green function where they meet."""
    length = np.array([0.499, 0.501]) * KILOPARSEC
    value = _thin_source_density(length, KILOPARSEC)
    assert value[0] / value[1] == pytest.approx(0.501 / 0.499, rel=1.0e-4)


@pytest.mark.parametrize(("delta", "expected"), [(0.5, 3.452), (0.33, 3.368)])
def test_index_where_losses_rule(delta, expected):
    """Thin source of index 2.7 at 100 GeV: alpha + (1 + delta)/2, to 0.006."""
    solution = diffusion.solve(_problem(6, 50, 24, delta=delta, finest_pc=2.0))
    i = int(np.searchsorted(solution.p, 100.0))
    at = np.log(solution.p[[i - 2, i + 2]])
    index = -np.diff(np.log(solution.density[[i - 2, i + 2], 0, 0]))[0] / np.diff(at)[0]
    assert index == pytest.approx(expected, abs=0.006)
    assert index == pytest.approx(2.7 + 0.5 * (1.0 + delta), abs=0.006)


def test_local_index_makes_it_second_order():
    """At 20 momenta a decade the second pass takes the error of the momentum grid from about 2 % to below 0.1 %."""
    fine = diffusion.solve(_problem(5, 20, 80))
    coarse = [diffusion.solve(_problem(5, 20, 20), passes=n) for n in (1, 2)]
    at = np.log([3.0, 30.0])
    reference = np.interp(at, np.log(fine.p), np.log(fine.density[:, 0, 0]))
    errors = [np.abs(np.interp(at, np.log(c.p), np.log(c.density[:, 0, 0])) - reference).max() for c in coarse]
    assert errors[1] < 1.5e-3 < 5.0e-3 < errors[0]


def _layered(f):
    """Density at 10 GeV in the disc for a source layer of 0.3 kpc, on the grid refined f times."""
    problem = _problem(8 * f, 15 * f, 10 * f, finest_pc=40.0 / f)
    layer = 0.3 * KILOPARSEC
    thickness = np.diff(problem.grid.z_edges)
    mean = -layer * np.diff(np.exp(-problem.grid.z_edges / layer)) / thickness
    source = problem.p[:, None, None] ** -2.7 * np.ones((8 * f, 1)) * mean
    solution = diffusion.solve(problem._replace(source=source))
    return np.exp(np.interp(math.log(10.0), np.log(solution.p), np.log(solution.density[:, 0, 0])))


def test_grid_doubling():
    """Cells and momenta doubled together.

    The change shrinks at least threefold and is below 0.3 % at the second doubling.
    """
    values = [_layered(f) for f in (1, 2, 4)]
    changes = np.abs(np.diff(np.log(values)))
    assert changes[1] < changes[0] / 3.0
    assert changes[1] < 3.0e-3


@pytest.mark.parametrize("stirring", [0.0, pytest.param(2.0e-16, marks=pytest.mark.slow), 3.0e-15])
def test_conservation_and_positivity(stirring):
    """Source = escape + destruction + loss below the grid, to 1e-10, with and without reacceleration.

    No density negative.
    """
    problem = _problem(8, 16, 16, span=(0.05, 1.0e4))
    problem = problem._replace(
        stirring=np.full_like(problem.stirring, stirring)
        * (np.geomspace(0.05, 1.0e4, len(problem.rate)) ** -0.3)[:, None],
        sink=np.full_like(problem.sink, 1.0e-16),
    )
    solution = diffusion.solve(problem)
    gone = solution.escaped + solution.destroyed + solution.lost_below + solution.left_above
    assert gone == pytest.approx(solution.produced, rel=1.0e-10)
    assert np.all(solution.density >= 0.0)
    assert min(solution.escaped, solution.destroyed, solution.lost_below) > 0.0
    assert (solution.iterations > 0) == (stirring > 0.0)


def test_reacceleration_of_a_power_law():
    """With K and tau constant and no losses, p psi ~ p^-s stays a power law.

    Y = q tau / (1 - s (3 + s) K tau), to 0.2 %.
    """
    s, tau, stirring = 0.8, 1.0e15, 1.0e-16
    problem = _problem(5, 5, 20, span=(1.0e-4, 1.0e6), losing=None)
    problem = problem._replace(
        z_resistance=np.full_like(problem.z_resistance, 1.0e30),
        radial=np.full_like(problem.radial, 1.0e-10),
        stirring=np.full_like(problem.stirring, stirring),
        sink=np.full_like(problem.sink, 1.0 / tau),
        source=np.broadcast_to((problem.p ** (-s - 1.0))[:, None, None], problem.source.shape).copy(),
    )
    solution = diffusion.solve(problem)
    i = int(np.searchsorted(problem.p, 10.0))
    expected = problem.p[i] ** (-s - 1.0) * tau / (1.0 - s * (3.0 + s) * stirring * tau)
    assert solution.density[i, 2, 2] == pytest.approx(expected, rel=2.0e-3)


def test_leaky_box_limit():
    """Fast mixing and a small sink: the density is q tau everywhere, though the walls of the real halo are open."""
    problem = _problem(5, 5, 10, span=(1.0, 100.0))
    tau = 1.0e10  # far shorter than the escape
    closed = problem._replace(
        sink=np.full_like(problem.sink, 1.0 / tau),
        rate=np.zeros_like(problem.rate),
        source=np.ones_like(problem.source),
    )
    assert diffusion.solve(closed).density[:, :-1, :-1] == pytest.approx(tau, rel=1.0e-3)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("radial", -1.0, "must be positive everywhere"),
        ("z_resistance", 0.0, "must be positive everywhere"),
        ("source", -1.0, "source must not be negative"),
        ("rate", 1.0, "must be a loss"),
        ("sink", math.nan, "not finite"),
    ],
)
def test_wrong_coefficients(name, value, message):
    problem = _problem(5, 5, 10, span=(1.0, 100.0))
    with pytest.raises(PhysicsError, match=message):
        diffusion.solve(problem._replace(**{name: np.full_like(getattr(problem, name), value)}))


def test_wrong_shape():
    problem = _problem(5, 5, 10, span=(1.0, 100.0))
    with pytest.raises(PhysicsError, match=r"source has shape .* expected"):
        diffusion.solve(problem._replace(source=problem.source[:, :, :-1]))
