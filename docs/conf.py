"""How `make docs` builds the pages: Sphinx, offline; Markdown by MyST, equations as MathML, docstrings by autodoc."""

import importlib.metadata
import os
import re
import sys
from pathlib import Path

from docutils import nodes
from docutils.utils.math import latex2mathml

os.environ["NUMBA_DISABLE_JIT"] = "1"  # kernels are then plain functions, with signature and docstring
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

import reference_pages  # noqa: E402  it is found there

reference_pages.main()

project = "mcbelt"
author = "The mcbelt developers"
copyright = "The mcbelt developers, BSD-3-Clause"
try:
    release = importlib.metadata.version("mcbelt")
except importlib.metadata.PackageNotFoundError:
    release = ""

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
suppress_warnings = ["misc.highlighting_failure", "myst.header", "ref.python"]  # the last: one name in two rooms
exclude_patterns = ["conf.py"]
default_role = "code"
html_theme = "furo"
html_title = "mcbelt"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_math_renderer = "mathml"
autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_param = True

# A tuple of named arrays tells its fields by comments; "Alias for field number 0" would say nothing.
_ALIAS = "Alias for field number"


def _inline(writer, node):
    writer.body.append(latex2mathml.tex2mathml(node.astext(), as_block=False))
    raise nodes.SkipNode


def _displayed(writer, node):
    writer.body.append(f'<div class="math">{latex2mathml.tex2mathml(node.astext(), as_block=True)}</div>\n')
    raise nodes.SkipNode


def _as_text(application, what, name, found, options, lines):
    """Docstrings are prose: stars and bars in formulas are themselves, not markup; one backtick is code."""
    in_example = False
    for number, line in enumerate(lines):
        in_example = line.lstrip().startswith(">>>") or (in_example and bool(line.strip()))
        if in_example or re.fullmatch(r"\s*[-=]+\s*", line):
            continue
        mark, text = re.fullmatch(r"(\s*\* )?(.*)", line).groups(default="")
        pieces = re.split(r"(``[^`]+``|`[^`]+`)", text)
        pieces[::2] = [re.sub(r"(?<!\\)([*|]|(?<=\w)_(?=\W|$))", r"\\\1", piece) for piece in pieces[::2]]
        lines[number] = mark + "".join(pieces)
    if what == "module":
        lines[:] = _with_blocks(lines)


def _with_blocks(lines):
    """What is indented in the docstring of a module, a formula or a table, stays as it is written, but for lists."""
    shown, in_block, in_list = [], False, False
    borders = [number for number, line in enumerate(lines) if re.fullmatch(r"=+( +=+)+", line)]
    for number, line in enumerate(lines):
        in_table = bool(borders) and borders[0] <= number <= borders[-1]
        indented = line.startswith(" ") and not in_list and not in_table
        if indented and not in_block:
            shown += ["", "::", ""]
        elif in_block and line.strip() and not indented:
            shown.append("")
        in_block = indented or (in_block and not line.strip())
        in_list = line.startswith("* ") or (in_list and (line.startswith(" ") or not line.strip()))
        if line.startswith("* ") and shown and shown[-1].strip() and not shown[-1].startswith(("* ", " ")):
            shown.append("")
        shown.append(line.replace("\\", "") if in_block else line)
    return shown


def _skip(application, what, name, found, skip, options):
    return True if str(getattr(found, "__doc__", "")).startswith(_ALIAS) else None


def setup(application):
    """Register what is ours."""
    application.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_displayed, None))
    application.connect("autodoc-process-docstring", _as_text, priority=100)
    application.connect("autodoc-skip-member", _skip)
