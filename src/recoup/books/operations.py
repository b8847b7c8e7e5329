"""Migration operations that know both databases: append-only tables, one creditor per row."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class _Sql(Operation):
    """Statements per database; reversible by the statements of `undo`."""

    reversible = True
    reduces_to_sql = True

    def statements(self, vendor: str) -> Sequence[str]:
        """What to run on a database of this vendor."""
        raise NotImplementedError

    def undo(self, vendor: str) -> Sequence[str]:
        """What takes it back."""
        raise NotImplementedError

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing changes in the models."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Run the statements."""
        for statement in self.statements(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Take them back."""
        for statement in self.undo(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)


class AppendOnly(_Sql):
    """Refuse DELETE, and UPDATE of the named columns (all of them when none is named)."""

    def __init__(self, table: str, columns: Sequence[str] = ()) -> None:
        self.table = table
        self.columns = tuple(columns)

    def describe(self) -> str:
        """For the migration's log."""
        return f"Make {self.table} append-only"

    def statements(self, vendor: str) -> Sequence[str]:
        """One trigger for each of the two ways to rewrite history."""
        of = f" OF {', '.join(self.columns)}" if self.columns else ""
        says = f"{self.table} is append-only: post a reversal instead"
        if vendor == "postgresql":
            return [
                f"CREATE FUNCTION {self.table}_append_only() RETURNS trigger AS $$ BEGIN "
                f"RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'; "
                "END $$ LANGUAGE plpgsql",
                f"CREATE TRIGGER {self.table}_no_update BEFORE UPDATE{of} ON {self.table} "
                f"FOR EACH ROW EXECUTE FUNCTION {self.table}_append_only()",
                f"CREATE TRIGGER {self.table}_no_delete BEFORE DELETE ON {self.table} "
                f"FOR EACH ROW EXECUTE FUNCTION {self.table}_append_only()",
            ]
        return [
            f"CREATE TRIGGER {self.table}_no_update BEFORE UPDATE{of} ON {self.table} "
            f"BEGIN SELECT RAISE(ABORT, '{says}'); END",
            f"CREATE TRIGGER {self.table}_no_delete BEFORE DELETE ON {self.table} "
            f"BEGIN SELECT RAISE(ABORT, '{says}'); END",
        ]

    def undo(self, vendor: str) -> Sequence[str]:
        """Drop the triggers."""
        on = f" ON {self.table}" if vendor == "postgresql" else ""
        drops = [
            f"DROP TRIGGER {self.table}_no_update{on}",
            f"DROP TRIGGER {self.table}_no_delete{on}",
        ]
        if vendor == "postgresql":
            drops.append(f"DROP FUNCTION {self.table}_append_only()")
        return drops


class AppendOnlyAnew(_Sql):
    """The guard of a table over more columns than before."""

    def __init__(self, table: str, before: Sequence[str], columns: Sequence[str]) -> None:
        self.table = table
        self.before = tuple(before)
        self.columns = tuple(columns)

    def describe(self) -> str:
        """For the migration's log."""
        return f"Make {self.table} append-only in more columns"

    def statements(self, vendor: str) -> Sequence[str]:
        """The old triggers go, the new ones come, in one migration."""
        before, after = AppendOnly(self.table, self.before), AppendOnly(self.table, self.columns)
        return [*before.undo(vendor), *after.statements(vendor)]

    def undo(self, vendor: str) -> Sequence[str]:
        """The old ones again."""
        before, after = AppendOnly(self.table, self.before), AppendOnly(self.table, self.columns)
        return [*after.undo(vendor), *before.statements(vendor)]


class SameCreditor(_Sql):
    """A row's parent belongs to the row's creditor: composite key, or a trigger on SQLite."""

    def __init__(self, table: str, column: str, parent: str) -> None:
        self.table = table
        self.column = column
        self.parent = parent

    def describe(self) -> str:
        """For the migration's log."""
        return f"Keep {self.table}.{self.column} within one creditor"

    @property
    def _name(self) -> str:
        return f"{self.table}_{self.column}_creditor"

    def statements(self, vendor: str) -> Sequence[str]:
        """A composite foreign key; SQLite cannot add one later, so two triggers."""
        if vendor == "postgresql":
            return [
                f"ALTER TABLE {self.table} ADD CONSTRAINT {self._name} "
                f"FOREIGN KEY ({self.column}, creditor_id) "
                f"REFERENCES {self.parent} (id, creditor_id) DEFERRABLE INITIALLY DEFERRED"
            ]
        says = f"{self.table}.{self.column} names a row of another creditor"
        body = (
            f"WHEN NEW.{self.column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {self.parent} p "
            f"WHERE p.id = NEW.{self.column} AND p.creditor_id = NEW.creditor_id) "
            f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
        )
        return [
            f"CREATE TRIGGER {self._name}_i BEFORE INSERT ON {self.table} {body}",
            f"CREATE TRIGGER {self._name}_u BEFORE UPDATE OF {self.column}, creditor_id "
            f"ON {self.table} {body}",
        ]

    def undo(self, vendor: str) -> Sequence[str]:
        """Drop the constraint or the triggers."""
        if vendor == "postgresql":
            return [f"ALTER TABLE {self.table} DROP CONSTRAINT {self._name}"]
        return [f"DROP TRIGGER {self._name}_i", f"DROP TRIGGER {self._name}_u"]


class SearchInOneGo(_Sql):
    """An index of SQLite that has the texts to search and all that a list sums and filters by.

    A search reads it from end to end, a tenth of what the rows take. PostgreSQL allows no such
    long texts in an index and reads rows faster.
    """

    def describe(self) -> str:
        """For the migration's log."""
        return "Index what payments say"

    def statements(self, vendor: str) -> Sequence[str]:
        """One covering index."""
        if vendor == "postgresql":
            return []
        return [
            "CREATE INDEX line_search ON books_statementline (creditor_id, state, currency, "
            "search_text, amount_minor, bank_account_id, sure_ppm) WHERE state = 'open'"
        ]

    def undo(self, vendor: str) -> Sequence[str]:
        """Drop it."""
        return [] if vendor == "postgresql" else ["DROP INDEX line_search"]


class EventSequence(_Sql):
    """The one sequence that orders what happens to accounts."""

    def describe(self) -> str:
        """For the migration's log."""
        return "Create the event sequence"

    def statements(self, vendor: str) -> Sequence[str]:
        """A sequence, or one counting row on SQLite, whose writers are serial anyway."""
        if vendor == "postgresql":
            return ["CREATE SEQUENCE books_evseq"]
        return [
            "CREATE TABLE books_evseq (id INTEGER PRIMARY KEY CHECK (id = 1), value INTEGER)",
            "INSERT INTO books_evseq VALUES (1, 0)",
        ]

    def undo(self, vendor: str) -> Sequence[str]:
        """Drop it."""
        kind = "SEQUENCE" if vendor == "postgresql" else "TABLE"
        return [f"DROP {kind} books_evseq"]
