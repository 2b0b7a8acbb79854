"""Who made a result, and of what: versions, the commit of the sources, and a hash of the code that decides the
numbers.
"""

import datetime
import functools
import hashlib
import importlib.metadata
import platform
import subprocess
from pathlib import Path

import mcbelt

_ROOT = Path(__file__).resolve().parents[2]
_PHYSICS = (
    "geomag",
    "atmosphere",
    "mcbelt/physics",
    "mcbelt/orbits",
    "mcbelt/cascade",
    "mcbelt/places",
    "mcbelt/sources",
    "mcbelt/interstellar",
    "mcbelt/spectra",
    "mcbelt/data",
    "mcbelt/constants.py",
    "mcbelt/grid.py",
    "mcbelt/rng.py",
    "mcbelt/particles.py",
    "mcbelt/tally.py",
)
_DEPENDENCIES = ("numpy", "scipy", "numba", "pymsis", "ppigrf", "xarray", "h5netcdf", "h5py", "pydantic")


@functools.cache
def code_hash() -> str:
    """Hash of the sources and tables behind the numbers [16 hex digits]; blocks of two codes never mix."""
    digest = hashlib.sha256(mcbelt.__version__.encode())
    for entry in _PHYSICS:
        base = _ROOT / entry
        paths = [base] if base.is_file() else sorted(path for path in base.rglob("*") if path.is_file())
        for path in paths:
            if "__pycache__" not in path.parts:
                digest.update(path.relative_to(_ROOT).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@functools.cache
def versions() -> str:
    """Versions of Python and of the libraries that a result depends on, as one line."""
    found = [f"python {platform.python_version()}"]
    for name in _DEPENDENCIES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"{name} not installed")
    return ", ".join(found)


@functools.cache
def git_state() -> tuple[str, str]:
    """Commit of the checkout of the program, and whether its files differ; ("", "unknown") where there is none."""
    if not (_ROOT / ".git").exists():
        return "", "unknown"
    try:
        commit = _git("rev-parse", "HEAD").strip()
        changed = _git("status", "--porcelain", "--untracked-files=no").strip()
    except (OSError, subprocess.SubprocessError):
        return "", "unknown"
    return commit, "true" if changed else "false"


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(_ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout


def attributes() -> dict[str, str]:
    """Attributes of every result: program, versions, commit, host kind and the time now [UTC]."""
    commit, dirty = git_state()
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    return {
        "mcbelt_version": mcbelt.__version__,
        "versions": versions(),
        "git_commit": commit,
        "git_dirty": dirty,
        "platform": f"{platform.system()} {platform.machine()}",
        "created_utc": now,
    }
