"""The error of the doors: a model was asked for what it does not hold; and the door itself (`kernelcache.doors`)."""

from kernelcache.doors import Door


class OutOfRange(ValueError):
    """A position, a date or an activity index is missing or outside the range of the model.

    The message says what was asked, what was found, what is allowed and what to do. Kernels do not raise: they return
    NaN.
    """


DOOR = Door("air", OutOfRange)
