"""`mcbelt reproduce`: figures with their tables, and sentences for what is not there."""

import csv

import pytest
from typer.testing import CliRunner

from mcbelt.cli import app
from mcbelt.errors import ConfigError

pytestmark = pytest.mark.xdist_group("trapped")


@pytest.mark.parametrize(("figure", "table"), [("1", "figure1"), ("2", "figure2_spectrum"), ("3", "figure3")])
def test_a_figure_has_a_picture_and_a_table(tmp_path, figure, table):
    result = CliRunner().invoke(app, ["reproduce", "gusev2003", "--figure", figure, "--output", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert (tmp_path / f"gusev2003_figure{figure}.png").stat().st_size > 20_000
    lines = (tmp_path / f"gusev2003_{table}.csv").read_text().splitlines()
    assert lines[0].startswith("# ")
    assert len(list(csv.DictReader(lines[1:]))) > 50


def test_excess_of_figure_1_is_that_of_the_paper(tmp_path):
    # The paper: above 2 for protons of 0.3-2 GeV at 10 MeV, at most about 9 near the threshold, near 1 at 10 GeV.
    CliRunner().invoke(app, ["reproduce", "gusev2003", "--figure", "1", "--output", str(tmp_path)])
    lines = (tmp_path / "gusev2003_figure1.csv").read_text().splitlines()
    row = min(csv.DictReader(lines[1:]), key=lambda row: abs(float(row["energy_MeV"]) - 10.0))
    assert all(float(row[f"ratio_{T}_GeV"]) > 2.0 for T in ("0.3", "0.5", "0.8", "1", "2"))
    assert float(row["ratio_0.4_GeV"]) == pytest.approx(9.0, abs=1.5)
    assert float(row["ratio_10_GeV"]) < 1.6


@pytest.mark.parametrize("arguments", [["gusev1999"], ["gusev2003", "--figure", "99"]])
def test_what_is_not_there_is_said(tmp_path, arguments):
    result = CliRunner().invoke(app, ["reproduce", *arguments, "--output", str(tmp_path)])
    assert isinstance(result.exception, ConfigError)
    assert "give one of" in str(result.exception)
    assert not any(tmp_path.iterdir())
