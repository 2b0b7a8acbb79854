"""The report as a browser shows it."""

import re
import shutil
import subprocess

import pytest
import toy_simulation as toy

from mcbelt.campaign import driver, file
from mcbelt.figures import report

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture
def page(toy_campaign):
    driver.run(file.read(toy_campaign), toy_campaign / "results", toy.TOY)
    return report.write(toy_campaign, toy_campaign / "report.html")


def test_page_needs_nothing_from_outside(page):
    text = page.read_text()
    assert not re.search(r'(src|href)="(?!data:)', text)
    assert "<script" not in text


def test_text_of_a_file_cannot_become_markup(toy_campaign):
    text = toy.CAMPAIGN.replace('name = "toy"', 'name = "toy" # <script>alert(1)</script>')
    (toy_campaign / "campaign.toml").write_text(text)
    driver.run(file.read(toy_campaign), toy_campaign / "results", toy.TOY)
    shown = report.write(toy_campaign, toy_campaign / "report.html").read_text()
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_page_in_chromium(page, tmp_path):
    shot = tmp_path / "page.png"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1100,2400"]
    subprocess.run([CHROMIUM, *flags, f"--screenshot={shot}", page.as_uri()], check=True, timeout=120)
    shown = subprocess.run(
        [CHROMIUM, *flags, "--dump-dom", page.as_uri()], check=True, timeout=120, capture_output=True, text=True
    ).stdout
    assert shot.stat().st_size > 50_000  # figure and table were drawn
    assert "histories = 1050 were asked for" in shown
