"""What leaves the command line: exit status 0 done, 2 the user can mend it, 130 interrupted, 1 anything else.

Commands raise. An error that the user can mend is its own sentence. What nobody foresaw is an error in the program:
one line that says so, and a file with its traceback to send along.
"""

import os
import sys
import tempfile
import traceback
from collections.abc import Callable

from mcbelt.cli import interruption

MENDED_BY_USER, IN_THE_PROGRAM = 2, 1


def status(command: Callable[[], object], debug: bool = False) -> int:
    """Exit status of a command; what there is to say of its end goes to standard error.

    Parameters
    ----------
    command : callable
        Ends by SystemExit, or raises.
    debug : bool
        Show the traceback of an error in the program, in place of a line that names its file.

    Returns
    -------
    int
    """
    from atmosphere import errors as air_errors
    from geomag import errors as field_errors
    from mcbelt.errors import McbeltError

    mendable = (McbeltError, field_errors.OutOfRange, field_errors.NoShell, air_errors.OutOfRange)
    try:
        try:
            command()
        except SystemExit as ended:
            if ended.code != interruption.STATUS:
                raise
            raise KeyboardInterrupt from None
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    except KeyboardInterrupt:
        print(interruption.words(), file=sys.stderr)
        return interruption.STATUS
    except Exception as error:
        if interruption.signalled():
            print(interruption.words(), file=sys.stderr)
            return interruption.STATUS
        if isinstance(error, mendable):
            print(error, file=sys.stderr)
            return MENDED_BY_USER
        if debug:
            traceback.print_exc()
        else:
            print(_line(error), file=sys.stderr)
        return IN_THE_PROGRAM
    return 0


def _line(error: Exception) -> str:
    """One line about an error in the program; its traceback is kept, or shown where it cannot be."""
    what = " ".join(f"{type(error).__name__}: {error}".split())
    text = "".join(traceback.format_exception(error))
    try:
        handle, path = tempfile.mkstemp(prefix="mcbelt-", suffix=".traceback", text=True)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{sys.argv}\n{text}")
    except OSError:
        return f"{text}mcbelt: an error in the program ({what}); please report it with the traceback above."
    return (
        f"mcbelt: an error in the program ({what:.300}); please report it with its traceback, {path} (`mcbelt --debug "
        "COMMAND` shows it)."
    )
