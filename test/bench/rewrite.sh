#!/usr/bin/env bash
# What a score costs beside the kernel, with and without the planner's rewrite: CPU time of one
# backend, ns per row (rounds interleaved, minimum and median), a table with a TOASTed column next
# to a sub-select without it, and the time to plan. Needs a server that psql reaches (PGHOST, PGPORT
# ...) as superuser with the extension installed, on this machine (Linux); gcc and the server's
# headers for the empty C function. ROWS and ROUNDS change the size.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rows=${ROWS:-500000} rounds=${ROUNDS:-5}
work=$(mktemp -d) && chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
gcc -O2 -fPIC -shared -I"$("${PG_CONFIG:-pg_config}" --includedir-server)" \
  "$here/empty_function.c" -o "$work/empty_function.so"
chmod 644 "$work/empty_function.so"
psql -X -q -d postgres -c 'SET client_min_messages = warning' \
  -c 'DROP DATABASE IF EXISTS pgscore_rewrite' -c 'CREATE DATABASE pgscore_rewrite'
psql -X -q -v ON_ERROR_STOP=1 -v rows="$rows" -v rounds="$rounds" \
  -v library="$work/empty_function" -d pgscore_rewrite <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION pgscore;
\o /dev/null
SELECT setseed(0.5);
-- 20 columns of three types, 3 % NULL, all used by the least model there is: a sum.
SELECT format('CREATE TABLE t AS SELECT %s FROM generate_series(1, %s)',
              string_agg(format('CASE WHEN random() > 0.03 THEN (random() * 100)::%s END AS f%s',
                                (ARRAY['float8', 'float4', 'int'])[1 + i % 3], i), ', '), :rows)
  FROM generate_series(0, 19) i \gexec
CREATE TABLE wide AS SELECT t.*, NULL::text AS document FROM t LIMIT 30000;
ALTER TABLE wide ALTER COLUMN document SET STORAGE EXTERNAL;
UPDATE wide SET document = repeat(md5(ctid::text), 200);
CREATE TABLE categories AS
SELECT 'city_' || (random() * 999)::int AS c0,
       (ARRAY['rent', 'own', 'other'])[1 + (random() * 2)::int] AS c1,
       (random() * 100)::numeric(6, 2) AS n
  FROM generate_series(1, :rows);
VACUUM (FREEZE, ANALYZE) t;
VACUUM (FULL, ANALYZE) wide;
VACUUM (FREEZE, ANALYZE) categories;
SELECT pgscore.import_model('sum', convert_to(json_build_object('pgscore_model', 1,
  'inputs', (SELECT json_agg(json_build_object('name', 'f' || i) ORDER BY i)
               FROM generate_series(0, 19) i),
  'nodes', json_build_array(json_build_object('type', 'linear', 'on_missing', 'skip',
    'intercept', json_build_array(0),
    'terms', (SELECT json_agg(json_build_object('column', i, 'coefficients', json_build_array(i))
                              ORDER BY i)
                FROM generate_series(0, 19) i))),
  'output', json_build_object('task', 'regression', 'raw', json_build_array(20),
    'values', json_build_array(json_build_object('name', 'y', 'column', 20))))::text, 'UTF8'));
SELECT pgscore.import_model('texts', convert_to(json_build_object('pgscore_model', 1,
  'inputs', json_build_array(
    json_build_object('name', 'c0', 'type', 'category', 'categories',
      (SELECT json_agg('city_' || i ORDER BY i) FROM generate_series(0, 999) i)),
    json_build_object('name', 'c1', 'type', 'category', 'categories',
      json_build_array('rent', 'own', 'other')),
    json_build_object('name', 'n')),
  'nodes', json_build_array(json_build_object('type', 'linear', 'intercept', json_build_array(0),
    'terms', json_build_array(
      json_build_object('column', 0, 'by_level', true,
        'coefficients', (SELECT json_agg(i) FROM generate_series(1, 1000) i)),
      json_build_object('column', 1, 'by_level', true, 'coefficients', json_build_array(1, 2, 3)),
      json_build_object('column', 2, 'coefficients', json_build_array(1))))),
  'output', json_build_object('task', 'regression', 'raw', json_build_array(3),
    'values', json_build_array(json_build_object('name', 'y', 'column', 3))))::text, 'UTF8'));
