"""Ask for wheels of every dependency, for Python 3.11 to 3.14 on three systems; print a table in Markdown.

    python release/wheels.py

`pip download --only-binary :all:` for a foreign platform takes wheels or fails; they are thrown away again.
"""

import re
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
    "macOS arm64": tuple(f"macosx_{n}_0_arm64" for n in (15, 14, 13, 12, 11)),
    "Windows x86-64": ("win_amd64",),
}


def dependencies() -> list[str]:
    """What an installation without extras needs, by name and version."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]


def downloaded(python: str, platforms: tuple[str, ...]) -> list[str]:
    """Names of the wheels that an installation takes there, dependencies of dependencies included.

    Raises CalledProcessError where one of them has none.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", folder]
        command += ["--only-binary", ":all:", "--python-version", python, "--implementation", "cp"]
        for platform in platforms:
            command += ["--platform", platform]
        subprocess.run([*command, *dependencies()], check=True, stdout=subprocess.DEVNULL)
        return sorted(path.name for path in Path(folder).glob("*.whl"))


def _version(wheels: list[str], requirement: str) -> str:
    """Version of the wheel of a requirement."""
    name = re.split(r"[><=!~ ]", requirement, maxsplit=1)[0].lower().replace("-", "_")
    return next(wheel.split("-")[1] for wheel in wheels if wheel.split("-")[0].lower() == name)


def main() -> None:
    """Print the table."""
    found = {(system, python): downloaded(python, PLATFORMS[system]) for system in PLATFORMS for python in PYTHONS}
    print("| dependency | " + " | ".join(f"{system}, {', '.join(PYTHONS)}" for system in PLATFORMS) + " |")
    print("|---|" + "---|" * len(PLATFORMS))
    for requirement in dependencies():
        cells = []
        for system in PLATFORMS:
            versions = [_version(found[system, python], requirement) for python in PYTHONS]
            cells.append(versions[0] if len(set(versions)) == 1 else ", ".join(versions))
        print(f"| `{requirement}` | " + " | ".join(cells) + " |")
    numbers = sorted({len(wheels) for wheels in found.values()})
    print(f"\nWith the dependencies of these: {numbers[0]} to {numbers[-1]} wheels each.")


if __name__ == "__main__":
    main()
