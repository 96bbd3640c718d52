-- What the planner makes of scoring calls: predict('credit', t) becomes
-- pgscore.predict_columns('credit version 3 (age, income)', t.age, t.income), so that a row need
-- not be formed. Nobody has to call these functions.

CREATE TYPE pgscore.planned_model;

CREATE FUNCTION pgscore.planned_model_in(input cstring) RETURNS pgscore.planned_model
    AS 'MODULE_PATHNAME', 'pgscore_planned_model_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pgscore.planned_model_in(cstring) IS 'I/O';
CREATE FUNCTION pgscore.planned_model_out(model pgscore.planned_model) RETURNS cstring
    AS 'MODULE_PATHNAME', 'pgscore_planned_model_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pgscore.planned_model_out(pgscore.planned_model) IS 'I/O';

-- Not collatable, so that postgres_fdw ships calls with it.
CREATE TYPE pgscore.planned_model (
    INPUT = pgscore.planned_model_in,
    OUTPUT = pgscore.planned_model_out,
    INTERNALLENGTH = VARIABLE,
    STORAGE = plain
);
COMMENT ON TYPE pgscore.planned_model IS
    'made by the planner: a model, and the names of the columns that a call passes to it';

CREATE FUNCTION pgscore.predict_support(request internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'pgscore_predict_support' LANGUAGE C PARALLEL SAFE;
COMMENT ON FUNCTION pgscore.predict_support(internal) IS
    'planner support of the scoring functions: passes only the columns that the model needs, and '
    'estimates the cost';

DO $script$
DECLARE
    scoring record;
    fixed bool;
    suffix text;
    volatility text;
    planned regprocedure;
    called regprocedure;
BEGIN
    FOR scoring IN
        SELECT * FROM (VALUES
            ('predict',          '',                   'float8'),
            ('predict_class',    '',                   'text'),
            ('predict_class_at', 'threshold float8, ', 'text'),
            ('predict_proba',    '',                   'float8[]'),
            ('predict_proba_of', 'class text, ',       'float8'),
            ('predict_raw',      '',                   'float8[]'),
            ('predict_leaf',     '',                   'int[]'),
            ('predict_outputs',  '',                   'jsonb'))
        AS functions (name, more, result)
    LOOP
        FOREACH fixed IN ARRAY ARRAY[false, true] LOOP
            suffix := CASE WHEN fixed THEN '_version' ELSE '' END;
            volatility := CASE WHEN fixed THEN 'IMMUTABLE' ELSE 'STABLE' END;
            EXECUTE pg_catalog.format($sql$
                CREATE FUNCTION pgscore.%1$s_columns%4$s(
                    model pgscore.planned_model, %2$sVARIADIC input "any"
                ) RETURNS %3$s
                    AS 'MODULE_PATHNAME', 'pgscore_%1$s_columns%4$s'
                    LANGUAGE C %5$s PARALLEL SAFE COST 100
                    SUPPORT pgscore.predict_support$sql$,
                scoring.name, scoring.more, scoring.result, suffix, volatility);
            EXECUTE pg_catalog.format(
                'COMMENT ON FUNCTION pgscore.%s_columns%s IS %L', scoring.name, suffix,
                pg_catalog.format('made by the planner of %s',
                                  pg_catalog.replace(scoring.name, '_at', '')));
        END LOOP;
    END LOOP;
    FOR called IN
        SELECT p.oid FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_depend d
            ON d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass
            AND d.objid OPERATOR(pg_catalog.=) p.oid
            AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass
            AND d.refobjid OPERATOR(pg_catalog.=) (
                SELECT e.oid FROM pg_catalog.pg_extension e
                WHERE e.extname OPERATOR(pg_catalog.=) 'pgscore')
        WHERE p.proname OPERATOR(pg_catalog.~) '^predict'
            AND p.prosupport OPERATOR(pg_catalog.=) 0::pg_catalog.oid
            AND p.prorettype OPERATOR(pg_catalog.<>) 'internal'::pg_catalog.regtype
    LOOP
        EXECUTE pg_catalog.format('ALTER FUNCTION %s SUPPORT pgscore.predict_support', called);
    END LOOP;
END
$script$;
