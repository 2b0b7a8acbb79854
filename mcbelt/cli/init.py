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
    from mcbelt import campaign_file, campaign_template, sealed_file
    from mcbelt.errors import ConfigError

    path = directory / "campaign.toml"
    if path.exists():
        raise ConfigError(f"{path}: exists already; give another directory, or move it away.")
    text = campaign_template.template(name, preset)
    campaign_file.parse(text, path)
    sealed_file.make_directory(directory)
    sealed_file.write(path, text.encode())
    typer.echo(f"{path}: edit it, then `mcbelt check {path}` and `mcbelt run {path}`.")
