from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from config.kit import lastword, triggers


class KitConfig(AppConfig):
    name = "config.kit"
    label = "kit"
    verbose_name = "Bộ công cụ"

    def ready(self):
        triggers.hold_for_all_but_the_owner()
        # Once a migration, after the last table: the signal names each app that has models, and this one has none.
        last = apps.get_app_config("pgtrigger")
        post_migrate.connect(lastword.hold_text_clean, sender=last)
        post_migrate.connect(triggers.state_grants, sender=last)
