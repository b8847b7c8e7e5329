"""What payments are found and ordered by, kept with each line."""

from __future__ import annotations

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from recoup.kernel.folding import folded

BATCH = 5_000
SURE = "SELECT p.confidence_ppm FROM books_proposal p WHERE p.rank = 1 AND p.line_id"
# One write a row: PostgreSQL checks what is written twice in a transaction row by row at its end.
ONE = (
    "UPDATE books_statementline SET search_text = %s,"
    f" sure_ppm = ({SURE} = books_statementline.id) WHERE id = %s"
)
AT_ONCE = f"""
UPDATE books_statementline l SET search_text = given.said, sure_ppm = ({SURE} = l.id)
FROM UNNEST(%s::bigint[], %s::text[]) AS given(id, said) WHERE l.id = given.id
"""
SAID = """
SELECT id, counterparty_name, remittance, structured_reference FROM books_statementline
WHERE id > %s ORDER BY id LIMIT %s
"""


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Of the lines that are there, as the doors write it from now on."""
    last = 0
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(SAID, [last, BATCH])
            rows = cursor.fetchall()
            if not rows:
                return
            last = rows[-1][0]
            texts = [folded(" ".join(said)) for _, *said in rows]
            if schema_editor.connection.vendor == "postgresql":
                cursor.execute(AT_ONCE, [[pk for pk, *_ in rows], texts])
            else:
                ids = [pk for pk, *_ in rows]
                cursor.executemany(ONE, list(zip(texts, ids, strict=True)))


class Migration(migrations.Migration):
    """Two columns, filled."""

    dependencies = [("books", "0021_charge_refused")]

    operations = [
        migrations.AddField("statementline", "search_text", models.TextField(null=True)),
        migrations.AddField("statementline", "sure_ppm", models.IntegerField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
