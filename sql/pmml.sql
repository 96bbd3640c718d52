-- PMML documents: fields, missing and invalid values, classes, outputs of every type. The numbers
-- are those that the documents of models/edge/pmml say themselves.
\pset null '(null)'
\set fields `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/fields.pmml"`
\set tables `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/tables.pmml"`
\set dates `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/dates.pmml"`
\set priors `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/targets_priors.pmml"`
\set vote `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/ensemble_majorityVote.pmml"`
\set softmax `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/classes_softmax.pmml"`
\set chain `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/chain.pmml"`
\set level `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/invalid_level.pmml"`
\set latin1 `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/syntax_latin1.pmml"`
\set bomb `base64 -w0 "$PG_ABS_SRCDIR/models/hostile/pmml/bomb.pmml"`
\set association `base64 -w0 "$PG_ABS_SRCDIR/models/hostile/pmml/association.pmml"`
\set cycle `base64 -w0 "$PG_ABS_SRCDIR/models/hostile/pmml/cycle_fields.pmml"`
SELECT name, pgscore.import_model('pmml_' || name, decode(artifact, 'base64'))
  FROM (VALUES (1, 'fields', :'fields'), (2, 'tables', :'tables'), (3, 'dates', :'dates'),
    (4, 'priors', :'priors'), (5, 'vote', :'vote'), (6, 'softmax', :'softmax'),
               (7, 'chain', :'chain'), (8, 'level', :'level'), (9, 'latin1', :'latin1')) m (i, name,
               artifact) ORDER BY i;

-- What a document says about its features; the field that no model uses is none.
SELECT feature, type, categories, on_unknown FROM pgscore.model_features WHERE name = 'pmml_fields'
 ORDER BY position;
SELECT jsonb_pretty(pgscore.inspect_model(decode(:'softmax', 'base64')));

-- Missing, invalid and outlying values.
CREATE TABLE pmml_rows (plain float8, replaced float8, sentinel float8, bounded float8,
    as_missing float8, as_value float8, extreme float8, outlier float8,
                        level text, any_level text);
INSERT INTO pmml_rows VALUES (1, 2, 3, 4, 5, 6, .5, .25, 'a', 'x'),
    (1, NULL, -999, NULL, -1, 10, 5, 2, 'c', 'other'), (1, 2, 3, 10, 5, 6, .5, .25, 'a', 'x');
SELECT predict('pmml_fields', r), predict_outputs('pmml_fields', r) FROM pmml_rows r;
SELECT level, predict('pmml_level', level) FROM unnest('{a,b,c,NULL}'::text[]) level;
SELECT pgscore.import_model('pmml_level', decode(:'level', 'base64'),
    options => '{"on_unknown": "missing"}', deploy => true);
SELECT level, predict('pmml_level', level) FROM unnest('{a,b,c,NULL}'::text[]) level;

-- Texts, numbers and truth in outputs.
SELECT predict_outputs('pmml_tables', jsonb_build_object('x', x, 'n', n, 'band', band, 'c', c))
  FROM (VALUES (-1.0, 1, '1', 'red'), (5.0, 1, '2', ' edge '), (NULL, 1, NULL, NULL)) v (x,
    n, band, c);

-- Dates and times by type.
SELECT predict_outputs('pmml_dates', r)
  FROM (VALUES (date '2004-02-28', timestamp '1970-01-04 00:00:05', time '00:01:01'),
    (date '2004-02-29', timestamp '1969-12-31 23:59:59', time '00:00'),
                                                     (NULL, NULL, NULL)) r (d, s, c);

-- Classes.
SELECT pgscore.class_labels('pmml_priors'), predict_class('pmml_priors', x),
       round(predict('pmml_priors', x)::numeric, 12),
       predict_outputs('pmml_priors', x) -> 'kept' AS kept
  FROM unnest('{NULL,2}'::float8[]) x;
SELECT x, y, predict_class('pmml_vote', x, y), predict('pmml_vote', x, y),
       predict_proba('pmml_vote', x, y)
  FROM (VALUES (-1.0, 1.0), (0.5, 1.0), (NULL, 1.0), (NULL, NULL)) v (x, y);
SELECT x, predict_class('pmml_softmax', x), (SELECT array_agg(round(p::numeric, 12))
    FROM unnest(predict_proba('pmml_softmax', x)) p) AS probabilities,
    predict_raw('pmml_softmax', x)
  FROM unnest('{0.1,0.2,NULL}'::float8[]) x;
SELECT predict('pmml_softmax', 0.1);
SELECT predict('pmml_chain', x, 2), predict_outputs('pmml_chain', x, 2)
  FROM unnest('{-1,1}'::float8[]) x;

-- Names that are not ASCII, by position.
SELECT predict('pmml_latin1', 3, '"b"'), predict('pmml_latin1', 3, 'b');

-- What is refused, and what is not PMML's.
SELECT pgscore.import_model('pmml_no', decode(:'bomb', 'base64'));
SELECT pgscore.import_model('pmml_no', decode(:'association', 'base64'));
SELECT pgscore.import_model('pmml_no', decode(:'cycle', 'base64'));
SELECT pgscore.import_model('pmml_no', decode(:'level', 'base64'), options => '{"iterations": 3}');
SELECT pgscore.import_model('pmml_no', 'PMML', format => 'pmml');

SELECT count(*) FROM (SELECT pgscore.drop_model(name) FROM pgscore.models
    WHERE name LIKE 'pmml\_%') d;
DROP TABLE pmml_rows;
