"""Every command that a page or a help text names runs in a test: as it is written, or in the test that TESTED says."""

import ast
import importlib.util
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import named_commands
import numpy as np
import pytest
import toy_simulation as toy
from named_commands import ROOT
from toy_simulation import same_bits
from typer.testing import CliRunner

from mcbelt.campaign import driver, kinds
from mcbelt.campaign import file as campaign_file
from mcbelt.cli import app
from mcbelt.files import result
from mcbelt.workers import in_process

HERE = "tests/system/test_named_commands.py::"
FIGURES = "tests/system/test_paper_figures.py::"
# Pattern of commands -> the tests that run them. A command needs one pattern, a pattern one command, a test must exist.
TESTED = {
    r"mcbelt( [a-z ]+)? --help": [f"{HERE}test_help"],
    r"mcbelt (shell|cutoff|trace|yields|galaxy models).*": [f"{HERE}test_example_as_it_is_written"],
    r"mcbelt (init|check|run|status|show|plot|report|export|cite)( my-campaign| campaign\.toml| results/result\.nc)?"
    r"( --workers 2| --csv)?": [f"{HERE}test_life_of_a_campaign"],
    r"mcbelt (init|check|run|cite) (DIR|FILE|RESULT)": [
        f"{HERE}test_life_of_a_campaign",
        "tests/system/test_cli.py::test_run_show_plot_export_report_cite",
    ],
    r"mcbelt export my-campaign --output \w+\.(csv|nc|cdf)": [
        "tests/system/test_scan_results.py::test_netcdf_after_the_cf_conventions",
        "tests/system/test_scan_results.py::test_cdf_with_the_attributes_of_istp",
    ],
    r"mcbelt cite my-campaign --bibtex( > mcbelt\.bib)?": [
        "tests/system/test_scan_results.py::test_cite_as_text_bibtex_and_json"
    ],
    r"mcbelt --install-completion": ["tests/system/test_cli_surface.py::test_completion_of_a_shell"],
    r"mcbelt schema( > campaign\.schema\.json)?": ["tests/system/test_cli_surface.py::test_schema_is_printed"],
    r"mcbelt docs( PAGE| campaign-format)?": ["tests/system/test_cli_surface.py::test_pages_are_listed_and_printed"],
    r"mcbelt init my-campaign --date 2024-05-11( --indices builtin)?": [
        "tests/system/test_cli_surface.py::test_first_file_with_the_sun_of_its_month"
    ],
    r"mcbelt merge A B \.\.\. --output C": ["tests/system/test_cli.py::test_merge_of_two_seeds"],
    r"mcbelt run DIR --dask local --workers 8": [
        "tests/system/test_dask.py::test_dask_local",
        "tests/system/test_real_campaign.py::test_every_backend_gives_the_same_bits",
    ],
    r"mcbelt run (DIR|my-campaign) --dask tcp:.*|dask (scheduler|worker) .*": [
        "tests/system/test_dask.py::test_existing_cluster_gives_the_same_bits",
        f"{HERE}test_cluster_by_hand",
    ],
    r"mcbelt reproduce gusev2003 --figure (N|\d+|[a-z-]+)( --output docs/figures)?": [
        f"{FIGURES}test_figure",
        f"{FIGURES}test_figure_as_a_user_draws_it",
    ],
    r"mcbelt reproduce (ms98|lecture|secondary-origin) --figure \d": [f"{FIGURES}test_figure"],
    r"mcbelt reproduce (PAPER|two-halo)": [f"{FIGURES}test_all_figures_of_a_paper_when_none_is_named"],
    r"mcbelt cache( --show| --clear)?": ["tests/system/test_in_the_dark.py::test_cache"],
    r"mcbelt galaxy run FILE\.toml": ["tests/system/test_galaxy_campaign.py::test_result_file"],
    r"mcbelt fraction RESULT\.\.\. --model ms98-08-005": ["tests/system/test_galaxy_campaign.py::test_fraction_figure"],
    r"mcbelt (galaxy )?(run|plot|show|compare|fraction) runs/.*": [f"{HERE}test_question_of_runs"],
    r"mcbelt compare my-campaign( --data my-points\.csv)?": [
        "tests/system/test_compare_table.py::test_ratio_beside_ours",
        "tests/unit/test_few_histories.py::test_compare_says_it",
    ],
    r"make (run|test|test-slow|faults|bench|mutants)": [f"{HERE}test_make_does_what_it_says"],
    r"python -m benchmarks step drift": [f"{HERE}test_benchmarks"],
    r"python benchmarks/campaign_load\.py NAME": [f"{HERE}test_load_of_a_campaign"],
    r"(python )?tools/\w+\.py": [f"{HERE}test_tool"],
    r"mcbelt --debug COMMAND": ["tests/system/test_command_door.py::test_debug_shows_the_traceback"],
    r"mcbelt run my-campaign --fresh|mcbelt show my-campaign --json": [
        "tests/system/test_tutorial.py::test_commands_one_after_the_other",
        "tests/system/test_cli.py::test_run_show_plot_export_report_cite",
    ],
    r"make docs": ["tests/system/test_site.py::test_every_page_is_there"],
    r"make paper|python -m paper": ["tests/system/test_paper.py::test_the_paper_is_made"],
    r"python -m tools\.interpreted": [
        "tests/unit/test_interpreted.py::test_what_is_dear_or_fails_is_told_apart_and_kernels_are_counted"
    ],
    r"python -m tools\.bake (plan|run|measure|assemble).*": [
        "tests/unit/test_bake.py::test_what_the_help_names_is_there"
    ],
    r"make dist": ["tests/system/test_packages.py::test_what_the_packages_hold"],
    r"python release/wheels\.py": ["tests/system/test_packages.py::test_the_recipes_name_the_same_dependencies"],
}
COMMANDS = named_commands.everywhere()
EXAMPLES = [c for c in COMMANDS if re.match(r"mcbelt (shell|cutoff|trace|yields|galaxy models) ?(?!.*--help)", c)]
LONG_EXAMPLES = ("--map sky.png",)  # a minute


