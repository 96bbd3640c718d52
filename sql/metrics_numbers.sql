-- Metrics of an actual and a predicted number.
\pset null '(null)'
CREATE SCHEMA metrics;
SET search_path = metrics, public;
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
CREATE TABLE numbers (actual float8, predicted float8, weight float8);
INSERT INTO numbers VALUES (3, 2.5, 1), (0.5, 0.5, 2), (2, 2.5, 0.5), (7, 8, 3);
-- scikit-learn 1.2.1 of these rows: 0.6123724356957945, 0.5, 0.13988095238095238, 0.5, 0.9353099730458221; 0.08297890969089305, 0.024676693572388775, 0.15.
SELECT round(rmse(actual, predicted)::numeric, 12) AS rmse, round(mae(actual, predicted)::numeric,
       12) AS mae, round(mape(actual, predicted)::numeric, 12) AS mape,
       round(median_absolute_error(actual, predicted)::numeric, 12) AS median_absolute_error,
       round(r2_score(actual, predicted)::numeric, 12) AS r2_score FROM numbers;
SELECT round(poisson_deviance(actual, predicted)::numeric, 12) AS poisson_deviance,
       round(gamma_deviance(actual, predicted)::numeric, 12) AS gamma_deviance,
       round(pinball_loss(actual, predicted, 0.9)::numeric, 12) AS pinball_loss FROM numbers;
-- And with weights: 0.7205766921228921, 0.5769230769230769, 0.11080586080586079, 0.5, 0.9380733944954128; 0.08297288429313208, 0.01687519899591314, 0.11923076923076922.
SELECT round(rmse(actual, predicted, weight)::numeric, 12) AS rmse, round(mae(actual, predicted,
       weight)::numeric, 12) AS mae, round(mape(actual, predicted, weight)::numeric, 12) AS mape,
       round(median_absolute_error(actual, predicted, weight)::numeric, 12)
       AS median_absolute_error, round(r2_score(actual, predicted, weight)::numeric, 12)
       AS r2_score FROM numbers;
SELECT round(poisson_deviance(actual, predicted, weight)::numeric, 12) AS poisson_deviance,
       round(gamma_deviance(actual, predicted, weight)::numeric, 12) AS gamma_deviance,
       round(pinball_loss(actual, predicted, 0.9, weight)::numeric, 12) AS pinball_loss
       FROM numbers;
-- Numbers of any type.
SELECT rmse(a, a + 1), mae(a::numeric, 2), mape(a::real, 2::bigint) FROM generate_series(1, 3) a;

-- ---- what does not count, and what is not defined -----------------------------------------------
SELECT rmse(actual, predicted, weight), median_absolute_error(actual, predicted, weight),
       pinball_loss(actual, predicted, 0.9, weight)
  FROM (TABLE numbers UNION ALL VALUES (NULL, 5, 1), (5, NULL, 1), (50, 5, NULL), (50, 5, 0)) rows;
SELECT rmse(actual, predicted), mae(actual, predicted), mape(actual, predicted),
       median_absolute_error(actual, predicted), r2_score(actual, predicted),
       poisson_deviance(actual, predicted), gamma_deviance(actual, predicted)
  FROM numbers WHERE false;
SELECT rmse(actual, predicted, 0), median_absolute_error(actual, predicted, 0), r2_score(actual,
       predicted, 0), gamma_deviance(actual, predicted, 0) FROM numbers;
SELECT r2_score(a, 3) AS one_row, r2_score(a, 0.1) FILTER (WHERE false) AS none
       FROM (VALUES (2)) rows (a);
SELECT r2_score(0.1, 0.1) AS all_right, r2_score(0.1, 0.2) AS equal_values, r2_score(a, 2)
       AS mean, r2_score(1e200 * a, 0) AS too_large FROM generate_series(1, 3) a;

