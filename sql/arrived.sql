-- Calls that arrive already planned, as postgres_fdw sends them: they score exactly the version
-- that they were planned for, or fail. What a planned call says of its version is the start of the
-- digest of its content.
SELECT pgscore.import_model('arrived', made.line(100, 1)),
       pgscore.import_model('arrived', made.line(200, 1));
SELECT pgscore.set_alias('arrived', 'champion', 1);

-- What is sent: the text of the first argument, here of version 1.
SELECT substr(encode(identity, 'hex'), 1, 12) AS one FROM "!pgscore".catalog_version v
  JOIN "!pgscore".catalog_model m ON m.id = v.model_id
  WHERE m.name = 'arrived' AND version = 1 \gset
SELECT substr(encode(identity, 'hex'), 1, 12) AS two FROM "!pgscore".catalog_version v
  JOIN "!pgscore".catalog_model m ON m.id = v.model_id
  WHERE m.name = 'arrived' AND version = 2 \gset
SELECT format('arrived version 1 #%s (x)', :'one') AS by_name,
       format('arrived@champion version 1 #%s (x)', :'one') AS by_alias,
       format('arrived@1 #%s (x)', :'one') AS pinned,
       format('arrived version 1 #%s (=)', :'one') AS as_written \gset
SELECT pgscore.predict_columns(:'by_name', 1.0), pgscore.predict_columns(:'by_alias', 1.0),
       pgscore.predict_columns_version(:'pinned', 1.0),
       pgscore.predict_columns(:'as_written', ARRAY[1.0]),
       pgscore.predict_columns(:'as_written', '{"x": 1}'::jsonb);

-- Another version is deployed here, the alias is moved: the sender counts on version 1.
SELECT pgscore.deploy_model('arrived', 2);
SELECT pgscore.set_alias('arrived', 'champion', 2);
SELECT predict('arrived', 1.0), pgscore.predict_columns(:'by_name', 1.0),
       pgscore.predict_columns(:'by_alias', 1.0);

-- The same number is another file here.
\set VERBOSITY default
SELECT pgscore.predict_columns(
    format('arrived version 1 #%s (x)', :'two')::pgscore.planned_model, 1.0);
SELECT pgscore.predict_columns_version(
    format('arrived@1 #%s (x)', :'two')::pgscore.planned_model, 1.0);
SELECT sum(pgscore.predict_columns(format('arrived@1 #%s (=)', :'two')::pgscore.planned_model,
    ARRAY[i])) FROM generate_series(1, 1000) i;
-- It is not here at all, or was dropped.
SELECT pgscore.predict_columns(
    format('arrived version 3 #%s (x)', :'one')::pgscore.planned_model, 1.0);
SELECT pgscore.drop_model('arrived', 1);
SELECT pgscore.predict_columns(:'by_name', 1.0);
-- A text that says no content is none of a planner's.
SELECT 'arrived version 2 (x)'::pgscore.planned_model;
SELECT 'arrived version 2 #12 (x)'::pgscore.planned_model;

-- The content is the file with its options, features and labels: the same under other names and
-- numbers.
SELECT pgscore.import_model('arrived_again', made.line(200, 1));
SELECT pgscore.import_model('arrived_again', made.line(200, 1),
    options => '{"on_missing": "null"}');
SELECT version, substr(encode(identity, 'hex'), 1, 12) = :'two' AS is_arrived_2
  FROM "!pgscore".catalog_version v JOIN "!pgscore".catalog_model m ON m.id = v.model_id
    WHERE m.name = 'arrived_again' ORDER BY version;

-- Arrays and jsonb are planned too: the model, and the input as it is written.
CREATE TABLE arrivals AS SELECT i AS x, ARRAY[i::float8] AS list,
    jsonb_build_object('x', i) AS object FROM generate_series(1, 1000) i;
ANALYZE arrivals;
EXPLAIN (VERBOSE, COSTS OFF) SELECT predict('arrived@2'::model_version, list) FROM arrivals
 WHERE predict('arrived', object) > 300;
SELECT sum(predict('arrived', a)), sum(predict('arrived', list)), sum(predict('arrived', object)),
       sum(predict('arrived@2'::model_version, list))
  FROM arrivals a;
DROP TABLE arrivals;
SELECT pgscore.drop_model('arrived'), pgscore.drop_model('arrived_again');
