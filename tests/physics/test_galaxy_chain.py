"""The lecture's chain step by step against the closed form, and the nearby burst."""

import itertools

import numpy as np
import pytest

from mcbelt.constants import CHARGED_PION_MASS, MUON_MASS
from mcbelt.errors import PhysicsError
from mcbelt.interstellar import chain, losses, pulsar
from mcbelt.interstellar.scales import KILOPARSEC, MEGAYEAR
from mcbelt.physics import decay
from mcbelt.physics.michel import boosted_michel

POINTS = [(0.01, 0.14), (0.05, 0.3), (0.5, 1.0), (0.2, 5.0), (3.0, 5.0)]


def _polarisation(muon_energy, pion_energy):
    """Mean helicity of mu+ in the laboratory, -1 for a pion at rest: -(1/beta)[(1+r)/(1-r) - 2 r E_pi/((1-r) E_mu)]."""
    r = (MUON_MASS / CHARGED_PION_MASS) ** 2
    beta = np.sqrt(1.0 - (MUON_MASS / muon_energy) ** 2)
    return -((1.0 + r) / (1.0 - r) - 2.0 * r * pion_energy / ((1.0 - r) * muon_energy)) / beta


def _electron_of_pion(energy, pion_energy, polarised=True, nodes=200):
    """dN/dE_e [1/GeV] by integrating over the muons, which are spread evenly in energy.

    Without their polarisation it is the lecture's triple integral. The muon's spectrum of electrons has a kink at
    (1 - beta) E_mu / 2 = E; each side of it has its nodes.
    """
    low, high = (float(v) for v in chain.muon_energy_range(pion_energy))
    kink = energy + MUON_MASS**2 / (4.0 * energy)
    node, weight = np.polynomial.legendre.leggauss(nodes)
    total = 0.0
    for a, b in itertools.pairwise([low, *([kink] if low < kink < high else []), high]):
        for x, w in zip(0.5 * (a + b) + 0.5 * (b - a) * node, 0.5 * (b - a) * weight, strict=True):
            beta = np.sqrt(1.0 - (MUON_MASS / x) ** 2)
            helicity = _polarisation(x, pion_energy) if polarised else 0.0
            total += w * 2.0 / x * boosted_michel(2.0 * energy / x, beta, helicity)
    return total / (high - low)


@pytest.mark.parametrize(("energy", "pion"), POINTS)
def test_three_integrals_give_the_closed_form(energy, pion):
    """Flat muon spectrum and laboratory polarisation against the closed form, 1e-8: the same physics in two steps."""
    assert _electron_of_pion(energy, pion) == pytest.approx(
        decay.electron_spectrum(energy, pion, decay.EXACT), rel=1e-8
    )
    bare = _electron_of_pion(energy, pion, polarised=False)
    assert bare == pytest.approx(decay.electron_spectrum(energy, pion, decay.ISOTROPIC), rel=1e-8)


def test_closed_form_norm_and_means():
    """Norm 1 and <E*> 36.933, 38.422 MeV for xi = -1, 0, at rest and in flight: 1e-5."""
    for gamma in (1.0, 10.0):
        E_pi = gamma * CHARGED_PION_MASS
        energy = np.linspace(0.0, 0.08 * 2.0 * gamma if gamma > 1.0 else 0.0698, 400_001)[1:]
        for option, mean in ((decay.EXACT, 36.9328e-3), (decay.ISOTROPIC, 38.4224e-3)):
            spectrum = decay.spectrum(energy, E_pi, option="exact" if option == decay.EXACT else "isotropic")
            assert np.trapezoid(spectrum, energy) == pytest.approx(1.0, abs=1.0e-5)
            assert np.trapezoid(spectrum * energy, energy) == pytest.approx(gamma * mean, rel=2.0e-5)


