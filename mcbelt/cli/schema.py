"""`mcbelt schema`: what a campaign file may hold, as JSON Schema."""

from typing import Annotated

import typer


def schema(
    kind: Annotated[str, typer.Option(help="belt or galaxy.")] = "belt",
) -> None:
    """Print the JSON Schema of a campaign file, for editors and programs that write such files.

    It says keys, types, ranges and choices, with units. What depends on several keys is said by `mcbelt check`.

    \b
    mcbelt schema > campaign.schema.json
    """
    import json

    from mcbelt.campaign import schemas

    typer.echo(json.dumps(schemas.schema(kind), indent=1))
