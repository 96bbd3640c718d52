-- Statements whose rows are scored in batches: what changes rows, cursors, plans that run again,
-- parallel workers, sessions. The shapes of queries are in batch.sql.
\set batching `echo "$PG_ABS_SRCDIR/sql/shared/batching.sql"`
\i :batching
SELECT pgscore.import_model('lease', made.salary(1, '{clerk,chief}', '{5,10}', 'skip', 'spare')),
       pgscore.import_model('mover', made.classifier('age', 0.05, '{stays,leaves}', 'skip')),
       pgscore.import_model('picky', made.salary(1, '{clerk,chief}', '{5,10}', 'skip', 'spare'),
         options => '{"on_unknown": "error", "on_missing": "null"}');

-- What changes rows, and what keeps them.
CREATE TABLE scores (id int, score float8);
SELECT * FROM both_ways($$ INSERT INTO scores SELECT id, predict('lease', p) FROM people p
    RETURNING * $$);
SELECT * FROM both_ways($$ UPDATE people p SET spare = predict('lease', p), note = 'x'
    WHERE predict('lease', p) > 20 RETURNING id, spare, predict('lease', p) $$);
SELECT * FROM both_ways($$ UPDATE people p SET spare = s
    FROM (SELECT id, predict('lease', q) AS s FROM parted q) q WHERE q.id = p.id
    RETURNING p.id, p.spare $$);
SELECT * FROM both_ways($$ UPDATE parted q SET age = predict('lease', q) RETURNING id, age $$);
SELECT * FROM both_ways($$ DELETE FROM people p WHERE predict('lease', p) > 20 RETURNING id $$);
SELECT * FROM both_ways($$ WITH u AS (UPDATE people p SET spare = predict('lease', p) RETURNING *)
    SELECT id, spare, predict('lease', u) FROM u $$);
SELECT * FROM both_ways($$ SELECT id, predict('lease', p) FROM people p FOR UPDATE $$);
BEGIN;
UPDATE people p SET spare = predict('lease', p);
SELECT count(*), count(*) FILTER (WHERE spare IS DISTINCT FROM predict('lease', p)::float4)
  FROM people p;
INSERT INTO scores SELECT id, predict('lease', p) FROM people p;
SELECT count(*), count(*) FILTER (WHERE s.score IS DISTINCT FROM predict('lease', p)) FROM scores s
  JOIN people p USING (id);
MERGE INTO scores s USING (SELECT id, predict('mover', p) AS score FROM people p) n ON n.id = s.id
    WHEN MATCHED THEN UPDATE SET score = n.score;
SELECT count(*), count(*) FILTER (WHERE s.score IS DISTINCT FROM predict('mover', p)) FROM scores s
  JOIN people p USING (id);
ROLLBACK;
CREATE TABLE kept AS SELECT id, predict('lease', p) AS score FROM people p;
CREATE MATERIALIZED VIEW seen AS SELECT id, predict('lease', p) AS score FROM people p;
REFRESH MATERIALIZED VIEW seen;
SELECT count(*), count(k.score), count(s.score) FROM people p
  LEFT JOIN kept k ON k.id = p.id AND k.score IS NOT DISTINCT FROM predict('lease', p)
  LEFT JOIN seen s ON s.id = p.id AND s.score IS NOT DISTINCT FROM predict('lease', p);
COPY (SELECT sum(predict('lease', p)) FROM people p) TO STDOUT;
CREATE FUNCTION total(threshold float8) RETURNS float8 LANGUAGE sql STABLE
AS $$ SELECT sum(predict('lease', p)) FROM people p WHERE predict('lease', p) > threshold $$;
SELECT total(20), total(30), total(20);

