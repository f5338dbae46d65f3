"""Write the ready-made segments, so that they stand in the list and can be copied."""

from django.db import migrations

from patients.segments.ready_made import plant


def write(apps, schema_editor):
    plant(apps.get_model("patients", "Segment"))


class Migration(migrations.Migration):
    dependencies = [("patients", "0011_questions_are_saved")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
