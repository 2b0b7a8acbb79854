"""Decay spectra: norms and means, an independent integration, the samplers, conservation, and first principles."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from scipy import integrate, stats

from mcbelt import constants, rng
from mcbelt.errors import PhysicsError
from mcbelt.physics import decay, decay_historical, decay_sampling, kinematics, michel

PION, KAON, KAON_SHORT = constants.CHARGED_PION_MASS, constants.CHARGED_KAON_MASS, constants.NEUTRAL_KAON_MASS
MASS = {"pion": PION, "kaon": KAON, "kaon_short": KAON_SHORT}
NORM = {"pion": 1.0, "kaon": 0.6356 + 0.2067, "kaon_short": 0.692}
CODES = (decay.EXACT, decay.ISOTROPIC, decay.MS98, decay.MS98_ELECTRON, decay.PAPER)


def logarithmic_nodes(top, n=3000):
    """Energies [GeV] and weights of a composite 4-point Gauss rule in ln E up to `top`, from 1e-7 of it."""
    edges = np.linspace(np.log(top) - 16.0, np.log(top), n + 1)
    x, w = np.polynomial.legendre.leggauss(4)
    half = 0.5 * np.diff(edges)
    energy = np.exp(0.5 * (edges[1:] + edges[:-1])[:, None] + half[:, None] * x).ravel()
    return energy, (half[:, None] * w).ravel() * energy


def moments(parent, gamma, option, charge=1):
    """Norm and mean energy over parent energy of a spectrum."""
    E_parent = gamma * MASS[parent]
    energy, weight = logarithmic_nodes(E_parent)
    density = decay.spectrum(energy, E_parent, parent, option, charge) * weight
    return density.sum(), (density * energy).sum() / E_parent


@pytest.mark.parametrize("gamma", [1.0, 1.0 + 1e-12, 1.0 + 1e-7, 1.01, 2.0, 30.0, 1000.0])
@pytest.mark.parametrize(
    ("parent", "option"), [(p, o) for p in MASS for o in ("exact", "isotropic")] + [("pion", "ms98"), ("pion", "paper")]
)
def test_each_spectrum_is_normalised(parent, option, gamma):
    """1e-5 as asked; the quadrature of kinks and edges reaches about 2e-7."""
    assert moments(parent, gamma, option)[0] == pytest.approx(NORM[parent], rel=1e-5)


def test_mean_energies_of_the_pion_chain():
    """Numbers asked to 4 and 5 digits: <E_e>/E_pi at high energy, and in the pion's frame in MeV."""
    assert moments("pion", 1000.0, "exact")[1] == pytest.approx(0.2646, abs=5e-5)
    assert moments("pion", 1000.0, "isotropic")[1] == pytest.approx(0.2753, abs=5e-5)
    assert moments("pion", 1000.0, "paper")[1] == pytest.approx(0.8 * 0.35, rel=1e-5)
    energy, weight = logarithmic_nodes(PION)
    for xi, expected in ((-1.0, 36.933), (0.0, 38.422), (1.0, 39.912)):
        density = [decay.two_body_spectrum(E, PION, PION, decay.PION_MUON_ENERGY, xi) for E in energy]
        mean_MeV = 1e3 * np.sum(density * weight * energy)
        assert mean_MeV == pytest.approx(expected, abs=6e-4)
        b = michel.muon_velocity(decay.PION_MUON_ENERGY)  # closed form of the mean: (E'/2)(0.7 + 0.1 xi b)
        assert mean_MeV == pytest.approx(500.0 * decay.PION_MUON_ENERGY * (0.7 + 0.1 * xi * b), rel=1e-6)


def test_mean_energies_of_kaons_and_spectrum_weighted_moments():
    """K -> mu nu in its frame 78.574 / 90.351 / 102.127 MeV; moment x^1.7 of pion and kaon, 5 digits."""
    for xi, expected in ((-1.0, 78.574), (0.0, 90.351), (1.0, 102.127)):
        energy, weight = logarithmic_nodes(KAON)
        density = [decay.two_body_spectrum(E, KAON, KAON, decay.KAON_MUON_ENERGY, xi) for E in energy]
        assert 1e3 * np.sum(density * weight * energy) == pytest.approx(expected, abs=1e-3)
    energy, weight = logarithmic_nodes(3000.0 * PION)
    x = energy / (3000.0 * PION)
    for option, charge, expected in (
        ("exact", 1, 0.13318),
        ("isotropic", 1, 0.14362),
        ("ms98", 1, 0.17533),
        ("ms98", -1, 0.11191),
    ):
        density = decay.spectrum(energy, 3000.0 * PION, "pion", option, charge)
        assert np.sum(density * weight * x**1.7) == pytest.approx(expected, abs=1e-5)


