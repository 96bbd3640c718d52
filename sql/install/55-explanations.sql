-- Why a score is what it is: contributions of the features to a margin (predict_raw).

-- The scoring functions that give contributions, and what the planner makes of them; as in
-- 40-predict.sql and 45-planner.sql.
DO $script$
DECLARE
    scoring record;
    form record;
    signature text;
BEGIN
    FOR scoring IN
        SELECT * FROM (VALUES
            ('predict_contrib', '', 'float8[]',
             'score: the contribution of each feature to the margin, in the order of '
             'pgscore.model_features, and the bias; they sum to predict_raw'),
            ('predict_contrib_of', 'class text, ', 'float8[]',
             'score: the contributions to the margin of one class'),
            ('explained', 'class text, ', 'float8[]',
             'made by explain: the contributions, the bias, and the inputs as the model reads them'))
        AS functions (name, more, result, description)
    LOOP
        signature := pg_catalog.replace(scoring.more, 'class ', '');
        FOR form IN
            SELECT CASE WHEN scoring.name OPERATOR(pg_catalog.=) 'explained'
                        THEN 'pgscore' ELSE '@extschema@' END AS schema,
                   scoring.name AS name, types.type, types.suffix, types.volatility,
                   pg_catalog.concat(scoring.description, types.of_version) AS description
              FROM (VALUES ('text', '', 'STABLE', ''),
                           ('@extschema@.model_version', '_version', 'IMMUTABLE',
                            ' (of a version that never changes)'))
                   AS types (type, suffix, volatility, of_version)
             UNION ALL
            SELECT 'pgscore', pg_catalog.concat(scoring.name, '_columns', types.suffix),
                   'pgscore.planned_model', pg_catalog.concat('_columns', types.suffix),
                   types.volatility, pg_catalog.concat('made by the planner of ', scoring.name)
              FROM (VALUES ('', 'STABLE'), ('_version', 'IMMUTABLE')) AS types (suffix, volatility)
        LOOP
            EXECUTE pg_catalog.format($sql$
                CREATE FUNCTION %1$s.%2$s(model %3$s, %4$sVARIADIC input "any") RETURNS %5$s
                    AS 'MODULE_PATHNAME', 'pgscore_%6$s%7$s'
                    LANGUAGE C %8$s PARALLEL SAFE COST 5000 SUPPORT pgscore.predict_support$sql$,
                form.schema, form.name, form.type, scoring.more, scoring.result, scoring.name,
                form.suffix, form.volatility);
            EXECUTE pg_catalog.format(
                'COMMENT ON FUNCTION %s.%s(%s, %sVARIADIC "any") IS %L',
                form.schema, form.name, form.type, signature, form.description);
        END LOOP;
    END LOOP;
END
$script$;
