-- A row that the planner's support function is asked about need not be of the query that it is
-- given: PostgreSQL simplifies the WHERE of an EXISTS with its parent's range table, CHECK
-- constraints with the statement's, estimates with none. Rows are run with the rewrite and without:
-- the same result; names and numbers of columns are swapped between the levels on purpose.
CREATE SCHEMA levels;
SET search_path = levels, public;
SET pgscore.enable_batch = off;
\pset format unaligned
\pset tuples_only on
-- "first" gives feature a, "lost" whether it is missing.
SELECT pgscore.import_model('first', made.first('a', 'b')),
       pgscore.import_model('lost', made.model(made.numbers('a', 'b'),
         '[{"type": "apply", "op": "is_missing", "args": [{"column": 0}]}]', made.value('v', 2))),
       pgscore.import_model('pages', made.first('relpages', 'reltuples'));
CREATE TABLE pairs (id int, a float8, b float8);
INSERT INTO pairs SELECT i, i, -i FROM generate_series(1, 5) i;
CREATE TABLE ids (id int);
INSERT INTO ids SELECT generate_series(1, 4);
CREATE TABLE few (id int, a float8, b float8);
INSERT INTO few VALUES (1, 1, 1), (2, NULL, 2);
ANALYZE pairs, ids, few;

CREATE FUNCTION both_ways(query text, OUT rewritten bool, OUT same bool, OUT result text)
LANGUAGE plpgsql AS $$
DECLARE
  line text;
  row record;
  results text[];
BEGIN
  rewritten := false;
  FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
    rewritten := rewritten OR line ~ 'predict[a-z_]*_columns';
  END LOOP;
  FOR i IN 1..2 LOOP
    PERFORM set_config('pgscore.enable_rewrite', CASE i WHEN 1 THEN 'on' ELSE 'off' END, true);
    result := '';
    FOR row IN EXECUTE query LOOP
      result := result || row::text;
    END LOOP;
    results := results || result;
  END LOOP;
  same := results[1] = results[2];
  PERFORM set_config('pgscore.enable_rewrite', 'on', true);
END $$;

-- The WHERE of an EXISTS that stays a sub-select: the range table's entry of that number is another
-- sub-select's, with other columns, one that was pulled up and is empty, or a row that is always
-- there.
SELECT same, result FROM both_ways($$ SELECT t.id,
    EXISTS (SELECT FROM (SELECT id, a AS b, b AS a FROM pairs OFFSET 0) q WHERE q.id = t.id
      AND predict('first', q) > 0) FROM (SELECT id, a, b FROM pairs OFFSET 0) t ORDER BY t.id $$);
SELECT same, result FROM both_ways($$ SELECT t.id,
    EXISTS (SELECT FROM (SELECT id, a AS b, b AS a FROM pairs OFFSET 0) q WHERE q.id = t.id
      AND predict('first', q) < 0) FROM (SELECT id, a, b FROM pairs OFFSET 0) t ORDER BY t.id $$);
SELECT same, result FROM both_ways($$ SELECT EXISTS (SELECT FROM pg_class q
      WHERE q.oid = t.oid AND predict('pages', q) >= -1)
    FROM (SELECT oid FROM pg_class WHERE relname = 'pg_class') t $$);
SELECT same, result FROM both_ways($$ SELECT t.id,
    EXISTS (SELECT FROM (VALUES (1, 10, 20), (3, NULL, 40)) q (id, a, b)
      WHERE q.id = t.id AND predict('lost', q) = 1)
    FROM (VALUES (0, 0, 1), (0, 0, 2), (0, 0, 3)) t (a, b, id) ORDER BY t.id $$);
SELECT same, result FROM both_ways($$ WITH t (b, a, id) AS MATERIALIZED (SELECT a, b, id
      FROM pairs), q (id, a, b) AS MATERIALIZED (SELECT id, a, b FROM pairs)
    SELECT t.id, EXISTS (SELECT FROM q WHERE q.id = t.id AND predict('first', q) > 2) FROM t
    ORDER BY t.id $$);
