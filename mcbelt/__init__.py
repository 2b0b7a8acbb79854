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

__version__ = "0.1.0"
__all__ = ["__version__", "open_result", "run"]


def __getattr__(name):
    """`mcbelt.run` and `mcbelt.open_result`, imported when first asked for: importing a kernel imports no I/O."""
    if name == "run":
        from mcbelt.campaign.kinds import run

        return run
    if name == "open_result":
        from mcbelt.files.result import open_result

        return open_result
    raise AttributeError(f"module 'mcbelt' has no attribute {name!r}")
