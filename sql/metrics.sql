-- Metrics of a label and a score.
\pset null '(null)'
CREATE SCHEMA metrics;
SET search_path = metrics, public;
-- scikit-learn 1.2.1: roc_auc_score, average_precision_score of these rows.
CREATE TABLE scored (label bool, score float8, weight float8);
INSERT INTO scored VALUES (false, 0.1, 1), (false, 0.4, 2), (true, 0.35, 0.5), (true, 0.8, 3),
       (false, 0.8, 0.25), (true, 0.05, 0);
SELECT roc_auc(label, score), average_precision(label, score), gini(label, score),
       ks_statistic(label, score) FROM scored;
SELECT roc_auc(label, score, weight), average_precision(label, score, weight), gini(label, score,
       weight), ks_statistic(label, score, weight) FROM scored;

-- ---- what a label may be ------------------------------------------------------------------------
SELECT roc_auc(label::int, score), roc_auc(label::int::smallint, score::real),
       roc_auc(label::int::bigint, score), roc_auc(label::int::numeric, score::numeric),
       roc_auc(label::int::float8, score), roc_auc(label::int::real, score),
              roc_auc(CASE WHEN label THEN 'bad' ELSE 'good' END = 'bad', score)
  FROM scored;
CREATE DOMAIN truth AS bool;
SELECT roc_auc(label::truth, score) FROM scored;
CREATE FUNCTION error_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  detail text;
  hint text;
BEGIN
  EXECUTE query;
  RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
  RETURN concat_ws(E'\n', SQLSTATE || ': ' || SQLERRM, 'DETAIL: ' || nullif(detail, ''),
         'HINT: ' || nullif(hint, ''));
END $$;
\pset format unaligned
\pset tuples_only on
SELECT error_of($$ SELECT roc_auc(2, 0.5) $$);
SELECT error_of($$ SELECT roc_auc(0.5::numeric, 0.5) $$);
SELECT error_of($$ SELECT roc_auc('NaN'::float8, 0.5) $$);
SELECT error_of($$ SELECT roc_auc('bad'::text, 0.5) $$);
SELECT error_of($$ SELECT roc_auc(true, 'NaN') $$);
SELECT error_of($$ SELECT roc_auc(true, 0.5, -1) $$);
SELECT error_of($$ SELECT roc_auc(true, 0.5, 'NaN') $$);
SELECT error_of($$ SELECT roc_auc(true, 0.5, 'Infinity') $$);
SELECT split_part(error_of($$ SELECT pgscore.ranking_combine(NULL, NULL) $$), E'\n', 1);
\pset format aligned
\pset tuples_only off

-- ---- what does not count, and what is not defined -----------------------------------------------
SELECT roc_auc(label, score, weight) FROM (TABLE scored UNION ALL VALUES (NULL, 0.5, 1), (true,
       NULL, 1), (true, 0.01, NULL)) rows;
SELECT roc_auc(label, score), average_precision(label, score) FROM scored WHERE false;
SELECT roc_auc(true, score), gini(true, score), ks_statistic(true, score), average_precision(true,
       score), average_precision(false, score) FROM scored;
SELECT roc_auc(label, score) FROM (VALUES (true, 'Infinity'::float8), (false, '-Infinity'),
       (false, 1e308), (true, -0.0), (false, 0.0)) rows (label, score);

-- ---- as aggregates of PostgreSQL ----------------------------------------------------------------
CREATE TABLE many AS
SELECT i, i % 7 AS g, i::bigint * 7919 % 1000 < 300 AS label,
       (i::bigint * 104729 % 9973) / 9973.0::float8 AS score, 1 + i % 3 AS weight
       FROM generate_series(1, 30000) i;
ANALYZE many;
SELECT g, round(roc_auc(label, score)::numeric, 12) AS auc, round(roc_auc(label,
       score) FILTER (WHERE i % 2 = 0)::numeric, 12) AS of_half FROM many GROUP BY g ORDER BY g;
SELECT count(DISTINCT auc) FROM (SELECT roc_auc(label, score) OVER (PARTITION BY g) AS auc
       FROM many) windows;
SELECT i, round(roc_auc(label, score) OVER (ORDER BY i)::numeric, 12) AS so_far,
       round(roc_auc(label, score) OVER (ORDER BY i ROWS 20 PRECEDING)::numeric, 12) AS of_20
       FROM many WHERE i <= 200 ORDER BY i DESC LIMIT 5;
SELECT roc_auc(DISTINCT label, round(score::numeric, 1)) FROM many;
SELECT g, round(roc_auc(label, score)::numeric, 12) AS auc FROM many WHERE g < 2
       GROUP BY ROLLUP (g) ORDER BY g;
CREATE FUNCTION temporary_blocks(query text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  plan json;
BEGIN
  EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, FORMAT json) ' || query INTO plan;
  RETURN plan->0->'Plan'->>'Temp Written Blocks';
END $$;
-- The same with little memory, where rows go to temporary files, and by workers.
CREATE TABLE results AS SELECT 'memory' AS how, roc_auc(label, score), average_precision(label,
       score), ks_statistic(label, score, weight) FROM many;
SET work_mem = '64kB';
INSERT INTO results SELECT 'files', roc_auc(label, score), average_precision(label, score),
       ks_statistic(label, score, weight) FROM many;
SELECT temporary_blocks($$ SELECT roc_auc(label, score), ks_statistic(label, score)
       FROM many $$) > 0 AS files,
       temporary_blocks($$ SELECT roc_auc(label, round(score::numeric, 1)) FROM many $$)
              AS equal_scores;
SET enable_sort = off;
INSERT INTO results SELECT 'groups', max(auc), NULL, NULL FROM (SELECT i % 1 AS one,
       roc_auc(label, score) AS auc FROM many GROUP BY one) grouped;
RESET enable_sort;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT roc_auc(label, score), average_precision(label, score) FROM many;
-- An INSERT has no workers.
CREATE TABLE of_workers AS SELECT 'workers', roc_auc(label, score), average_precision(label,
       score), ks_statistic(label, score, weight) FROM many;
INSERT INTO results TABLE of_workers;
RESET work_mem;
SELECT count(*),
       count(*) FILTER (WHERE abs(r.roc_auc - m.roc_auc) > 1e-14 OR abs(r.average_precision -
       m.average_precision) > 1e-14 OR abs(r.ks_statistic - m.ks_statistic) > 1e-14) AS differ
  FROM results r, results m WHERE m.how = 'memory';

SET client_min_messages = warning;
DROP SCHEMA metrics CASCADE;
