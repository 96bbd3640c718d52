-- The tables of the registry without foreign keys: what the functions keep, and what shows rows
-- that were lost.
SELECT count(pgscore.release_model_name(name)) >= 0 AS released FROM "!pgscore".catalog_name;
CREATE ROLE regress_consistency;
-- A foreign key would load in an order of its own.
SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'f' AND confrelid IN
  (SELECT oid FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace
      WHERE nspname = '!pgscore'));
-- Dumps write data in the order of the schemas' names: this one comes first.
SELECT min(nspname COLLATE "C") AS first FROM pg_namespace;

-- ---- what belongs to a model goes with it -------------------------------------------------------
SELECT pgscore.import_model('kept', made.line(0), test_rows => '[{"input": [1], "expected": 2}]');
SELECT pgscore.set_alias('kept', 'best', 1);
SELECT pgscore.grant_model('kept', 'execute', 'public');
SELECT pgscore.import_model('lost', made.line(i),
    test_rows => jsonb_build_array(jsonb_build_object('input', '[1]'::jsonb, 'expected', 2 + i)))
  FROM generate_series(1, 3) i;
SELECT pgscore.set_alias('lost', 'best', 2);
SELECT pgscore.grant_model('lost', 'execute', 'public');
CREATE VIEW row_counts AS SELECT (SELECT count(*) FROM "!pgscore".catalog_model) AS models,
  (SELECT count(*) FROM "!pgscore".catalog_version) AS versions,
    (SELECT count(*) FROM "!pgscore".catalog_alias) AS aliases,
  (SELECT count(*) FROM "!pgscore".catalog_deployment) AS deployments,
    (SELECT count(*) FROM "!pgscore".catalog_test) AS tests,
  (SELECT count(*) FROM "!pgscore".catalog_acl) AS grants;
TABLE row_counts;
SELECT pgscore.drop_model('lost', 3);
TABLE row_counts;
SELECT pgscore.drop_model('lost');
TABLE row_counts;
SELECT * FROM pgscore.registry_problems;

-- ---- rows that are missing ----------------------------------------------------------------------
BEGIN;
DELETE FROM "!pgscore".catalog_version;
SELECT relation, model, id IS NOT NULL AS has_id, regexp_replace(problem, '\d+', 'N') AS problem
  FROM pgscore.registry_problems ORDER BY 1, 4;
SAVEPOINT s;
SELECT predict('kept', 1);
ROLLBACK TO s;
SELECT predict('kept@1', 1);
ROLLBACK TO s;
SELECT pgscore.class_labels('kept');
ROLLBACK TO s;
DELETE FROM "!pgscore".catalog_name;
DELETE FROM "!pgscore".catalog_model;
SELECT relation, model, id IS NOT NULL AS has_id, regexp_replace(problem, '\d+', 'N') AS problem
  FROM pgscore.registry_problems ORDER BY 1, 4;
SELECT predict('kept@1', 1);
ROLLBACK;
BEGIN;
-- Of two models the rows of one: as after a restore that ended half way.
SELECT pgscore.import_model('other', made.line(5));
DELETE FROM "!pgscore".catalog_version WHERE model_id = (SELECT id FROM "!pgscore".catalog_model
    WHERE name = 'kept');
SELECT predict('kept', 1);
ROLLBACK;
SET ROLE regress_consistency;
SELECT * FROM pgscore.registry_problems;
RESET ROLE;

-- ---- sequences that are behind the rows, as after logical replication ---------------------------
SELECT setval(format('"!pgscore".%I', c.relname), 1, false) FROM pg_class c
 WHERE c.relkind = 'S' AND c.relnamespace = (SELECT oid FROM pg_namespace
     WHERE nspname = '!pgscore');
SELECT pgscore.import_model('kept', made.line(7), deploy => true),
       pgscore.import_model('new', made.line(8));
SELECT predict('kept', 1), predict('new', 1);
-- Ids of dropped models are not given out again either: a retired name knows its last model by its
-- id.
SELECT setval('"!pgscore".catalog_model_id_seq', 1, false);
SELECT pgscore.drop_model('new');
SELECT pgscore.import_model('newer', made.line(9));
SELECT (SELECT model_id FROM "!pgscore".catalog_name WHERE name = 'newer') > (SELECT model_id
    FROM "!pgscore".catalog_name WHERE name = 'new') AS larger;
SELECT count(*) = count(DISTINCT id) AS unique_ids FROM pgscore.deployments;

-- ---- where nothing can be written ---------------------------------------------------------------
BEGIN READ ONLY;
SELECT predict('kept', 1);
\set VERBOSITY sqlstate
SELECT pgscore.deploy_model('kept', 1);
ROLLBACK;
BEGIN READ ONLY;
SELECT pgscore.import_model('other', made.line(1));
ROLLBACK;
\set VERBOSITY default
BEGIN READ ONLY;
SELECT pgscore.drop_model('kept');
ROLLBACK;
BEGIN READ ONLY;
SELECT pgscore.release_model_name('new');
ROLLBACK;
\set SHOW_CONTEXT always

-- ---- the CONTEXT of errors is the caller's, not our own statements ------------------------------
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON "!pgscore".catalog_version FOR EACH ROW
    EXECUTE FUNCTION refuse();
SELECT pgscore.import_model('kept', made.line(1));
DO $$ BEGIN PERFORM pgscore.import_model('kept', made.line(1)); END $$;
DROP TRIGGER refuse ON "!pgscore".catalog_version;
\set SHOW_CONTEXT errors

SELECT pgscore.drop_model(name) FROM pgscore.models;
SELECT count(pgscore.release_model_name(name)) > 0 AS released FROM "!pgscore".catalog_name;
TABLE row_counts;
DROP VIEW row_counts;
DROP FUNCTION refuse;
DROP ROLE regress_consistency;
