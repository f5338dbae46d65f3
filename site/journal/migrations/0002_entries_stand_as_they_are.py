"""The database itself refuses to change or delete an entry: SQL that passes by our models is stopped as well.

Emptying the table as a whole (TRUNCATE on PostgreSQL) is left to whoever owns the database.
"""

from django.db import migrations

REFUSED = "The journal is append-only."

GUARD = {
    "postgresql": (
        f"""
        CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        """
        CREATE TRIGGER journal_entry_stands BEFORE UPDATE OR DELETE ON journal_entry
        FOR EACH ROW EXECUTE FUNCTION journal_refuse()
        """,
    ),
    "sqlite": tuple(
        f"""
        CREATE TRIGGER journal_entry_no_{act.lower()} BEFORE {act} ON journal_entry
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END
        """
        for act in ("UPDATE", "DELETE")
    ),
}
UNGUARD = {
    "postgresql": ("DROP TRIGGER journal_entry_stands ON journal_entry", "DROP FUNCTION journal_refuse()"),
    "sqlite": ("DROP TRIGGER journal_entry_no_update", "DROP TRIGGER journal_entry_no_delete"),
}


def guard(apps, schema_editor):
    for statement in GUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, None)


def unguard(apps, schema_editor):
    for statement in UNGUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_what_happened")]
    operations = [migrations.RunPython(guard, unguard)]
