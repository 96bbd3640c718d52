-- PMML documents: several targets, weights, missing predictions, single segments, verification,
-- names, encodings, warnings. The numbers are those of the documents in models/edge/pmml
-- themselves, unless a comment says otherwise.
\pset null '(null)'
CREATE FUNCTION document(name text) RETURNS bytea LANGUAGE sql
AS $$ SELECT pg_read_binary_file(current_setting('regress.models') || name || '.pmml') $$;
\getenv source PG_ABS_SRCDIR
SELECT set_config('regress.models', :'source' || '/models/edge/pmml/', false) IS NOT NULL AS set;

-- Several targets: no single value, all of them by name.
SELECT pgscore.import_model(name, document(name))
  FROM unnest('{targets_network,targets_neighbor_mixed,targets_other_field}'::text[]) name;
SELECT u, predict_outputs('targets_network', u) FROM unnest('{1,10}'::float8[]) u;
SELECT predict('targets_network', 1::float8);
SELECT predict_outputs('targets_neighbor_mixed', 1, 1.2);
SELECT predict('targets_other_field', 3);

-- Weights that are fields; segments without a prediction.
SELECT pgscore.import_model(name, document(name))
  FROM (VALUES ('segment_weight_weightedAverage'), ('segment_missing_skipSegment_0_5'),
               ('segment_outputs')) v (name);
SELECT w1, w2, predict('segment_weight_weightedAverage', w1, w2)
  FROM (VALUES (1, 3), (2, 2), (0, 5), (NULL, 1)) v (w1, w2);
SELECT a, b, c, predict('segment_missing_skipSegment_0_5', a, b, c)
  FROM (VALUES (1, 1, 1), (1, 1, -1), (1, -1, -1), (-1, -1, -1)) v (a, b, c);
SELECT a, b, predict_outputs('segment_outputs', a, b)
  FROM (VALUES (1, 1), (1, -1), (-1, 1), (-1, -1)) v (a, b);

-- The rows of ModelVerification are test rows: checked at import, stored, checked again.
SELECT row_no, input, output, expected, tolerance, zero_threshold FROM pgscore.model_tests
 WHERE name = 'segment_outputs' ORDER BY row_no LIMIT 6;
