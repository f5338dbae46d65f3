"""The database itself refuses to change the text that somebody signed; the row as a whole may go, in an erasure."""

from django.db import migrations

REFUSED = "What somebody signed stands as it is."
CHANGES = "OLD.consent_text <> '' AND NEW.consent_text <> OLD.consent_text"
GUARD = {
    "postgresql": (
        f"""
        CREATE FUNCTION content_testimonial_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        f"""
        CREATE TRIGGER content_testimonial_signed BEFORE UPDATE ON content_testimonial
        FOR EACH ROW WHEN ({CHANGES}) EXECUTE FUNCTION content_testimonial_refuse()
        """,
    ),
    "sqlite": (
        f"""
        CREATE TRIGGER content_testimonial_signed BEFORE UPDATE ON content_testimonial WHEN {CHANGES}
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END
        """,
    ),
}
UNGUARD = {
    "postgresql": (
        "DROP TRIGGER content_testimonial_signed ON content_testimonial",
        "DROP FUNCTION content_testimonial_refuse()",
    ),
    "sqlite": ("DROP TRIGGER content_testimonial_signed",),
}


def guard(apps, schema_editor):
    for statement in GUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, None)


def unguard(apps, schema_editor):
    for statement in UNGUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("content", "0007_what_was_signed_is_kept")]
    operations = [migrations.RunPython(guard, unguard)]
