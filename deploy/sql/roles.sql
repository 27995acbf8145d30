-- Two roles, made by the server's superuser, connected to the database of the product:
--   psql -v ON_ERROR_STOP=1 -v owner_password=… -v app_password=… -d khoithidua -f roles.sql
-- Safe to run again, on an empty database or a full one: it leaves what is right and mends what is not. Without the two
-- variables the passwords stay as they are.
-- `thidua_owner` migrates and restores; `thidua_app` serves. The second may read and write rows, and no more: it can
-- neither empty a table nor switch off the triggers that keep signed papers, locked marks and the audit as they are.

SELECT format('CREATE ROLE %I', name) FROM unnest(ARRAY['thidua_owner', 'thidua_app']) AS name
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
-- The owner may make databases: `backup --prove` puts each backup back into one of its own.
ALTER ROLE thidua_owner LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE thidua_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT;
SELECT 'REVOKE thidua_owner FROM thidua_app' WHERE EXISTS (
    SELECT FROM pg_auth_members WHERE roleid = 'thidua_owner'::regrole AND member = 'thidua_app'::regrole) \gexec
\if :{?owner_password}
ALTER ROLE thidua_owner PASSWORD :'owner_password';
\endif
\if :{?app_password}
ALTER ROLE thidua_app PASSWORD :'app_password';
\endif

SELECT current_database() AS database \gset
ALTER DATABASE :"database" OWNER TO thidua_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
REVOKE ALL ON DATABASE :"database" FROM thidua_app;
GRANT CONNECT ON DATABASE :"database" TO thidua_app;

ALTER SCHEMA public OWNER TO thidua_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM thidua_app;
GRANT USAGE ON SCHEMA public TO thidua_app;

-- Whatever somebody else made here, a restore by the superuser or a version before there were two roles.
SELECT format('ALTER TABLE %s OWNER TO thidua_owner', oid::regclass) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
    AND relowner <> 'thidua_owner'::regrole \gexec
SELECT format('ALTER ROUTINE %s OWNER TO thidua_owner', oid::regprocedure) FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND proowner <> 'thidua_owner'::regrole \gexec

-- What the owner makes from now on, the application may use. TRUNCATE, REFERENCES and TRIGGER are withheld.
ALTER DEFAULT PRIVILEGES FOR ROLE thidua_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO thidua_app;
ALTER DEFAULT PRIVILEGES FOR ROLE thidua_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO thidua_app;
ALTER DEFAULT PRIVILEGES FOR ROLE thidua_owner IN SCHEMA public
    GRANT EXECUTE ON FUNCTIONS TO thidua_app;

SET ROLE thidua_owner;
\ir grants.sql
RESET ROLE;

-- A statement that failed, its parameters and the row it quotes stay out of the server's log: a ballot may be there.
ALTER ROLE thidua_app SET log_min_error_statement = 'panic';
ALTER ROLE thidua_app SET log_error_verbosity = 'terse';
ALTER ROLE thidua_app SET log_statement = 'none';
ALTER ROLE thidua_app SET log_min_duration_statement = -1;
ALTER ROLE thidua_app SET log_parameter_max_length = 0;
ALTER ROLE thidua_app SET log_parameter_max_length_on_error = 0;
