-- verify_model with a query in a build without the module pgscore_xgboost, which would compare with
-- the XGBoost library: an error that says what is missing. Test rows need no module.
\set dart `cat "$PG_ABS_SRCDIR/models/edge/xgboost/dart.json"`
SELECT pgscore.import_model('dart', convert_to(:'dart', 'UTF8'));
SELECT * FROM pgscore.verify_model('dart', 'SELECT 0 AS f0, 0 AS f1, 0 AS f2, 0 AS f3');
SELECT count(*) FROM pgscore.verify_model('dart');
SELECT pgscore.drop_model('dart');
