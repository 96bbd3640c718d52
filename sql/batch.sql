-- Rows that are scored in batches. Every shape of query is run in batches and row by row: the same
-- rows in the same order, or the same error; and batches where they are allowed, none where
-- somebody would notice. What is around a query is in batch_statements.sql.
-- Settings are known, and the planner's hook is there, from the first statement on that loads the
-- library.
LOAD 'pgscore';
SHOW pgscore.enable_batch;
SHOW pgscore.batch_size;
SHOW pgscore.batch_min_rows;
SET pgscore.batch_size = 513;
SET pgscore.batch_size = 0;

\set batching `echo "$PG_ABS_SRCDIR/sql/shared/batching.sql"`
\i :batching
\set iris `cat "$PG_ABS_SRCDIR/models/edge/xgboost/softmax.json"`
SELECT pgscore.import_model('loan', made.salary(1, '{clerk,chief}', '{5,10}', 'skip', 'spare')),
       pgscore.import_model('leaver', made.classifier('age', 0.05, '{stays,leaves}', 'skip')),
       pgscore.import_model('petal', convert_to(:'iris', 'UTF8'));
SELECT pgscore.import_model('touchy', made.salary(1, '{clerk,chief}', '{5,10}', 'skip', 'spare'),
    options => '{"on_unknown": "error", "on_missing": "null"}');

-- Where a score may stand.
SELECT * FROM both_ways($$ SELECT id, predict('loan', p) FROM people p $$);
SELECT * FROM both_ways($$ SELECT id, predict('loan', p) FROM plain p $$);
SELECT * FROM both_ways($$ SELECT count(*), sum(predict('loan', p)) FROM people p $$);
SELECT * FROM both_ways($$ SELECT note, round(predict('loan', p)::numeric, 2), p FROM people p
    WHERE predict('loan', p) > 25 $$);
SELECT * FROM both_ways($$ SELECT id FROM people p WHERE predict('loan', p) > 25 AND x > 10 $$);
SELECT * FROM both_ways($$ SELECT id FROM people p
    WHERE team = 3 AND predict('loan', p) > 25 OR predict('loan', p) < 4 $$);
SELECT * FROM both_ways($$ SELECT id, predict('loan', p) FROM people p
    ORDER BY predict('loan', p) DESC, id LIMIT 7 $$);
SELECT * FROM both_ways($$ SELECT DISTINCT predict('loan', p) FROM people p ORDER BY 1 $$);
SELECT * FROM both_ways($$ SELECT predict('loan', p), count(*) FROM people p GROUP BY 1
    ORDER BY 1 $$);
SELECT * FROM both_ways($$ SELECT team, job, avg(predict('loan', p)),
    count(*) FILTER (WHERE predict('leaver', p) > 0.5) FROM people p GROUP BY team, job
    HAVING max(predict('loan', p)) > 20 ORDER BY team, job $$);
SELECT * FROM both_ways($$ SELECT team, sum(predict('loan', p)) FROM people p GROUP BY ROLLUP (team)
    ORDER BY team $$);
SELECT * FROM both_ways($$ SELECT team, job, sum(predict('loan', p)) FROM people p
    GROUP BY GROUPING SETS ((team), (job), ()) ORDER BY team, job $$);
-- Of what is grouped by, and NULL in the other grouping sets, while aggregates take each row as it
-- is.
SELECT same, result FROM both_ways($$ SELECT job, team, sum(predict('loan', team, job, NULL)),
    predict('loan', team, job, NULL) FROM people p WHERE team IS NOT NULL
    GROUP BY ROLLUP (job, team) ORDER BY 1, 2, 3, 4 $$);
SELECT same, result FROM both_ways($$ SELECT count(predict('loan', p)), predict('loan', p)
    FROM people p WHERE id < 900 GROUP BY GROUPING SETS ((p), ()) ORDER BY 1, 2 $$);
SELECT * FROM both_ways($$ SELECT sum(DISTINCT predict('loan', p)),
    string_agg(predict('loan', p)::text, ',' ORDER BY predict('loan', p), id) FROM people p
    WHERE id < 99 $$);
SELECT * FROM both_ways($$ SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY predict('loan', p))
    FROM people p $$);
