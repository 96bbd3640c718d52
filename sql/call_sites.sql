-- What a call of a scoring function keeps from row to row, and when it has to look again.
\pset null '(null)'
LOAD 'pgscore';
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_pgscore_stranger;
CREATE SCHEMA sites;
SET search_path = sites, public;
SELECT pgscore.import_model('site_sum', made.linear(0, '{1,1}', 'a', 'b')),
       pgscore.import_model('site_half', made.model(made.numbers('a', 'b'),
  '[{"type": "apply", "op": "subtract", "args": [1, {"column": 0}]},
    {"type": "arg_max", "inputs": [2, 0]}]',
  '{"task": "classification", "values": [{"name": "p", "column": 0}], "probabilities": [2, 0],
    "labels": ["bad", "good"], "class_code": 3, "positive": 1}'));

-- ---- what is NULL in the first rows of a batch --------------------------------------------------
CREATE TABLE rows AS SELECT g, CASE WHEN g > 20 THEN CASE g % 2 WHEN 0 THEN 'good'
    ELSE 'bad' END END AS class,
    CASE WHEN g > 20 THEN 0.25 END AS threshold, CASE WHEN g > 20 THEN 0.5 END AS a,
      CASE WHEN g > 20 THEN 1 END AS b
  FROM generate_series(1, 1000) g;
