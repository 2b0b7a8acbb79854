"""The examples of docs/architecture.md, and copies of the program to which they are added."""

import filecmp
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PACKAGES = ("mcbelt", "geomag", "atmosphere", "kernelcache")
_BLOCK = re.compile(r"```python\n# (\S+?)(?:, ([^\n]*))?\n(.*?)```", re.DOTALL)
CAMPAIGN = """\
kind = "belt"
name = "newcomer"
[shell]
L = 1.2
date = 1998-06-05
[air]
f107 = 112.0
f107a = 108.0
ap = 10.0
[energy]
min_MeV = 100.0
max_MeV = 2000.0
bins = 4
[run]
histories = 40
block_size = 20
"""


class Block(NamedTuple):
    """A block of code of the page."""

    path: str
    how: str  # "": a new file; "a line in NAME"; "as it stands"
    text: str


def blocks(heading):
    """The blocks of code below a heading of the page."""
    page = (ROOT / "docs" / "architecture.md").read_text()
    return [Block(*found) for found in _BLOCK.findall(page.partition(f"## {heading}\n")[2].partition("\n## ")[0])]


def copied(directory):
    """A copy of the program."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, directory / package, ignore=shutil.ignore_patterns("__pycache__"))
    return directory


def apply(block, tree):
    """Do to a copy of the program what a block says."""
    path = tree / block.path
    if block.how == "":
        path.parent.mkdir(exist_ok=True)
        (path.parent / "__init__.py").touch()
        assert not path.exists()
        path.write_text(block.text)
    elif block.how.startswith("a line in "):
        name, text = block.how.removeprefix("a line in "), path.read_text()
        assert block.text.count("\n") == 1
        changed = re.sub(
            rf"^({name}\b[^\n]*[{{(])\n", lambda head: head[0] + block.text, text, count=1, flags=re.MULTILINE
        )
        assert changed != text
        path.write_text(changed)
    else:
        assert block.how == "as it stands"
        assert block.text in path.read_text()


def touched(tree):
    """Files of a copy that are not those of the program, and whether each is new, less empty __init__.py."""
    found = {}
    for package in PACKAGES:
        for path in sorted((tree / package).rglob("*")):
            relative = path.relative_to(tree)
            if path.is_file() and "__pycache__" not in path.parts and path.stat().st_size > 0:
                if not (ROOT / relative).exists():
                    found[str(relative)] = "new"
                elif not filecmp.cmp(path, ROOT / relative, shallow=False):
                    found[str(relative)] = "changed"
    return found


def told(tree, *commands):
    """Exit status, output and errors of commands of a copy of the program, run in one process."""
    cache = {"NUMBA_CACHE_DIR": str(tree / "kernels"), "PYTHONPATH": str(tree)}
    driver = [sys.executable, str(Path(__file__).with_name("drive_cli.py"))]
    arguments = json.dumps([[str(part) for part in command] for command in commands])
    done = subprocess.run(
        [*driver, arguments], cwd=tree, env={**os.environ, **cache}, capture_output=True, text=True, timeout=1800
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
