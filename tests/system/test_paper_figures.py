"""Every figure of every paper is drawn: a picture, a table of finite numbers, and a relation that physics demands.

Here what is cheap is drawn whole and what is not with fewer orbits, energies or steps; the tests marked `slow` draw all
by `mcbelt reproduce` as a user does, with the same relations.
"""

import csv
import math
import subprocess
import sys
from typing import NamedTuple

import numpy as np
import pytest
from toy_simulation import ROOT
from typer.testing import CliRunner

from mcbelt.cli import app
from mcbelt.constants import PROTON_MASS
from mcbelt.errors import ConfigError
from mcbelt.papers import catalogue
from mcbelt.papers.gusev2003 import innermost_shell, trapped_spectra, trapped_waterfall
from mcbelt.papers.gusev2003.innermost_shell import Sampling, cutoff
from mcbelt.physics import lepton_flux
from mcbelt.spectra import cosmic_rays

pytestmark = pytest.mark.xdist_group("papers")


class Table(NamedTuple):
    """Columns of a figure's CSV by name."""

    comment: str
    columns: dict

    def __getitem__(self, name):
        return self.columns[name]

    def at(self, name, x, abscissa):
        """Value of a column at a place of another, between the rows on logarithmic axes."""
        some = self[name] > 0.0
        return float(np.exp(np.interp(np.log(x), np.log(self[abscissa][some]), np.log(self[name][some]))))


def table_at(path):
    """A CSV file with a comment line; columns of numbers, or of strings where they are no numbers."""
    comment, *lines = path.read_text().splitlines()
    assert comment.startswith("# ")
    rows = list(csv.DictReader(lines))
    columns = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        try:
            columns[name] = np.array(values, float)
        except ValueError:
            columns[name] = np.array(values)
    return Table(comment, columns)


def curves_at(path):
    """Curves of a Galactic figure: (panel, name) -> (x, y), all finite."""
    table = table_at(path)
    keys = list(zip(table["panel"], table["curve"], strict=True))
    assert np.isfinite(table["x"]).all()
    found = {}
    for key in dict.fromkeys(keys):
        chosen = [k == key for k in keys]
        found[key] = table["x"][chosen], table["y"][chosen]
    return found


def value(curve, x):
    """A curve at x, between its points on logarithmic axes."""
    return float(np.exp(np.interp(np.log(x), np.log(curve[0]), np.log(curve[1]))))


def positive(table, *names):
    """The columns hold positive finite numbers, all of them unless some are named."""
    for name in names or table.columns:
        assert np.isfinite(table[name]).all(), name
        assert (table[name] > 0.0).all(), name


# Gusev & Pugacheva 2003. Numbers are those of docs/gallery.


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
    """From 114 to 123 e+ at 10.5 MeV by the losses of helium, and on to 104 by the density of June 1998."""
    table = table_at(directory / "gusev2003_waterfall.csv")
    numbers = [name for name in table.columns if name != "step"]
    positive(table, *numbers)
    some = slice(0, min(len(table["step"]), 3))
    np.testing.assert_allclose(table["positron_10.5_MeV"][some], (114.0, 123.0, 104.0)[some], rtol=0.01)
    np.testing.assert_allclose(table["ratio_10.5_MeV"][some], (9.2, 9.4, 9.3)[some], rtol=0.01)


def ingredients(directory):
    """Yields that grow with the parent's energy halve the ratio, as the east has the harder parents."""
    table = table_at(directory / "gusev2003_cosmic_waterfall.csv")
    assert table.comment.startswith("# Steps: collinear, one yield for all; yields that grow with energy")
    positive(table)
    assert (table["ratio_1"] < 0.7 * table["ratio_0"]).all()


def estimators(directory):
    """The drift average within 15 % of full orbits of the same charges."""
    table = table_at(directory / "drift_average_vs_orbits.csv")
    assert set(table["charge"]) == {-1.0, 1.0}
    np.testing.assert_allclose(table["ratio"], 1.0, atol=0.15)


# The Galactic papers: the paragraph below each figure says these numbers.


