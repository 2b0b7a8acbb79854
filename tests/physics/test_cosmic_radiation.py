"""What removes or stops e+- at single places of their orbits: annihilation in flight and hard bremsstrahlung.

The air is uniform and without end, the field is off: every orbit is a straight path through as much matter as it needs.
"""

import math

import ladder_world as world
import numpy as np
import pytest
from numba import njit

from atmosphere.isothermal import ExponentialAir
from geomag.dipole import DipoleModel
from mcbelt.constants import ELECTRON_MASS
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.orbits.matter import MixtureLosses, MixtureRadiation
from mcbelt.orbits.probe import PowerSource
from mcbelt.physics import bremsstrahlung, hard_photons
from mcbelt.physics.energy_loss import annihilation_coefficient, collision_loss
from mcbelt.physics.loss_table import element_losses, mixture_loss
from mcbelt.sources.cosmic import forward

MIXTURE = (0.0, 0.0, 0.77, 0.22, 0.01)
AIR = ExponentialAir(density=1.0, scale_height=1.0e12, reference=0.0, top=1.0e8, fractions=MIXTURE)
NO_FIELD = DipoleModel(0.0, 0.0, 1e-30, 0.0, 0.0, 0.0)
ONE_KG_M2 = lanes.Stepping(fixed_step=1.0, air_fraction=0.0, birth_checks=0, interval=2)


def momentum(energy):
    return np.sqrt(energy * (energy + 2.0 * ELECTRON_MASS))


def kinetic(table):
    return np.hypot(table[row.MOMENTUM], ELECTRON_MASS) - ELECTRON_MASS


def upward(energy, n=1, charge=1.0):
    """Charges that go straight up from 1000 km."""
    return lanes.charge_table(np.full((n, 3), [7.4e6, 0, 0]), [1.0, 0, 0], momentum(energy), ELECTRON_MASS, charge)


def infinite(direction, losses, energies, **more):
    """Uniform air without end, between two energies [GeV]."""
    low, high = momentum(np.array(energies))
    limits = lanes.Limits(ceiling=1e9, momentum_min=float(low), momentum_max=float(high))
    stepping = ONE_KG_M2._replace(direction=direction)
    return lanes.LaneModel(NO_FIELD, AIR, losses, stepping=stepping, limits=limits, **world.switched_off() | more)


def test_annihilation_along_the_way():
    """Integral of mu dX = mu / S dT between 1 and 0.1 GeV, both ways; e- do not annihilate.

    1 %: mu is held between checks. Backward, ln J is lower by it; the chance to annihilate forward is
    1 - exp(-integral), 4 sigma of 4000 (6e-5).
    """
    table = element_losses()
    losses = MixtureLosses(table, 0.0, 1.0)
    without = lanes.advance(infinite(-1.0, MixtureLosses(table, 0.0), (0.05, 1.0)), upward(0.1))
    back = lanes.advance(infinite(-1.0, losses, (0.05, 1.0)), upward(0.1))
    grid = np.geomspace(0.1, kinetic(back)[0], 2000)
    rate = [annihilation_coefficient(T, MIXTURE) / mixture_loss(table, T, 1.0, MIXTURE)[0] for T in grid]
    expected = np.trapezoid(rate, grid)
    assert 0.04 < expected < 0.2
    assert back[row.REMOVED, 0] == pytest.approx(expected, rel=0.01)
    assert without[row.LN_J, 0] - back[row.LN_J, 0] == pytest.approx(back[row.REMOVED, 0], rel=1e-6)
    assert lanes.advance(infinite(-1.0, losses, (0.05, 1.0)), upward(0.1, charge=-1.0))[row.REMOVED, 0] == 0.0
    there = upward(1.0, 4000)
    there[row.REMOVAL_STOP] = forward.ends(3, 0, 4000)
    lanes.advance(infinite(1.0, losses, (0.1, 2.0)), there)
    stopped = (there[row.FATE] == row.STOPPED).sum()
    share = 1.0 - math.exp(-expected)
    assert abs(stopped - 4000 * share) < 4.0 * math.sqrt(4000 * share * (1.0 - share))
    assert ((there[row.FATE] == row.STOPPED) | (there[row.FATE] == row.COOLED)).all()


HIGHEST, EXPONENT = 20.0, 2.7  # of the source in the infinite air [GeV]


