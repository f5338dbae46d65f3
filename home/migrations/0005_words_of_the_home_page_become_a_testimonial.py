from django.db import migrations


def become_testimonials(apps, schema_editor):
    """Keep each quote as a testimonial that is not shown, since nobody recorded a signed agreement."""
    testimonials = apps.get_model("content", "Testimonial").objects
    for home in apps.get_model("home", "HomePage").objects.exclude(quote=""):
        said = {"words": home.quote, "shown_name": home.quote_by[:80] or "?", "is_shown": False}
        home.testimonial = testimonials.create(**said)
        home.save(update_fields=["testimonial"])


def become_words(apps, schema_editor):
    """Put the testimonial's words back on the page."""
    for home in apps.get_model("home", "HomePage").objects.filter(testimonial__isnull=False):
        home.quote, home.quote_by = home.testimonial.words[:200], home.testimonial.shown_name
        home.save(update_fields=["quote", "quote_by"])


class Migration(migrations.Migration):

    dependencies = [
        ("home", "0004_reviews"),
    ]

    operations = [
        migrations.RunPython(become_testimonials, become_words),
    ]
