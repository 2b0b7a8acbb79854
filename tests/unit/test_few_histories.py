"""What of few scoring histories is shown: a limit for none, their number for few, an error for enough."""

import importlib
import json

import numpy as np
import pytest
import xarray
from rich.console import Console
from typer.testing import CliRunner

from mcbelt.campaign import collected
from mcbelt.cli import app
from mcbelt.figures import ams01, plots, report, result_style, scan_plots, tables
from mcbelt.files import result as results
from mcbelt.sources.variables import FLUX_UNIT, error_variables, mean_variables, variable
from mcbelt.tally import means

UNIT = "m-2 s-1 sr-1 MeV-1"
COUNTS = {"positron": (400, 100, 5, 0), "electron": (400, 100, 0, 0)}
HISTORIES = 1000


def flux(name):
    """Mean of equal scores."""
    counts = np.array(COUNTS[name], float)
    return means.mean_of(HISTORIES, counts, counts)


@pytest.fixture
def found():
    """A result with 400, 100, 5 and no scorers of e+, and of e- with 400, 100 and none."""
    variables = {}
    for name in COUNTS:
        variables |= mean_variables(f"flux_{name}", "energy_MeV", flux(name), FLUX_UNIT, "flux")
    sums = np.array([*COUNTS.values()], float)
    ratio, sigma, effective = means.ratio_of(HISTORIES, sums, sums, 0.0 * sums[0])
    variables["ratio"] = variable("energy_MeV", ratio, "1", "e+/e-")
    variables |= error_variables("ratio", "energy_MeV", sigma, effective, "1")
    energy = variable("energy_MeV", [50.0, 100.0, 200.0, 400.0], "MeV", "energy")
    about = {"name": "few", "case": "", "physics_json": "{}", "histories": HISTORIES, "species": "positron,electron"}
    about |= {"config_toml": "", "physics_hash": "", "stopped_because": "asked", "case_overrides": "{}"}
    provenance = ("mcbelt_version", "git_commit", "git_dirty", "versions", "platform", "created_utc", "code_hash")
    fates = {"fate": ("fate", ["COOLED"]), "fate_count": ("fate", [HISTORIES])}
    coordinates = {"energy_MeV": energy}
    return xarray.Dataset(variables | fates, coordinates, about | dict.fromkeys(provenance, ""))


def test_cells(found):
    assert [tables.cell(found, "flux_positron", i) for i in range(4)] == [
        "0.400 ± 0.015",
        "0.1000 ± 0.0095",
        "0.005 [5.0 hist.]",
        "< 0.0011",  # 1.148 scores in 1000 histories
    ]
    assert tables.cell(found, "flux_electron", 2) == "< 0.0011"
    assert tables.cell(found, "ratio", 0).startswith("1.000 ± 0.0")
    assert tables.cell(found, "ratio", 2) == "–"
    assert tables.footnote(found).startswith("[n hist.]: effective number of scoring histories, below 10: no standard")
    assert tables.footnote(found).endswith("<: nothing scored, 68 % upper limit")


def test_enough_histories_need_no_words(found):
    assert tables.footnote(found.isel(energy_MeV=[0, 1])) == ""


def test_old_particles_in_the_air_of_one_sun_are_told(found):
    """The oldest of the bin that ends at 90 degrees; half a year is not worth a word, nor is a result without ages."""
    year = 365.25 * 86400.0
    ages = np.array([[50.0] * 4, [5.5, 2.0, np.nan, 0.1]]) * year
    old = found.assign(age_positron=(("pitch_angle_deg", "energy_MeV"), ages))
    assert tables.memory(old).startswith("up to 5.5 years old on average, in the air of one F10.7")
    assert tables.memory(old.assign(age_positron=0.09 * old["age_positron"])) == ""
    assert tables.memory(found) == ""
    averaged = found.assign(drift_averaged_age_electron=("energy_MeV", np.array([0.1, np.nan, 7.0, 0.1]) * year))
    assert tables.memory(averaged).startswith("up to 7 years old")
    assert "5.5 years old" in report.page({"few": old})
    share = ages / np.nanmax(ages) * 0.2
    lived = old.assign(
        lived_over_day_positron=old["age_positron"], born_before_indices_positron=(old["age_positron"].dims, share)
    )
    words = tables.memory(lived)
    assert words.startswith("up to 5.5 years old on average, in the Sun and the field as lived, month by month; up to")
    assert words.endswith("up to 2.2 % are older than the indices known")
    alone = lived.drop_vars("age_positron").assign(drift_averaged_age_positron=old["age_positron"])
    assert tables.memory(alone) == words


