-- Each kind of PMML model beside trees and regressions, with rows and results that the documents of
-- models/edge/pmml say themselves (ModelVerification); numbers of exp and roots are rounded.
\pset null '(null)'
\set VERBOSITY terse
\set general `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/general_regression.pmml"`
\set multinomial `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/general_multinomial.pmml"`
\set above `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/scorecard_pointsAbove.pmml"`
\set below `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/scorecard_pointsBelow.pmml"`
\set bayes `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/bayes_inputs.pmml"`
\set vector `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/svm_radial.pmml"`
\set votes `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/svm_one_against_one_max.pmml"`
\set network `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/network_softmax.pmml"`
\set cluster `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/cluster_euclidean.pmml"`
\set neighbor `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/neighbor_majorityVote.pmml"`
\set nearest `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/neighbor_weightedAverage.pmml"`
\set rules `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/rules_firstHit.pmml"`
\set points `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/rules_regression.pmml"`
\set forest `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/anomaly_forest.pmml"`
\set distance `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/anomaly_cluster.pmml"`
SELECT name, pgscore.import_model('kind_' || name, decode(artifact, 'base64'))
  FROM (VALUES (1, 'general', :'general'), (2, 'multinomial', :'multinomial'),
               (3, 'above', :'above'), (4, 'below', :'below'), (5, 'bayes', :'bayes'),
               (6, 'vector', :'vector'),
               (7, 'votes', :'votes'), (8, 'network', :'network'), (9, 'cluster', :'cluster'),
               (10, 'neighbor', :'neighbor'), (11, 'nearest', :'nearest'), (12, 'rules', :'rules'),
               (13, 'points', :'points'), (14, 'forest', :'forest'),
               (15, 'distance', :'distance')) m (i, name, artifact) ORDER BY i;
SELECT name, task, facts ->> 'model_element' AS element FROM pgscore.model_versions
 WHERE name LIKE 'kind\_%' ORDER BY name;

-- Numbers with 12 digits, in arrays and jsonb objects.
CREATE FUNCTION r12(x float8) RETURNS numeric
LANGUAGE sql IMMUTABLE AS 'SELECT round(x::numeric, 12)';
CREATE FUNCTION r12(x float8[]) RETURNS numeric[]
LANGUAGE sql IMMUTABLE AS
  'SELECT array_agg(round(e::numeric, 12) ORDER BY i) FROM unnest(x) WITH ORDINALITY u (e, i)';
CREATE FUNCTION r12(x jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS
  $$SELECT jsonb_object_agg(key, CASE jsonb_typeof(value)
    WHEN 'number' THEN to_jsonb(round((value #>> '{}')::numeric, 12)) ELSE value END)
    FROM jsonb_each(x)$$;

-- GeneralRegressionModel: polynomials and interactions; a multinomial one.
SELECT x, c, predict('kind_general', x, c), predict_outputs('kind_general', x, c)
  FROM (VALUES (0.5, 'a'), (0.5, 'b'), (-1.25, 'b'), (2, 'a'), (3, 'b'), (NULL, 'b'),
    (1, NULL)) v (x, c);
SELECT x, c, predict_class('kind_multinomial', x, c), r12(predict_proba('kind_multinomial', x, c)),
       r12(predict_outputs('kind_multinomial', x, c) - 'probabilities') AS outputs
  FROM (VALUES (0.5, 'a'), (2, 'a'), (NULL, 'a')) v (x, c);

-- Scorecard: a score, and the reasons for it in two orders.
SELECT x, y, c, predict('kind_above', r), predict_outputs('kind_above', r) AS above,
       predict_outputs('kind_below', r) AS below
  FROM (VALUES (NULL, -1.0, 'u'), (NULL, 3.0, 'u'), (0.5, -1.0, 'v'), (5, 3, 'v'),
    (5, 9, 'v')) r (x, y, c);

-- NaiveBayesModel.
SELECT feature, type, categories FROM pgscore.model_features WHERE name = 'kind_bayes'
 ORDER BY position;
SELECT c, d, predict_class('kind_bayes', b), r12(predict('kind_bayes', b)),
       r12(predict_proba('kind_bayes', b)),
       r12(predict_outputs('kind_bayes', b) - 'probabilities') AS outputs
  FROM (VALUES ('v', 2, 1.5, 3, 3), ('u', 2, 1.5, 3, 3), (NULL, 2, 1.5, 3, 3), ('v', 5, 1.5, 3, 3),
    ('v', NULL, 1.5, 3, 3)) b (c, d, g, n, r);

-- SupportVectorMachineModel: regression; the class that most machines vote for.
SELECT x, c, y, r12(predict('kind_vector', x, c, y)), predict_class('kind_votes', x, c, y),
       r12(predict_proba('kind_votes', x, c, y)) AS votes
  FROM (VALUES (-1.5, 'u', -1.0), (-1.5, 'u', 0.5), (-1.5, 'w', -1.0), (NULL, 'u', 1)) v (x, c, y);

-- NeuralNetwork.
SELECT x, y, predict_class('kind_network', x, y), r12(predict_proba('kind_network', x, y)),
       predict_outputs('kind_network', x, y) ->> 'neuron' AS neuron
  FROM (VALUES (-1.5, -0.75), (-1.5, 1.0), (0.5, -0.75), (NULL, 1)) v (x, y);

-- ClusteringModel: classes are the clusters' names, ids and distances are outputs.
SELECT pgscore.class_labels('kind_cluster');
SELECT predict_class('kind_cluster', r), r12(predict_outputs('kind_cluster', r)) AS outputs
  FROM (VALUES (0.5, 1.0, 1.0), (3, 2, -1), (-2, -2, 1), (0.5, NULL, 1),
    (NULL, NULL, NULL)) r (x, y, z);
SELECT predict('kind_cluster', 0.5, 1, 1);

-- NearestNeighborModel.
SELECT x, c, predict_class('kind_neighbor', r), r12(predict_proba('kind_neighbor', r)),
       r12(predict_outputs('kind_neighbor', r) - 'probabilities') AS outputs,
       r12(predict('kind_nearest', r)) AS nearest
  FROM (VALUES (0.25, 'u'), (1.25, 'w'), (3.0, 'u')) r (x, c);

-- RuleSetModel: the first rule that holds; numbers.
SELECT x, c, predict_class('kind_rules', x, c), predict_outputs('kind_rules', x, c)
  FROM (VALUES (0.5, 'u'), (0.5, 'w'), (0.5, NULL), (2.5, 'w'), (3.5, 'u')) v (x, c);
SELECT x, predict('kind_points', x) FROM unnest('{0.5,1,3,NULL}'::float8[]) x;

-- AnomalyDetectionModel.
SELECT x, y, r12(predict('kind_forest', v)) AS forest, r12(predict('kind_distance', v)) AS distance
  FROM (VALUES (0.5, 1.0), (3, 0.25), (-2, 2), (NULL, 1)) v (x, y);

SELECT count(*) FROM (SELECT pgscore.drop_model(name) FROM pgscore.models
    WHERE name LIKE 'kind\_%') d;
DROP FUNCTION r12(float8), r12(float8[]), r12(jsonb);
