"""The database itself refuses to change or delete a seal, as it refuses for an entry."""

from django.db import migrations

TABLES = ("journal_sealedbatch", "journal_seal")
REFUSED = "The journal is append-only."


def guard(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE TRIGGER {table}_stands BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION journal_refuse()",
                None,
            )
        else:
            for act in ("UPDATE", "DELETE"):
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
                    None,
                )


def unguard(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {table}_stands ON {table}", None)
        else:
            for act in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{act}", None)


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_entries_are_sealed_in_batches")]
    operations = [migrations.RunPython(guard, unguard)]
