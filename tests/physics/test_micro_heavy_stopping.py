"""Stopping power of protons, alphas and antiprotons: PSTAR, scaling, limits, derivative, table, refusals."""

import math
import pathlib

import numpy as np
import pytest

from mcbelt.constants import ALPHA_MASS, CLASSICAL_ELECTRON_RADIUS, ELECTRON_MASS, MEV_CM2_PER_G, MUON_MASS, PROTON_MASS
from mcbelt.errors import PhysicsError
from mcbelt.physics import (
    antiproton_absorption,
    elements,
    heavy_loss_table,
    heavy_stopping,
    yield_tables,
)

AIR = elements.DRY_AIR
PURE = [tuple(row) for row in np.eye(5)]
PROTON, ALPHA, ANTIPROTON = (PROTON_MASS, 1), (ALPHA_MASS, 2), (PROTON_MASS, -1)
DATA = pathlib.Path(__file__).parents[1] / "data"


def pstar():
    lines = [line for line in open(DATA / "em_pstar_dry_air.csv", encoding="utf-8") if not line.startswith("#")]
    return np.loadtxt(lines, delimiter=",", skiprows=1)


@pytest.mark.parametrize(("T_MeV", "expected"), pstar())
def test_protons_in_dry_air_are_those_of_pstar(T_MeV, expected):
    """Asked 5 % below 1 MeV, 2 % above; kept: 1 %, 0.6 % and, where Bethe holds, 0.1 % (4 printed digits: 0.03 %)."""
    loss = heavy_stopping.stopping_power(1e-3 * T_MeV, *PROTON, AIR) / MEV_CM2_PER_G
    assert loss == pytest.approx(expected, rel=0.01 if T_MeV < 1 else 0.006 if T_MeV < 8 else 0.001)


def test_all_rows_of_pstar_are_read():
    assert len(pstar()) == 18


def test_alphas_lose_four_times_what_protons_of_their_velocity_lose():
    """Asked 3 %; Barkas and Bloch terms leave 0.8 % in Ar at 10 MeV, less elsewhere, the larger W 0.1 % at 40 GeV."""
    for T in np.geomspace(0.01, 40.0, 60):
        same = T * PROTON_MASS / ALPHA_MASS
        for mix in (*PURE, AIR):
            ratio = heavy_stopping.mean_loss(T, *ALPHA, mix) / heavy_stopping.mean_loss(same, *PROTON, mix)
            assert ratio == pytest.approx(4.0, rel=0.01)


def test_antiprotons_lose_less():
    """6 % at 1 MeV in air, falling as about T^-1.2, nothing at 100 MeV; 1.5 to 10 % in the elements at 1 MeV.

    In Si, where it was measured (Andersen et al. 1989), the same terms with b = 1.4 give 3.6 % at 3 MeV; measured: 3 %.
    """
    deficit = [
        1 - heavy_stopping.mean_loss(T, *ANTIPROTON, AIR) / heavy_stopping.mean_loss(T, *PROTON, AIR)
        for T in (1e-3, 3e-3, 1e-2, 1e-1)
    ]
    assert deficit[0] == pytest.approx(0.062, abs=0.006)
    assert deficit[1] == pytest.approx(0.017, abs=0.002)
    assert deficit[2] == pytest.approx(0.0036, abs=4e-4)
    assert 0.0 < deficit[3] < 3e-4
    for mix in PURE:
        ratio = heavy_stopping.mean_loss(1e-3, *ANTIPROTON, mix) / heavy_stopping.mean_loss(1e-3, *PROTON, mix)
        assert 0.90 < ratio < 0.99


def test_the_barkas_term_is_odd_in_the_charge():
    """(S+ - S-)/2 is K n Z L1/beta^2, exactly; S+ alone is in the fit or in Bethe's formula."""
    for T in (2e-3, 0.02, 0.5):
        tau = T / PROTON_MASS
        beta2 = tau * (tau + 2) / (1 + tau) ** 2
        half = 0.5 * (heavy_stopping.mean_loss(T, *PROTON, AIR) - heavy_stopping.mean_loss(T, *ANTIPROTON, AIR))
        electrons = np.multiply(AIR, elements.ATOMS_PER_KG) * elements.CHARGE
        term = sum(n * heavy_stopping.barkas_term(i, beta2) for i, n in enumerate(electrons))
        unit = 4 * math.pi * CLASSICAL_ELECTRON_RADIUS**2 * ELECTRON_MASS
        assert half == pytest.approx(unit / beta2 * term, rel=1e-9)


def test_the_barkas_curve_is_that_of_ashley_ritchie_and_brandt():
    """F(W) of values read off the published curve, W = b alpha sqrt(Z)/beta; 9 % is the fit, the reading has 5 %."""
    for w, curve in ((0.05, 15.6), (0.1, 12.2), (0.2, 9.25), (0.5, 4.5), (0.7, 3.0), (1.0, 1.7), (1.2, 1.2)):
        x = (1.8 / w) ** 2
        beta2 = x * 7.2973525693e-3**2 * 7.0
        expected = 1.29 * curve / (math.sqrt(7.0) * x**1.5)
        assert heavy_stopping.barkas_term(2, beta2) == pytest.approx(expected, rel=0.09)


