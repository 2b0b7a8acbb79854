"""A model that is no longer wanted is forgotten by the driver, by each backend, and by a worker that is told so."""

import gc
import weakref
from collections import deque
from types import SimpleNamespace

import toy_simulation as toy

from kernelcache import threads
from mcbelt.campaign import driver, file
from mcbelt.workers import in_process, local
from mcbelt.workers.backend import Job, Made, Recipe


class Model:
    """What a worker holds, and whether it still does."""


def prepared(campaign):
    model = Model()
    campaign.append(weakref.ref(model))
    return model


class Pipe:
    """The worker's end of its pipe: each function gives an order, made only now, or looks and gives none."""

    def __init__(self, *functions):
        self._functions, self.sent = deque(functions), []

    def recv(self):
        while self._functions:
            order = self._functions.popleft()(self)
            if order is not None:
                return order
        raise EOFError

    def send(self, what):
        self.sent.append(what)


def served(*functions):
    """Life of a worker, in this process."""
    with threads.limited(1):
        local._serve(Pipe(*functions))


def unload(number):
    return lambda pipe: ("unload", number)


def gone(found):
    gc.collect()
    return [each() is None for each in found]


def test_a_worker_forgets_a_model_that_it_was_given():
    found, looked = [], []

    def load(number):
        return lambda pipe: ("load", number, toy.run_block, prepared(found))

    def look(pipe):
        looked.append(gone(found))

    served(load(1), load(2), look, unload(2), look, unload(1), look)
    assert looked == [[False, False], [False, True], [True, True]]


def test_a_worker_forgets_a_model_that_it_made():
    found, looked = [], []

    def sent(pipe):
        assert isinstance(pipe.sent.pop(), Made)  # the driver has it now
        looked.append(gone(found))

    def look(pipe):
        looked.append(gone(found))

    served(lambda pipe: ("make", 7, Recipe(toy.run_block, prepared, found)), sent, unload(7), look)
    assert looked == [[False], [True]]


def a_worker(*loaded):
    return SimpleNamespace(loaded=set(loaded), pipe=Pipe(), jobs=deque(), making=None, idle=False)


def test_those_that_hold_a_model_are_told_to_forget_it():
    workers = local.LocalWorkers(0)
    workers._workers = [a_worker(1, 2), a_worker(2), a_worker(1)]
    workers._models, workers._tells = {1: ("a", None), 2: ("b", None)}, {1: print, 2: print}
    workers.unload(1)
    assert [worker.pipe.sent for worker in workers._workers] == [[("unload", 1)], [], [("unload", 1)]]
    assert [worker.loaded for worker in workers._workers] == [{2}, {2}, set()]
    assert (workers._models.keys(), workers._tells.keys()) == ({2}, {2})


class Watched(in_process.InProcess):
    """This process, and how many models it holds when a block is submitted."""

    held: list

    def submit(self, job: Job) -> None:
        self.held.append(sorted(self._models))
        super().submit(job)


def test_a_driver_has_each_model_forgotten_when_its_case_is_complete(toy_campaign):
    (toy_campaign / "campaign.toml").write_text(toy.CAMPAIGN + '[scan]\n"shell.L" = [1.2, 1.3, 1.4]\n')
    backend = Watched()
    backend.held = []
    driver.run(file.read(toy_campaign), toy_campaign / "results", toy.TOY, lambda: backend)
    assert backend.held == [[case] for case in (1, 2, 3) for _ in range(11)]
    assert not backend._tells


def test_blocks_of_a_model_in_this_process_end_with_it():
    backend, found = in_process.InProcess(), []
    handle = backend.make(Recipe(toy.run_block, prepared, found), lambda words: None)
    (made,) = backend.collect()
    assert made.handle == handle
    del made
    assert gone(found) == [False]
    backend.unload(handle)
    assert gone(found) == [True]
