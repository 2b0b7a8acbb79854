"""Numba's disk cache, made to survive: two processes that compile at once, a kill, a full disk, files cut or removed.

Numba writes an index of each function and a file of each of its compiled forms. As it stands, a file that is cut
short ends the program, a directory that is removed or full does too, and of two processes that compile at the same
time one may read the machine code of the other under the name of its own. Here every file carries a checksum and a
name of its own, an index is changed by one process at a time, and whatever cannot be read is compiled again.
"""

import contextlib
import glob
import hashlib
import logging
import os
import pickle
import uuid
from collections.abc import Iterator
from typing import Any

import filelock
from numba.core import caching

_DIGEST = hashlib.sha256(b"").digest_size
_warned = False


class WholeFiles(caching.IndexDataCacheFile):
    """Index and compiled forms of one function; what is not whole is not there."""

    def load(self, key: Any) -> Any:
        """Compiled form of a signature; None where there is none that can be read."""
        try:
            return super().load(key)
        except Exception:  # of unpickling: a cut or changed index can raise any
            return None

    def save(self, key: Any, data: Any) -> None:
        """Keep a compiled form: first its file, then the index that names it; files that no index names are removed."""
        base = self._index_name.removesuffix(".nbi")
        name = f"{base}.{uuid.uuid4().hex[:16]}.nbc"
        with self._alone():
            try:
                known = self._load_index()
            except Exception:  # as above
                known = {}
            self._save_data(name, data)
            known[key] = name
            self._save_index(known)
            for path in glob.glob(os.path.join(glob.escape(self._cache_path), f"{glob.escape(base)}.*.nbc")):
                if os.path.basename(path) not in known.values():
                    with contextlib.suppress(OSError):
                        os.unlink(path)

    def _save_data(self, name: str, data: Any) -> None:
        content = self._dump(data)
        with self._open_for_write(self._data_path(name)) as file:
            file.write(hashlib.sha256(content).digest() + content)

    def _load_data(self, name: str) -> Any:
        with open(self._data_path(name), "rb") as file:
            digest, content = file.read(_DIGEST), file.read()
        if hashlib.sha256(content).digest() != digest:
            raise OSError(f"{name} is damaged")
        return pickle.loads(content)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process changes an index of this directory meanwhile, where the file system has locks.

        Where it has none, the work is done without: an index that two have written is compiled again in part.
        """
        lock = filelock.FileLock(os.path.join(self._cache_path, "lock"), mode=0o600, thread_local=False)
        with contextlib.suppress(NotImplementedError, OSError):
            lock.acquire()
        try:
            yield
        finally:
            lock.release()


@contextlib.contextmanager
def _no_disk_is_no_error(cache: Any) -> Iterator[None]:
    """A cache that cannot be read or written is one warning: kernels are compiled for this process alone."""
    global _warned
    try:
        yield
    except OSError as error:
        if not _warned:
            logging.getLogger("mcbelt").warning(
                "cache directory %s: compiled kernels cannot be kept (%s); they are compiled again in each process.",
                cache.cache_path,
                error.strerror or error,
            )
        _warned = True


def use() -> None:
    """Have numba keep kernels in this way from now on; kernels that are made before keep theirs."""
    caching.IndexDataCacheFile = WholeFiles
    caching.Cache._guard_against_spurious_io_errors = _no_disk_is_no_error
