"""The group of commands: help without loading them, refusals as sentences, faults in a log."""

from __future__ import annotations

import importlib
import json
import os
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import click

from recoup import __version__
from recoup.cli import start
from recoup.cli.exits import Exit
from recoup.kernel.errors import Refusal


class Entry(NamedTuple):
    """A command before it is loaded: its module, one line of help, and whether it needs Django."""

    module: str
    summary: str
    needs_django: bool = True


SECTIONS: dict[str, dict[str, Entry]] = {
    "Start": {
        "init": Entry("init", "Make the data folder, the first creditor and its owner."),
        "demo": Entry("demo", "Open a seeded business to look at.", needs_django=False),
        "import": Entry("imports", "Take in customers, invoices, credit notes and payments."),
    },
    "Money in": {
        "bank": Entry("bank", "Take in bank statements; how far they reach."),
        "cash": Entry("cash", "Apply what came in, and take it back."),
        "charges": Entry(
            "charges", "What being late costs: told, proposed, posted, invoiced, waived."
        ),
        "account": Entry("account", "Move what is open, merge accounts, take apart, split."),
    },
    "Every day": {
        "nightly": Entry("nightly", "Run the whole day; any number of times."),
        "approve": Entry("approve", "Let a run that waits go out, or stop it."),
        "send": Entry("send", "Send what is due now, once."),
        "work": Entry("work", "Run the days and send, until stopped."),
        "serve": Entry("serve", "Serve the web app."),
    },
    "Look": {
        "decide": Entry("decide", "Show what would go out on a day, and what not and why."),
        "explain": Entry("explain", "Say why an account is or is not written to."),
        "report": Entry("report", "Reports as of any day."),
        "statement": Entry("statement", "An account's movements and what it owes; PDF, XLSX."),
        "interest": Entry("interest", "Interest on an invoice, line by line; PDF, XLSX."),
        "journal": Entry("journal", "A period for the general ledger; CSV, JSON."),
        "verify": Entry("verify", "Ask the books whether every promise holds."),
    },
    "Rules and people": {
        "terms": Entry("terms", "When invoices are due, by whose terms; the sheet that says so."),
        "policy": Entry("policy", "Check, publish and show a creditor's policy."),
        "law": Entry("law", "What the law says, which steps it leaves open, what runs out."),
        "creditor": Entry("creditor", "List, add and describe creditors."),
        "login": Entry("login", "Who may sign in, and for whom."),
    },
}
COMMANDS = {name: entry for section in SECTIONS.values() for name, entry in section.items()}


class Recoup(click.Group):
    """Loads a command's module when it is asked for, and not before."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        click.version_option(__version__, prog_name="recoup")(self)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, loaded now."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        if entry.needs_django:
            start.django()
        module = importlib.import_module(f"recoup.cli.{entry.module}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line for each command, by section; nothing is loaded for it."""
        for title, entries in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, entry.summary) for name, entry in entries.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a refusal is one sentence, a fault one sentence and an entry in a log.

        This is the edge of the program, so everything is caught here, and kept word for word.
        """
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            _say(ctx, refusal.code, refusal.sentence)
            ctx.exit(Exit.REFUSED)
        except click.Abort:
            click.echo("Stopped.", err=True)
            ctx.exit(Exit.INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except BrokenPipeError:
            # Whoever read along has seen enough.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            ctx.exit(Exit.DONE)
        except Exception as error:  # noqa: BLE001 (kept in the log, word for word)
            _say(ctx, "fault", f"This is our mistake: {_told(error)} {_kept()}")
            ctx.exit(Exit.FAULT)


def _say(ctx: click.Context, code: str, sentence: str) -> None:
    if ctx.meta.get(start.AS_JSON):
        click.echo(json.dumps({"error": {"code": code, "sentence": sentence}}))
    else:
        click.echo(sentence, err=True)


def _told(error: Exception) -> str:
    words = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}: {words}." if words else f"{type(error).__name__}."


def _kept() -> str:
    """Keep the details of the exception in hand; where."""
    path = Path(os.environ.get("RECOUP_DATA", "recoup-data")).resolve() / "faults.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"\n{datetime.now(UTC).isoformat()} recoup {__version__}\n")
            log.write(traceback.format_exc())
    except OSError:
        return traceback.format_exc()
    return f"The details are in {path}; please report them."
