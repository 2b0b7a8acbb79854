"""`mcbelt compare --data FILE`: a table of one's own beside a result, and the sentence for each that does not match.

The results are power laws with known errors, so that ours over measured and the deviation are known too.
"""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import xarray
from typer.testing import CliRunner

from mcbelt.campaign import collected
from mcbelt.cli import app, door
from mcbelt.errors import ConfigError
from mcbelt.figures import ams01, measured, measured_table
from mcbelt.sources.variables import FLUX_UNIT, variable

HEADING = "# reference: Somebody 2020, Journal 1, 2\n"
PLACE = "# source: trapped_protons\n# place: shell\n# L: 1.15 1.25\n"
FLUXES = "energy_MeV,species,flux_m2_s_sr_MeV,error_low,error_high\n"
RATIOS = "energy_MeV,ratio,error_low,error_high\n"


def result(L=1.2, lowest=20.0, source="trapped_protons", place=None, kind="belt", species="positron,electron"):
    """A result with e+ of 100 E^-2 and e- of 10 E^-2 per MeV, 5 % errors, six bins a factor 2 apart."""
    energy = lowest * 2.0 ** np.arange(6.0)
    flux = {"positron": 100.0 * energy**-2, "electron": 10.0 * energy**-2}
    variables = {}
    for name in species.split(","):
        variables[f"flux_{name}"] = variable("energy_MeV", flux[name], FLUX_UNIT, "flux")
        variables[f"flux_{name}_sigma"] = variable("energy_MeV", 0.05 * flux[name], FLUX_UNIT, "error")
    if "electron" in species:
        variables["ratio"] = variable("energy_MeV", np.full(6, 10.0), "1", "e+/e-")
        variables["ratio_sigma"] = variable("energy_MeV", np.full(6, 0.7), "1", "error")
    physics = {"source": {"kind": source}, "shell": {"L": L, "convention": "epoch", "date": "1998-06-05"}}
    physics |= {"place": {"kind": place}} if place else {}
    about = {"kind": kind, "name": "known", "case": "", "histories": 1000, "species": species}
    coordinates = {"energy_MeV": variable("energy_MeV", energy, "MeV", "energy")}
    return xarray.Dataset(variables, coordinates, about | {"physics_json": json.dumps(physics)})


@pytest.fixture
def compare(tmp_path, monkeypatch):
    """Write a table, lay results over it; exit status and what is said. The result's file is not read from disk."""

    def told(text, *datasets, more=()):
        cases = {each.attrs["case"] or each.attrs["name"]: each for each in datasets or (result(),)}
        monkeypatch.setattr(collected, "results_in", lambda path: collected.Collected(tmp_path / "results", cases))
        (tmp_path / "my-points.csv").write_text(text)
        monkeypatch.chdir(tmp_path)
        answer = {}

        def command():
            ran = CliRunner().invoke(app, ["compare", "my-campaign", "--data", "my-points.csv", *more])
            answer["told"] = ran.output
            if ran.exception:
                raise ran.exception

        return door.status(command), answer["told"]

    return told


def rows(path):
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


def test_json_has_the_columns_of_the_table(compare, tmp_path):
    status, told = compare(HEADING + PLACE + RATIOS + "57,5,1,1\n", more=["--json"])
    assert status == 0, told
    (case,) = json.loads(told)["cases"].values()
    assert case["ours"] == pytest.approx([10.0])
    assert case["ours_over_measured"] == pytest.approx([2.0])
    assert case["reference"] == "Somebody 2020, Journal 1, 2"
    assert (tmp_path / "results" / "compare_my-points.csv").name in case["table"]


