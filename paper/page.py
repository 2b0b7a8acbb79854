"""A text in Markdown as a page of one file, and as PDF where a browser is at hand to print it."""

import base64
import re
import shutil
import subprocess
from pathlib import Path

from docutils.utils.math import latex2mathml
from markdown_it import MarkdownIt

STYLE = """body { font: 11pt/1.45 Georgia, serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; } img { max-width: 100%; } math { font-size: 1.1em; }
table { border-collapse: collapse; } td, th { padding: .1rem .6rem; border-bottom: 1px solid #ccc; }
pre { white-space: pre-wrap; font-size: .85em; }"""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def html(text: str, folder: Path) -> str:
    """The page; images, relative to `folder`, are inside it."""
    formulas = [
        latex2mathml.tex2mathml(tex, as_block=True) for tex in re.findall(r"^\$\$\n(.*?)\n\$\$$", text, re.M | re.S)
    ]
    numbered = iter(range(len(formulas)))
    text = re.sub(r"^\$\$\n.*?\n\$\$$", lambda _: f"FORMULA-{next(numbered)}-", text, flags=re.M | re.S)
    body = MarkdownIt("commonmark").enable("table").render(text)
    for number, formula in enumerate(formulas):
        body = body.replace(f"FORMULA-{number}-", formula)

    def inside(match: re.Match) -> str:
        data = base64.b64encode((folder / match[1]).read_bytes()).decode()
        return f'src="data:image/png;base64,{data}"'

    body = re.sub(r'src="([^":]+\.png)"', inside, body)
    title = re.search(r"^# (.*)$", text, re.M)
    head = f'<meta charset="utf-8"><title>{title[1] if title else ""}</title><style>{STYLE}</style>'
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>{body}</body></html>\n'


def write(text: str, folder: Path) -> list[Path]:
    """Write paper.md, paper.html and, with a browser, paper.pdf; their paths."""
    paths = [folder / "paper.md", folder / "paper.html"]
    paths[0].write_text(text, encoding="utf-8")
    paths[1].write_text(html(text, folder), encoding="utf-8")
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print("no Chromium here: paper.html, but no paper.pdf")
        return paths
    pdf = folder / "paper.pdf"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={pdf}"]
    subprocess.run([browser, *flags, paths[1].as_uri()], check=True, capture_output=True, timeout=300)
    return [*paths, pdf]