SELECT * FROM both_ways($$ SELECT predict('loan', age, job, NULL)
    FROM (SELECT max(age) AS age, min(job) AS job FROM people GROUP BY id ORDER BY id) s $$);
SELECT * FROM both_ways($$ SELECT id, sum(predict('loan', p)) OVER (PARTITION BY team ORDER BY id),
    rank() OVER (ORDER BY predict('loan', p), id) FROM people p ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT predict('loan', p) FROM people p UNION SELECT predict('loan', q)
    FROM parted q ORDER BY 1 $$);
SELECT * FROM both_ways($$ SELECT predict('loan', p) FROM people p
    UNION ALL SELECT predict('loan', q) FROM parted q $$);
SELECT * FROM both_ways($$ SELECT predict('loan', p) FROM people p EXCEPT SELECT predict('loan', q)
    FROM parted q WHERE id > 50 ORDER BY 1 $$);
SELECT * FROM both_ways($$ SELECT id, predict('loan', q) FROM parted q $$);
SELECT * FROM both_ways($$ SELECT team, avg(predict('loan', q)) FROM parted q GROUP BY team
    ORDER BY team $$);
SELECT * FROM both_ways($$ SELECT p.id, predict('loan', p) + predict('loan', q) FROM people p
    JOIN parted q USING (id) ORDER BY p.id $$);
SELECT * FROM both_ways($$ SELECT p.id FROM people p JOIN parted q USING (id)
    WHERE predict('loan', p.age, q.job, p.spare) > 20 ORDER BY p.id $$);
SELECT * FROM both_ways($$ SELECT p.id, q.s FROM people p
    JOIN (SELECT id, predict('loan', q) AS s FROM parted q) q USING (id) ORDER BY p.id $$);
SELECT * FROM both_ways($$ SELECT id, s FROM people p
    CROSS JOIN LATERAL (SELECT predict('loan', p) AS s) l WHERE s > 20 $$);
SELECT * FROM both_ways($$ SELECT id, predict('loan', e) FROM elders e $$);
SELECT * FROM both_ways($$ WITH w AS MATERIALIZED (SELECT * FROM people)
    SELECT id, predict('loan', w) FROM w WHERE predict('loan', w) > 3 $$);
SELECT * FROM both_ways($$ SELECT predict('loan', s)
    FROM (SELECT * FROM people ORDER BY x, id OFFSET 10) s $$);
SELECT * FROM both_ways($$ SELECT predict('loan', g.i, 'chief', NULL)
    FROM generate_series(1, 1000) g (i) $$);
SELECT * FROM both_ways($$ SELECT predict('loan', to_jsonb(p)), predict('leaver', ARRAY[age])
    FROM people p $$);
SELECT * FROM both_ways($$ SELECT id, (SELECT count(*) FROM parted q
      WHERE q.id < p.id AND q.id < 9), predict('loan', p) FROM people p WHERE x < 40 $$);
SELECT * FROM both_ways($$ SELECT count(*) FROM people p
    WHERE predict('loan', p) > (SELECT avg(predict('loan', q)) FROM parted q) $$);
SELECT * FROM both_ways($$ SELECT id FROM people p
    WHERE team = 1 AND EXISTS (SELECT FROM parted q WHERE q.id = p.id AND predict('loan', q) > 20)
    ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT id, predict('loan', p)
    FROM people p TABLESAMPLE BERNOULLI (50) REPEATABLE (1) $$);
SELECT * FROM both_ways($$ SELECT tableoid::regclass, ctid, xmin = xmax, predict('loan', p),
    p IS NULL FROM plain p $$);
SELECT * FROM both_ways($$ SELECT 1 FROM people p
    WHERE predict('loan', 1, 'clerk', NULL) > 1 AND predict('loan', p) > 45 $$);
-- All functions, by name and by version; two models on one scan; the same call twice; a score of a
-- score.
SELECT * FROM both_ways($$ SELECT predict_class('leaver', p),
    predict_class('leaver@1'::model_version, p), predict_class('leaver', p, 0.7),
    predict_class('leaver', p, id / 2000.0) FROM people p $$);
