-- The registry: import, versions, deployments, aliases, test rows, views.
\pset null '(null)'
-- Names that other tests have used begin at version 1 again.
SELECT count(pgscore.release_model_name(name)) >= 0 AS released FROM "!pgscore".catalog_name;

-- A linear regression on a number and a category, a binary classifier, and the same with another
-- intercept. Files with what the registry stores of them.
SELECT convert_to('{"pgscore_model": 1, "objective": "lm", "facts": {"library": "by hand"},
  "inputs": [{"name": "age"},
             {"name": "job", "type": "category", "categories": ["clerk", "chief"],
              "on_unknown": "error"}],
  "nodes": [{"type": "linear", "intercept": [1], "terms": [{"column": 0, "coefficients": [0.5]},
             {"column": 1, "by_level": true, "coefficients": [0, 10]}]}],
  "output": {"task": "regression", "values": [{"name": "salary", "column": 2}], "raw": [2]}}',
  'UTF8') AS linear \gset
SELECT convert_to('{"pgscore_model": 1, "objective": "lm",
  "inputs": [{"name": "age"},
             {"name": "job", "type": "category", "categories": ["clerk", "chief"]}],
  "nodes": [{"type": "linear", "intercept": [2], "terms": [{"column": 0, "coefficients": [0.5]},
             {"column": 1, "by_level": true, "coefficients": [0, 10]}]}],
  "output": {"task": "regression", "values": [{"name": "salary", "column": 2}], "raw": [2]}}',
  'UTF8') AS linear2 \gset
SELECT convert_to('{"pgscore_model": 1, "objective": "glm", "inputs": [{"name": "income"}],
  "nodes": [{"type": "linear", "intercept": [-2], "terms": [{"column": 0, "coefficients": [1]}]},
            {"type": "link", "function": "logistic", "inputs": [1]},
            {"type": "apply", "op": "subtract", "args": [1, {"column": 2}]},
            {"type": "arg_max", "inputs": [3, 2]}],
  "output": {"task": "classification", "values": [{"name": "p", "column": 2}], "raw": [1],
             "probabilities": [3, 2], "labels": ["good", "bad"], "class_code": 4, "positive": 1},
  "test_rows": {"rows": [{"inputs": [2], "values": [0.5], "raw": [0], "class": "good"}]}}',
  'UTF8') AS classifier \gset

-- ---- inspect: what would be stored --------------------------------------------------------------
SELECT jsonb_pretty(pgscore.inspect_model(:'linear'));
SELECT pgscore.inspect_model(:'classifier', 'pgscore-json') - 'features' - 'facts';
SELECT pgscore.inspect_model(:'classifier', labels => '{ok,ko}', features => '["salary"]',
    options => '{"positive_class": "ok", "threshold": 0.25, "on_missing": "null"}') - 'facts';
SELECT count(*) FROM pgscore.models;

-- ---- import -------------------------------------------------------------------------------------
SELECT pgscore.import_model('pay', :'linear', comment => 'the first',
    test_rows => '[{"input": {"age": 30, "job": "clerk"}, "expected": 16},
                   {"input": [30, "chief"], "expected": {"raw": [26]}},
                   {"input": {"age": null, "job": "clerk"}, "expected": null},
                   {"input": {"age": 31, "job": "clerk"}, "expected": {"value": 16.500001},
                    "tolerance": 1e-6}]');
SELECT pgscore.import_model('pay', :'linear2', options => '{"on_missing": "error"}');
SELECT pgscore.import_model('churn', :'classifier', deploy => false, labels => '{good,"very bad"}');

SELECT name, owner = current_user AS mine, deployed_version, format, task, objective, num_features,
       num_trees, num_versions, latest_version, comment
  FROM pgscore.models ORDER BY name;
-- The class whose probability predict returns is always shown.
SELECT name, version, positive_class, (SELECT m.positive_class FROM pgscore.models m
    WHERE m.name = v.name) AS deployed_class
  FROM pgscore.model_versions v ORDER BY name, version;
SELECT name, version, deployed, task, labels, artifact_bytes > 0 AS has_artifact,
       plan_bytes > 0 AS has_plan,
       length(artifact_sha256) AS digest, options, facts, created_by = current_user AS mine, comment
  FROM pgscore.model_versions ORDER BY name, version;
SELECT name, version, deployed, position, feature, type, categories, on_unknown, on_missing
  FROM pgscore.model_features ORDER BY name, version, position;
SELECT name, version, row_no, input, output, expected, tolerance FROM pgscore.model_tests
 ORDER BY name, version, row_no;
SELECT artifact_sha256 = encode(sha256(:'linear'), 'hex') AS digest_right
  FROM pgscore.model_versions WHERE name = 'pay' AND version = 1;

-- What decides the scores, in one digest: the same wherever the same file was imported in the same
-- way.
SELECT pg_catalog.bool_and(identity = sha256(artifact
    || convert_to(concat_ws(chr(10), format, options, overrides), 'UTF8'))) AS identity_right
  FROM "!pgscore".catalog_version;

-- The bytes come back as they were.
SELECT pgscore.export_model('pay', 1) = :'linear' AS version_1,
       pgscore.export_model('pay') = :'linear' AS deployed,
       pgscore.export_model('pay@2') = :'linear2' AS version_2;
SELECT pgscore.class_labels('churn@1'), pgscore.class_labels('pay');

-- Embedded rows of a pgscore JSON file are stored as well; the tests run through the plan that
-- queries use.
SELECT * FROM pgscore.verify_model('churn@1');
SELECT * FROM pgscore.verify_model('pay');

