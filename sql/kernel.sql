-- pgscore.kernel: every kernel that this machine runs gives the same scores; what it does not run,
-- or what nobody knows, is refused.
SELECT pgscore.import_model('stumps', made.model(made.numbers('x', 'y'),
  '[{"type": "trees", "features": [0, 1], "compare": "float32", "sum": "float32", "base": [0.5],
     "split": "less", "trees": [
       {"feature": [0, 1, -1, -1, -1], "threshold": [1.5, -2, null, null, null],
        "left": [1, 3, null, null, null], "right": [2, 4, null, null, null],
        "default_left": [1, 0, 0, 0, 0], "value": [null, null, 0.125, 0.25, 0.375]}]}]',
  made.value('sum', 2)));
SHOW pgscore.kernel;
CREATE TABLE rows AS SELECT CASE WHEN i % 7 > 0 THEN i % 5 * 0.75 END::float8 AS x,
    CASE WHEN i % 11 > 0 THEN -(i % 6) END::float8 AS y FROM generate_series(1, 200) i;
SELECT predict('stumps', rows) AS score, count(*) FROM rows GROUP BY 1 ORDER BY 1;
-- Which kernels there are depends on the machine; that they agree does not.
DO $$
DECLARE
  kernel text;
  expected float8[] := (SELECT array_agg(predict('stumps', rows)) FROM rows);
  tried int := 0;
BEGIN
  FOREACH kernel IN ARRAY '{auto,scalar,avx2,avx512,vbmi,neon}'::text[] LOOP
    BEGIN
      PERFORM set_config('pgscore.kernel', kernel, false);
      tried := tried + 1;
    EXCEPTION WHEN invalid_parameter_value THEN
      IF kernel IN ('auto', 'scalar') THEN RAISE; END IF;
      CONTINUE;
    END;
    IF (SELECT array_agg(predict('stumps', rows)) FROM rows) IS DISTINCT FROM expected THEN
      RAISE 'kernel % gives other scores', kernel;
    END IF;
  END LOOP;
  IF tried < 2 THEN RAISE 'only % kernels', tried; END IF;
END $$;
RESET pgscore.kernel;
SET pgscore.kernel = 'fastest';
-- avx2 and neon are never in one machine.
\set SHOW_CONTEXT never
DO $$ BEGIN
  SET pgscore.kernel = 'avx2';
  SET pgscore.kernel = 'neon';
EXCEPTION WHEN invalid_parameter_value THEN RAISE NOTICE '%',
    regexp_replace(SQLERRM, 'avx2|neon', '...'); END $$;
SELECT pgscore.drop_model('stumps');
DROP TABLE rows;
