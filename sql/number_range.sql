-- The range of numbers that a model takes: what lies outside is an error, as in the training library.
\pset null '(null)'
\set finite '{"pgscore_model": 1, "inputs": [{"name": "x", "range": "finite"}, {"name": "y", "range": "float32"}, {"name": "z"}], "nodes": [{"type": "apply", "op": "add", "args": [{"column": 0}, {"column": 1}]}, {"type": "apply", "op": "add", "args": [{"column": 3}, {"column": 2}]}], "output": {"task": "regression", "values": [{"name": "sum", "column": 4}]}}'
SELECT pgscore.import_model('finite', convert_to(:'finite', 'UTF8'));
SELECT feature, range FROM pgscore.model_features WHERE name = 'finite' ORDER BY position;
SELECT predict('finite', 1e300::float8, 3.4e38::float8, 0::float8) AS large,
       predict('finite', 0::float8, 0::float8, 'Infinity'::float8) AS any,
       predict('finite', 'NaN'::float8, 0::float8, 0::float8) AS missing;
\set SHOW_CONTEXT never
DO $$ BEGIN PERFORM predict('finite', '-Infinity'::float8, 0::float8, 0::float8);
EXCEPTION WHEN numeric_value_out_of_range THEN RAISE NOTICE '%', SQLERRM; END $$;
SELECT predict('finite', ARRAY['-Infinity', 0, 0]::float8[]);
SELECT predict('finite', ARRAY[0, 3.5e38, 0]);
SELECT predict('finite', '{"x": 0, "y": -1e39, "z": 0}'::jsonb);
SELECT predict('finite', v) FROM (VALUES (0, 3.5e38, 0)) AS v (x, y, z);
SET pgscore.on_error = 'null';
SELECT predict('finite', ARRAY['-Infinity', 0, 0]::float8[]);
RESET pgscore.on_error;

\set wrong '{"pgscore_model": 1, "inputs": [{"name": "x", "type": "category", "categories": ["a"], "range": "finite"}], "nodes": [], "output": {"task": "regression", "values": [{"name": "y", "column": 0}]}}'
SELECT pgscore.import_model('wrong', convert_to(:'wrong', 'UTF8'));
\set wrong '{"pgscore_model": 1, "inputs": [{"name": "x", "range": "float16"}], "nodes": [], "output": {"task": "regression", "values": [{"name": "y", "column": 0}]}}'
SELECT pgscore.import_model('wrong', convert_to(:'wrong', 'UTF8'));
SELECT pgscore.drop_model('finite');
