-- Dates and times as features; outputs beside the scores, also texts.
\pset null '(null)'
SELECT pgscore.import_model('units', made.model(
  '[{"name": "day", "unit": "days"}, {"name": "moment", "unit": "seconds"},
    {"name": "hour", "unit": "seconds_of_day"}]', '[]',
  '{"task": "regression", "values": [{"name": "day", "column": 0}], "raw": [0, 1, 2]}'));
SELECT feature, type, unit FROM pgscore.model_features WHERE name = 'units' ORDER BY position;
CREATE TABLE moments (name text, day date, moment timestamp, hour time);
INSERT INTO moments VALUES
  ('epoch', '1970-01-01', '1970-01-01 00:00', '00:00'),
  ('before', '1969-12-31', '1969-12-31 23:59:59.5', '23:59:59.25'),
  ('after 2000', '2000-03-01', '2000-03-01 12:00', '12:00'),
  ('far', '0001-01-01', '9999-12-31 23:59:59', '24:00'),
  ('ends', 'infinity', '-infinity', NULL),
  ('missing', NULL, NULL, NULL);
SELECT name, predict_raw('units', t) FROM moments t;
SELECT predict_raw('units', t) = predict_raw('units', to_jsonb(t)) AS same_in_jsonb, count(*)
  FROM moments t WHERE name NOT IN ('ends', 'missing') GROUP BY 1;
-- a timestamp has a day and a time of day, a date is its midnight, a time zone is UTC
SET timezone = 'Europe/Berlin';
SELECT predict_raw('units', t) FROM (SELECT '2026-11-23 01:30+01'::timestamptz AS day,
    '2026-11-23'::date AS moment, '2026-11-23 01:30'::timestamp AS hour) t;
RESET timezone;
-- numbers are taken as they are, also arrays
SELECT predict_raw('units', t) FROM (SELECT 1 AS day, 2.5 AS moment, 3 AS hour) t;
SELECT predict('units', ARRAY[19000, 0, 0]);
\set SHOW_CONTEXT never
SELECT predict('units', t) FROM (SELECT '12:00'::time AS day, now() AS moment,
    '12:00'::time AS hour) t;
SELECT predict('units', t) FROM (SELECT 'monday'::text AS day, now() AS moment,
    '12:00'::time AS hour) t;
SELECT predict_raw('units', j::jsonb) FROM (VALUES
  ('{"day": "2026-11-23T01:30:00+01:45", "moment": "2026-11-23T01:30:00.5Z", "hour": "01:30"}'),
  ('{"day": "infinity", "moment": "2026-11-23 01:30:00-03",
     "hour": "2026-11-23T01:30:00+01"}')) t(j);
SELECT predict('units', '{"day": "yesterday", "moment": 0, "hour": 0}'::jsonb);
SELECT predict('units', '{"day": "2026-02-29", "moment": 0, "hour": 0}'::jsonb);
SELECT predict('units', '{"day": "12:30:00", "moment": 0, "hour": 0}'::jsonb);
SELECT predict('units', '{"day": "2026-02-28T25:00", "moment": 0, "hour": 0}'::jsonb);
SELECT predict('units', '{"day": 0, "moment": 0, "hour": "12:30:00+01"}'::jsonb);
SELECT predict('units', '{"day": true, "moment": {}, "hour": 0}'::jsonb);
-- a feature without a unit takes no dates
SELECT pgscore.import_model('number', made.first('day'));
SELECT predict('number', t) FROM moments t LIMIT 1;

-- Outputs with texts: an index beyond them, and missing, are null.
SELECT pgscore.import_model('reasons', made.model(made.numbers('age', 'debt'),
  '[{"type": "rank", "inputs": [0, 1], "count": 2},
    {"type": "apply", "op": "add", "args": [{"column": 0}, {"column": 1}]}]',
  '{"task": "regression", "values": [{"name": "score", "column": 4}],
    "more": [{"name": "first reason", "column": 2, "texts": ["age", "debt"]},
             {"name": "second reason", "column": 3, "texts": ["age"]},
             {"name": "again", "column": 4}]}'));
SELECT age, debt, predict('reasons', t), predict_outputs('reasons', t)
  FROM (VALUES (1, 2), (4, 3), (NULL, 3), (NULL, NULL)) t(age, debt);
SELECT pgscore.inspect_model(made.model('[{"name": "d", "unit": "days"}]', '[]',
  '{"task": "regression", "values": [{"name": "v", "column": 0}],
    "more": [{"name": "w", "column": 0}]}'))::jsonb -> 'outputs';
-- Only texts: there is nothing for predict.
SELECT pgscore.import_model('texts', made.model(made.numbers('x'), '[]',
  '{"task": "regression", "values": [{"name": "size", "column": 0, "texts": ["S", "M", "L"]}]}'));
SELECT predict_outputs('texts', x) FROM generate_series(-1, 3) x;
SELECT predict('texts', 1);
SELECT pgscore.import_model('only_more', made.model(made.numbers('x'), '[]',
  '{"task": "regression", "more": [{"name": "size", "column": 0}]}'));
SELECT predict_outputs('only_more', 2.5);
SELECT predict('only_more', 1);
-- In batches, too.
SELECT count(*), min(o::text), max(o::text) FROM (SELECT predict_outputs('reasons', t) AS o
    FROM (SELECT i % 7 AS age, i % 5 AS debt FROM generate_series(1, 1000) i) t) s;
SELECT pgscore.drop_model(name) FROM pgscore.models
 WHERE name IN ('units', 'number', 'reasons', 'texts', 'only_more') ORDER BY name;
DROP TABLE moments;
