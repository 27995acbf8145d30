"""The awards that a bloc proposes, by their legal names."""

from django.db import migrations

AWARDS = (
    ("flag", "Cờ thi đua của UBND tỉnh", "Cờ thi đua"),
    ("merit", "Bằng khen của Chủ tịch UBND tỉnh", "Bằng khen"),
    ("government_flag", "Cờ thi đua của Chính phủ", "Cờ Chính phủ"),
    ("excellent_collective", "Tập thể lao động xuất sắc", "Tập thể LĐXS"),
)


def add(apps, schema_editor):
    award_type = apps.get_model("awards", "AwardType")
    for position, (code, name, short_name) in enumerate(AWARDS, start=1):
        award_type.objects.get_or_create(
            code=code, defaults={"name": name, "short_name": short_name, "position": position}
        )


class Migration(migrations.Migration):
    dependencies = [("awards", "0002_ballot_routines")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
