from django.db import migrations

REFUSE_CHANGES = """
CREATE FUNCTION schedules_appointmentevent_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Deleting a member of staff empties the actor; nothing else may change.
    IF TG_OP = 'UPDATE' AND NEW.actor_id IS NULL
       AND to_jsonb(NEW) - 'actor_id' = to_jsonb(OLD) - 'actor_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'schedules_appointmentevent_append_only' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER schedules_appointmentevent_append_only
    BEFORE UPDATE OR DELETE ON schedules_appointmentevent
    FOR EACH ROW EXECUTE FUNCTION schedules_appointmentevent_append_only();
"""

ALLOW_CHANGES = """
DROP TRIGGER schedules_appointmentevent_append_only ON schedules_appointmentevent;
DROP FUNCTION schedules_appointmentevent_append_only();
"""


class Migration(migrations.Migration):
    """The history of a visit can be added to and not rewritten."""

    dependencies = [("schedules", "0002_locations_availability_appointments")]
    operations = [migrations.RunSQL(REFUSE_CHANGES, reverse_sql=ALLOW_CHANGES)]
