-- LightGBM's models through SQL: categories of pandas as texts, numbers and booleans; raw values,
-- leaves and options. XGBoost's dumps, and models in base64.
\set pandas `cat "$PG_ABS_SRCDIR/models/edge/lightgbm/pandas.txt"`
\set multiclass `cat "$PG_ABS_SRCDIR/models/edge/lightgbm/multiclass.txt"`
\set forest `cat "$PG_ABS_SRCDIR/models/edge/lightgbm/rf_binary_dump.json"`
\set linear `base64 "$PG_ABS_SRCDIR/models/edge/lightgbm/linear_tree.txt"`
\set dump `cat "$PG_ABS_SRCDIR/models/edge/xgboost/dump_categories_text.txt"`
SELECT pgscore.import_model('pandas', convert_to(:'pandas', 'UTF8'));
SELECT pgscore.import_model('multiclass', convert_to(:'multiclass', 'UTF8'),
    labels => ARRAY['low', 'middle', 'high']);
SELECT pgscore.import_model('forest', convert_to(:'forest', 'UTF8'));
SELECT pgscore.import_model('linear', convert_to(:'linear', 'UTF8'));
SELECT name, format, objective, facts -> 'library' AS library FROM pgscore.model_versions
 ORDER BY name;

-- A category that the model does not know is missing; a number is its category however it is
-- written.
CREATE TABLE tenants (income float8, job text, rooms int, owner bool, rate numeric);
INSERT INTO tenants VALUES (0.5, 'cook', 5, true, 2.5), (0.5, 'cook', 5, true, 2.50),
    (0.5, 'Ärztin', 3, false, 4), (0.5, 'pilot', 3, false, 4),
  (0.5, NULL, 3, false, 4.0), (-1, '', 70, NULL, NULL), (NULL, 'a b', 6, true, 1);
SELECT job, rooms, owner, predict('pandas', t), predict_leaf('pandas', t) FROM tenants t;
SELECT bool_and(predict('pandas', t) = predict('pandas',
    jsonb_build_object('income', income, 'job', job, 'rooms', rooms::text, 'owner', owner,
      'rate', rate)))
  FROM tenants t;

SELECT x, predict_class('multiclass', ARRAY[x, 0.1, NULL]),
       predict_raw('multiclass', ARRAY[x, 0.1, NULL]) FROM unnest('{-2,0,2}'::float8[]) x;
SELECT predict('forest', 1, NULL, 0.5), predict_raw('forest', 1, NULL, 0.5),
       predict_class('forest', 1, NULL, 0.5);
SELECT predict('linear', x, 0.25, 0.5), predict('linear', x, 0.25, NULL)
  FROM unnest('{-2,0,1e-36,2}'::float8[]) x;

-- Rounds: booster.predict(start_iteration=, num_iteration=).
SELECT pgscore.import_model('multiclass', convert_to(:'multiclass', 'UTF8'),
    options => '{"start_iteration": 1, "iterations": 2}');
SELECT facts -> 'rounds' AS rounds, facts -> 'start_iteration' AS start,
       facts -> 'rounds_used' AS used FROM pgscore.model_versions
 WHERE name = 'multiclass' ORDER BY version;
SELECT pgscore.import_model('x', convert_to(:'multiclass', 'UTF8'),
    options => '{"start_iteration": 9}');
SELECT pgscore.import_model('x', convert_to(:'multiclass', 'UTF8'),
    options => '{"base_score": 0.5}');
SELECT pgscore.import_model('x', convert_to(:'multiclass', 'UTF8'),
    options => '{"objective": "binary:logistic"}');

-- A dump of XGBoost lacks what the options say.
SELECT pgscore.import_model('dump', convert_to(:'dump', 'UTF8'));
SELECT pgscore.import_model('dump', convert_to(:'dump', 'UTF8'),
    options => '{"objective": "reg:squarederror", "base_score": 0}');
SELECT pgscore.import_model('dump', convert_to(:'dump', 'UTF8'),
    options => '{"objective": "reg:squarederror", "base_score": 0}',
  features => '["age", {"name": "job", "categories": ["a", "b", "c", "d", "e"]}, "a b", "e:{f"]');
SELECT x, predict('dump@1',
         jsonb_build_object('age', x, 'job', 2, 'a b', NULL, 'e:{f', x)) AS by_code,
       predict('dump@2',
         jsonb_build_object('age', x, 'job', 'c', 'a b', NULL, 'e:{f', x)) AS by_text
  FROM unnest('{-1,0.25,1}'::float8[]) x;
