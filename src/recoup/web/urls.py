"""The pages, one line each."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from recoup.web import account, accounts, find, sign_in, treatment

_PAGES = [
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/<int:account_id>/", account.account, name="account"),
    path("accounts/<int:account_id>/panel/", account.panel, name="account_panel"),
    path("accounts/<int:account_id>/hold/", treatment.set_hold, name="set_hold"),
    path("accounts/<int:account_id>/contact/", treatment.add_contact, name="add_contact"),
    path("holds/<int:hold_id>/end/", treatment.end_hold, name="end_hold"),
    path("contacts/<int:contact_id>/", treatment.change_contact, name="change_contact"),
    path("find/", find.find, name="find"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", sign_in.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-out/", sign_in.sign_out, name="account_logout"),
    path("c/<slug:code>/", include(_PAGES)),
]
