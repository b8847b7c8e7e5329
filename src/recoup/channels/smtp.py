"""One SMTP transaction per message, with the late gate between RCPT and DATA.

The library's `sendmail` asks nobody between the recipient and the message, so its parts are
called one by one. A connection is reused while every answer was the expected one; after any
other it is closed, because what the server thinks of it is then unknown.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from recoup.channels.base import AllowList, Envelope, Outcome, Release, Stage, State
from recoup.kernel.errors import Refusal

_LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|::1")
_LINE_START_DOT = re.compile(rb"(?m)^\.")
_QUEUE_ID = re.compile(r"\b(?:queued as|id[= ])\s*([A-Za-z0-9._-]{4,64})", re.IGNORECASE)
_PORTS = {"smtp": 587, "smtps": 465}
_QUIT_TIMEOUT_SECONDS = 5
REPLY_MAX = 500


@dataclass(frozen=True)
class SmtpSettings:
    """A mail server and how patient we are with it."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    implicit_tls: bool = False
    starttls: bool = True
    ca_file: str = ""
    helo: str = ""
    timeout_seconds: int = 30
    # The server may scan the message before it answers; RFC 5321 asks for ten minutes.
    reply_timeout_seconds: int = 300
    messages_per_connection: int = 100

    @classmethod
    def parse(cls, url: str) -> SmtpSettings:
        """From `smtp://user:pass@host:587?starttls=1` or `smtps://…`.

        Words after `?`: starttls, ca, helo, timeout, reply_timeout, per_connection. Encryption
        is on unless the server is this machine; a password never travels without it.
        """
        try:
            parts, port = urlsplit(url), urlsplit(url).port
            words = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
        except ValueError as error:
            raise _invalid(str(error)) from error
        if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/"):
            raise _invalid("it names no server")
        if unknown := sorted(words.keys() - _WORDS):
            raise _invalid(f"{', '.join(unknown)} is not a known option")
        is_loopback = bool(_LOOPBACK.fullmatch(parts.hostname))
        settings = cls(
            host=parts.hostname,
            port=port or _PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            implicit_tls=parts.scheme == "smtps",
            starttls=parts.scheme == "smtp" and _number(words, "starttls", not is_loopback) > 0,
            ca_file=words.get("ca", ""),
            helo=words.get("helo", ""),
            timeout_seconds=max(_number(words, "timeout", 30), 1),
            reply_timeout_seconds=max(_number(words, "reply_timeout", 300), 1),
            messages_per_connection=max(_number(words, "per_connection", 100), 1),
        )
        if not (settings.user + settings.password + settings.helo).isascii():
            raise _invalid("its user, password and helo may hold ASCII characters only")
        if settings.user and not (settings.starttls or settings.implicit_tls or is_loopback):
            raise Refusal(
                "smtp-password-in-clear",
                f"A password for {settings.host} would travel unencrypted. "
                "Use smtps:// or leave starttls on.",
            )
        return settings


_WORDS = {"starttls", "ca", "helo", "timeout", "reply_timeout", "per_connection"}


def _invalid(reason: str) -> Refusal:
    """What is wrong with a URL, without repeating the password in it."""
    return Refusal(
        "smtp-url-invalid",
        f"The mail server's URL is not usable: {reason}. "
        "Write smtp://user:password@host:587 or smtps://user:password@host:465.",
    )


def _number(words: dict[str, str], name: str, default: int) -> int:
    """A whole number among the options."""
    text = words.get(name, str(int(default)))
    if not re.fullmatch(r"[0-9]{1,5}", text):
        raise _invalid(f"{name} is not a whole number")
    return int(text)


