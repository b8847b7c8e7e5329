"""One soak on one database: seed, workers that die and are born again, people who pay, a check.

This process forks all others and never touches a database or a frame itself, so that a new
worker costs ten milliseconds instead of a second. The last line printed is the result.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic, sleep, time

import django

django.setup()

from recoup.books import outbox  # noqa: E402
from recoup.books.models import Attempt  # noqa: E402
from recoup.policy.document import standard  # noqa: E402
from recoup.policy.rulebook import rulebook_for  # noqa: E402
from soak import check, life, mutants, payer, seed  # noqa: E402

FORK = get_context("fork")
WORKERS = 2
# The mean life of a worker that no planned death meets, in seconds from its first breath.
LIFE_SECONDS = 0.7
# Time enough to get to the point.
PLANNED_SECONDS = 2.5
FROZEN_SECONDS = 0.4
DRAIN_SECONDS = 60
LIMIT_SECONDS = 90


@dataclass
class Arena:
    """The run of one database, or of one mutant on it."""

    folder: Path
    debtors: int
    kills: int
    seconds: float
    seed: int
    mutant: str
    payments_per_second: float
    # Of so many workers that are struck one is stopped, given up for dead, and goes on.
    frozen_every: int
    # People act on so many of the messages that leave next.
    near: int
    # Nobody dies: a race is looked for.
    is_calm: bool
    chance: random.Random = field(init=False)
    deaths: Counter[str] = field(default_factory=Counter)
    lives: int = 0
    frozen: int = 0
    began: float = 0.0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def run(self) -> dict[str, object]:
        """Seed, soak, drain, stop, check."""
        started = monotonic()
        # Read once, so that a new worker need not; it computes nothing.
        rulebook_for(standard().policy, version="", as_of=seed.AS_OF, country="GB")
        self._in_child(seed.seed, self.debtors)
        # Two nights of the same day at the same time, then a third.
        nights = [FORK.Process(target=seed.night) for _ in range(2)]
        for each in nights:
            each.start()
        for each in nights:
            each.join(LIMIT_SECONDS)
        self._in_child(seed.approve)
        self._in_child(mutants.unlock, self.mutant)
        self.began, seeded = time(), monotonic()
        stop, left = FORK.Event(), FORK.Value("i", 1)
        paid = FORK.Value("i", 0)
        people = FORK.Process(
            target=payer.live,
            args=(self.seed, self.payments_per_second, self.near, stop, left, paid),
        )
        people.start()
        self._soak(left)
        stop.set()
        people.join(30)
        soaked = monotonic()
        self._drain()
        result = self._result(paid.value)
        result["seconds"] = {
            "seed": round(seeded - started),
            "soak": round(soaked - seeded),
            "drain and check": round(monotonic() - soaked),
        }
        return result

    def _soak(self, left: payer.Left) -> None:
        """Workers die and are born again until enough have died."""
        living = [self._born() for _ in range(WORKERS)]
        until = monotonic() + self.seconds
        while sum(self.deaths.values()) < self.kills and monotonic() < until and left.value:
            sleep(0.005)
            for place, (worker, dies_at) in enumerate(living):
                if worker.is_alive() and monotonic() > dies_at:
                    self._strike(worker)
                if not worker.is_alive():
                    worker.join()
                    self.deaths["planned" if self._was_planned() else "random"] += 1
                    living[place] = self._born()
        for worker, _ in living:
            worker.kill()
            worker.join()
            self.deaths["random"] += 1

    def _was_planned(self) -> bool:
        """Whether the deaths' own log has grown by one."""
        count = len(self._planned_deaths())
        return count > self.deaths["planned"]

    def _planned_deaths(self) -> list[str]:
        log = self.folder / "deaths.log"
        return log.read_text().splitlines() if log.exists() else []

    def _born(self) -> tuple[BaseProcess, float]:
        """A worker and the end of its life; every second one dies at a point, if it gets there."""
        self.lives += 1
        point, span = "", self.seconds
        if not self.is_calm:
            is_planned = self.lives % 2 == 0
            point = self._next_point() if is_planned else ""
            span = PLANNED_SECONDS if is_planned else self.chance.expovariate(1 / LIFE_SECONDS)
        nth = 1 if point in life.ONCE_A_BATCH else self.chance.randint(1, 4)
        worker = self._worker(life.Plan(point, nth, self.folder / "deaths.log"))
        return worker, monotonic() + 0.1 + span

    def _next_point(self) -> str:
        """One after the other, and in between the point at which the fewest have died."""
        if self.lives % 4 == 0:
            died = Counter(self._planned_deaths())
            return min(life.POINTS, key=lambda name: died[name])
        return life.POINTS[self.lives // 2 % len(life.POINTS)]

    def _worker(self, plan: life.Plan) -> BaseProcess:
        worker = FORK.Process(
            target=life.live, args=(plan, self.mutant, self.began, self.folder / "workers.log")
        )
        worker.start()
        return worker

    def _strike(self, worker: BaseProcess) -> None:
        """Kill; now and then stop instead, give it up for dead, let it go on, and then kill."""
        if self.chance.random() * self.frozen_every < 1 and worker.pid is not None:
            os.kill(worker.pid, signal.SIGSTOP)
            rescuer = FORK.Process(target=give_up, args=(worker.pid,))
            rescuer.start()
            # On SQLite it may have stopped inside a transaction, and then nobody can write.
            rescuer.join(FROZEN_SECONDS)
            os.kill(worker.pid, signal.SIGCONT)
            rescuer.join(30)
            sleep(0.4)
            self.frozen += 1
        worker.kill()
        worker.join()

    def _drain(self) -> None:
        """Two workers whom nobody harms finish the day, and stop when asked."""
        never = life.Plan("", 1, self.folder / "deaths.log")
        workers = [self._worker(never) for _ in range(WORKERS)]
        stop, left, until = FORK.Event(), FORK.Value("i", 1), monotonic() + DRAIN_SECONDS
        watcher = FORK.Process(target=payer.settle_down, args=(stop, left))
        watcher.start()
        while left.value and monotonic() < until:
            sleep(0.1)
        stop.set()
        watcher.join(30)
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join(20)
            if worker.exitcode != 0:
                self.deaths["did not stop when asked"] += 1
                worker.kill()

    def _result(self, paid: int) -> dict[str, object]:
        found = self.folder / "check.json"
        self._in_child(_write_check, self.mutant, self.folder / "truth.jsonl", found)
        points = Counter(self._planned_deaths())
        stubborn = self.deaths.pop("did not stop when asked", 0)
        checked = json.loads(found.read_text())
        kills = sum(self.deaths.values())
        # At most one message in doubt for each worker that dies or is given up.
        excess = max(0, checked["doubts_by_death"] - kills - self.frozen)
        return {
            "mutant": self.mutant,
            "kills": kills,
            "kills_planned": self.deaths["planned"],
            "points": {name: points[name] for name in life.POINTS},
            "frozen": self.frozen,
            "payments": paid,
            "did_not_stop": stubborn,
            "too_many_doubts": excess,
            "too_few_kills": 0 if self.mutant else max(0, self.kills - kills),
            **checked,
        }

    def _in_child(self, task: object, *arguments: object) -> None:
        child = FORK.Process(target=task, args=arguments)
        child.start()
        child.join(LIMIT_SECONDS)
        if child.exitcode != 0:
            child.kill()
            raise SystemExit(f"{task} ended with {child.exitcode}")


def give_up(pid: int) -> None:
    """Take over what the worker of that process has in hand, as if it were dead."""
    names = Attempt.objects.filter(
        worker__contains=f"-{pid}-", state__in=["claimed", "in_flight"]
    ).values_list("worker", flat=True)
    outbox.recover(dead=set(names), at=seed.now(), by="rescuer")


def _write_check(mutant: str, truth: Path, found: Path) -> None:
    if mutant == "no fsync":
        mutants.put_on(mutant)
    found.write_text(json.dumps(check.check(truth)))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--folder", type=Path, required=True)
    options.add_argument("--debtors", type=int, default=1900)
    options.add_argument("--kills", type=int, default=210)
    options.add_argument("--seconds", type=float, default=170)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--mutant", default="", choices=["", *mutants.ALL])
    options.add_argument("--payments", type=float, default=20)
    options.add_argument("--frozen-every", type=int, default=9)
    options.add_argument("--calm", action="store_true")
    options.add_argument("--near", type=int, default=6)
    given = options.parse_args()
    arena = Arena(
        given.folder,
        given.debtors,
        given.kills,
        given.seconds,
        given.seed,
        given.mutant,
        given.payments,
        given.frozen_every,
        given.near,
        given.calm,
    )
    print(json.dumps(arena.run()))


if __name__ == "__main__":
    main()
