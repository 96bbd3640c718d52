-- model_version: a version of a model, written 'credit@3'. The bytes of a version never change and
-- version numbers are not used again, so a function of it is IMMUTABLE. Not collatable, so that
-- postgres_fdw ships calls with it.
CREATE TYPE @extschema@.model_version;

CREATE FUNCTION pgscore.model_version_in(cstring) RETURNS @extschema@.model_version
    AS 'MODULE_PATHNAME', 'pgscore_model_version_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pgscore.model_version_in(cstring) IS 'I/O';
CREATE FUNCTION pgscore.model_version_out(@extschema@.model_version) RETURNS cstring
    AS 'MODULE_PATHNAME', 'pgscore_model_version_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pgscore.model_version_out(@extschema@.model_version) IS 'I/O';
CREATE FUNCTION pgscore.model_version_recv(internal) RETURNS @extschema@.model_version
    AS 'MODULE_PATHNAME', 'pgscore_model_version_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pgscore.model_version_recv(internal) IS 'I/O';
CREATE FUNCTION pgscore.model_version_send(@extschema@.model_version) RETURNS bytea
    AS 'textsend' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pgscore.model_version_send(@extschema@.model_version) IS 'I/O';

CREATE TYPE @extschema@.model_version (
    INPUT = pgscore.model_version_in,
    OUTPUT = pgscore.model_version_out,
    RECEIVE = pgscore.model_version_recv,
    SEND = pgscore.model_version_send,
    INTERNALLENGTH = VARIABLE,
    STORAGE = plain
);
COMMENT ON TYPE @extschema@.model_version IS 'a version of a model, as in ''credit@3''';
CREATE CAST (@extschema@.model_version AS text) WITH INOUT AS ASSIGNMENT;
COMMENT ON CAST (@extschema@.model_version AS text) IS 'as it is written: name@number';

-- The scoring functions. The input is a row or a jsonb object (features by name), or an array or a
-- list of values (by position). A constant name is looked up once per statement: STABLE. Never
-- STRICT: NULL is a missing value.
DO $script$
DECLARE
    scoring record;
    signature text;
BEGIN
    FOR scoring IN
        SELECT * FROM (VALUES
            ('predict', '', 'float8',
             'score: the value of a regression model, or the probability of the positive class'),
            ('predict_class', '', 'text',
             'score: the label of the predicted class'),
            ('predict_proba', '', 'float8[]',
             'score: the probability of each class, in the order of pgscore.class_labels'),
            ('predict_proba_of', 'class text, ', 'float8',
             'score: the probability of one class'),
            ('predict_raw', '', 'float8[]',
             'score: margins before the link function'),
            ('predict_leaf', '', 'int[]',
             'score: the number of the leaf that each tree reaches'),
            ('predict_outputs', '', 'jsonb',
             'score: every named output of the model'))
        AS functions (name, more, result, description)
    LOOP
        EXECUTE pg_catalog.format($sql$
            CREATE FUNCTION @extschema@.%1$s(model text, %2$sVARIADIC input "any") RETURNS %3$s
                AS 'MODULE_PATHNAME', 'pgscore_%1$s' LANGUAGE C STABLE PARALLEL SAFE COST 100;
            CREATE FUNCTION @extschema@.%1$s(
                model @extschema@.model_version, %2$sVARIADIC input "any"
            ) RETURNS %3$s
                AS 'MODULE_PATHNAME', 'pgscore_%1$s_version'
                LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100$sql$,
            scoring.name, scoring.more, scoring.result);
        signature := pg_catalog.replace(scoring.more, 'class ', '');
        EXECUTE pg_catalog.format(
            'COMMENT ON FUNCTION @extschema@.%s(text, %sVARIADIC "any") IS %L',
            scoring.name, signature, scoring.description);
        EXECUTE pg_catalog.format(
            'COMMENT ON FUNCTION @extschema@.%s(@extschema@.model_version, %sVARIADIC "any") IS %L',
            scoring.name, signature,
            pg_catalog.concat(scoring.description, ' (of a version that never changes)'));
    END LOOP;
END
$script$;

CREATE FUNCTION @extschema@.predict_class(model text, input record, threshold float8) RETURNS text
    AS 'MODULE_PATHNAME', 'pgscore_predict_class_at' LANGUAGE C STABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @extschema@.predict_class(text, record, float8) IS
    'score: the positive class when its probability is above the threshold, else the other one';
CREATE FUNCTION @extschema@.predict_class(model text, input jsonb, threshold float8) RETURNS text
    AS 'MODULE_PATHNAME', 'pgscore_predict_class_at' LANGUAGE C STABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @extschema@.predict_class(text, jsonb, float8) IS
    'score: the positive class when its probability is above the threshold, else the other one';
CREATE FUNCTION @extschema@.predict_class(
    model @extschema@.model_version, input record, threshold float8
) RETURNS text
    AS 'MODULE_PATHNAME', 'pgscore_predict_class_at_version'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @extschema@.predict_class(@extschema@.model_version, record, float8) IS
    'score: the positive class when its probability is above the threshold, else the other one '
    '(of a version that never changes)';
CREATE FUNCTION @extschema@.predict_class(
    model @extschema@.model_version, input jsonb, threshold float8
) RETURNS text
    AS 'MODULE_PATHNAME', 'pgscore_predict_class_at_version'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @extschema@.predict_class(@extschema@.model_version, jsonb, float8) IS
    'score: the positive class when its probability is above the threshold, else the other one '
    '(of a version that never changes)';
