"""Electrons and positrons that protons make in the thin upper air, followed around the Earth."""

import sys
from pathlib import Path

from mcbelt.files import neighbours

if _wrong := neighbours.foreign():
    if Path(sys.argv[0] if sys.argv else "").stem in ("mcbelt", "-m"):  # a command: no traceback
        print(_wrong, file=sys.stderr)
        raise SystemExit(2)
    raise ImportError(_wrong)

import kernelcache

kernelcache.use_hashed_directory()

__all__ = ["__version__", "open_result", "open_results", "open_table", "run"]


def __getattr__(name):
    """The functions of the package's door, imported when first asked for: importing a kernel imports no I/O.

    `mcbelt.__version__` is that of the installed distribution, which has it from the tags of git.
    """
    if name == "run":
        from mcbelt.campaign.kinds import run

        return run
    if name == "open_result":
        from mcbelt.files.result import open_result

        return open_result
    if name == "open_results":
        from mcbelt.campaign.scanned import open_results

        return open_results
    if name == "open_table":
        from mcbelt.figures.tables import open_table

        return open_table
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("mcbelt")
        except PackageNotFoundError:
            return "0+unknown"  # sources on the path that were never installed
    raise AttributeError(f"module 'mcbelt' has no attribute {name!r}")
