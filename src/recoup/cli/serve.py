"""`recoup serve`: the web app."""

from __future__ import annotations

import multiprocessing

import click
from granian import Granian
from granian.constants import Interfaces

from recoup.cli import say
from recoup.cli.start import OnBooks

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command("serve", cls=OnBooks)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65_535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64))
def command(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the web app until Ctrl-C.

    It listens on this machine only, unless told otherwise. Put a server that speaks TLS in
    front of any other address, set RECOUP_TLS=1 and name the host in RECOUP_HOSTS.
    """
    shown = f"[{host}]" if ":" in host else host
    say.note(f"Recoup is at http://{shown}:{port}/ until Ctrl-C.")
    if host not in LOOPBACK:
        say.note("Others can reach it: see RECOUP_TLS and RECOUP_HOSTS in the README.")
    listen("recoup.wsgi:application", host=host, port=port, workers=workers, threads=threads)


def listen(target: str, *, host: str, port: int, workers: int, threads: int) -> None:
    """Serve a WSGI application until a signal ends it.

    Its processes start afresh: a copy of this one would hold locks of threads it does not have.
    """
    multiprocessing.set_start_method("spawn", force=True)
    Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        log_enabled=False,
        workers_kill_timeout=10,
    ).serve()