def test_ours_over_measured_is_that_of_the_power_law(compare, tmp_path):
    """At 57 MeV, between two bins, e+ are 100 / 57^2: 0.8 of a value 1.25 times that, 2 of its errors below it."""
    e_plus, e_minus = 100.0 / 57.0**2, 10.0 / 300.0**2
    low = 0.125 * e_plus * np.sqrt(1.0 - 0.4**2)  # with ours, 0.05, in quadrature 0.125
    high, ours = 1.25 * e_plus, 0.05 * e_minus
    text = HEADING + PLACE + FLUXES
    text += f"57,positron,{high},{low},{0.1 * low}\n300,e-,{0.5 * e_minus},1e-9,{ours}\n5000,e-,1,1,1\n"
    status, told = compare(text)
    assert status == 0, told
    assert "1 of 3 measured values are at energies where this result has none" in told
    assert "does not say" not in told
    first, second = rows(tmp_path / "results" / "compare_my-points.csv")
    assert float(first["ours"]) == pytest.approx(e_plus, rel=1e-5)
    assert float(first["ours_over_measured"]) == pytest.approx(0.8, rel=1e-5)
    assert float(first["deviation"]) == pytest.approx(-2.0, rel=1e-4)
    assert float(second["deviation"]) == pytest.approx(0.5 / np.hypot(0.05, 0.05), rel=1e-4)  # by its upper error
    assert second["species"] == "electron"
    assert (tmp_path / "results" / "compare_my-points.png").stat().st_size > 20_000


@pytest.mark.parametrize(
    ("unit", "factor"), [("flux_m2_s_sr_MeV", 1.0), ("flux_m2_s_sr_GeV", 1e3), ("flux_cm2_s_sr_MeV", 1e-4)]
)
def test_units_of_the_columns(compare, tmp_path, unit, factor):
    value = 100.0 / 80.0**2 * factor
    text = HEADING + FLUXES.replace("flux_m2_s_sr_MeV", unit) + f"80,positron,{value},{0.1 * value},{0.1 * value}\n"
    status, told = compare(text)
    assert status == 0, told
    assert float(rows(tmp_path / "results" / "compare_my-points.csv")[0]["ours_over_measured"]) == pytest.approx(1.0)
    assert "does not say its source, place, L" in told


def test_ratio_beside_ours(compare, tmp_path):
    status, told = compare(HEADING + RATIOS + "100,8,1,2.4\n")
    assert status == 0, told
    (row,) = rows(tmp_path / "results" / "compare_my-points.csv")
    assert row["species"] == "positron/electron"
    assert float(row["deviation"]) == pytest.approx(2.0 / 2.5)


def test_no_error_where_too_few_histories_gave_none(compare, tmp_path):
    few = result()
    few["flux_positron_sigma"].values[2] = np.nan
    status, told = compare(HEADING + FLUXES + "90,e+,0.01,0.001,0.001\n", few)
    assert status == 0, told
    assert "nan" not in told
    assert rows(tmp_path / "results" / "compare_my-points.csv")[0]["deviation"] == ""


def test_of_a_scan_the_cases_that_match(compare, tmp_path):
    cases = [result(L).assign_attrs(case=f"L={L:g}") for L in (1.1, 1.2)]
    status, told = compare(HEADING + PLACE + RATIOS + "100,8,1,1\n", *cases)
    assert status == 0, told
    assert "L=1.1: left out" in told
    assert [path.name for path in sorted((tmp_path / "results").iterdir())] == [
        "compare_my-points_L=1.2.csv",
        "compare_my-points_L=1.2.png",
    ]