def test_the_bloch_term_is_its_sum():
    for charge, beta2 in ((1, 2e-3), (2, 5.4e-3), (2, 0.9)):
        y2 = (charge * 7.2973525693e-3) ** 2 / beta2
        total = -y2 * sum(1 / (j * (j * j + y2)) for j in range(1, 4000))
        assert heavy_stopping.bloch_term(float(charge), beta2) == pytest.approx(total, rel=2e-5)


def test_the_relativistic_rise_is_logarithmic():
    """Where 2 gamma m_e << M the stopping number grows as ln(gamma^2), where it is >> M (muons) as ln(gamma^1.5)."""
    electrons = sum(np.multiply(AIR, elements.ATOMS_PER_KG) * elements.CHARGE)
    unit = 4 * math.pi * CLASSICAL_ELECTRON_RADIUS**2 * ELECTRON_MASS * electrons
    for mass, power, tolerance in ((1e6, 2.0, 1e-3), (MUON_MASS, 1.5, 0.12)):
        low, high = (heavy_stopping.mean_loss((g - 1) * mass, mass, 1, AIR) for g in (100.0, 1000.0))
        assert (high - low) / unit == pytest.approx(power * math.log(10.0), rel=tolerance)


def test_a_heavier_particle_of_the_same_velocity_gives_electrons_more():
    """W is the exact head-on transfer: energy and momentum are conserved in it."""
    gamma = 50.0
    bg = math.sqrt(gamma * gamma - 1)
    W = heavy_stopping.largest_transfer(bg * bg, gamma, MUON_MASS)
    before, after = MUON_MASS * bg, math.sqrt((MUON_MASS * gamma - W) ** 2 - MUON_MASS**2)
    electron = math.sqrt(W * (W + 2 * ELECTRON_MASS))
    assert electron - after == pytest.approx(before, rel=1e-9) or electron + after == pytest.approx(before, rel=1e-9)
    muon, proton = (heavy_stopping.mean_loss(49 * m, m, 1, AIR) for m in (MUON_MASS, PROTON_MASS))
    assert 0.95 < muon / proton < 0.99


def test_losses_add_by_mass():
    """Bragg's rule, to rounding."""
    mix = elements.composition(H=0.1, He=0.2, N=0.3, O=0.35, Ar=0.05)
    for particle, T in ((PROTON, 2e-4), (PROTON, 1.0), (ALPHA, 0.02), (ANTIPROTON, 0.005)):
        parts = sum(w * heavy_stopping.mean_loss(T, *particle, pure) for w, pure in zip(mix, PURE, strict=True))
        assert heavy_stopping.mean_loss(T, *particle, mix) == pytest.approx(parts, rel=1e-12)


def test_fit_and_formula_meet():
    """Continuous at 8 MeV per proton mass; the logarithmic slope steps by less than 0.025."""
    join = 8e-3
    for mix in PURE:
        low, high = (heavy_stopping.mean_loss(join * f, *PROTON, mix) for f in (1 - 1e-9, 1 + 1e-9))
        assert low == pytest.approx(high, rel=1e-8)
        sides = (0.999 * join, 1.001 * join)
        slopes = [
            T * heavy_stopping.loss_slope(T, *PROTON, mix) / heavy_stopping.mean_loss(T, *PROTON, mix) for T in sides
        ]
        assert slopes[0] == pytest.approx(slopes[1], abs=0.025)


def test_slope_is_the_derivative():
    """Richardson's extrapolation of chords over 2 and 1 %; 1e-6 of S/T."""
    for particle, T in (
        (PROTON, 3e-4),
        (PROTON, 0.1),
        (PROTON, 30.0),
        (ALPHA, 0.02),
        (ALPHA, 3.0),
        (ANTIPROTON, 0.004),
    ):
        chords = []
        for h in (0.02 * T, 0.01 * T):
            up, down = (heavy_stopping.mean_loss(T + s * h, *particle, AIR) for s in (1, -1))
            chords.append((up - down) / (2 * h))
        expected = (4 * chords[1] - chords[0]) / 3
        unit = heavy_stopping.mean_loss(T, *particle, AIR) / T
        assert heavy_stopping.loss_slope(T, *particle, AIR) == pytest.approx(expected, abs=1e-6 * unit)


