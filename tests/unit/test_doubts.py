"""Choices that are allowed and do not go together are told by `check`, each in a sentence; those that do are not."""

import pytest

from mcbelt.campaign import file, kinds
from mcbelt.settings import doubts

TRAPPED = """kind = "belt"
name = "test"
[shell]
L = 1.2
date = 1998-06-05
[air]
f107 = 112.0
f107a = 108.0
ap = 10.0
"""
COSMIC = TRAPPED.replace("1.2", "1.09") + '[source]\nkind = "cosmic_rays"\n'
BRIGHT = TRAPPED.replace("112.0", "225.0").replace("108.0", "225.0")


def told(text, tmp_path):
    return doubts.of(file.parse(text, tmp_path / "campaign.toml").cases[0].config)


@pytest.mark.parametrize(
    "text",
    [
        TRAPPED,
        COSMIC,
        COSMIC + "phi_MV = 500.0\n",  # within three errors of 530
        BRIGHT + '[source]\nsolar = "max"\n',
        TRAPPED.replace("ap = 10.0", 'ap = 200.0\ntimes = "instant"'),
        'kind = "belt"\nname = "test"\npreset = "paper_eccentric"\n[shell]\nL = 1.09\ndate = 1998-06-05\n'
        '[source]\nkind = "cosmic_rays"\n',  # 500 MV of its own
        'kind = "belt"\nname = "test"\n[shell]\nL = 1.2\ndate = 1964-06-05\n',
    ],
)
def test_what_goes_together_is_told_nothing(text, tmp_path):
    assert told(text, tmp_path) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BRIGHT, "solar = 'min' is AP8 of 1964 (F10.7a near 73), and [air] f107a = 225 is nearer to 1970 (156)"),
        (TRAPPED + '[source]\nsolar = "max"\n', "solar = 'max' is AP8 of 1970"),
        (COSMIC + "phi_MV = 900.0\n", "phi_MV = 900 is not that of 1998-06, 530 +- 30 MV by neutron monitors"),
        (COSMIC.replace("1998", "2009") + "phi_MV = 530.0\n", "phi_MV = 530 is not that of 2009-06"),
        (TRAPPED.replace("ap = 10.0", "ap = 207.0"), "ap = 207 is of a storm, and times = 'mean'"),
        (TRAPPED.replace("f107 = 112.0", "f107 = 200.0"), "f107 = 200 and f107a = 108 are of a day unlike its season"),
    ],
)
def test_what_does_not_is_a_sentence(text, words, tmp_path):
    (found,) = told(text, tmp_path)
    assert words in found
    assert "\n" not in found


def test_of_several_sources_each_is_named(tmp_path):
    sources = '[[source]]\nkind = "trapped_protons"\n[[source]]\nkind = "cosmic_rays"\nphi_MV = 1500.0\n'
    found = told(BRIGHT.replace("ap = 10.0", "ap = 90.0") + sources, tmp_path)
    assert [words.partition(":")[0] for words in found[:2]] == ["trapped_protons", "cosmic_rays"]
    assert "storm" in found[2]
    assert len(found) == 3


SCANS = {
    '"air.f107" = [100.0, 120.0, 130.0]': '[scan] varies "air.f107" and not "air.f107a"',
    '"air.f107a" = [100.0, 110.0]': '[scan] varies "air.f107a" and not "air.f107"',
    '"air.f107" = [100.0, 110.0]\n"air.f107a" = [100.0, 110.0]': None,
    '"air.f107" = [100.0, 110.0]\nlink = ["air.f107", "air.f107a"]': None,
    '"shell.L" = [1.2, 1.25]': None,
}


@pytest.mark.parametrize(("scan", "words"), SCANS.items(), ids=list(SCANS))
def test_a_scan_of_half_a_sun_is_told_once(scan, words, tmp_path):
    asked = file.parse(f"{TRAPPED}[scan]\n{scan}\n", tmp_path / "campaign.toml")
    told = kinds.require_complete(asked)
    assert told.keys() == ({""} if words else set())
    if words:
        (sentence,) = told[""]
        assert words in sentence
        assert 'link = ["air.f107", "air.f107a"]' in sentence
