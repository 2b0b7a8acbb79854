"""The packages beside this one, `geomag`, `atmosphere` and `kernelcache`: that each is ours, and no other of its name.

Other programs have packages of these names. One that is installed over ours overwrites its files, and takes them away
when it is removed; one that stands earlier on the path hides ours. Nothing is imported to find out: each of ours
says so in its `__init__.py`.
"""

import importlib.metadata
import importlib.util
from pathlib import Path

NAMES = ("kernelcache", "geomag", "atmosphere")
_MARK = "PART_OF_MCBELT = True"  # in the __init__.py of each


def _beside() -> Path:
    """The directory that holds ours; not by `__file__`, which would say that results depend on all files of data."""
    return Path(_beside.__code__.co_filename).parents[2]


def foreign() -> str:
    """What is wrong with a package beside this one, in a sentence with what to do; empty where all are ours."""
    again = "`pip install --force-reinstall --no-deps mcbelt`"
    for name in NAMES:
        own, spec = _beside() / name / "__init__.py", importlib.util.find_spec(name)
        if not own.is_file():
            return f"mcbelt: its package {name} is gone or has lost its files; install it again, {again}."
        path = own if spec is None or spec.origin is None else Path(spec.origin)
        if not path.samefile(own):
            return (
                f"mcbelt: another package called {name} hides that of mcbelt ({path.parent}); take it off the path "
                "(PYTHONPATH, or the directory that you start in), or rename it."
            )
        if _is_ours(path):
            continue
        other = _installed_by(name)
        remove = f"`pip uninstall {other}`, then " if other else ""
        about = f"the package {other or name}, another program's," if other else "another program's package"
        return f"mcbelt: {about} was installed over {name} of mcbelt ({path.parent}); {remove}{again}."
    return ""


def _is_ours(path: Path) -> bool:
    try:
        return _MARK in path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def _installed_by(name: str) -> str:
    """The distribution other than ours that a package of a name belongs to; empty where none says so."""
    found = importlib.metadata.packages_distributions().get(name, [])
    return next((each for each in found if each.lower() != "mcbelt"), "")
