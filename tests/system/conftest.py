"""What the system tests share: the toy campaign on disk, and its undisturbed result."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import toy_simulation as toy

from mcbelt.campaign import driver
from mcbelt.campaign import file as campaign_file
from mcbelt.files import result

HERE = Path(__file__).parent


@pytest.fixture
def toy_campaign(tmp_path):
    """Directory of a campaign of 11 blocks."""
    (tmp_path / "campaign.toml").write_text(toy.CAMPAIGN)
    return tmp_path


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory):
    """The result that every way of computing the toy campaign must give, to the last bit."""
    directory = tmp_path_factory.mktemp("undisturbed")
    (directory / "campaign.toml").write_text(toy.CAMPAIGN)
    file = campaign_file.read(directory)
    (finished,) = driver.run(file, directory / "results", toy.TOY)
    return result.open_result(finished.result)


@pytest.fixture
def drive():
    """Start a driver of the toy campaign in a process of its own; it is killed at the end if it still runs."""
    started = []

    def start(directory, workers=1, seconds=0.05, *extra):
        command = [sys.executable, str(HERE / "drive_toy.py"), str(directory), str(directory / "results")]
        environment = {**os.environ, "PYTHONPATH": f"{toy.ROOT}{os.pathsep}{HERE}"}
        process = subprocess.Popen(
            [*command, str(workers), str(seconds), *extra],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.fixture
def command_line(monkeypatch, capsys):
    """Run the command line in this process: exit status, standard output, standard error."""
    from mcbelt import cli

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["mcbelt", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code or 0, *capsys.readouterr()

    return run
