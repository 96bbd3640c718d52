-- What the tests of batches share: tables, and functions that run a query in batches and row by
-- row. Their models have names of their own, as a number of a version is never used again.
\pset null '(null)'
CREATE SCHEMA batching;
SET search_path = batching, public;
-- Rows 700 and 1400 have a job that no model knows.
CREATE TABLE people (gone int, id int PRIMARY KEY, team int, note text, job text, age numeric,
    spare float4, x int);
ALTER TABLE people DROP COLUMN gone;
INSERT INTO people SELECT i, i % 7, repeat('note ' || i, 10), CASE WHEN i % 700 = 0 THEN 'boss'
    WHEN i % 5 = 0 THEN 'chief' WHEN i % 11 > 0 THEN 'clerk' END,
  CASE WHEN i % 13 > 0 THEN (i * 7919 % 83) END, i % 3, i % 50 FROM generate_series(1, 2000) i;
-- Rows as they are stored, without a column that was dropped or added.
CREATE TABLE plain AS SELECT * FROM people ORDER BY id;
CREATE TABLE parted (id int, spare int, job text, age float8, team int) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (800);
CREATE TABLE parted_2 (age float8, id int, team int, job text, spare int);
ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES FROM (800) TO (1600);
CREATE TABLE parted_3 PARTITION OF parted FOR VALUES FROM (1600) TO (9999);
INSERT INTO parted SELECT id, spare, job, age, team FROM people;
CREATE INDEX ON people (team);
CREATE VIEW elders AS SELECT * FROM people WHERE age > 30;
CREATE VIEW fenced WITH (security_barrier) AS SELECT * FROM people WHERE id % 700 <> 0;
VACUUM ANALYZE people, plain, parted;

CREATE FUNCTION run(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  row record;
  result text := '';
BEGIN
  BEGIN
    FOR row IN EXECUTE query LOOP
      result := result || row::text;
    END LOOP;
    RAISE EXCEPTION 'take back what the query changed' USING ERRCODE = 'TT000';
  EXCEPTION
    WHEN SQLSTATE 'TT000' THEN NULL;
    WHEN OTHERS THEN result := 'ERROR: ' || SQLERRM;
  END;
  RETURN result;
END $$;
-- A loop in PL/pgSQL asks for some rows at a time. This asks for all of them.
CREATE FUNCTION rows_of(query text) RETURNS SETOF text LANGUAGE plpgsql
AS $$ BEGIN RETURN QUERY EXECUTE 'SELECT r::text FROM (' || query || ') r'; END $$;
CREATE FUNCTION run_to_the_end(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT COALESCE(string_agg(r, ''), '') FROM rows_of(query) r);
EXCEPTION
  WHEN OTHERS THEN RETURN 'ERROR: ' || SQLERRM;
END $$;
CREATE FUNCTION nodes(query text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  line text;
  count int := 0;
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
    count := count + (line ~ 'Custom Scan \(PgscoreBatch\)')::int;
  END LOOP;
  RETURN count;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;
-- How many batch nodes; is it the same; the result, or its size and hash.
CREATE FUNCTION both_ways(query text, OUT batches int, OUT same bool, OUT result text)
LANGUAGE plpgsql AS $$
DECLARE
  expected text;
BEGIN
  PERFORM set_config('pgscore.enable_batch', 'off', true);
  expected := run(query);
  ASSERT nodes(query) IS DISTINCT FROM 1;
  PERFORM set_config('pgscore.enable_batch', 'on', true);
  batches := nodes(query);
  result := run(query);
  same := result = expected;
  IF query !~ 'UPDATE|DELETE|INSERT' THEN
    same := same AND run_to_the_end(query) = expected;
  END IF;
  -- Blocks of one row, and of a number that divides nothing.
  PERFORM set_config('pgscore.batch_size', '1', true);
  same := same AND run(query) = expected;
  PERFORM set_config('pgscore.batch_size', '17', true);
  same := same AND run(query) = expected;
  PERFORM set_config('pgscore.batch_size', '512', true);
  IF length(result) > 100 THEN
    result := length(result) || ' characters';
  END IF;
END $$;
\pset format unaligned
\pset tuples_only on
