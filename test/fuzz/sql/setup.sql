-- Tables, views, functions and models for the SQL fuzzer (fuzz.py). Whatever a query can have in
-- FROM has the columns id, a, b and c, in some order and of some types. Scores are multiples of
-- 1/8, so that their sums do not depend on the order of rows.
SET client_min_messages = warning;
CREATE SCHEMA fuzz;
SET search_path = fuzz, public;

\set on '{"pgscore_model": 1, "inputs": [{"name": "a"}, {"name": "b"}'
SELECT pgscore.import_model('lin', convert_to(:'on' || $$, {"name": "c", "type": "category",
  "categories": ["u", "v", "w"]}], "nodes": [
    {"type": "linear", "on_missing": "skip", "intercept": [1], "terms": [{"column": 0,
      "coefficients": [2]}, {"column": 1, "coefficients": [-1]},
      {"column": 2, "by_level": true, "coefficients": [4, 8, 16]}]}],
        "output": {"task": "regression", "values": [{"name": "y", "column": 3}],
        "raw": [3]}}$$, 'UTF8'));
SELECT pgscore.import_model('lin', convert_to(:'on' || $$], "nodes": [
    {"type": "linear", "on_missing": "skip", "intercept": [0.5], "terms": [{"column": 0,
      "coefficients": [1]}, {"column": 1, "coefficients": [3]}]}],
    "output": {"task": "regression", "values": [{"name": "y", "column": 2}],
      "raw": [2]}}$$, 'UTF8'));
SELECT pgscore.set_alias('lin', 'second', 2);
SELECT pgscore.import_model('first', convert_to(:'on' || $$], "nodes": [],
  "output": {"task": "regression", "values": [{"name": "y", "column": 0}], "raw": [0]}}$$, 'UTF8'));
-- Counts what is missing: a row that is not there must not be scored.
SELECT pgscore.import_model('lost', convert_to(:'on' || $$], "nodes": [
    {"type": "apply", "op": "is_missing", "args": [{"column": 0}]},
      {"type": "apply", "op": "is_missing", "args": [{"column": 1}]},
    {"type": "apply", "op": "multiply", "args": [2, {"column": 3}]},
      {"type": "apply", "op": "add", "args": [{"column": 2}, {"column": 4}]}],
    "output": {"task": "regression", "values": [{"name": "y", "column": 5}],
      "raw": [5]}}$$, 'UTF8'));
SELECT pgscore.import_model('clf', convert_to(:'on' || $$], "nodes": [
    {"type": "discretize", "input": 0, "cuts": [0, 1], "values": [0.25, 0.5, 0.75],
      "missing": 0.125},
    {"type": "apply", "op": "subtract", "args": [1, {"column": 2}]},
      {"type": "apply", "op": "greater", "args": [{"column": 2}, 0.5]}],
    "output": {"task": "classification", "values": [{"name": "p", "column": 2}], "raw": [2],
      "probabilities": [3, 2], "labels": ["no", "yes"],
      "class_code": 4, "positive": 1}}$$, 'UTF8'));
SELECT pgscore.import_model('tri', convert_to(:'on' || $$], "nodes": [
    {"type": "trees", "features": [0, 1], "compare": "float64", "sum": "float64",
      "base": [0, 0, 0], "leaf_width": 3, "trees": [
      {"feature": [0, -1, 1, -1, -1], "threshold": [0.5, null, 0, null, null],
        "left": [1, null, 3, null, null], "right": [2, null, 4, null, null],
       "default_left": [1, 0, 0, 0, 0], "value": [null, [0.5, 0.25, 0.25], null, [0.125, 0.75,
         0.125], [0.25, 0, 0.75]], "cover": [16, 8, 8, 4, 4]}]},
    {"type": "arg_max", "inputs": [2, 3, 4]}],
    "output": {"task": "classification", "raw": [2, 3, 4], "probabilities": [2, 3, 4],
      "labels": ["x", "y", "z"], "class_code": 5}}$$, 'UTF8'));

CREATE FUNCTION number(i int) RETURNS float8 LANGUAGE sql IMMUTABLE
  AS $$ SELECT CASE WHEN i % 5 = 0 THEN NULL ELSE (i * 7 % 11 - 5) * 0.5 END $$;
CREATE FUNCTION letter(i int) RETURNS text LANGUAGE sql IMMUTABLE
  AS $$ SELECT (ARRAY['u', 'v', 'w', 'z', NULL])[i % 5 + 1] $$;

CREATE TABLE t1 (id int PRIMARY KEY, a float8, b float8, c text);
INSERT INTO t1 SELECT i, number(i), number(i + 3), letter(i) FROM generate_series(1, 9) i;
CREATE TABLE t2 (b numeric, gone int, a int, id int UNIQUE, big text, c varchar(10));
ALTER TABLE t2 DROP COLUMN gone;
INSERT INTO t2 SELECT number(i + 1), number(i + 4), i, repeat('x', 20), letter(i + 2)
  FROM generate_series(1, 8) i;
