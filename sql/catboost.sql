-- CatBoost models: .cbm and JSON, what each SQL type is as a category, NULL, labels, several
-- outputs. The numbers are those of models/edge/catboost/*.scores.csv.
\pset null '(null)'
\set one_hot `base64 -w0 "$PG_ABS_SRCDIR/models/edge/catboost/one_hot.cbm"`
\set one_hot_json `cat "$PG_ABS_SRCDIR/models/edge/catboost/one_hot.json"`
\set combination `base64 -w0 "$PG_ABS_SRCDIR/models/edge/catboost/ctr_combination.cbm"`
\set labels `cat "$PG_ABS_SRCDIR/models/edge/catboost/logloss_labels.json"`
\set absent `cat "$PG_ABS_SRCDIR/models/edge/catboost/multiclass_absent.json"`
\set multilabel `cat "$PG_ABS_SRCDIR/models/edge/catboost/multilabel.json"`
\set uncertainty `cat "$PG_ABS_SRCDIR/models/edge/catboost/uncertainty.json"`
\set half `base64 -w0 "$PG_ABS_SRCDIR/models/edge/catboost/nonsymmetric_half_leaves.cbm"`
\set review `base64 -w0 "$PG_ABS_SRCDIR/models/hostile/catboost/text_feature.cbm"`
SELECT pgscore.import_model('one_hot', decode(:'one_hot', 'base64'));
SELECT pgscore.import_model('one_hot_json', convert_to(:'one_hot_json', 'UTF8'));
SELECT pgscore.import_model('combination', decode(:'combination', 'base64'));
SELECT pgscore.import_model('labels', convert_to(:'labels', 'UTF8'));
SELECT pgscore.import_model('absent', convert_to(:'absent', 'UTF8'));
SELECT pgscore.import_model('multilabel', convert_to(:'multilabel', 'UTF8'));
SELECT pgscore.import_model('uncertainty', convert_to(:'uncertainty', 'UTF8'));
SELECT pgscore.import_model('half', decode(:'half', 'base64'));

-- What a feature that takes any category looks like.
SELECT feature, type, categories, on_unknown, on_missing FROM pgscore.model_features
 WHERE name = 'combination' ORDER BY position;
SELECT pgscore.inspect_model(decode(:'combination', 'base64')) - 'facts';
SELECT pgscore.inspect_model(decode(:'combination', 'base64')) -> 'facts';

-- The category "7" by every type; others are no values of the feature.
CREATE TYPE seven AS ENUM ('7', 'red');
SELECT predict('one_hot', 1, '7'), predict('one_hot', 1, '7'::text),
       predict('one_hot', 1, '7 '::bpchar(5)), predict('one_hot', 1, '7'::name),
       predict('one_hot', 1, '7'::seven), predict('one_hot', 1, 7), predict('one_hot', 1, 7::int2),
       predict('one_hot', 1, 7::int8),
       predict('one_hot', 1, 7.00), predict('one_hot', 1, 7::float4),
       predict('one_hot', 1, 7::float8);
SELECT predict('one_hot', jsonb_build_object('x', 1, 'colour', c))
  FROM unnest('{7,7.0,"\"7\"","\"red\"",null,true,7.5}'::jsonb[]) WITH ORDINALITY u (c, i)
 ORDER BY i;
SELECT c, predict('one_hot', v), predict('one_hot_json', v) = predict('one_hot', v) AS same
  FROM (VALUES ('red'), ('green'), ('7'), ('a long category!'), ('Red'), ('7 '), (''),
    (NULL)) c (c), LATERAL (SELECT 1 AS x, c AS colour) v;
SELECT predict('one_hot', 1, 9007199254740993), predict('one_hot', 1, true),
       predict('one_hot', 1, 'NaN'::float8);
SELECT predict('one_hot', 1, now());

-- Combinations, rows and positions; NULL is no category.
CREATE TABLE parts (n float8, c text, d text);
INSERT INTO parts VALUES (0, 'a', 'x'), (1, 'a', 'y'), (NULL, 'a', 'y'), (0, 'b', 'y'),
    (2, '-3', 'y'), (1, 'a', 'x'), (1, NULL, 'y'), (0, 'a', NULL);
SELECT n, c, d, predict('combination', p), predict_leaf('combination', p) FROM parts p;
SELECT predict('combination', 2, -3, 'y'), predict('combination', 2, -3.0, 'y');
SELECT predict('combination', ROW(1, 'a'::text, 'y'::text));

-- NULL as a category of the training data.
SELECT pgscore.import_model('combination', decode(:'combination', 'base64'),
    options => '{"null_category": "a"}', deploy => true);
SELECT n, c, d, predict('combination', p) FROM parts p WHERE c IS NULL OR d IS NULL;
SELECT pgscore.import_model('labels', convert_to(:'labels', 'UTF8'),
    options => '{"null_category": "a"}');
SELECT pgscore.import_model('combination', decode(:'combination', 'base64'),
    options => '{"on_unknown": "error"}');
SELECT pgscore.import_model('combination', decode(:'combination', 'base64'),
    features => '["n", {"name": "c", "categories": ["a"]}, "d"]');
SELECT pgscore.import_model('combination', decode(:'combination', 'base64'),
    options => '{"on_missing": "error"}', deploy => true);
SELECT predict('combination', 1, NULL, 'y');

-- Labels and outputs.
SELECT predict_class('labels', x), predict_raw('labels', x),
       round(predict('labels', x)::numeric, 12) FROM unnest('{-1,1}'::float8[]) x;
SELECT predict_class('absent', 1), predict_raw('absent', 1), predict_proba_of('absent', '2', 1),
       pgscore.class_labels('absent');
SELECT round(p::numeric, 12) FROM unnest(predict_proba('multilabel', 1)) p;
SELECT predict_class('multilabel', 1);
SELECT predict('multilabel', 1);
SELECT predict_outputs('uncertainty', 1)->'mean',
       round((predict_outputs('uncertainty', 1)->>'variance')::numeric, 12);
SELECT x, y, predict('half', x, y), predict_leaf('half', x, y)
  FROM (VALUES (-1, 0), (0.5, 0), (0.5, 1), (2, 0), (2, NULL), (NULL, NULL)) v (x, y);

-- What is not supported says so.
SELECT pgscore.import_model('review', decode(:'review', 'base64'));

SELECT pgscore.drop_model(name)
  FROM unnest(
    '{one_hot,one_hot_json,combination,labels,absent,multilabel,uncertainty,half}'::text[]) name;
DROP TABLE parts;
DROP TYPE seven;
