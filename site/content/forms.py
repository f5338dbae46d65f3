"""How forms are drawn: Django's own renderer with our field templates."""

from django.forms.renderers import TemplatesSetting


class GoodwordRenderer(TemplatesSetting):
    """Draws `as_field_group` with the drawn field component, and takes widgets from the project's templates."""

    field_template_name = "components/field.html"
