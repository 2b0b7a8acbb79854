"""The rungs of single collisions and decays: annihilation, knock-ons, pairs, kinematic ends, energy of one collision.

The formulas of the program are those of the laboratory frame; here they meet the invariant ones of quantum
electrodynamics and the kinematics of two bodies. Page: docs/methods/ladder.md.
"""

import math

import numpy as np
import pytest
from scipy import integrate

from mcbelt import constants
from mcbelt.constants import CHARGED_KAON_MASS, CHARGED_PION_MASS, ELECTRON_MASS, MUON_MASS, NEUTRAL_KAON_MASS
from mcbelt.constants import NEUTRAL_PION_MASS as PI0
from mcbelt.physics import decay, electromagnetic, elements, energy_loss, kinematics, pair_production
from mcbelt.physics.nucleon_production import nucleon_yields
from mcbelt.physics.yield_tables import YieldTables

AIR = elements.DRY_AIR
RADIUS = constants.CLASSICAL_ELECTRON_RADIUS


@pytest.mark.parametrize("gamma", [1.001, 1.5, 10.0, 2e3, 1e6])
def test_annihilation_is_the_integral_over_the_photons(gamma):
    """dsigma/de = pi r_e^2/(gamma - 1) [1 + 2 gamma/(gamma + 1)^2 - e - 1/((gamma + 1)^2 e)]/e, e a share.

    Heitler 1954, section 27, between the shares of a photon (1 -+ sqrt((gamma - 1)/(gamma + 1)))/2 that are
    allowed; each pair of photons is in it once. 1e-6, of the quadrature.
    """
    half = 0.5 * math.sqrt((gamma - 1.0) / (gamma + 1.0))

    def spectrum(u):
        e = math.exp(u)
        return 1.0 + 2.0 * gamma / (gamma + 1.0) ** 2 - e - 1.0 / ((gamma + 1.0) ** 2 * e)

    low = 0.5 / (gamma + 1.0) / (0.5 + half)  # (1/2 - half) without cancellation
    both = integrate.quad(spectrum, math.log(low), math.log(0.5 + half), limit=200, epsabs=0.0, epsrel=1e-9)[0]
    expected = math.pi * RADIUS**2 / (gamma - 1.0) * both * electromagnetic.electrons_per_kg(AIR)
    found = energy_loss.annihilation_coefficient((gamma - 1.0) * ELECTRON_MASS, AIR)
    assert found == pytest.approx(expected, rel=1e-6)


def invariant_knock_on(W, T, charge):
    """d sigma/dW [m2/GeV] of e- and e+ on e- from the invariant amplitude (Berestetskii et al. 1982, section 81)."""
    m2 = ELECTRON_MASS**2
    s = 2.0 * m2 + 2.0 * ELECTRON_MASS * (T + ELECTRON_MASS)
    t = -2.0 * ELECTRON_MASS * W
    u = 4.0 * m2 - s - t
    flux = 4.0 * math.pi * RADIUS**2 * m2 / (s * (s - 4.0 * m2)) * 2.0 * ELECTRON_MASS  # |dt| = 2 m dW
    if charge > 0:  # crossed: s and u change places, but for the flux
        s, u = u, s
    direct = (0.5 * (s * s + u * u) + 4.0 * m2 * (t - m2)) / t**2
    exchange = (0.5 * (s * s + t * t) + 4.0 * m2 * (u - m2)) / u**2
    return flux * (direct + exchange + 4.0 / (t * u) * (0.5 * s - m2) * (0.5 * s - 3.0 * m2))


