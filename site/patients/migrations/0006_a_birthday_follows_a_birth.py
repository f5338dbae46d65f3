"""No patient with a date of birth is without a birthday."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "0005_facts_of_those_who_stand")]

    operations = [
        migrations.AddConstraint(
            model_name='patient',
            constraint=models.CheckConstraint(condition=models.Q(('born_on__isnull', True), ('birthday__isnull', False), _connector='OR'), name='patients_birthday_follows_birth'),
        ),
    ]
