"""Every figure of every paper is drawn: a picture, a table of finite numbers, and a relation that physics demands.

Here what is cheap is drawn; the tests marked `slow` draw all
by `mcbelt reproduce` as a user does, with the same relations.
"""

import functools
import subprocess
import sys

import galactic_relations as galactic
import gusev2003_relations as gusev
import numpy as np
import pytest
from toy_simulation import ROOT
from typer.testing import CliRunner

from mcbelt.cli import app
from mcbelt.errors import ConfigError
from mcbelt.papers import catalogue
from mcbelt.papers.gusev2003 import cosmic_waterfall, innermost_shell, trapped_spectra

RELATIONS = {
    "gusev2003": {
        "1": gusev.excess,
        "2": gusev.trapped_protons,
        "3": gusev.production_angles,
        "4": gusev.trapped_leptons,
        "5": gusev.arriving_protons,
        "6": gusev.production_from_the_west,
        "7": gusev.drifts,
        "8": gusev.first_gyrations,
        "9": gusev.east_west_effect,
        "10": gusev.air,
        "11": gusev.ratios,
        "cosmic-waterfall": gusev.ingredients,
        "drift-average": gusev.estimators,
        "waterfall": gusev.assumptions,
    },
    "ms98": dict(
        zip(
            "12345678",
            (
                galactic.boron,
                galactic.protons,
                galactic.inclusive,
                galactic.sources,
                galactic.spectra,
                galactic.fraction_over_data,
                galactic.own_fraction,
                galactic.hard_protons,
            ),
            strict=True,
        )
    ),
    "two-halo": {"1": galactic.two_halo_protons, "2": galactic.two_halo_electrons, "3": galactic.closed_formulas},
    "lecture": dict(
        zip(
            "123456",
            (
                galactic.michel,
                galactic.generations,
                galactic.balance,
                galactic.anomaly,
                galactic.burst,
                galactic.horizons,
            ),
            strict=True,
        )
    ),
    "secondary-origin": {"1": galactic.antiprotons, "2": galactic.cooled, "3": galactic.gas},
}
# Models of the Galaxy, and shells by both estimators, that take 10 to 50 s each: by the tests marked slow alone.
DEAR = {
    ("gusev2003", "waterfall"),
    ("gusev2003", "4"),
    ("gusev2003", "9"),
    ("gusev2003", "11"),
    ("gusev2003", "drift-average"),
    ("gusev2003", "cosmic-waterfall"),
    ("lecture", "2"),
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
FEWER = innermost_shell.Sampling(np.array([0.1, 0.2, 0.5, 1.0]), (24, 32, 64, 96))


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
        patch.setattr(innermost_shell, "surroundings", around)
        yield


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize(("paper", "name"), [figure for figure in FIGURES if figure not in DEAR])
def test_figure(paper, name, tmp_path):
    draw = catalogue.chosen(paper, name)[name]
    seen(draw(tmp_path), paper, name, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(("paper", "name"), FIGURES)
def test_figure_as_a_user_draws_it(paper, name, tmp_path, monkeypatch):
    """That of most orbits with six tenths of them: its relation is one of factors."""
    fewer = functools.partial(cosmic_waterfall.waterfall, sampling=FEWER)
    monkeypatch.setitem(cosmic_waterfall.FIGURES, "cosmic-waterfall", fewer)
    result = CliRunner().invoke(app, ["reproduce", paper, "--figure", name, "--output", str(tmp_path / "new")])
    assert result.exit_code == 0, result.exception
    (told,) = result.stdout.splitlines()
    seen(tmp_path / "new" / told.rsplit("/", 1)[-1], paper, name, tmp_path / "new")


def test_all_figures_of_a_paper_when_none_is_named(tmp_path):
    result = CliRunner().invoke(app, ["reproduce", "secondary-origin", "--output", str(tmp_path)])
    assert result.exit_code == 0, result.exception
    assert [line.rsplit("-", 1)[-1] for line in result.stdout.splitlines()] == ["1.png", "2.png", "3.png"]


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
