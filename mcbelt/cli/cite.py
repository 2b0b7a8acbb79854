"""`mcbelt cite`: references for exactly the models that a result used."""

from pathlib import Path
from typing import Annotated

import typer


def cite(result: Annotated[Path, typer.Argument(help="Result file, or a directory that holds one.")]) -> None:
    """Print what to cite for a result, and the BibTeX."""
    import json

    from mcbelt.figures import citations
    from mcbelt.files import result as results

    dataset = results.open_result(result)
    used = citations.used(json.loads(dataset.attrs["physics_json"]))
    for reference, what in used:
        typer.echo(f"{what}: {reference.text}")
    typer.echo("")
    for reference, _ in used:
        typer.echo(reference.bibtex)