def michel(directory):
    """The Michel spectrum holds one electron; a wrong sign of the polarisation gives faster electrons."""
    curves = curves_at(directory / "lecture-figure-1.csv")
    assert np.trapezoid(*curves["muon at rest", "Michel"][::-1]) == pytest.approx(1.0, abs=0.01)
    panel = "in the pion's frame"
    means = [
        np.trapezoid(x * y, x) / np.trapezoid(y, x)
        for x, y in (curves[panel, name] for name in ("exact, xi = -1", "no polarisation", "xi = +1"))
    ]
    np.testing.assert_allclose(means, (0.0369, 0.0384, 0.0399), atol=2e-4)


def generations(directory):
    """Of the pions' energy the muons keep 79 %, the positrons 26 %."""
    curves = curves_at(directory / "lecture-figure-2.csv")
    power = {name: np.trapezoid(y / x, x) for (_, name), (x, y) in curves.items()}
    assert power["mu+"] / power["pi+"] == pytest.approx(0.79, abs=0.02)
    assert power["e+, polarised muon"] / power["pi+"] == pytest.approx(0.26, abs=0.02)


def balance(directory):
    """The terms of the leaky box add up to the production (3 % where the curve is smooth)."""
    curves = curves_at(directory / "lecture-figure-3.csv")
    x, total = curves["terms of the positron balance", "sum"]
    assert np.median(total) == pytest.approx(1.0, abs=0.01)
    assert (np.diff(curves["destruction in the grammage form", "200 mb"][1]) < 0.0).all()
    assert x[0] == pytest.approx(0.05)


def anomaly(directory):
    """The secondary fraction falls from 10 to 300 GeV, the measured one rises."""
    curves = curves_at(directory / "lecture-figure-4.csv")
    names = [name for _, name in curves if name.startswith("secondary")]
    assert len(names) == 3
    for name in names:
        curve = curves["positron fraction", name]
        assert value(curve, 300.0) < 0.7 * value(curve, 10.0)
    measured = next(curve for (_, name), curve in curves.items() if "AMS" in name)
    assert value(measured, 300.0) > 1.5 * value(measured, 10.0)


def burst(directory):
    """Secondaries and the burst add up to the sum, which ends before 1.49 TeV."""
    curves = curves_at(directory / "lecture-figure-5.csv")
    of = {name.split(",")[0]: curve for (_, name), curve in curves.items()}
    np.testing.assert_allclose(of["secondary"][1] + of["burst"][1], of["sum"][1], rtol=1e-4)
    assert of["sum"][0][-1] < 1490.0


def horizons(directory):
    """What is the west for positrons is the east for electrons; the cutoff falls towards the pole."""
    curves = curves_at(directory / "lecture-figure-6.csv")
    azimuth, plus = curves["horizon, dipole equator", "positrons"]
    _, minus = curves["horizon, dipole equator", "electrons"]
    np.testing.assert_allclose(plus, minus[::-1], rtol=1e-4)
    assert azimuth[plus.argmin()] == 270.0
    latitude, west = curves["towards the west", "positrons from the west"]
    assert latitude[west.argmax()] == pytest.approx(0.0, abs=1.0)


def boron(directory):
    """Modulation raises no B/C at 1 GeV/n by more than a third; both are positive and fall from 10 to 100 GeV/n."""
    curves = curves_at(directory / "ms98-figure-1.csv")
    for (_, name), curve in curves.items():
        if "08-0" in name:
            assert (curve[1] > 0.0).all()
            assert value(curve, 100.0) < 0.8 * value(curve, 10.0)


def protons(directory):
    """Interstellar protons over modulated ones, alike above 50 GeV; indices in momentum 2.73 and 2.58 at 100 GeV."""
    curves = curves_at(directory / "ms98-figure-2.csv")
    for label, index in (("08-005, no reacceleration", 2.73), ("08-006, reacceleration", 2.58)):
        bare, seen = curves["protons", label], curves["protons", f"{label}, 500 MV"]
        assert value(bare, 0.5) > 1.5 * value(seen, 0.5)
        assert value(bare, 500.0) == pytest.approx(value(seen, 500.0), rel=0.01)
        slope = 2.0 - math.log(value(bare, 120.0) / value(bare, 83.0)) / math.log(120.0 / 83.0)
        of_momentum = (100.0 + 2.0 * PROTON_MASS) / (100.0 + PROTON_MASS)  # d ln T / d ln p
        assert slope * of_momentum == pytest.approx(index, abs=0.01)


