"""Small campaigns give the bits that pins.json holds (`pins.py` says what is pinned, and makes it anew)."""

import json

import pins
import pytest
import readable_units


def cases():
    """Every campaign, the long ones marked."""
    return [pytest.param(name, marks=[pytest.mark.slow] if name in pins.SLOW else []) for name in pins.CAMPAIGNS]


@pytest.fixture(scope="module")
def pinned():
    return json.loads(pins.PINS.read_text())


def test_every_campaign_is_pinned(pinned):
    assert pinned["campaigns"].keys() == pins.CAMPAIGNS.keys()


@pytest.mark.parametrize("name", cases())
def test_numbers_are_those_that_were_pinned(name, pinned, tmp_path):
    """Digests where the pins were made with these versions, processor and cores, elsewhere numbers to pins.RTOL."""
    if "--dask" in pins.OPTIONS.get(name, ()):
        pytest.importorskip("distributed")
    pins.run(name, tmp_path)
    exact = pinned["made_with"] == pins.environment()
    lines = pins.differences(pinned["campaigns"][name], pins.described(tmp_path), exact)
    assert not lines, f"{name}: {len(lines)} variables changed\n" + "\n".join(f"{name}: {line}" for line in lines)
    assert not readable_units.unreadable(tmp_path)
