"""Lives of trapped e+- in the Monte Carlo of the shell: how old they are, and how many reach the edge between steps."""

import numpy as np
import pytest
from scipy.special import jn_zeros

from mcbelt.constants import SPEED_OF_LIGHT
from mcbelt.sources.trapped import block, fluxes
from mcbelt.sources.trapped.model import ShellModel, TrappedModel

LOSS = 1.0e-3  # [GeV m2 kg-1], the same at all energies: energy is a clock of grammage
BORN = (0.95, 1.0)  # [GeV]
EDGES = np.array([0.8, 0.82, 0.84, 0.9])  # of the bins [GeV]


def strip(width, diffusion=0.0, density=1e-9, annihilation=0.0):
    """A shell whose loss cone begins `width` [rad] from 90 degrees, born between two energies, c ~ sin c."""
    alpha, energy = np.linspace(0.5 * np.pi - width, 0.5 * np.pi, 9), np.geomspace(0.8, 1.0, 240)
    nodes, both = np.ones((9, 240)), np.ones((2, 9, 240))
    source = np.zeros((2, 3, 9, 240))
    source[:, 0] = np.where((energy > BORN[0]) & (energy < BORN[1]), 1.0, 0.0)
    shell = ShellModel(
        pitch_angle=alpha,
        energy=energy,
        density=density * nodes,
        field_squared=np.zeros(9),
        loss=LOSS * both,
        annihilation=np.stack([annihilation * nodes, 0.0 * nodes]),
        source=source,
        phase_volume=np.sin(alpha) * np.cos(alpha),
        diffusion=diffusion * nodes,
        energy_edges=EDGES,
        pitch_angle_edges=np.array([alpha[0], 0.5 * np.pi]),
        stream=np.arange(2),
    )
    return TrappedModel(("positron", "electron"), shell, (), {}, {})


def test_every_bin_has_its_whole_path():
    """All are born above the bins and cross them: births times 1/S in each bin, 3 % in the first that they meet.

    Without an end of the step at the upper edge of the bins a tenth of that bin was not scored. The number that is
    born is that of a fixed seed: 1 % between e+ and e- and the bins, 3 % (920 births) of the expected one.
    """
    model = strip(0.3)
    n = 4000
    flux = fluxes.forward_flux(model.shell, block.run_block(model, 2, 0, n)).value
    assert flux[:, 0] == pytest.approx(np.full((2, 3), flux[0, 0, 0]), rel=1e-6)
    assert flux[0, 0, 0] == pytest.approx((BORN[1] - BORN[0]) / LOSS, rel=0.06)


def test_age_is_the_way_over_density_and_speed():
    """Born at E_0 a particle is seen at E after (E_0 - E)/(S rho c); 1 % for the births of the seed.

    e+ that annihilate are no younger: all of one energy are equally old.
    """
    model = strip(0.3, annihilation=1e-3)
    result = block.run_block(model, 2, 0, 4000)
    age = result.sums["age"] / result.sums["path_length"]
    expected = (np.mean(BORN) - 0.5 * (EDGES[1:] + EDGES[:-1])) / (LOSS * 1e-9 * SPEED_OF_LIGHT)
    assert age[:, 0] == pytest.approx(np.array([expected, expected]), rel=0.01)
    thinner = block.run_block(strip(0.3, density=1e-10), 2, 0, 4000)
    older = thinner.sums["age"] / thinner.sums["path_length"]
    assert older[1, 0] == pytest.approx(10.0 * age[1, 0], rel=1e-3)


@pytest.mark.parametrize("annihilation", [0.0, 1e-3])
def test_drift_averaged_age_is_that_of_the_histories(annihilation):
    """The same clock without histories, to 0.2 % (240 nodes, 14 of them where births begin and end).

    Annihilation takes the older ones first: in a band of width w by w^2/12 per e-fold of loss, of births and in a bin.
    Ten times thinner air makes ten times older particles, and not one flux more.
    """
    shell = strip(0.3, annihilation=annihilation).shell
    age = fluxes.drift_averaged_ages(shell)
    lost, squares = annihilation / LOSS, (np.diff(BORN) ** 2 + np.diff(EDGES) ** 2) / 12.0
    way = np.mean(BORN) - 0.5 * (EDGES[1:] + EDGES[:-1])
    expected = np.array([way - lost * squares, way]) / (LOSS * 1e-9 * SPEED_OF_LIGHT)
    np.testing.assert_allclose(age, expected, rtol=2e-3)
    np.testing.assert_allclose(fluxes.drift_averaged_ages(shell._replace(density=0.1 * shell.density)), 10.0 * age)


@pytest.mark.parametrize("width", [0.06, 0.15])
def test_the_edge_is_met_between_two_kicks(width):
    """A disc of radius w with an absorbing edge: survivors 4 sum exp(-j_n^2 D X/w^2)/j_n^2, j_n the zeros of J_0.

    Kicks of 0.02 rad are a third of the narrow strip: seen at the ends of kicks alone, the edge would lie 0.012 rad
    farther out and half as many again would survive there. 4 standard errors (6e-5), 2 % for the edge of a disc, which
    is a line to the bridge.
    """
    (low, high), n = EDGES[:2], 40_000
    ways = (np.linspace(*BORN, 50)[:, None] - np.linspace(low, high, 20)) / LOSS  # [kg m-2], births and bin
    diffusion = 0.25 * width**2 / ways.mean()
    zeros = jn_zeros(0, 40)
    survivors = 4.0 * np.exp(-(zeros**2) * diffusion * ways[..., None] / width**2) / zeros**2
    expected = survivors.sum(axis=-1).mean()
    found = {}
    for D in (0.0, diffusion):
        model = strip(width, D)
        result = block.run_block(model, 4, 0, n)
        mean = fluxes.forward_flux(model.shell, result)
        found[D] = mean.value[:, 0, 0], mean.sigma[:, 0, 0]
    share = found[diffusion][0] / found[0.0][0]
    error = np.hypot(found[diffusion][1], share * found[0.0][1]) / found[0.0][0]
    print(f"{width} rad: {share / expected - 1.0} +- {error / expected}, survivors {expected:.3f}")
    assert np.all(np.abs(share - expected) < 4.0 * error + 0.02 * expected)
    assert np.all(error < 0.04 * expected)
    assert 0.5 < result.fates["ABSORBED"] / n < 1.0
