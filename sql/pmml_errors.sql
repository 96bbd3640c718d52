-- PMML as it goes wrong: what the documents lack, and rows that do not fit. Each message names the
-- model, the column or the element and its line, and says what to do.
\pset null '(null)'
CREATE FUNCTION pmml(model text, dictionary text DEFAULT '') RETURNS bytea LANGUAGE sql AS $$
  SELECT convert_to('<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
<Header/>
<DataDictionary><DataField name="age" optype="continuous" dataType="double"/>'
  '<DataField name="job" optype="categorical" dataType="string"><Value value="clerk"/>'
  '<Value value="chief"/></DataField><DataField name="day" optype="continuous" dataType="date"/>'
  || dictionary || '</DataDictionary>
' || model || '
</PMML>', 'UTF8')$$;
CREATE FUNCTION regression(inside text DEFAULT '', predictors text DEFAULT '') RETURNS text
LANGUAGE sql AS $$
  SELECT '<RegressionModel functionName="regression">
<MiningSchema><MiningField name="age"/><MiningField name="job"/><MiningField name="day"/>'
  '</MiningSchema>
' || inside || '
<RegressionTable intercept="1">
<NumericPredictor name="age" coefficient="2"/>
<CategoricalPredictor name="job" value="chief" coefficient="10"/>
' || predictors || '
</RegressionTable>
</RegressionModel>'$$;

-- Documents.
SELECT pgscore.import_model('wages', substr(d, 1, length(d) - 60)) FROM pmml(regression()) d;
SELECT pgscore.import_model('wages', 'PMML'::bytea, format => 'pmml');
SELECT pgscore.import_model('wages', ''::bytea, format => 'pmml');
SELECT pgscore.import_model('wages', pmml(''));
SELECT pgscore.import_model('wages', pmml('<TimeSeriesModel functionName="timeSeries"/>'));
CREATE FUNCTION derived(expression text) RETURNS bytea LANGUAGE sql AS $$
  SELECT pmml(regression(
'<LocalTransformations><DerivedField name="d" optype="continuous" dataType="double">
' || expression || '</DerivedField></LocalTransformations>',
    '<NumericPredictor name="d" coefficient="1"/>')) $$;
SELECT pgscore.import_model('wages',
    derived('<TextIndex textField="job"><Constant>x</Constant></TextIndex>'));
SELECT pgscore.import_model('wages',
    derived('<Apply function="matches"><FieldRef field="job"/><Constant>c.*</Constant></Apply>'));
SELECT pgscore.import_model('wages',
    pmml(regression('', '<NumericPredictor name="income" coefficient="1"/>')));
SELECT pgscore.import_model('wages',
    pmml(regression('', '<NumericPredictor name="day" coefficient="much"/>')));
CREATE FUNCTION mining(function text, method text) RETURNS bytea LANGUAGE sql AS $$
  SELECT pmml(format(
'<MiningModel functionName="%s"><MiningSchema><MiningField name="age"/></MiningSchema>
<Segmentation multipleModelMethod="%s"><Segment><True/>', function, method)
    || regression() || '</Segment></Segmentation></MiningModel>') $$;
SELECT pgscore.import_model('wages', mining('regression', 'selectAll'));
SELECT pgscore.import_model('wages', mining('mixed', 'modelChain'));
SELECT pgscore.import_model('wages',
    convert_to(replace(convert_from(pmml(regression()), 'UTF8'), '4.4"', '5.0"'), 'UTF8'));

-- Rows.
SELECT pgscore.import_model('wages',
    pmml(regression('', '<NumericPredictor name="day" coefficient="1"/>')));
CREATE TABLE people (age float8, job text, day date);
INSERT INTO people VALUES (30, 'chief', '1970-01-03'), (NULL, 'clerk', '1970-01-03'),
    (30, 'cook', '1970-01-03'), (30, NULL, '1970-01-03');
SELECT *, predict('wages', p) FROM people p;
SELECT predict('wages', NULL::people), predict('wages', NULL::jsonb);
SELECT predict('wages', p) FROM (SELECT age, job FROM people) p;
SELECT predict('wages', p) FROM (SELECT age AS years, job, day FROM people) p;
SELECT predict('wages', p) FROM (SELECT age::text AS age, job, day FROM people) p;
SELECT predict('wages', p) FROM (SELECT age, job, 'today' AS day FROM people) p;
SELECT predict('wages', p) FROM (SELECT age, day AS job, day FROM people) p;
SELECT predict('wages', '{"age": "thirty", "job": "chief", "day": "1970-01-03"}'::jsonb);
SELECT predict('wages', '{"age": 30, "job": "chief", "day": "3.1.1970"}'::jsonb);
SELECT predict('wages', '{"age": 30, "day": "1970-01-03"}'::jsonb);
SELECT predict('wages', 30, 'chief');
SELECT predict_class('wages', p) FROM people p;
SELECT predict_proba('wages', p) FROM people p;

-- What has several results has no one score.
\set chain `base64 -w0 "$PG_ABS_SRCDIR/models/edge/pmml/chain_multi.pmml"`
SELECT pgscore.import_model('results', decode(:'chain', 'base64'));
SELECT x, predict_outputs('results', x, 2) FROM unnest('{-1,1,NULL}'::float8[]) x;
SELECT predict('results', 1, 2);

SELECT pgscore.drop_model('wages'), pgscore.drop_model('results');
DROP TABLE people;
DROP FUNCTION pmml, regression, derived, mining;
