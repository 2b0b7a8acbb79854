"""`mcbelt cite`: references for exactly the models that a result used."""

from pathlib import Path
from typing import Annotated

import typer


def cite(
    result: Annotated[Path, typer.Argument(help="Result file, or the directory of a campaign.")],
    bibtex: Annotated[bool, typer.Option("--bibtex", help="Print BibTeX and nothing else.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Print what to cite for a result, or for all cases of a scan: what each work is used for, and the work.

    \b
    mcbelt cite my-campaign --bibtex > mcbelt.bib
    """
    import json

    from mcbelt.campaign import collected
    from mcbelt.figures import citations

    each = [json.loads(found.attrs["physics_json"]) for found in collected.results_in(result).datasets.values()]
    used = list(dict.fromkeys(entry for physics in each for entry in citations.used(physics)))
    if as_json:
        works = [{"for": what, **reference._asdict()} for reference, what in used]
        typer.echo(json.dumps({"works": works}, ensure_ascii=False))
    elif bibtex:
        typer.echo("\n\n".join(dict.fromkeys(reference.bibtex for reference, _ in used)))
    else:
        for reference, what in used:
            typer.echo(f"{what}: {reference.text}")