def test_every_named_command_is_run_by_a_test_that_exists():
    for command, where in COMMANDS.items():
        fitting = [pattern for pattern in TESTED if re.fullmatch(pattern, command)]
        assert fitting, f"{where} names `{command}`; say in TESTED which test runs it"
    for pattern, tests in TESTED.items():
        assert any(re.fullmatch(pattern, command) for command in COMMANDS), f"no page names {pattern} any more"
        for test in tests:
            path, name = test.split("::")
            functions = [node.name for node in ast.parse((ROOT / path).read_text()).body if hasattr(node, "name")]
            assert name in functions, f"{test} does not exist"


@pytest.mark.parametrize(
    ("page", "commands"),
    [
        ("```\nmcbelt run a   # why\nmcbelt run b & X=$!\nresult.nc\n```", ["mcbelt run a", "mcbelt run b"]),
        ("```python\nmcbelt.run(1)\n```\n`mcbelt.run` and `mcbelt\nplot` and `[run]`", ["mcbelt plot"]),
        ("    make run     # the job\n    kind = 1\n", ["make run"]),
    ],
)
def test_commands_of_a_page(page, commands):
    assert named_commands.of_page(page) == commands


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.endswith("--help")])
def test_help(command):
    told = CliRunner().invoke(app, shlex.split(command)[1:], catch_exceptions=False)
    assert told.exit_code == 0
    assert "Usage:" in told.output


def _marked(commands):
    long = [any(part in command for part in LONG_EXAMPLES) for command in commands]
    return [pytest.param(c, marks=pytest.mark.slow) if wait else c for c, wait in zip(commands, long, strict=True)]