SELECT count(*), bool_and(ok) FROM pgscore.verify_model('segment_outputs');
CREATE FUNCTION verified(results text, more text DEFAULT '') RETURNS bytea LANGUAGE sql
AS $$ SELECT convert_to(format('<PMML version="4.4"><DataDictionary>
<DataField name="x" optype="continuous" dataType="double"/>'
  '<DataField name="y" optype="categorical" dataType="string">'
  '<Value value="no"/><Value value="yes"/></DataField></DataDictionary>
<RegressionModel functionName="classification" normalizationMethod="logit">'
  '<MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
<Output><OutputField name="p" feature="probability" value="yes"/></Output>
<RegressionTable intercept="0.5" targetCategory="yes">'
  '<NumericPredictor name="x" coefficient="2"/></RegressionTable>'
  '<RegressionTable intercept="0" targetCategory="no"/>
<ModelVerification><VerificationFields><VerificationField field="x"/>'
  '<VerificationField field="y"/>'
  '<VerificationField field="p" precision="0.01" zeroThreshold="1E-5"/>%s</VerificationFields>
<InlineTable>%s</InlineTable></ModelVerification></RegressionModel></PMML>', more, results),
  'UTF8') $$;
-- 0.7310585786300049 within one in a hundred; exp(-31.5) is zero enough.
SELECT pgscore.import_model('verified',
    verified('<row><x>0.25</x><y>yes</y><p>0.735</p></row><row><x>-16</x><y>no</y><p>0</p></row>'));
SELECT * FROM pgscore.verify_model('verified');
SELECT pgscore.import_model('verified', verified('<row><x>0.25</x><y>yes</y><p>0.75</p></row>'));
SELECT pgscore.import_model('verified',
    verified('<row><x>0.25</x><y>yes</y></row><row><x>-16</x><y>yes</y></row>'));
SELECT pgscore.import_model('verified', verified('<row><x>0.25</x><y>maybe</y></row>'));
SELECT pgscore.import_model('verified', verified('<row><x>0.25</x><y>yes</y><p>0.75</p></row>'),
    test_rows => '[]');
-- What the model does not compute is left out, and a warning says so.
SELECT pgscore.import_model('verified',
    verified('<row><x>0.25</x><y>yes</y><standardError>0.1</standardError></row>',
    '<VerificationField field="standardError"/>'));
SELECT count(*), bool_and(ok) FROM pgscore.verify_model('verified');

-- Names of the model's own beside the keys of predict_outputs: 0.7310585786300049 is the
-- probability of "yes" by name.
CREATE FUNCTION named(target text, output text) RETURNS bytea LANGUAGE sql
AS $$ SELECT convert_to(replace(replace(convert_from(verified(''), 'UTF8'),
    '"y"', format('"%s"', target)), '"p"', format('"%s"', output)), 'UTF8') $$;
SELECT pgscore.import_model('named_plain', named('outcome', 'p')),
       pgscore.import_model('named_class', named('class', 'probabilities')),
       pgscore.import_model('named_behind', named('_class', '__class'));
SELECT predict_outputs(m, 0.25) FROM unnest('{named_plain,named_class,named_behind}'::text[]) m;

-- A comment that names PMML, a byte order mark, blanks before the declaration; a document type
-- declaration is recognized and refused.
CREATE FUNCTION linear(before text, field text DEFAULT 'x') RETURNS text LANGUAGE sql
AS $$ SELECT before || format('<PMML version="4.3"><DataDictionary>
<DataField name="%1$s" optype="continuous" dataType="double"/></DataDictionary>'
  '<RegressionModel functionName="regression"><MiningSchema><MiningField name="%1$s"/>'
  '</MiningSchema>
<RegressionTable intercept="1"><NumericPredictor name="%1$s" coefficient="2"/>'
  '</RegressionTable></RegressionModel></PMML>', field) $$;
SELECT pgscore.import_model('prolog', convert_to(linear(before), 'UTF8'))
  FROM unnest(ARRAY['<?xml version="1.0"?><!-- This PMML was checked by the risk team -->',
      '<!-- <PMML --><?tool PMML?>', E'\ufeff<?xml version="1.0"?>',
      E'\n  \t<?xml version="1.0" encoding="UTF-8"?>\n']) before;
SELECT pgscore.import_model('prolog',
    convert_to(linear('<!DOCTYPE PMML [<!ENTITY a "]">]>'), 'UTF8'));
SELECT pgscore.import_model('prolog', convert_to('<html><!-- <PMML --></html>', 'UTF8'));

-- Encodings that PostgreSQL converts.
SELECT encoding, pgscore.import_model('encoded',
    convert_to(linear(format('<?xml version="1.0" encoding="%s"?>', declared), field), encoding))
  FROM (VALUES (1, 'WIN1252', 'windows-1252', 'größe'), (2, 'WIN1251', 'windows-1251', 'возраст'),
    (3, 'GBK', 'GBK', '年龄'), (4, 'EUC_JP', 'EUC-JP', '年齢'),
               (5, 'LATIN9', 'ISO-8859-15', 'prix€')) v (i, encoding, declared, field) ORDER BY i;
SELECT version, feature FROM pgscore.model_features WHERE name = 'encoded' ORDER BY version;
SELECT pgscore.import_model('encoded',
    convert_to(linear('<?xml version="1.0" encoding="EBCDIC-XYZ"?>', 'größe'), 'LATIN1'));
SELECT pgscore.import_model('encoded',
    convert_to(linear('<?xml version="1.0" encoding="EUC-JP"?>', 'größe'), 'LATIN1'));

-- Warnings: outputs without values, what R's pmml writes of logical columns, scorecards without
-- points, more models than one.
SELECT '<PMML version="4.4"><DataDictionary>'
  '<DataField name="flag" optype="categorical" dataType="boolean"/></DataDictionary>'
  '<TreeModel functionName="regression"><MiningSchema><MiningField name="flag"/></MiningSchema>'
  '<Node score="1"><True/>'
  '<Node score="2"><SimplePredicate field="flag" operator="equal" value="FALSE"/></Node>'
  '<Node score="3"><SimplePredicate field="flag" operator="equal" value="FALSE"/></Node>'
  '</Node></TreeModel></PMML>' AS logical_tree \gset
SELECT '<PMML version="4.4"><DataDictionary>'
  '<DataField name="x" optype="continuous" dataType="double"/></DataDictionary>'
  '<GeneralRegressionModel modelType="generalizedLinear" linkFunction="identity"'
  ' functionName="regression"><MiningSchema><MiningField name="x"/></MiningSchema>'
  '<ParameterList><Parameter name="p0" label="(Intercept)"/><Parameter name="p1" label="x"/>'
  '<Parameter name="p2" label="flagTRUE"/></ParameterList>'
  '<CovariateList><Predictor name="x"/></CovariateList>'
  '<PPMatrix><PPCell value="1" predictorName="x" parameterName="p1"/></PPMatrix>'
  '<ParamMatrix><PCell parameterName="p0" beta="1"/><PCell parameterName="p1" beta="2"/>'
  '<PCell parameterName="p2" beta="4"/></ParamMatrix></GeneralRegressionModel></PMML>'
  AS logical_glm \gset
SELECT pgscore.import_model('warned', convert_to(:'logical_tree', 'UTF8'));
SELECT pgscore.import_model('warned', convert_to(:'logical_glm', 'UTF8'));
SELECT pgscore.import_model('warned', document('scorecard_nan'));
SELECT pgscore.import_model('warned', convert_to(replace(convert_from(verified(''), 'UTF8'),
      'feature="probability"', 'feature="standardError"'), 'UTF8'));
SELECT pgscore.import_model('warned',
    convert_to(replace(linear(''), '</PMML>', '<AssociationModel/></PMML>'), 'UTF8'));
SELECT pgscore.inspect_model(convert_to(:'logical_tree', 'UTF8')) -> 'task' AS task;

-- An attribute that no version of PMML has.
SELECT pgscore.import_model('refused',
    convert_to(replace(linear(''), '<NumericPredictor', '<NumericPredictor scale="2"'), 'UTF8'));

SELECT pgscore.drop_model(name) FROM pgscore.models ORDER BY name;
DROP FUNCTION document, verified, named, linear;
