"""Signing in and out, and the way from the bare address to one's own pages."""

from __future__ import annotations

from allauth.account.views import LoginView, LogoutView
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from recoup.access import seats_of

sign_in = LoginView.as_view()
sign_out = require_POST(LogoutView.as_view())


def home(request: HttpRequest) -> HttpResponseBase:
    """To Today of the first creditor the login serves; to the sign-in page without a login."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    seats = seats_of(request.user)
    if seats:
        return redirect("today", seats[0].creditor.code)
    response = render(request, "web/no_seat.html")
    response["Cache-Control"] = "no-store"
    return response
