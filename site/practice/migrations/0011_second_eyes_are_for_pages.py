from django.db import migrations, models


def letters_have_a_rule_of_their_own(apps, schema_editor):
    """Who approves letters is kept with the campaigns, which took it over before this."""
    apps.get_model("practice", "Practice").objects.filter(second_eyes="letters").update(second_eyes="nobody")


class Migration(migrations.Migration):

    dependencies = [
        ('practice', '0010_answers_that_were_not_good'),
    ]

    operations = [
        migrations.RunPython(letters_have_a_rule_of_their_own, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='practice',
            name='second_eyes',
            field=models.CharField(choices=[('nobody', 'Nothing: whoever writes publishes'), ('pages', 'All pages of the site')], default='nobody', max_length=8, verbose_name='a second pair of eyes'),
        ),
    ]
