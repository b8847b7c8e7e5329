"""Who may do what for which creditor: asked by every page before anything else."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from recoup.books.models import Creditor, Seat

Login = AbstractBaseUser | AnonymousUser
Named = ParamSpec("Named")
Screen = Callable[Concatenate[HttpRequest, Seat, Named], HttpResponseBase]


class Act(StrEnum):
    """What a person may want to do for a creditor."""

    SEE = "see"
    RELEASE = "release"  # approve, hold back, release and settle messages
    TREAT = "treat"  # holds and contact points of an account
    APPLY = "apply"  # money: apply it, undo that, return it, give small rests up
    APPROVE = "approve"  # what another asked for and may not give away alone
    IMPORT = "import"
    PUBLISH = "publish"
    MANAGE = "manage"  # the creditor's details, people and their roles


_CONTROLLER = frozenset({Act.SEE, Act.RELEASE, Act.TREAT, Act.APPLY, Act.APPROVE, Act.IMPORT})
MAY = {
    "owner": frozenset(Act),
    "controller": _CONTROLLER,
    "viewer": frozenset({Act.SEE}),
}


class View(Protocol):
    """A page that asks: Django calls it with the creditor's code from the address."""

    act: Act

    def __call__(self, request: HttpRequest, code: str, **named: object) -> HttpResponseBase:
        """Answer the request, or refuse it."""


def seat_of(login: Login, code: str) -> Seat | None:
    """The login's seat at the creditor of this code; None when there is no such seat."""
    if not login.is_authenticated:
        return None
    return (
        Seat.objects.select_related("creditor", "creditor__policy")
        .filter(login_id=login.pk, creditor__code=code)
        .first()
    )


def seats_of(login: Login) -> list[Seat]:
    """Every seat of the login, by the creditor's name."""
    found = Seat.objects.select_related("creditor").filter(login_id=login.pk)
    return list(found.order_by("creditor__name"))


def allowed(login: Login, creditor: Creditor, act: Act) -> bool:
    """Whether the login may do this for the creditor."""
    seat = seat_of(login, creditor.code)
    return seat is not None and may(seat, act)


def may(seat: Seat, act: Act) -> bool:
    """Whether the seat's role allows the act; a role we do not know allows nothing."""
    return act in MAY.get(seat.role, frozenset())


def asks(act: Act) -> Callable[[Screen[Named]], View]:
    """The page is for people with a seat at the creditor whose role allows the act.

    A creditor without a seat is answered like one that does not exist, so nobody learns who
    else is served here. Nothing a page answers is kept by browsers or proxies.
    """

    def decorate(screen: Screen[Named]) -> View:
        @wraps(screen)
        def view(
            request: HttpRequest, code: str, *args: Named.args, **named: Named.kwargs
        ) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            seat = seat_of(request.user, code)
            if seat is None:
                raise Http404("no such creditor for this login")
            if not may(seat, act):
                raise PermissionDenied(f"a {seat.get_role_display()} may not {act.value}")
            response = screen(request, seat, *args, **named)
            response["Cache-Control"] = "no-store"
            return response

        view.act = act  # type: ignore[attr-defined]
        return view  # type: ignore[return-value]

    return decorate
