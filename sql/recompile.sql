-- Stored plans of another plan format: they are compiled again from the model file, at first by who
-- scores, then by a background worker for good, or by recompile_models().
CREATE SCHEMA recompile;
SET search_path = recompile, public;
SELECT pgscore.import_model('steps', made.line(n, 1)) FROM generate_series(1, 3) n;
CREATE VIEW versions AS SELECT v.* FROM "!pgscore".catalog_version v
  JOIN "!pgscore".catalog_model m ON m.id = v.model_id WHERE m.name = 'steps';
CREATE TABLE kept AS SELECT id, version, plan, plan_key, plan_format FROM versions;
CREATE FUNCTION as_imported() RETURNS TABLE (version int, same bool) LANGUAGE sql AS
$$ SELECT v.version, (v.plan, v.plan_key, v.plan_format) = (k.plan, k.plan_key, k.plan_format)
  FROM versions v JOIN kept k USING (id) ORDER BY 1 $$;
CREATE PROCEDURE make_old() LANGUAGE sql AS
$$ UPDATE "!pgscore".catalog_version SET plan_format = 1, plan = '\x00',
    plan_key = sha256(convert_to(id || clock_timestamp()::text, 'UTF8'))
    WHERE id IN (SELECT id FROM kept) $$;

CALL make_old();
SELECT * FROM as_imported();
SELECT pgscore.recompile_models();
SELECT * FROM as_imported();
SELECT pgscore.recompile_models();
SELECT predict('steps@1', 1), predict('steps@2', 1), predict('steps', 1);

-- Not for everybody, and not where nothing can be written.
CREATE ROLE regress_recompile;
SET ROLE regress_recompile;
SELECT pgscore.recompile_models();
RESET ROLE;
CALL make_old();
BEGIN READ ONLY;
SELECT pgscore.recompile_models();
ROLLBACK;

-- What cannot be compiled any more stays as it is, and keeps nothing else back.
CREATE TABLE artifact AS SELECT id, artifact FROM versions WHERE version = 2;
ALTER TABLE "!pgscore".catalog_version DISABLE TRIGGER catalog_immutable;
UPDATE "!pgscore".catalog_version SET artifact = '{"pgscore_model": 2}'
 WHERE id = (SELECT id FROM artifact);
SELECT pgscore.recompile_models();
SELECT * FROM as_imported();
UPDATE "!pgscore".catalog_version v SET artifact = a.artifact FROM artifact a WHERE v.id = a.id;
ALTER TABLE "!pgscore".catalog_version ENABLE TRIGGER catalog_immutable;
SELECT pgscore.recompile_models();

-- By itself: a read-only transaction asks for nothing, another one does.
CALL make_old();
\c -
SET search_path = recompile, public;
BEGIN READ ONLY;
SELECT predict('steps@1', 1), predict('steps', 1);
COMMIT;
SELECT * FROM as_imported();
CALL make_old();  -- with keys of which nobody has loaded a plan
\c -
SET search_path = recompile, public;
SELECT predict('steps@1', 1);
DO $$
BEGIN
  FOR i IN 1 .. 1200 LOOP
    EXIT WHEN (SELECT bool_and(same) FROM as_imported());
    PERFORM pg_sleep(0.05);
    COMMIT;
  END LOOP;
END $$;
SELECT * FROM as_imported();
SELECT predict('steps@1', 1), predict('steps@2', 1), predict('steps', 1);

SELECT pgscore.drop_model('steps');
DROP ROLE regress_recompile;
SET client_min_messages = warning;
DROP SCHEMA recompile CASCADE;
