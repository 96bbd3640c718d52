-- All versions.

CREATE OR REPLACE VIEW pgscore.model_versions WITH (security_barrier) AS
SELECT m.name,
       v.version,
       v.id OPERATOR(pg_catalog.=) m.deployed_version_id IS TRUE AS deployed,
       v.format,
       v.task,
       v.objective,
       v.labels,
       v.positive_class,
       pg_catalog.jsonb_array_length(v.features) AS num_features,
       v.num_trees,
       v.num_nodes,
       pg_catalog.octet_length(v.artifact) AS artifact_bytes,
       pg_catalog.octet_length(v.plan) AS plan_bytes,
       pg_catalog.encode(v.artifact_sha256, 'hex') AS artifact_sha256,
       v.options,
       v.facts,
       v.created_at,
       (SELECT r.rolname FROM pg_catalog.pg_roles r
         WHERE r.oid OPERATOR(pg_catalog.=) v.created_by) AS created_by,
       v.comment,
       pg_catalog.octet_length(v.explanation) AS explanation_bytes
  FROM "!pgscore".catalog_version v
  JOIN "!pgscore".catalog_model m ON m.id OPERATOR(pg_catalog.=) v.model_id
 WHERE pgscore.has_model_privilege(m.id, NULL);
COMMENT ON VIEW pgscore.model_versions IS 'all versions of the models that the current user sees';
COMMENT ON COLUMN pgscore.model_versions.name IS 'name of the model';
COMMENT ON COLUMN pgscore.model_versions.version IS 'number of the version, as in credit@3';
COMMENT ON COLUMN pgscore.model_versions.deployed IS 'whether the bare name stands for it';
COMMENT ON COLUMN pgscore.model_versions.format IS 'format of the model file';
COMMENT ON COLUMN pgscore.model_versions.task IS 'regression or classification';
COMMENT ON COLUMN pgscore.model_versions.objective IS
    'what the model was trained for, in the words of its library';
COMMENT ON COLUMN pgscore.model_versions.labels IS
    'names of the classes, in the order of predict_proba; null when it does not classify';
COMMENT ON COLUMN pgscore.model_versions.positive_class IS
    'class whose probability predict returns; null where it returns none';
COMMENT ON COLUMN pgscore.model_versions.num_features IS 'number of features';
COMMENT ON COLUMN pgscore.model_versions.num_trees IS 'number of trees';
COMMENT ON COLUMN pgscore.model_versions.num_nodes IS 'number of nodes of all trees';
COMMENT ON COLUMN pgscore.model_versions.artifact_bytes IS 'size of the model file';
COMMENT ON COLUMN pgscore.model_versions.plan_bytes IS
    'size of the compiled plan, in the catalog and in shared memory';
COMMENT ON COLUMN pgscore.model_versions.artifact_sha256 IS 'sha256 of the model file, hexadecimal';
COMMENT ON COLUMN pgscore.model_versions.options IS 'options of import_model';
COMMENT ON COLUMN pgscore.model_versions.facts IS 'what the model file says about itself';
COMMENT ON COLUMN pgscore.model_versions.created_at IS 'time of the import';
COMMENT ON COLUMN pgscore.model_versions.created_by IS
    'role that imported it; null: the role was dropped';
COMMENT ON COLUMN pgscore.model_versions.comment IS 'text of import_model or comment_on_model';
COMMENT ON COLUMN pgscore.model_versions.explanation_bytes IS
    'size of what contributions are computed from; null: the model has no exact contributions, or '
    'it is made at first use';
GRANT SELECT ON pgscore.model_versions TO PUBLIC;
