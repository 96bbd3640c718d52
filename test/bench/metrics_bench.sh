#!/usr/bin/env bash
# roc_auc against the query that people write today, with window functions over the rows sorted by
# score: both alternate in one run, on one table, with the same work_mem; least and median time of
# the rounds, and the ratio. The values of both must agree.
#
# Needs a server that psql reaches (PGHOST, PGPORT ...) as superuser with the extension installed.
#   ROWS (1000000)      of the table, whose scores differ; a second table has 1,000 different ones
#   ROUNDS (5)          after one that warms up
#   WORK_MEM (64MB)     of every statement
#   WORKERS (0 2)       max_parallel_workers_per_gather: one comparison for each
set -euo pipefail
rows=${ROWS:-1000000} rounds=${ROUNDS:-5} work_mem=${WORK_MEM:-64MB} workers=${WORKERS:-0 2}
psql -X -q -d postgres -c 'SET client_min_messages = warning' \
  -c 'DROP DATABASE IF EXISTS pgscore_metrics' -c 'CREATE DATABASE pgscore_metrics'
psql -X -q -v ON_ERROR_STOP=1 -v rows="$rows" -v rounds="$rounds" -v work_mem="$work_mem" \
  -v workers="$workers" -d pgscore_metrics <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION pgscore;
\o /dev/null
SELECT setseed(0.5);
CREATE TABLE different AS
SELECT random() < score AS label, score FROM (SELECT random() AS score FROM generate_series(1, :rows)) s;
CREATE TABLE tied AS SELECT label, round(score::numeric, 3)::float8 AS score FROM different;
VACUUM (FREEZE, ANALYZE) different;
VACUUM (FREEZE, ANALYZE) tied;
-- The rank of a positive row among all (Mann and Whitney): by the number of the row, which is wrong
-- for equal scores, and with the mean of their ranks; and the area under the curve.
CREATE TABLE statements AS
SELECT n, name, tables, format(query, tables) AS query
  FROM unnest('{different,tied}'::text[]) tables,
       (VALUES (1, 'roc_auc(label, score)', 'SELECT roc_auc(label, score) FROM %s'),
               (2, 'row_number() OVER (ORDER BY score)',
                'SELECT (sum(place) FILTER (WHERE label)
                         - positives(label) * (positives(label) + 1) / 2)
                        / (positives(label) * (count(*) - positives(label)))
                   FROM (SELECT label, row_number() OVER (ORDER BY score) AS place FROM %s) ranked'),
               (3, 'rank() OVER (ORDER BY score), ties',
                'SELECT (sum(place) FILTER (WHERE label)
                         - positives(label) * (positives(label) + 1) / 2)
                        / (positives(label) * (count(*) - positives(label)))
                   FROM (SELECT label, rank() OVER (ORDER BY score)
                                + (count(*) OVER (PARTITION BY score) - 1) / 2.0::float8 AS place
                           FROM %s) ranked'),
               (4, 'sums OVER (ORDER BY score)',
                'SELECT sum((NOT label)::int * (above + before) / 2.0::float8)
                        / (max(above) * count(*) FILTER (WHERE NOT label))
                   FROM (SELECT label, sum(label::int) OVER w AS above,
                                coalesce(sum(label::int) OVER (ORDER BY score DESC
                                  GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
                           FROM %s WINDOW w AS (ORDER BY score DESC)) curve'))
       s (n, name, query)
 WHERE n <> 2 OR tables = 'different';
UPDATE statements SET query = replace(query, 'positives(label)',
                                      '(count(*) FILTER (WHERE label))::float8');
CREATE TABLE measured (workers int, tables text, n int, round int, ms float8, value float8);
SELECT set_config('work_mem', :'work_mem', false), set_config('bench.rounds', :'rounds', false),
       set_config('bench.workers', :'workers', false);
SET jit = off;
DO $$
DECLARE
  statement record;
  workers int;
  start timestamptz;
  result float8;
BEGIN
  FOR workers IN SELECT regexp_split_to_table(current_setting('bench.workers'), ' +') LOOP
    PERFORM set_config('max_parallel_workers_per_gather', workers::text, false);
    FOR round IN 0..current_setting('bench.rounds')::int LOOP
      FOR statement IN SELECT * FROM statements ORDER BY tables, n LOOP
        start := clock_timestamp();
        EXECUTE statement.query INTO result;
        INSERT INTO measured VALUES (workers, statement.tables, statement.n, round,
          1000 * extract(epoch FROM clock_timestamp() - start), result);
      END LOOP;
    END LOOP;
  END LOOP;
END $$;
DO $$
BEGIN
  IF EXISTS (SELECT FROM measured GROUP BY tables HAVING max(value) - min(value) > 1e-9) THEN
    RAISE EXCEPTION 'the queries give different values';
  END IF;
END $$;
\o
\pset footer off
-- Ratios: of the aggregate to the faster one of the queries that are right for equal scores, in the
-- same round; the median.
WITH times AS (
  SELECT workers, tables, n, min(ms) AS least,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS median
    FROM measured WHERE round > 0 GROUP BY workers, tables, n
), ratios AS (
  SELECT workers, tables, percentile_cont(0.5) WITHIN GROUP (ORDER BY other / own) AS ratio
    FROM (SELECT workers, tables, round, min(ms) FILTER (WHERE n = 1) AS own,
                 min(ms) FILTER (WHERE n > 2) AS other
            FROM measured WHERE round > 0 GROUP BY workers, tables, round) rounds
   GROUP BY workers, tables
)
SELECT workers, tables AS scores, name AS query, round(least) AS "ms, least",
       round(median) AS "ms, median",
       CASE n WHEN 1 THEN round(ratio::numeric, 1) || ' times as fast' END AS ratio
  FROM times JOIN statements USING (tables, n) JOIN ratios USING (workers, tables)
 ORDER BY workers, tables, n;
SQL
psql -X -q -d postgres -c 'DROP DATABASE pgscore_metrics'
