-- Contributions, explanations, reason codes; what a model is made of.
\pset null '(null)'
CREATE SCHEMA why;
SET search_path = why, public;

-- A tree by hand: income below 10 gives -1 (30 rows of training), else age below 40 gives 1 (50
-- rows), and the others 3 (20).
CREATE FUNCTION tree(covers text) RETURNS bytea LANGUAGE sql AS $$
SELECT made.model(made.numbers('income', 'age', 'idle'), format(
  '[{"type": "trees", "features": [0, 1], "compare": "float64", "sum": "float64", "base": [0.5],
     "split": "less", "trees": [
       {"feature": [0, null, 1, null, null], "threshold": [10, null, 40, null, null],
        "left": [1, null, 3, null, null], "right": [2, null, 4, null, null],
        "default_left": [0, 0, 1, 0, 0], "value": [null, -1, null, 1, 3]%s}]}]',
  covers)::json, made.value('y', 3)) $$;
SELECT pgscore.import_model('tree', tree(', "cover": [100, 30, 70, 50, 20], "gain": [7, null, 4,
       null, null]'));
CREATE TABLE people (id int, income float8, age int, idle int);
INSERT INTO people VALUES (1, 5, 50, 0), (2, 15, 30, 0), (3, NULL, NULL, NULL), (4, 15, 50, 1);

-- Expectations: nothing known 0.8; the income of 1 known -1; the age of 1 known 1.8. So income
-- contributes ((-1 - 0.8) + (-1 - 1.8)) / 2, age ((1.8 - 0.8) + 0) / 2, and the bias is 0.8 + 0.5.
SELECT id, predict_contrib('tree', p), predict_raw('tree', p),
       (SELECT sum(c) FROM unnest(predict_contrib('tree', p)) c) AS sum
  FROM people p ORDER BY id;
SELECT predict_contrib('tree', 5, 50, NULL), predict_contrib('tree', '{"income": 5, "age": 50,
       "idle": null}'),
       predict_contrib('tree@1'::model_version, ARRAY[5, 50, NULL]), predict_contrib('tree',
              NULL::people);
SELECT * FROM people p, explain('tree', p) ORDER BY id, rank;
SELECT id, e.* FROM people p, explain('tree', p, top_k => 1, sort => 'desc') e ORDER BY id, rank;
SELECT id, e.* FROM people p, explain('tree@1'::model_version, p, sort => 'asc',
       top_k => NULL) e ORDER BY id, rank;
SELECT e.* FROM explain('tree', '{"income": 5, "age": 50, "idle": null}'::jsonb) e;
SELECT e.* FROM explain('tree', ROW(5, 50, 0)) e;
SELECT e.* FROM explain('tree', NULL::people) e;
SELECT e.* FROM explain('tree', (SELECT p FROM people p WHERE id = 1), sort => 'size') e;
SELECT e.* FROM explain('tree', (SELECT p FROM people p WHERE id = 1), top_k => 0) e;

-- ---- reason codes -------------------------------------------------------------------------------
SELECT pgscore.set_reason_codes('tree', '{"age": {"code": "R2",
       "text": "Aged {value}: {value} years"},
                                          "income": {"code": "R7"}}');
SELECT id, r.* FROM people p, reason_codes('tree', p) r ORDER BY id, rank;
SELECT id, r.* FROM people p, reason_codes('tree', p, adverse => 'low', top_k => 1) r ORDER BY id,
       rank;
TABLE pgscore.model_reason_codes;
SELECT r.* FROM reason_codes('tree', ROW(5, 50, 0), adverse => 'up') r;
SELECT pgscore.set_reason_codes('tree', '{"size": {"code": "R2", "text": "Size"}}');
SELECT pgscore.set_reason_codes('tree', '{"age": {"code": "R2", "txt": "Age"}}');
SELECT pgscore.set_reason_codes('tree', '{"age": {"text": "Age"}}');
SELECT pgscore.set_reason_codes('tree', '{"age": "R2"}');
SELECT pgscore.set_reason_codes('tree', '["R2"]');
SELECT pgscore.set_reason_codes('tree', NULL);
SELECT count(*) FROM pgscore.model_reason_codes;
SELECT pgscore.set_reason_codes('tree', '{}');
SELECT count(*) FROM pgscore.model_reason_codes;

-- ---- classes ------------------------------------------------------------------------------------
SELECT pgscore.import_model('loan', made.classifier('x', 0.5, '{good,bad}'));
SELECT predict_raw('loan', x), predict_contrib('loan', x), predict_contrib_of('loan', 'bad', x),
       predict_contrib_of('loan', 'good', x),
       predict_contrib_of('loan', NULL, x)
  FROM (VALUES (4), (NULL)) v (x);
