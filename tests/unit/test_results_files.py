"""Result and block files: whole or refused, and what is in them comes back to the last bit."""

import io
import json

import h5netcdf
import numpy as np
import pytest
import xarray

from mcbelt.campaign import file as campaign_file
from mcbelt.errors import ResultsError
from mcbelt.files import block as block_file
from mcbelt.files import result, sealed
from mcbelt.files.block import Stamp
from mcbelt.files.result import Histories, Origin
from mcbelt.tally import Axis, BlockResult, TallyAxes

TOML = """\
kind = "belt"   # a comment that must survive: é
name = "test"
shell = { L = 1.2, date = 1998-06-05 }
air = { f107 = 112.0, f107a = 108, ap = 10.0 }
"""
STAMP = Stamp("0123456789abcdef", "code", 7, 100, 200)
RUNS = (Histories(7, 100, 200),)
EDGES = np.array([10.0, 20.0, 40.0, 80.0])


def block(first=100, last=200, value=0.1):
    sums = np.array([[value, 0.2, 1e-300], [3.0, -0.0, 7.0]])
    return BlockResult(
        last - first, {"ABSORBED": last - first - 1, "ESCAPED": 1}, {"births": sums}, {"births": sums**2}
    )


def dataset(merged=None, runs=RUNS, code="code", toml=TOML):
    case = campaign_file.parse(toml, sealed.Path("campaign.toml")).cases[0]
    axes = {
        "births": TallyAxes(
            (Axis("species", "1", None, ("positron", "electron")), Axis("energy", "MeV", EDGES)), "1", "births"
        )
    }
    energy = np.sqrt(EDGES[1:] * EDGES[:-1])
    physics = xarray.Dataset(
        {"flux_positron": ("energy_MeV", np.arange(3.0), {"units": "m-2 s-1 sr-1 MeV-1"})},
        coords={"energy_MeV": ("energy_MeV", energy, {"units": "MeV"})},
    )
    origin = Origin(toml, "", {}, case.config, code)
    return result.assembled(origin, merged or block(), runs, axes, physics, "asked for")


def written(tmp_path, changed=None):
    path = tmp_path / "result.nc"
    result.write(changed if changed is not None else dataset(), path)
    return path


def rewritten(path, change):
    """Change a result as an attacker would, with a fresh and correct seal."""
    content = io.BytesIO(sealed.read(path))
    with xarray.open_dataset(content, engine="h5netcdf") as lazy:
        loaded = lazy.load()
    loaded = change(loaded)
    buffer = io.BytesIO()
    loaded.to_netcdf(buffer, engine="h5netcdf")
    path.write_bytes(sealed.sealed(buffer.getvalue()))
    return path


def test_block_comes_back_to_the_last_bit(tmp_path):
    path = tmp_path / "000001.nc"
    sealed.write(path, block_file.image(block(), STAMP))
    back = block_file.read(path, STAMP)
    assert (back.histories, back.fates) == (100, {"ABSORBED": 99, "ESCAPED": 1})
    assert back.sums["births"].tobytes() == block().sums["births"].tobytes()
    assert back.sums_of_squares["births"].tobytes() == block().sums_of_squares["births"].tobytes()


@pytest.mark.parametrize(
    "other",
    [{"physics_hash": "x"}, {"code_hash": "x"}, {"seed": 8}, {"first": 0}, {"last": 201}],
    ids=lambda other: next(iter(other)),
)
def test_block_of_something_else_is_refused(tmp_path, other):
    path = tmp_path / "000001.nc"
    sealed.write(path, block_file.image(block(), STAMP))
    with pytest.raises(ResultsError, match=f"block of another run .{next(iter(other))} differ"):
        block_file.read(path, STAMP._replace(**other))


def test_every_flipped_bit_and_every_cut_is_found():
    image = block_file.image(block(), STAMP)
    for position in range(0, len(image), 97):
        flipped = bytearray(image)
        flipped[position] ^= 1 << (position % 8)
        with pytest.raises(ResultsError):
            sealed.unsealed(bytes(flipped), "file")
        with pytest.raises(ResultsError):
            sealed.unsealed(image[:position], "file")


def test_block_opens_in_plain_xarray(tmp_path):
    path = tmp_path / "000001.nc"
    sealed.write(path, block_file.image(block(), STAMP))
    with xarray.open_dataset(path, engine="h5netcdf") as plain:
        assert plain["births_sum"].values.tobytes() == block().sums["births"].tobytes()


def test_result_holds_what_is_needed_to_redo_it(tmp_path):
    path = written(tmp_path)
    back = result.open_result(path)
    assert back.attrs["config_toml"] == TOML
    assert json.loads(back.attrs["physics_json"])["shell"]["L"] == 1.2
    assert json.loads(back.attrs["run_json"])["seed"] == 1
    assert back.attrs["histories"] == 100
    assert "numpy" in back.attrs["versions"]
    assert back.attrs["git_dirty"] in ("true", "false", "unknown")
    assert all("units" in variable.attrs for variable in back.variables.values())
    assert result.tallies_of(back).fates == block().fates
    assert result.tallies_of(back).sums["births"].tobytes() == block().sums["births"].tobytes()
    assert back["births_species"].values.tolist() == ["positron", "electron"]
    with xarray.open_dataset(path, engine="h5netcdf") as plain:
        assert plain["births_energy_edges"].values.tolist() == EDGES.tolist()


