"""Losses of e+-: tabulated values, radiation lengths, crossings of synchrotron, annihilation, tables."""

import math

import numpy as np
import pytest
from scipy import integrate, optimize

from mcbelt import constants
from mcbelt.errors import PhysicsError
from mcbelt.physics import bremsstrahlung, elements, energy_loss, loss_table, screening

AIR, HELIUM = elements.DRY_AIR, elements.HELIUM
UNIT = 1.0e-4  # [GeV m2/kg] MeV cm2/g
ELECTRON, POSITRON = -1, 1


def radiative_loss(T, composition):
    """All photons [GeV m2/kg]."""
    return bremsstrahlung.loss_between(0.0, T, T, composition)


@pytest.mark.parametrize(
    ("T_MeV", "electron", "positron"),
    [
        (10, 1.979, 1.931),
        (30, 2.227, 2.177),
        (100, 2.503, 2.452),
        (300, 2.755, 2.705),
        (1000, 3.03, 2.98),
        (1e4, 3.56, 3.51),
    ],
)
def test_collision_loss_in_rarefied_air(T_MeV, electron, positron):
    """MeV cm2/g, given to 3 or 4 digits, from an independent Berger-Seltzer calculation without density effect."""
    assert energy_loss.collision_loss(1e-3 * T_MeV, ELECTRON, AIR) / UNIT == pytest.approx(electron, rel=2e-3)
    assert energy_loss.collision_loss(1e-3 * T_MeV, POSITRON, AIR) / UNIT == pytest.approx(positron, rel=2e-3)


@pytest.mark.parametrize(("T_MeV", "expected"), [(0.01, 19.75), (0.1, 3.633), (1.0, 1.661)])
def test_collision_loss_in_air_where_the_density_effect_is_nil(T_MeV, expected):
    """NIST ESTAR, dry air near sea level, 4 digits; 0.2 % for the carbon dioxide left out and the shell corrections."""
    assert energy_loss.collision_loss(1e-3 * T_MeV, ELECTRON, AIR) / UNIT == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize(
    ("T_MeV", "expected"), [(10, 2.16), (30, 2.86), (100, 4.90), (300, 10.42), (1000, 29.6), (3000, 84.3), (1e4, 276.0)]
)
def test_total_loss_in_air(T_MeV, expected):
    """MeV cm2/g within the asked 2 % (reached: 0.1 to 0.9 %)."""
    T = 1e-3 * T_MeV
    total = energy_loss.collision_loss(T, ELECTRON, AIR) + radiative_loss(T, AIR)
    assert total / UNIT == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize(("element", "X0"), [("H", 63.04), ("He", 94.32), ("N", 37.99), ("O", 34.24), ("Ar", 19.55)])
def test_radiation_lengths_follow_from_complete_screening(element, X0):
    """PDG values [g/cm2] within 0.5 %: 1/X0 = alpha r_e^2 N Z (Z phi + psi) at zero momentum transfer."""
    i = elements.ELEMENTS.index(element)
    Z = elements.CHARGE[i]
    phi, _, psi, _ = screening.screening_functions(Z, 1e-12)
    inverse = constants.FINE_STRUCTURE * constants.CLASSICAL_ELECTRON_RADIUS**2 * Z * (Z * phi + psi)
    assert 0.1 / (inverse * elements.ATOMS_PER_KG[i]) == pytest.approx(X0, rel=5e-3)


@pytest.mark.parametrize("element", elements.ELEMENTS)
def test_radiative_loss_tends_to_the_radiation_length(element):
    """At 100 TeV S = (E/X0) (1 + 1/81 or so), by the term (2/3)(1 - y)(phi1 - phi2) that X0 leaves out."""
    i = elements.ELEMENTS.index(element)
    X0 = (630.4, 943.2, 379.9, 342.4, 195.5)[i]
    pure = elements.composition(**{element: 1.0})
    assert radiative_loss(1e5, pure) * X0 / 1e5 == pytest.approx(1.0115, abs=0.004)