@pytest.mark.parametrize("particle", [PROTON, ALPHA, ANTIPROTON])
def test_table_interpolates_to_a_thousandth(particle):
    """Asked 0.1 %; 0.03 % kept. Energies miss the nodes; the slope of a cell is right to the curvature within it."""
    table = heavy_loss_table.heavy_losses(*particle)
    low, high = heavy_stopping.energy_range(*particle)
    mix = elements.composition(He=0.5, O=0.45, N=0.05)
    for T in np.geomspace(low, high, 1501):
        loss, slope = heavy_loss_table.mixture_loss(table, T, mix)
        exact = heavy_stopping.mean_loss(T, *particle, mix)
        assert loss == pytest.approx(exact, rel=3e-4)
        assert slope == pytest.approx(heavy_stopping.loss_slope(T, *particle, mix), abs=0.03 * exact / T)
    for T in (0.999 * low, 1.001 * high):
        assert np.isnan(heavy_loss_table.mixture_loss(table, T, mix)).all()


def test_energies_without_a_law_are_nan_in_kernels_and_a_sentence_at_the_door():
    cases = [(0.0999e-3, *PROTON), (9.99e-3, *ALPHA), (0.999e-3, *ANTIPROTON), (939.3, *PROTON), (math.nan, *PROTON)]
    cases += [(-1.0, *PROTON), (0.0, *PROTON)]
    for T, mass, charge in cases:
        assert math.isnan(heavy_stopping.mean_loss(T, mass, charge, AIR))
        assert math.isnan(heavy_stopping.loss_slope(T, mass, charge, AIR))
        with pytest.raises(PhysicsError, match=r"is outside .* GeV, where charge"):
            heavy_stopping.stopping_power([1.0, T], mass, charge, AIR)
    for T, mass, charge in ((0.1e-3, *PROTON), (10e-3, *ALPHA), (1e-3, *ANTIPROTON), (938.2, *PROTON)):
        assert heavy_stopping.stopping_power([T], mass, charge, AIR)[0] > 0.0
        assert math.isfinite(heavy_stopping.loss_slope(T, mass, charge, AIR))


def test_particles_without_a_law_are_refused():
    for mass, charge in ((PROTON_MASS, 3), (PROTON_MASS, 0), (ALPHA_MASS, -2), (ELECTRON_MASS, -1), (math.nan, 1)):
        assert math.isnan(heavy_stopping.mean_loss(0.1, mass, charge, AIR))
        with pytest.raises(PhysicsError, match="no stopping power for charge"):
            heavy_stopping.stopping_power(0.1, mass, charge, AIR)
    with pytest.raises(PhysicsError, match="sum to 1"):
        heavy_stopping.stopping_power(0.1, *PROTON, (0.5, 0.0, 0.0, 0.0, 0.0))
    for low, high in ((1e-5, 1.0), (1.0, 0.1), (0.1, 1e4)):
        with pytest.raises(PhysicsError, match="not ascending or leaves"):
            heavy_loss_table.heavy_losses(*PROTON, low, high)


def test_antiprotons_are_absorbed_as_another_fit_to_carbon_says():
    """GALPROP's second fit to pbar + C, 0.4-300 GeV/c; 15 % is the spread of the two."""
    for p in (0.5, 0.7, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 200.0):
        T = math.hypot(p, PROTON_MASS) - PROTON_MASS
        if p > 40.0:
            other = 236.0 * (1.0 + 0.069 * math.exp(-p / 100.0))
        else:
            other = 209.7 * (0.542 / p) ** 0.565 + 29.6 * math.cos(math.log10(p / 9.29) * 5.11) + 257.9
        assert antiproton_absorption.on_nucleus(T, 6.0, 12.0) == pytest.approx(other, rel=0.15)


def test_antiprotons_are_absorbed_more_than_protons():
    """Against the baked inelastic cross sections of protons on N: always more, and the excess shrinks with energy."""
    proton = yield_tables.YieldTables().table("N").sigma_inel(np.array([0.5, 5.0]))
    anti = np.array([antiproton_absorption.on_nucleus(T, 7.0, 14.0) for T in (0.5, 5.0)])
    assert (anti / proton > 1.1).all()
    assert anti[0] / proton[0] > anti[1] / proton[1]
    assert antiproton_absorption.on_hydrogen(13.999) == pytest.approx(
        antiproton_absorption.on_hydrogen(14.001), rel=0.015
    )
    length = antiproton_absorption.interaction_length(1.0, AIR)
    number = sum(
        w * n * antiproton_absorption.on_nucleus(1.0, z, a)
        for w, n, z, a in zip(AIR[2:], elements.ATOMS_PER_KG[2:], (7.0, 8.0, 18.0), (14.0, 16.0, 40.0), strict=True)
    )
    assert length == pytest.approx(1.0 / (1e-31 * number), rel=1e-9)


def test_antiprotons_beyond_the_fits_are_refused():
    for T in (0.0999, 298.1, math.nan):
        assert math.isnan(antiproton_absorption.collisions_per_grammage(T, AIR))
        assert math.isnan(antiproton_absorption.on_nucleus(T, 7.0, 14.0))
        with pytest.raises(PhysicsError, match="antiproton_absorption: T = "):
            antiproton_absorption.interaction_length(T, AIR)
