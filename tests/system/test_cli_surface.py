"""What the command line is like from outside: help as it is written, -h, completion, pages, schema, a first file."""

import json
import os
import re
import subprocess
import sys
import tomllib

import pytest
import typer
from named_commands import ROOT
from typer.testing import CliRunner

from mcbelt.campaign import file
from mcbelt.cli import app, docs
from mcbelt.spectra import solar_activity


def commands():
    """Every command and group -> the words that call it."""
    found = {}

    def walk(command, path):
        found[" ".join(path)] = command
        for name, child in getattr(command, "commands", {}).items():
            walk(child, [*path, name])

    walk(typer.main.get_command(app), [])
    return found


COMMANDS = commands()


def told(*words, **more):
    return CliRunner().invoke(app, list(words), catch_exceptions=False, **more)


def words_of(text):
    """The words and brackets of a text, without lines, frames and the colours of a terminal."""
    return re.findall(r"[\w\[\]]+", re.sub(r"\x1b\[[0-9;]*m", "", text))


@pytest.mark.parametrize("name", [name for name in COMMANDS if "[" in str(vars(COMMANDS[name]))])
def test_brackets_in_help_are_shown(name):
    command = COMMANDS[name]
    shown = " ".join(words_of(told(*name.split(), "-h", env={"COLUMNS": "300", "TERMINAL_WIDTH": "300"}).output))
    texts = [command.help or "", *(getattr(each, "help", None) or "" for each in command.params)]
    for bracket in re.findall(r"\[[^\]]+\]", " ".join(texts)):
        assert " ".join(words_of(bracket)) in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_paragraphs_of_help_begin_at_the_margin(name):
    """Indented lines are examples; prose that is would be broken in mid-line."""
    for line in (COMMANDS[name].help or "").splitlines():
        assert line == line.lstrip() or line.lstrip().startswith(("mcbelt ", "--")), line


def test_bracket_that_was_eaten():
    assert "[results beside the file]" in " ".join(told("run", "--help", env={"TERMINAL_WIDTH": "200"}).output.split())
    assert "Directory for results [results" in COMMANDS["run"].params[3].help  # and nothing is left escaped


@pytest.mark.parametrize("name", ["", "run", "galaxy", "galaxy run"])
def test_h_is_help(name):
    assert told(*name.split(), "-h").output == told(*name.split(), "--help").output


def test_completion_of_a_shell():
    environment = {**os.environ, "_MCBELT_COMPLETE": "complete_bash", "COMP_WORDS": "mcbelt sh", "COMP_CWORD": "1"}
    code = "from mcbelt.cli import main; import sys; sys.argv = ['mcbelt']; main()"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, cwd=ROOT)
    assert set(done.stdout.split()) == {"show", "shell"}
    assert "--install-completion" in told("--help").output


def test_pages_are_listed_and_printed():
    listed = told("docs").output
    assert str(ROOT / "docs") in listed
    assert re.search(r"(?m)^campaign-format +The campaign file$", listed)
    assert told("docs", "running").output == (ROOT / "docs" / "running.md").read_text()
    assert told("docs", "methods/sources.md").output == (ROOT / "docs" / "methods" / "sources.md").read_text()


def test_pages_of_a_wheel_come_first(tmp_path, monkeypatch):
    (tmp_path / "one.md").write_text("# The one page\n")
    monkeypatch.setattr(docs, "SHIPPED", tmp_path)
    assert "one  The one page" in told("docs").output
    monkeypatch.setattr(docs, "SHIPPED", tmp_path / "none")
    monkeypatch.setattr(docs, "CHECKOUT", tmp_path / "none")
    with pytest.raises(Exception, match="this installation has no pages"):
        told("docs")


def test_schema_is_printed():
    assert json.loads(told("schema").output)["title"] == "Campaign file of mcbelt, kind belt"
    assert json.loads(told("schema", "--kind", "galaxy").output)["title"] == "Campaign file of mcbelt, kind galaxy"


def test_first_file_with_the_sun_of_its_month(tmp_path):
    assert told("init", str(tmp_path), "--date", "2024-05-11").exit_code == 0
    found = tomllib.loads((tmp_path / "campaign.toml").read_text())
    (case,) = file.read(tmp_path).cases
    assert str(found["shell"]["date"]) == "2024-05-11"
    month = solar_activity.of_month(case.config.shell.date)
    assert (case.config.air.f107, case.config.air.f107a, case.config.air.ap) == month[:3]
