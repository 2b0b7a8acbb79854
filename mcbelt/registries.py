"""What a line of a registry names: a module that is imported when it is first asked for, and looked at before use.

Sources, places and field models are registered by the name of their module. What a contributor has forgotten there is
refused in a sentence by `check` and `run` alike, which both come here.
"""

import importlib
from types import ModuleType

from mcbelt.errors import ConfigError


def module(home: str, where: str, needs: str) -> ModuleType:
    """The module that a line of a registry names.

    Parameters
    ----------
    home : str
        Its name.
    where : str
        Key and value of the campaign that lead to it, for messages.
    needs : str
        What is needed there, for messages.

    Returns
    -------
    module

    Raises
    ------
    ConfigError
        There is none, or it imports what is not there.
    """
    try:
        return importlib.import_module(home)
    except ImportError as error:
        if isinstance(error, ModuleNotFoundError) and f"{home}.".startswith(f"{error.name}."):
            raise ConfigError(f"{where}: {home} is missing; {needs}.") from error
        raise ConfigError(f"{where}: {home} cannot be imported ({error}); mend that import.") from error


def require(found: ModuleType, names: tuple[str, ...], where: str, needs: str) -> None:
    """Refuse a module that lacks something.

    Parameters
    ----------
    found : module
    names : tuple of str
        What it must have; what begins with a capital or is all capitals is a class or a value, all else a function.
    where, needs : str
        As in `module`.

    Raises
    ------
    ConfigError
        The first name that it has not, or that is no function where one is needed.
    """
    for name in names:
        if not hasattr(found, name):
            raise ConfigError(f"{where}: {found.__name__} has no {name}; {needs}.")
        if name[0].islower() and not callable(getattr(found, name)):
            raise ConfigError(f"{where}: {found.__name__} has a {name} that is no function; {needs}.")
