"""Commands of the program one after the other in one process: python drive_cli.py '[["check", "x.toml"], ...]'

Writes a JSON list of [exit status, standard output, standard error], one for each command.
"""

import contextlib
import io
import json
import sys

from mcbelt import cli


def answer(arguments):
    """What one command says."""
    sys.argv = ["mcbelt", *arguments]
    out, err, status = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli.main()
        except SystemExit as ended:
            status = ended.code or 0
    return status, out.getvalue(), err.getvalue()


if __name__ == "__main__":
    answers = [answer(arguments) for arguments in json.loads(sys.argv[1])]
    print(json.dumps(answers))