def test_positrons_and_electrons_are_alike():
    energy = np.geomspace(1e-3, 2.0, 200)
    for option in ("exact", "isotropic", "paper"):
        assert np.array_equal(
            decay.spectrum(energy, 2.0, "pion", option, 1), decay.spectrum(energy, 2.0, "pion", option, -1)
        )
    assert not np.allclose(
        decay.spectrum(energy, 2.0, "pion", "ms98", 1), decay.spectrum(energy, 2.0, "pion", "ms98", -1)
    )


def test_printed_norm_of_the_michel_spectrum():
    """Gusev et al. 2003 print 74198.4 MeV^3; the integral of E^2 (3 - 4E/m) is m^3/16 = 73720 MeV^3, 0.65 % less."""
    m = 1e3 * constants.MUON_MASS
    integral = integrate.quad(lambda E: E**2 * (3.0 - 4.0 * E / m), 0.0, 0.5 * m)[0]
    assert integral == pytest.approx(m**3 / 16.0, rel=1e-12)
    assert decay_historical.PAPER_NORM_MEV3 / integral == pytest.approx(1.0065, abs=2e-4)


@pytest.mark.parametrize("E_pi", [PION, 0.2, 1.0, 50.0])
def test_closed_form_equals_integral_over_muon_energy_and_polarisation(E_pi):
    """Flat muon energies, each with its laboratory polarisation P = -[(1+r)/(1-r) - 2rE/((1-r)E_mu)]/beta."""
    gamma = E_pi / PION
    boost = np.sqrt(gamma**2 - 1.0)
    p_star = kinematics.two_body_momentum(PION, constants.MUON_MASS, 0.0)
    r = (constants.MUON_MASS / PION) ** 2
    muon = gamma * decay.PION_MUON_ENERGY + boost * p_star * np.polynomial.legendre.leggauss(400)[0]
    weight = 0.5 * np.polynomial.legendre.leggauss(400)[1]
    velocity = np.sqrt(1.0 - (constants.MUON_MASS / muon) ** 2)
    asymmetry = -((1.0 + r) / (1.0 - r) - 2.0 * r * E_pi / ((1.0 - r) * muon)) / velocity
    assert np.all(np.abs(asymmetry) <= 1.0 + 1e-9)
    for share in (0.01, 0.05, 0.2, 0.3, 0.45):
        E = share * E_pi
        terms = [
            2.0 / e * michel.boosted_michel(2.0 * E / e, v, a)
            for e, v, a in zip(muon, velocity, asymmetry, strict=True)
        ]
        assert decay.electron_spectrum(E, E_pi, decay.EXACT) == pytest.approx(np.dot(weight, terms), rel=2e-4)


@pytest.mark.parametrize(("parent", "gamma"), [("kaon", 3.0), ("kaon", 1.0 + 1e-6), ("kaon_short", 40.0)])
def test_kaon_to_pion_channel_equals_the_integral_over_pion_energies(parent, gamma):
    rest = decay.KAON_PION_ENERGY if parent == "kaon" else decay.KAON_SHORT_PION_ENERGY
    p = np.sqrt(rest**2 - PION**2)
    nodes, weights = np.polynomial.legendre.leggauss(600)
    pions = gamma * rest + np.sqrt(gamma**2 - 1.0) * p * nodes
    for share in (0.005, 0.05, 0.15, 0.4):
        E = share * gamma * MASS[parent]
        integral = 0.5 * sum(
            w * decay.electron_spectrum(E, e, decay.EXACT) for w, e in zip(weights, pions, strict=True)
        )
        closed = decay.three_step_spectrum(E, gamma * MASS[parent], MASS[parent], rest, -1.0)
        assert closed == pytest.approx(integral, rel=1e-4, abs=1e-9)


@njit(cache=True)
def sampled(n, E_pi, option, seed):
    result = np.empty((n, 2))
    p = np.sqrt(E_pi * E_pi - PION * PION)
    pion = (E_pi, 0.6 * p, 0.0, 0.8 * p)
    for i in range(n):
        u0, u1, u2, u3 = rng.uniform_quad(seed, i, 0, 0)
        u4, u5, u6, _ = rng.uniform_quad(seed, i, 0, 1)
        E, x, _, z = decay_sampling.pion_electron(pion, option, (u0, u1, u2, u3, u4, u5, u6))
        result[i, 0] = E
        result[i, 1] = (0.6 * x + 0.8 * z) / E
    return result


