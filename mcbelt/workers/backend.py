"""What a place where blocks are computed offers, and what it is given: the parts that all backends share."""

import contextlib
import math
import pickle
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from atmosphere.errors import OutOfRange as OutOfAir
from geomag.errors import NoShell, OutOfRange
from kernelcache import prepared, threads
from mcbelt.errors import ConfigError, PhysicsError
from mcbelt.files import block, preparations
from mcbelt.files.block import Stamp
from mcbelt.tally import BlockResult

MOST_ATTEMPTS = 5  # a block that brings down its worker as often as this is not tried again
OF_A_CASE = (ConfigError, PhysicsError, OutOfRange, NoShell, OutOfAir)  # what a model or a result may be refused by
RunBlock = Callable[[Any, int, int, int], BlockResult]  # (model, seed, first, last)
Tell = Callable[[str], None]  # what is going on, in words


class Recipe(NamedTuple):
    """How a model is made, and what computes its blocks."""

    run_block: RunBlock
    prepare: Callable[[Any], Any]  # (campaign) -> model
    campaign: Any
    threads: int = 1  # that it may take: more where there are fewer models to make than workers


class Job(NamedTuple):
    """A block of a loaded model."""

    handle: int
    stamp: Stamp


class Used(NamedTuple):
    """What something cost the process that did it; NaN where the system does not tell."""

    seconds: float = math.nan  # of processor time
    megabytes: float = math.nan  # the most memory that the process had until then [MB]


NOT_TOLD = Used()


class Computed(NamedTuple):
    """A block that came back."""

    job: Job
    result: BlockResult
    image: bytes  # its file
    used: Used = NOT_TOLD


class Made(NamedTuple):
    """A model that is ready for its blocks."""

    handle: int
    model: Any
    used: Used = NOT_TOLD


class Refused(NamedTuple):
    """A model that cannot be made."""

    handle: int
    error: Exception  # of `OF_A_CASE`


class Backend(Protocol):
    """Where models are made and blocks computed."""

    def slots(self) -> int:
        """How many submitted blocks keep it busy, now."""

    def makers(self) -> int:
        """How many models can be made side by side, now; each takes its share of the slots."""

    def make(self, recipe: Recipe, tell: Tell) -> int:
        """Begin to make a model; a handle for `Job`, once `collect` has given the model."""

    def unload(self, handle: int) -> None:
        """Forget a model that was made."""

    def submit(self, job: Job) -> None:
        """Begin a block; returns at once where the backend has workers."""

    def collect(self) -> list[Computed | Made | Refused]:
        """Wait for a block or model that was begun, and return all that are ready. Raises ExecutionError."""

    def close(self) -> None:
        """Stop at once; blocks in flight are lost."""


def used_since(seconds: float) -> Used:
    """What this process used since its processor time was `seconds`."""
    try:
        import resource
    except ImportError:  # Windows
        return Used(time.process_time() - seconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Used(time.process_time() - seconds, peak / (1e6 if sys.platform == "darwin" else 1e3))


def computed(run_block: RunBlock, model: Any, stamp: Stamp) -> tuple[BlockResult, bytes, Used]:
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
    tuple of BlockResult, bytes and Used
    """
    began = time.process_time()
    with threads.serial_blas():
        found = run_block(model, stamp.seed, stamp.first, stamp.last)
    result = BlockResult(int(found.histories), dict(found.fates), dict(found.sums), dict(found.sums_of_squares))
    return result, block.image(result, stamp), used_since(began)


def made(prepare: Callable[[Any], Any], campaign: Any, tell: Tell | None = None) -> Any:
    """The model of a campaign; runs where it is made. Its parts come from the cache directory and go there.

    Parameters
    ----------
    prepare : callable
        Of the campaign.
    campaign : mcbelt.keys.Campaign
    tell : callable, optional
        Hears what is being made; without it, who listens already does.

    Returns
    -------
    object
    """
    with threads.serial_blas(), preparations.in_use(), prepared.told_to(tell) if tell else contextlib.nullcontext():
        return prepare(campaign)


def sendable(recipe: Recipe) -> bool:
    """Whether a worker can make the model: it must find the function by its name."""
    try:
        pickle.dumps(recipe)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True
