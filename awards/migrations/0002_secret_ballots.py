"""The two routines that alone may touch a live ballot.

Casting marks the roll and lays a ballot down, in one statement that carries no audit context; it answers with a
word instead of raising, so that no error log ever repeats the statement. Sealing copies the ballots in random
order under new keys, in one transaction, and removes the live ones; and it lays every line of the roll down anew,
in the order of the roll. Row order, transaction ids and keys then say nothing of who voted when.
"""

from django.db import migrations

CAST = """
CREATE FUNCTION cast_ballot(roll_id bigint, ballot jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    entry RECORD;
BEGIN
    SELECT r.has_voted, r.is_present, p.id AS poll_id, p.status, p.form INTO entry
        FROM awards_roll r JOIN awards_poll p ON p.id = r.poll_id WHERE r.id = roll_id FOR UPDATE OF r;
    IF NOT FOUND OR entry.status <> 'open' OR entry.form <> 'electronic' THEN RETURN 'closed'; END IF;
    IF entry.has_voted THEN RETURN 'voted'; END IF;
    UPDATE awards_roll SET has_voted = TRUE WHERE id = roll_id;
    PERFORM set_config('ballots.routine', 'cast', true);
    INSERT INTO awards_ballot (id, poll_id, choice) VALUES (gen_random_uuid(), entry.poll_id, ballot);
    PERFORM set_config('ballots.routine', '', true);
    RETURN 'cast';
END
$$
"""

SEAL = """
CREATE FUNCTION seal_ballots(sealed_poll_id bigint) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    sealed integer;
    line bigint;
BEGIN
    PERFORM set_config('ballots.routine', 'seal', true);
    INSERT INTO awards_sealedballot (id, poll_id, choice)
        SELECT gen_random_uuid(), poll_id, choice FROM awards_ballot
        WHERE poll_id = sealed_poll_id ORDER BY gen_random_uuid();
    GET DIAGNOSTICS sealed = ROW_COUNT;
    DELETE FROM awards_ballot WHERE poll_id = sealed_poll_id;
    FOR line IN SELECT id FROM awards_roll WHERE poll_id = sealed_poll_id ORDER BY id LOOP
        UPDATE awards_roll SET has_voted = has_voted WHERE id = line;
    END LOOP;
    PERFORM set_config('ballots.routine', '', true);
    RETURN sealed;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("awards", "0001_initial")]
    operations = [
        migrations.RunSQL(CAST, "DROP FUNCTION cast_ballot(bigint, jsonb)"),
        migrations.RunSQL(SEAL, "DROP FUNCTION seal_ballots(bigint)"),
    ]
