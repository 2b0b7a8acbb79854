"""Scans: which cases there are and what they are called."""

import math
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_config_messages import GOOD

from mcbelt import sentences
from mcbelt.campaign import file, scan
from mcbelt.campaign.scan import Scan, case_name
from mcbelt.errors import ConfigError
from mcbelt.settings import identity

WHERE = "campaign.toml"
keys = st.sampled_from(["shell.L", "shell.date", "air.f107", "air.ap", "energy.bins", "source.tail", "preset"])
scalars = st.one_of(
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(),
    st.text(max_size=50),
)
numbers = st.one_of(st.integers(-(10**9), 10**9), st.floats(allow_nan=False, allow_infinity=False), st.dates())
axes = st.dictionaries(keys, st.lists(numbers, min_size=1, max_size=4, unique_by=repr), min_size=1, max_size=4)
patiently = settings(deadline=None)  # the machine that runs the tests may be busy


def cases(text):
    return file.parse(GOOD + "[scan]\n" + text, Path(WHERE)).cases


@patiently
@given(axes)
def test_product_holds_every_combination_once(scanned):
    found = scan.cases(Scan(tuple({key: values} for key, values in scanned.items())), WHERE)
    assert len(found) == math.prod(len(values) for values in scanned.values())
    assert len({name.lower() for name, _ in found}) == len(found)
    assert all(set(values) == set(scanned) for _, values in found)


@patiently
@given(st.dictionaries(keys, st.lists(st.integers(), min_size=4, max_size=4, unique=True), min_size=1))
def test_zip_goes_in_step(scanned):
    found = scan.cases(Scan((scanned,)), WHERE)
    assert [values for _, values in found] == [
        {key: values[step] for key, values in scanned.items()} for step in range(4)
    ]


@patiently
@given(st.dictionaries(keys, scalars, min_size=1))
def test_name_is_one_safe_directory(overrides):
    name = case_name(overrides)
    assert sentences.is_safe_name(name)
    assert Path("results", name).resolve().parent == Path("results").resolve()
    assert name == case_name(dict(overrides))


@patiently
@given(st.text(max_size=300))
def test_safe_names_are_plain(text):
    allowed = set(string.ascii_letters + string.digits + "._+-=,")
    assert not sentences.is_safe_name(text) or (set(text) <= allowed and ".." not in text and 0 < len(text) <= 100)


@patiently
@given(st.integers(-1000, 1000), st.integers(1, 100), st.integers(0, 200), st.sampled_from([1, 10, 100, 1000]))
def test_range_counts_in_decimal_steps(start, step, steps, scale):
    entry = {"start": start / scale, "stop": (start + steps * step) / scale, "step": step / scale}
    found = scan._range(entry, WHERE)
    assert found == [(start + i * step) / scale for i in range(steps + 1)]


def test_name_does_not_depend_on_the_other_cases():
    few = {case.name for case in cases('"shell.L" = [1.2]\n"air.f107" = [70, 220]')}
    many = {case.name for case in cases('"shell.L" = [1.15, 1.2]\n"air.f107" = { start = 70, stop = 220, step = 50 }')}
    assert few == {"L=1.2,f107=70", "L=1.2,f107=220"}
    assert few <= many


def test_hash_of_a_case_is_that_of_the_same_campaign_without_scan():
    (case,) = cases('"shell.L" = [1.3]')
    plain = file.parse(GOOD.replace("L = 1.2", "L = 1.3"), Path(WHERE)).cases[0]
    assert identity.physics_hash(case.config) == identity.physics_hash(plain.config)


def test_keys_without_quotes_mean_the_same():
    assert cases("shell.L = [1.2, 1.3]") == cases('"shell.L" = [1.2, 1.3]')


def test_scan_of_presets_and_sections_that_are_not_there():
    first, second = cases('preset = ["full", "paper"]\n"energy.bins" = [5]')
    assert (first.config.physics.losses, second.config.physics.losses) == ("full", "paper")
    assert second.config.energy.bins == 5


