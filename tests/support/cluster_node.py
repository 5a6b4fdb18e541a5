"""A scheduler or a worker of a real Dask cluster, in a process of its own: `scheduler`, or `worker ADDRESS CHANGE`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time

from distributed import Scheduler, Worker


async def scheduler() -> None:
    async with Scheduler(host="127.0.0.1", port=0, dashboard=False) as node:
        print(node.address, flush=True)
        await node.finished()


async def worker(address: str) -> None:
    async with Worker(address, nthreads=1, dashboard=False, death_timeout=120) as node:
        print(node.address, flush=True)
        await node.finished()


def die_printing(count: int) -> None:
    """Let this process be killed, as kill -9 does, when it paints its record number `count`."""
    from docgen.paint import press

    add, painted = press.Volume._add, []

    def dies(volume, page, parts, label, *options, **others):
        painted.append(label)
        if len(painted) == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return add(volume, page, parts, label, *options, **others)

    press.Volume._add = dies


def die_of(name: str) -> None:
    """Let this process be killed by the record whose bookmark holds a name."""
    from docgen.paint import press

    add = press.Volume._add

    def dies(volume, page, parts, label, *options, **others):
        if name in (label or ""):
            os.kill(os.getpid(), signal.SIGKILL)
        return add(volume, page, parts, label, *options, **others)

    press.Volume._add = dies


def slow_printing(seconds: float) -> None:
    """Let each record take so long, so that something can happen meanwhile."""
    from docgen.paint import press

    add = press.Volume._add
    press.Volume._add = lambda *arguments, **options: (time.sleep(seconds), add(*arguments, **options))[1]


def blind(look):
    """Return a look at the folder by which nothing is seen, as from a machine without it."""
    return lambda job, mark, name: look(job, mark.with_name("elsewhere"), name)


if __name__ == "__main__":
    if sys.argv[1] == "scheduler":
        asyncio.run(scheduler())
    else:
        for change in sys.argv[3:]:
            exec(change)
        asyncio.run(worker(sys.argv[2]))
