"""A driver to be killed: runs the toy campaign of a directory in a process of its own.

python drive_toy.py CAMPAIGN OUTPUT WORKERS BLOCK_SECONDS [dask]
Writes the process ids of its workers, one line each time they change, to OUTPUT/../workers.txt.
"""

import functools
import sys
from pathlib import Path

import toy_simulation as toy

from mcbelt.campaign import driver, file
from mcbelt.errors import McbeltError
from mcbelt.workers import in_process, local


def main() -> None:
    path, output, workers, seconds, *dask = sys.argv[1:]
    settings = toy.Settings(block_seconds=float(seconds))
    simulation = toy.TOY._replace(prepare=functools.partial(toy.prepare, settings=settings))
    noted = Path(output).parent / "workers.txt"
    backends: list = []

    def open_backend():
        backends.append(in_process.opened(int(workers), dask[0] if dask else None))
        return backends[0]

    def watch(progress):
        if backends and isinstance(backends[0], local.LocalWorkers):
            new = noted.with_suffix(".new")  # a reader finds all ids or those of before, never an empty file
            new.write_text(" ".join(str(worker.process.pid) for worker in backends[0]._workers))
            new.replace(noted)
        print(progress.blocks_computed, flush=True)

    try:
        driver.run(file.read(Path(path)), Path(output), simulation, open_backend, watch)
    except McbeltError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