SELECT predict_contrib_of('loan', 'ugly', 4);
SELECT predict_contrib_of('tree', 'bad', 4, 5, 6);
\set multiclass `cat "$PG_ABS_SRCDIR/models/edge/lightgbm/multiclass.txt"`
SELECT pgscore.import_model('three', convert_to(:'multiclass', 'UTF8'), labels => ARRAY['low',
       'middle', 'high']);
SELECT label, abs(m.margin - sum(c)) < 1e-12 * greatest(1, abs(m.margin)) AS adds_up
  FROM (VALUES (-2), (0), (2)) v (x), unnest(predict_raw('three', ARRAY[x, 0.1,
         NULL])) WITH ORDINALITY m (margin, n)
  JOIN unnest('{low,middle,high}'::text[]) WITH ORDINALITY l (label, n) USING (n),
       unnest(predict_contrib_of('three', label, ARRAY[x, 0.1, NULL])) c
 GROUP BY x, label, m.margin ORDER BY x, label;
SELECT predict_contrib('three', ARRAY[0, 0.1, NULL]);
SELECT e.* FROM explain('three', ARRAY[0, 0.1, NULL]) e;
SELECT e.rank, e.feature, round(e.contribution::numeric, 6) FROM explain('three', ARRAY[0, 0.1,
       NULL], class => 'high') e;

-- ---- models that have none ----------------------------------------------------------------------
SELECT pgscore.import_model('uncovered', tree(''));
SELECT predict_contrib('uncovered', 5, 50, 0);
SELECT pgscore.import_model('product', made.model(made.numbers('x', 'y'),
  '[{"type": "apply", "op": "multiply", "args": [{"column": 0}, {"column": 1}]}]', made.value('v',
         2)));
SELECT predict('product', 3, 4), predict_contrib('product', 3, 4);
SELECT * FROM explain('product', ROW(3, 4));

-- ---- in batches ---------------------------------------------------------------------------------
CREATE TABLE many AS SELECT i AS id, i % 37 / 2.0::float8 AS income,
       CASE WHEN i % 5 > 0 THEN i % 90 END AS age, i % 2 AS idle
  FROM generate_series(1, 2000) i;
ANALYZE many;
SET max_parallel_workers_per_gather = 0;
CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
    CONTINUE WHEN line ~ 'Batch Size';
    RETURN NEXT regexp_replace(line, 'kernel \w+', 'kernel ...');
  END LOOP;
END $$;
SELECT * FROM plan_of($$ SELECT id, predict_contrib('tree', m) FROM many m $$);
SELECT * FROM plan_of($$ SELECT id, e.* FROM many m, explain('tree', m) e $$);
SELECT * FROM plan_of($$ SELECT id, e.* FROM many m LEFT JOIN LATERAL explain('tree',
       m) e ON e.rank = 2 $$);
SELECT * FROM plan_of($$ SELECT id, e.* FROM many m, explain('tree', m) e LIMIT 3 $$);
CREATE TABLE in_batches AS
SELECT id, predict_contrib('tree', m) AS contributions, predict_contrib_of('loan',
       CASE WHEN id % 3 = 0 THEN 'good' ELSE 'bad' END, income) AS of_class,
       e.rank, e.feature, e.value, e.contribution, r.code, r.contribution AS adverse
  FROM many m, explain('tree', m) e LEFT JOIN LATERAL reason_codes('tree', m) r ON r.rank = e.rank;
CREATE TABLE in_batches_of_join AS SELECT id, e.* FROM many m LEFT JOIN LATERAL explain('tree',
       m) e ON e.contribution > 0;
SET pgscore.enable_batch = off;
CREATE TABLE by_row AS
SELECT id, predict_contrib('tree', m) AS contributions, predict_contrib_of('loan',
       CASE WHEN id % 3 = 0 THEN 'good' ELSE 'bad' END, income) AS of_class,
       e.rank, e.feature, e.value, e.contribution, r.code, r.contribution AS adverse
  FROM many m, explain('tree', m) e LEFT JOIN LATERAL reason_codes('tree', m) r ON r.rank = e.rank;
CREATE TABLE by_row_of_join AS SELECT id, e.* FROM many m LEFT JOIN LATERAL explain('tree',
       m) e ON e.contribution > 0;
RESET pgscore.enable_batch;
SELECT count(*), count(adverse) FROM in_batches;
SELECT count(*) FROM ((TABLE in_batches EXCEPT ALL TABLE by_row)
       UNION ALL (TABLE by_row EXCEPT ALL TABLE in_batches)) d;
