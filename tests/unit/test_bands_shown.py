"""Bands as results hold them, and as figures and tables show them; results of version 0.1 among them."""

from pathlib import Path

import numpy as np
import pytest
import xarray

import mcbelt
from mcbelt.figures import bands, plots, tables
from mcbelt.sources.band_variables import band_variables
from mcbelt.sources.trapped import members
from mcbelt.sources.trapped.members import MEMBERS
from mcbelt.sources.trapped.model import ShellModel
from mcbelt.systematics.member import SHIFT, Member, variants_of
from mcbelt.systematics.varied import Varied, varied_models

PAIR = ("positron", "electron")
KNOWN = tuple(varied.member for varied in MEMBERS)
RELATIVE = {  # shape (species, energy)
    "tail_power_law": np.array([[1.1, 4.0], [1.2, 5.0]]),
    "tail_none": np.array([[0.3, 0.0], [0.2, 0.0]]),
    "yields_low": np.array([[0.8, 0.79], [0.8, 0.75]]),
    "yields_high": np.array([[1.2, 1.21], [1.2, 1.25]]),
    "bertini_on_air": np.array([[1.01, 1.02], [0.97, 0.98]]),
    "free_electrons_low": np.array([[1.0, 1.0], [1.0, 1.0]]),
    "free_electrons_high": np.array([[1.0, 1.0], [1.0, 1.0]]),
}
MEMBERS_HERE = tuple(member for member in KNOWN if all(each.name in RELATIVE for each in variants_of(member)))


def result(variables):
    """A result with two energies and given bands."""
    energy = ("energy_MeV", [50.0, 200.0])
    about = {"units": "m-2 s-1 sr-1 MeV-1"}
    fluxes = {
        f"flux_{name}": ("energy_MeV", np.array([8.0, 2.0]) / (place + 1), about) for place, name in enumerate(PAIR)
    }
    fluxes |= {f"{name}_sigma": ("energy_MeV", [0.1, 0.1], about) for name in fluxes}
    ratio = {"ratio": ("energy_MeV", [2.0, 2.0], {"units": "1"}), "ratio_sigma": ("energy_MeV", [0.1, 0.1])}
    attrs = {"name": "test", "case": "", "physics_json": "{}", "histories": 10, "species": ",".join(PAIR)}
    return xarray.Dataset(fluxes | ratio | variables, coords={"energy_MeV": energy}, attrs=attrs)


def today():
    return result(band_variables(PAIR, MEMBERS_HERE, RELATIVE))


def of_version_0_1():
    """Variants alone, without attributes that say what they are."""
    held = {
        f"systematic_{variant}_{name}": ("energy_MeV", values[place], {"units": "1", "long_name": "a flux"})
        for variant, values in RELATIVE.items()
        for place, name in enumerate(PAIR)
    }
    return result(held)


def test_result_holds_members_and_bands():
    found = today()
    for variant, values in RELATIVE.items():
        for place, name in enumerate(PAIR):
            np.testing.assert_array_equal(found[f"systematic_{variant}_{name}"], values[place])
    low = found["systematic_yields_low_electron"].attrs
    assert (low["kind"], low["member"], low["side"]) == ("shift", "yields", -1)
    assert found["systematic_tail_none_positron"].attrs["kind"] == "alternative"
    np.testing.assert_allclose(found["systematic_low_positron"], [0.8, 0.79])
    np.testing.assert_allclose(found["systematic_high_electron"], [1.2, 1.25])
    np.testing.assert_allclose(found["systematic_high_ratio"], [1.0, 0.79 / 0.75])
    np.testing.assert_allclose(found["systematic_low_ratio"], [1.0, 1.21 / 1.25])
    np.testing.assert_allclose(found["alternatives_low_positron"], [0.3, 0.0])
    np.testing.assert_allclose(found["alternatives_high_ratio"], [1.5, np.nan])  # no tail: neither in the last bin
    assert all({"units", "long_name"} <= set(variable.attrs) for variable in band_data(found))


