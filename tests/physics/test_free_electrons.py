"""Free electrons: their loss and scattering against closed forms and sums of single collisions, how many there are, and
what they add to a shell.
"""

import datetime
import math
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import integrate

from mcbelt import constants
from mcbelt.constants import CLASSICAL_ELECTRON_RADIUS, ELECTRON_MASS
from mcbelt.errors import PhysicsError
from mcbelt.interstellar import losses as galactic
from mcbelt.physics import electromagnetic, energy_loss, free_electrons, kinematics
from mcbelt.sources.trapped import free_electrons as on_shell
from mcbelt.sources.trapped.model import ELECTRON, POSITRON, ShellModel
from mcbelt.surroundings import plasma

UNIT = 2.0 * math.pi * CLASSICAL_ELECTRON_RADIUS**2 * ELECTRON_MASS  # [GeV m2]
DENSITY = 1e10  # [m-3]
RADIUS = plasma.REFERENCE_RADIUS  # [m]
HELIUM = (0.0, 1.0, 0.0, 0.0, 0.0)


def test_plasma_energy_and_debye_length_of_the_handbook():
    """NRL Plasma Formulary: omega_p = 5.64e4 n^1/2 rad/s; Debye length of the electrons 743 (T/n)^1/2 cm, eV, cm-3."""
    hbar_GeV = 6.582119569e-25
    assert free_electrons.plasma_energy(DENSITY) == pytest.approx(hbar_GeV * 5.64e4 * 1e2, rel=1e-3, abs=0.0)
    both = 7.43 * math.sqrt(8.617e-5 * free_electrons.TEMPERATURE / 1e4) / math.sqrt(2.0)  # ions screen as much
    assert free_electrons.debye_length(DENSITY) == pytest.approx(both, rel=1e-3, abs=0.0)


@pytest.mark.parametrize("T", [0.003, 0.01, 0.3])
@pytest.mark.parametrize("charge", [-1, 1])
def test_distant_and_close_collisions_add_up(charge, T):
    """Fermi's loss to the plasma below a cut, Moller's or Bhabha's single collisions above it.

    Below an energy transfer Q the distant loss and Rutherford's collisions sum to ln(2 m beta^2 Q / (hbar omega)^2)
    without a rise with gamma. What is left is of order cut / T.
    """
    cut = 1e-6
    beta2 = kinematics.beta(T, ELECTRON_MASS) ** 2
    distant = math.log(2.0 * ELECTRON_MASS * beta2 * cut / free_electrons.plasma_energy(DENSITY) ** 2) * UNIT / beta2
    close = integrate.quad(
        lambda x: math.exp(2 * x) * electromagnetic.knock_on_spectrum(math.exp(x), T, charge, HELIUM),
        math.log(cut),
        math.log(0.5 * T if charge < 0 else T),
        limit=200,
    )[0] / electromagnetic.electrons_per_kg(HELIUM)
    assert free_electrons.collision_loss(T, charge, DENSITY) == pytest.approx(
        distant + close, rel=0.5 * cut / T + 1e-6, abs=0.0
    )


def test_high_energies_are_goulds():
    """Gould 1972: ln(gamma (m / hbar omega)^2) + 9/8 - ln 2 for electrons; no cube of gamma as in a gas."""
    gamma = 1e6
    expected = (
        math.log(gamma * (ELECTRON_MASS / free_electrons.plasma_energy(DENSITY)) ** 2) + 9.0 / 8.0 - math.log(2.0)
    )
    found = free_electrons.collision_loss((gamma - 1.0) * ELECTRON_MASS, -1, DENSITY)
    assert found == pytest.approx(UNIT * expected, rel=1e-6, abs=0.0)


@pytest.mark.parametrize("T", [0.0005, 0.01, 1.0])
def test_loss_of_electrons_is_goulds_at_all_energies(T):
    """Gould 1972 as Pinzke et al. 2017 quote it: the same formula, written otherwise."""
    gamma = 1.0 + T / ELECTRON_MASS
    beta = math.sqrt(1.0 - gamma**-2)
    logarithm = math.log(ELECTRON_MASS * beta * math.sqrt(gamma - 1.0) / free_electrons.plasma_energy(DENSITY))
    bracket = logarithm - math.log(2.0) * (0.5 * beta**2 + 1.0 / gamma) + 0.5 + ((gamma - 1.0) / (4.0 * gamma)) ** 2
    found = free_electrons.collision_loss(T, -1, DENSITY)
    assert found == pytest.approx(2.0 * UNIT / beta**2 * bracket, rel=1e-12, abs=0.0)


