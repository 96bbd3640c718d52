-- evaluate, record_evaluation, threshold_for, predict_set.
\pset null '(null)'
CREATE SCHEMA judged;
SET search_path = judged, public;
SET extra_float_digits = 0;
SELECT pgscore.import_model('verdict', made.classifier('x', 0.5, '{good,bad}'));
CREATE TABLE loans AS
SELECT i AS id, (i % 10)::float8 AS x,
       CASE WHEN i * 7919 % 1009 % 10 < i % 10 THEN 'bad' ELSE 'good' END AS outcome,
       CASE WHEN i % 3 = 0 THEN 'north' ELSE 'south' END AS region
  FROM generate_series(1, 1000) i;

-- The same as the aggregates of themselves.
SELECT version, segment, metric, round(value::numeric, 10) AS value, rows
  FROM pgscore.evaluate('verdict', 'SELECT x, outcome FROM judged.loans', 'outcome');
SELECT round(roc_auc(outcome = 'bad', predict('verdict', x))::numeric, 10) AS roc_auc,
       round(log_loss(outcome = 'bad', predict('verdict', x))::numeric, 10) AS log_loss,
       round(f1_score(outcome = 'bad', predict_class('verdict', x) = 'bad')::numeric, 10)
              AS f1_score
  FROM loans;
SELECT segment, metric, round(value::numeric, 6) AS value, rows
  FROM pgscore.evaluate('verdict', 'SELECT * FROM judged.loans', 'outcome', by => 'region')
 WHERE metric IN ('roc_auc', 'accuracy') ORDER BY 1, 2;
