"""Errors that a user can mend. Each message says where, what was found, what is allowed, and what to do.

Only the command line turns them into a sentence and exit status 2; anything else is a bug, a line that names the file
of its traceback, and exit status 1 (`mcbelt.cli.door`).
"""

from collections.abc import Mapping, Sequence
from typing import Any


class McbeltError(Exception):
    """Base of all errors that the user can mend."""


class ConfigError(McbeltError):
    """The campaign file asks for something that is not there or not allowed."""


class ResultsError(McbeltError):
    """A result file is damaged, of an unknown version, or does not belong where it is used."""


class PhysicsError(McbeltError):
    """A model was asked for values outside its range of validity."""


class ExecutionError(McbeltError):
    """A run could not be completed as asked."""


class CasesFailed(ExecutionError):
    """Cases of a scan failed, each for a reason of its own; the others are complete.

    Attributes
    ----------
    finished : list
        What `mcbelt.campaign.driver.run` says of the others, in the order of the cases.
    sentences : dict
        Name of a case that failed -> why.
    """

    def __init__(self, message: str, finished: Sequence[Any] = (), sentences: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.finished = list(finished)
        self.sentences = dict(sentences or {})
