-- Errors are part of the interface: SQLSTATE, message, detail and hint of each.
CREATE FUNCTION error_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE state text; message text; detail text; hint text;
BEGIN
  EXECUTE statement;
  RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
    detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
  RETURN concat_ws(E'\n', state || ' ' || message, 'DETAIL: ' || nullif(detail, ''),
    'HINT: ' || nullif(hint, ''));
END $$;
-- The model under test, as a function, so that statements stay short.
CREATE FUNCTION linear() RETURNS bytea LANGUAGE sql AS
$$ SELECT made.model('[{"name": "x"}, {"name": "kind", "type": "category", "categories": ["a", "b"],
                        "on_unknown": "error"}]',
     '[{"type": "linear", "intercept": [1], "terms": [{"column": 0, "coefficients": [2]},
        {"column": 1, "by_level": true, "coefficients": [0, 1]}]}]', made.value('y', 2)) $$;
CREATE FUNCTION import_json(model text) RETURNS int LANGUAGE sql
AS $$ SELECT pgscore.import_model('bad', convert_to(model, 'UTF8')) $$;
CREATE FUNCTION test_rows(rows text) RETURNS int LANGUAGE sql
AS $$ SELECT pgscore.import_model('bad', linear(), test_rows => rows::jsonb) $$;
SELECT pgscore.import_model('good', linear());
\pset tuples_only on
\pset format unaligned

-- ---- names --------------------------------------------------------------------------------------
SELECT error_of($$SELECT pgscore.import_model('', linear())$$);
SELECT error_of($$SELECT pgscore.import_model(' a', linear())$$);
SELECT error_of($$SELECT pgscore.import_model('a@b', linear())$$);
SELECT error_of($$SELECT pgscore.import_model(E'a\nb', linear())$$);
SELECT error_of($$SELECT pgscore.import_model(repeat('x', 64), linear())$$);
SELECT error_of($$SELECT pgscore.set_alias('good', '12', 1)$$);
SELECT error_of($$SELECT pgscore.set_alias('good', 'a@b', 1)$$);
SELECT error_of($$SELECT pgscore.export_model('good@0')$$);
SELECT error_of($$SELECT pgscore.export_model('good@99999999999')$$);
SELECT error_of($$SELECT pgscore.export_model('good@')$$);
SELECT error_of($$SELECT pgscore.export_model('good@1', 1)$$);

-- ---- what does not exist ------------------------------------------------------------------------
SELECT error_of($$SELECT pgscore.export_model('nothing')$$);
SELECT error_of($$SELECT pgscore.export_model('good@7')$$);
SELECT error_of($$SELECT pgscore.export_model('good@champion')$$);
SELECT error_of($$SELECT pgscore.deploy_model('nothing', 1)$$);
SELECT error_of($$SELECT pgscore.deploy_model('good', 7)$$);
SELECT error_of($$SELECT pgscore.rollback_model('good')$$);
SELECT error_of($$SELECT pgscore.drop_model('nothing')$$);
SELECT error_of($$SELECT pgscore.drop_model('good', 7)$$);
SELECT error_of($$SELECT pgscore.drop_model('good', 1)$$);
SELECT error_of($$SELECT pgscore.rename_model('good', 'good')$$);
SELECT error_of($$SELECT pgscore.comment_on_model('good', 'x', 7)$$);
SELECT error_of($$SELECT pgscore.has_model_privilege('nothing', 'execute')$$);
SELECT error_of($$SELECT * FROM pgscore.verify_model('nothing')$$);
SELECT error_of($$SELECT * FROM pgscore.verify_model('good', 'SELECT 1')$$);

-- ---- nulls --------------------------------------------------------------------------------------
SELECT error_of($$SELECT pgscore.import_model(NULL, linear())$$);
SELECT error_of($$SELECT pgscore.import_model('bad', NULL)$$);
SELECT error_of($$SELECT pgscore.import_model('bad', linear(), format => NULL)$$);
SELECT error_of($$SELECT pgscore.import_model('bad', linear(), labels => '{a,NULL}')$$);
SELECT error_of($$SELECT pgscore.deploy_model('good', NULL)$$);
SELECT error_of($$SELECT pgscore.drop_model(NULL)$$);
SELECT error_of($$SELECT pgscore.drop_model('good', version => NULL)$$);
SELECT error_of($$SELECT pgscore.grant_model('good', 'execute', NULL)$$);
SELECT error_of($$SELECT pgscore.class_labels(NULL)$$);

-- ---- files --------------------------------------------------------------------------------------
SELECT error_of($$SELECT pgscore.import_model('bad', '')$$);
SELECT error_of($$SELECT pgscore.import_model('bad', '{"learner": {"objective": {"name": "reg',
      'xgboost-json')$$);
SELECT error_of($$SELECT pgscore.import_model('bad', 'no model at all')$$);
SELECT error_of($$SELECT pgscore.import_model('bad', '\x80049510000000')$$);
SELECT error_of($$SELECT pgscore.import_model('bad', '\x504b0304')$$);
SELECT error_of($$SELECT pgscore.import_model('bad', linear(), format => 'word')$$)
    ~ '^22023 unknown model format "word"';