POINT = "80,positron,0.01,0.001,0.001\n"
REFUSED = {  # what is wrong -> text, where it says it is wrong, a part of the sentence
    "unit": (HEADING + FLUXES.replace("m2_s_sr_MeV", "m2_s_MeV") + POINT, "line 2, column flux_m2_s_MeV", "per sr"),
    "unknown unit": (HEADING + FLUXES.replace("m2_s_sr_MeV", "foo") + POINT, "line 2", "none holds the values"),
    "energy unit": (HEADING + FLUXES.replace("energy_MeV", "energy_GeV") + POINT, "column energy_GeV", "not known"),
    "no errors": (HEADING + "energy_MeV,ratio\n80,8\n", "line 2, column error_high", "is missing"),
    "no species": (HEADING + FLUXES.replace("species,", "") + "80,1,1,1\n", "line 2, column species", "is missing"),
    "species of a ratio": (HEADING + "species," + RATIOS + "e+,80,8,1,1\n", "line 2, column species", "not known"),
    "two quantities": (HEADING + "ratio," + FLUXES + "8," + POINT, "column flux_m2_s_sr_MeV", "one quantity"),
    "twice": (HEADING + "energy_MeV," + RATIOS + "80,80,8,1,1\n", "line 2, column energy_MeV", "twice"),
    "no species that is": (HEADING + FLUXES + POINT.replace("positron", "posotron"), "line 3, column species", "not a"),
    "empty species": (HEADING + FLUXES + POINT.replace("positron", ""), "line 3, column species", "not a"),
    "species of the result": (
        HEADING + FLUXES + POINT + POINT.replace("positron", "pbar"),
        "line 4, column species",
        "no",
    ),
    "not a number": (
        HEADING + FLUXES + POINT.replace("0.01,", "x,"),
        "line 3, column flux_m2_s_sr_MeV",
        "not a number",
    ),
    "negative": (HEADING + RATIOS + "80,8,-1,1\n", "line 3, column error_low", "above 0"),
    "infinite": (HEADING + RATIOS + "inf,8,1,1\n", "line 3, column energy_MeV", "finite"),
    "cells": (HEADING + RATIOS + "80,8,1\n", "line 3, column error_low", "3 cells for 4"),
    "source": (HEADING + "# source: cosmic_rays\n" + FLUXES + POINT, "line 2, key source", "of cosmic_rays"),
    "place": (HEADING + "# place: orbit\n" + FLUXES + POINT, "line 2, key place", "of orbit"),
    "L": (HEADING + "# L: 1.3 1.4\n" + FLUXES + POINT, "line 2, key L", "this result of 1.2"),
    "L upside down": (HEADING + "# L: 1.4 1.1\n" + FLUXES + POINT, "line 2, key L", "lowest and highest"),
    "L that is none": (HEADING + "# L: about 1.2\n" + FLUXES + POINT, "line 2, key L", "lowest and highest"),
    "energies": (HEADING + FLUXES + "5,e+,1,1,1\n900,e+,1,1,1\n", "line 3, column energy_MeV", "5-900 MeV"),
    "reference": (FLUXES + POINT, "", "# reference:"),
    "empty": (HEADING, "", "no row of numbers"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_in_a_sentence_with_line_and_column(compare, tmp_path, capsys, what):
    text, where, why = REFUSED[what]
    status, _ = compare(text)
    said = capsys.readouterr().err
    assert status == 2
    assert said.startswith("my-points.csv")
    assert said.count("\n") == 1
    assert where in said
    assert why in said
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("text", "dataset", "why"),
    [
        (RATIOS + "80,8,1,1\n", result(species="positron"), "no e\\+/e-"),
        (FLUXES + POINT, result(kind="galaxy"), "mcbelt fraction"),
        ("# L: 1.1 1.3\n" + FLUXES + POINT, result(place="orbit", source="cosmic_rays"), "seen from orbit"),
    ],
)
def test_result_that_has_not_what_the_table_has(text, dataset, why, tmp_path):
    (tmp_path / "table.csv").write_text(HEADING + text)
    with pytest.raises(Exception, match=why):
        measured.check(measured_table.read(tmp_path / "table.csv"), dataset)


def test_sum_of_two_sources_is_what_its_table_names(tmp_path):
    """Where a result is a sum, a table of one of its sources is not of it; the order of the names does not count."""
    both = result()
    physics = json.loads(both.attrs["physics_json"])
    del physics["source"]
    physics["sources"] = [{"source": {"kind": kind}} for kind in ("trapped_protons", "cosmic_rays")]
    both.attrs["physics_json"] = json.dumps(physics)
    path = tmp_path / "table.csv"
    path.write_text(HEADING + "# source: cosmic_rays + trapped_protons\n" + FLUXES + POINT)
    measured.check(measured_table.read(path), both)
    path.write_text(HEADING + "# source: cosmic_rays\n" + FLUXES + POINT)
    with pytest.raises(Exception, match="key source"):
        measured.check(measured_table.read(path), both)


def test_ams01_where_it_measured_alone():
    """Energies of AMS-01 alone, and a sentence where there is none."""
    columns = ams01.comparison(result(lowest=100.0))
    assert columns["energy_GeV"].tolist() == [0.2, 0.4, 0.8, 1.6, 3.2]
    assert np.isfinite(columns["flux_electron_over_fit"]).all()
    assert np.isnan(columns["ratio_fit"]).tolist() == [False] * 4 + [True]
    with pytest.raises(Exception, match="do not meet"):
        ams01.comparison(result(lowest=5.0))


SEEN = {"source": {"kind": "cosmic_rays"}, "place": {"kind": "orbit"}, "shell": {"L": 1.1, "date": "1998-06-05"}}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, None),
        ({"shell": {"date": "1997-12-01"}}, None),
        ({"source": {"kind": "trapped_protons"}}, "of cosmic rays, this result of trapped_protons"),
        ({"source": {"kind": "table"}}, "of cosmic rays, this result of table"),
        ({"sources": [SEEN, {"source": {"kind": "trapped_protons"}}]}, "this result of cosmic_rays + trapped_protons"),
        ({"place": {"kind": "shell"}}, "from an orbit at 370-390 km, this result is of [place] kind = 'shell'"),
        ({"place": None}, "this result is of [place] kind = 'shell'"),
        ({"place": {"kind": "orbit", "magnetic_latitude_max": 1.0}}, "within 0.3 rad of the magnetic equator"),
        ({"place": {"kind": "orbit", "altitude_min_km": 600.0}}, "[place] reaches farther"),
        ({"shell": {"date": "2024-05-11"}}, "in June 1998, this result is of 2024-05-11"),
    ],
)
def test_what_ams01_did_not_see_is_refused(change, words):
    """A belt of 2024 was laid over AMS-01 once: 18 rows of nan, status 0."""
    dataset = xarray.Dataset(attrs={"kind": "belt", "physics_json": json.dumps(SEEN | change)})
    if words is None:
        ams01.check(dataset)
        return
    with pytest.raises(ConfigError) as refused:
        ams01.check(dataset)
    assert words in str(refused.value)


