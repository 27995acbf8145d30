-- What the role that serves may do with each table, stated anew by every `migrate` and by roles.sql.
-- Rows of the journal, its sealed days and sealed ballots are added, never changed; live ballots are written and removed by the owner's
-- routines alone; which migrations ran is read only.
DO $$
DECLARE
    one text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'thidua_app') THEN
        RETURN;
    END IF;
    REVOKE ALL ON ALL TABLES IN SCHEMA public FROM thidua_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO thidua_app;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO thidua_app;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO thidua_app;
    FOR one IN
        SELECT pg_class.oid::regclass FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND (
            relname IN ('awards_sealedballot', 'blocs_sealedday')
            OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'pgh_id')
        )
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE ON %s FROM thidua_app', one);
    END LOOP;
    FOR one IN
        SELECT oid::regclass FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relname IN ('django_migrations', 'awards_ballot')
    LOOP
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON %s FROM thidua_app', one);
    END LOOP;
END
$$;
