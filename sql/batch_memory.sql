-- The memory of a batch: pgscore.batch_memory bounds it, whatever models, rows and columns are; the
-- scores are the same.
\pset null '(null)'
LOAD 'pgscore';
SHOW pgscore.batch_memory;
-- Releases word it differently.
DO $$ BEGIN SET pgscore.batch_memory = '1kB'; EXCEPTION
    WHEN invalid_parameter_value THEN RAISE NOTICE 'out of range'; END $$;
SET pgscore.batch_memory = '64kB';
RESET pgscore.batch_memory;
CREATE SCHEMA batch_memory;
SET search_path = batch_memory, public;
-- 30,000 classes, and 30,000 features.
SELECT pgscore.import_model('memory_classes', made.model(made.numbers('x'),
    json_build_array(
      json_build_object('type', 'linear', 'intercept', json_agg(i % 7), 'terms', json_build_array(
        json_build_object('column', 0, 'coefficients', json_agg(i % 3)))),
      json_build_object('type', 'link', 'function', 'softmax', 'inputs', json_agg(i))),
    json_build_object('task', 'classification', 'values', '[]'::json, 'labels', json_agg('c' || i),
      'probabilities', json_agg(30000 + i)))) FROM generate_series(1, 30000) i;
SELECT pgscore.import_model('memory_features', made.model(
    made.numbers(VARIADIC array_agg('f' || i)),
    json_build_array(json_build_object('type', 'reduce', 'function', 'sum', 'inputs',
                                       json_agg(i - 1))),
    made.value('y', 30000))) FROM generate_series(1, 30000) i;
SELECT pgscore.import_model('memory_plain', made.first('x'));
CREATE TABLE numbers AS SELECT i::float8 / 100 AS x, i FROM generate_series(1, 600) i;
CREATE TABLE array_row AS SELECT array_agg(i::float8) AS a FROM generate_series(1, 30000) i;
ANALYZE numbers, array_row;
-- What the backend has taken of memory at its peak, in MB.
CREATE FUNCTION peak() RETURNS int LANGUAGE sql VOLATILE AS
  $$ SELECT (regexp_match(pg_read_file('/proc/self/status'), 'VmHWM:\s+(\d+)'))[1]::int / 1024 $$;
-- A query in batches with this much memory, and row by row: are the rows the same, and how much did
-- the batches take, up to a limit?
CREATE FUNCTION takes(query text, memory text, expected int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  by_row text;
  batch text;
  before int;
BEGIN
  PERFORM set_config('pgscore.enable_batch', 'off', true),
    set_config('pgscore.batch_memory', memory, true);
  EXECUTE query INTO by_row;
  PERFORM set_config('pgscore.enable_batch', 'on', true);
  before := peak();
  EXECUTE query INTO batch;
  RETURN CASE WHEN batch = by_row THEN 'same, ' ELSE format('%s instead of %s, ', batch, by_row) END
    || CASE WHEN peak() - before < expected THEN format('below %s MB', expected)
      ELSE format('%s MB', peak() - before) END;
END $$;
-- The peak only rises: the least first.
SELECT takes($$ SELECT sum((predict_proba('memory_classes', n))[17]) FROM numbers n $$, '2MB', 16);
SELECT takes($$ SELECT sum(predict('memory_plain', x) + length(note))
    FROM (SELECT x, repeat('x', 100000) AS note FROM numbers OFFSET 0) n $$, '2MB', 16);
SELECT takes($$ SELECT sum(predict('memory_features', a))
    FROM (SELECT a, x FROM array_row, numbers OFFSET 0) s $$, '2MB', 16);
SELECT takes($$ SELECT sum((predict_proba('memory_classes', n))[17]
      + (predict_proba('memory_classes', i))[3]) FROM numbers n $$, '64MB', 90);
SELECT takes($$ SELECT sum(predict('memory_features', a))
    FROM (SELECT a, x FROM array_row, numbers OFFSET 0) s $$, '64MB', 90);
-- One row is always taken.
SELECT takes($$ SELECT sum((predict_proba('memory_classes', n))[17]) FROM numbers n $$, '64kB', 16);
-- Batches end where the memory ends, not where rows are few.
CREATE FUNCTION batches(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  line text;
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ' || query LOOP
    IF line ~ 'Batches' THEN RETURN NEXT trim(line); END IF;
  END LOOP;
END $$;
SELECT batches($$ SELECT sum(predict('memory_plain', x)) FROM numbers $$);
SELECT batches($$ SELECT sum((predict_proba('memory_classes', x))[17]) FROM numbers $$);
SET pgscore.batch_memory = '4MB';
SELECT batches($$ SELECT sum((predict_proba('memory_classes', x))[17]) FROM numbers $$);

SELECT pgscore.drop_model(name)
  FROM unnest(ARRAY['memory_classes', 'memory_features', 'memory_plain']) name;
SET client_min_messages = warning;
DROP SCHEMA batch_memory CASCADE;
