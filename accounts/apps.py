from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Người dùng"

    def ready(self) -> None:
        # Checks and receivers read models, which are there only now.
        import_module("accounts.checks")
        import_module("accounts.signals")