def test_what_was_not_sampled_has_no_number_of_histories(found):
    """Of a deterministic estimator and of a result of 0.1 the value is shown as it was."""
    names = [name for name in found.data_vars if str(name).endswith(("_low", "_high", "_effective_histories"))]
    old = found.drop_vars(names)
    assert tables.cell(old, "flux_positron", 2) == "0.005"
    assert tables.cell(found.assign_attrs(histories=0), "flux_positron", 2) == "0.005"
    assert "_low" not in tables.csv_text({"old": old})


def test_csv_leaves_errors_empty_and_has_the_limits(found):
    rows = [line.split(",") for line in tables.csv_text({"few": found}).splitlines()]
    columns = {name.partition(" [")[0]: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])}
    assert columns["flux_positron_sigma"][2:] == ["", ""]
    assert columns["flux_positron_low"][3] == "0"
    assert float(columns["flux_positron_high"][3]) == pytest.approx(means.ZERO_LIMIT / HISTORIES, rel=1e-7)
    assert columns["flux_positron_effective_histories"] == ["400", "100", "5", "0"]
    assert f"flux_positron_high [{UNIT}]" in rows[0]
    assert "flux_positron_effective_histories" in rows[0]


def test_report_says_it(found):
    page = report.page({"few": found})
    assert "0.005 [5.0 hist.]" in page
    assert "&lt; 0.0011" in page
    assert "no standard error" in page


def test_show_says_it(found, monkeypatch, tmp_path):
    monkeypatch.setattr(results, "located", lambda path: path)
    monkeypatch.setattr(results, "open_result", lambda path: found)
    monkeypatch.setattr(importlib.import_module("rich.console"), "Console", lambda: Console(width=110))
    shown = CliRunner().invoke(app, ["show", str(tmp_path)])
    assert shown.exit_code == 0, shown.output
    assert "0.005 [5.0 hist.]" in shown.output
    assert "[n hist.]: effective number" in shown.output  # brackets are no markup
    assert "no standard error" in " ".join(shown.output.split())
    told = json.loads(CliRunner().invoke(app, ["show", str(tmp_path), "--json"]).output)
    assert told["flux_positron_sigma"][2:] == [None, None]
    assert told["flux_electron_high"][3] == pytest.approx(means.ZERO_LIMIT / HISTORIES)
    assert told["ratio_effective_histories"] == pytest.approx([400.0, 100.0, 0.0, 0.0])


def test_compare_says_it(found, tmp_path, monkeypatch):
    of = collected.Collected(tmp_path, {"few": found.assign_coords(energy_MeV=[250.0, 500.0, 1000.0, 2000.0])})
    monkeypatch.setattr(collected, "results_in", lambda path: of)
    monkeypatch.setattr(ams01, "check", lambda dataset: None)  # of what the numbers are is asked elsewhere
    told = CliRunner().invoke(app, ["compare", str(tmp_path)])
    assert told.exit_code == 0, told.output
    assert "0.400 ± 0.015" in told.output
    assert "0.005 [5.0 hist.]" in told.output
    assert "no standard error" in told.output


def test_figures_show_intervals_and_limits(found):
    energy, value, bars = result_style.drawable(found, "flux_positron")
    assert energy.tolist() == [50.0, 100.0, 200.0]
    mean = flux("positron")
    assert bars[:, 0] == pytest.approx([mean.sigma[0]] * 2)
    assert bars[:, 2] == pytest.approx([value[2] - mean.low[2], mean.high[2] - value[2]])
    assert [each.tolist() for each in result_style.unsure(found, "flux_positron")] == [[200.0], [0.005]]
    at, limits = result_style.limits(found, "flux_electron")
    assert at.tolist() == [200.0, 400.0]
    assert limits == pytest.approx([means.ZERO_LIMIT / HISTORIES] * 2)
    top = plots.flux_and_ratio(found).axes[0]
    drawn = [line for line in top.lines if line.get_marker() == "v"]
    assert [line.get_xdata().tolist() for line in drawn] == [[400.0], [200.0, 400.0]]
    assert len(scan_plots.cases_together({"one": found, "two": found}).axes) == 3
