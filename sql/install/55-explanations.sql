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
             'made by explain: the contributions, the bias, and the inputs as the model reads '
             'them'))
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

-- ---- one score, explained -----------------------------------------------------------------------

CREATE FUNCTION pgscore.explained_rows(
    model text, explained float8[], top_k int, sort text,
    OUT rank int, OUT feature text, OUT value text, OUT contribution float8
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'pgscore_explained_rows' LANGUAGE C STABLE PARALLEL SAFE ROWS 5;
COMMENT ON FUNCTION pgscore.explained_rows(text, float8[], int, text) IS
    'what explain makes of the numbers of pgscore.explained';
CREATE FUNCTION pgscore.reason_rows(
    model text, explained float8[], top_k int, adverse text,
    OUT rank int, OUT code text, OUT reason text, OUT feature text, OUT value text,
    OUT contribution float8
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'pgscore_reason_rows' LANGUAGE C STABLE PARALLEL SAFE ROWS 4;
COMMENT ON FUNCTION pgscore.reason_rows(text, float8[], int, text) IS
    'what reason_codes makes of the numbers of pgscore.explained';

-- For people: with any row or a jsonb, and 'credit' or 'credit@3'::model_version. They are inlined,
-- so the planner sees the scoring call, and passes only the columns that the model needs. Every
-- name in them has its schema.
DO $script$
DECLARE
    model record;
BEGIN
    FOR model IN
        SELECT * FROM (VALUES
            ('text', 'model'),
            ('@extschema@.model_version', 'model::pg_catalog.text'))
        AS types (type, name)
    LOOP
        EXECUTE pg_catalog.format($sql$
            CREATE FUNCTION @extschema@.explain(
                model %1$s, input anyelement, top_k int DEFAULT 5, sort text DEFAULT 'abs',
                class text DEFAULT NULL)
            RETURNS TABLE (rank int, feature text, value text, contribution float8)
            LANGUAGE sql STABLE PARALLEL SAFE ROWS 5 AS $function$
            SELECT e.rank, e.feature, e.value, e.contribution
              FROM pgscore.explained_rows(
                       %2$s, pgscore.explained(model, class, input), top_k, sort) e
            $function$;
            COMMENT ON FUNCTION @extschema@.explain(%1$s, anyelement, int, text, text) IS
                'why a score is what it is: the features that moved the margin most, their values '
                'as the model reads them, and their contributions';
            CREATE FUNCTION @extschema@.reason_codes(
                model %1$s, input anyelement, top_k int DEFAULT 4, class text DEFAULT NULL,
                adverse text DEFAULT 'high')
            RETURNS TABLE (rank int, code text, reason text, feature text, value text,
                           contribution float8)
            LANGUAGE sql STABLE PARALLEL SAFE ROWS 4 AS $function$
            SELECT r.rank, r.code, r.reason, r.feature, r.value, r.contribution
              FROM pgscore.reason_rows(
                       %2$s, pgscore.explained(model, class, input), top_k, adverse) r
            $function$;
            COMMENT ON FUNCTION @extschema@.reason_codes(%1$s, anyelement, int, text, text) IS
                'the features that moved a score in the adverse direction, with the codes and '
                'texts of set_reason_codes'$sql$,
            model.type, model.name);
    END LOOP;
END
$script$;

-- ---- reason codes -------------------------------------------------------------------------------

CREATE TABLE "!pgscore".catalog_reason (
    model_id bigint NOT NULL,
    feature  text COLLATE "C" NOT NULL,
    code     text NOT NULL,
    reason   text NOT NULL,
    PRIMARY KEY (model_id, feature)
);
COMMENT ON TABLE "!pgscore".catalog_reason IS 'reason codes: set_reason_codes';
COMMENT ON COLUMN "!pgscore".catalog_reason.model_id IS 'catalog_model.id';
COMMENT ON COLUMN "!pgscore".catalog_reason.feature IS 'name of the feature';
COMMENT ON COLUMN "!pgscore".catalog_reason.code IS 'code, as in R17';
COMMENT ON COLUMN "!pgscore".catalog_reason.reason IS
    'what people are told; {value} stands for the value of the feature';
REVOKE ALL ON "!pgscore".catalog_reason FROM PUBLIC;
GRANT SELECT ON "!pgscore".catalog_reason TO pg_database_owner;
SELECT pg_catalog.pg_extension_config_dump('"!pgscore".catalog_reason', '');

CREATE FUNCTION pgscore.set_reason_codes(name text, reasons jsonb) RETURNS void
    AS 'MODULE_PATHNAME', 'pgscore_set_reason_codes' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.set_reason_codes(text, jsonb) IS
    'gives features of a model the codes and texts of reason_codes: {"income": {"code": "R17", '
    '"text": "The income of {value} is low"}}; in place of those that it had';

CREATE VIEW pgscore.model_reason_codes WITH (security_barrier) AS
SELECT m.name, r.feature, r.code, r.reason
  FROM "!pgscore".catalog_reason r
  JOIN "!pgscore".catalog_model m ON m.id OPERATOR(pg_catalog.=) r.model_id
 WHERE pgscore.has_model_privilege(m.id, NULL);
COMMENT ON VIEW pgscore.model_reason_codes IS
    'the reason codes of the models that the current user sees';
COMMENT ON COLUMN pgscore.model_reason_codes.name IS 'name of the model';
COMMENT ON COLUMN pgscore.model_reason_codes.feature IS 'name of the feature';
COMMENT ON COLUMN pgscore.model_reason_codes.code IS 'code, as in R17';
COMMENT ON COLUMN pgscore.model_reason_codes.reason IS
    'what people are told; {value} stands for the value of the feature';
GRANT SELECT ON pgscore.model_reason_codes TO PUBLIC;

-- ---- a model, explained -------------------------------------------------------------------------

CREATE FUNCTION pgscore.feature_importance(
    name text, query text DEFAULT NULL,
    OUT feature text, OUT gain float8, OUT cover float8, OUT splits bigint,
    OUT mean_abs_contribution float8
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'pgscore_feature_importance' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.feature_importance(text, text) IS
    'how much a model uses each feature: gain, cover and number of its splits, and the mean size '
    'of its contributions to the rows of a query';

CREATE FUNCTION pgscore.model_trees(
    name text,
    OUT class text, OUT tree int, OUT node int, OUT parent int, OUT branch text, OUT feature text,
    OUT condition text, OUT threshold float8, OUT categories text[], OUT missing_goes text,
    OUT value float8[], OUT cover float8, OUT gain float8
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'pgscore_model_trees' LANGUAGE C STABLE PARALLEL SAFE ROWS 10000;
COMMENT ON FUNCTION pgscore.model_trees(text) IS
    'the trees of a model, a row for each node: branch says whether its parent''s condition holds, '
    'missing_goes where a missing value goes (yes, no, or as 0)';

CREATE FUNCTION pgscore.model_coefficients(
    name text, OUT class text, OUT term text, OUT level text, OUT coefficient float8
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'pgscore_model_coefficients' LANGUAGE C STABLE PARALLEL SAFE ROWS 50;
COMMENT ON FUNCTION pgscore.model_coefficients(text) IS
    'the coefficients of a linear model, a GLM or a scorecard, in the units of the features; of a '
    'feature whose effect is no straight line NULL';
