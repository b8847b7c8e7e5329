"""The pages, one line each."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from recoup.web import (
    account,
    accounts,
    aging,
    aside,
    find,
    imports,
    mailbox,
    message,
    messages,
    outbox,
    policy,
    settings,
    sign_in,
    today,
    treatment,
)

_PAGES = [
    path("", today.today, name="today"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/<int:account_id>/", account.account, name="account"),
    path("accounts/<int:account_id>/panel/", account.panel, name="account_panel"),
    path("accounts/<int:account_id>/why/", account.reasons, name="account_why"),
    path("accounts/<int:account_id>/hold/", treatment.set_hold, name="set_hold"),
    path("accounts/<int:account_id>/contact/", treatment.add_contact, name="add_contact"),
    path("holds/<int:hold_id>/end/", treatment.end_hold, name="end_hold"),
    path("contacts/<int:contact_id>/", treatment.change_contact, name="change_contact"),
    path("find/", find.find, name="find"),
    path("messages/", messages.messages, name="messages"),
    path("messages/<int:intent_id>/", message.message, name="message"),
    path("messages/<int:intent_id>/html/", message.html, name="message_html"),
    path("messages/<int:intent_id>/source/", message.source, name="message_source"),
    path("messages/<int:intent_id>/resolve/", outbox.resolve, name="resolve"),
    path("messages/<int:intent_id>/<slug:verb>/", outbox.act, name="act"),
    path("messages/marked/<slug:verb>/", outbox.act_on_marked, name="act_on_marked"),
    path("runs/<int:run_id>/approve/", outbox.approve_run, name="approve_run"),
    path("runs/<int:run_id>/stop/", outbox.stop_run, name="stop_run"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.upload, name="upload"),
    path("imports/<int:file_id>/", imports.source_file, name="source_file"),
    path("imports/<int:file_id>/take/", imports.take, name="take"),
    path("imports/aside/", aside.set_aside, name="set_aside"),
    path("imports/aside/<int:row_id>/", aside.correct, name="correct_row"),
    path("imports/aside/<int:row_id>/dismiss/", aside.dismiss, name="dismiss_row"),
    path("mailbox/", mailbox.mailbox, name="mailbox"),
    path("aging/", aging.aging, name="aging"),
    path("aging/aging.csv", aging.aging_csv, name="aging_csv"),
    path("aging/aging.xlsx", aging.aging_xlsx, name="aging_xlsx"),
    path("policy/", policy.policy, name="policy"),
    path("policy/edit/", policy.edit, name="policy_edit"),
    path("policy/<int:version_id>/", policy.version, name="policy_version"),
    path("settings/", settings.settings, name="settings"),
    path("settings/details/", settings.save_details, name="save_details"),
    path("settings/people/", settings.save_role, name="save_role"),
    path("settings/people/<int:seat_id>/", settings.change_role, name="change_role"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", sign_in.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-out/", sign_in.sign_out, name="account_logout"),
    path("c/<slug:code>/", include(_PAGES)),
]