@pytest.mark.parametrize("charge", [-1, 1])
@pytest.mark.parametrize("T", [1e-5, 1e-3, 0.1, 10.0])
def test_knock_ons_are_those_of_the_invariant_amplitude(charge, T):
    """Moller and Bhabha at shares 0.01 to their ends, 1e-9: the same formula written in s, t, u."""
    for share in (0.01, 0.1, 0.3, 0.4999) if charge < 0 else (0.01, 0.1, 0.5, 0.9, 0.999):
        expected = invariant_knock_on(share * T, T, charge) * electromagnetic.electrons_per_kg(AIR)
        assert electromagnetic.knock_on_spectrum(share * T, T, charge, AIR) == pytest.approx(expected, rel=1e-9)
    assert electromagnetic.knock_on_spectrum(0.501 * T, T, charge, AIR) * (1 - charge) == 0.0
    assert electromagnetic.knock_on_spectrum(1.001 * T, T, charge, AIR) == 0.0


def test_pairs_share_the_energy_as_complete_screening_says():
    """At 100 GeV dN/dx goes as 1 - (4/3) x (1 - x) + x (1 - x)/110 or so, alike for e+ and e-; mean share 1/2.

    1 %: the small term, (2/3)(phi1 - phi2)/phi, is left out of the closed form, and screening ends towards x = 0.
    """
    k = 100.0
    middle = pair_production.positron_spectrum(0.5, k, AIR)
    for x in (0.05, 0.2, 0.35):
        both = [pair_production.positron_spectrum(y, k, AIR) for y in (x, 1.0 - x)]
        assert both[0] == pytest.approx(both[1], rel=1e-12)
        assert both[0] / middle == pytest.approx((1.0 - 4.0 / 3.0 * x * (1.0 - x)) / (2.0 / 3.0), rel=0.01)


def chain_ends():
    """(spectrum of E and the parent's energy, mass of the parent, highest energy of the electron at rest)."""
    muon = 0.5 * MUON_MASS  # of a massless electron, in the muon's frame

    def ahead(energy, mass, inner):  # in the parent's frame, from a body of that energy, along its flight
        return inner * (energy + math.sqrt(energy**2 - mass**2)) / mass

    def of_muon(mass):
        return ahead(0.5 * (mass**2 + MUON_MASS**2) / mass, MUON_MASS, muon)

    pion = of_muon(CHARGED_PION_MASS)
    from_kaon = 0.5 * (CHARGED_KAON_MASS**2 + CHARGED_PION_MASS**2 - PI0**2) / CHARGED_KAON_MASS
    exact = decay.EXACT
    return {
        "pi": (lambda E, P: decay.electron_spectrum(E, P, exact), CHARGED_PION_MASS, pion),
        "K": (lambda E, P: decay.kaon_spectrum(E, P, exact), CHARGED_KAON_MASS, of_muon(CHARGED_KAON_MASS)),
        "K to pi": (
            lambda E, P: decay.three_step_spectrum(E, P, CHARGED_KAON_MASS, decay.KAON_PION_ENERGY, -1.0),
            CHARGED_KAON_MASS,
            ahead(from_kaon, CHARGED_PION_MASS, pion),
        ),
        "K0S": (
            lambda E, P: decay.kaon_short_spectrum(E, P, exact),
            NEUTRAL_KAON_MASS,
            ahead(0.5 * NEUTRAL_KAON_MASS, CHARGED_PION_MASS, pion),
        ),
    }


@pytest.mark.parametrize(("chain", "end_MeV"), [("pi", 69.79), ("K", 246.84), ("K to pi", 226.63), ("K0S", 227.42)])
@pytest.mark.parametrize("gamma", [1.0, 3.0, 100.0])
def test_kinematic_end_of_each_decay(chain, end_MeV, gamma):
    """Nothing above the end E* (gamma + beta gamma), something a tenth below; E* of two-body kinematics.

    A massless electron straight ahead takes m_pi/2 = 69.8 MeV, m_K/2 = 246.8 MeV in the frame of the meson: all three
    bodies lie on a line. Near the end little is left: three spectra that vanish there are folded.
    """
    spectrum, mass, end = chain_ends()[chain]
    assert 1e3 * end == pytest.approx(end_MeV, abs=0.1)
    end *= gamma + math.sqrt(gamma**2 - 1.0)
    assert spectrum(1.0001 * end, gamma * mass) == pytest.approx(0.0, abs=1e-9 / mass)
    assert spectrum(0.9 * end, gamma * mass) > 0.0


