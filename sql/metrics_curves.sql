-- Curves, tables and losses of a label and a score, of probabilities of classes, and the population
-- stability index.
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
CREATE TABLE scored (label bool, score float8, weight float8);
INSERT INTO scored VALUES (false, 0.1, 1), (false, 0.4, 2), (true, 0.35, 0.5), (true, 0.8, 3),
       (false, 0.8, 0.25), (true, 0.05, 0);
-- scikit-learn 1.2.1 of these rows: 1.082387000204, 0.3625; with weights, without the row of weight 0: 0.403513030739, 0.121666666667.
SELECT round(log_loss(label, score)::numeric, 12) AS log_loss, round(brier_score(label,
       score)::numeric, 12) AS brier_score FROM scored;
SELECT round(log_loss(label, score, weight)::numeric, 12) AS log_loss, round(brier_score(label,
       score, weight)::numeric, 12) AS brier_score FROM scored;
SELECT point.* FROM (SELECT roc_curve(label, score) AS points FROM scored) s, unnest(points) point;
SELECT threshold, round(fpr::numeric, 12) AS fpr, round(tpr::numeric, 12) AS tpr
       FROM (SELECT roc_curve(label, score, weight) AS points FROM scored) s, unnest(points);
SELECT threshold, round("precision"::numeric, 12) AS precision, round(recall::numeric, 12)
       AS recall FROM (SELECT pr_curve(label, score) AS points FROM scored) s, unnest(points);
SELECT bin, round(mean_score::numeric, 12) AS mean_score, round(observed::numeric, 12)
       AS observed, weight FROM (SELECT calibration_curve(label, score, 5) AS bins FROM scored) s,
       unnest(bins);
SELECT bin, round(mean_score::numeric, 12) AS mean_score, round(observed::numeric, 12)
       AS observed, weight FROM (SELECT calibration_curve(label, score, 2, weight) AS bins
       FROM scored) s, unnest(bins);
-- The threshold that separates best.
SELECT threshold FROM (SELECT roc_curve(label, score, weight) AS points FROM scored) s,
       unnest(points) ORDER BY tpr - fpr DESC LIMIT 1;

-- ---- tiles ----------------------------------------------------------------------------------------
CREATE TABLE many AS
SELECT i, i % 7 AS g, i::bigint * 7919 % 1000 < 300 AS label,
       (i::bigint * 104729 % 9973) / 9973.0::float8 AS score, 1 + i % 3 AS weight
       FROM generate_series(1, 30000) i;
ANALYZE many;
SELECT tile, lowest_score = lowest AS lowest_score, weight, positives, round(capture::numeric, 6)
       AS capture, round(lift::numeric, 6) AS lift, round(cumulative_lift::numeric, 6)
       AS cumulative_lift, round(ks::numeric, 6) AS ks
  FROM (SELECT unnest(lift_table(label, score * score, 6)) AS t FROM many) m,
       LATERAL (SELECT (t).*) columns
  -- The same with window functions.
  JOIN (SELECT tile, min(score) AS lowest, count(*) AS weight, count(*) FILTER (WHERE label)
         AS positives
          FROM (SELECT label, score * score AS score,
                 ((rank() OVER (ORDER BY score DESC) - 1) * 6 / count(*) OVER () + 1)::int
                 AS tile FROM many) ranked GROUP BY tile) w USING (tile, weight, positives)
                 ORDER BY tile;
SELECT tile, weight, positives, lift FROM (SELECT unnest(lift_table(i % 2 = 0,
       CASE WHEN i <= 35 THEN 2 WHEN i <= 95 THEN 1 ELSE 0 END, 10)) AS t FROM generate_series(1,
       100) i) m, LATERAL (SELECT (t).*) columns;

-- ---- probabilities of classes -------------------------------------------------------------------
CREATE TABLE several (label text, probabilities float8[], weight float8);
INSERT INTO several VALUES ('a', '{0.5,0.25,0.25}', 1), ('b', '{0.25,0.5,0.25}', 2), ('c', '{0.5,
       0.25,0.25}', 0.5), ('c', '{0.125,0,0.875}', 1), ('b', '{0,1,0}', 0);
-- scikit-learn 1.2.1 of these rows: 0.581224022973, 0.902777777778; with weights 0.645804469970, 0.920634920635.
SELECT round(log_loss(label, probabilities, '{a,b,c}')::numeric, 12) AS log_loss,
       round(roc_auc(label, probabilities, '{a,b,c}')::numeric, 12) AS roc_auc FROM several;
SELECT round(log_loss(label, probabilities, '{a,b,c}', weight)::numeric, 12) AS log_loss,
       round(roc_auc(label, probabilities, '{a,b,c}', weight)::numeric, 12) AS roc_auc FROM several;
-- Of two classes as of a label and a score.
SELECT log_loss(label::int::text, ARRAY[1 - score, score], '{0,1}') - log_loss(label, score)
       AS log_loss, roc_auc(label::int::text, ARRAY[1 - score, score], '{0,1}') - roc_auc(label,
       score) AS roc_auc FROM scored;