-- Cursors: forwards, and backwards where the plan could; the row that a cursor stands on.
BEGIN;
DECLARE forwards NO SCROLL CURSOR FOR SELECT id, predict('lease', p) FROM people p ORDER BY id;
FETCH 3 FROM forwards;
MOVE 600 FROM forwards;
FETCH 2 FROM forwards;
DECLARE both_directions SCROLL CURSOR FOR SELECT id, predict('lease', p) FROM people p ORDER BY id;
FETCH 2 FROM both_directions;
MOVE 1000 FROM both_directions;
FETCH BACKWARD 2 FROM both_directions;
FETCH ABSOLUTE 2 FROM both_directions;
DECLARE plain_scan CURSOR FOR SELECT id, predict('lease', p) FROM plain p;
FETCH 2 FROM plain_scan;
MOVE 100 FROM plain_scan;
FETCH BACKWARD 1 FROM plain_scan;
DECLARE here CURSOR FOR SELECT id, predict('lease', p) FROM plain p WHERE predict('lease', p) > 10;
FETCH 2 FROM here;
UPDATE plain SET note = 'current' WHERE CURRENT OF here;
DECLARE locked CURSOR FOR SELECT id, predict('lease', p) FROM plain p
 WHERE predict('lease', p) > 10 FOR UPDATE;
MOVE 50 FROM locked;
FETCH 1 FROM locked;
UPDATE plain SET note = 'locked' WHERE CURRENT OF locked;
SELECT id, note FROM plain WHERE note IN ('current', 'locked') ORDER BY id;
DECLARE one_way NO SCROLL CURSOR FOR SELECT id, predict('lease', p) FROM plain p
 WHERE predict('lease', p) > 10;
FETCH 1 FROM one_way;
UPDATE plain SET note = 'one way' WHERE CURRENT OF one_way;
SELECT id, note FROM plain WHERE note = 'one way';
ROLLBACK;
DO $$
DECLARE
  each record;
  backwards SCROLL CURSOR FOR SELECT id, predict('lease', p) AS s FROM plain p;
BEGIN
  FOR each IN SELECT id, predict('picky', p) FROM plain p LOOP
    EXIT WHEN each.id = 600;
  END LOOP;
  OPEN backwards;
  MOVE FORWARD 20 FROM backwards;
  FETCH PRIOR FROM backwards INTO each;
  RAISE NOTICE 'row % %', each.id, each.s;
END $$;

-- Plans that run again: with another snapshot, another version, other parameters; inner sides of
-- joins.
SET plan_cache_mode = force_generic_plan;
PREPARE total AS SELECT sum(predict('lease', p)) FROM people p WHERE id > $1;
EXECUTE total(0);
SELECT nodes('EXECUTE total(0)');
SELECT pgscore.import_model('lease', made.salary(2, '{clerk,chief}', '{5,10}', 'skip', 'spare'),
    deploy => true);
EXECUTE total(0);
SELECT pgscore.rollback_model('lease');
EXECUTE total(0);
EXECUTE total(1990);
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET enable_material = off;
SET pgscore.batch_min_rows = 0;
SELECT * FROM both_ways($$ SELECT a.i, s FROM generate_series(1, 3) a (i),
    LATERAL (SELECT sum(predict('lease', p)) AS s FROM people p WHERE p.team = a.i OFFSET 0) l $$);
SELECT * FROM both_ways($$ SELECT a.i, b.id FROM generate_series(1, 3) a (i)
    JOIN people b ON b.id = a.i AND predict('lease', b) > 3 $$);
SELECT * FROM both_ways($$ SELECT a.i, (SELECT max(predict('lease', p) + a.i) FROM people p
      WHERE p.id < a.i * 30) FROM generate_series(1, 5) a (i) $$);
SELECT * FROM both_ways($$ SELECT a.i FROM generate_series(1, 5) a (i)
    WHERE a.i IN (SELECT p.id FROM people p WHERE predict('lease', p) > 3) ORDER BY 1 $$);
SELECT * FROM both_ways($$ WITH RECURSIVE w (age, job, spare) AS (SELECT 1, 'clerk', 0
      UNION ALL SELECT age + 1, job, spare FROM w WHERE predict('lease', w) < 20)
    SELECT count(*), sum(predict('lease', w)) FROM w $$);
SELECT * FROM both_ways($$ SELECT predict('lease', v)
    FROM (VALUES (1, 'clerk', 1), (2, 'chief', NULL)) v (age, job, spare) $$);
SELECT * FROM both_ways($$ SELECT id FROM people p
    WHERE ctid = '(0,1)' AND predict('lease', p) > 0 $$);
