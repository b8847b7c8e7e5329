"""Settings, read from the environment once; every one has a default that is safe at home.

RECOUP_DATA         folder for the database, files and decisions (default: ./recoup-data)
DATABASE_URL        postgresql://user:password@host:port/name (default: SQLite in RECOUP_DATA)
RECOUP_ENVIRONMENT  production, rehearsal, demo or test (default: rehearsal: nothing leaves)
RECOUP_ALLOW_LIST   addresses and domains a non-production instance may write to, comma separated
RECOUP_MAIL         smtp://user:password@host:587, or mailbox:///folder (default: in RECOUP_DATA)
RECOUP_HOSTS        host names the web app answers to, comma separated
RECOUP_SECRET_KEY   signing key (default: made once and kept in RECOUP_DATA)
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from csp.constants import NONE, SELF

DATA = Path(os.environ.get("RECOUP_DATA", "recoup-data")).resolve()
ENVIRONMENT = os.environ.get("RECOUP_ENVIRONMENT", "rehearsal")
ALLOW_LIST = tuple(filter(None, os.environ.get("RECOUP_ALLOW_LIST", "").split(",")))
MAIL_URL = os.environ.get("RECOUP_MAIL", f"mailbox://{quote(str(DATA / 'mailbox'))}")
PACKAGE = Path(__file__).parent


def _secret_key() -> str:
    """The key from the environment, or the one kept in the data folder, made on first use."""
    given = os.environ.get("RECOUP_SECRET_KEY")
    if given:
        return given
    kept = DATA / "secret-key"
    if not kept.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50))
    return kept.read_text()


def _postgresql(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,
    }


def _sqlite(path: Path) -> dict[str, object]:
    # FULL, because a claim that is not on disk is worthless once the mail has left; IMMEDIATE,
    # because with deferred transactions most concurrent writers fail instead of waiting.
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
            "PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;",
        },
    }


DATABASE_URL = os.environ.get("DATABASE_URL", "")
DATABASES = {
    "default": _postgresql(DATABASE_URL)
    if DATABASE_URL.startswith(("postgres://", "postgresql://"))
    else _sqlite(DATA / "recoup.sqlite3")
}
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("RECOUP_TEST_DATABASE") or None}

SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = [
    *filter(None, os.environ.get("RECOUP_HOSTS", "").split(",")),
    "localhost",
    "127.0.0.1",
    "[::1]",
]
CSRF_TRUSTED_ORIGINS = [
    f"https://{host}" for host in filter(None, os.environ.get("RECOUP_HOSTS", "").split(","))
]

# Ours first: its templates stand in for those of the others.
INSTALLED_APPS = [
    "recoup.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "django_htmx",
    "recoup.books",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "recoup.urls"
WSGI_APPLICATION = "recoup.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_LOGOUT_ON_GET = False
# Public pages are counted as signing in is; allauth keeps the rest of its limits.
ACCOUNT_RATE_LIMITS = {"terms": "60/m/ip"}
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "/sign-in/"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_TIMEOUT = 30
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "recoup_cache",
    }
}

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
# Served from the package itself, so a fresh installation needs no collecting step.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

SECURE_TLS = os.environ.get("RECOUP_TLS", "") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
