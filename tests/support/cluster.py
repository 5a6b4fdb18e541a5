"""A Dask cluster on this machine: a scheduler and workers, each a process of its own (`cluster_node`)."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

from support import processes

NODE = Path(__file__).with_name("cluster_node.py")


@contextmanager
def node(*arguments: str):
    """Start a node of a cluster; give its process, with the line that it says when it is ready still to be read."""
    process = processes.start([sys.executable, NODE, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextmanager
def cluster(*changes: str):
    """Start a scheduler and a worker for each of the changes; give the address, the scheduler and the workers."""
    with ExitStack() as stack:
        scheduler = stack.enter_context(node("scheduler"))
        address = scheduler.line().strip()
        workers = [stack.enter_context(node("worker", address, change)) for change in changes]
        for worker in workers:
            assert worker.line().startswith("tcp://")
        yield address, scheduler, workers
