from django.db import migrations


def add_spanish(apps, schema_editor):
    """Let editors translate pages; visitors see Spanish once its home page is published."""
    apps.get_model("wagtailcore", "Locale").objects.get_or_create(language_code="es")


class Migration(migrations.Migration):

    dependencies = [
        ("home", "0006_no_quote_without_an_agreement"),
    ]

    operations = [
        migrations.RunPython(add_spanish, migrations.RunPython.noop),
    ]
