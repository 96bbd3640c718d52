\echo Use "CREATE EXTENSION pgscore" to load this file. \quit

-- The registry has a schema of its own, whatever schema the scoring functions go to. Everybody may look in: what a role sees and
-- may do is decided model by model (pgscore.grant_model).
CREATE SCHEMA pgscore;
COMMENT ON SCHEMA pgscore IS 'registry of scored models: tables, views and the functions of those who manage them';
GRANT USAGE ON SCHEMA pgscore TO PUBLIC;