def inclusive(directory):
    """The wrong sign of the asymmetry makes the hardest e+ of 10 GeV protons too many."""
    curves = curves_at(directory / "ms98-figure-3.csv")
    exact, published = (curves["positrons", f"{words}, 10 GeV"] for words in ("exact", "published"))
    some = np.isfinite(exact[1]) & np.isfinite(published[1]) & (exact[0] > 0.5) & (exact[0] < 3.0)
    assert some.sum() > 10
    assert (published[1][some] > 1.1 * exact[1][some]).all()


def sources(directory):
    """Published over exact e+: 1.03 at 0.1 GeV, 1.32 at 1 GeV, 1.33 at 10 GeV."""
    curves = curves_at(directory / "ms98-figure-4.csv")
    for energy, factor in ((0.1, 1.03), (1.0, 1.32), (10.0, 1.33)):
        found = value(curves["positrons", "published"], energy) / value(curves["positrons", "exact"], energy)
        assert found == pytest.approx(factor, abs=0.02)


def spectra(directory):
    """Positrons at 1, 3, 10 GeV of 08-005 are 16.0, 0.60, 0.0100."""
    curves = curves_at(directory / "ms98-figure-5.csv")
    curve = curves["08-005, no reacceleration", "secondary e+, exact"]
    for energy, flux in ((1.0, 16.0), (3.0, 0.60), (10.0, 0.0100)):
        assert value(curve, energy) / energy**2 == pytest.approx(flux, rel=0.02)


def fraction_over_data(directory):
    """The published form lies over the exact one; both fall beyond 20 GeV."""
    curves = curves_at(directory / "ms98-figure-6.csv")
    words = "e+ of the model, {}, over AMS-02 e+ and e-"
    for panel in {panel for panel, _ in curves}:
        exact, published = (curves[panel, words.format(option)] for option in ("exact", "published"))
        assert value(published, 5.0) > 1.1 * value(exact, 5.0)
        assert value(exact, 100.0) < value(exact, 20.0)


def own_fraction(directory):
    """A fraction is below 1, and the same at the Earth and outside above 50 GeV."""
    curves = curves_at(directory / "ms98-figure-7.csv")
    for panel in {panel for panel, _ in curves}:
        bare, seen = (curves[panel, f"exact, {place}"] for place in ("interstellar", "500 MV"))
        assert (bare[1] < 1.0).all()
        assert value(bare, 100.0) == pytest.approx(value(seen, 100.0), rel=0.02)


def hard_protons(directory):
    """Injection index 2.00 is harder than 2.15: more protons at 1 TeV for the same at 10 GeV."""
    curves = curves_at(directory / "ms98-figure-8.csv")
    hard, soft = (curves["protons", f"08-00{n}, injection {g}"] for n, g in ((9, "2.00"), (5, "2.15")))
    assert value(hard, 10.0) == pytest.approx(value(soft, 10.0), rel=0.05)
    assert value(hard, 900.0) > 1.5 * value(soft, 900.0)


def two_halo_protons(directory):
    """Local index at 1e2 and 1e4 GeV: 2.78 and 2.64 with two halos, 2.81 with one."""
    curves = curves_at(directory / "two-halo-figure-1.csv")
    for name, low, high in (("two halos", 2.78, 2.64), ("one halo", 2.81, 2.81)):
        for energy, index in ((1e2, low), (1e4, high)):
            curve = curves["protons", name]
            slope = 2.7 - math.log(value(curve, 1.2 * energy) / value(curve, energy / 1.2)) / math.log(1.44)
            assert slope == pytest.approx(index, abs=0.02)


def two_halo_electrons(directory):
    """Alike at 10 GeV (normalised), 1.2 times as many at 100 GeV and 1.7 times at 1 TeV."""
    curves = curves_at(directory / "two-halo-figure-2.csv")
    for energy, factor in ((10.0, 1.0), (100.0, 1.2), (1000.0, 1.7)):
        one, two = (value(curves["electrons", name], energy) for name in ("one halo", "two halos"))
        assert two / one == pytest.approx(factor, abs=0.06)