def distribution_function(density, top):
    """Interpolated distribution function of a density [1/GeV] on (0, top)."""
    energy, weight = logarithmic_nodes(top)
    total = np.cumsum(density(energy) * weight)
    return lambda E: np.interp(E, energy, total / total[-1])


@pytest.mark.parametrize("option", CODES)
@pytest.mark.parametrize("E_pi", [1.0000001 * PION, 0.3, 5.0])
def test_sampler_follows_the_closed_form(option, E_pi):
    """Kolmogorov-Smirnov, 1e5 decays at a fixed seed, p > 1e-6; the neighbouring option must fail it."""
    energy = sampled(100_000, E_pi, option, 11)[:, 0]
    laws = {
        c: distribution_function(lambda E, c=c: np.array([decay.electron_spectrum(e, E_pi, c) for e in E]), E_pi)
        for c in CODES
    }
    assert stats.kstest(energy, laws[option]).pvalue > 1e-6
    others = [
        c for c in CODES if c != option and not (E_pi < 0.2 and {c, option} == {decay.EXACT, decay.MS98_ELECTRON})
    ]
    for other in others:
        assert stats.kstest(energy, laws[other]).pvalue < 1e-6


@pytest.mark.parametrize("option", [decay.EXACT, decay.ISOTROPIC, decay.PAPER])
def test_sampler_follows_the_spectrum_in_energy_and_angle(option):
    """Chi-squared over an 8 x 8 grid of (E, cos) with bin contents from the formula, p > 1e-6."""
    E_pi = 0.4
    draws = sampled(200_000, E_pi, option, 12)
    cosines = np.array([-1.0, -0.5, 0.0, 0.3, 0.6, 0.8, 0.9, 0.96, 1.0])
    energies = np.array([1e-6, 0.01, 0.02, 0.04, 0.07, 0.1, 0.15, 0.2, 0.4])
    counts = np.histogram2d(draws[:, 0], draws[:, 1], [energies, cosines])[0]
    nodes, weights = np.polynomial.legendre.leggauss(24)
    expected = np.zeros_like(counts)
    for i, (E0, E1) in enumerate(itertools.pairwise(energies)):
        for j, (c0, c1) in enumerate(itertools.pairwise(cosines)):
            for a, wa in zip(nodes, weights, strict=True):
                for b, wb in zip(nodes, weights, strict=True):
                    E, c = 0.5 * (E0 + E1 + (E1 - E0) * a), 0.5 * (c0 + c1 + (c1 - c0) * b)
                    f = decay.electron_spectrum_at_angle(E, c, E_pi, option)
                    expected[i, j] += 0.25 * wa * wb * (E1 - E0) * (c1 - c0) * f
    assert expected.sum() == pytest.approx(1.0, abs=2e-3)  # kinks inside the bins limit the quadrature
    expected *= len(draws)
    used = expected > 20
    chi2 = np.sum((counts[used] - expected[used]) ** 2 / (expected[used] + (2e-3 * expected[used]) ** 2))
    assert stats.chi2.sf(chi2, used.sum() - 1) > 1e-6


def unit(u, v):
    return np.array(rng.isotropic(u, v))


uniform = st.floats(1e-9, 1.0 - 1e-9)


@given(st.floats(1.0, 1e4), st.tuples(*[uniform] * 11))
@settings(max_examples=300, deadline=None)
def test_four_momentum_is_conserved_in_each_decay(gamma, u):
    """1e-12 of the parent's energy, each step of the chain; spin axis orthogonal to the muon and of square -1."""
    p = PION * np.sqrt(gamma**2 - 1.0) * unit(u[0], u[1])
    pion = (gamma * PION, *map(float, p))
    muon, neutrino, axis = decay_sampling.meson_to_muon(pion, PION, u[2], u[3])
    np.testing.assert_allclose(np.add(muon, neutrino), pion, rtol=0, atol=1e-12 * pion[0])
    products = decay_sampling.muon_decay(muon, axis, -1.0, u[4:9])
    np.testing.assert_allclose(np.sum(products, axis=0), muon, rtol=0, atol=1e-12 * muon[0])
    rest = kinematics.into_rest_frame(axis, muon, constants.MUON_MASS)
    # cancellation in the boosts of a fast muon leaves eps gamma^2
    tolerance = 1e-12 + 1e-15 * (muon[0] / constants.MUON_MASS) ** 2
    assert abs(rest[0]) < 10 * tolerance
    assert np.sum(np.square(rest[1:])) == pytest.approx(1.0, abs=10 * tolerance)


