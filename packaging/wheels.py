"""Ask for wheels of every dependency, for Python 3.11 to 3.14 on three systems; print a table in Markdown.

    python packaging/wheels.py

`pip download --only-binary :all:` for a foreign platform takes wheels or fails; each is thrown away again.
"""

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
    "macOS arm64": tuple(f"macosx_{n}_0_arm64" for n in (14, 13, 12, 11)),
    "Windows x86-64": ("win_amd64",),
}


def dependencies() -> list[str]:
    """What an installation without extras needs, by name and version."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]


def has_wheel(requirement: str, python: str, platforms: tuple[str, ...]) -> bool:
    """Whether the index has a wheel of a requirement."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir", "--dest", folder]
        command += ["--only-binary", ":all:", "--python-version", python, "--implementation", "cp"]
        for platform in platforms:
            command += ["--platform", platform]
        done = subprocess.run([*command, requirement], capture_output=True, text=True)
        return done.returncode == 0 and any(Path(folder).glob("*.whl"))


def main() -> None:
    """Print the table."""
    print("| dependency | " + " | ".join(PLATFORMS) + " |")
    print("|---|" + "---|" * len(PLATFORMS))
    for requirement in dependencies():
        cells = []
        for platforms in PLATFORMS.values():
            found = [python for python in PYTHONS if has_wheel(requirement, python, platforms)]
            cells.append(", ".join(found) if found else "none")
        print(f"| `{requirement}` | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
