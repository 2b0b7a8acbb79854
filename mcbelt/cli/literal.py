"""Help texts are shown as they are written: brackets in them are brackets, and no markup of rich.

`[results beside the file]` would be taken for a style and left out. The texts stay as they are, for completion and for
tests that read them; they are escaped while a page of help is made.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from rich.markup import escape
from typer.core import TyperGroup


class Group(TyperGroup):
    """A group of commands whose help, and theirs, is shown as it is written."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        _make_literal(self)


def _make_literal(command: Any) -> None:
    """Have a command, and those below it, escape what their pages of help show."""
    command.format_help = _literal(command, command.format_help)
    for each in getattr(command, "commands", {}).values():
        _make_literal(each)


def _literal(command: Any, format_help: Callable[..., None]) -> Callable[..., None]:
    def shown(*arguments: Any, **more: Any) -> None:
        with _escaped([command, *command.params, *getattr(command, "commands", {}).values()]):
            format_help(*arguments, **more)

    return shown


@contextlib.contextmanager
def _escaped(shown: list[Any]) -> Iterator[None]:
    texts = [(each, getattr(each, "help", None)) for each in shown]
    texts = [(each, text) for each, text in texts if isinstance(text, str)]
    for each, text in texts:
        each.help = escape(text)
    try:
        yield
    finally:
        for each, text in texts:
            each.help = text
