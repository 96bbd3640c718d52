\echo Use "CREATE EXTENSION pgscore" to load this file. \quit

-- The registry has a schema of its own, whatever schema the scoring functions go to. Everybody may
-- look in: what a role sees and may do is decided model by model (pgscore.grant_model).
CREATE SCHEMA pgscore;
COMMENT ON SCHEMA pgscore IS
    'registry of scored models: views and the functions of those who manage them';
GRANT USAGE ON SCHEMA pgscore TO PUBLIC;

-- The tables behind it have a schema that sorts before all others: pg_dump writes data in the order
-- of the schemas' names, and tables that score while they are restored (generated columns, CHECKs,
-- domains, partition keys) need the models to be there.
CREATE SCHEMA "!pgscore";
COMMENT ON SCHEMA "!pgscore" IS
    'tables of the registry of scored models; the first schema in a dump, whose data others need';
