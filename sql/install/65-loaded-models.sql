-- What lies in shared memory.

CREATE FUNCTION pgscore.loaded_plans(
    OUT plan_key bytea, OUT bytes bigint, OUT packed boolean, OUT loaded_at timestamptz,
    OUT load_ms float8, OUT last_used timestamptz, OUT backends int, OUT image text
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'pgscore_loaded_plans' LANGUAGE C VOLATILE PARALLEL RESTRICTED;
COMMENT ON FUNCTION pgscore.loaded_plans() IS
    'the plans and explanations in shared memory, by the hash of the plan or of the version: of '
    'all databases for members of pg_read_all_stats, for others those of the models that they see; '
    'see loaded_models';

CREATE VIEW pgscore.loaded_models WITH (security_barrier) AS
SELECT m.name, v.version, l.bytes, l.packed, l.loaded_at, l.load_ms, l.last_used, l.backends,
       l.image
FROM pgscore.loaded_plans() l
JOIN "!pgscore".catalog_version v ON l.plan_key OPERATOR(pg_catalog.=)
    CASE WHEN l.image OPERATOR(pg_catalog.=) 'plan' THEN v.plan_key ELSE v.identity END
JOIN "!pgscore".catalog_model m ON m.id OPERATOR(pg_catalog.=) v.model_id
WHERE pgscore.has_model_privilege(m.id, NULL);
COMMENT ON VIEW pgscore.loaded_models IS 'versions that lie in shared memory now';
COMMENT ON COLUMN pgscore.loaded_models.name IS 'name of the model';
COMMENT ON COLUMN pgscore.loaded_models.version IS 'number of the version';
COMMENT ON COLUMN pgscore.loaded_models.loaded_at IS 'time at which it was loaded';
COMMENT ON COLUMN pgscore.loaded_models.last_used IS 'time at which a statement last took it up';
COMMENT ON COLUMN pgscore.loaded_models.bytes IS 'size of the plan or the explanation';
COMMENT ON COLUMN pgscore.loaded_models.packed IS
    'whether it shares its segment with other small plans';
COMMENT ON COLUMN pgscore.loaded_models.load_ms IS 'milliseconds from the catalog to shared memory';
COMMENT ON COLUMN pgscore.loaded_models.backends IS 'connections that have it mapped';
COMMENT ON COLUMN pgscore.loaded_models.image IS
    'plan, which scores are computed from, or explanation, which contributions are computed from';
GRANT SELECT ON pgscore.loaded_models TO PUBLIC;
