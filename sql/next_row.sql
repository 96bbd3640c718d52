-- Scored row by row, the next row of the scan is asked for ahead: from which plans a call finds its
-- scan, and that it never takes one that is gone. The scores are compared with those in batches.
CREATE SCHEMA next_row;
SET search_path = next_row, public;
LOAD 'pgscore';
SELECT pgscore.import_model('sum', made.model(made.numbers('a', 'b'),
  '[{"type": "linear", "on_missing": "skip", "intercept": [1], "terms": [
     {"column": 0, "coefficients": [0.5]}, {"column": 1, "coefficients": [2]}]}]',
  made.value('y', 2)));
CREATE TABLE points AS SELECT i AS id, i % 7 AS team, i % 100 AS a,
    CASE WHEN i % 13 > 0 THEN i % 10 END AS b FROM generate_series(1, 3000) i;
CREATE INDEX ON points (team);
CREATE TABLE pieces (LIKE points) PARTITION BY RANGE (id);
CREATE TABLE pieces_1 PARTITION OF pieces FOR VALUES FROM (0) TO (1000);
CREATE TABLE pieces_2 PARTITION OF pieces FOR VALUES FROM (1000) TO (2000);
CREATE TABLE pieces_3 PARTITION OF pieces FOR VALUES FROM (2000) TO (9999);
INSERT INTO pieces SELECT * FROM points;
CREATE TEMP TABLE passing AS SELECT * FROM points;
VACUUM ANALYZE points, pieces, passing;
SET max_parallel_workers_per_gather = 0;

-- Is the scan found, and is the result that of batches?
CREATE FUNCTION look(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  in_batches text;
  row_by_row text;
BEGIN
  SET LOCAL pgscore.enable_batch = on;
  EXECUTE query INTO in_batches;
  SET LOCAL pgscore.enable_batch = off;
  SET LOCAL client_min_messages = debug1;
  EXECUTE query INTO row_by_row;
  SET LOCAL client_min_messages = notice;
  RETURN CASE WHEN in_batches = row_by_row THEN row_by_row
    ELSE in_batches || ' in batches, ' || row_by_row || ' row by row' END;
END $$;
-- Found: the rows of a table on their way to the call.
SELECT look('SELECT sum(predict(''sum'', p)) FROM points p');
SELECT look('SELECT sum(predict(''sum'', p)) FROM passing p');
SELECT look('SELECT count(*) FROM points p WHERE predict(''sum'', p) > 30');
SELECT look('SELECT sum(predict(''sum'', a, b)) FROM points');
SELECT look(
    'SELECT sum(predict(''sum'', p)) FROM points p JOIN generate_series(0, 6) g ON g = team');
SELECT look('SELECT sum(s) FROM (SELECT predict(''sum'', p) AS s FROM points p OFFSET 0) q');
SELECT look(
    'WITH q AS MATERIALIZED (SELECT predict(''sum'', p) AS s FROM points p) SELECT sum(s) FROM q');
SELECT look('SELECT (SELECT sum(predict(''sum'', p)) FROM points p) + 1');
SELECT look('SELECT sum(predict(''sum'', p)) FROM pieces p');
SET enable_partitionwise_aggregate = on;
SELECT look(
    'SELECT sum(s) FROM (SELECT id, sum(predict(''sum'', p)) AS s FROM pieces p GROUP BY id) q');
RESET enable_partitionwise_aggregate;
SET enable_seqscan = off;
SELECT look('SELECT sum(predict(''sum'', p)) FROM points p WHERE team = 3');
-- Not found: rows that an index brings, that are sorted first, that come from no table, or too few.
SET enable_bitmapscan = off;
SELECT look('SELECT sum(predict(''sum'', p)) FROM points p WHERE team = 3');
RESET enable_seqscan;
RESET enable_bitmapscan;
SELECT look('SELECT sum(s) FROM (SELECT predict(''sum'', q) AS s
    FROM (SELECT a, b FROM points ORDER BY id LIMIT 2000) q OFFSET 0) r');
SELECT look('SELECT sum(predict(''sum'', a, a)) FROM generate_series(1, 1000) a');
SELECT look('SELECT sum(predict(''sum'', p)) FROM points p WHERE id <= 64');

-- A statement that changes its own table; a cursor, forwards and backwards.
SET pgscore.enable_batch = off;
ALTER TABLE points ADD score float8;
SET client_min_messages = debug1;
UPDATE points p SET score = predict('sum', p);
RESET client_min_messages;
SELECT count(*), sum(score) FROM points WHERE score IS NOT NULL;
BEGIN;
DECLARE walk SCROLL CURSOR FOR SELECT id, predict('sum', p) FROM points p;
MOVE 100 IN walk;
FETCH 2 FROM walk;
MOVE BACKWARD 90 IN walk;
FETCH BACKWARD 2 FROM walk;
COMMIT;
DROP TABLE points CASCADE;

-- After an error the plan that ran is gone, also for what gets its memory next: an index, a check,
-- a simple expression.
CREATE TABLE points AS SELECT i AS id, i % 100 AS a, i % 10 AS b FROM generate_series(1, 3000) i;
CREATE FUNCTION score(a int, b int) RETURNS float8
LANGUAGE sql IMMUTABLE AS 'SELECT public.predict(''sum'', a, b)';
CREATE FUNCTION failing() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  s float8 := 0;
BEGIN
  BEGIN
    PERFORM sum(predict('sum', p) / (2999 - id)) FROM points p;
  EXCEPTION WHEN division_by_zero THEN s := 1;
  END;
  FOR i IN 1..300 LOOP s := s + predict('sum', i, 1); END LOOP;
  RETURN s;
END $$;
SELECT failing(), count(*) FROM points WHERE id % 1000 = 0;
SELECT sum(predict('sum', p) / (2999 - id)) FROM points p;
CREATE INDEX ON points (score(a, b));
ALTER TABLE points ADD CHECK (predict('sum', a, b) < 1000);
SELECT sum(predict('sum', p)) FROM points p;

SET client_min_messages = warning;
DROP SCHEMA next_row CASCADE;
SELECT pgscore.drop_model('sum');
