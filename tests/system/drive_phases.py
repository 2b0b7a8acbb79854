"""The command line with a mark at the beginning of a phase, to be interrupted there.

python drive_phases.py PHASE PHYSICS ARGUMENTS...

PHYSICS is "toy", "real", or the path of a pickled model of the real physics that is taken in place of a preparation.
With "stuck" behind the phase ("preparation:stuck") the phase never ends: it is a compiled loop that holds neither the
interpreter's lock nor answers signals. The mark is a line on standard error.
"""

import functools
import importlib
import os
import pickle
import sys
import threading

import toy_simulation as toy
from numba import njit

# phase -> module and name of the function that begins it
ENTRANCES = {
    "merge": ("mcbelt.tally", "merge"),
    "result": ("mcbelt.files.result", "assembled"),
    "report": ("mcbelt.figures.report", "page"),
    "reproduce": ("mcbelt.papers.catalogue", "chosen"),
    "galaxy": ("mcbelt.interstellar.result", "prepared"),
    "trace": ("mcbelt.cli.trace_path", "path_of"),
    "cutoff": ("geomag.cutoff", "cutoff"),
    "shell": ("mcbelt.cli.shell_report", "shell_of"),
}


@njit(nogil=True)
def busy(turns):
    x = 0.5
    for _ in range(turns):
        x = 3.9 * x * (1.0 - x)
    return x


def mark(phase):
    """Say that a phase is reached."""
    print(f"at {phase}", file=sys.stderr, flush=True)


def marked(phase, stuck, function):
    """A function that says where it is before it begins; stuck, it never begins."""

    @functools.wraps(function)
    def wrapper(*arguments, **options):
        if stuck:
            busy(1)
            threading.Timer(0.3, mark, [phase]).start()  # from another thread: by then this one is inside the loop
            busy(10**13)
        mark(phase)
        return function(*arguments, **options)

    return wrapper


def main() -> None:
    asked, physics, *arguments = sys.argv[1:]
    phase, _, stuck = asked.partition(":")
    from mcbelt import cli
    from mcbelt.campaign import kinds
    from mcbelt.cli import interruption

    interruption.GRACE = float(os.environ.get("GRACE", interruption.GRACE))

    real = kinds.simulation

    def simulation(config):
        found = toy.TOY if physics == "toy" else real(config)
        if physics not in ("toy", "real"):
            with open(physics, "rb") as file:
                model = pickle.load(file)
            found = found._replace(prepare=lambda config: model)
        if phase == "preparation":
            found = found._replace(prepare=marked(phase, stuck, found.prepare))
        if phase == "block":
            found = found._replace(run_block=marked(phase, stuck, found.run_block))
        return found

    kinds.simulation = simulation
    if phase in ENTRANCES:
        home, name = ENTRANCES[phase]
        module = importlib.import_module(home)
        setattr(module, name, marked(phase, stuck, getattr(module, name)))
    sys.argv = ["mcbelt", *arguments]
    cli.main()


if __name__ == "__main__":
    main()