SELECT * FROM both_ways($$ SELECT predict_proba('leaver', p),
    predict_proba_of('leaver', 'stays', p), predict_proba_of('leaver',
      CASE WHEN team = 1 THEN 'leaves' WHEN team = 2 THEN 'stays' END, p) FROM people p $$);
SELECT * FROM both_ways($$ SELECT predict_raw('leaver', p), predict_outputs('leaver', p),
    (predict_proba('leaver', p))[1] FROM people p $$);
SELECT * FROM both_ways($$ SELECT predict_leaf('petal', f), predict_class('petal', f),
    predict_proba('petal', f) FROM (SELECT x AS f0, spare AS f1, team AS f2, age AS f3
      FROM people) f $$);
SELECT * FROM both_ways($$ SELECT predict('loan', p) - predict('loan@1', p), predict('leaver', p)
    FROM people p WHERE predict('leaver', p) > 0.3 $$);
SELECT * FROM both_ways($$ SELECT predict('loan', predict('leaver', p), job, NULL)
    FROM people p $$);
SELECT * FROM both_ways($$ SELECT predict_proba_of('leaver', note, p) FROM people p $$);
SELECT * FROM both_ways($$ SELECT predict_proba_of('leaver', CASE WHEN id = 90 THEN 'nobody'
      ELSE 'stays' END, p) FROM people p LIMIT 80 $$);
SELECT * FROM both_ways($$ SELECT predict_class('petal', f, 0.5)
    FROM (SELECT x AS f0, spare AS f1, team AS f2, age AS f3 FROM people) f $$);
EXPLAIN (VERBOSE, COSTS OFF) SELECT sum(predict('loan', p)),
    max(predict_proba_of('leaver', 'stays', p)), sum(predict('loan', p)) FROM people p;
EXPLAIN (VERBOSE, COSTS OFF) SELECT note, predict('loan', p) FROM people p
 WHERE predict('leaver', p) > 0.3 AND x > 3;