ANALYZE rows;
EXPLAIN (COSTS OFF) SELECT sum(predict_proba_of('site_half', class, r)) FROM rows r;
-- Each query in batches and row by row, all classes and all rows in turn being NULL first, or
-- nothing else.
CREATE FUNCTION same_both_ways(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  answers text[];
  answer text;
BEGIN
  FOR i IN 0 .. 1 LOOP
    PERFORM set_config('pgscore.enable_batch', CASE i WHEN 0 THEN 'on' ELSE 'off' END, true);
    BEGIN
      EXECUTE 'SELECT string_agg(coalesce(v::text, ''-''), '','') FROM (' || query
        || ') q(v)' INTO answer;
    EXCEPTION WHEN OTHERS THEN answer := SQLERRM;
    END;
    answers[i] := answer;
  END LOOP;
  RETURN CASE WHEN answers[0] = answers[1] THEN left(answers[0], 60) || ' ('
    || length(answers[0]) || ')'
    ELSE 'batch: ' || left(answers[0], 200) || ', row by row: ' || left(answers[1], 200) END;
END $$;
SELECT same_both_ways($$ SELECT predict_proba_of('site_half', class, r) FROM rows r $$);
SELECT same_both_ways($$ SELECT predict_proba_of('site_half', class, a, b) FROM rows r $$);
SELECT same_both_ways($$ SELECT predict_proba_of('site_half', NULL, r) FROM rows r $$);
SELECT same_both_ways($$ SELECT predict_proba_of('site_half', CASE WHEN g < 0 THEN 'good' END, r)
    FROM rows r $$);
SELECT same_both_ways($$ SELECT predict_proba_of('site_half@1'::model_version, class, r)
    FROM rows r $$);
SELECT same_both_ways($$ SELECT predict_proba_of('site_half', c, 1.0, 2.0)
    FROM (SELECT CASE WHEN i > 1 THEN 'good' END AS c
      FROM generate_series(1, 1000) i OFFSET 0) s $$);
SELECT same_both_ways($$ SELECT predict_class('site_half', r, threshold) FROM rows r $$);
SELECT same_both_ways($$ SELECT predict_class('site_half', r, NULL::float8) FROM rows r $$);
SELECT same_both_ways($$ SELECT predict_proba_of('site_half', s.class, s) FROM rows r
    LEFT JOIN rows s ON s.g = r.g AND s.g > 40 ORDER BY r.g $$);
SELECT same_both_ways($$ SELECT predict('site_sum', NULL::rows) FROM rows r $$);
SELECT same_both_ways($$ SELECT predict(NULL, r) FROM rows r $$);
SELECT same_both_ways($$ SELECT predict_proba_of(NULL, class, r) FROM rows r $$);
SELECT same_both_ways($$ SELECT predict_proba_of('site_half', class, r)::text
    || predict_proba_of('site_half', class, b, a) FROM rows r $$);
-- Nested: the inner class comes from the outer batch.
SELECT same_both_ways($$ SELECT predict_proba_of('site_half', predict_class('site_half', r), r)
    FROM rows r $$);
-- Rescans begin anew.
SELECT same_both_ways($$ SELECT (SELECT count(predict_proba_of('site_half', class, r))
      FROM (SELECT * FROM rows WHERE g >= o.i OFFSET 0) r) FROM (VALUES (1), (900), (1)) o(i) $$);
SET pgscore.on_error = 'null';
SELECT same_both_ways($$ SELECT predict_proba_of('site_half', class, r) FROM rows r $$);
RESET pgscore.on_error;
-- The privilege is asked for, though every class is NULL.
CREATE ROLE regress_pgscore_stranger;
GRANT ALL ON SCHEMA sites TO regress_pgscore_stranger;
GRANT SELECT ON rows TO regress_pgscore_stranger;
SET ROLE regress_pgscore_stranger;
SELECT same_both_ways($$ SELECT predict_proba_of('site_half', class, r) FROM rows r $$);
SELECT same_both_ways($$ SELECT predict_proba_of('site_half', class, r) FROM rows r
    WHERE g < 20 $$);
SELECT predict_proba_of('site_half', NULL, 1.0, 2.0);
RESET ROLE;

-- ---- a deploy that is rolled back ---------------------------------------------------------------
SELECT pgscore.import_model('site_sum', made.first('a', 'b'));
CREATE FUNCTION deploy_and_undo(name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  scores float8[];
BEGIN
  FOR i IN 1 .. 3 LOOP
    BEGIN
      IF i = 2 THEN PERFORM pgscore.deploy_model(name, 2); END IF;
      scores[i] := predict(name, 1.0, 2.0);
      IF i = 2 THEN RAISE EXCEPTION 'undo'; END IF;
    EXCEPTION WHEN raise_exception THEN NULL;
    END;
  END LOOP;
  RETURN scores::text || ' version ' || (SELECT deployed_version FROM pgscore.models m
    WHERE m.name = deploy_and_undo.name);
END $$;
BEGIN; SELECT deploy_and_undo('site_sum'); COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT deploy_and_undo('site_sum'); COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT deploy_and_undo('site_sum'); COMMIT;
-- The same by savepoints, the expression being older than they are; and a grant.
CREATE FUNCTION score(name text) RETURNS float8 LANGUAGE plpgsql
AS $$ BEGIN RETURN predict(name, 1.0, 2.0); END $$;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT score('site_sum');
SAVEPOINT s;
SELECT pgscore.deploy_model('site_sum', 2);
SELECT score('site_sum');
ROLLBACK TO s;
SELECT score('site_sum');
SAVEPOINT t;
SELECT pgscore.grant_model('site_sum', 'execute', 'regress_pgscore_stranger');
SET LOCAL ROLE regress_pgscore_stranger;
SELECT score('site_sum');
ROLLBACK TO t;
SET LOCAL ROLE regress_pgscore_stranger;
SELECT score('site_sum');
ROLLBACK;

-- ---- a row type that changes while the call lives -----------------------------------------------
CREATE TABLE changing (a float8, b float8);
INSERT INTO changing VALUES (1.5, 2);
CREATE FUNCTION score_changing(name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  scores text := '';
  r record;
  change text;
BEGIN
  FOREACH change IN ARRAY ARRAY['ALTER a TYPE text', 'ALTER a TYPE int USING 3', 'ADD c text',
    'DROP a', 'ADD a text', 'ALTER a TYPE float4 USING 2.5',
      'RENAME b TO d', 'RENAME d TO b'] LOOP
    EXECUTE 'SELECT t FROM changing t' INTO r;
    BEGIN
      scores := scores || predict(name, r.t) || E'\n';
    EXCEPTION WHEN OTHERS THEN scores := scores || SQLERRM || E'\n';
    END;
    EXECUTE 'ALTER TABLE changing ' || change;
  END LOOP;
  EXECUTE 'SELECT t FROM changing t' INTO r;
  RETURN scores || predict(name, r.t);
END $$;
SELECT score_changing('site_sum@1');
CREATE TYPE pair AS (a float8, b float8);
CREATE FUNCTION score_pairs() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  scores text := '';
  name text := 'site_sum@1';
  p record;
BEGIN
  FOR i IN 1 .. 6 LOOP
    EXECUTE 'SELECT ROW(1.5, 2)::pair AS v' INTO p;
    BEGIN
      scores := scores || predict(name, p.v) || ' ';
    EXCEPTION WHEN OTHERS THEN scores := scores || '(' || SQLERRM || ') ';
    END;
    IF i = 2 THEN ALTER TYPE pair ALTER ATTRIBUTE a TYPE text; END IF;
    IF i = 3 THEN ALTER TYPE pair ALTER ATTRIBUTE a TYPE int; END IF;
    IF i = 4 THEN ALTER TYPE pair ADD ATTRIBUTE c text, DROP ATTRIBUTE a,
      ADD ATTRIBUTE a float4; END IF;
    IF i = 5 THEN EXECUTE 'SELECT 1 AS v'; END IF;
  END LOOP;
  RETURN scores;
EXCEPTION WHEN OTHERS THEN RETURN scores || SQLERRM;
END $$;
SELECT score_pairs();
-- Records whose columns change from row to row.
CREATE FUNCTION score_records() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  scores text := '';
  r record;
  query text;
BEGIN
  FOREACH query IN ARRAY ARRAY['SELECT 1.5::float8 AS a, 2::float8 AS b',
    'SELECT 2 AS b, 1.5::float4 AS a', 'SELECT ''x''::text AS a, 2 AS b',
      'SELECT 2 AS b, 7 AS c, 1 AS a', 'SELECT 1.5::float8 AS a, 2::float8 AS b',
        'SELECT 1 AS a'] LOOP
    EXECUTE query INTO r;
    BEGIN
      scores := scores || predict('site_sum@1', r) || ' ';
    EXCEPTION WHEN OTHERS THEN scores := scores || '(' || SQLERRM || ') ';
    END;
  END LOOP;
  RETURN scores;
END $$;
SELECT score_records();

-- ---- more names than a call keeps models --------------------------------------------------------
DO $$ BEGIN
  EXECUTE (SELECT 'CREATE TABLE wide AS SELECT ' || string_agg('1::float8 AS ' || c, ', ')
             FROM (SELECT 'a' UNION ALL SELECT 'b'
                   UNION ALL SELECT 'c' || i FROM generate_series(1, 500) i) x(c));
END $$;
CREATE FUNCTION memory() RETURNS numeric
LANGUAGE sql VOLATILE AS 'SELECT sum(total_bytes) FROM pg_backend_memory_contexts';
SELECT (max(m) - min(m)) / 1024 / 1024 < 20 AS bounded, sum(v) FROM (
  SELECT predict('site_sum@' || lpad('1', 1 + g % 300, '0'), w) AS v,
    CASE WHEN g IN (300, 1800) THEN memory() END AS m
    FROM wide w, generate_series(1, 1800) g OFFSET 0) s;

-- ---- files that are none ------------------------------------------------------------------------
\set fifo `mktemp -u /tmp/pgscore-XXXXXX`
\setenv FIFO :fifo
\! mkfifo -m 666 "$FIFO"
SET statement_timeout = '10s';
CREATE FUNCTION import_error(path text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  detail text;
BEGIN
  PERFORM pgscore.import_model_file('pipe', path);
  RETURN 'imported';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
  RETURN SQLSTATE || ' ' || replace(SQLERRM, path, '...') || ': ' || detail;
END $$;
SELECT import_error(:'fifo');
SELECT import_error('/dev/zero');
SELECT import_error('/tmp');
SELECT import_error('/nonexistent');
SELECT import_error('/dev/null');
\! rm "$FIFO"
RESET statement_timeout;

SELECT pgscore.drop_model(name) FROM unnest(ARRAY['site_sum', 'site_half']) name;
DROP OWNED BY regress_pgscore_stranger;
DROP ROLE regress_pgscore_stranger;
DROP SCHEMA sites CASCADE;
