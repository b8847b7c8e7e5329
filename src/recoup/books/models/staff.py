"""Which login serves which creditor, in which role."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from recoup.books.models.party import Creditor


class Seat(models.Model):
    """A person's place at one creditor."""

    # Who may decide about money that one person may not give away alone.
    MONEY_ROLES = ("owner", "controller")
    ROLES = [("owner", "owner"), ("controller", "credit controller"), ("viewer", "viewer")]

    login = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    role = models.CharField(max_length=20, choices=ROLES)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["login", "creditor"], name="seat_once")]

    def __str__(self) -> str:
        return f"{self.login_id} {self.role}"