@pytest.mark.parametrize("Z", [1.0, 2.0])
@pytest.mark.parametrize("c", [1e-3, 1e-2, 0.1])
def test_light_atoms_screen_as_their_form_factor_says(Z, c):
    """Direct integration over momentum transfer up to m; what is neglected is of order 8 delta/m."""
    s = 2.0 * constants.FINE_STRUCTURE * (1.0 if Z == 1.0 else 1.6875)
    delta = c * s

    def integral(weight):
        def first(t):
            q = math.exp(t)
            return (q - c) ** 2 / q**2 * weight(q)

        def second(t):
            q = math.exp(t)
            return (q**3 - 6 * c * c * q * math.log(q / c) + 3 * c * c * q - 4 * c**3) / q**3 * weight(q)

        edges = (math.log(c), 0.0, math.log(1.0 / s))
        parts = [
            [integrate.quad(f, a, b, limit=200)[0] for a, b in ((edges[0], edges[1]), (edges[1], edges[2]))]
            for f in (first, second)
        ]
        return 4 * sum(parts[0]) + 4, 4 * sum(parts[1]) + 10 / 3

    elastic = integral(lambda q: (1 - (1 + q * q) ** -2) ** 2)
    inelastic = integral(lambda q: 1 - (1 + q * q) ** -4)
    phi, phi_difference, psi, psi_difference = screening.screening_functions(Z, delta)
    phi += 4 * screening.coulomb_correction(Z)
    tolerance = 8 * delta + 2e-3
    assert phi == pytest.approx(elastic[0], abs=tolerance)
    assert phi_difference == pytest.approx(elastic[0] - elastic[1], abs=tolerance)
    assert psi == pytest.approx(inelastic[0], abs=tolerance)
    assert psi_difference == pytest.approx(inelastic[0] - inelastic[1], abs=tolerance + 6e-3)


@pytest.mark.parametrize("Z", [1.0, 2.0, 7.0, 18.0])
def test_screening_vanishes_at_large_momentum_transfer(Z):
    """Bethe and Heitler: phi = psi = -4 ln(delta) - 2, both before the Coulomb correction; 1 % of 4 is 0.05."""
    delta = 0.5
    phi, phi_difference, psi, _ = screening.screening_functions(Z, delta)
    assert phi + 4 * screening.coulomb_correction(Z) == pytest.approx(-4 * math.log(delta) - 2, abs=0.05)
    assert psi == pytest.approx(-4 * math.log(delta) - 2, abs=0.05)
    assert abs(phi_difference) < 0.01


def test_helium_loses_less_than_the_law_of_the_paper():
    """Helium's own X0 (94.3 g/cm2) makes the law 0.028 E too steep by 1.06, 1.35 and 2.2 at 10, 100 and 1000 MeV."""
    for T, expected in ((0.01, 1.055), (0.1, 1.353), (1.0, 2.214)):
        total = energy_loss.collision_loss(T, ELECTRON, HELIUM) + radiative_loss(T, HELIUM)
        assert energy_loss.paper_loss(T) / total == pytest.approx(expected, rel=0.01)


def test_synchrotron_coefficient_and_its_isotropic_mean():
    """3.7935e-6 E^2 B^2 GeV/s with B in gauss; mean over directions 2.529e-6; the paper's 3.86e-6 is 1.75 % more."""
    per_gauss2 = constants.SYNCHROTRON_COEFFICIENT * 1e-8
    assert per_gauss2 == pytest.approx(3.7935e-6, rel=2e-5)
    assert per_gauss2 * 2.0 / 3.0 == pytest.approx(2.529e-6, rel=2e-4)
    ratio = energy_loss.PAPER_SYNCHROTRON / constants.SYNCHROTRON_COEFFICIENT
    assert ratio == pytest.approx(1.0175, abs=2e-4)


@pytest.mark.parametrize(
    ("density_g_cm3", "crossing_MeV"), [(1e-16, 736), (3e-17, 257), (1e-17, 110.5), (3e-18, 49), (1e-18, 25.5)]
)
def test_synchrotron_overtakes_ionisation_and_bremsstrahlung(density_g_cm3, crossing_MeV):
    """Law of the paper in 0.18 G; energies given to 2 to 4 digits."""
    per_E2 = energy_loss.PAPER_SYNCHROTRON * 0.18e-4**2 / (constants.SPEED_OF_LIGHT * 1e3 * density_g_cm3)
    crossing = optimize.brentq(lambda E: per_E2 * E**2 - energy_loss.paper_loss(E), 0.005, 10.0)
    assert 1e3 * crossing == pytest.approx(crossing_MeV, rel=0.01)
    if density_g_cm3 == 1e-17:
        assert 1e3 * crossing == pytest.approx(110.5, abs=0.05)