-- No error of a row that is not meant: "t" has no column a.
SELECT same, result FROM both_ways($$ SELECT t.id,
    EXISTS (SELECT FROM (SELECT id, a, b FROM pairs OFFSET 0) q
      WHERE q.id = t.id AND predict('first', q) > 2) FROM (SELECT id, a AS x FROM pairs OFFSET 0) t
    ORDER BY t.id $$);
-- The nullable side of an outer join below the EXISTS, and the other way round.
SELECT same, result FROM both_ways($$ SELECT t.id, EXISTS (SELECT FROM ids
      LEFT JOIN few q ON q.id = ids.id WHERE ids.id = t.id AND predict('lost', q) = 1)
    FROM ids t, few q2 WHERE q2.id = 1 ORDER BY 1 $$);
SELECT same, result FROM both_ways($$ SELECT t.id, EXISTS (SELECT FROM few q WHERE q.id = t.id
      AND predict('lost', q) = 0) FROM few q2 LEFT JOIN ids t ON t.id = q2.id ORDER BY 1 $$);
-- An EXISTS within an aggregate of the query above, in a branch of a UNION ALL, behind a join's
-- alias, in a condition, in HAVING.
SELECT same, result
  FROM both_ways($$ SELECT (SELECT max(CASE WHEN EXISTS (SELECT
          FROM (SELECT id, a AS b, b AS a FROM pairs OFFSET 0) q
          WHERE q.id = t.id AND predict('first', q) > 0) THEN 1 ELSE 0 END))
    FROM (SELECT id, a, b FROM pairs OFFSET 0) t $$);
SELECT same, result FROM both_ways($$ SELECT e
    FROM (SELECT EXISTS (SELECT FROM (SELECT id, a AS b, b AS a FROM pairs OFFSET 0) q
        WHERE q.id = t.id AND predict('first', q) > 0) AS e
      FROM (SELECT id, a, b FROM pairs OFFSET 0) t UNION ALL SELECT false) u $$);
SELECT same, result FROM both_ways($$ SELECT e
    FROM (SELECT t.id, EXISTS (SELECT FROM (SELECT id, a AS b, b AS a FROM pairs OFFSET 0) q
        WHERE q.id = t.id AND predict('first', q) > 0) AS e
      FROM (SELECT id, a, b FROM pairs OFFSET 0) t) x FULL JOIN ids USING (id) ORDER BY id $$);
SELECT same, result FROM both_ways($$ SELECT t.id FROM (SELECT id, a, b FROM pairs OFFSET 0) t
    WHERE t.id = 5 OR EXISTS (SELECT FROM (SELECT id, a AS b, b AS a FROM pairs OFFSET 0) q
      WHERE q.id = t.id AND predict('first', q) > 0) $$);
SELECT same, result FROM both_ways($$ SELECT t.id FROM (SELECT id, a, b FROM pairs OFFSET 0) t
    GROUP BY t.id HAVING t.id = 5 OR EXISTS (SELECT
      FROM (SELECT id, a AS b, b AS a FROM pairs OFFSET 0) q
      WHERE q.id = t.id AND predict('first', q) > 0) $$);
-- A row of a pulled-up sub-select that a LATERAL neighbour asks an EXISTS about.
SELECT same, result FROM both_ways($$ SELECT i.id, l.e FROM ids i
    LEFT JOIN (SELECT id, EXISTS (SELECT FROM (SELECT id, a AS b, b AS a FROM pairs OFFSET 0) q
        WHERE q.id = s.id AND predict('first', q) > 0) AS e
      FROM (SELECT id, a, b FROM few OFFSET 0) s) x ON x.id = i.id, LATERAL (SELECT x.e OFFSET 0) l
    ORDER BY 1 $$);
-- A neighbour's row in the branches of a LATERAL UNION ALL, which are flattened into the query.
SELECT same, result FROM both_ways($$ SELECT f.id, l.v FROM few f
    JOIN LATERAL (SELECT p.id, predict('first', f) AS v FROM pairs p
      UNION ALL SELECT i.id, predict('lost', f) FROM ids i) l ON l.id = f.id ORDER BY 1, 2 $$);
