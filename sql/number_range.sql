-- The range of numbers that a model takes: what lies outside is an error, as in the training
-- library.
\pset null '(null)'
SELECT pgscore.import_model('finite', made.model(
  '[{"name": "x", "range": "finite"}, {"name": "y", "range": "float32"}, {"name": "z"}]',
  '[{"type": "apply", "op": "add", "args": [{"column": 0}, {"column": 1}]},
    {"type": "apply", "op": "add", "args": [{"column": 3}, {"column": 2}]}]',
  made.value('sum', 4)));
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

SELECT pgscore.import_model('wrong', made.model(
  '[{"name": "x", "type": "category", "categories": ["a"], "range": "finite"}]', '[]',
  made.value('y', 0)));
SELECT pgscore.import_model('wrong', made.model('[{"name": "x", "range": "float16"}]', '[]',
  made.value('y', 0)));
SELECT pgscore.drop_model('finite');
