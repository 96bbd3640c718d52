-- What is loaded, and what was scored. Shared memory is a cache: all of this starts empty when the
-- server starts.

CREATE FUNCTION pgscore.warm_model(name text) RETURNS bigint
    AS 'MODULE_PATHNAME', 'pgscore_warm_model' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION pgscore.warm_model(text) IS
    'loads a model (deployed version, name@version or name@alias) into shared memory; returns its '
    'size in bytes';

CREATE FUNCTION pgscore.evict_model(name text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'pgscore_evict_model' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION pgscore.evict_model(text) IS
    'takes a model out of shared memory, for roles that may deploy it; running queries keep what '
    'they use; false when it was not loaded';

CREATE FUNCTION pgscore.stat_reset(name text DEFAULT NULL) RETURNS void
    AS 'MODULE_PATHNAME', 'pgscore_stat_reset' LANGUAGE C VOLATILE PARALLEL RESTRICTED;
COMMENT ON FUNCTION pgscore.stat_reset(text) IS
    'sets the counters of pgscore.stat_models back to zero, for one model or all';
REVOKE EXECUTE ON FUNCTION pgscore.stat_reset(text) FROM PUBLIC;

CREATE FUNCTION pgscore.model_counters(
    OUT model_id bigint, OUT calls bigint, OUT rows bigint, OUT null_rows bigint,
    OUT errors bigint, OUT missing_values bigint, OUT unknown_categories bigint,
    OUT total_ms float8, OUT last_used timestamptz
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'pgscore_model_counters' LANGUAGE C VOLATILE PARALLEL RESTRICTED;
COMMENT ON FUNCTION pgscore.model_counters() IS
    'the counters of the models that the current user sees; see the view stat_models';

CREATE VIEW pgscore.stat_models WITH (security_barrier) AS
SELECT m.name, c.calls, c.rows, c.null_rows, c.errors, c.missing_values, c.unknown_categories,
       c.total_ms,
       CASE WHEN c.rows OPERATOR(pg_catalog.>) 0
            THEN c.total_ms OPERATOR(pg_catalog.*) 1e6::float8
                 OPERATOR(pg_catalog./) c.rows::float8
       END AS mean_ns,
       c.last_used
FROM pgscore.model_counters() c
JOIN "!pgscore".catalog_model m ON m.id OPERATOR(pg_catalog.=) c.model_id
WHERE pgscore.has_model_privilege(m.id, NULL);
COMMENT ON VIEW pgscore.stat_models IS
    'what was scored since the counters were set to zero (pgscore.stat_reset) or the server was '
    'started';
COMMENT ON COLUMN pgscore.stat_models.name IS 'name of the model';
COMMENT ON COLUMN pgscore.stat_models.rows IS 'rows that were scored';
COMMENT ON COLUMN pgscore.stat_models.mean_ns IS 'nanoseconds for each row, on average';
COMMENT ON COLUMN pgscore.stat_models.last_used IS 'time at which a statement last took it up';
COMMENT ON COLUMN pgscore.stat_models.calls IS
    'call sites of statements that scored with the model';
COMMENT ON COLUMN pgscore.stat_models.null_rows IS
    'rows whose result was NULL: a NULL row, or a policy of the model';
COMMENT ON COLUMN pgscore.stat_models.errors IS 'rows that were refused';
COMMENT ON COLUMN pgscore.stat_models.missing_values IS 'features that were missing, of all rows';
COMMENT ON COLUMN pgscore.stat_models.unknown_categories IS
    'features with a category that the model does not know, of all rows';
COMMENT ON COLUMN pgscore.stat_models.total_ms IS 'time in predict, estimated from one row in 64';
GRANT SELECT ON pgscore.stat_models TO PUBLIC;