-- ---- errors ---------------------------------------------------------------------------------------
\pset format unaligned
\pset tuples_only on
SELECT error_of($$ SELECT rmse('NaN', 1) $$);
SELECT error_of($$ SELECT mae(1, 'Infinity') $$);
SELECT error_of($$ SELECT median_absolute_error('-Infinity', 1) $$);
SELECT error_of($$ SELECT r2_score(1, 1, -0.5) $$);
SELECT error_of($$ SELECT poisson_deviance(-1, 1) $$);
SELECT error_of($$ SELECT poisson_deviance(1, 0) $$);
SELECT error_of($$ SELECT gamma_deviance(0, 1) $$);
SELECT error_of($$ SELECT gamma_deviance(1, -1) $$);
SELECT error_of($$ SELECT pinball_loss(1, 1, 1.5) $$);
SELECT error_of($$ SELECT pinball_loss(1, 1, 'NaN') $$);
\pset format aligned
\pset tuples_only off

-- ---- as aggregates of PostgreSQL ----------------------------------------------------------------
CREATE TABLE many AS
SELECT i, i % 7 AS g, (i::bigint * 7919 % 1009) / 100.0::float8 + 0.1 AS actual,
       (i::bigint * 104729 % 9973) / 1000.0::float8 + 0.1 AS predicted, 1 + i % 3 AS weight
       FROM generate_series(1, 30000) i;
ANALYZE many;
-- The definitions in SQL.
SELECT g, abs(rmse(actual, predicted) - sqrt(avg((actual - predicted) ^ 2))) < 1e-12 AS rmse,
       abs(mae(actual, predicted) - avg(abs(actual - predicted))) < 1e-12 AS mae,
       abs(median_absolute_error(actual, predicted) - percentile_cont(0.5) WITHIN
              GROUP (ORDER BY abs(actual - predicted))) < 1e-12 AS median,
       abs(r2_score(actual,
              predicted) - (1 - avg((actual - predicted) ^ 2) / var_pop(actual))) < 1e-12 AS r2
  FROM many GROUP BY g ORDER BY g;
SELECT i, round(rmse(actual, predicted) OVER (ORDER BY i)::numeric, 12) AS so_far,
       round(r2_score(actual, predicted) OVER (ORDER BY i ROWS 20 PRECEDING)::numeric, 12)
       AS of_20 FROM many WHERE i <= 100 ORDER BY i DESC LIMIT 3;
SELECT round(mae(DISTINCT g, 3)::numeric, 12) AS of_groups FROM many;
CREATE VIEW measured AS
SELECT g, rmse(actual, predicted, weight) AS a, mape(actual, predicted, weight) AS b,
       r2_score(actual, predicted, weight) AS c, median_absolute_error(actual, predicted, weight)
       AS d,
       poisson_deviance(actual, predicted, weight) AS e, gamma_deviance(actual, predicted,
              weight) AS f, pinball_loss(actual, predicted, 0.9, weight) AS h
  FROM many GROUP BY ROLLUP (g);
CREATE TABLE results AS SELECT 'memory' AS how, * FROM measured;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
-- Of workers; an INSERT has none.
EXPLAIN (COSTS OFF) SELECT rmse(actual, predicted), gamma_deviance(actual, predicted) FROM many;
CREATE TABLE of_workers AS
SELECT 'workers', NULL::int, rmse(actual, predicted, weight), mape(actual, predicted, weight),
       r2_score(actual, predicted, weight), median_absolute_error(actual, predicted, weight),
       poisson_deviance(actual, predicted, weight), gamma_deviance(actual, predicted, weight),
              pinball_loss(actual, predicted, 0.9, weight) FROM many;
INSERT INTO results TABLE of_workers;
SET work_mem = '64kB';
INSERT INTO results SELECT 'files', * FROM measured;
SELECT r.how, count(*) AS compared, count(*) FILTER (WHERE greatest(abs(r.a - m.a),
       abs(r.b - m.b), abs(r.c - m.c), abs(r.d - m.d), abs(r.e - m.e), abs(r.f - m.f),
       abs(r.h - m.h)) < 1e-14) AS agree
  FROM results r JOIN results m ON m.how = 'memory' AND r.g IS NOT DISTINCT FROM m.g
         GROUP BY r.how ORDER BY r.how;

SET client_min_messages = warning;
DROP SCHEMA metrics CASCADE;
