"""What physics demands of the tables of Gusev & Pugacheva 2003. Numbers are those of docs/gallery."""

import math

import numpy as np
import pytest
from paper_tables import positive, table_at

from mcbelt.papers.gusev2003.innermost_shell import cutoff
from mcbelt.physics import lepton_flux
from mcbelt.spectra import cosmic_rays


def excess(directory):
    """Above 2 for protons of 0.3-2 GeV at 10 MeV, at most about 9 near the threshold, near 1 at 10 GeV (the paper)."""
    table = table_at(directory / "gusev2003_figure1.csv")
    at = {name: table.at(name, 10.0, "energy_MeV") for name in table.columns if name != "energy_MeV"}
    assert all(at[f"ratio_{T}_GeV"] > 2.0 for T in ("0.3", "0.5", "0.8", "1", "2"))
    assert at["ratio_0.4_GeV"] == pytest.approx(9.0, abs=1.5)
    assert 1.0 < at["ratio_10_GeV"] < 1.6


def trapped_protons(directory):
    """The differential flux is the slope of the integral one (a polyline: 15 %); at most that of 90 deg aside."""
    table = table_at(directory / "gusev2003_figure2_spectrum.csv")
    positive(table)
    integral, T = table["J_integral_cm-2_s-1"], table["T_MeV"]
    slope = -np.gradient(integral, T)[40:-1]
    np.testing.assert_allclose(slope, table["J_differential_cm-2_s-1_MeV-1"][40:-1], rtol=0.15)
    pitch = table_at(directory / "gusev2003_figure2_pitch_angle.csv")
    relative = [pitch[name] for name in pitch.columns if name != "pitch_angle_deg"]
    assert all(r[-1] == 1.0 and r.max() < 1.02 and r[0] == 0.0 for r in relative)


def production_angles(directory):
    """Between 8 and 90 degrees a factor 2 at 50 MeV, 7 at 95 MeV, 1000 at 300 MeV."""
    table = table_at(directory / "gusev2003_figure3.csv")
    name = "production_MeV-1_s-1_sr-1_g-1"
    assert (table[name] >= 0.0).all()
    for energy, factor in ((50.0, 2.0), (95.0, 7.0), (300.0, 1000.0)):
        some = table["energy_MeV"] == min(table["energy_MeV"], key=lambda e, near=energy: abs(e - near))
        forward, aside = np.interp((8.0, 90.0), table["angle_deg"][some], table[name][some])
        assert forward / aside == pytest.approx(factor, rel=0.6)


def trapped_leptons(directory):
    """Fluxes of the paper's case, and e+/e- 9.1-9.3 over 10-100 MeV."""
    table = table_at(directory / "gusev2003_figure4.csv")
    for energy, flux in ((10.5, 114.0), (52.0, 26.6), (91.0, 5.29)):
        assert table.at("positron_paper", energy, "energy_MeV") == pytest.approx(flux, rel=0.02)
        ratio = flux / table.at("electron_paper", energy, "energy_MeV")
        assert ratio == pytest.approx(9.2, rel=0.03)
    if "positron_full" in table.columns:
        assert table.at("positron_full", 91.0, "energy_MeV") == pytest.approx(1.72, rel=0.02)


def arriving_protons(directory):
    """Over each cutoff the protons are the same from everywhere; the west opens first, the east last."""
    table = table_at(directory / "gusev2003_figure5.csv")
    west, vertical, east = (table[name] for name in ("west", "vertical", "east"))
    assert ((west >= vertical) & (vertical >= east)).all()
    assert (west[table["T_GeV"] < 6.5] > 0.0).all()  # the second spectrum
    lowest = [table["T_GeV"][(table["T_GeV"] > 7.0) & (flux > 0.0)][0] for flux in (vertical, east)]
    np.testing.assert_allclose(lowest, [cutoff(1.09, c) - 0.93 for c in (0.0, -1.0)], rtol=0.05)
    np.testing.assert_array_equal(west[table["T_GeV"] > 60.0], east[table["T_GeV"] > 60.0])
    above = table_at(directory / "gusev2003_figure5_cutoff.csv")
    assert above["direction"].tolist() == ["west", "vertical", "east"]
    assert above["paper"][0] / above["paper"][2] == pytest.approx((1.0 + math.sqrt(2.0)) ** 3, rel=1e-4)
    primaries = table["T_GeV"] > 7.6  # from the west's cutoff up to 200 GeV, above which 0.9 m-2 s-1 sr-1 are left
    part = np.trapezoid(west[primaries] * table["T_GeV"][primaries], np.log(table["T_GeV"][primaries]))
    assert above["flux"][0] == pytest.approx(part + 0.9, rel=0.03)  # the step of the cutoff is 2 % of T