@pytest.fixture(scope="module")
def photons():
    return hard_photons.hard_photons(HIGHEST)


def test_hard_and_soft_photons_are_all_radiation(photons):
    """Mean energy of the table's photons times their rate, plus the soft loss: the radiative loss; 3e-3 (cells of 3 %).

    Between the nodes too; the rate is the integral of the spectrum above the cut to 2e-3 (linear in ln T).
    """
    soft = element_losses(cut=photons.cut)
    for T in (0.0213, 0.5, 7.7):
        u = (np.arange(4000) + 0.5) / 4000
        v = np.random.default_rng(1).permutation(u)
        k = np.array([hard_photons.photon_energy(photons.emitted, T, MIXTURE, a, b) for a, b in zip(u, v, strict=True)])
        assert k.min() >= photons.cut * T * (1.0 - 1e-12)
        assert k.max() <= T
        rate = hard_photons.photon_rate(photons.emitted, T, MIXTURE)
        grid = np.geomspace(photons.cut * T, T * (1.0 - 1e-9), 4000)
        spectrum = [bremsstrahlung.photon_spectrum(x, T, MIXTURE) for x in grid]
        assert rate == pytest.approx(np.trapezoid(spectrum, np.log(grid)), rel=2e-3)
        slow = mixture_loss(soft, T, -1.0, MIXTURE)[0] - collision_loss(T, -1, MIXTURE)
        assert slow + rate * k.mean() == pytest.approx(bremsstrahlung.loss_between(0.0, T, T, MIXTURE), rel=3e-3)


def test_regained_photons_are_the_emitted_ones_read_backward(photons):
    """Rate and mean jump in ln T of the table against quadrature of s(T' -> T) w(T')/w(T) over T'; 5e-3."""
    shape = photons.importance
    for T in (0.0213, 0.5, 5.0):
        later = np.geomspace(T / (1.0 - photons.cut), HIGHEST, 8000)
        rate = np.array([bremsstrahlung.photon_spectrum(t - T, t, MIXTURE) / (t - T) for t in later])
        rate *= hard_photons.importance(shape, later) / hard_photons.importance(shape, T)
        assert hard_photons.photon_rate(photons.regained, T, MIXTURE) == pytest.approx(
            np.trapezoid(rate, later), rel=5e-3
        )
        u = (np.arange(4000) + 0.5) / 4000
        v = np.random.default_rng(1).permutation(u)
        k = [hard_photons.photon_energy(photons.regained, T, MIXTURE, a, b) for a, b in zip(u, v, strict=True)]
        expected = np.trapezoid(rate * np.log(later / T), later) / np.trapezoid(rate, later)
        assert np.log1p(np.array(k) / T).mean() == pytest.approx(expected, rel=5e-3)


@njit
def photons_above(k, T):
    """Photons per grammage with more energy than k, Simpson in ln k."""
    n, total = 96, 0.0
    width = math.log(T / k) / n
    for i in range(n + 1):
        weight = 1.0 if i in (0, n) else (4.0 if i % 2 else 2.0)
        total += weight * bremsstrahlung.photon_spectrum(k * math.exp(i * width), T, MIXTURE)
    return total * width / 3.0


@njit
def steady_state(energy, made_above, annihilation, charge):
    """Intensity in infinite air on a grid of energies, from the top down.

    Through every energy E flows what is made above it and not annihilated there: S_c I(E) by collisions, and by photons
    k > E' - E from every E' above. Linear intensity between nodes; in a cell E' = E_j + u^3 dE tames the logarithm.
    """
    n = len(energy)
    intensity = np.zeros(n)
    nodes = (np.arange(24) + 0.5) / 24
    for i in range(n - 2, -1, -1):
        known, own = 0.0, collision_loss(energy[i], charge, MIXTURE)
        for j in range(i, n - 1):
            wide = energy[j + 1] - energy[j]
            for u in nodes:
                t = u**3
                E = energy[j] + wide * t
                rate = photons_above(E - energy[i], E)
                if charge > 0:
                    rate += annihilation * annihilation_coefficient(E, MIXTURE)
                rate *= 3.0 * u * u / 24.0 * wide
                known += rate * t * intensity[j + 1]
                if j == i:
                    own += rate * (1.0 - t)
                else:
                    known += rate * (1.0 - t) * intensity[j]
        intensity[i] = (made_above[i] - known) / own
    return intensity


