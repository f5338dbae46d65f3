"""Write the ready-made segments of those who work at offices and here."""

from django.db import migrations

from patients.segments.ready_made import plant


def write(apps, schema_editor):
    plant(apps.get_model("patients", "Segment"))


class Migration(migrations.Migration):
    dependencies = [("patients", "0015_contact_points_are_found_by_their_whole_hash")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
