-- Metrics of a label and a predicted class.
\pset null '(null)'
CREATE SCHEMA metrics;
SET search_path = metrics, public;
CREATE FUNCTION error_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  detail text;
  hint text;
BEGIN
  EXECUTE query;
  RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
  RETURN concat_ws(E'\n', SQLSTATE || ': ' || SQLERRM, 'DETAIL: ' || nullif(detail, ''),
         'HINT: ' || nullif(hint, ''));
END $$;
CREATE TABLE classified (label text, predicted text, weight float8);
INSERT INTO classified VALUES ('a', 'a', 1), ('a', 'b', 2), ('b', 'b', 3), ('c', 'b', 0.5), ('c',
       'c', 1), ('b', 'd', 1);
-- scikit-learn 1.2.1 of these rows: 0.5, 0.5, 0.333333333333, 0.307692307692; with weights 0.588235294118, 0.583333333333, 0.381927932821, 0.349726775956.
SELECT round(accuracy(label, predicted)::numeric, 12) AS accuracy, round(balanced_accuracy(label,
       predicted)::numeric, 12) AS balanced_accuracy,
       round(matthews_corrcoef(label, predicted)::numeric, 12) AS matthews_corrcoef,
              round(cohen_kappa(label, predicted)::numeric, 12) AS cohen_kappa FROM classified;
SELECT round(accuracy(label, predicted, weight)::numeric, 12) AS accuracy,
       round(balanced_accuracy(label, predicted, weight)::numeric, 12) AS balanced_accuracy,
       round(matthews_corrcoef(label, predicted, weight)::numeric, 12) AS matthews_corrcoef,
              round(cohen_kappa(label, predicted, weight)::numeric, 12) AS cohen_kappa
              FROM classified;
-- An average of the classes: 0.583333333333, 0.5, 0.777777777778; 0.375, 0.5, 0.5; 0.433333333333, 0.5, 0.577777777778; 0.482894736842, 0.588235294118, 0.614860681115.
SELECT metric, round(macro::numeric, 12) AS macro, round(micro::numeric, 12) AS micro,
       round(weighted::numeric, 12) AS weighted
  FROM (SELECT 1, 'precision', precision_score(label, predicted, 'macro'), precision_score(label,
         predicted, 'micro'), precision_score(label, predicted, 'weighted') FROM classified
        UNION ALL SELECT 2, 'recall', recall_score(label, predicted, 'macro'), recall_score(label,
               predicted, 'micro'), recall_score(label, predicted, 'weighted') FROM classified
        UNION ALL SELECT 3, 'f1', f1_score(label, predicted, 'macro'), f1_score(label, predicted,
               'micro'), f1_score(label, predicted, 'weighted') FROM classified
        UNION ALL SELECT 4, 'f1 of weighted rows', f1_score(label, predicted, 'macro', weight),
               f1_score(label, predicted, 'micro', weight), f1_score(label, predicted, 'weighted',
               weight) FROM classified)
       averages (n, metric, macro, micro, weighted) ORDER BY n;
-- One class: a condition says which.
SELECT precision_score(label = 'b', predicted = 'b'), recall_score(label = 'b', predicted = 'b'),
       f1_score(label = 'b', predicted = 'b'), recall_score(label = 'b', predicted = 'b',
       weight) FROM classified;
SELECT precision_score(l, p), recall_score(l::numeric, p), f1_score(l::bigint, p::smallint)
       FROM (VALUES (1, 1), (0, 1), (1, 0), (1, 1)) rows (l, p);
SELECT label, predicted, cell.weight FROM (SELECT confusion_matrix(label, predicted) AS cells
       FROM classified) m, unnest(cells) cell;
SELECT cell.* FROM (SELECT confusion_matrix(label, predicted, weight) AS cells FROM classified) m,
       unnest(cells) cell WHERE label <> predicted;

