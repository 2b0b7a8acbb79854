"""`mcbelt reproduce`: the figures of the papers that the program implements, computed anew."""

import importlib
from pathlib import Path
from typing import Annotated

import typer

from mcbelt.errors import ConfigError

# Each module has FIGURES: number or name of the figure -> function(directory) that writes PNG and CSV and returns the
# PNG.
PAPERS = {
    "gusev2003": (
        "mcbelt.papers.gusev2003",
        "mcbelt.papers.gusev2003_waterfall",
        "mcbelt.papers.gusev2003_cosmic",
        "mcbelt.papers.gusev2003_drift",
    ),
    "ms98": ("mcbelt.papers.galactic_ms98",),
    "two-halo": ("mcbelt.papers.galactic_two_halo",),
    "lecture": ("mcbelt.papers.galactic_lecture",),
    "secondary-origin": ("mcbelt.papers.galactic_secondary",),
}


def figures_of(paper: str) -> dict:
    """Functions of a paper's figures by name.

    Raises
    ------
    ConfigError
        There is no such paper here.
    """
    if paper not in PAPERS:
        raise ConfigError(f"reproduce: {paper!r} is not a paper known here; give one of {', '.join(sorted(PAPERS))}.")
    figures = {}
    for module in PAPERS[paper]:
        figures |= importlib.import_module(module).FIGURES
    return figures


def reproduce(
    paper: Annotated[str, typer.Argument(help="gusev2003, ms98, two-halo, lecture or secondary-origin")],
    figure: Annotated[
        str | None,
        typer.Option(help="Number of the figure in the paper, 'waterfall' or 'drift-average'; all when not given."),
    ] = None,
    output: Annotated[Path, typer.Option(help="Directory for the figures and their tables.")] = Path("reproduced"),
    workers: Annotated[int, typer.Option(min=0, help="Threads; 0: the usable cores.")] = 0,
) -> None:
    """Draw figures of a paper: a PNG and a CSV each.

    \b
    mcbelt reproduce gusev2003 --figure 1
    mcbelt reproduce gusev2003 --figure waterfall --output docs/figures
    mcbelt reproduce ms98 --figure 6
    """
    from kernelcache import threads
    from mcbelt.files import sealed

    threads.limit(workers or None)
    figures = figures_of(paper)
    if figure is not None and figure not in figures:
        raise ConfigError(
            f"reproduce: {paper} has no figure {figure!r} here; give one of {', '.join(sorted(figures, key=_order))}."
        )
    sealed.make_directory(output)
    for name in [figure] if figure is not None else sorted(figures, key=_order):
        with threads.serial_blas():
            written = figures[name](output)
        typer.echo(str(written))


def _order(name: str) -> tuple:
    return (0, int(name), "") if name.isdigit() else (1, 0, name)
