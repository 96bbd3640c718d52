-- A model computes the number of its class, and which text an output is, as it does any number:
-- whatever no class or no text has gives NULL, in every form of a call, row by row and in batches.
-- Nothing but texts of the model ever comes back.
\pset null '(null)'
CREATE SCHEMA class_codes;
SET search_path = class_codes, public;
LOAD 'pgscore';
-- The class is the feature "code" as it is; so is the text of the output "reason".
SELECT pgscore.import_model('coded', made.model(made.numbers('code', 'x'),
  '[{"type": "link", "function": "logistic", "inputs": [1]},
    {"type": "apply", "op": "subtract", "args": [1, {"column": 2}]}]',
  '{"task": "classification", "values": [{"name": "p", "column": 2}], "probabilities": [3, 2],
    "labels": ["good", "bad"], "class_code": 0,
    "more": [{"name": "reason", "column": 0, "texts": ["late", "lost", "new"]}]}'));
CREATE TABLE codes AS SELECT i AS n, code::float8, 0::float8 AS x
  FROM unnest(ARRAY[0, 0.5, 1, 1.999, 2, 2.5, 3, 100, 100000, 4294967295, 4294967296,
  9007199254740993, '1e18', '1e300', 'Infinity', '-0', -0.5, -1, -2, -4294967296, -4294967295,
    '-1e300', '-Infinity', '5e-324', 'NaN', NULL]::text[]) WITH ORDINALITY u (code, i);
SELECT code, predict_class('coded', c), predict_class('coded@1'::model_version, c) AS fixed,
       predict_class('coded', to_jsonb(c)) AS of_jsonb,
       predict_class('coded', ARRAY[code, x]) AS of_array, predict_outputs('coded', c)
         FROM (SELECT n, code, x FROM codes WHERE code IS DISTINCT FROM 'Infinity'
         AND code IS DISTINCT FROM '-Infinity' AND code IS DISTINCT FROM 'NaN') c ORDER BY n;
SELECT code, predict_class('coded', c), predict_class('coded', code, x), predict_outputs('coded', c)
  FROM codes c WHERE code IN ('Infinity', '-Infinity', 'NaN') ORDER BY n;
-- What blocks of rows say, against one row after the other.
SET pgscore.enable_batch = off;
CREATE TABLE many AS SELECT code, x, predict_class('coded', code, x) AS class,
    predict_outputs('coded', code, x) AS outputs
  FROM codes, generate_series(1, 40);
ANALYZE many;
RESET pgscore.enable_batch;
SET pgscore.batch_min_rows = 1;
EXPLAIN (COSTS OFF) SELECT sum(length(predict_class('coded', m))),
    count(predict_outputs('coded', m)) FROM many m;
SELECT count(*), count(class) AS classes, count(*)
    FILTER (WHERE predict_class('coded', m) IS DISTINCT FROM class) AS other_classes,
       count(*) FILTER (WHERE predict_outputs('coded', m) IS DISTINCT FROM outputs) AS other_outputs
         FROM many m;
SELECT predict_class('coded', m) AS class, predict_outputs('coded', m) ->> 'class' AS in_outputs,
       predict_outputs('coded', m) ->> 'reason' AS reason, count(*)
  FROM many m GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
-- The probabilities stay: a threshold asks them, not the code.
SELECT DISTINCT predict_class('coded', c, 0.4), predict_class('coded', c, 0.6),
       predict_proba('coded', c), predict_proba_of('coded', 'good', c) FROM codes c;

-- Numbers of leaves are integers of SQL: a file that numbers them beyond is refused.
CREATE FUNCTION numbered(leaf bigint) RETURNS bytea LANGUAGE sql AS
$$ SELECT made.model(made.numbers('x'), format(
     '[{"type": "trees", "features": [0], "compare": "float64", "sum": "float64", "base": [0],
        "trees": [{"feature": [0, null, null], "threshold": [1, null, null],
                   "left": [1, null, null], "right": [2, null, null], "value": [null, 1, 2],
                   "id": [3000000001, 7, %s]}]}]', leaf)::json, made.value('y', 1)) $$;
SELECT pgscore.import_model('leaves', numbered(2147483647));
SELECT x, predict_leaf('leaves', x) FROM (VALUES (0), (2)) v (x);
SELECT pgscore.import_model('leaves', numbered(2147483648));
SELECT pgscore.import_model('leaves', numbered(3000000000));

SELECT pgscore.drop_model(name) FROM pgscore.models WHERE name IN ('coded', 'leaves') ORDER BY name;
SET client_min_messages = warning;
DROP SCHEMA class_codes CASCADE;
