"""What a result of the trapped belt sums up: all directions, all energies, and the losses of each species."""

from types import SimpleNamespace

import numpy as np
import pytest

from mcbelt.physics import bremsstrahlung, energy_loss
from mcbelt.physics.elements import DRY_AIR
from mcbelt.physics.scattering import pitch_angle_diffusion
from mcbelt.sources.trapped import fluxes, losses
from mcbelt.sources.trapped.between_shells import between_shells
from mcbelt.sources.trapped.model import ELECTRON, POSITRON, ShellModel, TrappedModel
from mcbelt.sources.trapped.settings import SPECIES
from mcbelt.sources.trapped.shells import Motion
from mcbelt.tally import BlockResult

NA, NE = 9, 240
AIR = tuple(DRY_AIR)


def made_shell():
    """A shell that is the same at all pitch angles: its flux is isotropic."""
    alpha, energy = np.linspace(np.radians(60.0), 0.5 * np.pi, NA), np.geomspace(0.01, 3.0, NE)
    source = np.zeros((2, 3, NA, NE))
    source[:, 0] = np.exp(-energy / 0.06) * np.array([3.0, 1.0])[:, None, None]
    return ShellModel(
        pitch_angle=alpha,
        energy=energy,
        density=np.full((NA, NE), 1e-15),
        field_squared=np.zeros(NA),
        loss=np.full((2, NA, NE), 2.0e-4),
        annihilation=np.zeros((2, NA, NE)),
        source=source,
        phase_volume=np.sin(alpha) * np.cos(alpha),
        diffusion=np.zeros((NA, NE)),
        energy_edges=np.geomspace(0.01, 0.5, 11),
        pitch_angle_edges=np.linspace(alpha[0], 0.5 * np.pi, 4),
        stream=np.arange(2),
    )


@pytest.fixture(scope="module")
def dataset():
    """Its result, without histories."""
    return fluxes.flux_dataset(None, TrappedModel(SPECIES, made_shell(), (), {}, {}), BlockResult(0, {}, {}, {}))


@pytest.mark.parametrize(("species", "strength"), [("positron", 3.0), ("electron", 1.0)])
def test_omnidirectional_flux_of_an_isotropic_one(dataset, species, strength):
    """4 pi cos(60 deg) = 2 pi of it in both hemispheres; the flux itself is 0.06 GeV P / S (1 %: nodes of energy)."""
    directional = dataset[f"directional_flux_{species}"].values
    assert dataset[f"omnidirectional_flux_{species}"].values == pytest.approx(2.0 * np.pi * directional[-1], rel=1e-9)
    edges = dataset["energy_edge_MeV"].values * 1e-3
    mean = 0.06 * -np.diff(np.exp(-edges / 0.06)) / np.diff(edges)
    assert directional[-1] == pytest.approx(strength * 0.06 / 2.0e-4 * mean * 1e-3, rel=0.01)


@pytest.mark.parametrize("species", SPECIES)
def test_integral_flux_counts_down_from_the_last_edge(dataset, species):
    """Differences over the widths [MeV] are the omnidirectional flux; nothing is above the last edge."""
    above, edges = dataset[f"integral_flux_{species}"].values, dataset["energy_edge_MeV"].values
    assert above[-1] == 0.0
    assert -np.diff(above) / np.diff(edges) == pytest.approx(dataset[f"omnidirectional_flux_{species}"].values)


def test_each_species_has_its_own_loss():
    """Collision loss of the own charge plus bremsstrahlung; only positrons annihilate. 0.2 % for the table's nodes."""
    energy = np.array([0.01, 0.1, 1.0])
    physics = SimpleNamespace(losses="full", annihilation=True)
    loss, annihilation = losses.losses(physics, np.array([DRY_AIR]), energy)
    for place, charge in ((POSITRON, 1), (ELECTRON, -1)):
        expected = [
            energy_loss.collision_loss(E, charge, AIR) + bremsstrahlung.loss_between(0.0, E, E, AIR) for E in energy
        ]
        assert loss[place, 0] == pytest.approx(expected, rel=2e-3)
    assert np.all(loss[ELECTRON] > loss[POSITRON])  # by some 2.6 % of the collisions
    assert np.all(annihilation[ELECTRON] == 0.0)
    assert annihilation[POSITRON, 0] == pytest.approx(
        [energy_loss.annihilation_coefficient(E, AIR) for E in energy], rel=2e-3
    )


def test_scattering_is_by_what_is_met_where_it_counts():
    """Helium at the equator and oxygen at the mirror points, where a kick does not move the equatorial pitch angle."""
    alpha, energy, HELIUM = np.radians(75.0), np.array([0.01, 0.1]), (0.0, 1.0, 0.0, 0.0, 0.0)
    ratio = np.array([1.0, 1.0 / np.sin(alpha) ** 2])
    fractions = np.array([[0.0, 0.4, 0.0, 0.6, 0.0], HELIUM])  # means by the mass met
    places = [np.array([HELIUM, (0.0, 0.0, 0.0, 1.0, 0.0)]), np.array([HELIUM])]
    path = Motion(np.array([alpha, 0.5 * np.pi]), [ratio, np.ones(1)], [np.array([0.4, 0.6]), np.ones(1)], places)
    found = losses.diffusion(SimpleNamespace(scattering=True), path, fractions, energy)
    of_helium = np.array([pitch_angle_diffusion(T, HELIUM) for T in energy])
    assert found == pytest.approx(np.array([0.4 * of_helium, 0.5 * of_helium]), rel=1e-12)
    mixed = losses.diffusion(SimpleNamespace(scattering=True), path._replace(elements=None), fractions, energy)
    expected = [pitch_angle_diffusion(T, tuple(fractions[0])) for T in energy]
    assert mixed[0] == pytest.approx(0.4 * np.array(expected), rel=1e-12)


def test_between_shells_it_is_cubic():
    """ln of the density is met exactly, diffusion to 1e-3; shells stay as they are, production is linear between."""
    model = made_shell()
    x = (0.5 * np.pi - model.pitch_angle)[:, None]
    curved = model._replace(
        density=1e-15 * np.exp(8.0 * x**2 + 30.0 * x**3) * np.ones(NE),
        diffusion=(2.0 - x + x**3) * np.ones(NE),
        source=model.source * np.abs(x - 0.2),
    )
    fine = between_shells(curved, 4)
    at = (0.5 * np.pi - fine.pitch_angle)[:, None]
    assert np.array_equal(fine.pitch_angle[::4], model.pitch_angle)
    assert np.log(fine.density * 1e15) == pytest.approx(np.broadcast_to(8.0 * at**2 + 30.0 * at**3, (33, NE)), abs=1e-9)
    assert fine.diffusion == pytest.approx(np.broadcast_to(2.0 - at + at**3, (33, NE)), rel=1e-3)
    assert fine.density[::4] == pytest.approx(curved.density, rel=1e-12)
    assert fine.source[..., ::4, :] == pytest.approx(curved.source, rel=1e-12)
    assert fine.source[..., 2::4, :] == pytest.approx(0.5 * (curved.source[..., 1:, :] + curved.source[..., :-1, :]))
