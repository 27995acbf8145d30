"""A database whose triggers were installed before: only the owner of the tables may set one aside from here on."""

from django.db import migrations

from config.kit.triggers import SHOULD_IGNORE


class Migration(migrations.Migration):
    dependencies = [("kit", "0002_natural_keys")]
    operations = [migrations.RunSQL(SHOULD_IGNORE, migrations.RunSQL.noop)]
