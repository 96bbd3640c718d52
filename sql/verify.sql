-- verify_model with a query: the XGBoost library as the judge of what we compute from its models.
-- Needs the module pgscore_xgboost. The Makefile leaves this test out of a build without it, and
-- says so; there, verify_absent runs.
\set dart `cat "$PG_ABS_SRCDIR/models/edge/xgboost/dart.json"`
\set softmax `cat "$PG_ABS_SRCDIR/models/edge/xgboost/softmax.json"`
\set best_iteration `cat "$PG_ABS_SRCDIR/models/edge/xgboost/best_iteration.json"`
\set category `cat "$PG_ABS_SRCDIR/models/edge/xgboost/category_partition.json"`
\set linear `cat "$PG_ABS_SRCDIR/models/edge/xgboost/linear.json"`
SELECT pgscore.import_model('dart', convert_to(:'dart', 'UTF8'));
SELECT pgscore.import_model('softmax', convert_to(:'softmax', 'UTF8'));
SELECT pgscore.import_model('best', convert_to(:'best_iteration', 'UTF8'));
SELECT pgscore.import_model('best', convert_to(:'best_iteration', 'UTF8'),
    options => '{"iterations": 1}');
SELECT pgscore.import_model('category', convert_to(:'category', 'UTF8'));
SELECT pgscore.import_model('linear', convert_to(:'linear', 'UTF8'));
SELECT facts -> 'rounds' AS rounds, facts -> 'rounds_used' AS used FROM pgscore.model_versions
 WHERE name = 'best' ORDER BY version;

-- 1100 rows, so that several blocks are fetched; each column is missing in some. f4 is no feature.
CREATE VIEW examples AS
SELECT i, CASE WHEN i % 7 <> 0 THEN sin(i) END AS f0,
       CASE WHEN i % 11 <> 0 THEN (cos(i) * 3)::float4 END AS f1,
       CASE WHEN i % 5 <> 0 THEN (i % 9 - 4)::numeric END AS f2,
       CASE WHEN i % 3 <> 0 THEN i / 300.0 - 2 END AS f3, 'x'::text AS f4
  FROM generate_series(1, 1100) i;
CREATE FUNCTION verified(model text, query text)
RETURNS TABLE (rows bigint, ok bigint, ulp bigint, margins int, distinct_margins bool)
LANGUAGE sql AS $$
  SELECT count(*), count(*) FILTER (WHERE ok), max(ulp), max(array_length(got, 1)),
    count(DISTINCT got) > 2
    FROM pgscore.verify_model(model, query) $$;
SELECT * FROM verified('dart', 'SELECT * FROM examples');
SELECT * FROM verified('softmax', 'SELECT * FROM examples');
SELECT * FROM verified('best', 'SELECT * FROM examples');
SELECT * FROM verified('best@2', 'SELECT f3, f2, f1, f0 FROM examples');
SELECT * FROM verified('linear', 'SELECT f0 AS a, f1 AS b, f2 AS c, f3 AS d FROM examples');
SELECT * FROM verified('category', $$SELECT sin(i) AS amount,
    CASE WHEN i % 6 <> 0 THEN i % 9 END AS kind, i % 8 AS code
                                       FROM generate_series(1, 200) i$$);
-- Hostile files: a parent that no score needs and that the library would follow out of its memory;
-- nodes that no walk reaches, with children that do not exist; features that the library would look
-- for. It sees none of it.
SELECT pgscore.import_model('hostile',
    convert_to(replace(:'softmax', '"parents":[2147483647,0,0',
      '"parents":[2147483647,0,-1'), 'UTF8'));
SELECT position('"parents":[2147483647,0,0' IN :'softmax') > 0 AS has_parents;
SELECT * FROM verified('hostile', 'SELECT * FROM examples');
SELECT pgscore.import_model('hostile',
    convert_to(replace(replace(:'softmax', '"parents":[', '"parents":[-2147483648,'),
      '"sum_hessian":[', '"sum_hessian":[1e38,'), 'UTF8'));
SELECT * FROM verified('hostile@2', 'SELECT * FROM examples');
SELECT count(*) FROM pgscore.verify_model('dart', 'SELECT * FROM examples WHERE false');

-- Faults of the query.
SELECT * FROM pgscore.verify_model('dart', 'SELECT f0, f1, f2 FROM examples');
SELECT * FROM pgscore.verify_model('dart', 'SELECT f0, f1, f2, f4 AS f3 FROM examples');
SELECT * FROM pgscore.verify_model('dart', 'SELECT f0, f1, f2, 1/(i - 700) AS f3 FROM examples');
SELECT * FROM pgscore.verify_model('dart', 'SELEC');
SELECT * FROM pgscore.verify_model('dart', 'CREATE TABLE t ()');
-- It runs with the rights of the caller, not with those of the registry.
CREATE ROLE regress_verify;
SELECT pgscore.grant_model('dart', 'select', 'regress_verify');
SET ROLE regress_verify;
SELECT * FROM pgscore.verify_model('dart',
    'SELECT 0 AS f0, 0 AS f1, 0 AS f2, 0 AS f3 FROM pg_catalog.pg_authid');
SELECT * FROM pgscore.verify_model('dart',
    'SELECT id AS f0, 0 AS f1, 0 AS f2, 0 AS f3 FROM "!pgscore".catalog_model');
RESET ROLE;

SELECT pgscore.drop_model(name) FROM pgscore.models;
DROP ROLE regress_verify;
DROP FUNCTION verified;
DROP VIEW examples;
