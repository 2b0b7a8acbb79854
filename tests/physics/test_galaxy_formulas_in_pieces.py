"""Formulas of the Galaxy that are printed in pieces: every piece inside its range, and every charge of a nucleus.

Losses in GeV/s are 1e-17: `abs=0` takes away the tolerance of 1e-12 that `approx` adds to every other.
"""

import math

import numpy as np
import pytest

from mcbelt.constants import ALPHA_MASS, CLASSICAL_ELECTRON_RADIUS, ELECTRON_MASS, FINE_STRUCTURE, PROTON_MASS
from mcbelt.interstellar import gas, inclusive, losses, production
from mcbelt.physics import electromagnetic, heavy_stopping
from mcbelt.physics.elements import DRY_AIR

C = 299_792_458.0
HELIUM = 0.11  # atoms per atom of hydrogen


def unscreened(gamma):
    """4 alpha r_e^2 c E sum n Z(Z+1) [ln 2 gamma - 1/3] for one H and 0.11 He per cm3 [GeV/s]: Bethe and Heitler."""
    per_m3 = 1e6 * (1.0 * 2.0 + HELIUM * 2.0 * 3.0)
    logarithm = math.log(2.0 * gamma) - 1.0 / 3.0
    return 4.0 * FINE_STRUCTURE * CLASSICAL_ELECTRON_RADIUS**2 * C * gamma * ELECTRON_MASS * per_m3 * logarithm


def screened(gamma):
    """c E sum n M/X, X = 62.8 and 93.1 g/cm2 of H and He [GeV/s]."""
    per_m = 100.0 * (1.6735e-24 / 62.8 + HELIUM * 6.6465e-24 / 93.1)
    return C * gamma * ELECTRON_MASS * per_m


@pytest.mark.parametrize("gamma", [3.0, 50.0, 99.0, 450.0, 801.0, 1e5])
def test_bremsstrahlung_in_each_piece(gamma):
    """Unscreened to gamma = 100, screened from 800, between them linear in gamma; numbers of the formulas, 1e-4."""
    weight = min(max((gamma - 100.0) / 700.0, 0.0), 1.0)
    expected = (1.0 - weight) * unscreened(min(gamma, 800.0)) * gamma / min(gamma, 800.0) + weight * screened(gamma)
    assert losses.electron_bremsstrahlung(gamma * ELECTRON_MASS, 1.0) == pytest.approx(expected, rel=1e-4, abs=0.0)


def test_bremsstrahlung_at_gamma_50_as_a_number():
    """0.0256 GeV in 1 H + 0.11 He per cm3: 2.66 alpha r_e^2 4 c E (ln 100 - 1/3) = 2.0174e-17 GeV/s, by hand."""
    by_hand = 4.0 * 5.7947e-32 * 2.66e6 * 2.99792e8 * 0.0255499 * 4.27184
    assert by_hand == pytest.approx(2.0174e-17, rel=1e-4, abs=0.0)
    assert losses.electron_bremsstrahlung(0.02554995, 1.0) == pytest.approx(by_hand, rel=1e-4, abs=0.0)


def test_losses_of_electrons_in_both_phases():
    """1 GeV, term by term: ionisation in H and He, Coulomb losses to one electron per cm3.

    H of 1 cm-3 and He 0.11: 2 pi r_e^2 c m_e [ln(gamma^3 m^2/2 I^2) + 1/8] each, twice the electrons in He.
    """
    gamma = 1.0 / ELECTRON_MASS
    unit = 2.0 * math.pi * CLASSICAL_ELECTRON_RADIUS**2 * C * ELECTRON_MASS * 1e6
    eV = ELECTRON_MASS * 1e9
    bracket = sum(
        z * n * (math.log((gamma - 1.0) * (gamma * eV) ** 2 / (2.0 * mean**2)) + 0.125)
        for z, n, mean in ((1, 1.0, 18.9), (2, HELIUM, 42.0))
    )
    assert losses.electron_ionisation(1.0, 1.0) == pytest.approx(unit * bracket, rel=1e-4, abs=0.0)
    plasma = 4.0 * math.pi * CLASSICAL_ELECTRON_RADIUS * (CLASSICAL_ELECTRON_RADIUS / FINE_STRUCTURE) ** 2 * 1e6
    coulomb = unit * (math.log(gamma / plasma) - 0.75)
    assert losses.electron_coulomb(1.0, 1.0) == pytest.approx(coulomb, rel=1e-4, abs=0.0)


@pytest.mark.parametrize("T_per_mass", [0.01, 0.3, 5.0])
def test_alphas_lose_four_times_what_protons_of_their_velocity_lose(T_per_mass):
    """By ionisation, in a plasma, and by knock-ons, in the Galaxy and in air.

    Exactly four but for the largest transfer, which grows with the mass (0.2 % at gamma = 6), and in air for the terms
    of Barkas and Bloch (0.8 %).
    """
    proton, alpha = (T_per_mass * mass for mass in (PROTON_MASS, ALPHA_MASS))
    pairs = [
        (losses.nucleus_ionisation(alpha, 1.0, 2, ALPHA_MASS), losses.nucleus_ionisation(proton, 1.0), 2e-3),
        (losses.nucleus_coulomb(alpha, 1.0, 2, ALPHA_MASS), losses.nucleus_coulomb(proton, 1.0), 2e-3),
        (
            heavy_stopping.mean_loss(alpha, ALPHA_MASS, 2, tuple(DRY_AIR)),
            heavy_stopping.mean_loss(proton, PROTON_MASS, 1, tuple(DRY_AIR)),
            1e-2,
        ),
    ]
    W = 0.1 * electromagnetic.largest_transfer(proton, PROTON_MASS)
    pairs.append(
        (
            electromagnetic.heavy_spectrum(W, alpha, ALPHA_MASS, 2, 0.0, DRY_AIR),
            electromagnetic.heavy_spectrum(W, proton, PROTON_MASS, 1, 0.0, DRY_AIR),
            2e-3,
        )
    )
    for of_alpha, of_proton, tolerance in pairs:
        assert of_alpha == pytest.approx(4.0 * of_proton, rel=tolerance, abs=0.0)


