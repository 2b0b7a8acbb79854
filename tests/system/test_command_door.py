"""What leaves the command line: errors of ours are a sentence, status 2; any other is a line, a file, status 1."""

import ast
import builtins
import re
import sys
from pathlib import Path

import pytest
import toy_simulation as toy

import atmosphere.errors
import geomag.errors
from mcbelt import cli, errors

PACKAGES = ("mcbelt", "geomag", "atmosphere", "kernelcache")
HOMES = (errors, geomag.errors, atmosphere.errors)
OURS = {
    name: kind
    for home in HOMES
    for name, kind in vars(home).items()
    if isinstance(kind, type) and issubclass(kind, Exception)
}
# Errors of a broken installation, not of what was asked for: a line that names the file, status 1.
NOT_MENDABLE = {"NoCoefficients"}
# Built-in classes that a room raises: each is turned into a sentence of ours, or never met from the command line.
BUILTIN = {
    ("mcbelt/settings", "ValueError"): "validators: `settings.reading` makes a ConfigError of them",
    ("mcbelt/keys.py", "ValueError"): "validators, as those of settings",
    ("mcbelt/sources", "ValueError"): "validators, as those of settings",
    ("mcbelt/places", "ValueError"): "validators, as those of settings",
    ("mcbelt/interstellar", "ValueError"): "validators, as those of settings",
    ("mcbelt/tally", "ValueError"): "two blocks of one run always fit, and blocks of two sources of one history",
    ("mcbelt/particles.py", "ValueError"): "registering a species, while the program is written",
    ("mcbelt/__init__.py", "AttributeError"): "the protocol of a module's __getattr__",
    ("mcbelt/__init__.py", "ImportError"): "another program's package in place of ours, from Python",
    ("mcbelt/__init__.py", "SystemExit"): "the same from the command line, status 2, before there is a door",
    ("mcbelt/files/preparations.py", "ValueError"): "caught where a part of a preparation is read, and made again",
    ("mcbelt/files", "ModuleNotFoundError"): "an addition without one of its files, while the program is written",
    ("geomag", "ValueError"): "arrays of the wrong shape, from Python alone",
    ("kernelcache", "ValueError"): "a limit of threads below one; `--workers` is refused before",
    ("kernelcache", "TypeError"): "caught where a part of a preparation is kept: an input that is no plain value",
    ("kernelcache", "OSError"): "caught where kernels are read",
}


def left(monkeypatch, capsys, error, *options):
    """Status, standard output and standard error of a command that raises."""

    def broken(path):
        raise error

    monkeypatch.setattr("mcbelt.campaign.file.read", broken)
    monkeypatch.setattr(sys, "argv", ["mcbelt", *options, "check", "x.toml"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code, *capsys.readouterr()


@pytest.mark.parametrize("name", sorted(OURS.keys() - NOT_MENDABLE))
def test_an_error_of_ours_is_its_own_sentence(monkeypatch, capsys, name):
    assert left(monkeypatch, capsys, OURS[name]("x.toml: it is so.")) == (2, "", "x.toml: it is so.\n")


PLAIN = [kind for kind in vars(builtins).values() if isinstance(kind, type) and issubclass(kind, Exception)]
SPECIAL = {UnicodeDecodeError: ("utf-8", b"\xff", 0, 1, "x"), UnicodeEncodeError: ("ascii", "x", 0, 1, "x")}
SPECIAL |= {UnicodeTranslateError: ("x", 0, 1, "x")}
SPECIAL |= {kind: ("several", [ValueError("one\ntwo")]) for kind in PLAIN if issubclass(kind, BaseExceptionGroup)}
OTHERS = [kind for kind in PLAIN if kind is not EOFError] + [OURS[name] for name in sorted(NOT_MENDABLE)]


@pytest.mark.parametrize("kind", OTHERS)
def test_any_other_error_is_a_line_that_names_its_traceback(monkeypatch, capsys, tmp_path, kind):
    """All built-in classes; EOFError is the end of standard input, which the library of the commands answers."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    status, out, told = left(monkeypatch, capsys, kind(*SPECIAL.get(kind, ("a fault\nin two lines",))))
    assert (status, out, told.count("\n")) == (1, "", 1), told
    assert kind.__name__ in told
    (kept,) = tmp_path.iterdir()
    assert str(kept) in told
    assert "in broken" in kept.read_text()
    assert "['mcbelt', 'check', 'x.toml']" in kept.read_text()


def test_debug_shows_the_traceback(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    status, _, told = left(monkeypatch, capsys, ZeroDivisionError("a fault"), "--debug")
    assert status == 1
    assert told.startswith("Traceback")
    assert told.endswith("ZeroDivisionError: a fault\n")
    assert list(tmp_path.iterdir()) == []


def test_where_no_file_can_be_written_the_traceback_is_shown(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    status, _, told = left(monkeypatch, capsys, ZeroDivisionError("a fault"))
    assert status == 1
    assert told.startswith("Traceback")
    assert told.endswith("please report it with the traceback above.\n")


def raised(path):
    """Names of the classes that a file raises; a bare `raise` or a variable hands on what was raised elsewhere."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Raise) and node.exc is not None:
            called = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            name = ast.unparse(called).rpartition(".")[2]
            if re.fullmatch("[A-Z].*", name):
                yield name


def test_every_class_that_is_raised_is_ours_or_listed():
    leaving = {"Exit", "KeyboardInterrupt"}  # the library's way to a status, and Ctrl-C
    found = set()
    for package in PACKAGES:
        for path in (toy.ROOT / package).rglob("*.py"):
            name = path.relative_to(toy.ROOT).as_posix()
            for kind in set(raised(path)) - set(OURS) - leaving:
                rooms = {room for room, listed in BUILTIN if listed == kind and name.startswith(room)}
                assert rooms, f"{name} raises {kind}; raise a class of mcbelt.errors, or say in BUILTIN why not"
                found |= {(room, kind) for room in rooms}
    assert set(BUILTIN) == found


def test_a_missing_command_and_a_wrong_option_have_status_2(monkeypatch, capsys):
    for arguments in (["nothing"], ["check"], ["run", "x", "--workers", "many"]):
        monkeypatch.setattr(sys, "argv", ["mcbelt", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 2
        assert "Traceback" not in capsys.readouterr().err


def test_help_and_version_have_status_0(monkeypatch, capsys):
    for arguments in (["--help"], ["--version"], ["run", "--help"]):
        monkeypatch.setattr(sys, "argv", ["mcbelt", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert (ended.value.code or 0) == 0
        assert Path(capsys.readouterr().out.split()[0]).name  # something was said
