"""Who made a result, and of what: versions, the commit of the sources, a hash of the code that decides the numbers."""

import datetime
import functools
import hashlib
import importlib.metadata
import platform
import subprocess
from pathlib import Path

import mcbelt
from mcbelt.files import import_graph

_ROOT = Path(__file__).resolve().parents[2]
# What carries numbers and does not make them; a new version of these leaves blocks valid.
_CARRIERS = frozenset({"xarray", "pydantic", "platformdirs", "threadpoolctl", "filelock"})
_DEPENDENCIES = ("numpy", "scipy", "numba", "pymsis", "ppigrf", "xarray", "h5netcdf", "h5py", "pydantic")


@functools.cache
def code_hash(entries: tuple[str, ...], root: Path = _ROOT) -> str:
    """Hash of the code behind the numbers; blocks of two codes never mix.

    It covers every module that the entries reach by imports, the data files that these can read, and the versions of
    the libraries that they import. `mcbelt.settings` is not reached by a belt's sources and is not needed: what
    settings and presets decide reaches the sources as values of the campaign, and these are in the physics hash.

    Parameters
    ----------
    entries : tuple of str
        Modules that compute: that which prepares the model, that of the blocks, that of the fluxes.
    root : Path
        Directory that holds the packages.

    Returns
    -------
    str
        16 hex digits.

    Raises
    ------
    ModuleNotFoundError
        An entry is no module of ours.
    """
    found = import_graph.reached(entries, root)
    digest = hashlib.sha256()
    for library in sorted(found.libraries - _CARRIERS):
        digest.update(f"{library} {_version(library)}\n".encode())
    sources = [import_graph.source_path(module, root) for module in found.modules]
    for path in sorted([*filter(None, sources), *found.data]):
        digest.update(f"{path.relative_to(root).as_posix()} {path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _version(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


@functools.cache
def versions() -> str:
    """Versions of Python and of the libraries that a result depends on, as one line."""
    python = f"python {platform.python_version()}"
    return ", ".join([python, *(f"{name} {_version(name)}" for name in _DEPENDENCIES)])


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