@pytest.mark.parametrize("T", [0.01, 0.1, 1.0])
def test_loss_is_near_that_of_another_formula(T):
    """Ginzburg 1979 for interstellar plasma, whose constant is 1.18 of 68 lower."""
    energy = T + ELECTRON_MASS
    other = galactic.electron_coulomb(energy, 1e4) / (constants.SPEED_OF_LIGHT * 1e10)
    assert free_electrons.collision_loss(T, -1, DENSITY) == pytest.approx(float(other), rel=0.02, abs=0.0)


def test_a_free_electron_costs_more_than_a_bound_one():
    """At 10 MeV 2.5 times one of helium: 68.6 against 27.1 for the bracket."""
    bound = energy_loss.collision_loss(0.01, -1, HELIUM) / electromagnetic.electrons_per_kg(HELIUM)
    assert free_electrons.collision_loss(0.01, -1, DENSITY) / bound == pytest.approx(2.5, abs=0.06)


def test_bremsstrahlung_is_the_unscreened_one():
    """As in interstellar hydrogen below gamma = 100, where neutral atoms do not screen yet."""
    T = 0.03
    hydrogen = galactic.electron_bremsstrahlung(T + ELECTRON_MASS, 1.0) / constants.SPEED_OF_LIGHT
    with_helium = 1.0 + 3.0 * galactic.HELIUM_TO_HYDROGEN
    assert free_electrons.radiative_loss(T) * 1e6 == pytest.approx(float(hydrogen) / with_helium, rel=1e-9, abs=0.0)


def test_scattering_is_the_integral_over_screened_collisions():
    """2 (1 - cos) over Mott's cross section with Z = 1, for an electron and an ion; in t = 2 (1 - cos)."""
    p = 0.02
    beta2 = p**2 / (p**2 + ELECTRON_MASS**2)
    screening2 = (free_electrons.HBAR_C / (p * free_electrons.debye_length(DENSITY))) ** 2

    def of_one(x):  # dsigma/dt = 4 pi (r m / p beta)^2 (1 - beta^2 t / 4) / (t + screening^2)^2
        t = math.exp(x)
        return t * t * (1.0 - 0.25 * beta2 * t) / (t + screening2) ** 2

    total = integrate.quad(of_one, math.log(screening2) - 25.0, math.log(4.0), limit=400)[0]
    expected = 2.0 * 4.0 * math.pi * (CLASSICAL_ELECTRON_RADIUS * ELECTRON_MASS / p) ** 2 / beta2 * total
    assert free_electrons.mean_square_angle(p, ELECTRON_MASS, DENSITY) == pytest.approx(expected, rel=1e-6, abs=0.0)


@pytest.mark.parametrize("density", [0.0, -1.0, math.nan])
def test_no_density_is_no_number(density):
    assert math.isnan(free_electrons.collision_loss(0.01, -1, density))
    assert math.isnan(free_electrons.mean_square_angle(0.01, ELECTRON_MASS, density))


# How many there are


def test_ionosphere_is_the_baked_table():
    found = plasma.ionosphere(130.0, np.array([0.0, -30.0]), np.array([800.0, 60.0]))
    assert found == pytest.approx([3.279e10, 1.0])  # a node of the table; nothing below 80 km
    low, high = (plasma.ionosphere(f107a, np.array([10.0]), np.array([800.0]))[0] for f107a in (70.0, 200.0))
    assert 3.0 < high / low < 7.0  # IRI: 1.3e4 and 6.3e4 cm-3


def test_plasmasphere_is_that_of_image():
    """Ozhogin et al. 2012: 10^(4.4693 - 0.4903 L) at the equator, 3081 cm-3 at L = 2; more along the line."""
    equator, along = plasma.plasmasphere(np.array([2.0, 2.0]), np.radians([0.0, 25.0]))
    assert equator == pytest.approx(3081e6, rel=1e-3, abs=0.0)
    assert along / equator == pytest.approx(math.cos(1.01 * 0.5 * math.pi * 25.0 / 45.0) ** -0.75, rel=1e-9, abs=0.0)
    assert np.isnan(plasma.plasmasphere(np.array([1.59, 4.01]), np.zeros(2))).all()  # beyond what was measured


