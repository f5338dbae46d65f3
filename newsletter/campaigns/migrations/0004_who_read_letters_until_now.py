from django.db import migrations


def carry_over(apps, schema_editor):
    """Where the owner wanted letters read by a second pair of eyes, the owner approves them from now on."""
    practice = apps.get_model("practice", "Practice").objects.filter(second_eyes__in=["letters", "pages"]).first()
    rules = apps.get_model("campaigns", "ApprovalRule").objects
    if practice is not None and not rules.exists():
        rules.create(practice=practice, who="owner")


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0003_approval_before_sending'),
    ]

    run_before = [
        ('practice', '0011_second_eyes_are_for_pages'),
    ]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]
