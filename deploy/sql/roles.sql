-- Two roles, run once as the server's superuser, connected to the (empty) database of the product:
--   psql -v ON_ERROR_STOP=1 -v owner_password=… -v app_password=… -d khoithidua -f roles.sql
-- `thidua_owner` migrates and restores; `thidua_app` serves. The second may read and write rows, and no more: it can
-- neither empty a table nor switch off the triggers that keep signed papers, locked marks and the audit as they are.

CREATE ROLE thidua_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE thidua_app LOGIN PASSWORD :'app_password' NOINHERIT;

-- `backup --prove` puts each backup back into a database of its own.
ALTER ROLE thidua_owner CREATEDB;

SELECT current_database() AS database \gset
ALTER DATABASE :"database" OWNER TO thidua_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO thidua_app;

ALTER SCHEMA public OWNER TO thidua_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO thidua_app;

-- What the owner makes from now on, the application may use. TRUNCATE, REFERENCES and TRIGGER are withheld.
ALTER DEFAULT PRIVILEGES FOR ROLE thidua_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO thidua_app;
ALTER DEFAULT PRIVILEGES FOR ROLE thidua_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO thidua_app;
ALTER DEFAULT PRIVILEGES FOR ROLE thidua_owner IN SCHEMA public
    GRANT EXECUTE ON FUNCTIONS TO thidua_app;

-- A statement that failed, its parameters and the row it quotes stay out of the server's log: a ballot may be there.
ALTER ROLE thidua_app SET log_min_error_statement = 'panic';
ALTER ROLE thidua_app SET log_error_verbosity = 'terse';
ALTER ROLE thidua_app SET log_statement = 'none';
ALTER ROLE thidua_app SET log_min_duration_statement = -1;
ALTER ROLE thidua_app SET log_parameter_max_length = 0;
ALTER ROLE thidua_app SET log_parameter_max_length_on_error = 0;
