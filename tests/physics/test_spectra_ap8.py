"""AP-8 against the original map code, and its directional flux against the omnidirectional one."""

import csv
from pathlib import Path

import numpy as np
import pytest

from mcbelt.errors import PhysicsError
from mcbelt.spectra import ap8_map, mirror_points
from mcbelt.spectra.trapped_protons import TrappedProtons

DATA = Path(__file__).parents[1] / "data"
CM2 = 1.0e4  # m-2 to cm-2


def table(name):
    with (DATA / name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    columns = {key: [row[key] for row in rows] for key in rows[0]}
    return {key: np.array(cells, dtype=str if key == "solar" else float) for key, cells in columns.items()}


@pytest.mark.parametrize("solar", ["min", "max"])
@pytest.mark.parametrize("L", [1.14, 1.15, 1.17, 1.2, 1.25, 1.3, 1.4, 1.5])
def test_equatorial_flux_is_the_map_codes(solar, L):
    """10-1000 MeV within 1 %. Only L = 1.25 needs that (0.6 %: the code truncates L to 1/2048), others hold 1e-5."""
    reference = table("ap8_equator.csv")
    here = (reference["L"] == L) & (reference["energy_MeV"] <= 1000.0)
    energy, expected = reference["energy_MeV"][here], reference[f"flux_{solar}"][here]
    flux = TrappedProtons(solar, L).integral_flux(energy / 1e3) / CM2
    above_floor = expected > 0.0
    np.testing.assert_allclose(flux[above_floor], expected[above_floor], rtol=0.01 if L == 1.25 else 1e-5)
    assert np.all(flux[~above_floor] <= 1.0 + 1e-6)  # the code returns 0 where J < 1 cm-2 s-1


def test_flux_along_the_field_line_is_the_map_codes():
    """Given the code's own truncation of B/B0 the agreement is that of single precision; without it, its effect."""
    reference = table("ap8_off_equator.csv")
    protons = TrappedProtons("min", 1.2)
    truncated = 1.0 + np.floor((reference["b_over_b0"] - 1.0) * 2048.0 + 1e-9) / 2048.0
    flux = protons.integral_flux(reference["energy_MeV"] / 1e3, truncated) / CM2
    seen = reference["flux"] > 0.0
    np.testing.assert_allclose(flux[seen], reference["flux"][seen], rtol=2e-5)
    assert np.all(flux[~seen] <= 1.0)
    flux = protons.integral_flux(reference["energy_MeV"] / 1e3, reference["b_over_b0"]) / CM2
    np.testing.assert_allclose(flux[seen], reference["flux"][seen], rtol=0.06)


def test_interpolation_in_l_b_and_energy_is_the_map_codes(monkeypatch):
    """Random points, with the shells of the table put back to the code's whole 1/2048: single precision remains."""
    decimal = ap8_map._vertices

    def truncated(solar):
        return {E: {np.floor(L * 2048 + 1e-9) / 2048: p for L, p in s.items()} for E, s in decimal(solar).items()}

    monkeypatch.setattr(ap8_map, "_vertices", truncated)
    reference = table("ap8_map_code.csv")
    for solar, L, b, energy, expected in zip(*reference.values(), strict=True):
        L, b = (1.0 + np.floor((x - 1.0) * 2048) / 2048 for x in (L, b))
        logarithm, _ = ap8_map.segments(ap8_map.map_section(solar, float(L)), energy, b)
        assert 10.0**logarithm == pytest.approx(expected, rel=2e-5)


def test_published_numbers_at_l_1_2():
    """J(>E) [cm-2 s-1] of AP-8 min and the e-fold of its tail, 121.7 MeV."""
    protons = TrappedProtons("min", 1.2)
    flux = protons.integral_flux(np.array([10, 100, 300, 400, 500, 800, 1000]) / 1e3) / CM2
    np.testing.assert_allclose(flux, [3547, 2091, 407, 179, 78.7, 6.69, 1.29], rtol=0.003)
    assert 1e3 / (protons.differential_flux(0.5) / protons.integral_flux(0.5)) == pytest.approx(121.7, rel=1e-3)


def test_tail_goes_on_below_the_floor_of_the_map_code():
    """The code is zero above 1.03 GeV at the equator; the exponential has the same e-fold at 1.5 GeV as at 0.5."""
    protons = TrappedProtons("min", 1.2)
    hazard = protons.differential_flux([0.5, 1.0, 1.5, 2.5]) / protons.integral_flux([0.5, 1.0, 1.5, 2.5])
    np.testing.assert_allclose(hazard, hazard[0], rtol=1e-12)


def test_power_law_tail():
    """J ~ E^-3.29 above 0.4 GeV, joined with its value and slope."""
    exponential, power_law = TrappedProtons("min", 1.2), TrappedProtons("min", 1.2, "power_law")
    assert np.log(power_law.integral_flux(0.5) / power_law.integral_flux(1.0)) / np.log(2.0) == pytest.approx(
        3.29, abs=0.01
    )
    assert power_law.integral_flux(1.0) / CM2 == pytest.approx(8.8, rel=0.01)
    assert power_law.integral_flux(0.39) == exponential.integral_flux(0.39)
    assert power_law.differential_flux(0.4 + 1e-9) == pytest.approx(exponential.differential_flux(0.4 - 1e-9), rel=1e-6)


@pytest.mark.parametrize("tail", ["exponential", "power_law", "none"])
@pytest.mark.parametrize("b", [1.0, 1.1, 1.2])
def test_differential_flux_integrates_to_the_integral_flux(tail, b):
    """Trapezoid rule on a fine grid: 1e-4. The steps of dJ/dE at the map's energies are hit on both sides."""
    protons = TrappedProtons("min", 1.2, tail)
    T = np.unique(
        np.concatenate(
            [
                np.geomspace(0.0101, 60.0, 20001),
                *[[t - 1e-9, t] for t in (0.015, 0.02, 0.03, 0.05)],
                *[[t - 1e-9, t] for t in (0.06, 0.08, 0.1, 0.2, 0.4)],
            ]
        )
    )
    differential = protons.differential_flux(T, b)
    integral = np.sum(0.5 * (differential[1:] + differential[:-1]) * np.diff(T))
    expected = protons.integral_flux(0.0101, b) - protons.integral_flux(60.0, b)
    assert integral == pytest.approx(expected, rel=1e-4)


def test_no_tail_leaves_out_all_above_400_mev():
    protons, full = TrappedProtons("min", 1.2, "none"), TrappedProtons("min", 1.2)
    assert protons.differential_flux(0.4001) == 0.0
    assert protons.integral_flux(0.3) == pytest.approx(full.integral_flux(0.3) - full.integral_flux(0.4), rel=1e-12)


@pytest.mark.parametrize("solar", ["min", "max"])
@pytest.mark.parametrize("tail", ["exponential", "power_law"])
@pytest.mark.parametrize("L", [1.15, 1.17, 1.19, 1.1958, 1.25, 1.4])
def test_flux_never_grows_away_from_the_equator(solar, tail, L):
    protons = TrappedProtons(solar, L, tail)
    b = np.linspace(1.0, protons.b_cutoff * 1.01, 301)
    for T in (0.02, 0.1, 0.3, 0.6, 1.0, 2.0, 4.0):
        assert np.all(protons.integral_flux(T, b) <= protons.integral_flux(T) * (1.0 + 1e-12))
        assert protons.integral_flux(T, b[-1]) == 0.0


class TestDirectionalFlux:
    def test_isotropic_flux_comes_back(self):
        """A constant j down to v = 0 gives 4 pi j everywhere; the first of 400 rises leaves out 1 %."""
        v = np.linspace(1e-9, 1.0, 401)
        j = np.concatenate([[0.0], np.ones(400)])
        u = np.linspace(0.2, 1.0, 9)
        omnidirectional = mirror_points.omnidirectional_kernel(u, v) @ np.diff(j)
        np.testing.assert_allclose(omnidirectional, 4.0 * np.pi, rtol=0.01)

    def test_kernel_is_the_angle_integral(self):
        """Against direct quadrature of 4 pi int j d(cos alpha) for j = (v - v0), 1e-4 from the grid of angles."""
        v0, u = 0.6, 0.9
        mu = (np.arange(200000) + 0.5) / 200000
        expected = 4.0 * np.pi * np.mean(np.maximum(u * (1.0 - mu**2) - v0, 0.0))
        v = np.array([v0, 1.0])
        kernel = mirror_points.omnidirectional_kernel(np.array([u]), v)[0, 0] * (1.0 - v0)
        assert kernel == pytest.approx(expected, rel=1e-4)

    @pytest.mark.parametrize("energy_MeV", [100.0, 200.0, 300.0, 400.0])
    def test_against_an_independent_inversion(self, energy_MeV):
        """Within 3 % of the equatorial flux at all pitch angles (the reference scatters so), 1.5 % at 90 degrees."""
        reference = table("ap8_directional.csv")
        here = reference["energy_MeV"] == energy_MeV
        expected, v = reference["flux"][here], 1.0 / reference["b_over_b0"][here]
        protons = TrappedProtons("min", 1.2)
        nodes, j = mirror_points.directional_profile(
            lambda b: protons.integral_flux(energy_MeV / 1e3, b) / CM2, protons.b_cutoff
        )
        assert j[-1] == pytest.approx(expected[0], rel=0.015)
        np.testing.assert_allclose(np.interp(v, nodes, j), expected, atol=0.03 * expected[0])

    @pytest.mark.parametrize(
        ("energy_MeV", "half", "e_fold"), [(100, 16.0, 18.7), (200, 15.6, 18.0), (400, 13.2, 15.6)]
    )
    def test_widths(self, energy_MeV, half, e_fold):
        """Half and 1/e widths [deg] of j about 90 degrees; the 2003 paper's "approximately 18 deg" is the 1/e width."""
        protons = TrappedProtons("min", 1.2)
        nodes, j = mirror_points.directional_profile(
            lambda b: protons.integral_flux(energy_MeV / 1e3, b), protons.b_cutoff
        )
        width = 90.0 - np.degrees(np.arcsin(np.sqrt(np.interp([0.5 * j[-1], j[-1] / np.e], j, nodes))))
        np.testing.assert_allclose(width, [half, e_fold], atol=0.3)

    @pytest.mark.parametrize("solar", ["min", "max"])
    @pytest.mark.parametrize("L", [1.17, 1.1958, 1.2, 1.3, 1.5])
    @pytest.mark.parametrize(("T", "tolerance"), [(0.1, 0.065), (0.3, 0.03), (0.45, 0.03), (0.6, 0.03), (1.0, 0.06)])
    def test_integrates_back_to_the_omnidirectional_flux(self, solar, L, T, tolerance):
        """Where J is above a tenth of its equatorial value. What remains are the corners of the map, smoothed."""
        protons = TrappedProtons(solar, L)
        cosine = (np.arange(2000) + 0.5) / 2000
        b = np.linspace(1.0, protons.b_cutoff, 41)[:-1]
        omnidirectional = protons.differential_flux(T, b)
        here = omnidirectional > 0.1 * omnidirectional[0]
        alpha_eq = np.arcsin(np.sqrt((1.0 - cosine**2) / b[here, None]))
        flux = 4.0 * np.pi * protons.directional_flux(T, alpha_eq).mean(axis=1)
        np.testing.assert_allclose(flux, omnidirectional[here], rtol=tolerance)

    def test_is_positive_monotone_and_symmetric(self):
        protons = TrappedProtons("min", 1.1958)
        alpha = np.linspace(0.0, np.pi, 181)
        for T in (0.03, 0.3, 1.5):
            j = protons.directional_flux(T, alpha)
            assert np.all(j >= 0.0)
            assert np.all(np.diff(j[:91]) >= 0.0)
            np.testing.assert_allclose(j, j[::-1], rtol=1e-9)


@pytest.mark.parametrize("L", [1.139, 1.0, 1.51, float("nan")])
def test_shell_outside_the_map_is_an_error(L):
    with pytest.raises(PhysicsError, match=r"outside \[1.14, 1.5\]"):
        TrappedProtons("min", L)


def test_error_below_the_map_says_that_there_is_no_flux():
    with pytest.raises(PhysicsError, match=r"no flux below L = 1\.14"):
        TrappedProtons("min", 1.12)


def test_bad_arguments_are_errors():
    with pytest.raises(PhysicsError, match="not a map"):
        TrappedProtons("medium", 1.2)
    with pytest.raises(PhysicsError, match="tail"):
        TrappedProtons("min", 1.2, "exp")
    protons = TrappedProtons("min", 1.2)
    with pytest.raises(PhysicsError, match=r"0\.01 GeV"):
        protons.integral_flux(0.005)
    with pytest.raises(PhysicsError, match="below 1"):
        protons.differential_flux(0.3, 0.99)
    with pytest.raises(PhysicsError, match="degrees"):
        protons.directional_flux(0.3, 90.0)
