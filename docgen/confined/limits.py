"""What runs confined: a function with its limits, called like the function itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
#: What is called with the number of steps done and of all.
Progress = Callable[[int, int], None]
#: In a child process: what reports a step to the caller.
reporters: list[Progress] = []


def report_step(done: int, total: int) -> None:
    """Report from within an operation that a step is done; its limit of time then begins anew."""
    for report in reporters:
        report(done, total)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one call, or one step of it that it reports, may take, and how much memory it may need beyond an idle child.

    That is in seconds of the clock and in megabytes.
    """

    seconds: float
    megabytes: int


@dataclass(frozen=True, slots=True)
class Operation(Generic[P, R]):
    """A function of this package, or of a caller's, that runs in a child process.

    Arguments and result are bytes and what JSON has (None, bool, int, float, str, lists, dicts with string keys), or a tuple of
    those. The result must not depend on anything but the arguments: the child keeps the environment that it was started with.
    Where what it reads `is_own`, made by docgen itself, the child may be a fork of this process, which starts at once and knows
    all that this one does.
    """

    module: str
    name: str
    limits: Limits
    loads: tuple[str, ...]
    function: Callable[P, R]
    file: str = ""
    progress: Progress | None = None
    is_own: bool = False

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what the function returns in a child process, or raise what it raises there.

        DataError, by the name of the file, where it takes longer or needs more memory than the limits say, or ends its process;
        MachineError where no process can be started.
        """
        from docgen.confined.pool import call

        return call(self, args, kwargs)

    def within(
        self,
        *,
        seconds: float | None = None,
        megabytes: int | None = None,
        file: str | None = None,
        progress: Progress | None = None,
        is_own: bool = False,
    ) -> Operation[P, R]:
        """Return the same operation with other limits, the file that its errors are about, or `progress` to call at its steps.

        `is_own` says that docgen made what it will read.
        """
        own = self.limits
        limits = Limits(own.seconds if seconds is None else seconds, own.megabytes if megabytes is None else megabytes)
        name = self.file if file is None else file
        return replace(self, limits=limits, file=name, progress=progress or self.progress, is_own=is_own or self.is_own)


def operation(*, seconds: float, megabytes: int, loads: tuple[str, ...] = ()) -> Callable[[Callable[P, R]], Operation[P, R]]:
    """Return a decorator that makes a function of a module an operation with these limits.

    `loads` names the modules that the function imports, so that a child has them before its memory is measured.
    """

    def declare(function: Callable[P, R]) -> Operation[P, R]:
        return Operation(function.__module__, function.__name__, Limits(seconds, megabytes), loads, function)

    return declare
