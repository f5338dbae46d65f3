from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("home", "0005_words_of_the_home_page_become_a_testimonial"),
    ]

    operations = [
        migrations.RemoveField(
            model_name='homepage',
            name='quote',
        ),
        migrations.RemoveField(
            model_name='homepage',
            name='quote_by',
        ),
    ]
