from django.db import migrations

SPANISH = {
    ("gums", "Gums"): "Encías",
    ("children", "Children"): "Niños",
    ("implants", "Implants"): "Implantes",
    ("food", "Food and drink"): "Comida y bebida",
    ("sleep", "Sleep"): "Sueño",
    ("care", "Daily care"): "Cuidado diario",
}


def say_in_spanish(apps, schema_editor):
    """Give the topics that come with the house their Spanish names; what somebody changed is left alone."""
    topics = apps.get_model("editions", "Topic").objects
    for (slug, name), spanish in SPANISH.items():
        topics.filter(slug=slug, name=name, name_es="").update(name_es=spanish)


class Migration(migrations.Migration):

    dependencies = [
        ("editions", "0005_words_in_spanish"),
    ]

    operations = [
        migrations.RunPython(say_in_spanish, migrations.RunPython.noop),
    ]
