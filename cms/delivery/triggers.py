"""Watched tables: a committed change of a row moves the content version in the same transaction.

The triggers are deferred to the commit, so the version's row is locked for its last moment only, and always
before any row of the changes: transactions that publish at the same time wait for each other briefly and
cannot deadlock over these rows. Settings local to the transaction remember what is noted already, so that a
thousand changed rows cost one write for each table. A savepoint that is rolled back takes its note along.
"""

from collections.abc import Sequence

from django.db import migrations

CREATE_FUNCTION = """
CREATE FUNCTION delivery_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    noted_as text := 'delivery_changed.' || TG_TABLE_NAME;
    moved_to bigint := nullif(current_setting('delivery.moved_to', true), '');
BEGIN
    IF current_setting(noted_as, true) = 'yes' THEN
        RETURN NULL;
    END IF;
    IF moved_to IS NULL THEN
        INSERT INTO delivery_contentversion AS present (id, version)
        VALUES (1, extract(epoch FROM clock_timestamp()) * 1000000)
        ON CONFLICT (id) DO UPDATE SET version = greatest(present.version + 1, excluded.version)
        RETURNING version INTO moved_to;
        PERFORM set_config('delivery.moved_to', moved_to::text, true);
    END IF;
    INSERT INTO delivery_contentchange (tag, version) VALUES (TG_TABLE_NAME, moved_to)
    ON CONFLICT (tag) DO UPDATE SET version = excluded.version;
    PERFORM set_config(noted_as, 'yes', true);
    RETURN NULL;
END $$;
"""
DROP_FUNCTION = "DROP FUNCTION delivery_note_change();"

# Two triggers: a condition may look at OLD and NEW only where both are there.
WATCH = """
CREATE CONSTRAINT TRIGGER delivery_rows_changed AFTER INSERT OR DELETE ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION delivery_note_change();
CREATE CONSTRAINT TRIGGER delivery_row_changed AFTER UPDATE ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (to_jsonb(OLD) - '{ignored}'::text[] IS DISTINCT FROM to_jsonb(NEW) - '{ignored}'::text[])
    EXECUTE FUNCTION delivery_note_change();
"""
UNWATCH = """
DROP TRIGGER delivery_rows_changed ON {table};
DROP TRIGGER delivery_row_changed ON {table};
"""


def watch_table(table: str, *, ignored: Sequence[str] = ()) -> migrations.RunSQL:
    """Return the operation of a migration that makes changes of `table` move the content version.

    Updates that change nothing, or `ignored` columns only, do not count. The migration depends on
    `("delivery", "0001_content_version")`. A table that is dropped or renamed needs nothing else.
    TRUNCATE moves nothing. A migration that changes rows of a watched table and then its columns runs
    `SET CONSTRAINTS ALL IMMEDIATE` in between: PostgreSQL alters no table whose triggers still have to run.
    """
    return migrations.RunSQL(_watch(table, ignored), reverse_sql=UNWATCH.format(table=table))


def unwatch_table(table: str, *, ignored: Sequence[str] = ()) -> migrations.RunSQL:
    """Return the operation that undoes `watch_table` with the same arguments."""
    return migrations.RunSQL(UNWATCH.format(table=table), reverse_sql=_watch(table, ignored))


def _watch(table: str, ignored: Sequence[str]) -> str:
    return WATCH.format(table=table, ignored=f"{{{','.join(ignored)}}}")
