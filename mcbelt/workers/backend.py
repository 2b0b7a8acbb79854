"""What a place where blocks are computed offers, and what it is given: the parts that all backends share."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from kernelcache import threads
from mcbelt.files import block
from mcbelt.files.block import Stamp
from mcbelt.tally import BlockResult

MOST_ATTEMPTS = 5  # a block that brings down its worker as often as this is not tried again
RunBlock = Callable[[Any, int, int, int], BlockResult]  # (model, seed, first, last)


class Job(NamedTuple):
    """A block of a loaded model."""

    handle: int
    stamp: Stamp


class Computed(NamedTuple):
    """A block that came back."""

    job: Job
    result: BlockResult
    image: bytes  # its file


class Backend(Protocol):
    """Where blocks are computed."""

    def slots(self) -> int:
        """How many submitted blocks keep it busy, now."""

    def load(self, run_block: RunBlock, model: Any) -> int:
        """Hand over a model, once for all its blocks; a handle for `Job`."""

    def unload(self, handle: int) -> None:
        """Forget a model."""

    def submit(self, job: Job) -> None:
        """Begin a block; returns at once where the backend has workers."""

    def collect(self) -> list[Computed]:
        """Wait for at least one submitted block and return all that are ready. Raises ExecutionError."""

    def close(self) -> None:
        """Stop at once; blocks in flight are lost."""


def computed(run_block: RunBlock, model: Any, stamp: Stamp) -> tuple[BlockResult, bytes]:
    """A block and the image of its file; runs where the block is computed.

    Parameters
    ----------
    run_block : callable
        `run_block(model, seed, first, last)`, the scores of the histories [first, last).
    model : object
        What `run_block` takes; picklable.
    stamp : Stamp
        Seed and histories of the block, kept in the image.

    Returns
    -------
    tuple of BlockResult and bytes
    """
    with threads.serial_blas():
        found = run_block(model, stamp.seed, stamp.first, stamp.last)
    result = BlockResult(int(found.histories), dict(found.fates), dict(found.sums), dict(found.sums_of_squares))
    return result, block.image(result, stamp)