@pytest.mark.slow
@pytest.mark.parametrize(("charge", "energy"), [(1.0, 0.1), (-1.0, 1.0)])
def test_backward_jumps_solve_the_integral_equation(photons, charge, energy):
    """Source E^-2.7 in infinite air: mean score against the solution of the cascade's balance, which knows no cut.

    4 sigma (odds 6e-5) of 4000 histories, 0.04-0.3 %, and 0.4 % for steps and grids. Continuous loss is off by more.
    """
    grid = np.geomspace(energy, HIGHEST, 100)
    above = (grid ** (1.0 - EXPONENT) - HIGHEST ** (1.0 - EXPONENT)) / (EXPONENT - 1.0)
    expected = steady_state(grid, above, 1.0, charge)[0]
    source = PowerSource(EXPONENT, HIGHEST)
    losses = MixtureLosses(element_losses(cut=photons.cut), 0.0, 1.0)
    model = infinite(-1.0, losses, (0.01, HIGHEST), source=source, radiation=MixtureRadiation(photons))
    table = lanes.advance(model, upward(energy, 4000, charge), seed=11)
    assert (table[row.FATE] == row.HEATED).all()
    scores = table[row.PRODUCTION]
    error = scores.std(ddof=1) / math.sqrt(len(scores))
    print(f"{scores.mean() / expected - 1.0:+.4f} +- {error / expected:.4f}")
    assert error < 0.01 * expected
    assert abs(scores.mean() - expected) < 4.0 * error + 0.004 * expected
    mean_loss = infinite(-1.0, MixtureLosses(element_losses(), 0.0, 1.0), (0.01, HIGHEST), source=source)
    continuous = lanes.advance(mean_loss, upward(energy, 1, charge))[row.PRODUCTION, 0]
    print(f"continuous loss: {continuous / expected - 1.0:+.4f}")
    assert abs(continuous / expected - 1.0) > 0.02


def test_orbits_with_jumps_do_not_depend_on_lanes_threads_or_cuts(photons):
    """Bit for bit, forward and backward; halted and sent on, a charge keeps its way to the next photon."""
    losses = MixtureLosses(element_losses(cut=photons.cut), 0.0, 1.0)
    for direction, energy in ((-1.0, 0.3), (1.0, 5.0)):
        model = infinite(direction, losses, (0.01, HIGHEST), radiation=MixtureRadiation(photons))
        histories = np.arange(70, 134, dtype=np.uint64)
        expected = lanes.advance(model, upward(energy, 64), histories, seed=5)
        assert expected[row.JUMPS].min() > 0
        for width, workers in ((8, 1), (64, 2)):
            found = lanes.advance(model, upward(energy, 64), histories, seed=5, workers=workers, width=width)
            assert found.tobytes() == expected.tobytes()
        part = lanes.advance(model, upward(energy, 20), histories[30:50], seed=5)
        assert np.array_equal(part, expected[:, 30:50])
        halted = upward(energy, 64)
        halted[row.GRAMMAGE_STOP] = 50.0
        lanes.advance(model, halted, histories, seed=5)
        assert (halted[row.JUMP_LEFT] < np.inf).all()
        halted[row.GRAMMAGE_STOP] = np.inf
        lanes.advance(model, halted, histories, seed=5)
        assert (halted[row.JUMPS] == expected[row.JUMPS]).mean() > 0.9


def test_energy_is_kept_forward(photons):
    """Kinetic energy at the start = to matter + to hard photons + left, 1e-6; most of 5 GeV goes into hard photons."""
    losses = MixtureLosses(element_losses(cut=photons.cut), 0.0, 1.0)
    model = infinite(1.0, losses, (0.01, HIGHEST), radiation=MixtureRadiation(photons))
    table = lanes.advance(model, upward(5.0, 64), seed=2)
    spent = table[row.MATTER_LOSS] + table[row.PHOTON_LOSS]
    assert spent + kinetic(table) == pytest.approx(np.full(64, 5.0), rel=1e-5)
    assert spent.mean() + kinetic(table).mean() == pytest.approx(5.0, rel=1e-6)
    assert 2.0 < table[row.PHOTON_LOSS].mean() < 4.9
