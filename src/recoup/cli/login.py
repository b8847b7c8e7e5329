"""`recoup login`: who may sign in, and for whom."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import click
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from recoup.books import staff
from recoup.books.models import Creditor, Seat
from recoup.cli import options, say
from recoup.cli.start import OnBooks
from recoup.kernel.errors import Refusal

ROLES = [role for role, _ in Seat.ROLES]


@dataclass(frozen=True)
class Added:
    """A login, and the password to be told once; empty when it keeps the one it has."""

    email: str
    creditor: Creditor
    role: str
    password: str


@click.group("login")
def command() -> None:
    """Say who may sign in, and for which creditor."""


@command.command("list", cls=OnBooks)
@options.every_creditor
@options.as_json
def list_(code: str | None) -> None:
    """List who serves which creditor."""
    seats = Seat.objects.filter(creditor__in=options.the_creditors(code)).select_related(
        "login", "creditor"
    )
    rows = [
        {"email": seat.login.email, "creditor": seat.creditor.code, "role": seat.role}
        for seat in seats.order_by("creditor__code", "login__email")
    ]
    if say.is_json():
        say.program(rows)
    else:
        say.table(
            ["Creditor", "Login", "Role"], [(r["creditor"], r["email"], r["role"]) for r in rows]
        )


@command.command("add", cls=OnBooks)
@click.argument("email")
@options.creditor
@click.option("--role", type=click.Choice(ROLES), default="controller", show_default=True)
@click.option("--password", envvar="RECOUP_PASSWORD", help="Made up and shown once by default.")
def add_(email: str, code: str | None, role: str, password: str | None) -> None:
    """Let EMAIL sign in and serve a creditor; a login that exists gets the role."""
    say_login(add(email, password, options.the_creditor(code), role))


@command.command("remove", cls=OnBooks)
@click.argument("email")
@options.creditor
def remove(email: str, code: str | None) -> None:
    """Take EMAIL's seat at a creditor away; the last owner stays."""
    creditor = options.the_creditor(code)
    staff.set_role(creditor=creditor, login_id=_known(email).pk, role="")
    say.line(f"{email} serves {creditor.name} no more.")


@command.command("password", cls=OnBooks)
@click.argument("email")
@click.option("--password", envvar="RECOUP_PASSWORD", help="Made up and shown once by default.")
def password_(email: str, password: str | None) -> None:
    """Give EMAIL a new password."""
    person = _known(email)
    chosen = _checked(password) if password else secrets.token_urlsafe(12)
    staff.change_password(login=person, password=chosen)
    say.line("Kept." if password else f"The password, shown this once: {chosen}")


def add(email: str, password: str | None, creditor: Creditor, role: str) -> Added:
    """A login with a role at a creditor; a new one gets the password, or one made up."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Refusal(
            "email-unusable", f"{email!r} is no e-mail address. Write it as name@company.example."
        ) from None
    people = get_user_model().objects
    person = people.filter(email__iexact=email).first()
    told = ""
    if person is None:
        told = _checked(password) if password else secrets.token_urlsafe(12)
        person = people.create_user(email, email, told)
    staff.set_role(creditor=creditor, login_id=person.pk, role=role)
    return Added(email, creditor, role, "" if password else told)


def say_login(added: Added) -> None:
    """Who may sign in now, and the password where it was made up."""
    say.line(f"{added.email} may sign in and is {added.role} of {added.creditor.name}.")
    if added.password:
        say.line(f"The password, shown this once: {added.password}")


def _known(email: str):  # type: ignore[no-untyped-def]  # the user model is Django's choice
    person = get_user_model().objects.filter(email__iexact=email).first()
    if person is None:
        raise Refusal("login-unknown", f"Nobody signs in as {email}. See `recoup login list`.")
    return person


def _checked(password: str) -> str:
    try:
        validate_password(password)
    except ValidationError as error:
        raise Refusal("password-weak", " ".join(error.messages)) from None
    return password
