-- A name outlives its model: credit@1 never comes to mean other bytes, so that what is IMMUTABLE by
-- it stays true.
SELECT count(pgscore.drop_model(name)) >= 0 AS dropped FROM pgscore.models;
SELECT count(pgscore.release_model_name(name)) >= 0 AS released FROM "!pgscore".catalog_name;

-- ---- drop and import again ----------------------------------------------------------------------
SELECT pgscore.import_model('credit', made.line(v)) FROM generate_series(1, 2) v;
CREATE TABLE scores (x float8, score float8 GENERATED ALWAYS AS (predict('credit@1'::model_version,
      x)) STORED);
CREATE INDEX scores_predict ON scores (predict('credit@2'::model_version, x));
INSERT INTO scores VALUES (1);
SELECT pgscore.drop_model('credit');
-- What nobody can hinder: somebody with all rights deletes it by hand.
DELETE FROM "!pgscore".catalog_model WHERE name = 'credit';
DELETE FROM "!pgscore".catalog_deployment d
 WHERE NOT EXISTS (SELECT FROM "!pgscore".catalog_model m WHERE m.id = d.model_id);
DELETE FROM "!pgscore".catalog_version v WHERE NOT EXISTS (SELECT FROM "!pgscore".catalog_model m
    WHERE m.id = v.model_id);
-- What was computed stays, new rows are refused.
SELECT * FROM scores;
INSERT INTO scores VALUES (2);
SELECT predict('credit', 1);
SELECT pgscore.import_model('credit', made.line(10));
SELECT predict('credit', 1), predict('credit@3', 1);
SELECT deployed_version, num_versions FROM pgscore.models WHERE name = 'credit';
SELECT predict('credit@1', 1);
INSERT INTO scores VALUES (2);
SELECT predict('credit@4', 1);
SELECT pgscore.export_model('credit', 2);
SELECT pgscore.deploy_model('credit', 2);
DROP TABLE scores;

-- A rolled back import uses no number, a rolled back drop retires nothing.
BEGIN;
SELECT pgscore.drop_model('credit');
SELECT pgscore.import_model('credit', made.line(11));
ROLLBACK;
SELECT pgscore.import_model('credit', made.line(12));
SELECT pgscore.drop_model('credit', 4);
SELECT pgscore.import_model('credit', made.line(13));
-- Within one transaction too.
BEGIN;
SELECT pgscore.drop_model('credit');
SELECT pgscore.import_model('credit', made.line(14));
COMMIT;

-- ---- rename -------------------------------------------------------------------------------------
SELECT pgscore.rename_model('credit', 'loan');
SELECT predict('loan@6', 1);
SELECT predict('credit@6', 1);
SELECT pgscore.import_model('loan', made.line(15));
-- Back to its own name: its numbers mean what they meant.
SELECT pgscore.rename_model('loan', 'credit');
SELECT predict('credit@6', 1), predict('credit@7', 1);
SELECT pgscore.rename_model('credit', 'loan');
-- Another model takes the name: it continues, and the first one cannot have it back.
SELECT pgscore.import_model('credit', made.line(16));
SELECT predict('credit', 1), predict('loan', 1);
SELECT predict('credit@6', 1);
SELECT pgscore.rename_model('loan', 'credit');
SELECT pgscore.drop_model('credit');
SELECT pgscore.rename_model('loan', 'credit');
SELECT pgscore.rename_model('loan', 'loan');
-- A refused rename leaves no trace of the name that was asked for.
SELECT pgscore.rename_model('nothing', 'new');
SELECT name, next_version FROM "!pgscore".catalog_name ORDER BY name;

-- ---- release ------------------------------------------------------------------------------------
SELECT pgscore.release_model_name('loan');
SELECT pgscore.release_model_name('new');
SELECT pgscore.release_model_name('a@1');
SELECT pgscore.release_model_name(NULL);
SELECT pgscore.release_model_name('credit');
SELECT predict('credit@1', 1);
SELECT pgscore.rename_model('loan', 'credit');
CREATE ROLE regress_names;
SET ROLE regress_names;
SELECT pgscore.release_model_name('loan');
SELECT * FROM "!pgscore".catalog_name;
RESET ROLE;
DROP ROLE regress_names;
SELECT pgscore.release_model_name('loan');
SELECT pgscore.import_model('loan', made.line(17));

SELECT pgscore.drop_model(name) FROM pgscore.models;
SELECT count(pgscore.release_model_name(name)) > 0 AS released FROM "!pgscore".catalog_name;
