"""Figures as an audience sees them: places in words, few decades, colours told apart, no spikes in the sky."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from mcbelt.cli import cutoff_map
from mcbelt.figures import plots, result_style, species
from mcbelt.files import result


@pytest.mark.parametrize(
    ("degrees", "words"),
    [
        (-57.0, "57° W"),
        (303.0, "57° W"),
        (12.5, "12.5° E"),
        (0.0, "0°"),
        (360.0, "0°"),
        (180.0, "180°"),
        (-180.0, "180°"),
    ],
)
def test_longitudes_in_words(degrees, words):
    assert result_style.longitude_words(degrees) == words


@pytest.mark.parametrize(("degrees", "words"), [(-15.0, "15° S"), (0.0, "0°"), (60.0, "60° N")])
def test_latitudes_in_words(degrees, words):
    assert result_style.latitude_words(degrees) == words


def test_a_panel_has_at_most_eight_decades():
    axis = Figure().subplots()
    axis.set(yscale="log", ylim=(1e-20, 1e3))
    result_style.few_decades(axis)
    assert axis.get_ylim() == pytest.approx((1e-5, 1e3))
    axis.set_ylim(1.0, 100.0)
    result_style.few_decades(axis)
    assert axis.get_ylim() == pytest.approx((1.0, 100.0))


def test_the_panel_of_a_steep_flux_does_not_follow_it(request):
    dataset = result.open_result(request.config.rootpath / "tests" / "data" / "result_0_1.nc")
    dataset["flux_electron"][-1] = 1e-30
    low, high = plots._flux_limits(dataset)
    assert high / low == pytest.approx(10.0**result_style.MOST_DECADES)
    assert high > float(dataset.flux_positron.max())


def _seen_without_green(colour):
    """A colour as a deuteranope sees it, in linear light (Viénot, Brettel & Mollon 1999), then its lightness axes."""
    linear = np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)])
    lms = np.array([[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714], [0.0299566, 0.184309, 1.46709]])
    cone = lms @ linear
    cone[1] = 0.494207 * cone[0] + 1.24827 * cone[2]
    return np.clip(np.linalg.inv(lms) @ cone, 0.0, 1.0) ** (1.0 / 2.4)


def test_colours_are_told_apart_without_red_and_green():
    """By at least a tenth of the range of a channel, for every two of the first five; e+ and e- by three tenths."""
    seen = [_seen_without_green(colour) for colour in result_style.PALETTE[:5]]
    assert min(np.abs(a - b).max() for a, b in itertools.combinations(seen, 2)) > 0.1
    pair = [_seen_without_green(species.colour(name)) for name in species.PAIR]
    assert np.abs(pair[0] - pair[1]).max() > 0.3


def test_the_sky_is_drawn_cell_by_cell(tmp_path, monkeypatch):
    """Each direction in its own colour, none where nothing comes in; the place in words."""
    drawn = []
    traced = np.full((13, 24), 10.0)
    traced[5, 3], traced[12] = 60.0, np.inf  # a spike of the penumbra; the ground
    monkeypatch.setattr(cutoff_map, "sky", lambda *place: (traced, np.full((13, 24), 12.0)))
    monkeypatch.setattr(Figure, "savefig", lambda figure, path, **how: (drawn.append(figure), path.touch()))
    model = type("Model", (), {"name": "IGRF"})()
    cutoff_map.draw(tmp_path / "sky.png", model, -15.0, 303.0, 400.0, 1)
    (figure,) = drawn
    mesh = figure.axes[0].collections[0]
    assert np.ma.allequal(mesh.get_array(), np.ma.masked_invalid(traced))
    assert mesh.get_clim() == (10.0, 60.0)
    assert figure.get_suptitle().startswith("IGRF: 15° S, 57° W, 400 km")
