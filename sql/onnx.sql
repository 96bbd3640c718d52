-- ONNX models: tensors and columns as inputs, texts, labels, outputs by name, NULL. The numbers are
-- those of models/edge/onnx/*.scores.csv and models/credit.
\pset null '(null)'
\set pipeline `base64 -w0 "$PG_ABS_SRCDIR/models/edge/onnx/pipeline.onnx"`
\set forest `base64 -w0 "$PG_ABS_SRCDIR/models/edge/onnx/tree_classes_forest.onnx"`
\set network `base64 -w0 "$PG_ABS_SRCDIR/models/edge/onnx/network_gemm.onnx"`
\set regressor `base64 -w0 "$PG_ABS_SRCDIR/models/edge/onnx/tree_base.onnx"`
\set colours `base64 -w0 "$PG_ABS_SRCDIR/models/edge/onnx/label_encoder_texts.onnx"`
\set words `base64 -w0 "$PG_ABS_SRCDIR/models/edge/onnx/label_encoder_float.onnx"`
\set argmax `base64 -w0 "$PG_ABS_SRCDIR/models/edge/onnx/op_argmax.onnx"`
\set credit `base64 -w0 "$PG_ABS_SRCDIR/models/credit/xgboost.onnx"`
SELECT pgscore.import_model('pipeline', decode(:'pipeline', 'base64'));
SELECT pgscore.import_model('forest', decode(:'forest', 'base64'));
SELECT pgscore.import_model('network', decode(:'network', 'base64'), format => 'onnx');
SELECT pgscore.import_model('regressor', decode(:'regressor', 'base64'),
    features => '["a", "b", "c"]');
SELECT pgscore.import_model('colours', decode(:'colours', 'base64'));
SELECT pgscore.import_model('words', decode(:'words', 'base64'));
SELECT pgscore.import_model('argmax', decode(:'argmax', 'base64'));
SELECT pgscore.import_model('credit_onnx', decode(:'credit', 'base64'));
\set binary `base64 -w0 "$PG_ABS_SRCDIR/models/edge/onnx/margin_tree_binary_logistic.onnx"`
\set classes `base64 -w0 "$PG_ABS_SRCDIR/models/edge/onnx/margin_linear_classes_softmax.onnx"`
\set machine `base64 -w0 "$PG_ABS_SRCDIR/models/edge/onnx/margin_svm_3.onnx"`
SELECT pgscore.import_model('binary', decode(:'binary', 'base64'));
SELECT pgscore.import_model('classes', decode(:'classes', 'base64'));
SELECT pgscore.import_model('machine', decode(:'machine', 'base64'));

-- One named input per column: numbers and texts; the categories are what the graph compares the
-- text with.
SELECT feature, type, categories, on_unknown FROM pgscore.model_features WHERE name = 'pipeline'
 ORDER BY position;
SELECT pgscore.inspect_model(decode(:'pipeline', 'base64')) - 'facts' - 'features';
SELECT pgscore.inspect_model(decode(:'pipeline', 'base64')) -> 'facts';
CREATE TABLE people (age int, income float8, job text);
\copy people FROM PROGRAM 'head -n 9 "$PG_ABS_SRCDIR/models/edge/onnx/pipeline.rows.csv"' CSV HEADER
SELECT p.*, predict_class('pipeline', p), predict_proba('pipeline', p) FROM people p;
SELECT pgscore.class_labels('pipeline'), predict_outputs('pipeline', 40, 25.5, 'nurse'),
       predict_raw('pipeline', 40, 25.5, 'nurse');
-- NULL in a text column and an unknown text: both are none of the encoder's categories.
SELECT predict_proba('pipeline', 40, 25.5, NULL) = predict_proba('pipeline', 40, 25.5,
    'astronaut') AS same;
SELECT predict('pipeline', 40, 25.5, 'nurse');

-- A tensor of n features: its name with a number, by position, or by the names of the argument
-- features.
SELECT feature FROM pgscore.model_features WHERE name = 'network' ORDER BY position;
SELECT predict_outputs('network', ARRAY[1, 2, 3, 4, 5, 6]::float8[]),
       predict_raw('network', 1, 2, 3, 4, 5, 6);
SELECT predict('network', 1, 2, 3, 4, 5, 6);
SELECT predict('regressor', r), predict('regressor', r.a, r.b, r.c)
  FROM (VALUES (1, 0, 0.5), (NULL, 2, 3)) r (a, b, c);
SELECT predict('regressor', 1, 2);
SELECT predict_class('forest', x), predict_outputs('forest', x) -> 'label'
  FROM (VALUES (ARRAY[1, 2, 3]::float8[]), (ARRAY[-2.5, NULL, 0.5])) v (x);
SELECT predict_leaf('regressor', 1, 0, 0.5);

-- Texts as outputs; tables have a value for what they do not know, NULL too.
SELECT c, predict('colours', c) FROM unnest('{red,green,blue,"",NULL}'::text[]) c;
SELECT predict_outputs('words', x), predict_class('words', x)
  FROM unnest('{0.5,1,2,NULL}'::float8[]) x;
-- Whole numbers that come from a list are classes.
SELECT predict_class('argmax', 1, 5, 2, 5, 0, -1), predict_outputs('argmax', 1, 5, 2, 5, 0, -1);

-- The trees of the credit model, as XGBoost's file has them.
SELECT predict('credit_onnx', '{"checking_status": "no account", "duration_months": 9,
  "credit_history": "none taken", "purpose": "radio or television", "credit_amount": 1413,
  "savings": "1000 or more", "employment_since": "unemployed", "installment_rate": 4,
  "personal_status": "male single", "other_debtors": "none", "residence_since": null,
  "property": "real estate", "age": 30, "other_installment_plans": "none", "housing": "own",
  "existing_credits": 1, "job": "skilled", "dependents": 1, "telephone": false,
  "foreign_worker": true}'::jsonb)::float4;

SELECT predict_raw('credit_onnx', row)::float4[] FROM (SELECT to_jsonb(c) AS row
  FROM jsonb_to_record('{"checking_status": "no account", "duration_months": 9,
  "credit_history": "none taken", "purpose": "radio or television", "credit_amount": 1413,
  "savings": "1000 or more", "employment_since": "unemployed", "installment_rate": 4,
  "personal_status": "male single", "other_debtors": "none", "property": "real estate",
  "age": 30, "other_installment_plans": "none", "housing": "own", "existing_credits": 1,
  "job": "skilled", "dependents": 1, "telephone": false, "foreign_worker": true}') AS c(
    checking_status text, duration_months int, credit_history text, purpose text,
    credit_amount int, savings text, employment_since text, installment_rate int,
    personal_status text, other_debtors text, residence_since int, property text, age int,
    other_installment_plans text, housing text, existing_credits int, job text, dependents int,
    telephone bool, foreign_worker bool)) rows;

-- What the scores are made of by the last transform: one number for the two of a binary classifier;
-- one for each class; one for each pair of classes of a support vector machine, which has no
-- probabilities then.
SELECT predict_raw('binary', 1, 0.5, -1), round(predict('binary', 1, 0.5, -1)::numeric, 6) AS p,
       round(1 / (1 + exp(-(predict_raw('binary', 1, 0.5, -1))[1]))::numeric, 6) AS of_raw;
SELECT predict_raw('classes', 1, 0.5, -1)::float4[] AS raw,
       predict_proba('classes', 1, 0.5, -1)::float4[] AS proba,
       predict_class('classes', 1, 0.5, -1);
SELECT predict_raw('machine', 1, 0.5, -1)::float4[] AS decisions,
       predict_class('machine', 1, 0.5, -1),
       predict_outputs('machine', 1, 0.5, -1) ? 'scores_2' AS in_outputs;
SELECT predict_proba('machine', 1, 0.5, -1);

-- What is refused.
\set operator `base64 -w0 "$PG_ABS_SRCDIR/models/hostile/onnx/operator.onnx"`
\set external `base64 -w0 "$PG_ABS_SRCDIR/models/hostile/onnx/external.onnx"`
\set unknown `base64 -w0 "$PG_ABS_SRCDIR/models/hostile/onnx/input_unknown.onnx"`
\set reshape `base64 -w0 "$PG_ABS_SRCDIR/models/hostile/onnx/reshape_dynamic.onnx"`
\set truncated `base64 -w0 "$PG_ABS_SRCDIR/models/hostile/onnx/truncated.onnx"`
SELECT pgscore.import_model('refused', decode(:'operator', 'base64'));
SELECT pgscore.import_model('refused', decode(:'external', 'base64'));
SELECT pgscore.import_model('refused', decode(:'unknown', 'base64'));
SELECT pgscore.import_model('refused', decode(:'reshape', 'base64'));
SELECT pgscore.import_model('refused', decode(:'truncated', 'base64'), format => 'onnx');
SELECT pgscore.import_model('refused', decode(:'network', 'base64'),
    options => '{"iterations": 3}');
SELECT pgscore.import_model('unknown', decode(:'unknown', 'base64'), features => '["a", "b", "c"]');
SELECT predict_raw('unknown', '{"a": -1, "b": 2, "c": -3}'::jsonb);

SELECT pgscore.drop_model(name) FROM pgscore.models
 WHERE name IN ('pipeline', 'forest', 'network', 'regressor', 'colours', 'words', 'argmax',
    'credit_onnx', 'unknown', 'binary', 'classes', 'machine') ORDER BY name;
DROP TABLE people;
