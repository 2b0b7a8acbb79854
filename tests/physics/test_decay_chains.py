"""Every chain of decays gives e+ and e-, each with its branching ratio, in every table that folds it.

What a charge is made of: pi+-, K+- by two channels, K0S by pi+ pi-. A table without one of them, or with it for one
charge alone, moves e+/e- by less than a per cent below 10 GeV, so the parts are counted one by one.
"""

import numpy as np
import pytest

from mcbelt.cascade import collisions
from mcbelt.interstellar import inclusive, meson_spectra, production
from mcbelt.physics import angular_leptons, decay, lepton_production
from mcbelt.physics.elements import ATOMS_PER_KG
from mcbelt.physics.yield_tables import YieldTables

PI, K, K0S = 1.0, 0.6356 + 0.2067, 0.6920  # of PDG 2022: pi -> mu nu, K -> mu nu and pi pi0, K0S -> pi+ pi-
MADE_BY = {1: ("pi+", "K+", "K0S"), -1: ("pi-", "K-", "K0S")}


def expected_number(target, charge, T, option="exact", factors=True):
    """Leptons of a charge [mb]: mesons times branching."""
    mesons = YieldTables(factors=factors).table(target)
    direct, charged, neutral = (mesons.cross_section(T, name) for name in MADE_BY[charge])
    if option == "paper":
        return direct
    if option == "ms98":
        return direct + 0.6356 * charged
    return PI * direct + K * charged + K0S * neutral


@pytest.mark.parametrize("charge", [1, -1])
@pytest.mark.parametrize("option", ["exact", "isotropic", "ms98", "paper"])
def test_number_of_leptons_of_each_chain(charge, option):
    """The total of the table, and the integral of the spectrum (0.3 %: 30 energies a decade from 1 MeV)."""
    table = lepton_production.lepton_table("N", charge, decay=option)
    expected = expected_number("N", charge, table.T_GeV, option)
    assert table.sigma == pytest.approx(expected, rel=1e-12)
    rows = expected > 1e-3 * expected.max()  # near the threshold of pi- few were counted
    total = np.trapezoid(table.differential, table.E_GeV, axis=1)
    assert total[rows] == pytest.approx(expected[rows], rel=4e-3)


@pytest.mark.parametrize("charge", [1, -1])
def test_each_parent_alone(charge):
    """What kaons add at 100 GeV is theirs: K+- 0.8423 and K0S 0.692 of a lepton of each charge, 1 % of the sum.

    Without K0S the electrons of kaons would be a third fewer, positrons a fifth.
    """
    T = np.array([100.0])
    with_kaons, without = (lepton_production.lepton_table("O", charge, kaons=kaons) for kaons in (True, False))
    row = int(np.abs(with_kaons.T_GeV - T).argmin())
    energy = with_kaons.T_GeV[row : row + 1]
    mesons = YieldTables().table("O")
    charged, neutral = (mesons.cross_section(energy, name)[0] for name in MADE_BY[charge][1:])
    added = np.trapezoid((with_kaons.differential - without.differential)[row], with_kaons.E_GeV)
    assert added == pytest.approx(K * charged + K0S * neutral, rel=0.01)
    assert K0S * neutral > 0.15 * added
    parts = lepton_production.parents(charge, "exact", True)
    assert [name for name, _ in parts] == list(MADE_BY[charge])


@pytest.mark.parametrize("charge", [1, -1])
def test_number_of_leptons_in_the_tables_with_angles(charge):
    """The same sum over all angles and energies at 30 GeV, 2 % (meson energies in bins of 0.12 in ln T)."""
    table = angular_leptons.angular_lepton_table("N", charge)
    row = int(np.abs(table.T_GeV - 30.0).argmin())
    per_energy = table.differential[row] @ table.solid_angle_cosine
    total = np.trapezoid(per_energy * table.E_GeV, np.log(table.E_GeV))
    expected = expected_number("N", charge, table.T_GeV[row : row + 1])[0]
    assert total == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("charge", [1, -1])
def test_number_of_leptons_that_the_air_is_given(charge):
    """Products per kg of nitrogen: nuclei per kg times the same sum; a neutron swaps pi+ and pi-, and keeps kaons."""
    wanted = np.ones(len(angular_leptons.ANGULAR_ELECTRON_ENERGIES), bool)
    proton, neutron = (
        collisions.products({"N": 1.0}, name, collisions.Emission(knock_on=False), wanted)
        for name in ("proton", "neutron")
    )
    row = int(np.abs(proton.T - 30.0).argmin())
    energy = angular_leptons.ANGULAR_ELECTRON_ENERGIES
    per_mb = ATOMS_PER_KG[2] * 1e-31
    mesons = YieldTables().table("N")
    direct, charged, neutral = (mesons.cross_section(proton.T[row : row + 1], name)[0] for name in MADE_BY[charge])
    mirrored = mesons.cross_section(proton.T[row : row + 1], MADE_BY[-charge][0])[0]
    for made, pions in ((proton, direct), (neutron, mirrored)):
        kernel = made.positron if charge > 0 else made.electron
        total = np.trapezoid((kernel[row] * made.solid_angle).sum(axis=-1) * energy, np.log(energy))
        assert total == pytest.approx(per_mb * (pions + K * charged + K0S * neutral), rel=0.02)


@pytest.mark.parametrize("charge", [1, -1])
@pytest.mark.parametrize(("kaons", "branching"), [("none", 0.0), ("muonic", 0.6356), ("all", 0.8423)])
def test_number_of_leptons_of_the_galactic_fits(charge, kaons, branching):
    """e- as well as e+: pions one each, kaons by channel, at 5 and 100 GeV (1 %: energies of the leptons)."""
    T, energy = np.array([5.0, 100.0]), np.geomspace(1e-4, 100.0, 400)
    pion, kaon = (
        (inclusive.PION_PLUS, inclusive.KAON_PLUS) if charge > 0 else (inclusive.PION_MINUS, inclusive.KAON_MINUS)
    )
    table = production.lepton_table(T, energy, charge, kaons=kaons)
    total = np.trapezoid(table.dsigma_dE * energy, np.log(energy), axis=-1)
    mass = inclusive.SCALING[kaon].mass
    made = [meson_spectra.meson_spectrum(t, production.meson_bins(mass, T[-1]), kaon).sum() for t in T]
    deuterons = [inclusive.deuteron_channel(t) if charge > 0 else 0.0 for t in T]
    pions = [inclusive.pion_inclusive(t, pion) for t in T]
    assert total == pytest.approx(np.array(pions) + deuterons + branching * np.array(made), rel=0.01)


def test_samplers_know_the_same_channels():
    """The closed forms' branching ratios are those of PDG 2022, and CP makes both charges alike."""
    assert decay.KAON_TO_MUON + decay.KAON_TO_PION == pytest.approx(K)
    assert decay.KAON_SHORT_TO_PIONS == pytest.approx(K0S)
    energy = np.geomspace(1e-3, 5.0, 50)
    for parent in decay.PARENTS:
        both = [decay.spectrum(energy, 6.0, parent, "exact", charge) for charge in (1, -1)]
        assert np.array_equal(*both)
