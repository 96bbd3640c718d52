-- What a database administrator meets with ONNX models: each message names the model, the column or
-- the node, and says what to do.
\pset null '(null)'
\set pipeline `base64 -w0 "$PG_ABS_SRCDIR/models/edge/onnx/pipeline.onnx"`
\set regressor `base64 -w0 "$PG_ABS_SRCDIR/models/edge/onnx/tree_base.onnx"`
SELECT pgscore.import_model('onnx_pipeline', decode(:'pipeline', 'base64'));
SELECT pgscore.import_model('onnx_regressor', decode(:'regressor', 'base64'));
CREATE TABLE people (age int, income float8, job text);
INSERT INTO people VALUES (40, 25.5, 'nurse');

-- ---- files --------------------------------------------------------------------------------------
-- Cut off: with the format named, and without. A file whose end is there but not its middle.
SELECT pgscore.import_model('refused', substr(decode(:'pipeline', 'base64'), 1, 2000),
    format => 'onnx');
SELECT pgscore.import_model('refused', substr(decode(:'pipeline', 'base64'), 1, 2000));
SELECT pgscore.import_model('refused',
    overlay(decode(:'pipeline', 'base64') placing '' from 1001 for 100));
SELECT pgscore.import_model('refused', '', format => 'onnx');
SELECT pgscore.import_model('refused', 'not a model', format => 'onnx');

-- Files of models/hostile/onnx by their names.
CREATE TABLE hostile (file text, model text);
\copy hostile FROM PROGRAM 'cd "$PG_ABS_SRCDIR/models/hostile/onnx" && for file in *.onnx; do echo "${file%.onnx},$(base64 -w0 "$file")"; done' CSV
CREATE FUNCTION refused(file text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE state text; message text; detail text; hint text;
BEGIN
  PERFORM pgscore.import_model('refused', decode(model, 'base64'), format => 'onnx') FROM hostile h
    WHERE h.file = $1;
  RETURN CASE WHEN FOUND THEN 'no error' ELSE 'no such file' END;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
    detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
  RETURN concat_ws(E'\n', state || ' ' || message, 'DETAIL: ' || nullif(detail, ''),
    'HINT: ' || nullif(hint, ''));
END $$;
\pset tuples_only on
\pset format unaligned
SELECT refused('operator');           -- two operators that are not supported
SELECT refused('operator_domain');    -- an operator of a vendor's own set
SELECT refused('function_twice');
SELECT refused('external');
SELECT refused('tensor_float16');
SELECT refused('input_unknown');      -- [None, None], and no operator says how many features
SELECT refused('input_dynamic');      -- a named dimension that is not the batch
SELECT refused('reshape_dynamic');    -- a shape that the row decides
SELECT refused('tree_rank');          -- a tensor of three dimensions where a matrix is needed
SELECT refused('gemm');               -- matrices that do not go together
SELECT refused('tree_feature');       -- a tree that reads more features than the tensor has
SELECT refused('output_missing');     -- an output that no node computes
SELECT refused('no_outputs');
SELECT refused('text_number');
SELECT refused('text_output');
SELECT refused('texts_compared');
SELECT refused('tree_cycle');
\pset tuples_only off
\pset format aligned

-- ---- features of the call -----------------------------------------------------------------------
SELECT pgscore.import_model('refused', decode(:'regressor', 'base64'), features => '["a", "b"]');
SELECT pgscore.import_model('refused', decode(:'regressor', 'base64'),
    features => '["a", "b", "b"]');
SELECT pgscore.import_model('refused', decode(:'pipeline', 'base64'), labels => '{yes,no}');

-- ---- rows ---------------------------------------------------------------------------------------
-- A renamed column, in a plan and in an expression that the planner does not see through.
ALTER TABLE people RENAME income TO revenue;
SELECT predict_class('onnx_pipeline', p) FROM people p;
SELECT predict_class('onnx_pipeline', to_jsonb(p)) FROM people p;
ALTER TABLE people RENAME revenue TO income;
SELECT predict_class('onnx_pipeline', p) FROM people p;
-- Text in a column of numbers.
ALTER TABLE people ALTER age TYPE text;
SELECT predict_class('onnx_pipeline', p) FROM people p;
SELECT predict_class('onnx_pipeline', to_jsonb(p)) FROM people p;
SELECT predict_class('onnx_pipeline', '40'::text, 25.5, 'nurse');
SELECT predict_class('onnx_pipeline', jsonb_build_object('age', 40, 'income', 25.5, 'job',
    '{}'::jsonb));
SELECT predict('onnx_regressor', ARRAY['1', '2', '3']);
ALTER TABLE people ALTER age TYPE int USING age::int;
-- A row that is NULL, and one of NULLs.
SELECT predict_class('onnx_pipeline', NULL::people) AS null_row,
       predict_class('onnx_pipeline', ROW(NULL, NULL, NULL)::people) AS row_of_nulls;
SELECT predict_class('onnx_pipeline', p) FROM (SELECT 1) one LEFT JOIN people p ON false;
-- A tensor of three features.
SELECT predict('onnx_regressor', ARRAY[1, 2]::float8[]);
SELECT predict('onnx_regressor', ARRAY[1, 2, 3, 4]::float8[]);
SELECT predict('onnx_regressor', ARRAY[[1, 2, 3]]::float8[]);
SELECT predict('onnx_regressor', 1, 2, 3, 4);
SELECT predict('onnx_regressor', '{"X_0": 1, "X_1": 2}'::jsonb);
SELECT predict('onnx_regressor', p) FROM people p;

-- ---- outputs ------------------------------------------------------------------------------------
SELECT predict('onnx_pipeline', p) FROM people p;
SELECT predict_proba_of('onnx_pipeline', 'middle', p) FROM people p;
SELECT predict_class('onnx_regressor', 1, 2, 3);
SELECT predict_proba('onnx_regressor', 1, 2, 3);
SELECT pgscore.class_labels('onnx_regressor');

-- ---- privileges ---------------------------------------------------------------------------------
CREATE ROLE regress_onnx_clerk;
GRANT SELECT ON people TO regress_onnx_clerk;
SET ROLE regress_onnx_clerk;
SELECT predict_class('onnx_pipeline', p) FROM people p;
SELECT predict_class('onnx_pipeline@1'::model_version, p) FROM people p;
SELECT pgscore.export_model('onnx_pipeline');
SELECT pgscore.import_model('onnx_pipeline', decode(:'pipeline', 'base64'));
SELECT pgscore.import_model_file('stolen', '/etc/passwd');
SELECT pgscore.drop_model('onnx_pipeline');
RESET ROLE;
SELECT pgscore.grant_model('onnx_pipeline', 'execute', 'regress_onnx_clerk');
SET ROLE regress_onnx_clerk;
SELECT predict_class('onnx_pipeline', p) FROM people p;
SELECT pgscore.export_model('onnx_pipeline');
RESET ROLE;

SELECT pgscore.drop_model(name) FROM pgscore.models
 WHERE name IN ('onnx_pipeline', 'onnx_regressor') ORDER BY name;
DROP FUNCTION refused;
DROP TABLE hostile;
DROP TABLE people;
DROP ROLE regress_onnx_clerk;
