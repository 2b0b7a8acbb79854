"""The Python that the README and the pages show runs, and gives the values that its comments name."""

import importlib.util
import re
from pathlib import Path

import pytest
import toy_simulation as toy

import mcbelt
from mcbelt.campaign import driver, file
from mcbelt.physics.yield_tables import YieldTables

ROOT = Path(__file__).parents[2]
OTHER_TESTS = {  # pages whose blocks another test runs
    "docs/architecture.md": "tests/system/test_additions.py",
    "docs/methods/systematics.md": "tests/unit/test_bands_shown.py",
    "docs/tutorial.md": "tests/system/test_tutorial.py",
    "docs/how-to/results.md": "tests/system/test_tutorial.py",
    "docs/how-to/spectrum.md": "tests/system/test_tutorial.py",
}
RUN_HERE = {"README.md": 1, "docs/running.md": 4, "docs/methods/geomag.md": 1, "docs/methods/pion_production.md": 1}


def blocks(page):
    """The blocks of Python of a page."""
    return re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)


def values_shown(block, names):
    """Value of every line that is an expression with a comment, by its comment."""
    shown = {}
    for line in block.splitlines():
        code, mark, comment = line.partition("#")
        if mark and code.strip() and not re.match(r"\s*(\w+(, *\w+)* *= |if |import |from )", code):
            shown[comment.strip()] = eval(code.strip(), names)
    return shown


def test_every_block_is_run_by_a_test():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    found = {page.relative_to(ROOT).as_posix(): len(blocks(page)) for page in pages if blocks(page)}
    assert set(found) == set(RUN_HERE) | set(OTHER_TESTS)
    assert {page: found[page] for page in RUN_HERE} == RUN_HERE
    for page, test in OTHER_TESTS.items():
        assert Path(page).name in (ROOT / test).read_text(), test  # it names the page


def test_geomag_page():
    (block,) = blocks("docs/methods/geomag.md")
    names = {}
    exec(block, names)
    shown = values_shown(block, names)
    for comment in ("17447.7, 788.3, -57.0", "22.3 s, 0.175 s"):
        stated = [float(number) for number in re.findall(r"-?\d+\.\d+", comment)]
        places = [len(number.partition(".")[2]) for number in re.findall(r"-?\d+\.\d+", comment)]
        assert [round(float(value), n) for value, n in zip(shown[comment], places, strict=True)] == stated
    assert 100.0 < shown["time average of anything along the motion"] < 3000.0  # km: between the air and L = 1.2


def test_pion_production_page():
    (block,) = blocks("docs/methods/pion_production.md")
    names = {}
    exec(block, names)
    shown = values_shown(block, names)
    assert shown["mb"] == pytest.approx(YieldTables().table("N").cross_section(0.8, "pi+"))
    assert shown["d2 sigma/(dT dcos), mb/GeV"] > 0.0
    sampled = shown["columns T [GeV], cosine"]
    assert sampled.shape == (1000, 2)
    assert (sampled[:, 0] > 0.0).all()
    assert (abs(sampled[:, 1]) <= 1.0).all()
    assert 6.5 < shown["e+/e- above 10 MeV"] < 8.5  # docs/methods/pion_production.md: 7.4 on helium at 0.8 GeV
    assert names["E"].shape == names["P"].shape
    assert (names["P"] >= 0.0).all()


def test_readme_geomag_and_atmosphere():
    (block,) = blocks("README.md")
    alone = block.partition("\n\n")[2]
    names = {}
    exec(alone, names)
    east, north, _up = eval("geomag." + alone.partition("geomag.")[2].partition("#")[0], names)
    assert north[0] > 2e4 > abs(east[0])  # nT: the field of the equator at 400 km points north
    density = eval(alone.splitlines()[-1], names)
    assert 1e-15 < density < 1e-13  # kg m-3 at 800 km


@pytest.mark.skipif(
    importlib.util.find_spec("dask_jobqueue") is not None, reason="dask-jobqueue is here: a cluster asks for Slurm"
)
def test_cluster_that_grows_needs_a_library_that_is_not_ours():
    """No Slurm is at hand: the block compiles, and its first line says what is missing."""
    block = blocks("docs/running.md")[0]
    compile(block, "running.md", "exec")
    with pytest.raises(ModuleNotFoundError, match="dask_jobqueue"):
        exec(block, {})


@pytest.fixture
def small_runs(tmp_path, monkeypatch):
    """A directory with the campaigns that the examples name: the README's of few histories, and a pinned one."""
    readme = (ROOT / "runs" / "trapped-protons-L1.20" / "campaign.toml").read_text()
    readme = readme.replace("histories = 200000", "histories = 2000").replace("block_size = 10000", "block_size = 1000")
    pinned = (ROOT / "tests" / "regression" / "campaigns" / "trapped-paper.toml").read_text()
    for name, text in (("runs/trapped-protons-L1.20", readme), ("my-campaign", pinned)):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "campaign.toml").write_text(text)
    monkeypatch.chdir(tmp_path)


@pytest.mark.slow
def test_readme_run(small_runs):
    names = {}
    exec(blocks("README.md")[0].partition("\n\n")[0], names)
    flux = names["result"].directional_flux_positron
    assert flux.dims == ("pitch_angle_deg", "energy_MeV")
    assert (flux.values >= 0.0).all()
    assert flux.values.any()


@pytest.mark.slow
def test_running_from_python(small_runs, tmp_path, capsys):
    """In memory, with blocks on disk, and read again: the same bits."""
    mcbelt.run("my-campaign", output="my-campaign/results")
    names = {"__name__": "__main__"}
    exec(blocks("docs/running.md")[1].replace("workers=2", "workers=1"), names)  # a block without a file has no script
    assert names["result"].flux_positron.attrs["units"] in capsys.readouterr().out
    assert (tmp_path / "somewhere").is_dir()
    again = mcbelt.open_result("somewhere")
    assert (again.flux_positron.values == names["result"].flux_positron.values).all()


def test_running_scan(tmp_path, monkeypatch):
    """The blocks on scans and on panels, on toy results."""
    monkeypatch.chdir(tmp_path)
    scan = '[scan]\n"shell.L" = [1.2, 1.3]\n"air.f107" = [70, 220]\nlink = ["air.f107", "air.f107a"]\n'
    for name, text in (("my-scan", toy.CAMPAIGN + scan), ("my-campaign", toy.CAMPAIGN)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "campaign.toml").write_text(text)
        driver.run(file.read(Path(name)), Path(name) / "results", toy.TOY)
    _, _, opened, drawn = blocks("docs/running.md")
    names = {}
    exec(opened, names)
    assert names["results"].flux_positron.dims == ("L", "f107", "energy_MeV")
    assert len(names["table"]) == 4 * 6
    exec(drawn, names)
    assert (tmp_path / "flux.pdf").stat().st_size > 5000
