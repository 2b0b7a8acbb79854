"""The command line: one file a command. What a command raises becomes a sentence and an exit status in `door`."""

import os
import sys

import typer

import mcbelt
from mcbelt.cli import (
    cache,
    check,
    cite,
    compare,
    cutoff,
    docs,
    door,
    export,
    fraction,
    galaxy,
    init,
    interruption,
    literal,
    merge,
    plot,
    report,
    reproduce,
    run,
    schema,
    shell,
    show,
    status,
    streams,
    trace,
    yields,
)

app = typer.Typer(
    name="mcbelt",
    help="Electrons and positrons that protons make in the thin upper air, followed around the Earth.",
    no_args_is_help=True,
    cls=literal.Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)

# One file per command; a new command is one more line.
app.command()(init.init)
app.command()(check.check)
app.command()(run.run)
app.command()(status.status)
app.command()(show.show)
app.command()(plot.plot)
app.command()(report.report)
app.command()(export.export)
app.command()(merge.merge)
app.command()(cite.cite)
app.command()(compare.compare)
app.command()(shell.shell)
app.command()(cutoff.cutoff)
app.command()(trace.trace)
app.command()(yields.yields)
app.command()(reproduce.reproduce)
app.command()(fraction.fraction)
app.command()(cache.cache)
app.command()(schema.schema)
app.command()(docs.docs)
app.add_typer(galaxy.galaxy)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"mcbelt {mcbelt.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(False, "--version", callback=_print_version, is_eager=True, help="Print the version."),
    debug: bool = typer.Option(False, "--debug", help="Show the traceback of an error in the program."),
) -> None:
    """Electrons and positrons that protons make in the thin upper air, followed around the Earth."""


def main() -> None:
    """Entry point of the program `mcbelt`."""
    streams.take_any_text()
    os.environ["MPLBACKEND"] = "agg"  # figures go to files; one inherited from a notebook need not exist here
    with interruption.answered():
        status = door.status(app, debug="--debug" in sys.argv[1:2])
        if status == interruption.STATUS:
            interruption.leave()
        sys.exit(status)
