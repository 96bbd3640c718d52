-- Scoring: every function, every shape of input, missing values, unknown categories, policies,
-- errors.
\pset null '(null)'
\set iris `cat "$PG_ABS_SRCDIR/models/edge/xgboost/softmax.json"`
SELECT pgscore.import_model('pay', made.salary(1, '{clerk,chief,7,true}', '{0,10,20,30}',
    'propagate'));
SELECT pgscore.import_model('churn', made.classifier('income', 1, '{stays,leaves}'));
SELECT pgscore.import_model('three', convert_to(:'iris', 'UTF8'));

CREATE TYPE level AS ENUM ('clerk', 'chief', 'boss');
CREATE DOMAIN years AS int CHECK (value > 0);
CREATE TABLE people (id int, note text, age years, job varchar(10), income float4);
INSERT INTO people VALUES (1, 'a', 30, 'clerk', 2), (2, 'b', 40, 'chief', 3),
    (3, 'c', NULL, 'chief', NULL), (4, 'd', 50, NULL, 1),
                          (5, 'e', 60, 'boss', 0);

-- By name: rows, sub-selects, whole-row expressions, jsonb. Extra columns do not matter, nor does
-- their order.
SELECT id, predict('pay', p) FROM people p ORDER BY id;
SELECT id, predict('pay', s) FROM (SELECT job, id, age FROM people) s ORDER BY id;
SELECT id, predict('pay', ROW(p.*)::people), predict('pay', to_jsonb(p)) FROM people p ORDER BY id;
SELECT predict('pay', v) FROM (VALUES (30, 'chief'::bpchar(20))) v (age, job);
SELECT predict('pay', v) FROM (VALUES (30, 'chief'::name), (30, 'chief  '::name)) v (age, job);
SELECT predict('pay', v) FROM (VALUES (30, 'chief'::level), (30, 'boss')) v (age, job);
SELECT predict('pay', '{"job": "chief", "age": 30.5, "more": [1, 2]}'::jsonb),
       predict('pay', '{"job": null, "age": 1}'::jsonb);
-- Categories given as numbers and booleans meet the model's texts.
SELECT predict('pay', 0, 7), predict('pay', 0, 7.0::float8), predict('pay', 0, 7::numeric),
       predict('pay', 0, true), predict('pay', 0, false),
       predict('pay', '{"age": 0, "job": 7}'::jsonb),
       predict('pay', '{"age": 0, "job": true}'::jsonb);
-- By position.
SELECT predict('pay', 30, 'chief'::text), predict('pay', ROW(30, 'chief'::text)),
       predict('churn', ARRAY[2]), predict('churn', ARRAY[2.0::float4]),
       predict('churn', VARIADIC ARRAY[3.5::float8]), predict('churn', ARRAY[NULL::float8]),
       predict('churn', 2::smallint),
       predict('churn', 2::bigint), predict('churn', 2.0), predict('churn', true);

-- NULL: a NULL row gives NULL, a NULL value is missing.
SELECT predict('pay', NULL::people), predict('pay', NULL::jsonb), predict('pay', 'null'::jsonb),
       predict(NULL, p), predict('churn', NULL),
       predict('churn', NULL::float8[]) FROM people p LIMIT 1;
SELECT a.id, predict('pay', b) FROM people a LEFT JOIN people b ON b.id = a.id + 3 ORDER BY a.id;

-- The functions.
SELECT id, predict('churn', p), predict_class('churn', p), predict_proba('churn', p),
       predict_raw('churn', p), predict_outputs('churn', p)
  FROM people p ORDER BY id;
SELECT predict_proba_of('churn', 'stays', income), predict_proba_of('churn', 'leaves', income)
  FROM people ORDER BY id;
SELECT id, predict_class('churn', p, 0.7), predict_class('churn', to_jsonb(p), threshold => 0.1)
  FROM people p ORDER BY id;
