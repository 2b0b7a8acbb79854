"""`mcbelt init`: a commented campaign file to start from."""

from pathlib import Path
from typing import Annotated

import typer


def init(
    directory: Annotated[Path, typer.Argument(help="Directory for campaign.toml; made if need be.")] = Path(),
    name: Annotated[str, typer.Option(help="Name of the campaign.")] = "my-campaign",
    preset: Annotated[str, typer.Option(help="full or paper.")] = "full",
) -> None:
    """Write a campaign.toml that names every key with its unit and range."""
    from mcbelt.campaign import file, template
    from mcbelt.errors import ConfigError
    from mcbelt.files import sealed

    path = directory / "campaign.toml"
    if path.exists():
        raise ConfigError(f"{path}: exists already; give another directory, or move it away.")
    text = template.template(name, preset)
    file.parse(text, path)
    sealed.make_directory(directory)
    sealed.write(path, text.encode())
    typer.echo(f"{path}: edit it, then `mcbelt check {path}` and `mcbelt run {path}`.")