@pytest.mark.parametrize("command", _marked(EXAMPLES), ids=str)
def test_example_as_it_is_written(command, tmp_path, monkeypatch):
    """Examples of the help texts and pages, in an empty directory; a bare command asks for what it lacks."""
    monkeypatch.chdir(tmp_path)
    words = shlex.split(command)[1:]
    told = CliRunner().invoke(app, words)
    if len(words) == 1:
        assert told.exit_code == 2
        assert "Missing option" in told.output
        return
    assert told.exit_code == 0, told.exception
    assert len(told.output) > 50
    if "--json" in words:
        assert all(value is None or np.all(np.isfinite(value)) for value in _numbers(json.loads(told.output)))
    for option in ("--out", "--map", "--figure"):
        if option in words:
            assert Path(words[words.index(option) + 1]).stat().st_size > 10_000


def _numbers(found):
    values = found.values() if isinstance(found, dict) else found
    for value in values:
        if isinstance(value, dict | list):
            yield from _numbers(value)
        elif not isinstance(value, str):
            yield value


def _block(page, first):
    """The commands of a page from the one that begins with `first`, up to the last of its block."""
    lines = (ROOT / page).read_text().splitlines()
    begin = next(i for i, line in enumerate(lines) if line.strip().startswith(first))
    block = "```\n" + "\n".join(lines[begin:]).split("\n\n")[0].split("\n```")[0] + "\n```"
    return named_commands.of_page(block)


@pytest.mark.parametrize(("page", "first"), [("docs/running.md", "mcbelt init"), ("README.md", "mcbelt init   ")])
def test_life_of_a_campaign(page, first, tmp_path, monkeypatch):
    """The commands of the page one after the other, with toy physics and few histories."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{Path(__file__).parent}")
    monkeypatch.setitem(kinds._SIMULATIONS, "belt", lambda asked: toy.TOY)
    commands = [c for c in _block(page, first) if not c.startswith("mcbelt reproduce")]
    assert len(commands) >= 5
    for command in commands:
        told = CliRunner().invoke(app, shlex.split(command)[1:])
        assert told.exit_code == 0, (command, told.exception)
        for campaign in tmp_path.glob("**/campaign.toml"):
            if command.startswith("mcbelt init"):
                text = re.sub(r"(?m)^#? ?histories = .*$", "histories = 600", campaign.read_text())
                campaign.write_text(re.sub(r"(?m)^#? ?block_size = .*$", "block_size = 300", text))
    (found,) = tmp_path.glob("**/result.nc")
    assert int(result.open_result(found)["fate_count"].sum()) == 600


CUTS = {  # of the campaigns in runs/: what makes them short; everything else is theirs
    "ams01-equator": 4,
    "belt-over-L": 0,
    "cosmic-rays-L1.09": 4,
    "cosmic-rays-L1.12": 4,
    "cosmic-rays-L1.20": 4,
    "galaxy-ms98-08-005": None,
    "galaxy-two-halo": None,
    "trapped-protons-L1.20": 40,
    "trapped-protons-L1.20-paper": 40,
}


def test_every_question_of_runs_is_there():
    assert sorted(CUTS) == sorted(path.parent.name for path in ROOT.glob("runs/*/campaign.toml"))


@pytest.mark.slow
@pytest.mark.parametrize("name", CUTS)
def test_question_of_runs(name, tmp_path, monkeypatch):
    """The commands of a README in runs/, one after the other; campaigns with fewer histories."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "runs" / name, tmp_path / "runs" / name, ignore=shutil.ignore_patterns("results*"))
    campaign = tmp_path / "runs" / name / "campaign.toml"
    if CUTS[name] is not None:
        text = re.sub(r"(?m)^histories = .*$", f"histories = {CUTS[name]}", campaign.read_text())
        text = re.sub(r"(?m)^block_size = .*$", f"block_size = {CUTS[name] or 1}", text)
        text = re.sub(r"(?m)^(target_relative_error|max_histories) = .*\n", "", text)
        text = re.sub(r'(?m)^"shell.L" = .*$', '"shell.L" = [1.12, 1.2]', text)
        campaign.write_text(text)
    commands = named_commands.of_page((ROOT / "runs" / name / "README.md").read_text())
    commands = [c for c in commands if c.startswith("mcbelt") and "reproduce" not in c]
    assert commands
    for command in commands:
        told = CliRunner().invoke(app, shlex.split(command)[1:])
        assert told.exit_code == 0, (command, told.exception)
    assert [*(tmp_path / "runs" / name / "results").glob("**/result.nc")]


