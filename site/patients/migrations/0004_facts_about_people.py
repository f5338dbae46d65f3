"""What is known about people beyond names and addresses: facts, words of staff, procedures, who may be told."""

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import patients.models.people
import vault.fields
import vault.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0003_consents_stand_as_they_are'),
        ('practice', '0007_who_reads_before_it_is_out'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Attribute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40, unique=True, verbose_name='name in files')),
                ('label', models.CharField(max_length=80, verbose_name='name')),
                ('kind', models.CharField(choices=[('text', 'Text'), ('choice', 'One of a list'), ('number', 'Number'), ('date', 'Date'), ('yes_no', 'Yes or no')], max_length=8, verbose_name='type')),
                ('nature', models.CharField(choices=[('identity', 'Identity'), ('contact', 'Contact'), ('clinical', 'Clinical'), ('financial', 'Financial')], max_length=16, verbose_name='nature')),
                ('choices', models.JSONField(blank=True, default=list, verbose_name='list')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'ordering': ['label'],
            },
        ),
        migrations.CreateModel(
            name='AttributeValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(blank=True, max_length=200, null=True)),
                ('number', models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True)),
                ('day', models.DateField(blank=True, null=True)),
                ('is_so', models.BooleanField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Confidant',
            fields=[
                ('id', models.UUIDField(default=vault.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', vault.fields.SealedTextField()),
                ('relation', models.CharField(blank=True, max_length=40, verbose_name='who they are to the patient')),
                ('phone', vault.fields.SealedTextField(blank=True)),
                ('extent', models.CharField(choices=[('dates', 'Dates only'), ('everything', 'Everything'), ('pays', 'Bills: they pay')], default='dates', max_length=12, verbose_name='what they may be told')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('added_by', models.CharField(max_length=80)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['added_at'],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.UUIDField(default=vault.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('text', vault.fields.SealedTextField()),
                ('by', models.CharField(max_length=80)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='PostalAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('street', models.CharField(blank=True, max_length=160, verbose_name='street')),
                ('city', models.CharField(blank=True, max_length=80, verbose_name='city')),
                ('state', models.CharField(blank=True, max_length=2, verbose_name='state')),
                ('postal_code', models.CharField(blank=True, max_length=10, verbose_name='ZIP code')),
            ],
        ),
        migrations.CreateModel(
            name='Procedure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(blank=True, max_length=20)),
                ('label', models.CharField(blank=True, max_length=120)),
                ('done_on', models.DateField()),
                ('fee_cents', models.BigIntegerField(default=0)),
                ('external_id', models.CharField(blank=True, max_length=64, null=True, unique=True)),
            ],
            options={
                'ordering': ['-done_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('nature', models.CharField(choices=[('identity', 'Identity'), ('contact', 'Contact'), ('clinical', 'Clinical'), ('financial', 'Financial')], default='identity', max_length=16, verbose_name='nature')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='appointment',
            name='external_id',
            field=models.CharField(blank=True, max_length=64, null=True, unique=True),
        ),
        migrations.AddField(
            model_name='patient',
            name='birthday',
            field=patients.models.people.BirthdayField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='patient',
            name='gender',
            field=models.CharField(blank=True, choices=[('female', 'Female'), ('male', 'Male'), ('other', 'Other')], max_length=8),
        ),
        migrations.AddField(
            model_name='patient',
            name='last_seen_on',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='patient',
            name='payer_class',
            field=models.CharField(choices=[('federal', 'Federal program'), ('commercial', 'Commercial insurance'), ('self_pay', 'Self-pay'), ('unknown', 'Not known')], default='unknown', max_length=12),
        ),
        migrations.AddField(
            model_name='patient',
            name='source',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='patient',
            name='spent_before_cents',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='patient',
            name='spent_cents',
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='patient',
            name='usual_interval_days',
            field=models.PositiveIntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(condition=models.Q(('status', 'booked')), fields=['starts_at', 'patient'], name='patients_visit_booked'),
        ),
        migrations.AddIndex(
            model_name='patient',
            index=models.Index(fields=['birthday'], name='patients_patient_birthday'),
        ),
        migrations.AddIndex(
            model_name='patient',
            index=models.Index(fields=['last_seen_on'], name='patients_patient_seen'),
        ),
        migrations.AddIndex(
            model_name='patient',
            index=models.Index(fields=['usual_interval_days'], name='patients_patient_interval'),
        ),
        migrations.AddIndex(
            model_name='patient',
            index=models.Index(fields=['spent_cents'], name='patients_patient_spent'),
        ),
        migrations.AddConstraint(
            model_name='patient',
            constraint=models.CheckConstraint(condition=models.Q(('gender__in', ['', 'female', 'male', 'other'])), name='patients_gender_is_known'),
        ),
        migrations.AddConstraint(
            model_name='patient',
            constraint=models.CheckConstraint(condition=models.Q(('payer_class__in', ['federal', 'commercial', 'self_pay', 'unknown'])), name='patients_payer_class_is_known'),
        ),
        migrations.AddConstraint(
            model_name='attribute',
            constraint=models.CheckConstraint(condition=models.Q(('nature__in', ['identity', 'contact', 'clinical', 'financial'])), name='patients_attribute_nature_is_known'),
        ),
        migrations.AddConstraint(
            model_name='attribute',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['text', 'choice', 'number', 'date', 'yes_no'])), name='patients_attribute_kind_is_known'),
        ),
        migrations.AddField(
            model_name='attributevalue',
            name='attribute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='values_of_patients', to='patients.attribute'),
        ),
        migrations.AddField(
            model_name='attributevalue',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attribute_values', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='confidant',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='confidants', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='note',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='noted', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='postaladdress',
            name='reader',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='postal_address', to='patients.reader'),
        ),
        migrations.AddField(
            model_name='procedure',
            name='appointment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='procedures', to='patients.appointment'),
        ),
        migrations.AddField(
            model_name='procedure',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='procedures', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='procedure',
            name='provider',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='practice.provider'),
        ),
        migrations.AddField(
            model_name='procedure',
            name='service',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='practice.service'),
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='patients_tag_once'),
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.CheckConstraint(condition=models.Q(('nature__in', ['identity', 'contact', 'clinical', 'financial'])), name='patients_tag_nature_is_known'),
        ),
        migrations.AddField(
            model_name='reader',
            name='tags',
            field=models.ManyToManyField(blank=True, related_name='readers', to='patients.tag'),
        ),
        migrations.AddIndex(
            model_name='reader',
            index=models.Index(fields=['family_name', 'given_name'], name='patients_reader_name'),
        ),
        migrations.AddIndex(
            model_name='attributevalue',
            index=models.Index(fields=['attribute', 'text'], name='patients_value_text'),
        ),
        migrations.AddIndex(
            model_name='attributevalue',
            index=models.Index(fields=['attribute', 'number'], name='patients_value_number'),
        ),
        migrations.AddIndex(
            model_name='attributevalue',
            index=models.Index(fields=['attribute', 'day'], name='patients_value_day'),
        ),
        migrations.AddConstraint(
            model_name='attributevalue',
            constraint=models.UniqueConstraint(fields=('patient', 'attribute'), name='patients_value_once'),
        ),
        migrations.AddConstraint(
            model_name='attributevalue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('day__isnull', True), ('is_so__isnull', True), ('number__isnull', True), ('text__isnull', False)), models.Q(('day__isnull', True), ('is_so__isnull', True), ('number__isnull', False), ('text__isnull', True)), models.Q(('day__isnull', False), ('is_so__isnull', True), ('number__isnull', True), ('text__isnull', True)), models.Q(('day__isnull', True), ('is_so__isnull', False), ('number__isnull', True), ('text__isnull', True)), _connector='OR'), name='patients_value_has_one_type'),
        ),
        migrations.AddIndex(
            model_name='postaladdress',
            index=models.Index(fields=['postal_code'], name='patients_postal_code'),
        ),
        migrations.AddIndex(
            model_name='procedure',
            index=models.Index(fields=['patient', 'done_on'], name='patients_procedure_patient'),
        ),
        migrations.AddIndex(
            model_name='procedure',
            index=models.Index(fields=['service', 'done_on', 'patient'], name='patients_procedure_service'),
        ),
        migrations.AddIndex(
            model_name='procedure',
            index=models.Index(fields=['code', 'done_on', 'patient'], name='patients_procedure_code'),
        ),
        migrations.AddConstraint(
            model_name='procedure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), models.Q(('label', ''), _negated=True), ('service__isnull', False), _connector='OR'), name='patients_procedure_says_what'),
        ),
    ]
