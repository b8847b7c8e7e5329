"""`recoup demo`: a seeded business in a folder of its own, served and signed in."""

from __future__ import annotations

import importlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import webbrowser
from datetime import date
from pathlib import Path
from typing import Any

import click

from recoup.cli import start
from recoup.cli.days import DAY
from recoup.kernel.errors import Refusal

MARKER = "demo.json"
# Nothing of a real installation reaches the demo.
NOT_INHERITED = ("DATABASE_URL", "RECOUP_MAIL", "RECOUP_HOSTS", "RECOUP_TLS", "RECOUP_SECRET_KEY")
HOST = "127.0.0.1"
PATIENCE_SECONDS = 30


@click.command("demo")
@click.option("--fresh", is_flag=True, help="Start over, on the latest working day.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65_535))
@click.option("--no-open", is_flag=True, help="Do not open the browser.")
@click.option("--no-serve", is_flag=True, help="Make the business, and end.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the demo keeps its books; by default the folder demo within RECOUP_DATA.",
)
@click.option(
    "--day", type=DAY, metavar="DATE", help="The day it lives on; the latest working day."
)
def command(
    fresh: bool, port: int, no_open: bool, no_serve: bool, folder: Path | None, day: date | None
) -> None:
    """Open a seeded business: 300 customers, two years of invoices, today's run to approve.

    Everything is made up, every mail goes into a mailbox of the demo's own, and no other books
    are touched. The second time it opens as it was left; --fresh starts over.
    """
    place = folder or Path(os.environ.get("RECOUP_DATA", "recoup-data")) / "demo"
    place = place.resolve()
    kept = _kept(place)
    if not no_serve:
        _refuse_taken(port)
    if fresh or kept is None or not kept["is_ready"]:
        _clear(place)
        _mark(place, {"anchor": "", "is_ready": False})
        kept = None
    _enter(place)
    today = day or date.today()  # noqa: DTZ011 (the person's own day)
    anchor = date.fromisoformat(kept["anchor"]) if kept else _seeded(place, today)
    os.environ["RECOUP_TODAY"] = anchor.isoformat()
    if kept:
        click.echo(f"The demo is as you left it, on {anchor:%A %d %B %Y}; --fresh starts over.")
    if not no_serve:
        _serve(port, is_opened=not no_open)


def _kept(place: Path) -> dict[str, Any] | None:
    """What the folder says of the demo in it; None when there is none."""
    marker = place / MARKER
    if not marker.exists():
        return None
    said: dict[str, Any] = json.loads(marker.read_text())
    return said


def _mark(place: Path, said: dict[str, Any]) -> None:
    place.mkdir(parents=True, exist_ok=True)
    (place / MARKER).write_text(json.dumps(said))


def _clear(place: Path) -> None:
    """Take a demo away; a folder that is none is never touched."""
    if not place.exists():
        return
    if any(place.iterdir()) and not (place / MARKER).exists():
        raise Refusal(
            "folder-not-demo",
            f"{place} is not empty and holds no demo. Name another folder with --folder.",
        )
    shutil.rmtree(place)


def _enter(place: Path) -> None:
    """From here on this process knows the demo's books only."""
    for name in NOT_INHERITED:
        os.environ.pop(name, None)
    os.environ["RECOUP_DATA"] = str(place)
    os.environ["RECOUP_ENVIRONMENT"] = "demo"
    os.environ["RECOUP_DEMO_KEY"] = secrets.token_urlsafe(12)
    start.django()


def _seeded(place: Path, today: date) -> date:
    """Make the business; the day it lives on."""
    seeding = importlib.import_module("recoup.demo.seed")
    say = importlib.import_module("recoup.cli.say")
    anchor: date = seeding.anchor_of(today)
    os.environ["RECOUP_TODAY"] = anchor.isoformat()
    click.echo(f"Making {seeding.NAME}: two years of invoices, four weeks of reminders …")
    with say.progress() as step:
        step("tables", 0, 0)
        importlib.import_module("recoup.cli.init").prepare()
        seeding.seed(anchor=anchor, progress=step)
    _mark(place, {"anchor": anchor.isoformat(), "is_ready": True})
    return anchor


def _refuse_taken(port: int) -> None:
    with socket.socket() as tried:
        if tried.connect_ex((HOST, port)) == 0:
            raise Refusal(
                "port-taken",
                f"Something listens on port {port} already. Choose another with --port.",
            )


def _serve(port: int, *, is_opened: bool) -> None:
    """The web app and a worker beside it, until Ctrl-C."""
    business = importlib.import_module("recoup.demo.business")
    address = f"http://{HOST}:{port}"
    link = f"{address}/demo/{os.environ['RECOUP_DEMO_KEY']}/"
    click.echo(f"\n  {business.NAME} is open, and you are signed in:\n\n    {link}\n")
    click.echo(f"  (or sign in at {address} as {business.OWNER}, password {business.PASSWORD})")
    click.echo("  Approve today's run and read what arrives on the page Mailbox. Ctrl-C ends.\n")
    worker = subprocess.Popen(
        [sys.executable, "-m", "recoup.cli", "work", "--send-only", "--every", "2"],
        stderr=subprocess.DEVNULL,
    )
    if is_opened:
        threading.Thread(target=_open_when_there, args=(port, link), daemon=True).start()
    try:
        importlib.import_module("recoup.cli.serve").listen(
            "recoup.demo.site:application", host=HOST, port=port, workers=1, threads=4
        )
    finally:
        worker.terminate()
        worker.wait()


def _open_when_there(port: int, link: str) -> None:
    """Open the browser once the server answers."""
    stop = threading.Event()
    for _ in range(PATIENCE_SECONDS * 10):
        with socket.socket() as tried:
            if tried.connect_ex((HOST, port)) == 0:
                webbrowser.open(link)
                return
        stop.wait(0.1)
