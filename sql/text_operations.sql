-- Features whose texts are changed before they are looked up: functions of strings in PMML, of
-- fields without declared values.
\pset null '(null)'
\set normalized `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/normalized.pmml"`
SELECT pgscore.import_model('normalized', decode(:'normalized', 'base64'));
SELECT feature, type, text_operations, categories, on_unknown FROM pgscore.model_features
 WHERE name = 'normalized' ORDER BY position;

-- The rows of the document's own ModelVerification, by every way to a category: text and varchar,
-- char, name, an enum, jsonb, a row without names, literals of no type.
CREATE TABLE texts (id int PRIMARY KEY, c text, d varchar, p text);
INSERT INTO texts VALUES (1, 'red', 'xxAB', 'red'), (2, '  Red ', 'xxabc', 'Red'),
    (3, 'BLUE', 'xxa', ' Red'), (4, 'bluebird', 'xx', NULL), (5, 'green', 'äöab', 'Red'),
                         (6, 'äöüßx and more', 'ab', 'Red'), (7, '      red', 'xxAbab', 'Red'),
                         (8, NULL, NULL, NULL), (9, '', '', '');
SELECT id, predict('normalized', t) AS score, predict_outputs('normalized', t) FROM texts t
 ORDER BY id;
CREATE TYPE hue AS ENUM ('red', '  Red ', 'BLUE', 'bluebird', 'green', 'äöüßx and more',
    '      red', '');
SELECT t.id, b.o = a.o AS chars, n.o = a.o AS names, e.o = a.o AS enums, j.o = a.o AS jsonbs,
       r.o = a.o AS records, s.o = a.o AS scalars, x.o = a.o AS arrays
  FROM texts t, predict_outputs('normalized', t) a (o),
       LATERAL (SELECT predict_outputs('normalized', x)
         FROM (SELECT t.c::char(20) AS c, t.d::char(9) AS d, t.p::char(5) AS p) x) b (o),
       LATERAL (SELECT predict_outputs('normalized', x)
         FROM (SELECT t.c::name AS c, t.d::name AS d, t.p::name AS p) x) n (o),
       LATERAL (SELECT predict_outputs('normalized', x)
         FROM (SELECT t.c::hue AS c, t.d, t.p) x) e (o),
       predict_outputs('normalized', to_jsonb(t)) j (o),
       predict_outputs('normalized', ROW(t.c, t.d, t.p)) r (o),
       predict_outputs('normalized', t.c, t.d, t.p) s (o),
       predict_outputs('normalized', ARRAY[t.c, t.d, t.p]) x (o)
 ORDER BY t.id;
SELECT predict('normalized', '  Red ', 'XXAB', NULL),
       predict('normalized@1'::model_version, '  Red ', 'XXAB', NULL);

-- Many rows in one call site, in batches and one by one: the same sum; more texts than categories.
CREATE TABLE many AS SELECT i, repeat(' ', i % 7)
    || (ARRAY['red', 'Blue', 'x' || i % 999, 'BLUE sky'])[i % 4 + 1] AS c,
    'xx' || (ARRAY['ab', 'A', '', 'AB ', 'c'])[i % 5 + 1] AS d,
                            'Red' AS p FROM generate_series(1, 20000) i;
ANALYZE many;
SELECT sum(predict('normalized', m)), sum((predict_outputs('normalized', m) ->> 'mapped')::float8)
  FROM many m;
SET pgscore.enable_batch = off;
SELECT sum(predict('normalized', m)), sum((predict_outputs('normalized', m) ->> 'mapped')::float8)
  FROM many m;
RESET pgscore.enable_batch;
SELECT sum(1 + CASE substr(lower(d), 3, 2) WHEN 'ab' THEN 0.5 WHEN 'a' THEN 0.25 WHEN '' THEN 0.125
    ELSE 0 END), sum(CASE trim(upper(left(c, 5))) WHEN 'RED' THEN 10 WHEN 'BLUE' THEN 20
    ELSE -1 END) FROM many;

-- Characters are those of the database's encoding.
CREATE DATABASE pgscore_latin1 TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C';
\set before :DBNAME
\c pgscore_latin1
SET client_encoding = 'UTF8';
SET client_min_messages = warning;
CREATE EXTENSION pgscore;
SELECT pgscore.import_model('latin1',
    convert_to(replace(convert_from(decode(:'normalized', 'base64'), 'LATIN1'),
      convert_from('\xc3a4c3b6c3bcc39f', 'LATIN1'), 'AOUS'), 'LATIN1'));
-- Before "ab" stand two characters, whose bytes look like the middle of characters in UTF-8.
CREATE TYPE tail AS ENUM (E'¤¼AB', E'¤AB');
SELECT d, predict('latin1', 'x'::text, d, 'x'::text), predict('latin1', 'x', d::char(9), 'x'),
       predict('latin1', 'x', d::name, 'x'), predict('latin1', 'x', d::tail, 'x'),
       predict('latin1', jsonb_build_object('c', 'x', 'd', d, 'p', 'x'))
  FROM (VALUES ('¤¼AB'), ('¤AB')) v (d);
\c :before
DROP DATABASE pgscore_latin1;

SELECT pgscore.drop_model('normalized');
DROP TABLE texts, many;
DROP TYPE hue;