SELECT predict_class('three', x), predict_proba('three',
    x) = (SELECT predict_proba('three@1'::model_version, x)) AS same, predict_leaf('three', x),
       array_length(predict_raw('three', x), 1), (SELECT round(sum(p)::numeric, 6)
         FROM unnest(predict_proba('three', x)) p)
  FROM (VALUES (0.5, NULL::float8, 1, 1), (-1, 0.25, NULL, 0)) x (f0, f1, f2, f3);

-- Versions and aliases; model_version is a type of its own.
SELECT pgscore.import_model('pay', made.salary(100, '{clerk,chief,7,true}', '{0,10,20,30}',
    'propagate'));
SELECT pgscore.set_alias('pay', 'next', 2);
SELECT predict('pay', 0, 'clerk'::text), predict('pay@2', 0, 'clerk'::text),
       predict('pay@next', 0, 'clerk'::text),
       predict('pay@2'::model_version, 0, 'clerk'::text), 'pay@02'::model_version,
       ('pay@2'::model_version)::text;
SELECT m, predict(m, 0, 'clerk'::text)
  FROM (VALUES ('pay'), ('pay@2'), ('pay@next'), ('pay')) v (m);
CREATE TABLE scored (age int, job text,
    score float8 GENERATED ALWAYS AS (predict('pay@1'::model_version, age, job)) STORED);
INSERT INTO scored VALUES (10, 'clerk'), (10, 'chief');
SELECT * FROM scored;
CREATE INDEX ON scored (predict('pay@2'::model_version, age, job));
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT * FROM scored WHERE predict('pay@2'::model_version, age, job) > 110;
SELECT * FROM scored WHERE predict('pay@2'::model_version, age, job) > 110;
RESET enable_seqscan;
SELECT count(*) FROM pg_proc p WHERE proname LIKE 'predict%' AND proparallel <> 's';

-- A deploy is seen by the next statement: prepared statements, plpgsql, inside the transaction and
-- after its rollback.
PREPARE score AS SELECT predict('pay', 0, 'clerk'::text);
SET plan_cache_mode = force_generic_plan;
EXECUTE score;
CREATE FUNCTION score_in_plpgsql() RETURNS float8 LANGUAGE plpgsql
AS $$ BEGIN RETURN predict('pay', 0, 'clerk'::text); END $$;
SELECT score_in_plpgsql();
BEGIN;
SELECT pgscore.deploy_model('pay', 2);
EXECUTE score;
SELECT score_in_plpgsql();
ROLLBACK;
EXECUTE score;
SELECT score_in_plpgsql();
DO $$
DECLARE before float8 := predict('pay', 0, 'clerk'::text);
BEGIN
  PERFORM pgscore.deploy_model('pay', 2);
  RAISE NOTICE 'before %, after %', before, predict('pay', 0, 'clerk'::text);
END $$;
EXECUTE score;
SELECT pgscore.rollback_model('pay');
EXECUTE score;

-- A materialized view keeps its scores until it is refreshed.
CREATE MATERIALIZED VIEW scores AS SELECT id, predict('pay', p) AS score FROM people p;
SELECT pgscore.deploy_model('pay', 2);
SELECT * FROM scores WHERE id = 1;
REFRESH MATERIALIZED VIEW scores;
SELECT * FROM scores WHERE id = 1;
SELECT pgscore.rollback_model('pay');

-- Policies of a version.
SELECT pgscore.import_model('strict', made.salary(1, '{clerk,chief,7,true}', '{0,10,20,30}',
    'propagate'), options => '{"on_unknown": "error", "on_missing": "error"}');
SELECT pgscore.import_model('quiet', made.salary(1, '{clerk,chief,7,true}', '{0,10,20,30}',
    'propagate'), options => '{"on_unknown": "null", "on_missing": "null"}');
