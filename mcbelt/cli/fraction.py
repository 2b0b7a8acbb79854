"""`mcbelt fraction`: the positron fraction of the belt, of the Galaxy and of the measurements in one figure."""

from pathlib import Path
from typing import Annotated

import typer


def fraction(
    results: Annotated[
        list[Path] | None, typer.Argument(help="Results (or their directories) of belt and galaxy campaigns.")
    ] = None,
    model: Annotated[
        list[str] | None, typer.Option(help="Published Galactic model to solve, e.g. ms98-08-005; may be repeated.")
    ] = None,
    output: Annotated[Path, typer.Option(help="Directory for positron-fraction.png, .csv and .md.")] = Path("."),
) -> None:
    """Draw e+/(e+ + e-) over energy: belt and Galaxy as computed, AMS-02, PAMELA and Fermi as measured.

    mcbelt fraction runs/trapped-protons-L1.20/results --model ms98-08-005
    """
    from mcbelt.figures import galactic_figure
    from mcbelt.papers import galactic_fraction

    drawing = galactic_fraction.drawing(results or [], model or [])
    for path in galactic_figure.write(drawing, output):
        typer.echo(str(path))
