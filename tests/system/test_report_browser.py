"""The report as a browser shows it."""

import base64
import html
import json
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


def test_page_suits_small_screens_dark_rooms_and_print(page):
    """A viewport, colours of both schemes, figures as vectors, and no table outside a box that scrolls by itself."""
    text = page.read_text()
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in text
    assert "prefers-color-scheme: dark" in text
    images = re.findall(r'<img [^>]*src="data:([^;]+);base64,([^"]+)"', text)
    assert images
    for kind, data in images:
        assert kind == "image/svg+xml"
        assert b"<svg" in base64.b64decode(data)[:2000]
    assert text.count("<table") == text.count('<div class="wide"><table')


FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files"]
browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium")

# The page stands in a frame of the width, for a window may have a least one; it tells its frame how wide it came out.
FRAME = """<!DOCTYPE html><meta charset="utf-8"><body style="margin:0"><pre id="told"></pre><script>
addEventListener("message", event => { document.getElementById("told").textContent = JSON.stringify(event.data); });
</script><iframe src="told.html" style="border:0;width:WIDTHpx;height:2400px"></iframe></body>"""
TELLS = """<script>addEventListener("load", () => {
  const image = document.querySelector("img"), style = getComputedStyle(document.body);
  parent.postMessage({page: document.documentElement.scrollWidth, window: innerWidth, image: image.clientWidth,
    natural: image.naturalWidth, height: image.clientHeight, ink: style.color, paper: style.backgroundColor}, "*");
});</script></body>"""


def _told(page, tmp_path, width, *flags):
    """What the page says of itself at a width [px]."""
    (tmp_path / "told.html").write_text(page.read_text().replace("</body>", TELLS))
    (tmp_path / "frame.html").write_text(FRAME.replace("WIDTH", str(width)))
    command = [CHROMIUM, *FLAGS, *flags, "--window-size=1500,2500", "--virtual-time-budget=5000", "--dump-dom"]
    address = (tmp_path / "frame.html").as_uri()
    shown = subprocess.run([*command, address], check=True, timeout=300, capture_output=True, text=True).stdout
    return json.loads(html.unescape(re.search(r'<pre id="told">(.*?)</pre>', shown)[1]))


def _brightness(colour):
    return sum(map(int, re.findall(r"\d+", colour)[:3]))


@pytest.mark.browser
@browser
@pytest.mark.parametrize("width", [390, 800, 1400])
def test_page_at_three_widths(page, tmp_path, width):
    """On a telephone, a tablet, a desk the page does not scroll sideways; figures fill it, and where that would make
    them too small to read they scroll in a box of their own, as tables do.
    """
    told = _told(page, tmp_path, width)
    assert told["window"] == width
    assert told["page"] <= width
    assert told["image"] >= max(576, 0.8 * min(width, 960))
    assert told["natural"] > 0  # the figure was drawn
    assert told["height"] > 0.4 * told["image"]


@pytest.mark.browser
@browser
def test_page_in_a_dark_room(page, tmp_path):
    light = _told(page, tmp_path, 800)
    dark = _told(page, tmp_path, 800, "--blink-settings=preferredColorScheme=0")
    assert _brightness(light["paper"]) > 600 > 200 > _brightness(light["ink"])
    assert _brightness(dark["paper"]) < 200 < 600 < _brightness(dark["ink"])


@pytest.mark.browser
@browser
def test_page_in_chromium(page, tmp_path):
    shot = tmp_path / "page.png"
    flags = [*FLAGS, "--window-size=1100,2400"]
    subprocess.run([CHROMIUM, *flags, f"--screenshot={shot}", page.as_uri()], check=True, timeout=120)
    shown = subprocess.run(
        [CHROMIUM, *flags, "--dump-dom", page.as_uri()], check=True, timeout=120, capture_output=True, text=True
    ).stdout
    assert shot.stat().st_size > 50_000  # figure and table were drawn
    assert "histories = 1050 were asked for" in shown