def band_data(dataset):
    return [dataset[name] for name in dataset if str(name).startswith(("systematic_", "alternatives_"))]


def test_one_species_has_no_band_of_the_ratio():
    found = band_variables(PAIR[:1], MEMBERS_HERE, {name: values[:1] for name, values in RELATIVE.items()})
    assert "systematic_low_positron" in found
    assert not [name for name in found if "ratio" in name or name.endswith("_electron")]


@pytest.mark.parametrize("which", [bands.SHIFTS, bands.ALTERNATIVES])
@pytest.mark.parametrize("quantity", [*PAIR, "ratio"])
def test_bands_of_version_0_1_are_those_of_today(which, quantity):
    np.testing.assert_array_equal(bands.band(of_version_0_1(), which, quantity), bands.band(today(), which, quantity))


def test_result_without_members_has_no_bands():
    assert bands.of_each(result({}), bands.SHIFTS) == []
    assert bands.all_names(result({})) == []


@pytest.mark.parametrize("make", [today, of_version_0_1])
def test_figure_shades_the_68_per_cent_of_fluxes_and_ratio(make):
    figure = plots.flux_and_ratio(make())
    figure.canvas.draw()
    top, bottom = figure.axes
    assert [len(axis.collections) for axis in figure.axes] != [0, 0]
    for axis, expected in ((top, 8.0 * 1.2), (bottom, 2.0 * 0.79 / 0.75)):
        shaded = [each for each in axis.collections if "68 %" in str(each.get_label())]
        assert max(path.vertices[:, 1].max() for each in shaded for path in each.get_paths()) == pytest.approx(expected)
        dashed = [line for line in axis.lines if "alternatives" in str(line.get_label())]
        assert len(dashed) == len(shaded) == (2 if axis is top else 1)
        legend = axis.get_legend().get_window_extent()
        assert legend.x0 >= axis.get_window_extent().x1  # beside the panel, not over data


def test_alternative_of_the_ratio_may_leave_the_panel():
    far = RELATIVE | {"tail_power_law": np.array([[1.1, 40.0], [1.2, 1.0]])}
    figure = plots.flux_and_ratio(result(band_variables(PAIR, MEMBERS_HERE, far)))
    highest = figure.axes[1].get_ylim()[1]
    assert 2.0 * 0.79 / 0.75 + 0.1 < highest < 4.0  # the ratio is 2, that alternative 80


def test_line_and_band_are_of_one_estimator():
    """Histories above the nominal flux: the band is about the line, in every bin, and not about the points."""
    about = {"units": "m-2 s-1 sr-1 MeV-1"}
    nominal = {f"nominal_flux_{name}": ("energy_MeV", np.array([5.0, 1.8]), about) for name in PAIR}
    still = (("channel", "pitch_angle_deg", "energy_MeV"), np.array([[[9.0, 9.0], [10.0, 1.8]]]), about)
    held = result(band_variables(PAIR, MEMBERS_HERE, RELATIVE) | nominal | {"drift_averaged_flux_positron": still})
    np.testing.assert_array_equal(bands.nominal(held, "positron"), [5.0, 1.8])
    np.testing.assert_array_equal(bands.nominal(held, "ratio"), [1.0, 1.0])
    np.testing.assert_array_equal(bands.nominal(today(), "positron"), [8.0, 2.0])
    top, bottom = plots.flux_and_ratio(held).axes
    for axis, symbol, value, band in (
        (top, "e⁺", [5.0, 1.8], bands.band(held, bands.SHIFTS, "positron")),
        (bottom, "e⁺ / e⁻", [1.0, 1.0], bands.band(held, bands.SHIFTS, "ratio")),
    ):
        (line,) = [each for each in axis.lines if each.get_label() == f"{symbol}, nominal"]
        (shaded,) = [each for each in axis.collections if each.get_label() == f"{symbol}, 68 % systematic"]
        np.testing.assert_array_equal(line.get_ydata(), value)
        corners = np.concatenate([path.vertices for path in shaded.get_paths()])
        for place, at, low, high in zip(*line.get_data(), band.low, band.high, strict=True):
            column = corners[corners[:, 0] == place, 1]
            assert (column.min(), column.max()) == pytest.approx((at * low, at * high))
            assert column.min() <= at <= column.max()
    (dotted,) = [each for each in top.lines if "without scattering" in str(each.get_label())]
    np.testing.assert_array_equal(dotted.get_ydata(), [10.0, 1.8])
    text = tables.csv_text({"a": held}).splitlines()
    assert "nominal_flux_positron [m-2 s-1 sr-1 MeV-1]" in text[0]


