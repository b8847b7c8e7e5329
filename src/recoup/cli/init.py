"""`recoup init`: the data folder, the tables, the first creditor and its owner."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

import click
from babel.core import get_global
from babel.numbers import get_territory_currencies
from django.conf import settings
from django.core.management import call_command

from recoup.books import publish, register
from recoup.books.models import Creditor, Seat
from recoup.cli import clock, login, say
from recoup.jobs.intake.parties import country_code
from recoup.kernel.errors import Refusal
from recoup.policy import document

# Of the zones of a large country, the one most of its businesses keep.
USUAL_ZONES = {
    "AU": "Australia/Sydney", "CA": "America/Toronto", "DE": "Europe/Berlin",
    "ES": "Europe/Madrid", "GB": "Europe/London", "MX": "America/Mexico_City",
    "NZ": "Pacific/Auckland", "PT": "Europe/Lisbon", "US": "America/New_York",
}  # fmt: skip


@dataclass(frozen=True)
class Answers:
    """What a person says of the business, as options or when asked."""

    name: str | None
    country: str | None
    code: str | None
    currency: str | None
    language: str | None
    time_zone: str | None


@click.command("init")
@click.option("--name", help="The business, as its debtors know it.")
@click.option("--country", help="Its country: DE, or Germany.")
@click.option("--code", help="A short name for addresses and options; made from the name.")
@click.option("--currency", help="Its own currency; the country's by default.")
@click.option("--language", help="Its language: en, de, fr or es.")
@click.option("--time-zone", help="As Europe/Berlin; the country's by default.")
@click.option("--email", help="Who signs in first, as owner.")
@click.option("--password", envvar="RECOUP_PASSWORD", help="Made up and shown once by default.")
def command(email: str | None, password: str | None, **said: str | None) -> None:
    """Make the data folder, bring the tables up to date, add the first creditor and its owner.

    Safe to repeat: what is there stays, and tables of an older version are brought up to date.
    Asks for what no option says, when a person is there to answer.
    """
    prepare()
    say.line(f"The books are in {_place()}.")
    creditor = Creditor.objects.order_by("pk").first()
    if creditor is None or said["name"] or said["code"]:
        creditor = add(Answers(**said))
        say.line(f"{creditor.name} ({creditor.code}) has the standard policy.")
    if not Seat.objects.filter(creditor=creditor, role="owner").exists():
        address = _ask("Who signs in first (e-mail)", email, None, "--email")
        login.say_login(login.add(address, password, creditor, "owner"))
    say.line("Next: `recoup import customers.csv invoices.csv`, then `recoup nightly`.")


def prepare() -> None:
    """The folder, every table, and the table of the cache."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    (settings.DATA / "static").mkdir(exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def add(answers: Answers) -> Creditor:
    """A creditor with the standard policy published, from options and answers."""
    name = _ask("Name of the business", answers.name, None, "--name")
    country = country_code(_ask("Country", answers.country, None, "--country"))
    if not country:
        raise Refusal("country-unknown", f"{answers.country!r} is no country. Write DE or Germany.")
    code = _ask("Short name", answers.code, _code(name), "")
    currencies = get_territory_currencies(country)
    currency = _ask("Currency", answers.currency, currencies[-1] if currencies else None, "")
    zone = _ask("Time zone", answers.time_zone, zone_of(country), "--time-zone")
    if zone not in get_global("zone_territories"):
        raise Refusal("zone-unknown", f"{zone!r} is no time zone. Write it as Europe/Berlin.")
    creditor = register.enroll_creditor(
        register.NewCreditor(code, name, country, currency.upper(), answers.language or "en", zone),
        at=clock.now(),
    )
    if creditor.policy_id is None:
        standard = document.standard()
        publish.publish_policy(
            creditor=creditor,
            name=standard.policy.name,
            text=standard.text,
            at=clock.now(),
            by=clock.by(),
        )
    return creditor


def zone_of(country: str) -> str | None:
    """The time zone of a country; None where there are several and none is usual."""
    if country in USUAL_ZONES:
        return USUAL_ZONES[country]
    zones = [zone for zone, place in get_global("zone_territories").items() if place == country]
    return zones[0] if len(zones) == 1 else None


def _code(name: str) -> str:
    words = re.findall(r"[a-z0-9]+", register.search_text("", name))
    return "-".join(words[:2])[:50] or "books"


def _ask(question: str, said: str | None, default: str | None, option: str) -> str:
    """What the option says, what the person answers, or the default where nobody is there."""
    if said:
        return said
    if sys.stdin.isatty():
        return str(click.prompt(question, default=default, err=True))
    if default is None:
        raise click.UsageError(f"{question}: nobody is here to ask. Say it with {option}.")
    return default


def _place() -> str:
    database = settings.DATABASES["default"]
    is_server = "postgresql" in str(database["ENGINE"])
    return f"PostgreSQL ({database['NAME']})" if is_server else str(settings.DATA)