def test_muon_alone():
    """Michel at rest: ends at m_mu/2 = 52.83 MeV, mean 7/20 m_mu = 36.98 MeV; flight 2.197 us times c gamma beta."""
    from mcbelt.physics.michel import michel_spectrum

    E = np.linspace(0.0, 0.5 * MUON_MASS, 20_001)
    density = np.array([michel_spectrum(e) for e in E])
    assert np.trapezoid(density, E) == pytest.approx(1.0, rel=1e-6)
    assert 1e3 * np.trapezoid(density * E, E) == pytest.approx(36.98, abs=0.01)
    assert michel_spectrum(0.0529) == 0.0 < michel_spectrum(0.0528)
    assert decay.muon_flight(3.0 * MUON_MASS) == pytest.approx(3.0 * 2.1969811e-6 * 299_792_458.0, rel=1e-6)


def test_energy_of_one_collision():
    """p + N at 10, 50, 300 GeV: mesons and nucleons carry 0.97, 0.92, 0.89 of the beam's kinetic energy, held to 0.02.

    Never all of it: the rest is in eta, hyperons and antinucleons, which grow with the energy, and in the excitation of
    the nucleus. K0L carry as much as K0S. Energies are total for mesons: their rest masses come out of the beam.
    """
    mesons, nucleons = YieldTables().table("N"), nucleon_yields("proton")
    middle = 0.5 * (nucleons.x_edges[1:] + nucleons.x_edges[:-1])
    kept = nucleons.number.sum(axis=3).sum(axis=1) @ middle
    masses = {"pi+": CHARGED_PION_MASS, "pi-": CHARGED_PION_MASS, "pi0": PI0}
    masses |= {"K+": CHARGED_KAON_MASS, "K-": CHARGED_KAON_MASS, "K0S": NEUTRAL_KAON_MASS}
    u = np.random.default_rng(3).random((10_000, 4))
    for T, expected in ((10.0, 0.966), (50.0, 0.924), (300.0, 0.891)):
        carried = float(np.interp(math.log(T), np.log(nucleons.T_GeV), kept))
        numbers = {}
        for name, mass in masses.items():
            numbers[name] = float(mesons.multiplicity(np.array([T]), name)[0])
            each = 2.0 if name == "K0S" else 1.0  # K0L
            carried += each * numbers[name] * (mesons.sample(T, name, u)[:, 0].mean() + mass) / T
        print(f"{T:g} GeV: {carried:.3f} of the energy; pi0 / mean of pi+- {_neutral_share(numbers):.3f}")
        assert carried == pytest.approx(expected, abs=0.02)  # 1 % of it are the draws
        # isospin on a nucleus with as many protons as neutrons, to what the proton of the beam leaves over: 10 %
        assert _neutral_share(numbers) == pytest.approx(1.0, abs=0.12)
        assert numbers["pi+"] > numbers["pi-"]
        assert numbers["K+"] > numbers["K0S"] > numbers["K-"]


def _neutral_share(numbers):
    return numbers["pi0"] / (0.5 * (numbers["pi+"] + numbers["pi-"]))


def test_two_bodies_share_the_mass():
    """Momenta of pi -> mu nu and K -> mu nu, 29.79 and 235.5 MeV/c (PDG), and of K+ -> pi+ pi0, 205.1 MeV/c."""
    for parent, first, second, expected in (
        (CHARGED_PION_MASS, MUON_MASS, 0.0, 29.79),
        (CHARGED_KAON_MASS, MUON_MASS, 0.0, 235.53),
        (CHARGED_KAON_MASS, CHARGED_PION_MASS, PI0, 205.14),
        (NEUTRAL_KAON_MASS, CHARGED_PION_MASS, CHARGED_PION_MASS, 206.0),
    ):
        assert 1e3 * kinematics.two_body_momentum(parent, first, second) == pytest.approx(expected, abs=0.05)
