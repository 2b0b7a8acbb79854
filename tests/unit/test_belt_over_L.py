"""The belt over L: where it is and how wide, sums and their parts, the figure and the tables of its page."""

import math
from pathlib import Path

import numpy as np
import pytest
import xarray

from mcbelt.errors import ResultsError
from mcbelt.figures import source_plots, species
from mcbelt.papers.gusev2003 import belt_over_L as belt
from mcbelt.sources.several import fluxes
from mcbelt.sources.variables import FLUX_UNIT, variable
from mcbelt.tally.means import without_histories

ROOT = Path(__file__).parents[2]
SHELLS = np.array([1.1, 1.15, 1.2, 1.25, 1.3, 1.4])


@pytest.fixture(scope="module")
def tool():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        import belt_over_L

        yield belt_over_L


def source(L, scale, years):
    """A result of one source without histories: e+ five times e-, with mean ages."""
    energy = np.array([31.6, 100.0, 316.0])
    found = {}
    for name, share in (("positron", 5.0), ("electron", 1.0)):
        mean = without_histories(scale * share / energy)
        found |= fluxes.mean_variables(f"flux_{name}", "energy_MeV", mean, FLUX_UNIT, "flux")
        found[f"drift_averaged_age_{name}"] = variable("energy_MeV", years * 3.15576e7 * np.ones(3), "s", "age")
    found["ratio"] = variable("energy_MeV", np.full(3, 5.0), "1", "ratio")
    found["ratio_sigma"] = variable("energy_MeV", np.full(3, np.nan), "1", "its error")
    about = {"flux_unit": FLUX_UNIT, "estimator": "drift_averaged", "species": "positron,electron"}
    about |= {"shell": "closed", "shell_H_min_km": 1e3 * (L - 1.0)}
    return xarray.Dataset(found, {"energy_MeV": variable("energy_MeV", energy, "MeV", "energy")}, about)


def gaussian(L):
    return math.exp(-0.5 * ((L - 1.22) / 0.05) ** 2)


@pytest.fixture(scope="module")
def by_shell():
    """Trapped protons from 1.15 on, in a belt at 1.22; cosmic rays everywhere."""
    found = {}
    for L in SHELLS:
        own = {"trapped_protons": source(L, 100.0 * gaussian(L), 4.0)} if L > 1.12 else {}
        own["cosmic_rays"] = source(L, 1.0, 0.5)
        found[float(L)] = fluxes.flux_dataset(("positron", "electron"), own, 0).assign_attrs(name="belt")
    return found


def test_position_and_width_of_a_gaussian_are_its_own():
    """ln of it is a parabola, so its top is exact; halves are 1.17741 sigma from it, to 1 % of that."""
    L = np.arange(1.0, 1.5, 0.01)
    found = belt.belt_of(L, 3.0 * np.array([gaussian(each) for each in L]))
    assert (found.L, found.flux) == pytest.approx((1.22, 3.0), rel=1e-9)
    assert (found.low, found.high) == pytest.approx((1.22 - 0.05887, 1.22 + 0.05887), abs=6e-4)


def test_a_side_that_stays_above_half_has_no_end():
    L = np.array([1.15, 1.2, 1.3, 1.4])
    rising = belt.belt_of(L, np.array([1.0, 4.0, 7.0, 9.0]))
    assert (rising.L, rising.flux) == pytest.approx((1.4, 9.0))
    assert rising.low == pytest.approx(1.2 + 0.1 * math.log(4.5 / 4.0) / math.log(7.0 / 4.0))
    assert math.isnan(rising.high)
    falling = belt.belt_of(L, np.array([9.0, 7.0, 4.0, np.nan]))
    assert math.isnan(falling.low)
    assert 1.2 < falling.high < 1.3


def test_beside_a_steep_edge_the_largest_value_counts():
    """A parabola through a fall by orders of magnitude would rise far above all values."""
    found = belt.belt_of(np.array([1.15, 1.18, 1.2, 1.25]), np.array([2e-7, 3.8e-3, 3.5e-3, 2.5e-3]))
    assert (found.L, found.flux) == pytest.approx((1.18, 3.8e-3))
    assert 1.17 < found.low < 1.18


def test_where_one_source_is_above_the_other():
    L = np.array([1.1, 1.2, 1.3, 1.4])
    assert belt.crossings(L, np.array([np.nan, math.exp(1.0), math.exp(3.0), math.exp(-1.0)])) == pytest.approx(
        (1.2, 1.375)
    )
    assert belt.crossings(L, np.array([0.5, 2.0, 2.0, 2.0])) == pytest.approx((1.15, 1.4))
    assert np.isnan(belt.crossings(L, np.full(4, 0.5))).all()


def test_columns_hold_each_source_and_sums_that_are_those_of_the_parts(by_shell):
    found = belt.columns(by_shell)
    assert found["L"].tolist() == [*SHELLS] * 3
    assert np.isnan(found["positron_trapped_protons"][0])
    assert found["positron_sum"][0] == found["positron_cosmic_rays"][0]
    parts = found["positron_trapped_protons"] + found["positron_cosmic_rays"]
    np.testing.assert_allclose(found["positron_sum"][1:6], parts[1:6], rtol=1e-15)
    weight = 100.0 * gaussian(1.2) / (100.0 * gaussian(1.2) + 1.0)
    assert found["H_min_km"][2] == pytest.approx(200.0)
    assert found["age_years_sum"][2] == pytest.approx(4.0 * weight + 0.5 * (1.0 - weight))
    wrong = by_shell | {1.2: by_shell[1.2].assign(flux_positron=1.001 * by_shell[1.2]["flux_positron"])}
    with pytest.raises(ResultsError, match="flux_positron is not the sum of that of trapped_protons and cosmic_rays"):
        belt.columns(wrong)


def test_figure_has_the_rows_and_what_the_paper_states(by_shell):
    figure = belt.drawn(by_shell)
    assert source_plots.rows_of(by_shell) == ["flux", "over", "ratio", "age"]
    assert len(figure.axes) == 4 * 3
    titles = [axis.get_ylabel().partition("\n")[0] for axis in figure.axes[::3]]
    assert titles[1:] == ["trapped protons", "e⁺ / e⁻", "mean age [years]"]
    (line,) = [each for each in figure.axes[3].lines if each.get_color() == species.colour("positron", 0)]
    shown = np.isfinite(line.get_ydata())
    assert shown.tolist() == [False, True, True, True, True, True]
    assert line.get_ydata()[2] == pytest.approx(100.0 * gaussian(1.2))
    stated = [text.get_text() for text in figure.legends[0].get_texts() if "paper" in text.get_text()]
    assert stated == ["paper: belt at L = 1.2 ± 0.1", "paper: about 100 times"]


def test_the_page_is_that_of_its_table(tool):
    """Tables as the tool writes them from the numbers beside the figure; sums there are those of the parts."""
    (what, table), text = tool.read(), tool.PAGE.read_text(encoding="utf-8")
    assert tool.page(text, what, table) == text
    for name in ("positron", "electron"):
        whole = np.isfinite(table[f"{name}_sum"])
        parts = np.nansum([table[f"{name}_{source}"] for source in belt.SOURCES], axis=0)
        np.testing.assert_allclose(parts[whole], table[f"{name}_sum"][whole], rtol=1e-5)  # six digits


@pytest.mark.parametrize(
    ("values", "expected"),
    [([1.0, 2.0], "yes"), ([1.0, 9.0], "in part"), ([9.0, math.inf], "no"), ([1.0, math.nan], "–")],
)
def test_verdict(tool, values, expected):
    assert tool.verdict(values, 0.5, 3.0) == expected
