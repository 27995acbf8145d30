"""Settings of the site. The environment decides; `.env.example` lists every name read."""

from pathlib import Path

import environ
import pghistory
from csp.constants import NONE, SELF

from config.kit.boxes import key_of
from config.wiring import (  # noqa: F401  (read as settings.PHASE_GATES and so on)
    ARCHIVE_SOURCES,
    AUDIT_VERBS,
    CYCLE_PANELS,
    FIRST_STEPS,
    FRESH_SIGN_IN,
    INVARIANTS,
    MEMBER_NOTES,
    NIGHTLY_JOBS,
    PAPER_BUILDERS,
    PHASE_GATES,
    PRIVATE_UPLOADS,
    PROVINCE_BEGINNINGS,
    PROVINCE_PANELS,
    SEARCH_SOURCES,
    SECOND_STEP_POLICY,
    TODO_SOURCES,
)

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Papers carry an absolute address for their verification page.
SITE_URL = (env.str("SITE_URL", default="") or "http://localhost:8000").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "config.kit",
    "accounts",
    "blocs",
    "documents",
    "covenants",
    "scoring",
    "awards",
    "meetings",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "accounts.middleware.PartialMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.kit.middleware.NoStoreMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.kit.middleware.TypedMiddleware",
    "config.kit.middleware.OneReadingMiddleware",
    "config.kit.middleware.RefusedMiddleware",
    "accounts.middleware.SecondStepMiddleware",
    "accounts.middleware.FreshSignInMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "blocs.context_processors.menu",
            ],
            "builtins": ["config.kit.templatetags.kit"],
        },
    },
    {
        # Long tables, and what stands on every page; `config.kit.drawing` says why.
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"environment": "config.kit.drawing.environment"},
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# `config.launch` sets DATABASE_URL to the embedded server when it is told to. Without it there is none: what reads
# the code alone still runs, and nothing reaches a database that nobody named.
DATABASES = {
    "default": env.db_url_config(
        env.str("DATABASE_URL", default="") or "postgresql://nobody@/none?host=/nonexistent"
    )
}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Files that are not in the database: uploads and issued papers, named by their content.
DATA_DIR = Path(env.str("DATA_DIR", default="") or BASE_DIR / "var" / "data")

# Seals backups; kept elsewhere than they are.
BACKUP_KEY = key_of(env.str("BACKUP_KEY", default="")) if env.str("BACKUP_KEY", default="") else None
# Keys of open secret polls: in no backup, and destroyed when a poll is counted. Empty: a folder of DATA_DIR.
POLL_KEY_DIR = env.str("POLL_KEY_DIR", default="")

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "todo"

LANGUAGE_CODE = "vi"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["config.kit.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default="") or BASE_DIR / "var" / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Audit rows can be added, never changed; each carries its own actor, verb and reason.
PGHISTORY_APPEND_ONLY = True
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()

# Mail, and work in the background (reminders, long papers): its queue is in our own database.
EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
# Without a mail server letters go to the log, and there no link may open an account.
HAS_MAIL_SERVER = not EMAIL_CONFIG["EMAIL_BACKEND"].endswith(".console.EmailBackend")
if not HAS_MAIL_SERVER:
    EMAIL_BACKEND = "config.kit.mail.ConsoleBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="khoi-thi-dua@localhost")
# Who is told every night what the checks found and how the journal's chain ends; a file outside the database keeps it.
OPERATOR_EMAILS = env.list("OPERATOR_EMAILS", default=[])
CHAIN_HEAD_FILE = env.str("CHAIN_HEAD_FILE", default="")
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Sign-in (DESIGN §7): by username, no sign-up; `SECOND_STEP_POLICY` says of whom a second step is asked.
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Whoever knocks too often is counted in a table of our own (`accounts.limits`).
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
ACCOUNT_FORMS = {"reset_password": "accounts.forms.ForgottenPasswordForm"}
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Khối thi đua] "
ACCOUNT_SESSION_REMEMBER = False
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.tokens.LinkTokens"
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Khối thi đua"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "accounts.forms.CodeForm",
    "reauthenticate": "accounts.forms.CodeAgainForm",
    "add_webauthn": "accounts.forms.AddKeyForm",
    "edit_webauthn": "accounts.forms.EditKeyForm",
}

# Safety. A site served over https is served over https only; `make run` answers on http://localhost.
IS_HTTPS = SITE_URL.startswith("https://")
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SESSION_COOKIE_AGE = 12 * 60 * 60
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
# How many proxies of our own stand in front; each overwrites X-Forwarded-Proto and adds to X-Forwarded-For. A header
# that anybody can send proves nothing, and the limits on failed sign-ins count by the address it names.
PROXY_COUNT = env.int("PROXY_COUNT", default=0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
# A probe inside the machine asks over http.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

# To standard error; never the parameters of a statement: a ballot may be among them.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "config.logs.DiscreetFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.db.backends": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}