-- ---- what a class may be ------------------------------------------------------------------------
SELECT accuracy(i % 3, (i % 2)::bigint) AS integers, accuracy(i % 3 = 0, i % 2 = 0) AS booleans,
       accuracy((i % 3)::float8, (i % 2)::real) AS floats, accuracy(date '2024-01-01' + i % 3,
       date '2024-01-02') AS dates,
       accuracy((i % 3)::text::varchar, (i % 2)::text) AS texts, accuracy(ARRAY[i % 3],
              ARRAY[i % 2]) AS arrays, accuracy(i % 3, 1) AS constant FROM generate_series(1, 12) i;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
SELECT accuracy(m, 'ok') AS enums, confusion_matrix(m, 'ok') FROM unnest('{happy,sad,ok,
       happy}'::mood[]) m;
-- Equal values that are not the same bytes are one class.
SELECT confusion_matrix(l::numeric, p::numeric) FROM (VALUES ('1', '1.0'), ('1.00', '1'), ('2',
       '1.0'), ('2.0', '2')) rows (l, p);
SELECT confusion_matrix(l::char(3), p::char(5)) FROM (VALUES ('a', 'a'), ('b', 'a')) rows (l, p);
SELECT confusion_matrix(l, p) FROM (VALUES (0.0::float8, '-0'::float8), ('NaN', 'NaN')) rows (l, p);
-- Classes that the table stores out of line.
CREATE TABLE long (label text);
ALTER TABLE long ALTER COLUMN label SET STORAGE EXTERNAL;
INSERT INTO long SELECT repeat(chr(97 + i % 2), 10000) FROM generate_series(1, 6) i;
SELECT accuracy(label, repeat('b', 10000)), length((confusion_matrix(label, label))[2].label)
       FROM long;

-- ---- what does not count, and what is not defined -----------------------------------------------
SELECT accuracy(label, predicted, weight), f1_score(label, predicted, 'macro', weight),
       precision_score(label = 'b', predicted = 'b', weight)
  FROM (TABLE classified UNION ALL VALUES (NULL, 'a', 1), ('a', NULL, 1), ('a', 'x', NULL), ('y',
         'x', 0)) rows;
SELECT accuracy(label, predicted), balanced_accuracy(label, predicted), f1_score(label, predicted,
       'macro'), f1_score(label = 'a', predicted = 'a'), matthews_corrcoef(label, predicted),
       cohen_kappa(label, predicted), confusion_matrix(label, predicted)
  FROM classified WHERE false;
SELECT accuracy(label, predicted, 0), f1_score(label, predicted, 'micro', 0),
       recall_score(label = 'a', predicted = 'a', 0), confusion_matrix(label, predicted, 0)
       FROM classified;
SELECT matthews_corrcoef(label, 'a'), cohen_kappa(label, 'a'), cohen_kappa('a'::text, 'a'),
       matthews_corrcoef('a'::text, 'a'), precision_score(label = 'x', predicted = 'x'),
       recall_score(label = 'x', predicted = 'x') FROM classified;

-- ---- errors ---------------------------------------------------------------------------------------
\pset format unaligned
\pset tuples_only on
SELECT error_of($$ SELECT precision_score('a'::text, 'b') $$);
SELECT error_of($$ SELECT recall_score(1, 2) $$);
SELECT error_of($$ SELECT f1_score('a'::text, 'b', 'binary') $$);
SELECT error_of($$ SELECT f1_score(label, predicted, predicted) FROM (VALUES ('macro', 'macro'),
       ('macro', 'micro')) rows (label, predicted) $$);
SELECT error_of($$ SELECT accuracy(i, i) FROM generate_series(1, 1000) i $$);
SELECT error_of($$ SELECT accuracy(i, i) FROM generate_series(1, 1001) i $$);
SELECT error_of($$ SELECT accuracy('{}'::json, '{}'::json) $$);
SELECT split_part(error_of($$ SELECT accuracy(1, 'a'::text) $$), E'\n', 1);
SELECT error_of($$ SELECT accuracy(1, 1, -1) $$);
\pset format aligned
\pset tuples_only off

