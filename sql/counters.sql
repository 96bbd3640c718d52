-- Counters of many models, and of databases that are gone.
\set identity '{"pgscore_model": 1, "inputs": [{"name": "a"}], "nodes": [{"type": "linear", "intercept": [%s], "terms": [{"column": 0, "coefficients": [1]}]}], "output": {"task": "regression", "values": [{"name": "v", "column": 1}]}}'
-- More models than the directory in the server's main shared memory has places for.
SELECT count(pgscore.import_model('count ' || i, convert_to(format(:'identity', i), 'UTF8'))) FROM generate_series(1, 300) i;
SELECT sum(predict('count ' || i, 1)) FROM generate_series(1, 300) i;
SELECT sum(predict('count ' || i, 1)) FROM generate_series(1, 300) i WHERE i % 2 = 0;
SELECT rows, calls, count(*) FROM pgscore.stat_models WHERE name ~ '^count ' GROUP BY rows, calls ORDER BY rows;
-- Another connection sees the same, and counts in the same places.
\c -
SELECT sum(predict('count ' || i, 1)) FROM generate_series(1, 300) i WHERE i % 2 = 1;
SELECT rows, calls, count(*) FROM pgscore.stat_models WHERE name ~ '^count ' GROUP BY rows, calls;
SELECT pgscore.stat_reset('count 7');
SELECT count(*) FROM pgscore.stat_models WHERE name ~ '^count ';
SELECT pgscore.stat_reset();
SELECT count(*) FROM pgscore.stat_models;

-- What a dropped database had in shared memory is given up.
CREATE DATABASE regress_pgscore_gone;
\set here :DBNAME
\c regress_pgscore_gone
CREATE EXTENSION pgscore;
SELECT pgscore.import_model('gone', convert_to(format(:'identity', -1234.5), 'UTF8'));
SELECT predict('gone', 1);
SELECT encode(plan_key, 'hex') AS key FROM "!pgscore".catalog_version \gset
SELECT count(*) AS loaded FROM pgscore.loaded_plans() WHERE plan_key = decode(:'key', 'hex');
\c :here
SELECT count(*) AS loaded FROM pgscore.loaded_plans() WHERE plan_key = decode(:'key', 'hex');
DROP DATABASE regress_pgscore_gone;
SELECT count(*) AS loaded FROM pgscore.loaded_plans() WHERE plan_key = decode(:'key', 'hex');

SELECT count(pgscore.drop_model(name)) FROM pgscore.models WHERE name ~ '^count ';
SELECT count(pgscore.release_model_name(name)) FROM "!pgscore".catalog_name WHERE name ~ '^count ';
