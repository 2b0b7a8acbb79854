"""Ask for wheels of every dependency, for Python 3.11 to 3.14 on three systems; print a table in Markdown.

    python release/wheels.py                                # all, some minutes
    python release/wheels.py --system Windows --python 3.14

`pip download --only-binary :all:` for a foreign platform takes wheels or fails; they are thrown away again. What a
dependency needs in its turn is asked for, too.
"""

import argparse
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# The wheels of a system may say an older one of it.
PLATFORMS = {
    "Linux x86-64": ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    "macOS 15 arm64": tuple(f"macosx_{n}_0_arm64" for n in (15, 14, 13, 12, 11)),
    "Windows x86-64": ("win_amd64",),
}


def dependencies() -> list[str]:
    """What an installation without extras needs, by name and version."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]


def lacking(python: str, platforms: tuple[str, ...]) -> str:
    """What pip says of a dependency without a wheel; empty where all have one."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", folder]
        command += ["--only-binary", ":all:", "--python-version", python, "--implementation", "cp"]
        for platform in platforms:
            command += ["--platform", platform]
        done = subprocess.run([*command, *dependencies()], capture_output=True, text=True)
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    return "" if done.returncode == 0 else " ".join(errors) or f"status {done.returncode}"


def main() -> None:
    """Print the table, a row for each system."""
    parser = argparse.ArgumentParser(prog="python release/wheels.py", description=__doc__.partition("\n")[0])
    parser.add_argument("--system", default="", help="the systems whose name begins so [all]")
    parser.add_argument("--python", choices=PYTHONS, action="append", help="this version; may be given again [all]")
    asked = parser.parse_args()
    pythons = asked.python or PYTHONS
    print(f"Of {', '.join(f'`{requirement}`' for requirement in dependencies())} and what these need:\n")
    print("| wheels for | " + " | ".join(pythons) + " |")
    print("|---|" + "---|" * len(pythons))
    for system, platforms in PLATFORMS.items():
        if system.startswith(asked.system):
            cells = [lacking(python, platforms) or "all" for python in pythons]
            print(f"| {system} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
