-- Counters of many models, and of databases that are gone.
-- More models than the directory in the server's main shared memory has places for.
SELECT count(pgscore.import_model('count ' || i, made.line(i, 1))) FROM generate_series(1, 300) i;
SELECT sum(predict('count ' || i, 1)) FROM generate_series(1, 300) i;
SELECT sum(predict('count ' || i, 1)) FROM generate_series(1, 300) i WHERE i % 2 = 0;
SELECT rows, calls, count(*) FROM pgscore.stat_models WHERE name ~ '^count ' GROUP BY rows, calls
 ORDER BY rows;
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
SELECT made.line(-1234.5, 1) AS artifact \gset
\c regress_pgscore_gone
CREATE EXTENSION pgscore;
SELECT pgscore.import_model('gone', :'artifact');
SELECT predict('gone', 1);
SELECT encode(plan_key, 'hex') AS key FROM "!pgscore".catalog_version \gset
SELECT count(*) AS loaded FROM pgscore.loaded_plans() WHERE plan_key = decode(:'key', 'hex');
\c :here
SELECT count(*) AS loaded FROM pgscore.loaded_plans() WHERE plan_key = decode(:'key', 'hex');
DROP DATABASE regress_pgscore_gone;
SELECT count(*) AS loaded FROM pgscore.loaded_plans() WHERE plan_key = decode(:'key', 'hex');

SELECT count(pgscore.drop_model(name)) FROM pgscore.models WHERE name ~ '^count ';
SELECT count(pgscore.release_model_name(name)) FROM "!pgscore".catalog_name WHERE name ~ '^count ';