def closed_formulas(directory):
    """The solver agrees with the closed formulas to 0.3 % (1 % for what the table is rounded and interpolated)."""
    curves = curves_at(directory / "two-halo-figure-3.csv")
    for words in ("step, eq. (4)", "n = 5, eq. (5)"):
        closed, solved = (curves["density at the plane", f"{words}, {how}"] for how in ("closed form", "solver"))
        np.testing.assert_allclose(solved[1], [value(closed, x) for x in solved[0]], rtol=0.01)


def antiprotons(directory):
    """The steeper the escape, the fewer antiprotons at 500 GV for the same scale at the data's middle."""
    curves = curves_at(directory / "secondary-origin-figure-1.csv")
    falls = {
        name.split(":")[0]: value(curve, 500.0) / value(curve, 50.0)
        for (_, name), curve in curves.items()
        if name.startswith("delta")
    }
    assert falls["delta 0.3"] > falls["delta 0.5"] > falls["delta 0.6"]
    assert falls["delta 0.3"] / falls["delta 0.6"] == pytest.approx(10.0**0.3, rel=0.02)


def cooled(directory):
    """Above E* the positrons are steeper by (1 - delta)/2, so a lower E* leaves fewer at 800 GeV."""
    curves = curves_at(directory / "secondary-origin-figure-2.csv")
    falls = [
        value(curve, 800.0) / value(curve, 16.0)
        for (panel, name), curve in curves.items()
        if panel == "positrons" and name.startswith("E*")
    ]
    assert len(falls) == 6
    assert (np.diff(falls) > 0.0).all()


def gas(directory):
    """The longer the residence, the thinner the gas: n t is constant; 1.33 and 8.2 cm-3 at 0.66 Myr as printed."""
    curves = curves_at(directory / "secondary-origin-figure-3.csv")
    of = {name: value(curve, 0.66) for (_, name), curve in curves.items()}
    assert of["B/C = 0.1, as printed"] == pytest.approx(1.33, rel=0.01)
    assert of["pbar/p, as printed"] == pytest.approx(8.2, rel=0.01)
    for x, y in curves.values():
        np.testing.assert_allclose(x * y, x[0] * y[0], rtol=1e-4)


RELATIONS = {
    "gusev2003": {
        "1": excess,
        "2": trapped_protons,
        "3": production_angles,
        "4": trapped_leptons,
        "5": arriving_protons,
        "6": production_from_the_west,
        "7": drifts,
        "8": first_gyrations,
        "9": east_west_effect,
        "10": air,
        "11": ratios,
        "cosmic-waterfall": ingredients,
        "drift-average": estimators,
        "waterfall": assumptions,
    },
    "ms98": dict(
        zip(
            "12345678",
            (boron, protons, inclusive, sources, spectra, fraction_over_data, own_fraction, hard_protons),
            strict=True,
        )
    ),
    "two-halo": {"1": two_halo_protons, "2": two_halo_electrons, "3": closed_formulas},
    "lecture": dict(zip("123456", (michel, generations, balance, anomaly, burst, horizons), strict=True)),
    "secondary-origin": {"1": antiprotons, "2": cooled, "3": gas},
}
# Drawn here with fewer orbits, energies or steps; the paper's number of them are the defaults.
REDUCED = {
    ("gusev2003", "4"): {"presets": ("paper",)},
    ("gusev2003", "9"): {"sampling": Sampling(np.array([0.1, 0.5]), (8, 16))},
    ("gusev2003", "waterfall"): {"steps": trapped_waterfall.STEPS[:1]},
}
# Models of the Galaxy, and shells by both estimators, that take 10 to 50 s each: by the tests marked slow alone.
DEAR = {
    ("gusev2003", "11"),
    ("gusev2003", "drift-average"),
    ("gusev2003", "cosmic-waterfall"),
    ("lecture", "4"),
    ("lecture", "5"),
    ("ms98", "1"),
    ("ms98", "2"),
    ("ms98", "4"),
    ("ms98", "5"),
    ("ms98", "6"),
    ("ms98", "7"),
    ("ms98", "8"),
    ("two-halo", "1"),
    ("two-halo", "2"),
}
FIGURES = [(paper, name) for paper, figures in RELATIONS.items() for name in figures]


