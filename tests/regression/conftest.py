"""What the tests of this folder share: the life of each small campaign, which is run once a session."""

import functools

import lives
import pins
import pytest


@pytest.fixture(scope="session")
def lived(tmp_path_factory):
    """Life of a campaign by its name."""
    return functools.cache(lambda name: lives.lived(name, tmp_path_factory.mktemp("life")))


@pytest.fixture
def life(request, lived):
    """Life of the campaign that a test is parametrised by."""
    if "--dask" in pins.OPTIONS.get(request.param, ()):
        pytest.importorskip("distributed")
    return lived(request.param)


def pytest_generate_tests(metafunc):
    """Tests of `life` are of every campaign, or of those that their module names in `OF`; the long ones are slow."""
    if "life" in metafunc.fixturenames:
        named = getattr(metafunc.module, "OF", {}).get(metafunc.function.__name__, pins.CAMPAIGNS)
        slow = [pytest.mark.slow]
        cases = [pytest.param(name, marks=slow if name in pins.SLOW else [], id=name) for name in named]
        metafunc.parametrize("life", cases, indirect=True)
