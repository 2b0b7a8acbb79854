"""Errors that a user can mend. Each message says where, what was found, what is allowed, and what to do.

Only the command line turns them into a sentence and exit status 2; anything else is a bug, a line that names the file
of its traceback, and exit status 1 (`mcbelt.cli.door`).
"""


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