-- ---- as aggregates of PostgreSQL ----------------------------------------------------------------
CREATE TABLE many AS
SELECT i, i % 7 AS g, 'class ' || i::bigint * 7919 % 1009 % 10 AS label,
       'class ' || i::bigint * 7919 % 1009 * 2 % 13 AS predicted, (1 + i % 3)::float8 AS weight
       FROM generate_series(1, 30000) i;
ANALYZE many;
-- The definitions in SQL.
SELECT g, accuracy(label, predicted) = avg((label = predicted)::int)::float8 AS accuracy,
       abs(precision_score(label = 'class 3',
              predicted = 'class 3') - avg((label = 'class 3')::int) FILTER (WHERE predicted =
              'class 3')) < 1e-14 AS precision,
       abs(recall_score(label = 'class 3',
              predicted = 'class 3') - avg((predicted = 'class 3')::int) FILTER (WHERE label =
              'class 3')) < 1e-14 AS recall
  FROM many GROUP BY g ORDER BY g;
SELECT count(*) AS cells, count(*) FILTER (WHERE cell.weight = counted) AS agree
  FROM (SELECT unnest(confusion_matrix(label, predicted)) AS cell FROM many) m
  JOIN (SELECT label, predicted, count(*) AS counted FROM many GROUP BY 1,
         2) c ON c.label = (cell).label AND c.predicted = (cell).predicted,
         LATERAL (SELECT (m.cell).*) AS cell;
SELECT i, round(accuracy(label, predicted) OVER (ORDER BY i)::numeric, 12) AS so_far,
       round(f1_score(label, predicted, 'macro') OVER (ORDER BY i ROWS 20 PRECEDING)::numeric,
       12) AS of_20 FROM many WHERE i <= 100 ORDER BY i DESC LIMIT 3;
CREATE TABLE results AS
SELECT 'leader' AS how, accuracy(label, predicted, weight) AS a, balanced_accuracy(label,
       predicted) AS b, f1_score(label, predicted, 'weighted', weight) AS c,
       matthews_corrcoef(label, predicted) AS d, cohen_kappa(label, predicted) AS e,
       precision_score(label = 'class 3', predicted = 'class 3', weight) AS f,
              confusion_matrix(label, predicted, weight) AS m, confusion_matrix(round(i % 5,
              i % 3), round(i % 4, i % 2)) AS n FROM many;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
-- Of workers, which meet the classes in another order each.
EXPLAIN (COSTS OFF) SELECT accuracy(label, predicted), confusion_matrix(label, predicted),
       f1_score(label, predicted, 'macro') FROM many;
CREATE TABLE of_workers AS
SELECT 'workers' AS how, accuracy(label, predicted, weight) AS a, balanced_accuracy(label,
       predicted) AS b, f1_score(label, predicted, 'weighted', weight) AS c,
       matthews_corrcoef(label, predicted) AS d, cohen_kappa(label, predicted) AS e,
       precision_score(label = 'class 3', predicted = 'class 3', weight) AS f,
              confusion_matrix(label, predicted, weight) AS m, confusion_matrix(round(i % 5,
              i % 3), round(i % 4, i % 2)) AS n FROM many;
SELECT greatest(abs(r.a - w.a), abs(r.b - w.b), abs(r.c - w.c), abs(r.d - w.d), abs(r.e - w.e),
       abs(r.f - w.f)) < 1e-14 AS agree, r.m = w.m AS same_matrix, cardinality(r.m) AS cells,
       (SELECT array_agg(round(label::numeric) || '-' || round(predicted::numeric) || ': ' ||
              weight) FROM unnest(r.n)) = (SELECT array_agg(round(label::numeric) || '-' ||
              round(predicted::numeric) || ': ' || weight) FROM unnest(w.n)) AS same_numbers,
              cardinality(r.n)
  FROM results r, of_workers w;

SET client_min_messages = warning;
DROP SCHEMA metrics CASCADE;