def test_linked_keys_go_in_step_and_combine_with_the_others():
    text = 'link = ["air.f107", "air.f107a"]\n"shell.L" = [1.2, 1.3]\n"air.f107" = [70, 220]\n"air.f107a" = [75, 210]'
    found = file.parse(f"{GOOD}[scan]\n{text}", Path(WHERE))
    assert [case.name for case in found.cases] == [
        f"L={L},f107={f107},f107a={mean}" for L in (1.2, 1.3) for f107, mean in ((70, 75), (220, 210))
    ]
    assert found.axes == (("shell.L",), ("air.f107", "air.f107a"))
    assert found.scanned == {"shell.L": [1.2, 1.3], "air.f107": [70, 220], "air.f107a": [75, 210]}
    assert file.scan_of(found.text, WHERE).values == found.scanned


def test_linked_key_without_values_has_those_of_the_first():
    found = cases('link = ["air.f107a", "air.f107"]\n"air.f107" = [70, 220]')
    assert [(case.config.air.f107, case.config.air.f107a) for case in found] == [(70, 70), (220, 220)]
    groups = 'link = [["air.f107", "air.f107a"], ["shell.L", "air.ap"]]'
    both = cases(groups + '\n"air.f107" = [70]\n"shell.L" = [1.2]\n"air.ap" = [5]')
    assert [case.name for case in both] == ["f107=70,f107a=70,L=1.2,ap=5"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('"../../etc/passwd" = [1]', "cannot vary '../../etc/passwd'"),
        ('name = ["../../x"]', "cannot vary 'name'"),
        ('"shell.L.x" = [1]', "cannot vary 'shell.L.x'"),
        ('"shell.convention" = ["../../x"]', "convention = '../../x' is not one of"),
        ('"shell.L" = []', "is not a list of values"),
        ('"shell.L" = [[1.2]]', "which is not a single value"),
        ('"shell.L" = { start = 1.1, stop = 1.5 }', "is not a range"),
        ('"shell.L" = { start = 1.1, stop = 1.5, step = 0 }', "never goes from"),
        ('"shell.L" = { start = 1.1, stop = 1.5, step = 1e-300 }', "more than 10000 values"),
        ('"shell.L" = { start = 1.1, stop = inf, step = 1 }', "is not a range"),
        (
            '"shell.L" = { start = 1.2, stop = 1.4, step = 0.001 }\n"air.ap" = { start = 0, stop = 400, step = 1 }',
            "80601",
        ),
        ('"shell.L" = [1.2, 1.2]', "the case L=1.2 twice"),
        ('mode = "zip"\n"shell.L" = [1.2]\n"air.ap" = [1, 2]', "needs lists of one length"),
        ('mode = "all"\n"shell.L" = [1.2]', "mode = 'all' is not one of"),
        ('link = ["air.f107"]\n"air.f107" = [70]', "does not name two or more keys"),
        ('link = "air.f107"\n"air.f107" = [70]', "does not name two or more keys"),
        ('link = [["air.f107", "air.f107a"], "shell.L"]\n"air.f107" = [70]', "does not name two or more keys"),
        ('link = ["air.f107", "air.f107a"]\n"shell.L" = [1.2]', "of which none has values"),
        ('link = ["air.f107", "air.f107"]\n"air.f107" = [70]', "names 'air.f107' twice"),
        (
            'link = ["air.f107", "air.f107a"]\n"air.f107" = [70]\n"air.f107a" = [70, 80]',
            "link needs lists of one length",
        ),
        ('link = ["air.f107", "air.f107a"]\nmode = "zip"\n"air.f107" = [70]', "links all keys already"),
        ('link = ["air.f107", "../x"]\n"air.f107" = [70]', "cannot vary '../x'"),
        ('link = ["air.ap", "air.f107"]\n"air.ap" = [70, 70]', "the case ap=70,f107=70 twice"),
        ("", "varies 0 keys"),
        ('"shell.L" = [1.2, 2.5]', "(case L=2.5): [shell] L = 2.5 is outside 1 to 2"),
    ],
)
def test_hostile_or_wrong_scan(text, told):
    with pytest.raises(ConfigError) as caught:
        cases(text)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
