"""Wheel and archive of the sources, each installed outside the checkout; what they hold; the recipes around them."""

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=3000, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """Wheel and archive, built by the tools of this environment: nothing is fetched."""
    for tool in ("build", "hatchling", "hatch_vcs"):
        pytest.importorskip(tool, reason="the extra release is not installed")
    folder = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    (wheel,), (archive,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return wheel, archive


@pytest.fixture(scope="module", params=["wheel", "archive"])
def installed(request, packages, tmp_path_factory):
    """Python of an environment with one of the two, and with the libraries of this environment."""
    folder = tmp_path_factory.mktemp(request.param)
    _run(sys.executable, "-m", "venv", folder / "venv")
    python = folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    theirs = Path(_run(python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])").strip())
    (theirs / "libraries.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")  # its own .pth files are not read
    package = packages[request.param == "archive"]
    _run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", package)
    return python


@pytest.mark.slow
def test_an_installed_package_runs_outside_the_checkout(installed, tmp_path):
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    where = "import mcbelt, geomag, atmosphere; print(mcbelt.__file__); print(mcbelt.__version__)"
    path, version = _run(installed, "-W", "error", "-c", where, cwd=tmp_path, env=environment).split()
    assert ROOT not in Path(path).parents
    assert re.fullmatch(r"\d+\.\d+.*", version)
    mcbelt = installed.parent / "mcbelt"
    assert _run(mcbelt, "--version", cwd=tmp_path, env=environment) == f"mcbelt {version}\n"
    pages = Path(path).parent / "pages"
    assert (pages / "tutorial.md").is_file()
    assert (pages / "figures" / "trapped-protons-L1.20.png").is_file()
    _run(mcbelt, "init", "mine", cwd=tmp_path, env=environment)
    if "wheel" in str(installed):  # the archive makes the same wheel: one of the two compiles
        assert "B0" in _run(mcbelt, "shell", "--L", "1.2", "--date", "1998-06-05", cwd=tmp_path, env=environment)


@pytest.mark.slow
def test_what_the_packages_hold(packages):
    wheel, archive = packages
    with zipfile.ZipFile(wheel) as file:
        held = set(file.namelist())
    for name in ("mcbelt/py.typed", "mcbelt/data/ap8/min.csv", "mcbelt/pages/index.md", "geomag/py.typed"):
        assert any(entry.startswith(name.rpartition("/")[0]) for entry in held), name
    assert "mcbelt/pages/limits.md" in held
    assert not [name for name in held if name.startswith(("tests", "tools", "docs", "runs"))]
    assert not [name for name in held if name.startswith("mcbelt/pages/") and name.endswith(".py")]
    assert wheel.stat().st_size < 8e6
    tracked = set(_run("git", "-C", ROOT, "ls-files").splitlines())
    with tarfile.open(archive) as file:
        names = {name.partition("/")[2] for name in file.getnames()}
    assert tracked - names == set()


def test_the_recipes_name_the_same_dependencies():
    """Of conda, which names matplotlib without its windows."""
    recipe = (ROOT / "release" / "conda" / "meta.yaml").read_text(encoding="utf-8")
    run = recipe.partition("  run:\n")[2].partition("  run_constrained")[0]
    asked = {line.strip("- ").replace(" ", "").replace("matplotlib-base", "matplotlib") for line in run.splitlines()}
    assert asked - {"python>=3.11", ""} == {entry.replace(" ", "") for entry in PROJECT["dependencies"]}
    table = (ROOT / "docs" / "standards.md").read_text(encoding="utf-8")
    for entry in PROJECT["dependencies"]:
        assert f"`{entry}`" in table, f"run release/wheels.py: {entry} is not in docs/standards.md"


def test_what_was_not_run_says_so():
    for name in (".github/workflows/tests.yml", "release/conda/meta.yaml", "release/Containerfile"):
        assert "ritten, not run" in (ROOT / name).read_text(encoding="utf-8")
        assert f"| `{name}` | written, not run" in (ROOT / "docs" / "standards.md").read_text(encoding="utf-8")


def test_the_packages_import_what_every_system_has():
    """No module of one system alone at import; Windows has neither fcntl nor resource nor os.getuid."""
    for package in ("mcbelt", "geomag", "atmosphere", "kernelcache"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"(?m)^(import|from) (fcntl|resource|pwd|grp|termios|msvcrt)\b", text), path
