"""The database itself refuses to change or delete a line of the consent ledger, but for when it was superseded.

A line names nobody: an erasure empties the reader and leaves it, since retention demands the proof. Emptying the table
as a whole (TRUNCATE on PostgreSQL) is left to whoever owns the database.
"""

from django.db import migrations

REFUSED = "The consent ledger is append-only."
KEPT = "id reader_id channel purpose is_given basis wording_version source evidence at".split()
IS_THE_SAME = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in KEPT)

GUARD = {
    "postgresql": (
        f"""
        CREATE FUNCTION patients_consent_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL AND NEW.superseded_at IS NOT NULL
                AND to_jsonb(NEW) - 'superseded_at' = to_jsonb(OLD) - 'superseded_at' THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        """
        CREATE TRIGGER patients_consent_stands BEFORE UPDATE OR DELETE ON patients_consent
        FOR EACH ROW EXECUTE FUNCTION patients_consent_refuse()
        """,
    ),
    "sqlite": (
        f"""
        CREATE TRIGGER patients_consent_no_update BEFORE UPDATE ON patients_consent
        WHEN NOT (OLD.superseded_at IS NULL AND NEW.superseded_at IS NOT NULL AND {IS_THE_SAME})
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END
        """,
        f"""
        CREATE TRIGGER patients_consent_no_delete BEFORE DELETE ON patients_consent
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END
        """,
    ),
}
UNGUARD = {
    "postgresql": (
        "DROP TRIGGER patients_consent_stands ON patients_consent",
        "DROP FUNCTION patients_consent_refuse()",
    ),
    "sqlite": ("DROP TRIGGER patients_consent_no_update", "DROP TRIGGER patients_consent_no_delete"),
}


def guard(apps, schema_editor):
    for statement in GUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, None)


def unguard(apps, schema_editor):
    for statement in UNGUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("patients", "0002_only_known_words")]
    operations = [migrations.RunPython(guard, unguard)]
