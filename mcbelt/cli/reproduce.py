"""`mcbelt reproduce`: the figures of the papers that the program implements, computed anew."""

from pathlib import Path
from typing import Annotated

import typer

from mcbelt.cli.progress import told_phases


def reproduce(
    paper: Annotated[str, typer.Argument(help="gusev2003, ms98, two-halo, lecture or secondary-origin")],
    figure: Annotated[
        str | None, typer.Option(help="Number of the figure in the paper, or one of the names; all when not given.")
    ] = None,
    output: Annotated[Path, typer.Option(help="Directory for the figures and their tables.")] = Path("reproduced"),
    workers: Annotated[int, typer.Option(min=0, help="Threads; 0: the usable cores.")] = 0,
) -> None:
    """Draw figures of a paper: a PNG and a CSV each.

    \b
    paper             figures
    gusev2003         1 to 11, waterfall, cosmic-waterfall, drift-average
    ms98              1 to 8
    two-halo          1 to 3
    lecture           1 to 6
    secondary-origin  1 to 3

    \b
    mcbelt reproduce gusev2003 --figure 1
    mcbelt reproduce gusev2003 --figure waterfall --output docs/figures
    mcbelt reproduce ms98 --figure 6
    """
    with told_phases(f"{paper}: reading what there is") as shown:
        from kernelcache import threads
        from mcbelt.files import preparations, sealed
        from mcbelt.papers import catalogue

        figures = catalogue.chosen(paper, figure)
        sealed.make_directory(output)
        sealed.tried(output)
        threads.limit(workers or None)
        shown.items(len(figures))
        for name, draw in figures.items():
            shown.item(f"figure {name}")
            with threads.serial_blas(), preparations.in_use():
                written = draw(output)
            shown.item_done(f"figure {name}")
            typer.echo(str(written))
