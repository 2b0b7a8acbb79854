"""`mcbelt init`: a commented campaign file to start from."""

from pathlib import Path
from typing import Annotated

import typer

from mcbelt.cli import indices as of_date

_DATE = "1998-06-05"  # of the example in the template


def init(
    directory: Annotated[Path, typer.Argument(help="Directory for campaign.toml; made if need be.")] = Path(),
    name: Annotated[str | None, typer.Option(help="Name of the campaign [that of the directory].")] = None,
    preset: Annotated[str, typer.Option(help="full or paper.")] = "full",
    date: Annotated[
        str | None, typer.Option(help="Date of the field; without --indices F10.7, F10.7a and Ap are of its month.")
    ] = None,
    indices: Annotated[str | None, typer.Option(help=of_date.HELP)] = None,
) -> None:
    """Write a campaign.toml that names every key with its unit and range.

    \b
    mcbelt init my-campaign --date 2024-05-11 --indices builtin
    """
    from mcbelt import sentences
    from mcbelt.campaign import file, template
    from mcbelt.errors import ConfigError
    from mcbelt.files import sealed

    path = directory / "campaign.toml"
    if path.exists():
        raise ConfigError(f"{path}: exists already; give another directory, or move it away.")
    given = {}
    if date is not None or indices is not None:
        day = date or _DATE
        activity, _ = of_date.filled("init", {}, indices or "builtin", day)
        given = {"shell.date": day} | {f"air.{key}": value for key, value in activity.items()}
    of_directory = directory.resolve().name
    usual = of_directory if sentences.is_safe_name(of_directory) else "my-campaign"
    text = template.template(usual if name is None else name, preset, given=given)
    file.parse(text, path)
    sealed.make_directory(directory)
    sealed.write(path, text.encode())
    typer.echo(f"{path}: edit it, then `mcbelt check {path}` and `mcbelt run {path}`.")