SELECT predict('strict', p) FROM people p WHERE id = 5;
SELECT predict('strict', p) FROM people p WHERE id = 4;
SELECT id, predict('quiet', p) FROM people p ORDER BY id;
SET pgscore.on_error = 'null';
SELECT id, predict('strict', p) FROM people p ORDER BY id;
SELECT id, predict('strict', x) FROM (SELECT id FROM people) x ORDER BY id;
RESET pgscore.on_error;

-- Faults of the call: nothing is scored.
SELECT predict('nobody', p) FROM people p;
SELECT predict('pay@9', p) FROM people p;
SELECT predict('pay@nobody', p) FROM people p;
SELECT predict('pay@', p) FROM people p;
SELECT predict('pay'::model_version, p) FROM people p;
SELECT predict('pay', x) FROM (SELECT age, note FROM people) x;
SELECT predict('pay', '{"age": 1}'::jsonb);
SELECT predict('pay', '[1, 2]'::jsonb);
SELECT predict('pay', '{"age": "old", "job": "clerk"}'::jsonb);
SELECT predict('pay', '{"age": 1, "job": []}'::jsonb);
SELECT predict('pay', '{}'::json);
SELECT predict('pay', x) FROM (SELECT note AS age, job FROM people) x;
SELECT predict('pay', x) FROM (SELECT age, now() AS job FROM people) x;
SELECT predict('pay', 1);
SELECT predict('pay', 1, 'clerk'::text, 3);
SELECT predict('pay', 1, 'clerk'), predict('pay', NULL, 'clerk'), predict('pay', 1, NULL);
SELECT predict('pay', '1', 'clerk');
SELECT predict('pay', ROW(1, 'clerk'::text, 2));
SELECT predict('churn', ARRAY[[1, 2], [3, 4]]);
SELECT predict('churn', ARRAY['a']);
SELECT predict('three', 1, 2, 3, 4);
SELECT predict_class('pay', p) FROM people p;
SELECT predict_proba('pay', p) FROM people p;
SELECT predict_leaf('pay', p) FROM people p;
SELECT predict_proba_of('churn', 'explodes', 1);
SELECT predict_class('three', x, 0.5) FROM (SELECT 1 AS f0, 2 AS f1, 3 AS f2, 4 AS f3) x;

-- Counters and what is loaded.
SELECT pgscore.stat_reset();
SELECT count(predict('pay', p)) FROM people p;
SELECT predict('strict', p) FROM people p WHERE id = 5;
SELECT name, calls, rows, null_rows, errors, missing_values, unknown_categories,
       total_ms > 0 AS timed FROM pgscore.stat_models
 WHERE name IN ('pay', 'strict') ORDER BY name;
SELECT pgscore.evict_model('pay'), pgscore.evict_model('pay');
SELECT count(*) FROM pgscore.loaded_models WHERE name = 'pay' AND version = 1;
SELECT pgscore.warm_model('pay') > 0 AS warmed;
SELECT name, version, bytes > 0 AS bytes, packed, backends > 0 AS mapped FROM pgscore.loaded_models
 WHERE name = 'pay' ORDER BY version;

-- A role that may see nothing.
CREATE ROLE regress_pgscore_nobody;
SET ROLE regress_pgscore_nobody;
SELECT predict('pay', 1, 'clerk'::text);
SELECT count(*) FROM pgscore.loaded_models;
SELECT count(*) FROM pgscore.stat_models;
SELECT count(*) FROM pgscore.model_counters();
RESET ROLE;
SELECT pgscore.grant_model('pay', 'execute', 'regress_pgscore_nobody');
SET ROLE regress_pgscore_nobody;
SELECT predict('pay', 1, 'clerk'::text);
SELECT DISTINCT name FROM pgscore.loaded_models;
RESET ROLE;
SELECT pgscore.drop_model(name, cascade => true) FROM pgscore.models
 WHERE name IN ('churn', 'pay', 'quiet', 'strict', 'three') ORDER BY name;
DROP ROLE regress_pgscore_nobody;
DROP FUNCTION score_in_plpgsql;
