"""Ballots lie in the database as sealed boxes only; three routines of the owner alone may touch them.

The routines run with the rights of the owner of the tables, whoever calls them, and with a search path of their own.
Casting marks the roll and lays a ballot down in one statement that carries no audit context; it answers with a word
instead of raising, so that no error log ever repeats the statement. Sealing writes the opened ballots down in random
order under new keys, in one transaction, and removes the boxes; discarding only removes them. Both lay every line of the
roll down anew, in the order of the roll: row order, transaction ids and keys then say nothing of who voted when.
"""

from django.db import migrations

RIGHTS = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

CAST = f"""
CREATE FUNCTION cast_ballot(roll_id bigint, ballot bytea) RETURNS text {RIGHTS} AS $$
DECLARE
    entry RECORD;
BEGIN
    SELECT r.has_voted, r.is_present, p.id AS poll_id, p.status, p.form INTO entry
        FROM awards_roll r JOIN awards_poll p ON p.id = r.poll_id WHERE r.id = roll_id FOR UPDATE OF r;
    IF NOT FOUND OR entry.status <> 'open' OR entry.form <> 'electronic' THEN RETURN 'closed'; END IF;
    IF entry.has_voted THEN RETURN 'voted'; END IF;
    PERFORM set_config('ballots.routine', 'cast', true);
    UPDATE awards_roll SET has_voted = TRUE WHERE id = roll_id;
    INSERT INTO awards_ballot (id, poll_id, box) VALUES (gen_random_uuid(), entry.poll_id, ballot);
    PERFORM set_config('ballots.routine', '', true);
    RETURN 'cast';
END
$$
"""

CLEAR = """
    DELETE FROM awards_ballot WHERE poll_id = this_poll;
    FOR line IN SELECT id FROM awards_roll WHERE poll_id = this_poll ORDER BY id LOOP
        UPDATE awards_roll SET has_voted = has_voted WHERE id = line;
    END LOOP;
    PERFORM set_config('ballots.routine', '', true);
"""

SEAL = f"""
CREATE FUNCTION seal_ballots(this_poll bigint, choices jsonb) RETURNS integer {RIGHTS} AS $$
DECLARE
    line bigint;
BEGIN
    IF NOT EXISTS (
        SELECT FROM awards_poll WHERE id = this_poll AND form = 'electronic' AND status IN ('open', 'closed')
    ) OR EXISTS (SELECT FROM awards_sealedballot WHERE poll_id = this_poll) THEN
        RAISE EXCEPTION 'this poll has no ballots to be sealed' USING ERRCODE = 'check_violation';
    END IF;
    IF jsonb_array_length(choices) <> (SELECT count(*) FROM awards_ballot WHERE poll_id = this_poll)
    OR jsonb_array_length(choices) <> (SELECT count(*) FROM awards_roll WHERE poll_id = this_poll AND has_voted) THEN
        RAISE EXCEPTION 'as many ballots are sealed as were cast' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM set_config('ballots.routine', 'seal', true);
    INSERT INTO awards_sealedballot (id, poll_id, choice)
        SELECT gen_random_uuid(), this_poll, value FROM jsonb_array_elements(choices) ORDER BY gen_random_uuid();
    {CLEAR}
    RETURN jsonb_array_length(choices);
END
$$
"""

DISCARD = f"""
CREATE FUNCTION discard_ballots(this_poll bigint) RETURNS void {RIGHTS} AS $$
DECLARE
    line bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM awards_poll WHERE id = this_poll AND status = 'voided') THEN
        RAISE EXCEPTION 'only ballots of a void poll are discarded' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM set_config('ballots.routine', 'seal', true);
    {CLEAR}
END
$$
"""

# Nobody but the owner, and whom the grants name (deploy/sql/roles.sql).
OWN = """
REVOKE ALL ON FUNCTION cast_ballot(bigint, bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION seal_ballots(bigint, jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION discard_ballots(bigint) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    replaces = [("awards", "0002_secret_ballots"), ("awards", "0005_ballots_are_sealed_boxes")]
    dependencies = [("awards", "0001_schema")]
    operations = [migrations.RunSQL(routine) for routine in (CAST, SEAL, DISCARD, OWN)]