def test_lecture_forgets_the_polarisation():
    """<E_e>/E_pi 0.2753 without polarisation, 0.2646 with it."""
    energy = np.linspace(0.0, 10.0, 20_001)[1:]
    means = [
        np.trapezoid(decay.spectrum(energy, 10.0, option=o) * energy, energy) / 10.0 for o in ("isotropic", "exact")
    ]
    assert means == pytest.approx([0.2753, 0.2646], abs=2.0e-4)


def test_spectrum_weighted_moments():
    """Z(2.7) = integral of x^1.7 dN of fast mesons: pi 0.13318, K -> mu nu 0.06539 (1e-4)."""
    x = np.linspace(0.0, 1.0, 100_001)[1:]
    pion = decay.spectrum(x * 1000.0, 1000.0) * 1000.0
    kaon = np.array(
        [decay.two_body_spectrum(e, 3000.0, 0.493677, decay.KAON_MUON_ENERGY, -1.0) for e in x[::20] * 3000.0]
    )
    assert np.trapezoid(x**1.7 * pion, x) == pytest.approx(0.13318, abs=1.0e-4)
    assert np.trapezoid(x[::20] ** 1.7 * kaon * 3000.0, x[::20]) == pytest.approx(0.06539, abs=1.0e-4)


def test_muons_of_a_pion_at_rest():
    """One energy, helicity -1."""
    low, high = chain.muon_energy_range(CHARGED_PION_MASS)
    assert high == pytest.approx(low, rel=1e-9)
    assert _polarisation(low, CHARGED_PION_MASS) == pytest.approx(-1.0, abs=1e-6)


def test_mean_polarisation_in_flight():
    """Mean laboratory helicity -0.246 at gamma = 1.5 and -0.184 for fast pions."""
    for gamma, expected in ((1.5, -0.246), (1.0e4, -0.184)):
        low, high = chain.muon_energy_range(gamma * CHARGED_PION_MASS)
        energy = np.linspace(low, high, 20_001)[1:-1]
        assert np.mean(_polarisation(energy, gamma * CHARGED_PION_MASS)) == pytest.approx(expected, abs=2.0e-3)


BURST = pulsar.Burst(pulsar.MONOGEM_DISTANCE_KPC, pulsar.MONOGEM_AGE_MYR, 2.0, 1.0e49)
MEDIUM = pulsar.Medium()


def test_no_particle_is_lost():
    """The Green function over all space is what losses leave: Q0 E^-g (1 - b0 E t)^(g-2), to 1e-6."""
    radius = np.linspace(0.0, 12.0, 4001) * KILOPARSEC
    for energy in (10.0, 300.0, 1000.0):
        bursts = [BURST._replace(distance_kpc=r / KILOPARSEC) for r in radius]
        shells = 4.0 * np.pi * radius**2 * np.array([pulsar.density(energy, burst, MEDIUM) for burst in bursts])
        assert np.trapezoid(shells, radius) == pytest.approx(1.0e49 * energy**-2.0, rel=1.0e-6)


def test_end_of_the_burst():
    """E_max = 1/(b0 t) = 1.49 TeV at 1.9 eV/cm3 and 0.11 Myr; nothing above, and the density tends to zero there."""
    end = 1.0 / (losses.loss_coefficient(1.9) * BURST.age_Myr * MEGAYEAR)
    assert end == pytest.approx(1490.0, rel=5.0e-3)
    assert pulsar.density(end * 1.01, BURST, MEDIUM) == 0.0
    assert np.all(np.isfinite(pulsar.density(np.geomspace(1.0, 2.0 * end, 50), BURST, MEDIUM)))


def test_diffusion_length_of_slow_losses():
    """Far below E_max the length is sqrt(4 D t), to 1 %."""
    length = pulsar.diffusion_length_m(4.0, BURST, MEDIUM)
    assert length == pytest.approx(np.sqrt(4.0 * 5.5e24 * 0.11 * MEGAYEAR), rel=0.01)


def test_wrong_medium():
    with pytest.raises(PhysicsError, match=r"delta = 1\.2 must be"):
        pulsar.density(1.0, BURST, MEDIUM._replace(delta=1.2))