-- Of two classes a label may be a truth value, or 1 and 0.
SELECT metric, round(value::numeric, 6) AS value FROM pgscore.evaluate('verdict', 'SELECT x,
       outcome = ''bad'' AS y FROM judged.loans', 'y')
 WHERE metric = 'roc_auc'
UNION ALL
SELECT metric, round(value::numeric, 6) FROM pgscore.evaluate('verdict@1', 'SELECT x,
       (outcome = ''bad'')::int AS y FROM judged.loans -- a comment', 'y')
 WHERE metric = 'roc_auc';
SELECT metric, value, rows FROM pgscore.evaluate('verdict', 'SELECT x, ''bad'' AS y
       FROM judged.loans', 'y') WHERE metric IN ('roc_auc', 'log_loss');
SELECT count(*) FROM pgscore.evaluate('verdict', 'SELECT x, NULL::text AS y FROM judged.loans',
       'y');
SELECT pgscore.evaluate('verdict', 'SELECT x, ''ugly'' AS y FROM judged.loans', 'y');
SELECT pgscore.evaluate('verdict', 'SELECT x FROM judged.loans', 'outcome');
SELECT pgscore.evaluate('verdict', 'SELECT outcome FROM judged.loans', 'outcome');
SELECT pgscore.evaluate('verdict', NULL, 'outcome');
SELECT pgscore.evaluate('verdict', 'SELECT 1; SELECT 2', 'outcome');
SELECT pgscore.evaluate('verdict', '', 'outcome');
SELECT pgscore.evaluate('verdict', 'SELECT x, outcome FROM judged.loans', 'outcome',
       by => 'region');
SELECT pgscore.evaluate('verdict', 'SELECT x, outcome FROM judged.nothing', 'outcome');
SELECT count(*) FROM pgscore.evaluate('verdict', 'SELECT x, outcome FROM judged.loans; ',
       'outcome');
SELECT pgscore.evaluate('verdict', 'DELETE FROM judged.loans RETURNING *', 'outcome');

-- Regression, and several classes.
SELECT pgscore.import_model('fit', made.line(1, 2));
SELECT metric, round(value::numeric, 6) AS value FROM pgscore.evaluate('fit', 'SELECT x,
       2 * x + 0.5 AS y FROM judged.loans', 'y');
\set multiclass `cat "$PG_ABS_SRCDIR/models/edge/lightgbm/multiclass.txt"`
SELECT pgscore.import_model('trio', convert_to(:'multiclass', 'UTF8'), labels => ARRAY['low',
       'middle', 'high']);
SELECT metric, round(value::numeric, 6) AS value, rows
  FROM pgscore.evaluate('trio', 'SELECT x / 4 - 1 AS "Column_0", 0.1 AS "Column_1", x
         AS "Column_2", (ARRAY[''low'', ''middle'', ''high''])[1 + id % 3] AS y
                                    FROM judged.loans', 'y');

-- ---- kept ---------------------------------------------------------------------------------------
SELECT pgscore.record_evaluation('verdict', 'SELECT * FROM judged.loans', 'outcome',
       by => 'region', comment => 'first');
SELECT name, version, segment, metric, round(value::numeric, 6) AS value, rows, query, label,
       segment_by, comment
  FROM pgscore.evaluations WHERE metric = 'roc_auc' ORDER BY id, segment;
SELECT pgscore.record_evaluation('verdict', 'SELECT x, ''ugly'' AS y FROM judged.loans', 'y');
SELECT count(DISTINCT id) FROM pgscore.evaluations;

-- ---- thresholds ---------------------------------------------------------------------------------
CREATE FUNCTION at_threshold(t float8) RETURNS TABLE (predicted bigint, "precision" numeric,
       recall numeric) LANGUAGE sql AS $$
SELECT count(*) FILTER (WHERE c = 'bad'), round(precision_score(outcome = 'bad',
       c = 'bad')::numeric, 4), round(recall_score(outcome = 'bad', c = 'bad')::numeric, 4)
  FROM (SELECT outcome, predict_class('verdict', ROW(x), t) AS c FROM judged.loans) s $$;
SELECT metric, at, round(t::numeric, 6) AS threshold, a.*
  FROM (VALUES ('precision', 0.6::float8), ('precision', 0.9), ('precision', 1), ('recall', 0.5),
         ('recall', 1), ('cost', 1), ('cost', 10), ('cost', 0.1)) v (metric, at),
       pgscore.threshold_for('verdict', 'SELECT * FROM judged.loans', 'outcome', metric, at) t,
              at_threshold(t) a;
-- The best of all cuts.
SELECT min(cost) = (SELECT count(*) FILTER (WHERE outcome = 'bad'
       AND c = 'good') * 10 + count(*) FILTER (WHERE outcome = 'good' AND c = 'bad')
                      FROM (SELECT outcome, predict_class('verdict', ROW(x),
                             pgscore.threshold_for('verdict', 'SELECT * FROM judged.loans',
                             'outcome', 'cost', 10)) AS c
                              FROM loans) s) AS least
  FROM (SELECT t, count(*) FILTER (WHERE outcome = 'bad' AND predict('verdict',
         x) <= t) * 10 + count(*) FILTER (WHERE outcome = 'good' AND predict('verdict', x) > t)
         AS cost
          FROM loans, generate_series(0, 1, 0.01) t GROUP BY t) cuts;
SELECT pgscore.threshold_for('verdict', 'SELECT x, ''bad'' AS y FROM judged.loans', 'y', 'recall',
       0.5);
SELECT pgscore.threshold_for('verdict', 'SELECT * FROM judged.loans', 'outcome', 'profit', 0.5);
SELECT pgscore.threshold_for('verdict', 'SELECT * FROM judged.loans', 'outcome', 'recall', 1.5);
SELECT pgscore.threshold_for('verdict', 'SELECT * FROM judged.loans', 'outcome', 'cost', 0);
SELECT pgscore.threshold_for('verdict', 'SELECT x, ''ugly'' AS y FROM judged.loans', 'y',
       'recall', 0.5);
SELECT pgscore.threshold_for('fit', 'SELECT * FROM judged.loans', 'outcome', 'recall', 0.5);

-- ---- sets of classes ----------------------------------------------------------------------------
SELECT id, s.rank, s.class, round(s.probability::numeric, 6) AS probability
  FROM loans l, predict_set('trio', ARRAY[x / 4 - 1, 0.1, NULL], best_n => 2) s WHERE id < 4
         ORDER BY id, rank;
SELECT s.class FROM predict_set('trio', ARRAY[0, 0.1, NULL], cutoff => 0.3) s;
SELECT s.class FROM predict_set('trio@1'::model_version, ARRAY[0, 0.1, NULL], cutoff => 1) s;
SELECT s.class FROM predict_set('trio', ARRAY[0, 0.1, NULL], best_n => 0) s;
SELECT s.class FROM predict_set('trio', ARRAY[0, 0.1, NULL], cutoff => 2) s;
SELECT s.class FROM predict_set('fit', ROW(1)) s;
SELECT * FROM predict_set('verdict', NULL::loans) s;

-- ---- privileges ---------------------------------------------------------------------------------
CREATE ROLE pgscore_judge;
GRANT USAGE ON SCHEMA judged TO pgscore_judge;
SELECT pgscore.grant_model('verdict', 'execute', 'pgscore_judge');
SET ROLE pgscore_judge;
SELECT pgscore.evaluate('verdict', 'SELECT * FROM judged.loans', 'outcome');
SELECT metric, round(value::numeric, 6) AS value FROM pgscore.evaluate('verdict', 'SELECT 1 AS x,
       ''bad'' AS y UNION ALL SELECT 2, ''good''', 'y') WHERE metric = 'accuracy';
SELECT pgscore.record_evaluation('verdict', 'SELECT 1 AS x, ''bad'' AS y', 'y');
SELECT pgscore.evaluate('fit', 'SELECT 1 AS x, 2 AS y', 'y');
SELECT count(*) > 0 AS sees FROM pgscore.evaluations;
RESET ROLE;
SELECT pgscore.revoke_model('verdict', 'execute', 'pgscore_judge');
REVOKE ALL ON SCHEMA judged FROM pgscore_judge;
DROP ROLE pgscore_judge;
DROP FUNCTION at_threshold;
SELECT pgscore.drop_model(name) FROM pgscore.models WHERE name IN ('verdict', 'fit', 'trio')
       ORDER BY name;
SELECT count(*) FROM "!pgscore".catalog_measure;
SET client_min_messages = warning;
DROP SCHEMA judged CASCADE;