-- A score of a sub-select below an outer join, of which a correlated sub-select gets a copy: the
-- planner takes both for equal.
SELECT same, result FROM both_ways($$ SELECT f.id
    FROM few f FULL JOIN (SELECT i.id, coalesce(predict('first', p), 0) AS v FROM ids i
      LEFT JOIN pairs p ON p.id = i.id + 1) s ON s.id = f.id
    JOIN few g ON g.id = s.id AND (SELECT s.v) > s.v - 1 ORDER BY 1 $$);
SELECT same, result FROM both_ways($$ SELECT f.id
    FROM few f FULL JOIN (SELECT i.id, coalesce(predict('first', ROW(p.id, p.a, p.b)::few), 0) AS v
      FROM ids i LEFT JOIN pairs p ON p.id = i.id + 1) s ON s.id = f.id JOIN few g ON g.id = s.id
    AND (SELECT s.v) > s.v - 1 GROUP BY GROUPING SETS ((f.id), ()) ORDER BY 1 $$);
SELECT * FROM both_ways($$ SELECT f.id, s.v, (SELECT max(i.id) FROM ids i WHERE i.id <= f.id)
    FROM few f LEFT JOIN (SELECT p.id, predict('first', p) AS v FROM pairs p) s ON s.id = f.id
    ORDER BY 1 $$);
-- The rewrite is still there where an EXISTS has no such row, and in an EXISTS that is planned as a
-- join.
SELECT * FROM both_ways($$ SELECT id, predict('first', p), EXISTS (SELECT FROM ids i
      WHERE i.id = p.id) FROM (SELECT id, a, b FROM pairs OFFSET 0) p ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT id, predict('first', p) FROM pairs p
    WHERE EXISTS (SELECT FROM few s WHERE s.id = p.id AND predict('lost', s) = 1) ORDER BY id $$);
SELECT * FROM both_ways($$ SELECT id, predict('first', p), EXISTS (SELECT FROM few s
      WHERE s.id = p.id AND predict('lost', s) = 1) FROM pairs p ORDER BY id $$);

-- CHECK constraints of the whole row, which the planner looks at before they are about a relation
-- of the statement.
CREATE TABLE family (id int, a float8, b float8);
CREATE TABLE child (CHECK (predict('first@1'::model_version, child) > -1e9)) INHERITS (family);
CREATE TABLE swapped (b float8, a float8, id int,
    CHECK (predict('first@1'::model_version, swapped) > 0));
ALTER TABLE swapped INHERIT family;
INSERT INTO child VALUES (1, 5, 6);
INSERT INTO swapped VALUES (7, 8, 2);
SET constraint_exclusion = on;
SELECT same, result FROM both_ways($$ SELECT family.*
    FROM (SELECT oid FROM pg_class WHERE relname = 'pg_class') s, family WHERE family.a = 5 $$);
SELECT same, result FROM both_ways($$ SELECT f.id
    FROM (SELECT id AS a, a AS b, b AS id FROM pairs OFFSET 0) s, family f
    WHERE predict('first@1'::model_version, f) = 8 AND s.a = f.id $$);
SELECT same, result FROM both_ways($$ SELECT s.id FROM (VALUES (1), (2)) v (x)
    LEFT JOIN swapped s ON predict('first@1'::model_version, s) < 0 $$);
RESET constraint_exclusion;

-- Estimates: a row of a domain over a row type has columns that its type does not tell.
CREATE DOMAIN pair AS pairs CHECK ((VALUE).id > 0);
CREATE FUNCTION one_pair() RETURNS pair LANGUAGE plpgsql
AS $$ BEGIN RETURN ROW(1, 2, 3)::pairs; END $$;
CREATE FUNCTION some_pairs() RETURNS SETOF pairs LANGUAGE sql STABLE AS $$ SELECT id, b, a
  FROM pairs $$;
SELECT same, result FROM both_ways($$ SELECT p.id FROM pairs p, one_pair() d
    WHERE p.a = predict('first', d) $$);
SELECT same, result FROM both_ways($$ SELECT p.id FROM pairs p, some_pairs() d
    WHERE p.b = predict('first', d) ORDER BY 1 $$);

SET client_min_messages = warning;
DROP SCHEMA levels CASCADE;
RESET search_path;
SELECT pgscore.drop_model(name) FROM unnest('{first,lost,pages}'::text[]) name;
