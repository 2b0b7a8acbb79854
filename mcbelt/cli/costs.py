"""What is left to compute of a campaign, in a line: blocks, time, memory, disk, and what that is known from."""

from mcbelt.campaign.costs import WITHIN, Estimate
from mcbelt.cli.progress import duration


def words(found: Estimate) -> str:
    """One line on the cost of what is left; empty where nothing is known of a campaign without histories.

    Parameters
    ----------
    found : Estimate

    Returns
    -------
    str
    """
    planned, done = found.blocks_planned, found.blocks_done
    counted = f"{planned} blocks{f', {done} done' if done else ''}" if planned else ""
    if planned and planned == done:
        return f"{counted}."
    if found.seconds is None:
        run_some = "run the first of them (fewer histories, which are kept), and this says how long all take"
        return f"{counted}; {run_some}." if planned else ""
    cores = f"{found.workers} core{'s' if found.workers > 1 else ''}"
    told = [f"about {duration(found.seconds)} on {cores}"]
    if found.preparation_seconds:
        told.append(f"of it {duration(found.preparation_seconds)} of preparation a case, less what is kept from before")
    if found.process_MB:
        told.append(f"{_two_digits(found.process_MB)} MB of memory in each process")
    told.append(f"{_two_digits(found.disk_MB or 0.0)} MB on the disk")
    unlike = "" if "this campaign" in found.basis else (
        f"; another shell, other energies and another processor change it up to {WITHIN:g} times"
    )  # fmt: skip
    left = f"{'the others take ' if done else ''}{', '.join(told)} (by {found.basis}{unlike})."
    return f"{counted}; {left}" if counted else left


def _two_digits(value: float) -> str:
    return f"{float(f'{value:.2g}'):g}"
