"""Where compiled kernels are kept on disk.

Numba's disk cache does not notice a change in a function that a cached one calls from another file, so the directory
is named after a hash of all sources of the three packages and the numba version: any edit gives a fresh directory.
"""

import hashlib
import os
from pathlib import Path

import numba
import platformdirs

_PACKAGES = ("geomag", "atmosphere", "mcbelt")


def source_hash() -> str:
    """Hash of every Python source of geomag, atmosphere and mcbelt, with the numba version [16 hex digits]."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256(numba.__version__.encode())
    for package in _PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_root() -> Path:
    """User cache directory of the program (kernels, baked fields)."""
    return Path(platformdirs.user_cache_dir("mcbelt"))


def use_hashed_directory() -> None:
    """Point numba's disk cache at the directory of these sources, unless the user has chosen one by NUMBA_CACHE_DIR."""
    if not os.environ.get("NUMBA_CACHE_DIR"):
        numba.config.CACHE_DIR = str(cache_root() / "kernels" / source_hash())