CREATE FUNCTION empty_function(text, VARIADIC "any") RETURNS float8 AS :'library' LANGUAGE C STABLE;
CREATE FUNCTION cpu() RETURNS bigint LANGUAGE sql VOLATILE
AS $$ SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::bigint $$;
CREATE TABLE statements (n int GENERATED ALWAYS AS IDENTITY, name text, query text, rewrite text,
                         times int, rows float8);
INSERT INTO statements (name, query, rewrite, times, rows)
SELECT name,
       replace(query, 'COLUMNS',
               (SELECT string_agg('f' || i, ', ' ORDER BY i) FROM generate_series(0, 19) i)),
       rewrite, times, rows
  FROM (VALUES ('scan: sum(f19)', 'SELECT sum(f19) FROM t', 'on', 1, :rows),
               ('empty C function of 20 columns',
                'SELECT sum(empty_function('''', COLUMNS)) FROM t', 'on', 1, :rows),
               ('predict(row), rewritten',
                'SELECT sum(predict(''sum'', t)) FROM t', 'on', 1, :rows),
               ('predict(row), as written',
                'SELECT sum(predict(''sum'', t)) FROM t', 'off', 1, :rows),
               ('predict(20 values), rewritten',
                'SELECT sum(predict(''sum'', COLUMNS)) FROM t', 'on', 1, :rows),
               ('scan: count(c0, c1, n)', 'SELECT count(c0 || c1) FROM categories', 'on', 1, :rows),
               ('predict(2 texts, 1 numeric)',
                'SELECT sum(predict(''texts'', c)) FROM categories c', 'on', 1, :rows),
               ('wide: predict(row), rewritten',
                'SELECT sum(predict(''sum'', w)) FROM wide w', 'on', 5, 30000),
               ('wide: sub-select of 20 columns',
                'SELECT sum(predict(''sum'', s)) FROM (SELECT COLUMNS FROM wide) s', 'on', 5,
                30000),
               ('wide: predict(row), as written',
                'SELECT sum(predict(''sum'', w)) FROM wide w', 'off', 1, 30000),
               ('plan and run: SELECT f0', 'SELECT f0 FROM t LIMIT 1', 'on', 2000, 1),
               ('plan and run: predict(row), rewritten',
                'SELECT predict(''sum'', t) FROM t LIMIT 1', 'on', 2000, 1),
               ('plan and run: predict(row), as written',
                'SELECT predict(''sum'', t) FROM t LIMIT 1', 'off', 2000, 1))
       v (name, query, rewrite, times, rows);
CREATE TABLE measured (n int, ns float8);
-- Row by row: sql_bench.sh measures batches.
SET pgscore.enable_batch = off;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
SELECT set_config('bench.rounds', :'rounds', false);
DO $$
DECLARE
  statement record;
  start bigint;
  result float8;
BEGIN
  FOR round IN 0..current_setting('bench.rounds')::int LOOP
    FOR statement IN SELECT * FROM statements ORDER BY n LOOP
      PERFORM set_config('pgscore.enable_rewrite', statement.rewrite, false);
      start := cpu();
      FOR i IN 1..statement.times LOOP EXECUTE statement.query INTO result; END LOOP;
      -- The first round warms up.
      IF round > 0 THEN
        INSERT INTO measured
        VALUES (statement.n, (cpu() - start) / (statement.rows * statement.times));
      END IF;
    END LOOP;
  END LOOP;
END $$;
\o
\pset footer off
SELECT name AS statement, round(min(ns)) AS "ns, least",
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ns)) AS "ns, median"
  FROM measured JOIN statements USING (n) GROUP BY n, name ORDER BY n;
SQL
psql -X -q -d postgres -c 'DROP DATABASE pgscore_rewrite'
