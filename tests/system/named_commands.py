"""The commands that the pages and the help texts name: `mcbelt ...`, `make ...`, `python ...`, tools.

Taken from the pages: lines of fenced blocks (without a language, or bash) and indented blocks that begin with one of
the programs, and code in backticks that does. From the help texts: lines that begin with `mcbelt`.
"""

import re
from pathlib import Path

import click
import typer

from mcbelt.cli import app

ROOT = Path(__file__).parents[2]
_PROGRAM = re.compile(r"(mcbelt|make|python3?|dask|tools/\w+\.py)(\s|$)")
_TRAILING = re.compile(r"\s+(#|&).*$|\s*&$|\s{2,}\S.*$")


def pages():
    """Pages that name commands, as Markdown or plain text."""
    folders = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("runs/*/README.md")]
    return sorted({ROOT / "README.md", ROOT / "CONTRIBUTING.md", *folders})


def _command(text):
    """A line or a piece of code as a command, or None."""
    text = re.sub(r"\s+", " ", _TRAILING.sub("", text.strip().removeprefix("$ "))).strip()
    if not _PROGRAM.match(text) or text in ("mcbelt", "make", "python"):
        return None
    return text


def _python_name(text):
    return re.match(r"(mcbelt|make|python)\s*[=.(]", text) is not None


def of_page(text):
    """Commands that a page names."""
    found, prose, language = [], [], None
    for line in text.splitlines():
        if line.startswith("```"):
            language = (line[3:].strip() or "sh") if language is None else None
        elif language is not None:
            if language in ("sh", "bash", "shell", "console"):
                found.append(line)
        elif re.match(r"    \S", line):
            found.append(line)
        else:
            prose.append(line)
    found += [piece.replace("\n", " ") for piece in re.findall(r"`([^`]+)`", "\n".join(prose))]
    return [c for c in map(_command, found) if c is not None and not _python_name(c)]


def of_makefile(text):
    """Commands that `make help` names."""
    return [c for c in map(_command, re.findall(r'@echo "([^"]*)"', text)) if c is not None]


def of_help():
    """Commands that the help texts name, and each command with `--help`."""
    found = ["mcbelt --help"]

    def walk(command, path):
        text = re.sub(r"\n\s*(?=--)", " ", (command.help or "").replace("\b", ""))  # long examples are broken there
        for line in text.splitlines():
            if (named := _command(line)) is not None:
                found.append(named)
        for name, child in getattr(command, "commands", {}).items():
            found.append(" ".join(["mcbelt", *path, name, "--help"]))
            walk(child, [*path, name])

    command = typer.main.get_command(app)
    assert isinstance(command, click.Command) or hasattr(command, "commands")
    walk(command, [])
    return found


def everywhere():
    """All named commands -> where each is named first."""
    found = {}
    for page in pages():
        for command in of_page(page.read_text()):
            found.setdefault(command, page.relative_to(ROOT).as_posix())
    for command in of_makefile((ROOT / "Makefile").read_text()):
        found.setdefault(command, "Makefile")
    for command in of_help():
        found.setdefault(command, "help of the command line")
    return found
