"""The tutorial and the how-to pages: their commands run in their order, their files are in order, their Python runs."""

import re
import shlex
import shutil
from pathlib import Path

import named_commands
import pytest
import toy_simulation as toy
from typer.testing import CliRunner

from mcbelt.campaign import file as campaign_file
from mcbelt.campaign import kinds
from mcbelt.cli import app
from mcbelt.files import result
from mcbelt.spectra import tabulated

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["docs/tutorial.md", *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/how-to/*.md"))]


def _blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)


def _campaigns():
    """Whole campaign files that a page shows."""
    return [(page, text) for page in PAGES for text in _blocks(page, "toml") if text.startswith("kind = ")]


@pytest.mark.parametrize(("page", "text"), _campaigns(), ids=lambda value: value if value.endswith(".md") else "")
def test_a_campaign_of_a_page_is_in_order(page, text, tmp_path):
    """Every key and value; what it would take to prepare is tried by `check`, in the slow test below."""
    for table in _blocks(page, ""):
        if "T_MeV" in table:
            (tmp_path / "protons.csv").write_text(table)
    path = tmp_path / "campaign.toml"
    path.write_text(text)
    assert campaign_file.read(path).cases


def test_there_are_campaigns():
    assert [page for page, _ in _campaigns()] == [f"docs/how-to/{name}.md" for name in ("place", "scan", "spectrum")]


@pytest.mark.slow
@pytest.mark.parametrize(("page", "text"), _campaigns(), ids=lambda value: value if value.endswith(".md") else "")
def test_a_campaign_of_a_page_passes_check(page, text, tmp_path):
    test_a_campaign_of_a_page_is_in_order(page, text, tmp_path)
    told = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert told.exit_code == 0, told.output


@pytest.mark.parametrize("page", ["docs/tutorial.md", "docs/how-to/scan.md"])
def test_commands_one_after_the_other(page, tmp_path, monkeypatch):
    """With toy physics and few histories; a cluster is tried in test_dask."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(kinds._SIMULATIONS, "belt", lambda asked: toy.TOY)
    path = tmp_path / "my-campaign" / "campaign.toml"
    if "tutorial" not in page:
        path.parent.mkdir()
        path.write_text(_short(next(text for where, text in _campaigns() if where == page)))
    commands = [
        c for c in named_commands.of_page((ROOT / page).read_text()) if "my-campaign" in c and "--dask" not in c
    ]
    assert len(commands) >= 4
    for command in commands:
        if "--fresh" in command:  # the page: L is changed before
            path.write_text(re.sub(r"(?m)^L = .*$", "L = 1.3", path.read_text()))
        if command.startswith("mcbelt run"):  # another process would not know the toy
            command = f"{command.removesuffix(' --workers 2')} --workers 1"
        told = CliRunner().invoke(app, shlex.split(command)[1:])
        assert told.exit_code == 0, (command, told.output, told.exception)
        if command.startswith("mcbelt init"):
            path.write_text(_short(path.read_text()))
    assert [*(tmp_path / "my-campaign" / "results").glob("**/result.nc")]


def _short(text):
    text = re.sub(r"(?m)^#? ?histories = .*$", "histories = 600", text)
    return re.sub(r"(?m)^#? ?block_size = .*$", "block_size = 300", text)


@pytest.fixture
def finished(tmp_path, monkeypatch):
    """A directory with my-campaign, whose result is one that version 0.1 wrote."""
    results = tmp_path / "my-campaign" / "results"
    results.mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "data" / "result_0_1.nc", results / "result.nc")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", ["docs/tutorial.md", "docs/how-to/results.md"])
def test_python_that_reads_results(page, finished):
    names = {}
    for block in _blocks(page, "python"):
        exec(block, names)
    expected = result.open_result(finished / "my-campaign")
    assert names["flux"].attrs["units"] == "m-2 s-1 sr-1 MeV-1"
    assert (names["table"]["ratio"].to_numpy() == expected.ratio.values).all()
    if page.endswith("results.md"):
        assert len(names["long"]) == expected.directional_flux_positron.size
        assert float(names["above_50"].energy_MeV.min()) > 50.0
        assert (names["low"] <= names["high"]).all()
        assert names["physics"]["shell"]["L"] == 1.2
        assert (finished / "flux.csv").read_text().startswith("energy_MeV,flux_positron,")


def test_python_that_reads_a_spectrum(finished):
    (table,) = [text for text in _blocks("docs/how-to/spectrum.md", "") if "T_MeV" in text]
    (finished / "my-campaign" / "protons.csv").write_text(table)
    (block,) = _blocks("docs/how-to/spectrum.md", "python")
    names = {}
    exec(block, names)
    assert names["protons"](0.3) == pytest.approx(3.35 * tabulated.FLUX_COLUMNS["flux_cm2_s_MeV"][0])