SELECT error_of($$SELECT pgscore.import_model_file('bad', '/nonexistent/model.json')$$);
SELECT error_of($$SELECT pgscore.import_model_file('bad', '/')$$);
SELECT error_of($$SELECT import_json('{"pgscore_model": 1')$$);
SELECT error_of($$SELECT import_json('{"pgscore_model": 9}')$$);
SELECT error_of($$SELECT pgscore.import_model('bad', made.model(made.numbers('a', 'a'),
  '[{"type": "apply", "op": "negate", "args": [0]}]', made.value('y', 2)))$$);
SELECT error_of($$SELECT pgscore.import_model('bad', made.model(made.numbers('a'),
  '[{"type": "apply", "op": "negate", "args": [{"column": 5}]}]', made.value('y', 1)))$$);

-- ---- options ------------------------------------------------------------------------------------
SELECT error_of($$SELECT pgscore.import_model('bad', linear(), options => '{"nonsense": 1}')$$);
SELECT error_of($$SELECT pgscore.import_model('bad', linear(),
      options => '{"on_unknown": "guess"}')$$);
SELECT error_of($$SELECT pgscore.import_model('bad', linear(), options => '{"threshold": 0.5}')$$);
SELECT error_of($$SELECT pgscore.import_model('bad', linear(), options => '[]')$$);
SELECT error_of($$SELECT pgscore.import_model('bad', linear(), features => '["a"]')$$);
SELECT error_of($$SELECT pgscore.import_model('bad', linear(), labels => '{a,b}')$$);

-- ---- test rows ----------------------------------------------------------------------------------
SELECT error_of($$SELECT test_rows('{}')$$);
SELECT error_of($$SELECT test_rows('[1]')$$);
SELECT error_of($$SELECT test_rows('[{"input": [1, "a"]}]')$$);
SELECT error_of($$SELECT test_rows('[{"expected": 1}]')$$);
SELECT error_of($$SELECT test_rows('[{"input": [1, "a"], "expected": 3, "score": 3}]')$$);
SELECT error_of($$SELECT test_rows('[{"input": [1, "a"], "expected": "3"}]')$$);
SELECT error_of($$SELECT test_rows('[{"input": [1, "a"], "expected": {"margin": 3}}]')$$);
SELECT error_of($$SELECT test_rows('[{"input": [1, "a"], "expected": {"class": "a"}}]')$$);
SELECT error_of($$SELECT test_rows('[{"input": [1, "a"], "expected": {"raw": [3, 3]}}]')$$);
SELECT error_of($$SELECT test_rows('[{"input": [1, "a"], "expected": 3, "tolerance": 2}]')$$);
SELECT error_of($$SELECT test_rows('[{"input": [1, "a"], "expected": {"outputs": {"no": 3}}}]')$$);
SELECT error_of($$SELECT test_rows('[{"input": [1, "a"], "expected": {"outputs": {"y": "3"}}}]')$$);
SELECT error_of($$SELECT test_rows('[{"input": [1, "a"], "expected": {"outputs": {"y": 4}}}]')$$);
SELECT error_of($$SELECT test_rows('[{"input": [1], "expected": 3}]')$$);
SELECT error_of($$SELECT test_rows('[{"input": {"x": 1}, "expected": 3}]')$$);
SELECT error_of($$SELECT test_rows('[{"input": {"x": "1", "kind": "a"}, "expected": 3}]')$$);
SELECT error_of($$SELECT test_rows('[{"input": [1, "c"], "expected": 3}]')$$);
-- The second row differs by two units in the last place: nothing is stored.
SELECT error_of($$SELECT test_rows('[{"input": [1, "a"], "expected": 3},
                                     {"input": [2, "b"], "expected": 6.000000000000002}]')$$);
SELECT error_of($$SELECT test_rows(
      '[{"input": [1, "a"], "expected": 3.0000002384185791015625}]')$$);
SELECT count(*) FROM pgscore.models WHERE name = 'bad';

-- ---- quotas -------------------------------------------------------------------------------------
SET pgscore.max_model_size = '1kB';
SELECT error_of($$SELECT pgscore.import_model('bad', convert_to(repeat(' ', 2000), 'UTF8'))$$);
RESET pgscore.max_model_size;
SET pgscore.max_features = 1;
SELECT error_of($$SELECT pgscore.import_model('bad', linear())$$);
RESET pgscore.max_features;

-- ---- privileges ---------------------------------------------------------------------------------
SELECT error_of($$SELECT pgscore.grant_model('good', 'fly', 'public')$$);
SELECT error_of($$SELECT pgscore.grant_model('good', 'execute', 'public', true)$$);
SELECT error_of($$SELECT pgscore.catalog_changed()$$);

-- A cancel while a file is read is an ordinary cancel.
CREATE TEMP TABLE big AS SELECT convert_to('{"pgscore_model": 1, "x": [' || repeat('1,', 20000000)
    || '1]}', 'UTF8') AS artifact;
SET statement_timeout = '50ms';
SELECT pgscore.inspect_model(artifact) FROM big;
RESET statement_timeout;
DROP TABLE big;

\pset tuples_only off
\pset format aligned
SELECT pgscore.drop_model('good');
DROP FUNCTION error_of, linear, import_json, test_rows;
