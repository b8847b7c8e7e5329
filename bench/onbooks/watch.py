"""Seconds and memory of this process."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Stages:
    """Seconds by stage, in the order in which they first ended."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the seconds of the block to a stage."""
        started = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0) + time.perf_counter() - started

    def watched(self, name: str, work: Callable[P, T]) -> Callable[P, T]:
        """The same function, its seconds added to a stage."""

        def timed(*args: P.args, **named: P.kwargs) -> T:
            with self.stage(name):
                return work(*args, **named)

        return timed


def seconds(work: Callable[[], object], *, times: int = 1) -> float:
    """The median of so many runs."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def cpu_seconds() -> float:
    """Processor time of this process and of those it has waited for, so far.

    On a busy machine it says more than the clock; a database server's own is not in it.
    """
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def peak_mb() -> int:
    """The most memory this process has had."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
