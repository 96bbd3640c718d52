-- Inputs that are not what they seem: literals without a type, padded texts, numbers where
-- categories are texts, thresholds that are no probabilities, classifiers without probabilities.
SELECT pgscore.import_model('job', made.look_up('job', '{clerk,judge}', '{10,20}'));

-- A literal without a type that begins with { is a JSON object, also for a model of a single text.
SELECT predict('job', '{"job": "judge"}'), predict('job', ' {"job": null, "more": 1}'),
       predict('job', 'judge'), predict('job', NULL);
SET pgscore.enable_rewrite = off;
SELECT predict('job', '{"job": "judge"}'), predict('job@1'::model_version, '{"job": "clerk"}');
RESET pgscore.enable_rewrite;
SELECT sum(predict('job', '{"job": "judge"}')) FROM generate_series(1, 1000);
\set VERBOSITY default
SELECT predict('job', '{"jib": "judge"}');
SELECT predict('job', '{judge}');
SELECT predict('job', '{"job": "judge"');
\set VERBOSITY terse

-- char(n): PostgreSQL ignores the blanks that pad it, in the column and in to_jsonb; a text
-- column's blanks are part of the text.
CREATE TABLE workers (job char(8));
INSERT INTO workers VALUES ('judge'), ('clerk'), ('cook');
SELECT job, predict('job', w), predict('job', to_jsonb(w)), predict('job', job),
       predict('job', job::text || ' ') FROM workers w;
SELECT pgscore.import_model('padded', made.look_up('job', '{"clerk   ","judge "}', '{10,20}'));
SELECT job, predict('padded', w), predict('padded', to_jsonb(w)), predict('padded', ARRAY[job]),
       predict('padded', job::text) FROM workers w;
DROP TABLE workers;

-- A number cannot be a category that is a text: a mistake of the statement, found when it is
-- planned.
CREATE TABLE codes AS SELECT i AS job, i::numeric AS number, i > 1 AS flag
  FROM generate_series(1, 3) i;
\set VERBOSITY default
EXPLAIN SELECT predict('job', c) FROM codes c;
SELECT predict('job', number) FROM codes;
SELECT predict('job', flag) FROM codes;
SELECT predict('job', ARRAY[1, 2]) FROM codes;
-- A column of a float type may be empty, as tools make them that find no values; a value in it is
-- the same mistake.
SELECT predict('job', f), predict('job', to_jsonb(f)) FROM (VALUES (NULL::float8)) f (job);
SELECT predict('job', f) FROM (VALUES (NULL::float8), (1)) f (job);
SELECT predict('job', 1::float4);
SELECT predict('job', jsonb_build_object('job', 5));
SELECT predict('job', jsonb_build_object('job', true));
\set VERBOSITY terse
-- Categories that are written as numbers take numbers; those that are written as booleans,
-- booleans.
SELECT pgscore.import_model('numbered', made.look_up('job', '{1,2}', '{10,20}')),
       pgscore.import_model('flagged', made.look_up('job', '{True,False}', '{10,20}'));
SELECT predict('numbered', job), predict('numbered', number),
       predict('numbered', to_jsonb(c) - 'flag'), predict('flagged', flag),
  predict('flagged', jsonb_build_object('job', flag)) FROM codes c;
SELECT predict('flagged', job) FROM codes;
DROP TABLE codes;

-- Two classes, and a margin that is no probability.
SELECT pgscore.import_model('margin', made.model(made.numbers('x'),
  '[{"type": "apply", "op": "greater", "args": [{"column": 0}, 0]}]',
  '{"task": "classification", "values": [{"name": "margin", "column": 0}], "raw": [0],
    "labels": ["bad", "good"], "class_code": 1}'));
SELECT pgscore.import_model('chance', made.model(made.numbers('x'),
  '[{"type": "link", "function": "logistic", "inputs": [0]},
    {"type": "apply", "op": "subtract", "args": [1, {"column": 1}]},
    {"type": "apply", "op": "greater", "args": [{"column": 0}, 0]}]',
  '{"task": "classification", "values": [{"name": "p", "column": 1}], "raw": [0],
    "probabilities": [2, 1], "labels": ["bad", "good"], "class_code": 3}'));
\set VERBOSITY default
SELECT predict('margin', 3.0);
SELECT predict_raw('margin', 3.0), predict_class('margin', 3.0);
EXPLAIN SELECT predict_class('chance', ROW(1.0), 5) FROM generate_series(1, 10);
SELECT threshold, predict_class('chance', ROW(1.0), threshold)
  FROM (VALUES (0.9::float8), (0), (1), (NULL)) v (threshold);
SELECT predict_class('chance', ROW(1.0), threshold) FROM (VALUES (-0.1::float8)) v (threshold);
SELECT predict_class('chance', ROW(1.0), threshold) FROM (VALUES ('NaN'::float8)) v (threshold);

-- Literals without a type in a row of values; and which category it was that the policy refuses.
SELECT pgscore.import_model('policy', made.model(
  '[{"name": "x"}, {"name": "c", "type": "category", "categories": ["p", "q"]}]',
  '[{"type": "linear", "intercept": [0], "terms": [{"column": 0, "coefficients": [1]},
     {"column": 1, "by_level": true, "coefficients": [0, 10]}]}]', made.value('v', 2)),
  options => '{"on_unknown": "error"}');
SELECT predict('policy', ROW(1, 'q')), predict('policy', ROW(NULL, 'q')),
       predict('policy', ROW(1.5, NULL));
SELECT predict('policy', ROW('1', 'q'));
SELECT predict('policy', ROW(1, 'r'));
SELECT predict('policy', 1, 'r'::char(5));
SELECT sum(predict('policy', t)) FROM (SELECT i AS x, CASE i WHEN 700 THEN repeat('ü', 60)
    ELSE 'q' END AS c FROM generate_series(1, 1000) i) t;
SELECT predict('policy', '{"x": 1, "c": "s"}');
SELECT unknown_categories FROM pgscore.stat_models WHERE name = 'policy';

SELECT pgscore.drop_model(name) FROM pgscore.models
 WHERE name IN ('job', 'padded', 'numbered', 'flagged', 'margin', 'chance', 'policy');
