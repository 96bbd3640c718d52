-- What PostgreSQL renames by number models read by name: see src/pg/dependents/name_guard.cpp.
CREATE FUNCTION pgscore.guard_names() RETURNS event_trigger
    AS 'MODULE_PATHNAME', 'pgscore_guard_names' LANGUAGE C;
COMMENT ON FUNCTION pgscore.guard_names() IS
    'event trigger: refuses to rename, drop or retype a column, or to rename a value of an enum, '
    'that an index or a constraint reads by its name';
REVOKE ALL ON FUNCTION pgscore.guard_names() FROM PUBLIC;

CREATE EVENT TRIGGER pgscore_guard_names_start ON ddl_command_start
    WHEN TAG IN ('ALTER TABLE', 'ALTER TYPE', 'ALTER VIEW', 'ALTER MATERIALIZED VIEW',
                 'ALTER FOREIGN TABLE')
    EXECUTE FUNCTION pgscore.guard_names();
COMMENT ON EVENT TRIGGER pgscore_guard_names_start IS
    'refuses what pgscore_guard_names_end would refuse, before a table is rewritten for nothing';
CREATE EVENT TRIGGER pgscore_guard_names_end ON ddl_command_end
    WHEN TAG IN ('ALTER TABLE', 'ALTER TYPE', 'ALTER VIEW', 'ALTER MATERIALIZED VIEW',
                 'ALTER FOREIGN TABLE', 'CREATE INDEX')
    EXECUTE FUNCTION pgscore.guard_names();
COMMENT ON EVENT TRIGGER pgscore_guard_names_end IS
    'refuses to rename, drop or retype what stored scores read by its name; warns when an index '
    'needs a model that its owner may not score';