def seen(path, paper, name, directory):
    """The picture is there, and what its table says holds."""
    assert path.parent == directory
    assert path.suffix == ".png"
    assert path.stat().st_size > 20_000
    assert path.read_bytes().startswith(b"\x89PNG")
    if paper != "gusev2003":
        assert len(path.with_suffix(".md").read_text()) > 200
    RELATIONS[paper][name](directory)


def test_every_figure_has_its_relation():
    assert {paper: list(catalogue.figures_of(paper)) for paper in catalogue.PAPERS} == {
        paper: list(figures) for paper, figures in RELATIONS.items()
    }


def _once(function, key):
    """The function, computed once for each key of its arguments."""
    found = {}

    def remembering(*case):
        if key(*case) not in found:
            found[key(*case)] = function(*case)
        return found[key(*case)]

    return remembering


@pytest.fixture(scope="module")
def remembered():
    """What several figures prepare, once: spectra of the paper's case (17 s), field and air of the innermost shells."""
    spectra = _once(trapped_spectra.spectra_at_equator, repr)
    around = _once(innermost_shell.surroundings, lambda shell, air, earth: (shell.field, repr(air), earth))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trapped_spectra, "spectra_at_equator", spectra)
        patch.setattr(trapped_waterfall, "spectra_at_equator", spectra)
        patch.setattr(innermost_shell, "surroundings", around)
        yield


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize(("paper", "name"), [figure for figure in FIGURES if figure not in DEAR])
def test_figure(paper, name, tmp_path):
    draw = catalogue.chosen(paper, name)[name]
    seen(draw(tmp_path, **REDUCED.get((paper, name), {})), paper, name, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(("paper", "name"), FIGURES)
def test_figure_as_a_user_draws_it(paper, name, tmp_path):
    result = CliRunner().invoke(app, ["reproduce", paper, "--figure", name, "--output", str(tmp_path / "new")])
    assert result.exit_code == 0, result.exception
    (told,) = result.output.splitlines()
    seen(tmp_path / "new" / told.rsplit("/", 1)[-1], paper, name, tmp_path / "new")


def test_all_figures_of_a_paper_when_none_is_named(tmp_path):
    result = CliRunner().invoke(app, ["reproduce", "secondary-origin", "--output", str(tmp_path)])
    assert result.exit_code == 0, result.exception
    assert [line.rsplit("-", 1)[-1] for line in result.output.splitlines()] == ["1.png", "2.png", "3.png"]


def test_help_names_every_figure():
    """The lines of the help (`ms98  1 to 8`), spelt out, are the figures of the catalogue."""
    text = CliRunner().invoke(app, ["reproduce", "--help"]).output
    for paper in catalogue.PAPERS:
        (line,) = (line.split(paper, 1)[1] for line in text.splitlines() if line.split()[:1] == [paper])
        named = []
        for part in line.split(","):
            first, *last = part.strip().split(" to ")
            named += [str(n) for n in range(int(first), int(last[0]) + 1)] if last else [first]
        assert sorted(named) == sorted(catalogue.figures_of(paper))


@pytest.mark.parametrize("arguments", [["gusev1999"], ["gusev2003", "--figure", "99"], ["ms98", "--figure", "9"]])
def test_what_is_not_there_is_said(tmp_path, arguments):
    result = CliRunner().invoke(app, ["reproduce", *arguments, "--output", str(tmp_path / "none")])
    assert isinstance(result.exception, ConfigError)
    assert "give one of" in str(result.exception)
    assert not any(tmp_path.iterdir())


def test_backend_of_the_user_is_left_alone():
    """Drawing imports no pyplot, which would choose a backend for the whole process."""
    modules = [f"mcbelt.papers.{name}" for paper in catalogue.PAPERS.values() for name in paper.modules]
    modules += ["mcbelt.papers.galactic_fraction", "mcbelt.figures.plots", "mcbelt.figures.report"]
    code = (
        "import importlib, sys, matplotlib\n"
        "matplotlib.use('svg')\n"
        f"[importlib.import_module(name) for name in {modules}]\n"
        "from pathlib import Path; import tempfile\n"
        "from mcbelt.papers import catalogue\n"
        "catalogue.chosen('gusev2003', '5')['5'](Path(tempfile.mkdtemp()))\n"
        "print(matplotlib.get_backend(), 'matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "svg False\n"