SET enable_nestloop = off;
SET enable_mergejoin = on;
SELECT * FROM both_ways($$ SELECT a.id, b.s FROM people a
    JOIN (SELECT id, predict('lease', p) AS s FROM people p) b USING (id) ORDER BY 1 $$);
SELECT * FROM both_ways($$ SELECT count(*) FROM people a
    JOIN people b ON b.team = a.team AND predict('lease', b) > 40 $$);
RESET enable_hashjoin; RESET enable_mergejoin; RESET enable_material; RESET enable_nestloop;
RESET plan_cache_mode;
-- The planner expects too few rows: one by one.
RESET pgscore.batch_min_rows;
SELECT nodes($$ SELECT predict('lease', p) FROM people p WHERE id < 5 $$),
       nodes($$ SELECT predict('lease', p) FROM people p LIMIT 63 $$),
       nodes($$ SELECT predict('lease', p) FROM people p LIMIT 64 $$);

-- Parallel workers have batches of their own.
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT sum(predict('lease', p)) FROM plain p;
SELECT * FROM both_ways($$ SELECT round(sum(predict('lease', p))::numeric, 6) FROM plain p $$);
SELECT * FROM both_ways($$ SELECT id, predict('lease', p) FROM plain p ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT team, round(sum(predict('lease', q))::numeric, 6) FROM parted q
    GROUP BY team ORDER BY team $$);
SELECT * FROM both_ways($$ SELECT count(*) FROM plain p WHERE predict('picky', p) > 3 $$);
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;

-- What is counted.
SELECT pgscore.stat_reset('lease');
SET pgscore.enable_batch = on;
SELECT count(predict('lease', p)) FROM people p;
SELECT calls, rows, null_rows, errors, missing_values > 0 AS missing FROM pgscore.stat_models
 WHERE name = 'lease';

-- More columns than a call may have.
SELECT pgscore.import_model('broad', made.linear(0, array_agg(i::float8 ORDER BY i),
    VARIADIC array_agg('c' || i ORDER BY i)))
  FROM generate_series(1, 300) i;
DO $$ BEGIN
  EXECUTE (SELECT format('CREATE TABLE broad AS SELECT %s FROM generate_series(1, 600) g',
                         string_agg(format('(g + %s) %% 17 AS c%s', i, i), ', '))
             FROM generate_series(1, 320) i);
END $$;
ANALYZE broad;
SELECT * FROM both_ways($$ SELECT predict('broad', b) FROM broad b $$);
-- Not the row but its columns, whoever scores it.
CREATE FUNCTION first_lines(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  line text;
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
    RETURN NEXT regexp_replace(line, '(, b?\.?c\d+)+', ', ...', 'g');
  END LOOP;
END $$;
SELECT first_lines($$ SELECT c320, predict('broad', b) FROM broad b $$);
SET pgscore.enable_batch = off;
SELECT first_lines($$ SELECT c320, predict('broad', b) FROM broad b $$);
SET pgscore.enable_batch = on;
SELECT * FROM both_ways($$ SELECT sum(predict('broad', b)) FROM broad b $$);
SELECT * FROM both_ways($$ SELECT c320 FROM broad b WHERE predict('broad', b) > 370000 $$);

-- A session that has not loaded the library plans its first statement without it.
\c
\pset format unaligned
\pset tuples_only on
EXPLAIN (COSTS OFF) SELECT sum(predict('lease', p)) FROM batching.plain p;
EXPLAIN (COSTS OFF) SELECT sum(predict('lease', p)) FROM batching.plain p;
-- A batch that is waited for can be cancelled, and leaves nothing behind.
CREATE FUNCTION batching.slowly(int) RETURNS int
LANGUAGE sql STABLE AS 'SELECT $1 FROM pg_sleep(0.01)';
\set VERBOSITY terse
SET statement_timeout = 100;
SELECT sum(predict('lease', batching.slowly(id), job, NULL)) FROM batching.plain p;
RESET statement_timeout;
SELECT sum(predict('lease', p)) FROM batching.plain p;

SET client_min_messages = warning;
DROP SCHEMA batching CASCADE;
SELECT pgscore.drop_model(name) FROM unnest(ARRAY['lease', 'mover', 'picky', 'broad']) name;
