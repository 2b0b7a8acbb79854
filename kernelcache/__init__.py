"""Compiled kernels: where they are kept, on how many threads they run (`threads`); parts of models (`prepared`).

Numba's disk cache does not notice a change in a function that a cached one calls from another file, so the directory
is named after a hash of all sources of our packages and the numba version: any edit gives a fresh directory. A model
that a user registers at a seam comes from elsewhere; `outside` adds it to the hash.
"""

import functools
import gc
import hashlib
import logging
import multiprocessing
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

import numba
import platformdirs
from numba.core.caching import NullCache
from numba.core.dispatcher import Dispatcher

from kernelcache import references, whole_files

PART_OF_MCBELT = True  # looked for by `mcbelt.files.neighbours`
PACKAGES = ("geomag", "atmosphere", "mcbelt", "kernelcache")
_chosen = numba.config.CACHE_DIR  # by the user, in NUMBA_CACHE_DIR; empty if not
_outside: dict[str, str] = {}  # module and name of a model from elsewhere -> hash of what its kernels are made of


@functools.cache
def source_hash() -> str:
    """Hash of every Python source of our packages, with the numba version [16 hex digits]."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256(numba.__version__.encode())
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_root() -> Path:
    """Directory of the program for what it can make again (kernels, baked fields): the user's, made if need be.

    Where that cannot be made or written, a directory of the user in the system's temporary one, and a warning.
    """
    return _writable(Path(platformdirs.user_cache_dir("mcbelt")))


def use_hashed_directory() -> None:
    """Point numba's disk cache at the directory of these sources, unless the user has chosen one by NUMBA_CACHE_DIR.

    What is kept there is whole or not there, whatever befalls it (`kernelcache.whole_files`).
    """
    whole_files.use()
    numba.config.CACHE_DIR = str(_directory())


def _directory() -> Path:
    """Directory of compiled kernels: of these sources, and of the models from elsewhere that are registered now."""
    models = hashlib.sha256(repr(sorted(_outside.items())).encode()).hexdigest()[:16]
    base = Path(_chosen)
    if not (_chosen and _writable(base) == base):
        base = cache_root() / "kernels" / source_hash()
    return base / models if _outside else base


def outside(model: type, *kernels: Any) -> None:
    """Take note of a model that is registered at a seam; one from outside our packages gets kernels of its own on disk.

    Every kernel that calls the seam holds the model's compiled code, and numba would take it from the disk unseen
    when only the model has changed. From here on the directory is one of this model as well: its file, the functions
    that its kernels call and the values that they read, as far as they are not ours.

    Parameters
    ----------
    model : type
        What is passed to kernels.
    *kernels : callable or None
        Its functions.
    """
    if all(references.inside(part, PACKAGES) for part in (model, *kernels)):
        return
    name = f"{model.__module__}.{model.__qualname__} {[getattr(kernel, '__name__', '') for kernel in kernels]}"
    found = references.fingerprint((model, *kernels), PACKAGES)
    if _outside.get(name) == found:
        return
    _outside[name] = found
    use_hashed_directory()
    for dispatcher in [known for known in gc.get_objects() if issubclass(type(known), Dispatcher)]:
        if not isinstance(dispatcher._cache, NullCache):
            dispatcher.enable_caching()


class Kernels(dict):
    """Kernels by the type of their model, as a seam looks them up; entering one calls `outside`."""

    def __setitem__(self, model: type, kernel: Any) -> None:
        outside(model, kernel)
        super().__setitem__(model, kernel)

    def setdefault(self, model: type, kernel: Any = None) -> Any:
        """As that of dict."""
        if model not in self:
            self[model] = kernel
        return self[model]

    def update(self, *entries: Any, **named: Any) -> None:
        """As that of dict."""
        for model, kernel in dict(*entries, **named).items():
            self[model] = kernel


# ---------------------------------------------------------------- a directory that can be written


@functools.cache
def _writable(wanted: Path) -> Path:
    if _made(wanted):
        return wanted
    user = os.getuid() if hasattr(os, "getuid") else "user"
    instead = Path(tempfile.gettempdir()) / f"mcbelt-{user}"  # one for all processes, or each would compile anew
    if not (_made(instead) and _private(instead)):
        instead = Path(tempfile.mkdtemp(prefix="mcbelt-"))
    if not _is_worker():
        logging.getLogger("mcbelt").warning(
            "cache directory %s: cannot be made or written; %s serves in its place. Set XDG_CACHE_HOME (or "
            "NUMBA_CACHE_DIR, if you have set that) to a directory that can be written.",
            wanted,
            instead,
        )
    return instead


def _is_worker() -> bool:
    """Whether another process of the program has started this one, and has said already what there is to say."""
    importing = getattr(multiprocessing.current_process(), "_inheriting", False)  # a spawned one, before it begins
    return importing or multiprocessing.parent_process() is not None


def _made(path: Path) -> bool:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=path).close()
    except OSError:
        return False
    return True


def _private(path: Path) -> bool:
    """Whether nobody else can put code there: what is read from a cache is run."""
    found = path.lstat()
    mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return mine and stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o022
