"""Checks that need Django but no database: missing migrations, and `check --deploy` as production would run it."""

import os
import sys
import warnings
from pathlib import Path

import django
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "for-the-check-only-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "thidua.example.vn",
    "SITE_URL": "https://thidua.example.vn",
}


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.update(PRODUCTION)
    for name in ("DEBUG", "DATABASE_URL"):
        os.environ[name] = ""
    # There is no database to compare the migrations with; only models and files are compared.
    warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
    django.setup()
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
        call_command("check", deploy=True, fail_level="WARNING")
    except CommandError as wrong:
        sys.exit(str(wrong))


if __name__ == "__main__":
    main()
