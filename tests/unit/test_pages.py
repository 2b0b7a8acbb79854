"""The pages of docs as a reader meets them: reachable, linked, typeset, and in words that need no history."""

import re
from pathlib import Path

import pytest
from docutils.utils.math import latex2mathml

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if "reference" not in path.parts)
METHODS = [path for path in sorted(DOCS.glob("methods/*.md")) if path.stem != "index"]
FEWEST_WORDS = 150  # before the first section of a page of methods


def _prose(text):
    """Without fenced blocks."""
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def _named(path):
    return path.relative_to(DOCS).as_posix()


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda path: path.name)
def test_links_lead_somewhere(page):
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", _prose(page.read_text(encoding="utf-8"))):
        path = target.partition("#")[0]
        if path and "://" not in path and not path.startswith("reference/") and not (page.parent / path).exists():
            lost.append(target)
    assert lost == []


def test_every_page_stands_in_a_table_of_contents():
    named = set()
    for page in PAGES:
        for block in re.findall(r"^```\{toctree\}\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S):
            entries = [line for line in block.splitlines() if line and not line.startswith(":")]
            named |= {(page.parent / entry).resolve().with_suffix(".md") for entry in entries}
    assert {_named(page) for page in PAGES} - {_named(path) for path in named} == {"index.md"}


@pytest.mark.parametrize("page", METHODS, ids=lambda path: path.stem)
def test_a_page_of_methods_begins_with_words_and_a_figure(page):
    head = _prose(page.read_text(encoding="utf-8")).partition("\n## ")[0]
    words, figure, _ = head.partition("![")
    assert len(words.split()) >= FEWEST_WORDS
    assert figure, "no figure before the first section"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_equations_can_be_typeset(page):
    """By the converter that the site uses, from TeX to MathML; no formula stands as a line of plain text."""
    text = _prose(page.read_text(encoding="utf-8"))
    for formula in re.findall(r"^\$\$\n(.*?)\n\$\$$", text, re.MULTILINE | re.DOTALL):
        assert latex2mathml.tex2mathml(formula, as_block=True).startswith("<math")
    if page in METHODS:
        plain = [line for line in re.findall(r"^    (\S.*)$", text, re.MULTILINE) if re.search(r"\w\)? = ", line)]
        assert plain == []


SPEAKS = {  # what only who was there understands -> what a reader can use
    r"\b[Aa]sked( on|:| were|\))|\| asked \|": "the tolerance, the goal, or nothing",
    r"\bindependent (UrQMD )?calculation\b": "what program, with a script or a file of its numbers",
    r"\| independent( at \S+)? \|": "the same",
    r"known to us\b|\bwe were\b": "a source",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_pages_speak_to_readers(page):
    text = re.sub(r"`[^`]*`", "", _prose(page.read_text(encoding="utf-8")))
    for words, instead in SPEAKS.items():
        found = re.findall(f".*(?:{words}).*", text)
        assert not found, f"{_named(page)}: write {instead} in place of {words!r}"


def test_the_first_screen_of_the_readme():
    """What it is, one figure, how to install, one command, in the first forty lines; nothing from an index."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    first = "\n".join(text.splitlines()[:26])
    places = [first.find(what) for what in ("how many e+ and e-", "![", "pip install .", "    mcbelt shell")]
    assert places == sorted(places)
    assert places[0] > 0
    assert "pip install mcbelt" not in text
