"""Additions counted by doing them: the examples of docs/architecture.md, added to a copy of the program, work."""

import json
import os
import subprocess
import sys

import additions
import numpy as np
import pytest
from additions import CAMPAIGN

from mcbelt.figures import species

SOURCE, SPECIES, PLACE, FIELD = (f"How to add a {what}" for what in ("source", "species", "place", "field model"))
TOY = CAMPAIGN + '[source]\nkind = "toy"\n'
COSMIC = CAMPAIGN + '[source]\nkind = "cosmic_rays"\n[place]\nkind = "equator"\n'
TILTED = TOY.replace("date =", 'field = "tilted"\ndate =')


@pytest.mark.parametrize(
    ("heading", "new", "changed"),
    [
        (
            SOURCE,
            [f"mcbelt/sources/toy/{name}.py" for name in ("block", "fluxes", "prepare", "settings")],
            ["sources/__init__"],
        ),
        (SPECIES, [], []),
        (PLACE, ["mcbelt/places/equator.py"], ["places/__init__"]),
        (FIELD, ["geomag/tilted.py"], ["fields"]),
    ],
)
def test_additions_touch_as_many_files_as_the_page_says(heading, new, changed, tmp_path):
    """A source: one folder and one line; a place, a field: a file and a line; the antiproton is there already."""
    tree = additions.copied(tmp_path)
    assert additions.touched(tree) == {}
    for block in additions.blocks(heading):
        additions.apply(block, tree)
    expected = dict.fromkeys(new, "new") | dict.fromkeys((f"mcbelt/{name}.py" for name in changed), "changed")
    assert additions.touched(tree) == expected


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the program with all additions of the page."""
    made = additions.copied(tmp_path_factory.mktemp("tree"))
    for heading in (SOURCE, SPECIES, PLACE, FIELD):
        for block in additions.blocks(heading):
            additions.apply(block, made)
    one = TOY.replace("name =", 'species = ["electron"]\nname =')
    for name, text in {"toy": TOY, "tilted": TILTED, "cosmic": COSMIC, "one": one}.items():
        (made / f"{name}.toml").write_text(text)
    return made


@pytest.fixture(scope="module")
def toy(tree):
    """What the commands say of the toy source."""
    commands = [("check", "toy.toml"), ("run", "toy.toml", "--workers", 1)]
    commands += [(name, "results-toy") for name in ("show", "plot", "report", "cite")]
    commands += [("show", "results-toy", "--json"), ("export", "results-toy", "--csv"), ("check", "tilted.toml")]
    commands += [("run", "tilted.toml", "--workers", 1), ("check", "cosmic.toml"), ("run", "one.toml", "--workers", 1)]
    commands += [(name, "results-one") for name in ("show", "plot", "report", "cite")]
    commands += [("show", "results-one", "--json"), ("export", "results-one", "--csv")]
    answers = additions.told(tree, *commands)
    assert [(status, err) for status, _, err in answers] == [(0, "")] * len(commands)
    return {" ".join(map(str, command)): out for command, (_, out, _) in zip(commands, answers, strict=True)}


def test_a_source_with_three_species_gives_three_columns(toy, tree):
    assert "in order; 40 histories" in toy["check toy.toml"]
    heading, *lines = toy["export results-toy --csv"].splitlines()
    names = [
        f"{start}_{name}{end}"
        for name in ("positron", "electron", "antiproton")
        for start, end in (("flux", ""), ("flux", "_sigma"))
    ]
    assert [column.partition(" ")[0] for column in heading.split(",")] == ["case", "energy", *names, "estimator"]
    assert len(lines) == 4
    shown = json.loads(toy["show results-toy --json"])
    assert set(names) < set(shown)
    assert "ratio" not in shown
    # Histories share their draws among species, and the mean is the flux that was asked for: 2.
    assert shown["flux_positron"] == shown["flux_antiproton"]
    assert np.mean(shown["flux_antiproton"]) == pytest.approx(
        2.0, abs=4.0 * np.hypot.reduce(shown["flux_positron_sigma"]) / 4
    )
    assert "pbar" in toy["show results-toy"]
    assert "<th>pbar [m-2 s-1 sr-1 MeV-1]</th>" in (tree / "results-toy" / "report.html").read_text()
    assert "results-toy/flux_and_ratio.png" in toy["plot results-toy"]


def test_three_species_have_three_colours():
    names = ("positron", "electron", "antiproton")
    assert len({species.colour(name, number) for number, name in enumerate(names)}) == 3


def test_one_species_gives_one_column_and_no_ratio(toy, tree):
    heading, *lines = toy["export results-one --csv"].splitlines()
    columns = [column.partition(" ")[0] for column in heading.split(",")]
    assert columns == ["case", "energy", "flux_electron", "flux_electron_sigma", "estimator"]
    assert len(lines) == 4
    one, three = (json.loads(toy[f"show results-{name} --json"]) for name in ("one", "toy"))
    assert not {"ratio", "flux_positron", "flux_antiproton"} & set(one)
    assert one["flux_electron"] == three["flux_electron"]
    assert "e+" not in toy["show results-one"]
    assert "e+/e-" not in (tree / "results-one" / "report.html").read_text()
    assert "results-one/flux_and_ratio.png" in toy["plot results-one"]


REAL = {
    "trapped_protons": TILTED.replace('"toy"', '"trapped_protons"').replace("max_MeV = 2000.0", "max_MeV = 400.0"),
    "cosmic_rays": COSMIC,
}


@pytest.mark.slow
@pytest.mark.parametrize("source", REAL)
@pytest.mark.parametrize("followed", ["positron", "electron"])
def test_real_sources_in_the_new_field_and_place_with_one_species(tree, source, followed):
    """Trapped protons in the tilted dipole; cosmic rays over the equator; deterministic estimators alone."""
    text = REAL[source].replace("histories = 40", "histories = 0")
    text = text.replace("name =", f'species = ["{followed}"]\nname =')
    (tree / f"{source}-{followed}.toml").write_text(text)
    results = f"results-{source}-{followed}"
    commands = [("check", f"{source}-{followed}.toml"), ("run", f"{source}-{followed}.toml", "--workers", 1)]
    commands += [(name, results) for name in ("show", "plot", "report", "cite")]
    commands += [("show", results, "--json"), ("export", results, "--csv")]
    answers = additions.told(tree, *commands)
    assert [(status, err) for status, _, err in answers] == [(0, "")] * len(commands)
    shown, table = json.loads(answers[-2][1]), answers[-1][1]
    assert np.all(np.array(shown[f"flux_{followed}"]) > 0.0)
    assert "ratio" not in table
    assert [name for name in ("positron", "electron") if name in table] == [followed]


def test_a_new_field_is_what_its_file_says(tree):
    """A tilt of 20 degrees towards longitude 0, and the moment of the date."""
    code = (
        "import datetime, numpy as np; from mcbelt import surroundings as s; day = datetime.date(1998, 6, 5);"
        "a, b = (s.field(name, day).dipole for name in ('tilted', 'dipole'));"
        "print(s.dipole_moment(a) / s.dipole_moment(b), np.degrees(np.arctan2(-a.moment_x, -a.moment_z)), a.moment_y)"
    )
    ratio, tilt, across = map(float, run_python(tree, code).split())
    assert (ratio, tilt, across) == (pytest.approx(1.0, rel=1e-12), pytest.approx(20.0), 0.0)


def test_a_new_place_starts_on_its_orbit(tree):
    code = (
        "import numpy as np; from mcbelt.places import room; r = room('equator');"
        "p = r.place(r.Settings(kind='equator'), None, None); x, d = p.starts(3, 0, 200, 1.0, 'downward');"
        "up = x / np.linalg.norm(x, axis=1)[:, None]; c = -(up * d).sum(axis=1);"
        "print(abs(x[:, 2]).max(), np.ptp(np.linalg.norm(x, axis=1)), abs((d * d).sum(axis=1) - 1).max(),"
        "c.min(), c.mean())"
    )
    z, spread, length, lowest, mean = map(float, run_python(tree, code).split())
    assert (z, spread < 1e-8, length < 1e-12) == (0.0, True, True)
    edge = np.cos(np.radians(25.0))
    assert lowest >= edge
    assert mean == pytest.approx(0.5 * (1.0 + edge), abs=4.0 * (1.0 - edge) / np.sqrt(12.0 * 200))


def run_python(tree, code):
    """What a line of Python says in a copy of the program."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "NUMBA_CACHE_DIR": str(tree / "kernels")}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=tree, env=environment, capture_output=True, text=True, check=True
    ).stdout
