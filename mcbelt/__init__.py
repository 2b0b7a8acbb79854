"""Electrons and positrons that protons make in the thin upper air, followed around the Earth."""

import kernelcache

kernelcache.use_hashed_directory()

__version__ = "0.1.0"
__all__ = ["__version__", "open_result", "open_results", "open_table", "run"]


def __getattr__(name):
    """The functions of the package's door, imported when first asked for: importing a kernel imports no I/O."""
    if name == "run":
        from mcbelt.campaign.kinds import run

        return run
    if name == "open_result":
        from mcbelt.files.result import open_result

        return open_result
    if name == "open_results":
        from mcbelt.campaign.scanned import open_results

        return open_results
    if name == "open_table":
        from mcbelt.figures.tables import open_table

        return open_table
    raise AttributeError(f"module 'mcbelt' has no attribute {name!r}")
