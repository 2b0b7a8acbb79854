"""Keys of what commands print by --json, for changes of the code that must not lose one.

    PYTHONPATH=tests/system python tests/regression/json_keys.py           make keys.json anew

A key inside another is `outer.inner`, a key of every entry of a list `outer[].inner`.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import drive_cli
import pins

KEYS = Path(__file__).parent / "keys.json"
DATE = ("--date", "1998-06-05")
DIPOLE = (*DATE, "--field", "dipole")
AIR = ("--f107", "112", "--f107a", "108", "--ap", "10")
START = ("--lat", "0", "--lon", "0", "--alt-km", "1200", "--energy-MeV", "300", "--time-s", "1e-3")


def commands(directory):
    """Arguments of every command that knows --json, by name; they are run in this order."""
    campaign, output = str(pins.CAMPAIGNS["galaxy"]), ("--output", str(directory / "results"))
    return {
        "shell": ("shell", "--L", "1.2", *DIPOLE, *AIR),
        "cutoff": ("cutoff", "--lat", "0", "--lon", "-60", "--step-GV", "2", *DIPOLE),
        "yields": ("yields", "--target", "N", "--energy-GeV", "30", "--species", "pi+", "--band"),
        "trace": ("trace", *START, *DATE, *AIR, "--out", str(directory / "path.csv")),
        "galaxy run": ("galaxy", "run", campaign, *output),
        "run": ("run", campaign, *output),
        "check": ("check", campaign),
        "status": ("status", campaign, *output),
        "show": ("show", str(directory / "results")),
        "cache": ("cache",),
        "cite": ("cite", str(directory / "results")),
    }


def found():
    """Keys of each command's JSON, and of one benchmark's."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        named = commands(directory)
        told = {command: json.loads(answer([*arguments, "--json"])) for command, arguments in named.items()}
        keys = {command: sorted(keys_of(value)) for command, value in told.items()}
        file = directory / "machine.json"
        command = [sys.executable, "-m", "benchmarks", "machine", "--json", str(file)]
        subprocess.run(command, capture_output=True, check=True, cwd=pins.ROOT, timeout=300)
        return keys | {"benchmarks": sorted(keys_of(json.loads(file.read_text())))}


def answer(arguments):
    """Standard output of a command that succeeds."""
    status, text, errors = drive_cli.answer(arguments)
    if status:
        raise RuntimeError(f"{' '.join(arguments)}: status {status}\n{errors}")
    return text


def keys_of(value, prefix=""):
    """Dotted paths of all keys of a parsed JSON value."""
    if isinstance(value, list):
        return set().union(*(keys_of(entry, f"{prefix}[]") for entry in value))
    if not isinstance(value, dict):
        return set()
    dot = "." if prefix else ""
    paths = {f"{prefix}{dot}{key}": entry for key, entry in value.items()}
    return set(paths).union(*(keys_of(entry, path) for path, entry in paths.items()))


if __name__ == "__main__":
    KEYS.write_text(json.dumps(found(), indent=1) + "\n")