@pytest.mark.parametrize(("T_MeV", "mu_cm2_g"), [(10, 1.15e-2), (100, 1.93e-3), (1000, 2.8e-4)])
def test_annihilation_in_flight(T_MeV, mu_cm2_g):
    for gas in (AIR, HELIUM):
        assert 10.0 * energy_loss.annihilation_coefficient(1e-3 * T_MeV, gas) == pytest.approx(mu_cm2_g, rel=0.005)


def test_annihilation_at_low_and_high_energy():
    """Per electron pi r_e^2 / beta for slow positrons (Dirac 1930), pi r_e^2 (ln 2 gamma - 1) / gamma for fast ones."""
    electrons = sum(f * n * z for f, n, z in zip(HELIUM, elements.ATOMS_PER_KG, elements.CHARGE, strict=True))
    area = math.pi * constants.CLASSICAL_ELECTRON_RADIUS**2 * electrons
    slow = 1e-6 * constants.ELECTRON_MASS
    assert energy_loss.annihilation_coefficient(slow, HELIUM) * math.sqrt(2e-6) == pytest.approx(area, rel=1e-3)
    gamma = 1e6
    fast = energy_loss.annihilation_coefficient(gamma * constants.ELECTRON_MASS, HELIUM)
    assert fast * gamma == pytest.approx(area * (math.log(2 * gamma) - 1), rel=1e-4)


def test_tables_interpolate_to_a_thousandth():
    """Asked 0.1 %; the defaults keep 0.02 %. Nodes are missed on purpose by the 1501 energies."""
    mix = elements.composition(He=0.5, O=0.45, N=0.05)
    table, by_element = loss_table.loss_table(mix), loss_table.element_losses()
    for T in np.geomspace(1.01e-5, 999.0, 1501):
        for charge in (ELECTRON, POSITRON):
            exact = energy_loss.collision_loss(T, charge, mix) + radiative_loss(T, mix)
            assert loss_table.mean_loss(table, T, charge)[0] == pytest.approx(exact, rel=3e-4)
            assert loss_table.mixture_loss(by_element, T, charge, mix)[0] == pytest.approx(exact, rel=3e-4)
        assert loss_table.annihilation(table, T) == pytest.approx(
            energy_loss.annihilation_coefficient(T, mix), rel=3e-4
        )
    assert np.isnan(loss_table.mean_loss(table, 2e3, ELECTRON)[0])
    assert np.isnan(loss_table.mean_loss(table, 9e-6, ELECTRON)[1])


def test_slope_of_the_table_is_the_derivative_of_the_loss():
    """Chord over half a per cent of T; the slope of a cell is right to the curvature within it."""
    table = loss_table.loss_table(AIR)
    for T in (0.01, 0.1, 1.0):
        chord = [energy_loss.collision_loss(t, 1, AIR) + radiative_loss(t, AIR) for t in (0.9975 * T, 1.0025 * T)]
        assert loss_table.mean_loss(table, T, 1)[1] == pytest.approx((chord[1] - chord[0]) / (0.005 * T), rel=0.03)


def test_compositions_are_checked():
    assert sum(elements.composition(N=3.0, O=1.0)) == pytest.approx(1.0)
    for call, sentence in (
        (lambda: elements.composition(N2=1.0), "Count gases by element"),
        (lambda: elements.composition(N=-1.0, O=2.0), "at least 0"),
        (lambda: loss_table.loss_table((0.5, 0.0, 0.0, 0.0, 0.0)), "sum to 1"),
        (lambda: loss_table.loss_table(AIR, T_min_GeV=1.0, T_max_GeV=0.1), "not ascending"),
    ):
        with pytest.raises(PhysicsError, match=sentence):
            call()