def test_figure_without_members_has_neither():
    figure = plots.flux_and_ratio(result({}))
    assert not [text for axis in figure.axes for text in axis.get_legend_handles_labels()[1] if "68 %" in text]


def test_bands_follow_the_ratio_in_csv():
    with_bands, without = tables.csv_text({"a": today()}), tables.csv_text({"a": result({})})
    for line, before in zip(with_bands.splitlines(), without.splitlines(), strict=True):
        assert line.startswith(before.rpartition(",")[0] + ",")  # but for the estimator, which is last
    assert with_bands.splitlines()[0].split(",")[8:10] == ["systematic_low_positron", "systematic_high_positron"]
    assert with_bands.splitlines()[1].split(",")[8:10] == ["0.8", "1.2"]


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(0.79, 1.218, "-21 +22"), (0.984, 1.026, "-1.6 +2.6"), (1.0, 9.75, "+0.0 +875"), (np.nan, 1.0, "–")],
)
def test_interval_in_per_cent(low, high, text):
    assert tables.interval(bands.Band(np.array([low]), np.array([high])), 0) == text


def test_member_is_a_line_and_a_function():
    def thicker(nominal, side):
        return nominal * (1.0 + 0.15 * side)

    thickness = Member("thickness", SHIFT, "air", "more of it", "none", ("low", "high"))
    absent = Varied(thickness._replace(name="absent"), thicker, lambda nominal: nominal > 2.0)
    members, models = varied_models([Varied(thickness, thicker), absent], 2.0)
    assert members == (thickness,)
    assert models == {"thickness_low": pytest.approx(1.7), "thickness_high": pytest.approx(2.3)}


def example(heading):
    """The block of Python below a heading of the page of systematics."""
    page = (Path(__file__).parents[2] / "docs" / "methods" / "systematics.md").read_text()
    return page.partition(f"## {heading}\n")[2].partition("```python\n")[2].partition("```")[0]


def test_a_sum_of_your_own(monkeypatch):
    """The example of the page gives the upper side of the stored band, of which the yields are the one shift."""
    apart = RELATIVE | {"yields_high": np.array([[1.3, 1.31], [1.3, 1.35]])}  # other than the lower side mirrored
    found, names = result(band_variables(PAIR, MEMBERS_HERE, apart)), {}
    monkeypatch.setattr(mcbelt, "open_result", lambda path: found, raising=False)
    exec(example("A sum of your own"), names)
    np.testing.assert_allclose(names["up"], found.systematic_high_positron - 1.0, rtol=1e-12)


def test_a_new_member():
    """The example of the page makes both sides of its member, and changes the density alone."""
    names = dict(vars(members))
    exec(example("A new member").replace("\nVaried(", "\nmade = Varied("), names)
    shell = ShellModel(*(np.full(3, float(i)) for i in range(len(ShellModel._fields))))
    nominal = members.Nominal(*[None] * len(members.Nominal._fields))._replace(shell=shell, summary={})
    _, models = varied_models([names["made"]], nominal)
    assert sorted(models) == ["density_high", "density_low"]
    for side, factor in (("low", 0.85), ("high", 1.15)):
        varied = models[f"density_{side}"]
        np.testing.assert_allclose(varied.density, factor * shell.density, rtol=1e-15)
        assert all(a is b for a, b in zip(varied._replace(density=shell.density), shell, strict=True))
