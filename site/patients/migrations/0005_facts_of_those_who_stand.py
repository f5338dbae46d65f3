"""Birthdays and last visits of the patients who stand already."""

from django.db import migrations
from django.db.models import Max, OuterRef, Subquery
from django.db.models.functions import ExtractDay, ExtractMonth, TruncDate


def fill(apps, schema_editor):
    Patient = apps.get_model("patients", "Patient")
    Appointment = apps.get_model("patients", "Appointment")
    Patient.objects.filter(born_on__isnull=False).update(birthday=ExtractMonth("born_on") * 100 + ExtractDay("born_on"))
    kept = Appointment.objects.filter(patient=OuterRef("pk"), status="kept").order_by().values("patient")
    Patient.objects.filter(last_seen_on__isnull=True).update(
        last_seen_on=Subquery(kept.annotate(last=Max(TruncDate("starts_at"))).values("last"))
    )


class Migration(migrations.Migration):
    dependencies = [("patients", "0004_facts_about_people")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
