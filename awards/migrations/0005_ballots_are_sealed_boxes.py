"""Ballots lie in the database as sealed boxes only; three routines of the owner alone may touch them.

The table is made anew, so that no dead row of it keeps a ballot that was cast in clear. The routines run with the rights
of the owner of the tables, whoever calls them, and with a search path of their own. Casting marks the roll and lays a
ballot down in one statement that carries no audit context; it answers with a word instead of raising, so that no error
log ever repeats the statement. Sealing writes the opened ballots down in random order under new keys, in one
transaction, and removes the boxes; discarding only removes them. Both lay every line of the roll down anew, in the order
of the roll: row order, transaction ids and keys then say nothing of who voted when.
"""

import django.db.models.deletion
import django.db.models.functions.math
import django.db.models.functions.text
import django.db.models.lookups
import uuid

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


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

    dependencies = [
        ('awards', '0004_open_secret_polls_are_voided'),
        ('blocs', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='poll',
            name='question_is_frozen_after_opening',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='poll',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='poll',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='poll',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='roll',
            name='frozen_after_opening',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='sealedballot',
            name='only_by_sealing',
        ),
        migrations.DeleteModel(name='Ballot'),
        migrations.CreateModel(
            name='Ballot',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('box', models.BinaryField(verbose_name='phiếu niêm phong')),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='awards.poll', verbose_name='cuộc bỏ phiếu')),
            ],
            options={
                'verbose_name': 'lá phiếu',
            },
        ),
        migrations.AddField(
            model_name='poll',
            name='ballot_key',
            field=models.CharField(blank=True, max_length=64, verbose_name='khóa niêm phong phiếu'),
        ),
        migrations.AddField(
            model_name='pollevent',
            name='ballot_key',
            field=models.CharField(blank=True, max_length=64, verbose_name='khóa niêm phong phiếu'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ballot',
            trigger=pgtrigger.compiler.Trigger(name='only_by_the_routines', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF TG_OP = 'INSERT' AND current_setting('ballots.routine', true) = 'cast' AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN\n                        RETURN NEW;\n                    END IF;\n                    IF TG_OP = 'DELETE' AND current_setting('ballots.routine', true) = 'seal' AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN\n                        RETURN OLD;\n                    END IF;\n                    RAISE EXCEPTION 'ballots are cast and sealed by their routines only'\n                        USING ERRCODE = 'check_violation';\n                ", hash='4c0c59252cd46b9229f7b0c660087ce7ece908fb', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_only_by_the_routines_1204e', table='awards_ballot', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='poll',
            trigger=pgtrigger.compiler.Trigger(name='question_is_frozen_after_opening', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (OLD."status" = \'draft\') AND (OLD."cycle_id" IS DISTINCT FROM (NEW."cycle_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."form" IS DISTINCT FROM (NEW."form") OR OLD."question" IS DISTINCT FROM (NEW."question") OR OLD."award_type_id" IS DISTINCT FROM (NEW."award_type_id") OR OLD."seats" IS DISTINCT FROM (NEW."seats") OR OLD."round" IS DISTINCT FROM (NEW."round") OR OLD."previous_id" IS DISTINCT FROM (NEW."previous_id") OR OLD."rule" IS DISTINCT FROM (NEW."rule") OR OLD."counting_committee" IS DISTINCT FROM (NEW."counting_committee") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at") OR OLD."opened_by_id" IS DISTINCT FROM (NEW."opened_by_id") OR OLD."closes_at" IS DISTINCT FROM (NEW."closes_at") OR OLD."ballot_key" IS DISTINCT FROM (NEW."ballot_key")))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='fafb5b7f20108a7cde83c788300e43f54cea204a', operation='UPDATE', pgid='pgtrigger_question_is_frozen_after_opening_abde9', table='awards_poll', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='poll',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "awards_pollevent" ("award_type_id", "ballot_key", "closes_at", "confirmed_at", "confirmed_by_id", "counted_at", "counting_committee", "cycle_id", "decision_reason", "form", "id", "kind", "opened_at", "opened_by_id", "outcome", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "previous_id", "question", "result", "round", "rule", "seats", "status", "void_reason") VALUES (NEW."award_type_id", NEW."ballot_key", NEW."closes_at", NEW."confirmed_at", NEW."confirmed_by_id", NEW."counted_at", NEW."counting_committee", NEW."cycle_id", NEW."decision_reason", NEW."form", NEW."id", NEW."kind", NEW."opened_at", NEW."opened_by_id", NEW."outcome", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."previous_id", NEW."question", NEW."result", NEW."round", NEW."rule", NEW."seats", NEW."status", NEW."void_reason"); RETURN NULL;', hash='b187000a7b9a41c742e9205fbe5e0032bb2ab75e', operation='INSERT', pgid='pgtrigger_insert_insert_046ab', table='awards_poll', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='poll',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "awards_pollevent" ("award_type_id", "ballot_key", "closes_at", "confirmed_at", "confirmed_by_id", "counted_at", "counting_committee", "cycle_id", "decision_reason", "form", "id", "kind", "opened_at", "opened_by_id", "outcome", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "previous_id", "question", "result", "round", "rule", "seats", "status", "void_reason") VALUES (NEW."award_type_id", NEW."ballot_key", NEW."closes_at", NEW."confirmed_at", NEW."confirmed_by_id", NEW."counted_at", NEW."counting_committee", NEW."cycle_id", NEW."decision_reason", NEW."form", NEW."id", NEW."kind", NEW."opened_at", NEW."opened_by_id", NEW."outcome", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."previous_id", NEW."question", NEW."result", NEW."round", NEW."rule", NEW."seats", NEW."status", NEW."void_reason"); RETURN NULL;', hash='f617b8ec782a17355f240b5512a9c48132f15626', operation='UPDATE', pgid='pgtrigger_update_update_894f0', table='awards_poll', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='poll',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "awards_pollevent" ("award_type_id", "ballot_key", "closes_at", "confirmed_at", "confirmed_by_id", "counted_at", "counting_committee", "cycle_id", "decision_reason", "form", "id", "kind", "opened_at", "opened_by_id", "outcome", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "previous_id", "question", "result", "round", "rule", "seats", "status", "void_reason") VALUES (OLD."award_type_id", OLD."ballot_key", OLD."closes_at", OLD."confirmed_at", OLD."confirmed_by_id", OLD."counted_at", OLD."counting_committee", OLD."cycle_id", OLD."decision_reason", OLD."form", OLD."id", OLD."kind", OLD."opened_at", OLD."opened_by_id", OLD."outcome", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."previous_id", OLD."question", OLD."result", OLD."round", OLD."rule", OLD."seats", OLD."status", OLD."void_reason"); RETURN NULL;', hash='c209688239ea05d3d24b494d463cbce44b81ea45', operation='DELETE', pgid='pgtrigger_delete_delete_31b2d', table='awards_poll', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='roll',
            trigger=pgtrigger.compiler.Trigger(name='frozen_after_opening', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TG_OP = 'DELETE' THEN\n                IF (SELECT status FROM awards_poll WHERE id = OLD.poll_id) <> 'draft' THEN\n                    RAISE EXCEPTION 'the poll has been opened' USING ERRCODE = 'check_violation';\n                END IF;\n                RETURN OLD;\n            END IF;\n            IF (SELECT status FROM awards_poll WHERE id = NEW.poll_id) <> 'draft' THEN\n                IF TG_OP = 'UPDATE' THEN\n                    IF (OLD.has_voted = NEW.has_voted OR NEW.has_voted) AND (OLD.id, OLD.poll_id, OLD.unit_id, OLD.user_id, OLD.name, OLD.representative, OLD.mandate, OLD.is_present) IS NOT DISTINCT FROM (NEW.id, NEW.poll_id, NEW.unit_id, NEW.user_id, NEW.name, NEW.representative, NEW.mandate, NEW.is_present) AND (OLD.has_voted = NEW.has_voted AND (current_setting('ballots.routine', true) = 'seal' AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)) OR (SELECT status FROM awards_poll WHERE id = NEW.poll_id) = 'open' AND (current_setting('ballots.routine', true) = 'cast' AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID))) THEN RETURN NEW; END IF;\n                END IF;\n                RAISE EXCEPTION 'the poll has been opened' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='380550eaaad705fb6282421e1d0d22d2da0ab7af', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_frozen_after_opening_7b152', table='awards_roll', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sealedballot',
            trigger=pgtrigger.compiler.Trigger(name='only_by_sealing', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF current_setting('ballots.routine', true) = 'seal' AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN RETURN NEW; END IF;\n                    RAISE EXCEPTION 'ballots are sealed by their routine only' USING ERRCODE = 'check_violation';\n                ", hash='49216da1618d9a4c6faee6604d35ddd4dbf2830b', operation='INSERT', pgid='pgtrigger_only_by_sealing_87d30', table='awards_sealedballot', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='ballot',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.math.Mod(django.db.models.functions.text.Length('box'), 256), 48), name='ballot_of_one_length', violation_error_message='Lá phiếu phải được niêm phong với độ dài cố định.'),
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('form', 'electronic'), ('status__in', ('open', 'closed')), _negated=True), models.Q(('ballot_key', ''), _negated=True), _connector='OR'), name='poll_electronic_has_its_key', violation_error_message='Bỏ phiếu kín trên hệ thống cần khóa niêm phong phiếu.'),
        ),
        migrations.RunSQL("DROP FUNCTION cast_ballot(bigint, jsonb); DROP FUNCTION seal_ballots(bigint)"),
        *(migrations.RunSQL(routine) for routine in (CAST, SEAL, DISCARD, OWN)),
    ]