SELECT count(*) FROM ((TABLE in_batches_of_join EXCEPT ALL TABLE by_row_of_join)
       UNION ALL (TABLE by_row_of_join EXCEPT ALL TABLE in_batches_of_join)) d;
SELECT count(*), count(rank) FROM by_row_of_join;
RESET max_parallel_workers_per_gather;

-- ---- what a model is made of --------------------------------------------------------------------
SELECT * FROM pgscore.model_trees('tree');
SELECT * FROM pgscore.feature_importance('tree');
SELECT * FROM pgscore.feature_importance('tree@1', 'SELECT * FROM why.people WHERE id < 3');
SELECT feature, splits, mean_abs_contribution > 0 AS counts
       FROM pgscore.feature_importance('three', 'SELECT 0.5 AS "Column_0", 1 AS "Column_1", 2
       AS "Column_2"');
SELECT * FROM pgscore.feature_importance('tree', 'SELECT 1 AS income');
SELECT * FROM pgscore.feature_importance('tree', 'SELECT nothing');
SELECT * FROM pgscore.model_coefficients('tree');
SELECT * FROM pgscore.model_trees('loan');
SELECT * FROM pgscore.model_coefficients('loan');
SELECT pgscore.import_model('salary', made.salary(10, '{clerk,cook}', '{1,2.5}'));
SELECT * FROM pgscore.model_coefficients('salary');
SELECT * FROM explain('salary', ROW(30, 'cook'));
SELECT * FROM explain('salary', ROW(30, 'pilot'));
SELECT pgscore.import_model('stairs', made.steps(5));
SELECT * FROM pgscore.model_coefficients('stairs');
SELECT * FROM pgscore.model_coefficients('product');

-- ---- the image ----------------------------------------------------------------------------------
SELECT name, explanation_bytes > 0 AS explained FROM pgscore.model_versions ORDER BY name;
SELECT image, count(*) FROM pgscore.loaded_models WHERE name = 'tree' GROUP BY 1 ORDER BY 1;
SELECT pgscore.evict_model('tree');
SELECT count(*) FROM pgscore.loaded_models WHERE name = 'tree';
-- A version that was imported by 0.1.0 has none, a damaged one is made again.
UPDATE "!pgscore".catalog_version v SET explanation = NULL FROM "!pgscore".catalog_model m
       WHERE m.id = v.model_id AND m.name = 'tree';
SELECT predict_contrib('tree', 5, 50, 0), (SELECT explanation_bytes
       FROM pgscore.model_versions WHERE name = 'tree') AS stored;
SELECT pgscore.evict_model('tree');
UPDATE "!pgscore".catalog_version v SET explanation = convert_to('PGSCEXPL',
       'UTF8') || '\x02000000'::bytea || convert_to('nonsense', 'UTF8')
  FROM "!pgscore".catalog_model m WHERE m.id = v.model_id AND m.name = 'tree';
SELECT predict_contrib('tree', 5, 50, 0);
SELECT pgscore.evict_model('tree');

-- ---- privileges ---------------------------------------------------------------------------------
CREATE ROLE pgscore_why;
GRANT USAGE ON SCHEMA why TO pgscore_why;
SET ROLE pgscore_why;
SELECT predict_contrib('tree', 5, 50, 0);
SELECT * FROM explain('tree', ROW(5, 50, 0));
SELECT * FROM pgscore.model_trees('tree');
SELECT pgscore.set_reason_codes('tree', '{}');
SELECT count(*) FROM pgscore.model_reason_codes;
RESET ROLE;
SELECT pgscore.grant_model('tree', 'execute', 'pgscore_why');
SET ROLE pgscore_why;
SELECT predict_contrib('tree', 5, 50, 0);
SELECT * FROM explain('tree', ROW(5, 50, 0));
SELECT * FROM pgscore.model_trees('tree');
SELECT * FROM pgscore.feature_importance('tree');
RESET ROLE;
SELECT pgscore.revoke_model('tree', 'execute', 'pgscore_why');
REVOKE ALL ON SCHEMA why FROM pgscore_why;
DROP ROLE pgscore_why;

SELECT pgscore.drop_model(name) FROM pgscore.models WHERE name IN ('tree', 'loan', 'three',
       'uncovered', 'product', 'salary', 'stairs') ORDER BY name;
SELECT count(*) FROM "!pgscore".catalog_reason;
SET client_min_messages = warning;
DROP SCHEMA why CASCADE;
