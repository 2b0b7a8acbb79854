"""`mcbelt cite`: references for exactly the models that a result used."""

from pathlib import Path
from typing import Annotated

import typer


def cite(result: Annotated[Path, typer.Argument(help="Result file, or a directory that holds one.")]) -> None:
    """Print what to cite for a result, and the BibTeX."""
    import json

    from mcbelt.campaign import collected
    from mcbelt.figures import citations

    each = [json.loads(found.attrs["physics_json"]) for found in collected.results_in(result).datasets.values()]
    used = list(dict.fromkeys(entry for physics in each for entry in citations.used(physics)))
    for reference, what in used:
        typer.echo(f"{what}: {reference.text}")
    typer.echo("")
    for reference, _ in used:
        typer.echo(reference.bibtex)