CREATE FUNCTION as_json(query text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  plan json;
BEGIN
  EXECUTE 'EXPLAIN (COSTS OFF, FORMAT json) ' || query INTO plan;
  RETURN plan #> '{0,Plan}';
END $$;
SELECT plan -> 'Custom Plan Provider', plan -> 'Models', plan -> 'Batch Size',
       plan #> '{Plans,0,Node Type}'
  FROM as_json($$ SELECT predict('loan', p), predict_class('leaver@1', p) FROM plain p $$) plan;
CREATE FUNCTION counted(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  line text;
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ' || query LOOP
    IF line !~ 'Memory|Buffers|Planning' THEN
      RETURN NEXT regexp_replace(line, 'rows=(\d+)\.00', 'rows=\1');
    END IF;
  END LOOP;
END $$;
SELECT counted($$ SELECT count(*) FROM people p WHERE predict('loan', p) > 25 $$);
SELECT counted($$ SELECT id FROM people p WHERE predict('loan', p) > 25 LIMIT 3 $$);

-- No score that the query does not need: arms of CASE and the like, sub-selects. What is always
-- evaluated may be in batches, and then serves the arms too.
SELECT * FROM both_ways($$ SELECT CASE WHEN id % 700 > 0 THEN predict('touchy', p) END
    FROM people p $$);
SELECT * FROM both_ways($$ SELECT COALESCE(age, predict('touchy', p)) FROM people p
    WHERE age IS NOT NULL $$);
SELECT * FROM both_ways($$ SELECT id FROM people p
    WHERE id % 700 = 0 OR predict('touchy', p) > 30 $$);
SELECT * FROM both_ways($$ SELECT id % 700 > 0 AND predict('touchy', p) > 30 FROM people p $$);
SELECT * FROM both_ways($$ SELECT (SELECT predict('touchy', p) WHERE id % 700 > 0)
    FROM people p $$);
SELECT * FROM both_ways($$ SELECT sum(predict('touchy', p)) FILTER (WHERE id % 700 > 0)
    FROM people p $$);
SELECT * FROM both_ways($$ SELECT id, lag(0.5::float8, 1, predict('touchy', p)) OVER (ORDER BY id)
    FROM people p WHERE id > 1 $$);
SELECT *
  FROM both_ways($$ SELECT sum(predict('touchy', p)) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING
      AND 1 PRECEDING) FROM people p WHERE id <= 700 $$);
SELECT * FROM both_ways($$ SELECT CASE WHEN predict('loan', p) > 20 THEN 'much'
    WHEN predict('touchy', p) > 10 THEN 'less' ELSE predict('loan', p)::text END FROM people p
    WHERE id < 700 $$);
SELECT * FROM both_ways($$ SELECT COALESCE(predict('loan', p), 0), NOT predict('loan', p) > 3,
    predict('loan', p) > 3 OR x > 1 FROM people p $$);
-- Conditions keep their order: the second model does not see what the first one filters, nor
-- anybody what a barrier hides.
SELECT * FROM both_ways($$ SELECT id FROM people p
    WHERE predict('loan', p) > 1.6 AND predict('touchy', p) > 20 AND id % 700 <> 0 $$);
SELECT * FROM both_ways($$ SELECT predict('touchy', p) FROM people p
    WHERE COALESCE(predict_proba_of('leaver', CASE WHEN id % 700 > 0 THEN 'stays' END, p),
      -1) >= 0 $$);
SELECT * FROM both_ways($$ SELECT count(*) FROM fenced f WHERE predict('touchy', f) > 0 $$);
SELECT * FROM both_ways($$ SELECT predict('touchy', f) FROM fenced f $$);
CREATE ROLE regress_pgscore_batcher;
SET pgscore.batch_min_rows = 0;
GRANT USAGE ON SCHEMA batching TO regress_pgscore_batcher;
GRANT SELECT ON ALL TABLES IN SCHEMA batching TO regress_pgscore_batcher;
SELECT pgscore.grant_model('touchy', 'execute', 'regress_pgscore_batcher');
ALTER TABLE plain ENABLE ROW LEVEL SECURITY;
CREATE POLICY known ON plain TO regress_pgscore_batcher USING (job IS DISTINCT FROM 'boss'
    AND x % 2 = 0);
SET ROLE regress_pgscore_batcher;
SELECT * FROM both_ways($$ SELECT count(*), sum(predict('touchy', p)) FROM plain p
    WHERE predict('touchy', p) > 10 $$);
-- Who may not use the model, or the function, is told so; nobody who scores no row is.
SELECT * FROM both_ways($$ SELECT sum(predict('loan', p)) FROM people p $$);
SELECT * FROM both_ways($$ SELECT sum(predict('loan', p)) FROM people p WHERE id < 0 $$);
RESET ROLE;
REVOKE EXECUTE ON FUNCTION predict(text, "any") FROM public;
SET ROLE regress_pgscore_batcher;
SELECT * FROM both_ways($$ SELECT sum(predict('touchy', p)) FROM plain p $$);
RESET ROLE;
GRANT EXECUTE ON FUNCTION predict(text, "any") TO public;
ALTER TABLE plain DISABLE ROW LEVEL SECURITY;
RESET pgscore.batch_min_rows;

-- Errors: of the rows that are scored, none of those that a LIMIT does not reach.
SELECT * FROM both_ways($$ SELECT predict('touchy', p) FROM plain p $$);
SELECT * FROM both_ways($$ SELECT sum(predict('touchy', p)) FROM plain p $$);
SELECT * FROM both_ways($$ SELECT predict('touchy', p) FROM plain p LIMIT 699 $$);
SELECT * FROM both_ways($$ SELECT predict('touchy', p) FROM plain p LIMIT 700 $$);
SELECT * FROM both_ways($$ SELECT predict('loan', p) FROM plain p
    WHERE predict('touchy', p) > 3 LIMIT 500 $$);
SELECT * FROM both_ways($$ SELECT predict('loan', p) FROM plain p
    WHERE predict('touchy', p) > 3 AND predict('leaver', p) > 0 $$);
SELECT * FROM both_ways($$ SELECT predict('loan', p) FROM plain p
    WHERE 100 / (700 - id) < 2000 LIMIT 690 $$);
SELECT * FROM both_ways($$ SELECT sum(predict('loan', p)) FROM plain p
    WHERE 100 / (700 - id) < 2000 $$);
SELECT * FROM both_ways($$ SELECT 100 / (700 - id), predict('loan', p) FROM plain p LIMIT 690 $$);
SELECT * FROM both_ways($$ SELECT predict('loan', age / (700 - id), job, NULL)
    FROM plain p LIMIT 690 $$);
SELECT * FROM both_ways($$ SELECT sum(predict('loan', age / (2001 - id), job, NULL))
    FROM plain p $$);
SELECT * FROM both_ways($$ SELECT s FROM (SELECT id, predict('touchy', p) AS s FROM plain p) q
    WHERE id < 600 AND s > 0 LIMIT 5 $$);
SELECT * FROM both_ways($$ SELECT 1 WHERE EXISTS (SELECT FROM plain p
      WHERE predict('touchy', p) > 3) $$);
SET pgscore.on_error = 'null';
SELECT * FROM both_ways($$ SELECT id, predict('touchy', p) FROM plain p
    WHERE id BETWEEN 698 AND 702 $$);
SELECT * FROM both_ways($$ SELECT count(*), count(predict('touchy', p)) FROM plain p $$);
RESET pgscore.on_error;
SELECT * FROM both_ways($$ SELECT predict('nobody', p) FROM plain p $$);
SELECT * FROM both_ways($$ SELECT sum(predict('leaver', p.team, p.team)) FROM plain p $$);

-- What may raise an error is read ahead only by those who want all rows.
SELECT * FROM both_ways($$ SELECT id, predict('loan', p) FROM plain p
    WHERE 100 / (2001 - id) >= 0 $$);
BEGIN;
DECLARE more NO SCROLL CURSOR FOR SELECT predict('loan', p) FROM people p JOIN parted q USING (id)
 WHERE 100 / (700 - id + q.spare) < 2000;
FETCH 2 FROM more;
ROLLBACK;
DO $$
DECLARE
  each record;
BEGIN
  FOR each IN SELECT id, predict('loan', p) FROM plain p WHERE 100 / (200 - id) < 2000 LOOP
    EXIT WHEN each.id = 140;
  END LOOP;
END $$;
-- Volatile functions are called for the same rows in the same order.
CREATE SEQUENCE tick;
CREATE FUNCTION next_tick(int) RETURNS bigint LANGUAGE sql VOLATILE AS 'SELECT nextval(''tick'')';
CREATE FUNCTION ticks(query text) RETURNS text LANGUAGE plpgsql
AS $$ BEGIN PERFORM setval('tick', 1); RETURN run(query) || currval('tick'); END $$;
CREATE FUNCTION ticks_both_ways(query text, OUT batches int, OUT same bool) LANGUAGE plpgsql AS $$
DECLARE
  expected text;
BEGIN
  PERFORM set_config('pgscore.enable_batch', 'off', true);
  expected := ticks(query);
  PERFORM set_config('pgscore.enable_batch', 'on', true);
  batches := nodes(query);
  same := ticks(query) = expected;
END $$;
SELECT * FROM ticks_both_ways($$ SELECT next_tick(id), predict('loan', p)
    FROM plain p LIMIT 100 $$);
SELECT * FROM ticks_both_ways($$ SELECT id, predict('loan', p) FROM plain p
    WHERE next_tick(id) > 5 LIMIT 100 $$);
SELECT * FROM ticks_both_ways($$ SELECT sum(predict('loan', p)), max(next_tick(id)) FROM plain p
    WHERE next_tick(id) > 5 $$);
SELECT * FROM ticks_both_ways($$ SELECT predict('loan', next_tick(id), job, NULL), next_tick(1)
    FROM plain p LIMIT 100 $$);
SELECT * FROM ticks_both_ways($$ SELECT s FROM (SELECT predict('loan', p) AS s, next_tick(id) AS n
      FROM plain p OFFSET 0) q WHERE s + n > 0 $$);
SELECT * FROM ticks_both_ways($$ SELECT next_tick(id), predict('loan', p) FROM plain p
    WHERE predict('loan', p) > 20 LIMIT 100 $$);

SET client_min_messages = warning;
DROP OWNED BY regress_pgscore_batcher;
DROP SCHEMA batching CASCADE;
SELECT pgscore.drop_model(name) FROM unnest(ARRAY['loan', 'leaver', 'petal', 'touchy']) name;
SELECT pgscore.drop_role_grants('regress_pgscore_batcher');
DROP ROLE regress_pgscore_batcher;
