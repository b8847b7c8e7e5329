"""E-mail by SMTP: `smtp://user:password@host:587` or `smtps://…`."""

from __future__ import annotations

from recoup.channels.base import AllowList, Channel
from recoup.channels.smtp import SmtpSession, SmtpSettings


def open_session(url: str, allow_list: AllowList) -> SmtpSession:
    """A session with the mail server of the URL; it connects with the first message."""
    return SmtpSession(SmtpSettings.parse(url), allow_list)


CHANNEL = Channel(code="email", open_session=open_session)