CREATE TABLE parts (id int, a float4, b int, c text) PARTITION BY LIST (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1, 2, 3);
CREATE TABLE parts_2 (c text, b int, gone int, id int, a float4);
ALTER TABLE parts_2 DROP COLUMN gone;
ALTER TABLE parts ATTACH PARTITION parts_2 DEFAULT;
INSERT INTO parts SELECT i, number(i + 2), number(i), letter(i + 1) FROM generate_series(1, 7) i;
CREATE TABLE family (id int, a float8, b float8, c text);
CREATE TABLE child (extra int, CHECK (predict('first@1'::model_version,
  child) > -1.5)) INHERITS (family);
CREATE TABLE swapped (c text, b float8, a float8, id int, CHECK (predict('lin@1'::model_version,
  swapped) > 0));
ALTER TABLE swapped INHERIT family;
INSERT INTO family SELECT i, number(i), number(i + 2), letter(i) FROM generate_series(1, 3) i;
INSERT INTO child SELECT i, abs(number(i)), number(i + 2), letter(i), i
  FROM generate_series(3, 5) i;
INSERT INTO swapped SELECT letter(i), 0 - abs(number(i)), abs(number(i + 2)), i
  FROM generate_series(4, 7) i;
CREATE TABLE empty (LIKE t1);
CREATE TABLE letters (id int, a float8, b float8, c text, who t1);
INSERT INTO letters SELECT i, number(i), number(i), letter(i),
  CASE WHEN i % 3 > 0 THEN (SELECT t1 FROM t1 WHERE t1.id = i) END FROM generate_series(1, 5) i;
CREATE TABLE guarded (LIKE t1);
INSERT INTO guarded SELECT * FROM t1;
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON guarded USING (predict('first', guarded) > -1 OR EXISTS (SELECT
  FROM t1 q WHERE q.id = guarded.id AND predict('lost', q) > 0));

CREATE VIEW plain AS SELECT id, b AS a, a AS b, c FROM t1 WHERE id > 1;
CREATE VIEW barrier WITH (security_barrier) AS SELECT c, a + 1 AS a, b, id
  FROM t2 WHERE predict('first', t2) IS NOT NULL;
CREATE VIEW few AS SELECT a, b, id, c FROM t1 ORDER BY id LIMIT 5;
CREATE VIEW united AS SELECT id, a, b, c FROM t1 UNION ALL SELECT id, a, b, c FROM t2;
CREATE VIEW scored AS SELECT id, predict('lin', t) AS a, b, predict_class('tri', t) AS c FROM t1 t;

CREATE FUNCTION rows_sql() RETURNS SETOF t1 LANGUAGE sql STABLE AS $$ SELECT id, b, a, c FROM t1 $$;
CREATE FUNCTION rows_pl() RETURNS SETOF t1 LANGUAGE plpgsql STABLE ROWS 9
  AS $$ BEGIN RETURN QUERY SELECT t1.* FROM t1; END $$;
CREATE FUNCTION pay_of(t1) RETURNS float8 LANGUAGE sql STABLE AS $$ SELECT predict('lin', $1) $$;
CREATE FUNCTION is_rich(t1) RETURNS bool LANGUAGE sql STABLE AS $$ SELECT predict('first',
  $1) > 0 AND predict('lost', $1) < 2 $$;
CREATE FUNCTION pay_of(float8, float8) RETURNS float8 LANGUAGE sql STABLE
  AS $$ SELECT predict('lin@second', $1, $2) + predict('first', $2, $1) $$;
CREATE FUNCTION rows_of(query text) RETURNS SETOF text LANGUAGE plpgsql
  AS $$ DECLARE r record; BEGIN FOR r IN EXECUTE query LOOP RETURN NEXT r::text; END LOOP; END $$;

CREATE INDEX ON t1 (predict('lin@1'::model_version, t1.*));
CREATE INDEX ON t2 (predict('first@1'::model_version, a, b));
CREATE INDEX ON t2 (predict_class('tri@1'::model_version, t2.*))
  WHERE predict('lost@1'::model_version, t2.*) = 0;
CREATE STATISTICS t2_scores ON (predict('first@1'::model_version, a, b)),
  (predict('lost@1'::model_version, a, b)) FROM t2;
ANALYZE;

CREATE ROLE fuzz_scorer;
GRANT USAGE ON SCHEMA fuzz TO fuzz_scorer;
GRANT ALL ON ALL TABLES IN SCHEMA fuzz TO fuzz_scorer;
SELECT pgscore.grant_model(name, 'execute', 'fuzz_scorer') FROM pgscore.models;
