"""The first known time to keep records: Washington's, of whose dentists the demo is one; a practice enters its own."""

from datetime import date

from django.db import migrations

KNOWN = {
    "WA": {
        "years": 6,
        "minors_from_age": 18,
        "citation": "WAC 246-817-310 (six years from the last treatment; for minors counted from 18 to be careful)",
        "checked_on": date(2026, 11, 23),
    },
}


def enter(apps, schema_editor):
    Retention = apps.get_model("patients", "Retention")
    for state, facts in KNOWN.items():
        Retention.objects.get_or_create(state=state, defaults=facts)


class Migration(migrations.Migration):
    dependencies = [("patients", "0007_people_are_found_merged_and_erased")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