@given(st.floats(1.0, 1e3), st.tuples(*[uniform] * 4))
@settings(max_examples=100, deadline=None)
def test_four_momentum_is_conserved_in_kaon_decays(gamma, u):
    for mass, decayed in ((KAON, decay_sampling.kaon_to_pion), (KAON_SHORT, decay_sampling.kaon_short_to_pions)):
        kaon = (gamma * mass, *map(float, mass * np.sqrt(gamma**2 - 1.0) * unit(u[0], u[1])))
        np.testing.assert_allclose(np.sum(decayed(kaon, u[2], u[3]), axis=0), kaon, rtol=0, atol=1e-12 * kaon[0])


@njit(cache=True)
def dot(a, b):
    return a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3]


@njit(cache=True)
def vector_minus_axial(n, charge, seed):
    """Electron energies [GeV] in the pion's frame by rejection from the V-A matrix element."""
    m = constants.MUON_MASS
    pion = (PION, 0.0, 0.0, 0.0)
    result = np.empty(n)
    count, trial = 0, 0
    while count < n:
        a = rng.uniform_quad(seed, trial, 0, 0)
        b = rng.uniform_quad(seed, trial, 0, 1)
        trial += 1
        muon, _, axis = decay_sampling.meson_to_muon(pion, PION, 0.5 + 1e-12, 0.0)
        # mu+ comes with a left-handed neutrino, back to back from spin 0: helicity -1; mu- with an antineutrino: +1.
        helicity = -charge
        spin = (helicity * axis[0], helicity * axis[1], helicity * axis[2], helicity * axis[3])
        # Flat phase space of three massless products: pair mass squared q2 with density (1 - q2/m^2).
        q2 = m * m * a[0]
        if b[3] > 1.0 - a[0]:
            continue
        nx, ny, nz = rng.isotropic(a[1], a[2])
        E = (m * m - q2) / (2.0 * m)
        electron = (E, E * nx, E * ny, E * nz)
        pair = (m - E, -E * nx, -E * ny, -E * nz)
        first, second = decay_sampling.two_body(pair, np.sqrt(q2), 0.0, 0.0, rng.isotropic(b[0], b[1]))
        electron = kinematics.boosted(electron, muon, m)
        first = kinematics.boosted(first, muon, m)
        second = kinematics.boosted(second, muon, m)
        # |M|^2 ~ (p_mu -+ m s).p(nu_e) p_e.p(nu_mu): minus for mu-, plus for mu+.
        polarised = (
            muon[0] + charge * m * spin[0],
            muon[1] + charge * m * spin[1],
            muon[2] + charge * m * spin[2],
            muon[3] + charge * m * spin[3],
        )
        element = dot(polarised, first) * dot(electron, second)
        # p_mu.k <= m^2 (both signs of the spin) and p_e.k' <= m^2/2, so m^4/2 is never exceeded
        if b[2] * 0.5 * m**4 < element:
            result[count] = electron[0]
            count += 1
    return result


@pytest.mark.parametrize("charge", [1, -1])
def test_vector_minus_axial_matrix_element_gives_asymmetry_minus_one_for_both_charges(charge):
    energy = vector_minus_axial(60_000, charge, 13)
    for xi, agrees in ((-1.0, True), (0.0, False), (1.0, False)):
        law = distribution_function(
            lambda E, xi=xi: np.array([decay.two_body_spectrum(e, PION, PION, decay.PION_MUON_ENERGY, xi) for e in E]),
            PION,
        )
        assert bool(stats.kstest(energy, law).pvalue > 1e-6) == agrees


def test_muon_flight():
    """6.2 km per GeV/c: c tau / m = 658.64 m / 0.10566 GeV."""
    assert decay.muon_flight(1.0) == pytest.approx(6234.0, rel=1e-4)


def test_what_is_not_allowed_is_said_in_a_sentence():
    for arguments, sentence in (
        ((0.1, 0.1), "below the pion mass"),
        ((-0.1, 1.0), "E_e_GeV"),
        ((0.1, 1.0, "muon"), "pion, kaon, kaon_short"),
        ((0.1, 1.0, "pion", "excat"), "exact, isotropic, ms98, paper"),
        ((0.1, 1.0, "kaon", "paper"), "Switch kaons off"),
        ((0.1, 1.0, "pion", "exact", 0), "charge"),
    ):
        with pytest.raises(PhysicsError, match=sentence):
            decay.spectrum(*arguments)
    assert np.isnan(decay.electron_spectrum(0.1, 0.1, decay.EXACT))
    assert np.isnan(decay.electron_spectrum(0.1, 1.0, 17))