-- ---- deploy and roll back -----------------------------------------------------------------------
SELECT predict('pay', 30, 'chief'::text);
SELECT pgscore.deploy_model('pay', 2, 'better intercept');
SELECT predict('pay', 30, 'chief'::text), predict('pay@1', 30, 'chief'::text);
SELECT pgscore.deploy_model('pay', 2);
SELECT pgscore.import_model('pay', :'linear', deploy => true, comment => 'as version 1');
SELECT pgscore.rollback_model('pay', 'worse');
SELECT pgscore.rollback_model('pay');
SELECT pgscore.rollback_model('pay');
SELECT pgscore.deploy_model('pay', 3);
SELECT pgscore.rollback_model('pay', 'not back to 2: the history goes on from 1');
SELECT pgscore.rollback_model('churn');
SELECT name, action, from_version, to_version, reason, by = current_user AS mine
  FROM pgscore.deployments ORDER BY id;

-- A dropped version is no place to go back to.
SELECT pgscore.deploy_model('pay', 2);
SELECT pgscore.deploy_model('pay', 3);
SELECT pgscore.drop_model('pay', 2);
SELECT pgscore.rollback_model('pay');

-- ---- aliases ------------------------------------------------------------------------------------
SELECT pgscore.set_alias('pay', 'champion', 1);
SELECT pgscore.set_alias('pay', 'champion', 3);
SELECT pgscore.set_alias('pay', 'challenger', 3);
SELECT * FROM pgscore.model_aliases ORDER BY name, alias;
SELECT pgscore.export_model('pay@champion') = pgscore.export_model('pay', 3) AS same;
SELECT pgscore.drop_model('pay', 3);
SELECT pgscore.drop_model('pay', 1);
SELECT pgscore.drop_alias('pay', 'champion');
SELECT pgscore.drop_alias('pay', 'champion');
SELECT pgscore.drop_alias('pay', 'challenger');
SELECT pgscore.drop_model('pay', 3);
-- Numbers are never used again.
SELECT pgscore.import_model('pay', :'linear');

-- ---- rename, comment, drop ----------------------------------------------------------------------
SELECT pgscore.rename_model('pay', 'salary');
SELECT pgscore.rename_model('salary', 'churn');
SELECT pgscore.comment_on_model('salary', 'what people earn');
SELECT pgscore.comment_on_model('salary', 'the newest', 4);
SELECT m.comment, v.version, v.comment FROM pgscore.models m
  JOIN pgscore.model_versions v USING (name) WHERE name = 'salary' ORDER BY 2;
SELECT pgscore.comment_on_model('salary', NULL);
SELECT comment FROM pgscore.models WHERE name = 'salary';

-- All or nothing: a transaction that rolls back leaves nothing, a savepoint takes back only its
-- own.
BEGIN;
SELECT pgscore.import_model('temporary', :'linear');
SAVEPOINT s;
SELECT pgscore.import_model('temporary', :'linear2', deploy => true);
SELECT predict('temporary', 0, 'clerk'::text);
ROLLBACK TO s;
SELECT predict('temporary', 0, 'clerk'::text);
SELECT version, deployed FROM pgscore.model_versions WHERE name = 'temporary';
ROLLBACK;
SELECT count(*) FROM pgscore.model_versions WHERE name = 'temporary';

-- An error inside a subtransaction gives user, search path and SPI back: while the file is read,
-- and while the registry's statements run as the owner of the extension.
CREATE FUNCTION attempt(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  RETURN 'done';
EXCEPTION WHEN OTHERS THEN
  RETURN sqlstate || ' ' || current_user || ' ' || current_setting('search_path');
END $$;
CREATE ROLE regress_registry_user;
GRANT EXECUTE ON FUNCTION pgscore.import_model TO regress_registry_user;
SET ROLE regress_registry_user;
SET search_path = public, pg_catalog;
SELECT pgscore.import_model('own', :'linear');
SELECT attempt($$SELECT pgscore.import_model('own', convert_to('{"pgscore_model": 1}', 'UTF8'))$$);
SELECT attempt($$SELECT pgscore.drop_model('own', 1)$$);
SELECT attempt($$SELECT pgscore.deploy_model('own', 9)$$);
SELECT pgscore.import_model('own', :'linear2');
SELECT pgscore.drop_model('own');
RESET search_path;
RESET ROLE;
REVOKE EXECUTE ON FUNCTION pgscore.import_model FROM regress_registry_user;
DROP ROLE regress_registry_user;
DROP FUNCTION attempt;

-- What must not change does not, whoever asks.
UPDATE "!pgscore".catalog_version SET artifact = '' WHERE version = 1;
UPDATE "!pgscore".catalog_deployment SET reason = 'rewritten';
DELETE FROM "!pgscore".catalog_deployment;
TRUNCATE "!pgscore".catalog_deployment;
SELECT count(*) > 0 AS kept FROM pgscore.deployments;

SELECT pgscore.drop_model('salary');
SELECT pgscore.drop_model('churn');
SELECT (SELECT count(*) FROM "!pgscore".catalog_model) AS models,
       (SELECT count(*) FROM "!pgscore".catalog_version) AS versions,
       (SELECT count(*) FROM "!pgscore".catalog_alias) AS aliases,
       (SELECT count(*) FROM "!pgscore".catalog_deployment) AS deployments,
       (SELECT count(*) FROM "!pgscore".catalog_test) AS tests,
       (SELECT count(*) FROM "!pgscore".catalog_acl) AS grants;
