"""`mcbelt docs`: the pages of the documentation, where they are, and what one of them says."""

from pathlib import Path
from typing import Annotated

import typer

SHIPPED, CHECKOUT = Path(__file__).parents[1] / "pages", Path(__file__).parents[2] / "docs"


def docs(
    page: Annotated[str | None, typer.Argument(help="Page to print, such as running or methods/sources.")] = None,
) -> None:
    """List the pages of the documentation and say where they lie, or print one of them.

    \b
    mcbelt docs
    mcbelt docs campaign-format
    """
    from mcbelt.errors import ConfigError

    folder = next((each for each in (SHIPPED, CHECKOUT) if each.is_dir()), None)
    if folder is None:
        raise ConfigError(f"docs: this installation has no pages (looked for {SHIPPED}); see the sources of mcbelt.")
    pages = {path.relative_to(folder).with_suffix("").as_posix(): path for path in sorted(folder.rglob("*.md"))}
    if page is not None:
        wanted = page.removesuffix(".md")
        if wanted not in pages:
            raise ConfigError(f"docs: there is no page {page!r}; `mcbelt docs` lists them.")
        typer.echo(pages[wanted].read_text(encoding="utf-8"), nl=False)
        return
    typer.echo(f"The pages lie in {folder}; `mcbelt docs PAGE` prints one.\n")
    width = max(map(len, pages))
    for name, path in pages.items():
        typer.echo(f"{name:<{width}}  {_title(path)}")


def _title(path: Path) -> str:
    """The first heading of a page."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((line.removeprefix("# ").strip() for line in lines if line.startswith("# ")), "")