-- ---- the population stability index -------------------------------------------------------------
SELECT round(psi('{10,20,30}', '{20,20,20}')::numeric, 12) AS psi, round(psi('{0.5,0.5,0}', '{50,
       30,20}')::numeric, 12) AS empty, psi('{0,0}', '{1,1}') AS no_rows, psi('{1,2}', '{2,4}')
       AS same, psi(NULL, '{1}') AS null, psi('{}', '{}') AS no_bins;
-- Bins of as many rows of those that are not actual.
SELECT round(population_stability(i % 3 = 0, score, 10)::numeric, 12) AS same,
       round(population_stability(i % 3 = 0, score + CASE WHEN i % 3 = 0 THEN 0.1 ELSE 0 END,
       10)::numeric, 6) AS moved,
       round(population_stability(i % 3 = 0, score * CASE WHEN i % 3 = 0 THEN 0.5 ELSE 1 END, 10,
              weight)::numeric, 6) AS halved FROM many;

-- ---- what does not count, and what is not defined -----------------------------------------------
SELECT round(log_loss(label, score, weight)::numeric, 12) AS log_loss,
       cardinality(roc_curve(label, score, weight)) AS points,
       cardinality(calibration_curve(label, score, 5, weight)) AS bins
  FROM (TABLE scored UNION ALL VALUES (NULL, 0.5, 1), (true, NULL, 1), (true, 0.01, NULL)) rows;
SELECT log_loss(label, score), brier_score(label, score), roc_curve(label, score), pr_curve(label,
       score), calibration_curve(label, score, 5), lift_table(label, score, 5),
       population_stability(label, score, 5) FROM scored WHERE false;
SELECT log_loss(label, probabilities, '{a,b,c}'), roc_auc(label, probabilities, '{a,b,c}')
       FROM several WHERE false;
SELECT log_loss(label, score, 0), roc_curve(label, score, 0), pr_curve(label, score, 0),
       calibration_curve(label, score, 5, 0), lift_table(label, score, 5, 0),
       population_stability(label, score, 5, 0) FROM scored;
SELECT roc_curve(true, score), lift_table(false, score, 2), population_stability(true, score, 2),
       pr_curve(false, 0.5), calibration_curve(true, 0.5, 1) FROM scored;
SELECT roc_auc(label, probabilities, '{a,b,c}') AS a_class_without_rows, log_loss(label,
       probabilities, NULL) FROM several WHERE label <> 'a';

-- ---- errors ---------------------------------------------------------------------------------------
\pset format unaligned
\pset tuples_only on
SELECT error_of($$ SELECT log_loss(true, 1.5) $$);
SELECT error_of($$ SELECT brier_score(true, 'NaN') $$);
SELECT error_of($$ SELECT log_loss('a'::text, 0.5) $$);
SELECT error_of($$ SELECT calibration_curve(true, -0.1, 5) $$);
SELECT error_of($$ SELECT calibration_curve(true, 0.1, 0) $$);
SELECT error_of($$ SELECT calibration_curve(true, 0.1, 10001) $$);
SELECT error_of($$ SELECT calibration_curve(true, 0.1, i) FROM generate_series(1, 2) i $$);
SELECT error_of($$ SELECT lift_table(true, 0.1, -1) $$);
SELECT error_of($$ SELECT lift_table(true, 0.1, i) FROM generate_series(1, 2) i $$);
SELECT error_of($$ SELECT population_stability(true, 0.1, i) FROM generate_series(1, 2) i $$);
SELECT error_of($$ SELECT log_loss('d', probabilities, '{a,b,c}') FROM several $$);
SELECT error_of($$ SELECT roc_auc(label, probabilities, '{a,b,c,d}') FROM several $$);
SELECT error_of($$ SELECT roc_auc(label, probabilities, '{a}') FROM several $$);
SELECT error_of($$ SELECT roc_auc(label, probabilities, '{a,b,a}') FROM several $$);
SELECT error_of($$ SELECT roc_auc(label, probabilities, '{a,b,NULL}') FROM several $$);
SELECT error_of($$ SELECT roc_auc(label, probabilities, CASE WHEN label = 'a' THEN '{a,b,
       c}'::text[] ELSE '{c,b,a}' END) FROM several $$);
SELECT error_of($$ SELECT log_loss('a', '{0.5,NULL}'::float8[], '{a,b}') $$);
SELECT error_of($$ SELECT log_loss('a', '{0.5,0.25}'::float8[], '{a,b}') $$);
SELECT error_of($$ SELECT log_loss('a', '{1.5,-0.5}'::float8[], '{a,b}') $$);
SELECT error_of($$ SELECT log_loss('a', '{{0.5,0.5}}'::float8[], '{a,b}') $$);
SELECT error_of($$ SELECT log_loss('1', ARRAY[1], (SELECT array_agg(i::text)
       FROM generate_series(1, 1001) i)) $$);
SELECT error_of($$ SELECT psi('{1,2}', '{1,2,3}') $$);
SELECT error_of($$ SELECT psi('{1,-2}', '{1,2}') $$);
SELECT error_of($$ SELECT psi('{1,2}', '{1,NULL}') $$);
\pset format aligned
\pset tuples_only off

-- ---- as aggregates of PostgreSQL ----------------------------------------------------------------
-- The area under the curve, and the points that window functions give.
SELECT g, abs(area - auc) < 1e-12 AS area, points = scores + 1 AS points
  FROM (SELECT g, roc_auc(label, score) AS auc, roc_curve(label, score) AS curve,
         count(DISTINCT score) AS scores FROM many GROUP BY g) m,
       LATERAL (SELECT sum((fpr - fpr_before) * (tpr + tpr_before) / 2) AS area, count(*) AS points
                  FROM (SELECT fpr, tpr, lag(fpr) OVER w AS fpr_before, lag(tpr) OVER w
                         AS tpr_before FROM unnest(curve) WITH ORDINALITY WINDOW w
                         AS (ORDER BY ordinality)) p) a
 ORDER BY g;
SELECT i, round(log_loss(label, score) OVER (ORDER BY i)::numeric, 12) AS so_far,
       cardinality(calibration_curve(label, score, 10) OVER (ORDER BY i ROWS 20 PRECEDING))
       AS bins_of_20 FROM many WHERE i BETWEEN 1 AND 100 AND score <> 0 ORDER BY i DESC LIMIT 3;
CREATE TABLE probable AS
SELECT chr(97 + (i % 3)) AS label, ARRAY[a / s, b / s, 1 - a / s - b / s] AS probabilities, weight
  FROM many, LATERAL (SELECT score + (i % 3 = 0)::int AS a,
         (score * 7)::numeric % 1 + (i % 3 = 1)::int AS b, score * 0.5 + 1 AS c) x,
         LATERAL (SELECT a + b + c AS s) y;
ANALYZE probable;
CREATE VIEW measured AS
SELECT roc_curve(label, score, weight) AS a, pr_curve(label, score, weight) AS b,
       calibration_curve(label, score, 7, weight) AS c, lift_table(label, score, 7, weight) AS d,
       population_stability(label, score, 7, weight) AS e, log_loss(label, score, weight) AS f
       FROM many;
CREATE VIEW measured_classes AS
SELECT log_loss(label, probabilities, '{a,b,c}', weight) AS log_loss, roc_auc(label,
       probabilities, '{a,b,c}', weight) AS roc_auc FROM probable;
CREATE TABLE results AS SELECT 'memory' AS how, * FROM measured, measured_classes;
SET work_mem = '64kB';
INSERT INTO results SELECT 'files', * FROM measured, measured_classes;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT * FROM measured;
CREATE TABLE of_workers AS SELECT 'workers' AS how, * FROM measured, measured_classes;
INSERT INTO results TABLE of_workers;
-- Weights are integers here: nothing is lost.
SELECT r.how, cardinality(r.a) AS points, r.a = m.a AS roc_curve, r.b = m.b AS pr_curve,
       r.d = m.d AS lift_table, abs(r.e - m.e) < 1e-14 AS population_stability,
       abs(r.f - m.f) < 1e-14 AS log_loss,
       (SELECT array_agg((bin, round(mean_score::numeric, 12), observed, weight))
              FROM unnest(r.c)) = (SELECT array_agg((bin, round(mean_score::numeric, 12),
              observed, weight)) FROM unnest(m.c)) AS calibration_curve,
       abs(r.log_loss - m.log_loss) < 1e-14 AS of_classes, abs(r.roc_auc - m.roc_auc) < 1e-14
              AS roc_auc_of_classes
  FROM results r JOIN results m ON m.how = 'memory' ORDER BY r.how;
RESET work_mem;
-- Of a model.
SELECT pgscore.import_model('several', made.classifier('x', 0.3, '{no,yes}'));
SELECT round(log_loss(label, predict_proba('several', x), '{no,yes}')::numeric,
       12) = round(log_loss(label = 'yes', predict_proba_of('several', 'yes', x))::numeric, 12)
       AS log_loss,
       abs(roc_auc(label, predict_proba('several', x), '{no,yes}') - roc_auc(label = 'yes',
              predict_proba_of('several', 'yes', x))) < 1e-12 AS roc_auc,
       accuracy(label, predict_class('several', x)) > 0 AS accuracy
  FROM (SELECT CASE WHEN i % 3 = 0 THEN 'no' ELSE 'yes' END AS label, i / 100.0 AS x
         FROM generate_series(1, 100) i) rows;
SELECT pgscore.drop_model('several');

SET client_min_messages = warning;
DROP SCHEMA metrics CASCADE;
