"""Another program's `geomag`, `atmosphere` or `kernelcache`: recognised, and named in one sentence with what to do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mcbelt.files import neighbours

ROOT = Path(__file__).parents[2]
FOREIGN = '"""World Magnetic Model."""\n\n\ndef declination(dlat, dlon):\n    return 0.0\n'


def answer(directory, *command):
    """Status and errors of a fresh Python that finds packages in a directory first."""
    environment = {**os.environ, "PYTHONPATH": str(directory), "PYTHONSAFEPATH": "1"}
    found = subprocess.run([sys.executable, *command], capture_output=True, text=True, env=environment, check=False)
    return found.returncode, found.stderr


def test_ours_are_ours():
    assert neighbours.foreign() == ""


@pytest.mark.parametrize("name", neighbours.NAMES)
def test_a_package_that_hides_ours(tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text(FOREIGN)
    status, err = answer(tmp_path, "-m", "mcbelt", "--version")
    assert (status, err.count("\n")) == (2, 1)
    assert err.startswith(
        f"mcbelt: another package called {name} hides that of mcbelt ({tmp_path / name}); take it off"
    )
    status, err = answer(tmp_path, "-c", "import mcbelt")
    assert (status, f"ImportError: mcbelt: another package called {name}" in err) == (1, True)


@pytest.fixture
def installed(tmp_path):
    """A place where all packages of the program are installed: links to them, but for copies of what is beside it."""
    for name in ("mcbelt", *neighbours.NAMES):
        (tmp_path / name).mkdir()
        for path in (ROOT / name).iterdir():
            if path.name != "__init__.py":
                (tmp_path / name / path.name).symlink_to(path)
        shutil.copy(ROOT / name / "__init__.py", tmp_path / name)
    return tmp_path


def test_a_program_that_was_installed_over_ours_and_removed(installed):
    own = installed / "geomag" / "__init__.py"
    own.write_text(FOREIGN)
    about = installed / "geomag-0.9.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: geomag\nVersion: 0.9\n")
    (about / "RECORD").write_text("geomag/__init__.py,,\n")
    status, err = answer(installed, "-m", "mcbelt", "check", "nothing")
    assert (status, err.count("\n")) == (2, 1)
    assert "was installed over geomag of mcbelt" in err
    assert "`pip uninstall geomag`, then `pip install --force-reinstall --no-deps mcbelt`" in err
    shutil.rmtree(about)
    own.unlink()  # as pip removes it
    status, err = answer(installed, "-m", "mcbelt", "--version")
    assert (status, err.count("\n")) == (2, 1)
    assert "its package geomag is gone or has lost its files; install it again" in err
    shutil.copy(ROOT / "geomag" / "__init__.py", own)
    assert answer(installed, "-m", "mcbelt", "--version")[0] == 0
