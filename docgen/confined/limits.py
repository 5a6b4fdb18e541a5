"""What runs confined: a function with its limits, called like the function itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one call may take, in seconds of the clock, and how many megabytes of memory beyond an idle child it may need."""

    seconds: float
    megabytes: int


@dataclass(frozen=True, slots=True)
class Operation(Generic[P, R]):
    """A function of this package, or of a caller's, that runs in a child process.

    Arguments and result are bytes and what JSON has (None, bool, int, float, str, lists, dicts with string keys), or a tuple of
    those. The result must not depend on anything but the arguments: the child keeps the environment that it was started with.
    """

    module: str
    name: str
    limits: Limits
    loads: tuple[str, ...]
    function: Callable[P, R]
    file: str = ""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what the function returns in a child process, or raise what it raises there.

        DataError, by the name of the file, where it takes longer or needs more memory than the limits say, or ends its process;
        MachineError where no process can be started.
        """
        from docgen.confined.pool import call

        return call(self, args, kwargs)

    def within(self, *, seconds: float | None = None, megabytes: int | None = None, file: str | None = None) -> Operation[P, R]:
        """Return the same operation with other limits, or with the name of the file that its errors are about."""
        own = self.limits
        limits = Limits(own.seconds if seconds is None else seconds, own.megabytes if megabytes is None else megabytes)
        return replace(self, limits=limits, file=self.file if file is None else file)


def operation(*, seconds: float, megabytes: int, loads: tuple[str, ...] = ()) -> Callable[[Callable[P, R]], Operation[P, R]]:
    """Return a decorator that makes a function of a module an operation with these limits.

    `loads` names the modules that the function imports, so that a child has them before its memory is measured.
    """

    def declare(function: Callable[P, R]) -> Operation[P, R]:
        return Operation(function.__module__, function.__name__, Limits(seconds, megabytes), loads, function)

    return declare
