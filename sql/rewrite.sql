-- The planner gives scoring functions columns instead of a row. Every shape of query is run both
-- ways: the same result, and the columns in the plan where the row can be seen through.
\pset null '(null)'
CREATE SCHEMA rewriting;
SET search_path = rewriting, public;
-- The rewrite alone; batch.sql is about batches.
SET pgscore.enable_batch = off;
\set iris `cat "$PG_ABS_SRCDIR/models/edge/xgboost/softmax.json"`
SELECT pgscore.import_model('wages', made.salary(1, '{clerk,chief}', '{5,10}', 'skip', 'spare')),
       pgscore.import_model('quits', made.classifier('age', 0.05, '{stays,leaves}', 'skip')),
       pgscore.import_model('trio', convert_to(:'iris', 'UTF8'));

CREATE TABLE people (gone int, id int PRIMARY KEY, note text, "Age" int, job varchar(10),
    age numeric, spare float4, manager int);
ALTER TABLE people DROP COLUMN gone;
INSERT INTO people VALUES (1, 'a', 7, 'clerk', 30, 1, NULL), (2, 'b', 7, 'chief', 40, NULL, 1),
    (3, 'c', 7, 'boss', NULL, 3, 1), (4, 'd', 7, NULL, 60, 4, 2);
CREATE VIEW elders AS SELECT id, age + 10 AS age, job, spare FROM people WHERE age > 30;
CREATE VIEW fenced WITH (security_barrier) AS SELECT id, age, job, spare FROM people WHERE id > 1;
CREATE VIEW few AS SELECT id, age, job, spare FROM people ORDER BY id LIMIT 3;
CREATE TYPE applicant AS (age float8, job text, spare int);
CREATE TABLE letters (id int, who applicant);
INSERT INTO letters VALUES (1, (30, 'clerk', 1)), (2, NULL);
CREATE TABLE parted (id int, spare int, job text, age float8) PARTITION BY LIST (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE parted_2 (age float8, id int, job text, spare int);
ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES IN (2);
INSERT INTO parted VALUES (1, 1, 'clerk', 30), (2, 1, 'chief', 40);
CREATE TABLE base (age float8, job text, spare int);
CREATE TABLE heir (more int) INHERITS (base);
INSERT INTO base VALUES (1, 'clerk', 1);
INSERT INTO heir VALUES (2, 'chief', 1, 1);
ANALYZE people, letters, parted, base, heir;

CREATE FUNCTION both_ways(query text, OUT rewritten bool, OUT same bool, OUT result text)
LANGUAGE plpgsql AS $$
DECLARE
  line text;
  row record;
  results text[];
  setting bool;
BEGIN
  rewritten := false;
  FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
    rewritten := rewritten OR line ~ 'predict[a-z_]*_columns';
  END LOOP;
  FOREACH setting IN ARRAY ARRAY[true, false] LOOP
    PERFORM set_config('pgscore.enable_rewrite', setting::text, true);
    result := '';
    BEGIN
      FOR row IN EXECUTE query LOOP
        result := result || row::text;
      END LOOP;
      RAISE EXCEPTION 'take back what the query changed' USING ERRCODE = 'TT000';
    EXCEPTION WHEN SQLSTATE 'TT000' THEN NULL;
    END;
    results := results || result;
  END LOOP;
  same := results[1] = results[2];
  PERFORM set_config('pgscore.enable_rewrite', 'on', true);
END $$;

\pset format unaligned
\pset tuples_only on
-- Tables and what stands for a row of theirs; names are the columns', not the alias's.
SELECT * FROM both_ways($$ SELECT id, predict('wages', p) FROM people p ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT id, predict('wages', p.*) FROM people p ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT i, predict('wages', p) FROM people p (i, job, age, x)
    ORDER BY i $$);
SELECT * FROM both_ways($$ SELECT id, predict('wages', people) FROM people
    WHERE predict('wages', people) > 20 ORDER BY predict('wages', people) DESC LIMIT 2 $$);
SELECT * FROM both_ways($$ SELECT job, avg(predict('wages', p))
    FILTER (WHERE predict('wages', p) > 0) FROM people p GROUP BY job
    HAVING max(predict('wages', p)) > 1 ORDER BY job $$);
-- A row that is grouped by: 18 sees the group, not the row.
SELECT same, result FROM both_ways($$ SELECT p, predict('wages', p) FROM people p GROUP BY p
    ORDER BY p $$);
SELECT * FROM both_ways($$ SELECT predict('wages', p), count(*) FROM people p GROUP BY 1
    ORDER BY 1 $$);
SELECT * FROM both_ways($$ SELECT predict('wages', p), count(*) FROM people p
    GROUP BY GROUPING SETS ((p), ()) ORDER BY 1 $$);
SELECT * FROM both_ways($$ SELECT id, sum(predict('wages', p)) OVER (ORDER BY id) FROM people p
    ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT DISTINCT predict('wages', p) IS NULL FROM people p $$);
-- Partitions, whose columns stand elsewhere; inheritance.
SELECT * FROM both_ways($$ SELECT id, predict('wages', p) FROM parted p ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT age, predict('wages', b) FROM base b ORDER BY age $$);
SELECT * FROM both_ways($$ SELECT age, predict('wages', b::base) FROM heir b ORDER BY age $$);
-- Views, sub-selects, WITH, VALUES, UNION ALL, joins with an alias.
SELECT * FROM both_ways($$ SELECT id, predict('wages', e) FROM elders e ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT id, predict('wages', f) FROM fenced f ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT id, predict('wages', f) FROM few f ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT i, predict('wages', f) FROM few f (i, job, age, x) ORDER BY i $$);
SELECT * FROM both_ways($$ SELECT id, predict('wages', s)
    FROM (SELECT id, age * 2 AS age, upper(lower(job)) AS job, spare FROM people) s ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT predict('wages', s)
    FROM (SELECT id, job, 0 FROM people ORDER BY id LIMIT 3) s (age, job, spare) $$);
SELECT * FROM both_ways($$ WITH w AS MATERIALIZED (SELECT * FROM people)
    SELECT id, predict('wages', w) FROM w ORDER BY id $$);
SELECT * FROM both_ways($$ WITH w (age, job, spare) AS (SELECT id, job, 1 FROM people)
    SELECT age, predict('wages', w) FROM w ORDER BY age $$);
SELECT * FROM both_ways($$ WITH RECURSIVE w (age, job, spare) AS (SELECT 1, 'clerk', 0
      UNION ALL SELECT age + 1, job, spare FROM w WHERE predict('wages', w) < 8)
    SELECT age FROM w $$);
SELECT * FROM both_ways($$ SELECT predict('wages', v)
    FROM (VALUES (1, 'clerk', 1), (2, 'chief', NULL)) v (age, job, spare) $$);
SELECT * FROM both_ways($$ SELECT predict('wages', u)
    FROM (SELECT age, job, spare FROM people UNION ALL SELECT age, job, spare FROM parted) u
    ORDER BY 1 $$);
SELECT * FROM both_ways($$ SELECT predict('wages', u)
    FROM (SELECT age, job, spare FROM people UNION SELECT age, job, spare FROM parted) u
    ORDER BY 1 $$);
SELECT * FROM both_ways($$ SELECT predict('wages', j) FROM (people JOIN letters USING (id)) j $$);
SELECT * FROM both_ways($$ SELECT predict('wages', ROW(p.id, p.job, 1)::applicant) FROM people p
    ORDER BY id $$);
-- The nullable side of an outer join: no row, no score. A row of nulls is a row.
SELECT * FROM both_ways($$ SELECT p.id, predict('wages', m) FROM people p
    LEFT JOIN people m ON m.id = p.manager ORDER BY p.id $$);
SELECT * FROM both_ways($$ SELECT p.id, predict('wages', p)
    FROM people m RIGHT JOIN people p ON m.id = p.manager ORDER BY p.id $$);
SELECT * FROM both_ways($$ SELECT p.id, m.id, predict('wages', p), predict('wages', m)
    FROM people p FULL JOIN people m ON m.id = p.manager ORDER BY 1, 2 $$);
SELECT * FROM both_ways($$ SELECT p.id, predict('wages', m) FROM people p
    LEFT JOIN (people m JOIN letters l ON l.id = m.id) ON m.id = p.manager ORDER BY p.id $$);
SELECT * FROM both_ways($$ SELECT p.id, predict('wages', e) FROM people p
    LEFT JOIN elders e ON e.id = p.manager ORDER BY p.id $$);
SELECT * FROM both_ways($$ SELECT p.id, predict('wages', f) FROM people p
    LEFT JOIN few f ON f.id = p.manager ORDER BY p.id $$);
SELECT * FROM both_ways($$ SELECT p.id, predict('wages', x) FROM people p
    LEFT JOIN parted x ON x.id = p.id ORDER BY p.id $$);
SELECT * FROM both_ways($$ SELECT p.id, predict('wages', s) FROM people p
    LEFT JOIN (SELECT NULL::int AS age, NULL::text AS job, NULL::int AS spare,
      1 AS id) s ON s.id = p.id ORDER BY p.id $$);
SELECT * FROM both_ways($$ SELECT p.id FROM people p LEFT JOIN people m ON m.id = p.manager
    WHERE predict('wages', m) IS NULL ORDER BY p.id $$);
-- An outer query's row stays a row.
SELECT * FROM both_ways($$ SELECT id, (SELECT predict('wages', p)) FROM people p ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT id, s FROM people p, LATERAL (SELECT predict('wages', p) AS s) l
    ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT id, s FROM people p,
    LATERAL (SELECT predict('wages', p) AS s OFFSET 0) l ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT id FROM people p
    WHERE EXISTS (SELECT FROM letters l WHERE l.id = p.id AND predict('wages', p) > 20) $$);
SELECT * FROM both_ways($$ SELECT id FROM people p
    WHERE id IN (SELECT l.id FROM letters l WHERE predict('wages', p) + l.id > 20 OFFSET 0) $$);
-- Rows that nothing is known of: composite columns, functions, jsonb, arrays; values by position.
SELECT * FROM both_ways($$ SELECT id, predict('wages', who) FROM letters ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT predict('wages', r)
    FROM jsonb_to_record('{"age": 1, "job": "clerk"}') r (age int, job text, spare int) $$);
SELECT * FROM both_ways($$ SELECT predict('wages', to_jsonb(p)) FROM people p ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT predict('quits', ARRAY[age]) FROM people p ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT predict('quits', VARIADIC ARRAY[age]) FROM people p
    ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT predict('wages', ROW(age, job, spare)) FROM people p
    ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT predict('wages', age, job, NULL),
    predict('wages', age, 'clerk', 1) FROM people p ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT predict(name, p)
    FROM people p, (VALUES ('wages'), ('quits')) m (name) ORDER BY id, name $$);
-- A function that the planner puts in place.
CREATE FUNCTION pay_of(person people) RETURNS float8 LANGUAGE sql STABLE
AS $$ SELECT predict('wages', person) $$;
SELECT * FROM both_ways($$ SELECT pay_of(p) FROM people p ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT p.pay_of FROM people p ORDER BY id $$);
-- A call has 100 arguments at most: more columns are one row of them.
SELECT pgscore.import_model('broad' || n, made.linear(0,
    (SELECT array_agg(i::float8 ORDER BY i) FROM generate_series(1, n) i),
    VARIADIC (SELECT array_agg('c' || i ORDER BY i) FROM generate_series(1, n) i)))
  FROM unnest(ARRAY[99, 100]) n;
DO $$ BEGIN
  EXECUTE (SELECT 'CREATE TABLE wide AS SELECT ' || string_agg(i || ' AS c' || i, ', ')
             FROM generate_series(1, 120) i);
END $$;
SELECT * FROM both_ways($$ SELECT predict('broad99', w) FROM wide w $$);
SELECT * FROM both_ways($$ SELECT predict('broad100', w) FROM wide w $$);
-- What is not read is not evaluated, unless somebody might miss it.
SELECT * FROM both_ways($$ SELECT predict('wages', s)
    FROM (SELECT id, age, job, 1 AS spare, random() AS x FROM people) s ORDER BY id $$);
-- Rows that are changed.
SELECT * FROM both_ways($$ UPDATE people p SET spare = predict('wages', p)
    RETURNING id, spare, predict('wages', p) $$);
SELECT * FROM both_ways($$ DELETE FROM people p WHERE predict('wages', p) > 20
    RETURNING id, predict('wages', p) $$);
SELECT * FROM both_ways($$ INSERT INTO people AS p (id, age, job) VALUES (9, 10, 'chief')
    RETURNING predict('wages', p) $$);
SELECT * FROM both_ways($$ INSERT INTO people AS p (id, age, job) VALUES (1, 10, 'chief')
    ON CONFLICT (id) DO UPDATE SET spare = predict('wages', p), age = predict('wages', excluded)
    RETURNING age, spare $$);
SELECT * FROM both_ways($$ UPDATE people p SET spare = predict('wages', m) FROM people m
    WHERE m.id = p.manager RETURNING p.id, p.spare, predict('wages', m) $$);
SELECT * FROM both_ways($$ UPDATE parted p SET age = predict('wages', p) RETURNING id, age $$);
SELECT * FROM both_ways($$ WITH u AS (UPDATE people p SET age = age + 1 RETURNING *)
    SELECT id, predict('wages', u) FROM u ORDER BY id $$);
BEGIN;
MERGE INTO people p USING parted x ON x.id = p.id
    WHEN MATCHED AND predict('wages', p) > 1
      THEN UPDATE SET spare = predict('wages', p) + predict('wages', x)
    WHEN NOT MATCHED THEN DO NOTHING;
SELECT id, spare FROM people ORDER BY id;
ROLLBACK;
-- All functions, by name and by version.
SELECT * FROM both_ways($$ SELECT predict_class('quits', p),
    predict_class('quits@1'::model_version, p) FROM people p ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT predict_class('quits', p, 0.7),
    predict_class('quits@1'::model_version, p, id / 4.0) FROM people p ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT predict_proba('quits', p),
    predict_proba('quits@1'::model_version, p) FROM people p ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT predict_proba_of('quits', 'stays', p),
    predict_proba_of('quits@1'::model_version, NULLIF(job, 'clerk'), p) FROM people p
    WHERE job = 'clerk' $$);
SELECT * FROM both_ways($$ SELECT predict_raw('quits', p), predict_raw('quits@1'::model_version, p)
    FROM people p ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT predict_outputs('quits', p),
    predict_outputs('quits@1'::model_version, p) FROM people p ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT predict_leaf('trio', x), predict_leaf('trio@1'::model_version, x),
    predict_class('trio', x) FROM (VALUES (0.5, NULL::float8, 1, 1), (-1, 0.25, NULL, 0)) x (f0, f1,
      f2, f3) $$);
SELECT * FROM both_ways($$ SELECT predict_leaf('trio', 1, NULL, 2, 3) $$);

-- The plans. "spare", which the model does not use, is not read.
EXPLAIN (VERBOSE, COSTS OFF) SELECT predict('wages', p) FROM people p
 WHERE predict_class('quits', p, 0.7) = 'stays';
EXPLAIN (VERBOSE, COSTS OFF) SELECT predict('wages', m) FROM people p
  LEFT JOIN people m ON m.id = p.manager;
EXPLAIN (VERBOSE, COSTS OFF) SELECT predict('wages', f) FROM fenced f;
EXPLAIN (VERBOSE, COSTS OFF) SELECT predict('wages@1'::model_version, s)
  FROM (SELECT age + 1 AS age, job, spare, id FROM people OFFSET 0) s;
EXPLAIN (VERBOSE, COSTS OFF) SELECT predict('wages', p) FROM parted p;
EXPLAIN (VERBOSE, COSTS OFF) UPDATE people p SET spare = predict('wages', p);
EXPLAIN (VERBOSE, COSTS OFF) SELECT predict('wages', p)
  FROM people p, LATERAL (SELECT predict('wages', p) OFFSET 0) l;
-- A large value beside the columns is not fetched from its TOAST table.
CREATE TABLE large (age int, job text, spare int, document text);
ALTER TABLE large ALTER COLUMN document SET STORAGE EXTERNAL;
INSERT INTO large SELECT i, 'clerk', 1, repeat('x', 10000) FROM generate_series(1, 20) i;
SELECT pg_stat_force_next_flush();
SELECT sum(predict('wages', l)) FROM large l;
SELECT pg_stat_force_next_flush();
SELECT coalesce(toast_blks_read + toast_blks_hit, 0) AS before FROM pg_statio_user_tables
 WHERE relid = 'large'::regclass \gset
SELECT sum(predict('wages', l)) FROM large l;
SELECT pg_stat_force_next_flush();
SELECT coalesce(toast_blks_read + toast_blks_hit, 0) - :before AS toast_blocks
  FROM pg_statio_user_tables WHERE relid = 'large'::regclass;
SET pgscore.enable_rewrite = off;
SELECT sum(predict('wages', l)) FROM large l;
RESET pgscore.enable_rewrite;
SELECT pg_stat_force_next_flush();
SELECT coalesce(toast_blks_read + toast_blks_hit, 0) - :before > 0 AS toast_blocks
  FROM pg_statio_user_tables WHERE relid = 'large'::regclass;
-- A view keeps what was written.
CREATE VIEW pays AS SELECT id, predict('wages', p) AS pay FROM people p;
SELECT pg_get_viewdef('pays') ~ $$predict\('wages'::text, p\.\*\)$$;
EXPLAIN (VERBOSE, COSTS OFF) SELECT pay FROM pays;
SELECT * FROM pays ORDER BY id;

-- An index on a row's score is found by a query's call, of the row and of its values.
CREATE INDEX people_pay ON people (predict('wages@1'::model_version, people.*));
CREATE INDEX parted_pay ON parted (predict('wages@1'::model_version, age, job, spare));
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM people p WHERE predict('wages@1'::model_version, p) > 20;
SELECT id FROM people p WHERE predict('wages@1'::model_version, p) > 20 ORDER BY 1;
EXPLAIN (COSTS OFF) SELECT id FROM parted p
 WHERE predict('wages@1'::model_version, age, job, spare) > 20;
SELECT id FROM parted p WHERE predict('wages@1'::model_version, age, job, spare) > 20 ORDER BY 1;
-- Both are one expression to the planner: an index on values, which may be on partitions and
-- copied, serves rows, and the reverse.
EXPLAIN (COSTS OFF) SELECT id FROM parted p WHERE predict('wages@1'::model_version, p) > 20;
EXPLAIN (COSTS OFF) SELECT id FROM people p
 WHERE predict('wages@1'::model_version, age, job, spare) > 20;
CREATE TABLE copied (LIKE parted INCLUDING INDEXES);
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM copied c WHERE predict('wages@1'::model_version, c) > 20;
RESET enable_bitmapscan;
RESET enable_seqscan;
-- Not when a value that the model does not use has a side effect.
EXPLAIN (VERBOSE, COSTS OFF) SELECT predict('wages@1'::model_version, age, job, random())
  FROM people p;
-- Constraints, triggers and the values of a new row.
ALTER TABLE people ADD CONSTRAINT payable CHECK (predict('wages', people.*) < 100);
SET constraint_exclusion = on;
SELECT p.id FROM parted x, people p WHERE p.id = x.id AND predict('wages', p) < 100 ORDER BY p.id;
RESET constraint_exclusion;
INSERT INTO people (id, age) VALUES (5, 300);
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE NOTICE 'wages %', predict('wages', NEW); RETURN NEW; END $$;
CREATE TRIGGER tell BEFORE INSERT ON people FOR EACH ROW
    WHEN (predict('wages', NEW) > 10) EXECUTE FUNCTION tell();
INSERT INTO people (id, age) VALUES (5, 10), (6, 100);
DELETE FROM people WHERE id > 4;
-- Row-level security.
ALTER TABLE parted ENABLE ROW LEVEL SECURITY;
CREATE POLICY low ON parted USING (predict('wages', parted) < 30);
CREATE ROLE regress_pgscore_reader;
GRANT USAGE ON SCHEMA rewriting TO regress_pgscore_reader;
GRANT SELECT ON parted, people TO regress_pgscore_reader;
SELECT pgscore.grant_model('wages', 'execute', 'regress_pgscore_reader');
SET ROLE regress_pgscore_reader;
SELECT * FROM both_ways($$ SELECT id, predict('wages', p) FROM parted p $$);
-- Who may not score the model learns no names from the planner; who may not call the function does
-- not get around that.
SELECT predict('quits', l) FROM (SELECT 1 AS x) l;
RESET ROLE;
REVOKE EXECUTE ON FUNCTION predict(text, "any") FROM PUBLIC;
SET ROLE regress_pgscore_reader;
SELECT predict('wages', p) FROM people p;
RESET ROLE;
GRANT EXECUTE ON FUNCTION predict(text, "any") TO PUBLIC;

-- Faults are found when the statement is planned, where the planner sees the row: no row is needed.
PREPARE faulty AS SELECT predict('wages', x) FROM (SELECT id, job FROM people) x WHERE id < 0;
EXECUTE faulty;
EXPLAIN EXECUTE faulty;
EXPLAIN SELECT predict('nobody', p) FROM people p;
EXPLAIN SELECT predict('wages@2', p) FROM people p;
EXPLAIN SELECT predict('wages', x) FROM (SELECT note AS age, job, 1 AS spare FROM people) x;
EXPLAIN SELECT predict('wages', l) FROM letters l;
EXPLAIN (COSTS OFF) SELECT predict('quits', h) FROM (SELECT NULL::heir AS h) x;
EXPLAIN SELECT predict('quits', h) FROM (SELECT NULL::letters AS h OFFSET 0) x;
EXPLAIN SELECT predict('wages', 1, 'clerk');
EXPLAIN SELECT predict_class('wages', p) FROM people p;
EXPLAIN SELECT predict('trio', x) FROM (SELECT 1 AS f0, 2 AS f1, 3 AS f2, 4 AS f3) x;
-- Not where constants say that it is never called.
EXPLAIN (COSTS OFF) SELECT CASE WHEN false THEN predict('nobody', p) END FROM people p;

-- The plan follows the registry: a deploy, a drop, a model made again.
SET plan_cache_mode = force_generic_plan;
PREPARE score AS SELECT predict('wages', p) FROM people p WHERE id = 2;
PREPARE named (text) AS SELECT predict($1, p) FROM people p WHERE id = 2;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE score;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE named ('wages');
EXECUTE score;
EXECUTE named ('wages');
SELECT pgscore.import_model('wages', convert_to(replace(convert_from(
    made.salary(100, '{clerk,chief}', '{5,10}', 'skip', 'spare'), 'UTF8'),
    '"column" : 0', '"column" : 2'), 'UTF8'), deploy => true);
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE score;
EXECUTE score;
EXECUTE named ('wages');
BEGIN;
SELECT pgscore.rollback_model('wages');
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE score;
EXECUTE score;
ROLLBACK;
EXECUTE score;
SELECT pgscore.set_alias('wages', 'best', 1);
PREPARE best AS SELECT predict('wages@best', p) FROM people p WHERE id = 2;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE best;
SELECT pgscore.set_alias('wages', 'best', 2);
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE best;
-- A deploy whose message does not come in time for a plan: what it lacks is an error, and the plan
-- is made again.
ALTER TABLE "!pgscore".catalog_model DISABLE TRIGGER catalog_changed;
EXECUTE score;
UPDATE "!pgscore".catalog_model m SET deployed_version_id =
    (SELECT id FROM "!pgscore".catalog_version v WHERE v.model_id = m.id AND version = 1)
 WHERE name = 'wages';
EXECUTE score;
EXECUTE score;
ALTER TABLE "!pgscore".catalog_model ENABLE ALWAYS TRIGGER catalog_changed;
SELECT pgscore.deploy_model('wages', 2);
EXECUTE score;
RESET plan_cache_mode;
SET plan_cache_mode = force_custom_plan;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE named ('wages');
RESET plan_cache_mode;

-- Planned calls written by hand, as another server sends them, score the version that they name;
-- columns that it lacks are an error.
SELECT pgscore.predict_columns('wages version 1 #a41e5f70b34c (age, job)', age, job) FROM people
 WHERE id = 2;
DO $$
DECLARE hint text; detail text;
BEGIN
  PERFORM pgscore.predict_columns('wages version 1 #a41e5f70b34c (age)', age) FROM people;
EXCEPTION WHEN serialization_failure THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
  RAISE NOTICE '% % % %', SQLSTATE, SQLERRM, detail, hint;
END $$;
SELECT pgscore.predict_columns('wages version 2 #eb405d3c6a35 (job, spare, note)', 'chief', 3, 'x'),
       pgscore.predict_columns('"wages" version 2 #eb405d3c6a35 (*)', 30, 'clerk', 1),
       pgscore.predict_columns_version('wages@1 #a41e5f70b34c (job, age)', 'chief', 3),
       pgscore.predict_proba_of_columns('quits version 1 #055a41ea7a1c (age)', 'stays', 30);
SELECT v::pgscore.planned_model
  FROM (VALUES ('wages version 2 #eb405d3c6a35 (age, "a ""quoted"" name", "x, y")'),
    ('"wages@1" #a41e5f70b34c (*)')) v (v);
SELECT pgscore.predict_columns(v::pgscore.planned_model, 1) FROM (VALUES ('wages')) v (v);
SELECT 'wages version 0 #a41e5f70b34c (age)'::pgscore.planned_model;
SELECT 'wages version 1 #a41e5f70b34c (age'::pgscore.planned_model;
SELECT 'wages version 1 #a41e5f70b34c ()'::pgscore.planned_model;
SELECT 'wages version 1 #a41e5f70b34c (age) '::pgscore.planned_model;
SELECT pgscore.predict_columns('wages version 1 #a41e5f70b34c (age, job)', 1);

-- Parallel workers score too, by the plan that the leader made.
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT set_config(name, 'on', false) FROM pg_settings
 WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
SET enable_partitionwise_aggregate = on;
SELECT * FROM both_ways($$ SELECT sum(predict('wages', p)), min(predict_class('quits', p))
    FROM people p $$);
SELECT * FROM both_ways($$ SELECT id, sum(predict('wages@1'::model_version, p)) FROM parted p
    GROUP BY id ORDER BY id $$);
EXPLAIN (VERBOSE, COSTS OFF) SELECT sum(predict('wages', p)) FROM people p WHERE id > 0;
SELECT set_config(name, 'off', false) FROM pg_settings
 WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET enable_partitionwise_aggregate;

-- A call with a version is shipped to a foreign server, also with a whole row. (Nothing is
-- connected to here.)
CREATE EXTENSION postgres_fdw;
CREATE SERVER regress_pgscore_far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (extensions 'pgscore');
CREATE USER MAPPING FOR CURRENT_USER SERVER regress_pgscore_far;
CREATE FOREIGN TABLE far (id int, age float8, job text, spare int) SERVER regress_pgscore_far;
EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM far WHERE predict('wages@1'::model_version, far) > 20;
EXPLAIN (VERBOSE, COSTS OFF) SELECT predict('wages', far) FROM far;
EXPLAIN (VERBOSE, COSTS OFF) SELECT predict('wages@1'::model_version, far) FROM people p
  LEFT JOIN far ON far.id = p.id;
SET client_min_messages = warning;
DROP EXTENSION postgres_fdw CASCADE;
RESET client_min_messages;

-- Costs follow the model: a cheap condition comes first.
EXPLAIN (COSTS OFF) SELECT id FROM people p WHERE predict('wages', p) > 0 AND note > 'a';

-- Without: the row.
SET pgscore.enable_rewrite = off;
EXPLAIN (VERBOSE, COSTS OFF) SELECT predict('wages', p) FROM people p;
RESET pgscore.enable_rewrite;
\pset format aligned
\pset tuples_only off

RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA rewriting CASCADE;
RESET client_min_messages;
SELECT pgscore.drop_model(name) FROM unnest('{wages,quits,trio,broad99,broad100}'::text[]) name;
DROP ROLE regress_pgscore_reader;