def test_refused_before_anything_is_written(tmp_path, monkeypatch, capsys):
    of = collected.Collected(tmp_path / "results", {"known": result(lowest=250.0)})
    monkeypatch.setattr(collected, "results_in", lambda path: of)

    def command():
        raise CliRunner().invoke(app, ["compare", "my-campaign"]).exception

    assert door.status(command) == 2
    assert "this result of trapped_protons" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_results_beside_which_nothing_can_be_written(compare, tmp_path, command_line):
    """A sentence and status 2 of `compare` and `fraction`, as of the commands that only read."""
    (tmp_path / "results").write_text("a file in the way")
    assert compare(HEADING + PLACE + FLUXES + "100,positron,1e-2,1e-3,1e-3\n")[0] == 2
    old = Path(__file__).parents[1] / "data" / "result_0_1.nc"
    status, out, err = command_line("fraction", old, "--output", tmp_path / "results" / "there")
    assert (status, out) == (2, "")
    lines = err.splitlines()  # of both
    assert len(lines) == 2, err
    assert all(str(tmp_path / "results") in line and "cannot be" in line for line in lines), err
    assert (tmp_path / "results").read_text() == "a file in the way"


def test_what_is_neither_ams01_nor_a_file(tmp_path, capsys):
    def command():
        ran = CliRunner().invoke(app, ["compare", str(tmp_path), "--data", "pamela"])
        raise ran.exception

    assert door.status(command) == 2
    assert "neither ams01 nor a file" in capsys.readouterr().err


def test_sources_are_read_of_one_and_of_several():
    one, other = {"source": {"kind": "trapped_protons"}}, {"source": {"kind": "cosmic_rays"}}
    assert measured.sources_of({"shell": {}, **one}) == ("trapped_protons",)
    assert measured.sources_of({"shell": {}, "sources": [one, other]}) == ("trapped_protons", "cosmic_rays")
    assert measured.sources_of({}) == ()
