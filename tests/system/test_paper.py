"""The paper: every number in it is one that a command gives, and the page is made of the text."""

import importlib
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "paper" / "paper.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _on_the_path(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))


def _fields():
    return {name for _, name, _, _ in string.Formatter().parse(TEXT) if name}


def test_every_number_has_a_command():
    paper = importlib.import_module("paper.__main__")
    assert _fields() == set(paper.NUMBERS)


def test_page_of_a_text(tmp_path, monkeypatch):
    page = importlib.import_module("paper.page")
    monkeypatch.setattr(page, "BROWSERS", ())
    (tmp_path / "a.png").write_bytes(b"picture")
    text = "# A title\n\nIt is\n\n$$\nj = \\frac{1}{S}\n$$\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n![f](a.png)\n"
    assert [path.name for path in page.write(text, tmp_path)] == ["paper.md", "paper.html"]
    shown = (tmp_path / "paper.html").read_text(encoding="utf-8")
    assert "<title>A title</title>" in shown
    assert "<mfrac>" in shown
    assert "<td>2</td>" in shown
    assert 'src="data:image/png;base64,' in shown
    assert "$$" not in shown


@pytest.mark.slow
def test_the_paper_is_made(tmp_path):
    command = [sys.executable, "-m", "paper", "--histories", "400", "--output", str(tmp_path)]
    subprocess.run(command, check=True, cwd=ROOT, timeout=3000)
    text = (tmp_path / "paper.md").read_text(encoding="utf-8")
    assert "400 histories give" in text
    assert not re.search(r"\{\w+[:}]", text)
    assert "nan" not in text
    shown = (tmp_path / "paper.html").read_text(encoding="utf-8")
    assert shown.count('src="data:image/png;base64,') == 1
