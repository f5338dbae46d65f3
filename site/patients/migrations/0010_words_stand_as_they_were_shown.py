"""The database itself refuses to change or delete words that somebody agreed or objected to.

Emptying the table as a whole (TRUNCATE on PostgreSQL) is left to whoever owns the database.
"""

from django.db import migrations

REFUSED = "Words that somebody agreed to are never changed."
GUARD = {
    "postgresql": (
        f"""
        CREATE FUNCTION patients_wording_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        """
        CREATE TRIGGER patients_wording_stands BEFORE UPDATE OR DELETE ON patients_wording
        FOR EACH ROW EXECUTE FUNCTION patients_wording_refuse()
        """,
    ),
    "sqlite": (
        f"""
        CREATE TRIGGER patients_wording_no_update BEFORE UPDATE ON patients_wording
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END
        """,
        f"""
        CREATE TRIGGER patients_wording_no_delete BEFORE DELETE ON patients_wording
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END
        """,
    ),
}
UNGUARD = {
    "postgresql": (
        "DROP TRIGGER patients_wording_stands ON patients_wording",
        "DROP FUNCTION patients_wording_refuse()",
    ),
    "sqlite": ("DROP TRIGGER patients_wording_no_update", "DROP TRIGGER patients_wording_no_delete"),
}


def guard(apps, schema_editor):
    for statement in GUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, None)


def unguard(apps, schema_editor):
    for statement in UNGUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("patients", "0009_what_readers_want_and_the_words_they_answered")]
    operations = [migrations.RunPython(guard, unguard)]
