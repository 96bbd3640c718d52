-- SQL values as numbers and categories: what the row path reads is what PostgreSQL's own casts
-- give.
SELECT pgscore.import_model('same', made.line(0, 1));
SELECT setseed(0.25);
-- numeric has a short way for few digits: the nearest float8, as the cast.
CREATE TABLE numbers AS
SELECT CASE i % 8
         WHEN 0 THEN round((random() * 1e4)::numeric, (random() * 8)::int)
         WHEN 1 THEN -round((random() * 1e9)::numeric, (random() * 10)::int)
         WHEN 2 THEN trunc((random() * 1e15)::numeric * 10 ^ (random() * 30)::int::numeric, 2)
         WHEN 3 THEN (random() * 1e6)::int / (10 ^ (random() * 40)::int::numeric)
         WHEN 4 THEN (9007199254740992 + (random() * 2000)::int - 1000)::numeric
           / 10 ^ (random() * 6)::int::numeric
         WHEN 5 THEN (random() * 1e6)::int * 10 ^ (random() * 60)::int::numeric
         WHEN 6 THEN ((random() * 1e8)::int || '.'
           || lpad((random() * 1e8)::int::text, 8, '0'))::numeric
         ELSE (random() * 200)::int - 100
       END AS x
  FROM generate_series(1, 20000) i;
INSERT INTO numbers VALUES (0), (0.0), (-0.0), (0.00000001), (1e-130), (1e20), (1e21),
    (9999999999999999), (-9999999999999999), (0.1), (0.3), (1.10),
                           ('NaN'), (NULL), (123456789012345678901234567890.5), (1e300);
SELECT count(*) AS rows, count(*) FILTER (WHERE predict('same', n)
    IS DISTINCT FROM NULLIF(x::float8, 'NaN')) AS other FROM numbers n;
SELECT count(*) FILTER (WHERE predict('same', to_jsonb(n))
    IS DISTINCT FROM NULLIF(x::float8, 'NaN')) AS other FROM numbers n WHERE x <> 'NaN';
SELECT predict('same', 1e400), predict('same', -1e400), predict('same', 'Infinity'::numeric),
       predict('same', 1e-400);
-- Integers and floats.
SELECT count(*) FROM (VALUES (9223372036854775807), (-9223372036854775808), (9007199254740993),
    (0)) v (x) WHERE predict('same', v) IS DISTINCT FROM x::float8;
SELECT predict('same', '-0'::float8), predict('same', '1e-45'::float4),
       predict('same', 'Infinity'::float4), predict('same', (-32768)::int2), predict('same', true);

-- Categories: texts of all lengths, more than the row path remembers, texts that agree in their
-- ends, unknown ones, large ones.
CREATE TABLE categories AS
SELECT i, CASE i % 4 WHEN 0 THEN i::text WHEN 1 THEN 'the same beginning ' || i
    || ' and the same end' WHEN 2 THEN repeat('x', i / 40) || i
    ELSE chr(200 + i % 500) || i END AS c
  FROM generate_series(0, 9999) i;
INSERT INTO categories VALUES (10000, ''), (10001, repeat('long ', 3000)), (10002, ' '),
    (10003, '"');
SELECT pgscore.import_model('coded', made.model(
    json_build_array(made.category('c', array_agg(c ORDER BY i))),
    json_build_array(json_build_object('type', 'linear', 'intercept', json_build_array(0), 'terms',
      json_build_array(json_build_object('column', 0, 'by_level', true,
                                         'coefficients', json_agg(i ORDER BY i))))),
    made.value('y', 1)), format => 'pgscore-json') FROM categories;
SELECT count(*) AS rows, count(*) FILTER (WHERE predict('coded', k) IS DISTINCT FROM i) AS other
  FROM (SELECT * FROM categories UNION ALL SELECT * FROM categories) k;
SELECT count(*) FILTER (WHERE predict('coded', to_jsonb(k)) IS DISTINCT FROM i) AS other
  FROM categories k WHERE i < 500 OR i > 9990;
SELECT count(*) FILTER (WHERE predict('coded', ROW(i, c)::categories) IS DISTINCT FROM i) AS other
  FROM categories;
SELECT predict('coded', x::text), predict('coded', x::bpchar(40)), predict('coded', x::varchar)
  FROM unnest(ARRAY['nobody', 'the same beginning 5 and the same end',
                    'the same beginning 6 and the same end', '0  ']) x;
SELECT pgscore.drop_model(name) FROM unnest('{same,coded}'::text[]) name;
DROP TABLE numbers, categories;
