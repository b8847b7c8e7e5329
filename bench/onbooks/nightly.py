"""A night of these books without sending, its second run, and the aging report.

python -m bench.onbooks.nightly
"""

from __future__ import annotations

import json

from bench.onbooks import floor
from bench.onbooks.fill import AS_OF, AT, CODE
from bench.onbooks.watch import Stages, cpu_seconds, peak_mb, seconds
from recoup.books.models import Creditor, OpenItem
from recoup.jobs import nightly, report

FLOORS = 3
PEER_ITEMS_MAX = 100_000
STAGES = ("gather", "judge", "schedule", "compose", "report_standings")


def main() -> None:
    """Measure and say so in one line."""
    items = OpenItem.objects.exclude(open_minor=0).count()
    idle = cpu_seconds()
    least = seconds(floor.night, times=FLOORS)
    floor_cpu = (cpu_seconds() - idle) / FLOORS
    floor.clean()
    peer = seconds(floor.peer) if items <= PEER_ITEMS_MAX else None
    before = cpu_seconds()
    first, stages, night = _night()
    cpu = cpu_seconds() - before
    second, again, repeated = _night()
    creditor = Creditor.objects.get(code=CODE)
    said = {
        "items": items,
        "seconds": first,
        "cpu": cpu,
        "floor": least,
        "floor_cpu": floor_cpu,
        "peer": peer,
        "stages": stages,
        "messages": night.composed,
        "second": second,
        "second_stages": again,
        "new_rows": repeated.planned.new + repeated.composed + repeated.standings_changed,
        "aging": seconds(lambda: report.aging(creditor, as_of=AS_OF), times=FLOORS),
        "peak_mb": peak_mb(),
    }
    print(json.dumps(said))


def _night() -> tuple[float, dict[str, float], nightly.Night]:
    stages = Stages()
    usual = {name: getattr(nightly, name) for name in STAGES}
    for name, work in usual.items():
        setattr(nightly, name, stages.watched(name, work))
    nights: list[nightly.Night] = []

    def run() -> None:
        creditor = Creditor.objects.get(code=CODE)
        nights.append(nightly.nightly(creditor, as_of=AS_OF, at=AT, by="bench"))

    taken = seconds(run)
    for name, work in usual.items():
        setattr(nightly, name, work)
    return taken, stages.seconds, nights[0]


if __name__ == "__main__":
    main()
