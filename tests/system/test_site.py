"""The pages as a site: built without a warning and without the network, whole, and asking nobody for anything."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("sphinx", reason="the extra docs is not installed")
    pytest.importorskip("furo", reason="the extra docs is not installed")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet"]
    offline = {**os.environ, "https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    command += ["--doctree-dir", str(folder / "trees"), str(ROOT / "docs"), str(folder / "html")]
    done = subprocess.run(command, capture_output=True, text=True, env=offline, timeout=3000)
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "html"


@pytest.mark.slow
def test_every_page_is_there(site):
    written = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}
    assert written <= {path.relative_to(site) for path in site.rglob("*.html")}


@pytest.mark.slow
def test_nothing_is_fetched_from_elsewhere(site):
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        fetched = re.findall(r'<(?:script|img|iframe|source)[^>]*src="(?:https?:)?//[^"]*"', text)
        fetched += re.findall(r'<link[^>]*rel="(?:stylesheet|preload|icon)"[^>]*href="(?:https?:)?//[^"]*"', text)
        assert fetched == [], page.name


@pytest.mark.slow
def test_equations_are_typeset_and_docstrings_are_in_the_reference(site):
    assert "<math" in (site / "methods" / "decay.html").read_text(encoding="utf-8")
    assert "$$" not in (site / "methods" / "decay.html").read_text(encoding="utf-8")
    reference = (site / "reference" / "geomag.html").read_text(encoding="utf-8")
    assert "geomag.drift_shell.drift_shell" in reference
    assert "Alias for field number" not in reference
    assert "mcbelt.campaign.kinds.run" in (site / "reference" / "mcbelt.html").read_text(encoding="utf-8")
