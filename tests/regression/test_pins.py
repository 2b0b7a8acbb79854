"""Small campaigns give the bits that pins.json holds (`pins.py` says what is pinned, and makes it anew)."""

import json

import pins
import pytest
import readable_units


@pytest.fixture(scope="module")
def pinned():
    return json.loads(pins.PINS.read_text())


def test_every_campaign_is_pinned(pinned):
    assert pinned["campaigns"].keys() == pins.CAMPAIGNS.keys()


def test_numbers_are_those_that_were_pinned(life, pinned):
    """Digests where the pins were made with these versions, processor and cores, elsewhere numbers to pins.RTOL."""
    exact = pinned["made_with"][life.name] == pins.environment()
    lines = pins.differences(pinned["campaigns"][life.name], pins.described(life.results), exact)
    assert not lines, f"{len(lines)} variables changed\n" + "\n".join(f"{life.name}: {line}" for line in lines)


def test_units_are_read(life):
    """By udunits and astropy, on every variable of every file of results."""
    assert not readable_units.unreadable(life.results)