def test_result_cut_in_half(tmp_path):
    path = written(tmp_path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ResultsError, match=r"result\.nc: is cut short, or was not written by mcbelt"):
        result.open_result(path)


@pytest.mark.parametrize("content", [b"", b"CDF\x01 not this", sealed.sealed(b"not netCDF at all")])
def test_not_a_result(tmp_path, content):
    path = tmp_path / "result.nc"
    path.write_bytes(content)
    with pytest.raises(ResultsError):
        result.open_result(path)


def test_no_result(tmp_path):
    with pytest.raises(ResultsError, match="cannot be read"):
        result.open_result(tmp_path / "none.nc")
    with pytest.raises(ResultsError, match=r"holds no result\.nc"):
        result.open_result(tmp_path)


def without(name):
    return lambda found: found.drop_attrs(deep=False).assign_attrs(
        {key: value for key, value in found.attrs.items() if key != name}
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda found: found.assign_attrs(schema_version=99), "has schema version 99, this program reads 1"),
        (lambda found: found.assign_attrs(schema_version="new"), "has schema version new"),
        (lambda found: found.assign_attrs(filetype="other"), "is not a result of mcbelt"),
        (without("config_toml"), "lacks the attribute config_toml"),
        (lambda found: found.drop_vars("births_sum_of_squares"), "the tally births lacks births_sum_of_squares"),
        (lambda found: found.drop_vars("fate_count"), "lacks the counts of fates"),
        (lambda found: found.isel(births_energy_edge=slice(2)), "births_energy_edges has shape"),
        (lambda found: found.assign(births_sum=("x", np.zeros(4), {"units": "1"})), "have different shapes"),
        (lambda found: found.assign(extra=("x", np.zeros(4))), "the variable extra has no units"),
        (lambda found: found.assign_attrs(histories=101), "has 101 histories, 100 fates and 100 planned"),
        (lambda found: found.assign_attrs(physics_json="{}"), "its physics_hash is not that of its physics_json"),
        (lambda found: found.isel(run=slice(0, 0)), "has 100 histories, 100 fates and 0 planned"),
    ],
)
def test_wrong_content_is_refused_in_one_sentence(tmp_path, change, told):
    path = rewritten(written(tmp_path), change)
    with pytest.raises(ResultsError) as caught:
        result.open_result(path)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_file_that_unpacks_to_more_than_memory_is_refused(tmp_path):
    path = written(tmp_path)
    buffer = io.BytesIO(sealed.read(path))
    with h5netcdf.File(buffer, "a") as file:
        file.dimensions["huge"] = 2**31
        bomb = file.create_variable("bomb", ("huge",), "f8", chunks=(2**20,), compression="gzip")
        bomb.attrs["units"] = "1"
    path.write_bytes(sealed.sealed(buffer.getvalue()))
    with pytest.raises(ResultsError, match="unpacks to 16 GiB"):
        result.open_result(path)


def test_variable_without_units_is_never_written():
    physics = xarray.Dataset({"flux": ("energy_MeV", np.zeros(3))})
    case = campaign_file.parse(TOML, sealed.Path("campaign.toml")).cases[0]
    with pytest.raises(ResultsError, match="the variable flux has no units"):
        result.assembled(
            Origin(TOML, "", {}, case.config, "code"), block(), (Histories(7, 100, 200),), {}, physics, "asked for"
        )


def test_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "result.nc"
    sealed.write(path, b"old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sealed.os, "fsync", full)
    with pytest.raises(ResultsError, match=r"cannot be written \(No space left on device\); free space"):
        sealed.write(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["result.nc"]


def test_directory_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultsError, match="the directory cannot be made"):
        sealed.make_directory(tmp_path / "file" / "results")


def merged_of(*parts):
    return result.merged(list(parts), [f"part{number}.nc" for number in range(len(parts))])


def test_merge_adds_and_does_not_care_for_order():
    one = dataset(block(0, 100), (Histories(1, 0, 100),))
    two = dataset(block(0, 50, 1e-17), (Histories(2, 0, 50),))
    total, runs = merged_of(one, two)
    again, runs_again = merged_of(two, one)
    assert total.histories == 150
    assert total.fates == {"ABSORBED": 148, "ESCAPED": 2}
    assert runs == runs_again == (Histories(1, 0, 100), Histories(2, 0, 50))
    assert total.sums["births"].tobytes() == again.sums["births"].tobytes()


def test_merge_joins_ranges_of_one_seed():
    _, runs = merged_of(
        dataset(block(100, 150), (Histories(1, 100, 150),)), dataset(block(0, 100), (Histories(1, 0, 100),))
    )
    assert runs == (Histories(1, 0, 150),)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (dict(toml=TOML.replace("1.2", "1.3"), runs=(Histories(8, 100, 200),)), "another physics"),
        (dict(code="newer", runs=(Histories(8, 100, 200),)), "another version of the program"),
        (dict(runs=(Histories(7, 100, 200),)), "would count twice"),
        (dict(runs=(Histories(7, 150, 250),)), "would count twice"),
    ],
)
def test_what_does_not_belong_together_is_not_merged(other, told):
    with pytest.raises(ResultsError, match=told):
        merged_of(dataset(), dataset(**other))