def test_column_is_continuous_and_stretches_neither_model():
    altitude = np.arange(0.0, 6600.0, 10.0)
    radius = RADIUS + altitude * 1e3
    found = plasma.column(108.0, np.zeros(len(altitude)), radius, altitude)
    assert np.isfinite(found).all()
    above = altitude > 300.0
    assert np.abs(np.diff(np.log(found[above]))).max() < 0.12  # 10 km of the steepest scale height, 90 km
    at_2 = np.interp(2.0, radius / RADIUS, found)
    assert at_2 == pytest.approx(3081e6, rel=0.01, abs=0.0)
    between = (altitude > 1000.0) & (radius / RADIUS < 1.6)
    assert np.diff(np.log(found[between]), 2) == pytest.approx(0.0, abs=1e-9)  # linear in ln


def test_activity_beyond_the_table_is_refused():
    with pytest.raises(PhysicsError, match="from 65 to 280 sfu, found 300"):
        plasma.electrons(datetime.date(1998, 6, 5), 300.0)


# What they add to a shell


def shell_of_air():
    """Two pitch angles, three energies; the second has twice the density."""
    energy = np.geomspace(0.01, 1.0, 3)
    density = np.array([[1e-15] * 3, [2e-15] * 3])
    flat = np.full((2, 2, 3), 2e-4)
    return ShellModel(
        pitch_angle=np.array([1.3, 0.5 * math.pi]),
        energy=energy,
        density=density,
        field_squared=np.zeros(2),
        loss=flat,
        annihilation=np.zeros((2, 2, 3)),
        source=np.zeros((2, 3, 2, 3)),
        phase_volume=np.ones(2),
        diffusion=np.full((2, 3), 1e-3),
        energy_edges=energy,
        pitch_angle_edges=np.array([1.3, 0.5 * math.pi]),
        stream=np.arange(2),
    )


def test_electrons_add_per_kilogram_of_air():
    air = shell_of_air()
    found = on_shell.FreeElectrons(np.array([1e10, 1e10]), np.array([0.4, 0.5]), 3e26, air)
    physics = SimpleNamespace(annihilation=True, scattering=True)
    shell = on_shell.added(found, physics)
    T = air.energy[0]
    lost = free_electrons.collision_loss(T, 1, 1e10) + free_electrons.radiative_loss(T)
    assert shell.loss[POSITRON, 0, 0] == pytest.approx(2e-4 + 1e25 * lost, rel=1e-12, abs=0.0)
    more = shell.loss - air.loss
    assert more[:, 0] == pytest.approx(
        2.0 * more[:, 1], rel=1e-12, abs=0.0
    )  # half as many per kg where the air is twice as dense
    assert (shell.annihilation[ELECTRON] == 0.0).all()
    assert shell.annihilation[POSITRON, 0, 0] == pytest.approx(
        1e25 * energy_loss.annihilation_cross_section(T), rel=1e-12, abs=0.0
    )
    turned = 0.5 * 5e24 * free_electrons.pitch_angle_diffusion(T, 1e10)
    assert shell.diffusion[1, 0] == pytest.approx(1e-3 + turned, rel=1e-12, abs=0.0)
    assert shell.targets[0] == pytest.approx(1.0 + 1e25 / 3e26, rel=1e-12, abs=0.0)


def test_halved_and_doubled_number_moves_the_loss_as_far_but_for_the_logarithm():
    air = shell_of_air()
    found = on_shell.FreeElectrons(np.array([1e10, 1e10]), np.array([0.4, 0.5]), 3e26, air)
    physics = SimpleNamespace(annihilation=False, scattering=False)
    one, two = (on_shell.added(found, physics, factor).loss - air.loss for factor in (1.0, 2.0))
    assert two / one == pytest.approx(2.0, rel=0.012, abs=0.0)  # ln 2 of a stopping number of 68 or more
    assert (two / one < 2.0).all()
    assert (on_shell.added(found, physics).diffusion == air.diffusion).all()


def test_switched_off_there_are_none():
    config = SimpleNamespace(physics=SimpleNamespace(free_electrons=False))
    assert on_shell.met(config, [], np.zeros((2, 5)), shell_of_air()) is None