def test_knock_ons_of_alphas_enter_the_cascade_with_their_charge():
    """Electrons per kg of air of alphas of 3 GeV per nucleon: four times those of protons (1 %: T of a node, spin)."""
    from mcbelt.cascade import collisions

    grid = collisions.Yields(np.array([3.0]), np.linspace(-1.0, 1.0, 41), np.zeros(0))
    found = {
        name: collisions.knock_ons({"N": 0.77, "O": 0.23}, name, grid, np.array([0.003, 0.004])).sum(axis=-1)
        for name in ("proton", "alpha")
    }
    assert np.all(found["proton"] > 0.0)
    assert found["alpha"] == pytest.approx(4.0 * found["proton"], rel=0.01)


def momentum_to_kinetic(p):
    return math.hypot(p, PROTON_MASS) - PROTON_MASS


@pytest.mark.parametrize(
    ("p", "plus", "minus"),
    [
        (0.9, None, 0.0),
        (1.2, None, 0.0),
        (2.0, 22.0 * 0.73**0.15, 2.33 * 0.35**1.2),
        (3.5, 22.0 * 2.23**0.15, 0.32 * 3.5**2.1),
        (10.0, 27.0 * math.log(10.0) + 57.9 / math.sqrt(10.0) - 40.9, 28.2 * math.log(10.0) + 74.2 / 10**0.5 - 69.3),
    ],
)
def test_inclusive_pions_in_each_piece(p, plus, minus):
    """Dermer 1986: pi+ in four pieces of momentum (two of them in eta), pi- in four; p in GeV/c."""
    T = momentum_to_kinetic(p)
    if plus is None:
        s = 2.0 * PROTON_MASS * (T + 2.0 * PROTON_MASS)
        recoil, pion = PROTON_MASS + 0.93956542, 0.13957039
        star = math.sqrt((s - pion**2 - recoil**2) ** 2 - 4.0 * (pion * recoil) ** 2) / (2.0 * math.sqrt(s))
        eta = star / pion
        plus = 0.95 * eta**4 + 0.099 * eta**6 + 0.204 * eta**8 if p < 0.95 else 0.67 * eta**4.7 + 0.3
    assert inclusive.pion_inclusive(T, inclusive.PION_PLUS) == pytest.approx(plus, rel=1e-6)
    assert inclusive.pion_inclusive(T, inclusive.PION_MINUS) == pytest.approx(minus, rel=1e-6)


@pytest.mark.parametrize(("T", "expected"), [(1.0, 0.56), (1.2, 0.56 / 1.2**3.9), (4.0, 0.34 / 4.0**2.5), (0.28, 0.0)])
def test_deuteron_channel_in_each_piece(T, expected):
    """0.56 T^-3.9 from 0.65, 0.34 T^-2.5 from 1.43 GeV; none below the threshold at 0.288 GeV."""
    assert inclusive.deuteron_channel(T) == pytest.approx(expected, rel=1e-12)
    assert 2.5 < inclusive.deuteron_channel(0.6) < 3.5  # eta (0.18 + 0.95 eta^2 - 0.016 eta^8) near the maximum


def test_mori_spectrum_in_both_pieces():
    """At 10 GeV/c 1.67 10^-2.7/sqrt(1 + 1/16), at 1 TeV 6.65e-6 10^-2.75 [cm-2 s-1 sr-1 GeV-1]."""
    low = 1.67 * 10.0**-2.7 / math.sqrt(1.0 + 0.25**2)
    assert production.mori_protons(momentum_to_kinetic(10.0)) == pytest.approx(1e4 * low, rel=1e-6)
    assert production.mori_protons(1000.0 - PROTON_MASS) == pytest.approx(6.65e-2 * 10.0**-2.75, rel=1e-6)


def test_gas_inside_and_outside_the_ring():
    """Constant inside 3.5 kpc; at 4.5 kpc the molecular ring, 0.58 (4.5/8.5)^-0.58 exp(16/8.41) = 5.6 cm-3."""
    inside, edge = (gas.hydrogen_density(r, 0.0) for r in (1.0, 3.5))
    assert [float(a) for a in inside] == pytest.approx([float(a) for a in edge])
    ring = 0.58 * (4.5 / 8.5) ** -0.58 * math.exp(16.0 / 2.9**2)
    assert gas.hydrogen_density(4.5, 0.0).molecular == pytest.approx(ring, rel=1e-9)
    assert gas.hydrogen_density(4.5, 0.2).molecular < 0.05 * ring