@pytest.mark.slow
def test_cluster_by_hand(toy_campaign, undisturbed):
    """A scheduler and two workers started from the shell, and a driver that is told the address."""
    pytest.importorskip("distributed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{Path(__file__).parent}"}
    dask = [sys.executable, "-m", "dask"]
    scheduler = [*dask, "scheduler", "--port", str(port), "--no-dashboard"]
    workers = [*dask, "worker", f"tcp://127.0.0.1:{port}", "--nworkers", "2", "--nthreads", "1"]
    started = [subprocess.Popen(command, env=environment, cwd=toy_campaign) for command in (scheduler, workers)]
    try:
        file = campaign_file.read(toy_campaign)
        driver.run(file, toy_campaign / "results", toy.TOY, lambda: in_process.opened(1, f"tcp://127.0.0.1:{port}"))
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(timeout=60)
    assert same_bits(result.open_result(toy_campaign), undisturbed)


@pytest.mark.parametrize(
    ("target", "programs"),
    [
        ("run", ["mcbelt run runs/trapped-protons-L1.20", "mcbelt plot runs/trapped-protons-L1.20"]),
        ("test", ["ruff check", "ruff format --check", "lint-imports", "python -m pytest"]),
        ("test-slow", ["lint-imports", 'python -m pytest -n 2 --dist loadfile -m "slow or not slow"']),
        ("faults", ["python tests/system/faults.py"]),
        ("bench", ["python -m benchmarks"]),
        ("mutants", ["python -m tools.mutants --jobs 1"]),
        ("docs", ["python -m sphinx --fail-on-warning"]),
        ("paper", ["python -m paper"]),
        ("dist", ["python -m build --outdir dist"]),
    ],
)
def test_make_does_what_it_says(target, programs):
    """What make would do, with the environment there: the tests cannot run themselves; the rest is run elsewhere."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    command = ["make", "--dry-run", "--old-file=.venv/.installed", "--old-file=.venv/.docs", target]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert all(program in told for program in programs)


@pytest.mark.slow
def test_benchmarks(tmp_path):
    command = [sys.executable, "-m", "benchmarks", "step", "drift", "--json", str(tmp_path / "found.json")]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=1800)
    found = json.loads((tmp_path / "found.json").read_text())
    assert set(found) == {"step", "drift"}
    assert all(value > 0.0 for value in found["step"].values() if isinstance(value, float))


@pytest.mark.parametrize(
    "what", ["memory", *(pytest.param(what, marks=pytest.mark.slow) for what in ("scaling", "tiny", "overhead"))]
)
def test_load_of_a_campaign(what):
    command = [sys.executable, "benchmarks/campaign_load.py", what, "--blocks", "4", "--seconds", "0.01"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["what"] == what


def _tool(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Tools that run for hours or need programs that a user has not got: their options are asked for.
BAKING = (
    "bake_beams", "bake_urqmd", "bake_ap8", "bake_electrons", "bake_sun", "compare_urqmd", "measured_production",
    "measure_costs",
)  # fmt: skip
DRAWN = "atmosphere decay energy_loss errors free_electrons geomag scattering the_sun_as_lived tracer"
MADE = {  # tool -> name of the folder that it writes to, files
    "draw_sources": ("OUT", ["sources_cosmic_rays.png", "sources_trapped_protons.png"]),
    "draw_yields": ("OUT", ["pion_production.png"]),
    "draw_weights": ("OUT", ["production_weights.png"]),
    "draw_methods": ("OUT", [f"{page}.png" for page in DRAWN.split()]),
    "bake_ap8_shells": ("OUT", ["shells.csv"]),
}
MINUTES = ("lived_over_day", "fit_weights")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(path.stem, marks=pytest.mark.slow) if path.stem in (*MADE, *MINUTES) else path.stem
        for path in sorted(ROOT.glob("tools/*.py"))
        if "__main__" in path.read_text()  # the others are parts of these
    ],
)
def test_tool(name, tmp_path, monkeypatch, capsys):
    """Tools that need our own code alone do their work into another folder; the others explain themselves."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    if name in BAKING:
        command = [sys.executable, f"tools/{name}.py", "--help"]
        told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        assert "usage:" in told.stdout
        return
    module = _tool(name)
    if name in MADE:
        folder, files = MADE[name]
        monkeypatch.setattr(module, folder, tmp_path)
        if hasattr(module, "SHELLS"):
            monkeypatch.setattr(module, "SHELLS", module.SHELLS[:2])
        module.main()
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files)
        assert all((tmp_path / file).stat().st_size > 100 for file in files)
    elif name == "write_campaign_reference":
        page = (ROOT / "docs" / "campaign-format.md").read_text()
        (tmp_path / "page.md").write_text(page)
        monkeypatch.setattr(module, "PAGE", tmp_path / "page.md")
        module.main()
        assert (tmp_path / "page.md").read_text() == page
    elif name == "step_convergence":
        table = (ROOT / "docs" / "methods" / "step_convergence_before.csv").read_text().splitlines()
        assert len(table) - 1 == len(list(module.starts())) == 126
    elif name == "tabulate_heavy_stopping":
        module.print_table(ROOT / "tests" / "data" / "em_pstar_dry_air.csv")
        rows = capsys.readouterr().out.splitlines()[2:]
        assert len(rows) == 18
        assert all(row in (ROOT / "docs" / "methods" / "energy_loss.md").read_text() for row in rows)
    elif name == "lived_over_day":
        module.main(["--L", "1.2", "--date", "1998-06-05"])
        page = (ROOT / "docs" / "methods" / "the_sun_as_lived.md").read_text()
        heading, _, row = capsys.readouterr().out.splitlines()
        known = next(line for line in page.splitlines() if line.startswith(row[:23]))
        assert heading in page
        found, expected = (np.array(re.findall(r"\d[\d.]*", line.split("|", 3)[3]), float) for line in (row, known))
        np.testing.assert_allclose(found, expected, rtol=0.02)  # of rounding, and of NRLMSIS's single precision
    elif name == "belt_over_L":  # the campaign takes half an hour; its page is made from the numbers beside its figure
        (tmp_path / "page.md").write_text(module.PAGE.read_text())
        monkeypatch.setattr(module, "PAGE", tmp_path / "page.md")
        monkeypatch.setattr(sys, "argv", ["belt_over_L.py", "--table"])
        module.main()
        assert (tmp_path / "page.md").read_text() == (ROOT / "docs" / "gallery" / "belt_over_L.md").read_text()
    elif name == "fit_weights":  # the file that ships comes back
        monkeypatch.setattr(module, "OUT", tmp_path / "weights.csv")
        monkeypatch.setattr(sys, "argv", ["fit_weights.py", "--date", "2026-12-01", "--quick"])
        module.main()
        known, again = (
            np.array([line.split(",")[4] for line in path.read_text().splitlines()[10:]], float)
            for path in (ROOT / "mcbelt" / "data" / "yields" / "weights.csv", tmp_path / "weights.csv")
        )
        np.testing.assert_allclose(again, known, atol=0.002)  # three digits are written
    elif name == "paper_numbers":
        assert (ROOT / "tests" / "unit" / "test_paper_numbers.py").is_file()  # its table and its values are there
    elif name == "trapped_against_orbits":
        assert (
            ROOT / "tests" / "physics" / "test_trapped_against_orbits.py"
        ).is_file()  # minutes: the orbits are followed there
    elif name == "interpreted":
        assert (ROOT / "tests" / "unit" / "test_interpreted.py").is_file()  # in a process of its own: no compiler there
    elif name == "step_tenth":
        assert (
            ROOT / "tests" / "unit" / "test_step_tenth.py"
        ).is_file()  # minutes on a campaign: its arithmetic is there
    else:
        assert name == "fit_yield_factors"
        assert len(module.measured("7")[0]) > 5