def production_from_the_west(directory):
    """Over all angles it is the production of the spectra without angles, to 5 %."""
    table = table_at(directory / "gusev2003_figure6.csv")
    assert np.isfinite(table["production"]).all()
    assert (table["production"] >= 0.0).all()
    energy, cosine = np.unique(table["energy_MeV"]), np.unique(table["cosine"])
    edges = [-1.0]
    for centre in cosine:
        edges.append(2.0 * centre - edges[-1])
    assert edges[-1] == pytest.approx(1.0, abs=1e-4)
    made = table["production"].reshape(len(energy), len(cosine))[:, np.argsort(table["cosine"][: len(cosine)])]
    per_energy = made @ (2.0 * math.pi * np.diff(edges))
    T = np.geomspace(5.0, 499.0, 400)
    rays = cosmic_rays.modulated("proton", "burger2000", 0.5)
    flux = rays.transmitted(T, cutoff(1.09, 1.0))
    E, whole = lepton_flux.production_spectrum(T, flux, {"N": 0.7555, "O": 0.2315, "Ar": 0.013}, "e+")
    for MeV in (30.0, 100.0, 300.0, 1000.0):
        alone = np.interp(MeV * 1e-3, E, whole) * 1e-6
        assert np.interp(MeV, energy, per_energy) == pytest.approx(alone, rel=0.05)


def drifts(directory):
    """e+ drift to the west and e- to the east, and both rise by two gyroradii: 2 x 0.5 GV / (c B) = 141 km."""
    table = table_at(directory / "gusev2003_figure7.csv")
    assert table["positron_east_km"][-1] < -50.0
    assert table["electron_east_km"][-1] > 50.0
    for name in ("positron_altitude_km", "electron_altitude_km"):
        assert np.ptp(table[name]) == pytest.approx(141.0, abs=4.0)


def first_gyrations(directory):
    """An e+ of a proton from the west and an e- of one from the east leave the air; the other two are turned down."""
    table = table_at(directory / "gusev2003_figure8.csv")
    for name in ("positron_from_west", "electron_from_east"):
        assert table[f"{name}_altitude_km"].max() == pytest.approx(211.0, abs=3.0)
    for name in ("positron_from_east", "electron_from_west"):
        assert table[f"{name}_altitude_km"].min() < -60.0


def east_west_effect(directory):
    """With it e+/e- is 3.4-4.5 between 0.05 and 1 GeV, without it 1.22-1.26 (statistics of the orbits beside)."""
    table = table_at(directory / "gusev2003_figure9.csv")
    positive(table)
    some = (table["energy_MeV"] >= 100.0) & (table["energy_MeV"] <= 1000.0)
    assert ((table["positron_asymmetry"] / table["electron_asymmetry"])[some] > 2.5).all()
    without = (table["positron_no_asymmetry"] / table["electron_no_asymmetry"])[some]
    np.testing.assert_allclose(without, 1.24, atol=0.25)


def air(directory):
    """Scale heights of 5.6 km at 100 km, 46 at 300, 114 at 800 km, and a density that falls."""
    table = table_at(directory / "gusev2003_figure10.csv")
    positive(table)
    assert (np.diff(table["density_g_cm3"]) < 0.0).all()
    for altitude, height in ((100.0, 5.6), (300.0, 46.0), (800.0, 114.0)):
        assert table.at("scale_height_km", altitude, "altitude_km") == pytest.approx(height, rel=0.01)


def ratios(directory):
    """Highest on the innermost shell, 1.7-1.9 at L = 1.2."""
    table = table_at(directory / "gusev2003_figure11.csv")
    positive(table)
    middle = table["energy_MeV"] == 500.0
    inner, between, outer = (table[f"ratio_{L}"][middle][0] for L in ("1.09", "1.12", "1.2"))
    assert inner > between > outer
    assert inner == pytest.approx(4.2, abs=1.2)
    assert outer == pytest.approx(1.8, abs=0.15)


def assumptions(directory):
    """From 114 to 123 e+ at 10.5 MeV by the losses of helium, and on to 104 by the density of June 1998.

    In the last two rows free electrons and scattering take e+ away, the more the slower they are.
    """
    table = table_at(directory / "gusev2003_waterfall.csv")
    numbers = [name for name in table.columns if name != "step"]
    positive(table, *numbers)
    some = slice(0, min(len(table["step"]), 3))
    np.testing.assert_allclose(table["positron_10.5_MeV"][some], (114.0, 123.0, 104.0)[some], rtol=0.01)
    np.testing.assert_allclose(table["ratio_10.5_MeV"][some], (9.2, 9.4, 9.3)[some], rtol=0.01)
    left = np.array([table[f"positron_{E}_MeV"] for E in (10.5, 30, 52, 91, 275)])
    for before, after in ((-3, -2), (-2, -1)):
        assert (np.diff(left[:, after] / left[:, before]) > 0.0).all()
        assert (left[:, after] < left[:, before]).all()


def ingredients(directory):
    """Yields that grow with the parent's energy halve the ratio, as the east has the harder parents."""
    table = table_at(directory / "gusev2003_cosmic_waterfall.csv")
    assert table.comment.startswith("# Steps: collinear, one yield for all; yields that grow with energy")
    positive(table)
    assert (table["ratio_1"] < 0.7 * table["ratio_0"]).all()


def estimators(directory):
    """The drift average within 15 % of full orbits of the same charges; no number where fewer than two of them end."""
    table = table_at(directory / "drift_average_vs_orbits.csv")
    assert set(table["charge"]) == {-1.0, 1.0}
    ended = table["closed"] >= 2.0
    assert np.isnan(table["ratio"][~ended]).all()
    assert ended.sum() > 0.8 * len(ended)
    np.testing.assert_allclose(table["ratio"][ended], 1.0, atol=0.15)
