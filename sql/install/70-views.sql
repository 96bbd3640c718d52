-- What the catalog shows: to each role the models on which it has a privilege. security_barrier, so that a condition of the query
-- cannot look at rows before the views have hidden them.

CREATE VIEW pgscore.models WITH (security_barrier) AS
SELECT m.name,
       pg_catalog.pg_get_userbyid(m.owner) AS owner,
       v.version AS deployed_version,
       v.format,
       v.task,
       v.objective,
       pg_catalog.jsonb_array_length(v.features) AS num_features,
       v.num_trees,
       v.num_nodes,
       n.num_versions,
       n.latest_version,
       m.created_at,
       m.comment
  FROM pgscore.catalog_model m
  LEFT JOIN pgscore.catalog_version v ON v.id OPERATOR(pg_catalog.=) m.deployed_version_id
 CROSS JOIN LATERAL (SELECT pg_catalog.count(*) AS num_versions, pg_catalog.max(c.version) AS latest_version
                       FROM pgscore.catalog_version c WHERE c.model_id OPERATOR(pg_catalog.=) m.id) n
 WHERE pgscore.has_model_privilege(m.id, NULL);
COMMENT ON VIEW pgscore.models IS 'models on which the current user has a privilege, with facts of the deployed version';

CREATE VIEW pgscore.model_versions WITH (security_barrier) AS
SELECT m.name,
       v.version,
       v.id OPERATOR(pg_catalog.=) m.deployed_version_id IS TRUE AS deployed,
       v.format,
       v.task,
       v.objective,
       v.labels,
       pg_catalog.jsonb_array_length(v.features) AS num_features,
       v.num_trees,
       v.num_nodes,
       pg_catalog.octet_length(v.artifact) AS artifact_bytes,
       pg_catalog.octet_length(v.plan) AS plan_bytes,
       pg_catalog.encode(v.artifact_sha256, 'hex') AS artifact_sha256,
       v.options,
       v.facts,
       v.created_at,
       pg_catalog.pg_get_userbyid(v.created_by) AS created_by,
       v.comment
  FROM pgscore.catalog_version v
  JOIN pgscore.catalog_model m ON m.id OPERATOR(pg_catalog.=) v.model_id
 WHERE pgscore.has_model_privilege(m.id, NULL);
COMMENT ON VIEW pgscore.model_versions IS 'all versions of the models that the current user sees';

CREATE VIEW pgscore.model_features WITH (security_barrier) AS
SELECT m.name,
       v.version,
       v.id OPERATOR(pg_catalog.=) m.deployed_version_id IS TRUE AS deployed,
       f.position,
       f.feature OPERATOR(pg_catalog.->>) 'name' AS feature,
       f.feature OPERATOR(pg_catalog.->>) 'type' AS type,
       CASE WHEN pg_catalog.jsonb_typeof(f.feature OPERATOR(pg_catalog.->) 'categories') OPERATOR(pg_catalog.=) 'array'
            THEN ARRAY(SELECT c.category
                         FROM pg_catalog.jsonb_array_elements_text(f.feature OPERATOR(pg_catalog.->) 'categories')
                              WITH ORDINALITY AS c (category, position)
                        ORDER BY c.position)
       END AS categories,
       f.feature OPERATOR(pg_catalog.->>) 'on_unknown' AS on_unknown,
       COALESCE(f.feature OPERATOR(pg_catalog.->>) 'on_missing', 'native') AS on_missing
  FROM pgscore.catalog_version v
  JOIN pgscore.catalog_model m ON m.id OPERATOR(pg_catalog.=) v.model_id
 CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(v.features) WITH ORDINALITY AS f (feature, position)
 WHERE pgscore.has_model_privilege(m.id, NULL);
COMMENT ON VIEW pgscore.model_features IS 'what each version reads: names, types and categories, in the order of the model';

CREATE VIEW pgscore.model_aliases WITH (security_barrier) AS
SELECT m.name, a.alias, v.version
  FROM pgscore.catalog_alias a
  JOIN pgscore.catalog_model m ON m.id OPERATOR(pg_catalog.=) a.model_id
  JOIN pgscore.catalog_version v ON v.id OPERATOR(pg_catalog.=) a.version_id
 WHERE pgscore.has_model_privilege(m.id, NULL);
COMMENT ON VIEW pgscore.model_aliases IS 'names of versions';

CREATE VIEW pgscore.deployments WITH (security_barrier) AS
SELECT d.id, m.name, d.at, d.by, d.action, d.from_version, d.to_version, d.reason
  FROM pgscore.catalog_deployment d
  JOIN pgscore.catalog_model m ON m.id OPERATOR(pg_catalog.=) d.model_id
 WHERE pgscore.has_model_privilege(m.id, NULL);
COMMENT ON VIEW pgscore.deployments IS 'append-only history: who deployed what, when and why';

CREATE VIEW pgscore.model_tests WITH (security_barrier) AS
SELECT m.name, v.version, t.row_no, t.input, t.output, t.expected, t.tolerance
  FROM pgscore.catalog_test t
  JOIN pgscore.catalog_version v ON v.id OPERATOR(pg_catalog.=) t.version_id
  JOIN pgscore.catalog_model m ON m.id OPERATOR(pg_catalog.=) v.model_id
 WHERE pgscore.has_model_privilege(m.id, 'select');
COMMENT ON VIEW pgscore.model_tests IS 'rows with known scores of the models that the current user may read';

CREATE VIEW pgscore.model_privileges WITH (security_barrier) AS
SELECT m.name,
       CASE WHEN a.grantee::oid OPERATOR(pg_catalog.=) 0::oid THEN 'public' ELSE pg_catalog.pg_get_userbyid(a.grantee) END AS grantee,
       a.privilege,
       pg_catalog.pg_get_userbyid(a.grantor) AS grantor,
       a.grantable
  FROM pgscore.catalog_acl a
  JOIN pgscore.catalog_model m ON m.id OPERATOR(pg_catalog.=) a.model_id
 WHERE pgscore.has_model_privilege(m.id, NULL);
COMMENT ON VIEW pgscore.model_privileges IS 'who may do what; owners may do everything without a row here';

GRANT SELECT ON pgscore.models, pgscore.model_versions, pgscore.model_features, pgscore.model_aliases, pgscore.deployments,
    pgscore.model_tests, pgscore.model_privileges TO PUBLIC;