class SmtpSession:
    """A connection to one mail server, opened when needed and kept while it is healthy."""

    def __init__(self, settings: SmtpSettings, allow_list: AllowList) -> None:
        self.allow_list = allow_list
        self._settings = settings
        self._server: smtplib.SMTP | None = None
        self._taken = 0

    def hand_over(self, envelope: Envelope, release: Release) -> Outcome:
        """One transaction; the connection survives only the outcomes we know it survives."""
        is_healthy = False
        try:
            outcome = self._introduce(envelope) or self._transfer(envelope, release)
            self._taken += 1
            is_healthy = outcome.state in (State.ACCEPTED, State.WITHHELD)
            is_healthy = is_healthy and self._taken < self._settings.messages_per_connection
        finally:
            if not is_healthy:
                self._drop()
        return outcome

    def close(self) -> None:
        """Take leave of the server; safe to call twice."""
        server, self._server = self._server, None
        if server is None:
            return
        try:
            if server.sock is not None:
                server.sock.settimeout(_QUIT_TIMEOUT_SECONDS)
            server.quit()
        except OSError:
            server.close()

    def _drop(self) -> None:
        """Close without a word; nothing the server still says would matter."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _introduce(self, envelope: Envelope) -> Outcome | None:
        """Connect, name sender and recipient; an outcome only when it ends here.

        Nothing has left yet, so a kept connection that the server gave up is replaced once.
        """
        was_open = self._server is not None
        outcome = self._envelope(envelope)
        if was_open and outcome and outcome.stage is Stage.SENDER and outcome.code in (None, 421):
            self._drop()
            outcome = self._envelope(envelope)
        return outcome

    def _envelope(self, envelope: Envelope) -> Outcome | None:
        try:
            server = self._connected()
        except smtplib.SMTPResponseException as error:
            return Outcome(State.DEFERRED, Stage.CONNECT, error.smtp_code, _words(error.smtp_error))
        except OSError as error:
            return Outcome(State.DEFERRED, Stage.CONNECT, reply=_words(str(error)))
        for stage, command in (
            (Stage.SENDER, f"MAIL FROM:<{envelope.sender}>"),
            (Stage.RECIPIENT, f"RCPT TO:<{envelope.recipient}>"),
        ):
            try:
                code, text = server.docmd(command)
            except OSError as error:
                return Outcome(State.DEFERRED, stage, reply=_words(str(error)))
            if not 200 <= code < 300:
                state = State.REFUSED if 500 <= code < 600 else State.DEFERRED
                return Outcome(state, stage, code, _words(text))
        return None

    def _transfer(self, envelope: Envelope, release: Release) -> Outcome:
        """Ask the late gate, then send. From its yes on, only a clear reply is an answer."""
        server = self._server
        assert server is not None, "the recipient was accepted on an open connection"
        if not release():
            self._reset(server)
            return Outcome(State.WITHHELD, Stage.RELEASE, reply="Withheld by the late gate.")
        try:
            code, text = server.docmd("DATA")
        except OSError as error:
            return Outcome(State.IN_DOUBT, Stage.DATA, reply=_words(str(error)))
        if code != 354:
            return _answer(Stage.DATA, code, text)
        assert server.sock is not None
        server.sock.settimeout(self._settings.reply_timeout_seconds)
        try:
            server.send(_LINE_START_DOT.sub(b"..", envelope.content) + b".\r\n")
            code, text = server.getreply()
        except OSError as error:
            return Outcome(State.IN_DOUBT, Stage.REPLY, reply=_words(str(error)))
        if server.sock is not None:
            server.sock.settimeout(self._settings.timeout_seconds)
        return _answer(Stage.REPLY, code, text)

    def _reset(self, server: smtplib.SMTP) -> None:
        """Make the server forget the recipient, or the connection with it."""
        try:
            code, _ = server.rset()
        except OSError:
            code = -1
        if code != 250:
            self._drop()

    def _connected(self) -> smtplib.SMTP:
        """The open connection, or a new one: greeted, encrypted, signed in."""
        if self._server is None:
            server = _open(self._settings)
            try:
                _sign_in(server, self._settings)
            except OSError:
                server.close()
                raise
            self._server, self._taken = server, 0
        return self._server


def _open(settings: SmtpSettings) -> smtplib.SMTP:
    # The machine's own name without asking DNS, which may take minutes to say no.
    helo = settings.helo or socket.gethostname()
    if settings.implicit_tls:
        return smtplib.SMTP_SSL(
            settings.host,
            settings.port,
            local_hostname=helo,
            timeout=settings.timeout_seconds,
            context=_context(settings),
        )
    return smtplib.SMTP(
        settings.host, settings.port, local_hostname=helo, timeout=settings.timeout_seconds
    )


def _context(settings: SmtpSettings) -> ssl.SSLContext:
    """Certificates are verified, always; a private authority is named by its file."""
    context = ssl.create_default_context(cafile=settings.ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _sign_in(server: smtplib.SMTP, settings: SmtpSettings) -> None:
    """Greeting, encryption, password; raises what smtplib raises."""
    server.ehlo_or_helo_if_needed()
    if settings.starttls:
        code, text = server.starttls(context=_context(settings))
        if code != 220:
            raise smtplib.SMTPResponseException(code, text)
        server.ehlo_or_helo_if_needed()
    if settings.user:
        server.login(settings.user, settings.password)


def _answer(stage: Stage, code: int, text: bytes) -> Outcome:
    """What a reply after the late gate means; one that means nothing leaves doubt."""
    reply = _words(text)
    if 200 <= code < 300 and stage is Stage.REPLY:
        found = _QUEUE_ID.search(reply)
        return Outcome(State.ACCEPTED, stage, code, reply, found[1] if found else "")
    if 400 <= code < 500:
        return Outcome(State.DEFERRED, stage, code, reply)
    if 500 <= code < 600:
        return Outcome(State.REFUSED, stage, code, reply)
    return Outcome(State.IN_DOUBT, stage, code, reply)


def _words(text: bytes | str) -> str:
    """A server's words on one line, of bearable length."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    return " ".join(text.split())[:REPLY_MAX]
