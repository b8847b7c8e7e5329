"""The address of a terms link: signed, and with 128 bits by chance that no other link has."""

from __future__ import annotations

import hmac

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse

from recoup.books.models import TermsLink

SALT = "recoup.terms"
TOKEN_MAX = 200


def token_of(link: TermsLink) -> str:
    """What stands in the address."""
    return signing.dumps([link.pk, link.secret], salt=SALT)


def address_of(request: HttpRequest, link: TermsLink) -> str:
    """The whole address, to send."""
    return request.build_absolute_uri(reverse("terms_offer", args=[token_of(link)]))


def link_of(token: str) -> TermsLink | None:
    """The one link of a token, whether or not it still opens; None for any other text."""
    if len(token) > TOKEN_MAX:
        return None
    try:
        number, secret = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = (
        TermsLink.objects.select_related(
            "account__creditor", "account__debtor", "account__merged_into"
        )
        .filter(pk=number)
        .first()
    )
    return found if found and hmac.compare_digest(found.secret, str(secret)) else None
