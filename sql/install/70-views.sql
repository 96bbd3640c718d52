-- What the catalog shows: to each role the models on which it has a privilege. security_barrier, so
-- that a condition of the query cannot look at rows before the views have hidden them.

CREATE VIEW pgscore.models WITH (security_barrier) AS
SELECT m.name,
       (SELECT r.rolname FROM pg_catalog.pg_roles r
         WHERE r.oid OPERATOR(pg_catalog.=) m.owner) AS owner,
       v.version AS deployed_version,
       v.format,
       v.task,
       v.objective,
       v.positive_class,
       pg_catalog.jsonb_array_length(v.features) AS num_features,
       v.num_trees,
       v.num_nodes,
       n.num_versions,
       n.latest_version,
       m.created_at,
       m.comment
  FROM "!pgscore".catalog_model m
  LEFT JOIN "!pgscore".catalog_version v ON v.id OPERATOR(pg_catalog.=) m.deployed_version_id
 CROSS JOIN LATERAL (SELECT pg_catalog.count(*) AS num_versions,
                            pg_catalog.max(c.version) AS latest_version
                       FROM "!pgscore".catalog_version c
                      WHERE c.model_id OPERATOR(pg_catalog.=) m.id) n
 WHERE pgscore.has_model_privilege(m.id, NULL);
COMMENT ON VIEW pgscore.models IS
    'models on which the current user has a privilege, with facts of the deployed version';
COMMENT ON COLUMN pgscore.models.name IS 'name of the model';
COMMENT ON COLUMN pgscore.models.owner IS
    'role that may do everything with it; null: the role was dropped';
COMMENT ON COLUMN pgscore.models.deployed_version IS
    'number of the version that the bare name stands for; null: none';
COMMENT ON COLUMN pgscore.models.format IS 'format of the file of the deployed version';
COMMENT ON COLUMN pgscore.models.task IS 'regression or classification';
COMMENT ON COLUMN pgscore.models.objective IS
    'what the deployed version was trained for, in the words of its library';
COMMENT ON COLUMN pgscore.models.positive_class IS
    'class whose probability predict returns; null where it returns none';
COMMENT ON COLUMN pgscore.models.num_features IS 'number of features of the deployed version';
COMMENT ON COLUMN pgscore.models.num_trees IS 'number of its trees';
COMMENT ON COLUMN pgscore.models.num_nodes IS 'number of nodes of all its trees';
COMMENT ON COLUMN pgscore.models.num_versions IS 'number of versions, deployed or not';
COMMENT ON COLUMN pgscore.models.latest_version IS 'largest number of a version';
COMMENT ON COLUMN pgscore.models.created_at IS 'time of the first import';
COMMENT ON COLUMN pgscore.models.comment IS 'text of comment_on_model';

CREATE VIEW pgscore.model_features WITH (security_barrier) AS
SELECT m.name,
       v.version,
       v.id OPERATOR(pg_catalog.=) m.deployed_version_id IS TRUE AS deployed,
       f.position,
       f.feature OPERATOR(pg_catalog.->>) 'name' AS feature,
       f.feature OPERATOR(pg_catalog.->>) 'type' AS type,
       CASE WHEN pg_catalog.jsonb_typeof(f.feature OPERATOR(pg_catalog.->) 'categories')
                 OPERATOR(pg_catalog.=) 'array'
            THEN ARRAY(SELECT c.category
                         FROM pg_catalog.jsonb_array_elements_text(
                                  f.feature OPERATOR(pg_catalog.->) 'categories')
                              WITH ORDINALITY AS c (category, position)
                        ORDER BY c.position)
       END AS categories,
       f.feature OPERATOR(pg_catalog.->>) 'on_unknown' AS on_unknown,
       COALESCE(f.feature OPERATOR(pg_catalog.->>) 'on_missing', 'native') AS on_missing,
       COALESCE(f.feature OPERATOR(pg_catalog.->>) 'range', 'any') AS range,
       f.feature OPERATOR(pg_catalog.->>) 'unit' AS unit,
       CASE WHEN pg_catalog.jsonb_typeof(f.feature OPERATOR(pg_catalog.->) 'text_operations')
                 OPERATOR(pg_catalog.=) 'array'
            THEN ARRAY(SELECT o.operation
                         FROM pg_catalog.jsonb_array_elements_text(
                                  f.feature OPERATOR(pg_catalog.->) 'text_operations')
                              WITH ORDINALITY AS o (operation, position)
                        ORDER BY o.position)
       END AS text_operations
  FROM "!pgscore".catalog_version v
  JOIN "!pgscore".catalog_model m ON m.id OPERATOR(pg_catalog.=) v.model_id
 CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(v.features)
                    WITH ORDINALITY AS f (feature, position)
 WHERE pgscore.has_model_privilege(m.id, NULL);
COMMENT ON VIEW pgscore.model_features IS
    'what each version reads: names, types and categories, in the order of the model';
COMMENT ON COLUMN pgscore.model_features.name IS 'name of the model';
COMMENT ON COLUMN pgscore.model_features.version IS 'number of the version';
COMMENT ON COLUMN pgscore.model_features.deployed IS 'whether the bare name stands for it';
COMMENT ON COLUMN pgscore.model_features.position IS 'place of the feature, from 1';
COMMENT ON COLUMN pgscore.model_features.feature IS
    'name of the feature: the column that predict looks for';
COMMENT ON COLUMN pgscore.model_features.type IS 'number, category and so on';
COMMENT ON COLUMN pgscore.model_features.categories IS
    'texts of the categories, in the order of their codes';
COMMENT ON COLUMN pgscore.model_features.on_unknown IS
    'what a category that the model does not know does: missing, error or null';
COMMENT ON COLUMN pgscore.model_features.on_missing IS
    'what a missing value does: native (as the training library), error or null';
COMMENT ON COLUMN pgscore.model_features.unit IS
    'what a feature that takes dates or times counts: days or seconds since 1970-01-01, or '
    'seconds_of_day; NULL for numbers and categories';
COMMENT ON COLUMN pgscore.model_features.text_operations IS
    'what is done with a text before it is looked up among the categories, in this order: '
    'substring(first, count), upper, lower, trim; NULL: nothing';
COMMENT ON COLUMN pgscore.model_features.range IS
    'numbers that it takes, others are errors: any, finite, or float32 (finite in float32)';

CREATE VIEW pgscore.model_aliases WITH (security_barrier) AS
SELECT m.name, a.alias, v.version
  FROM "!pgscore".catalog_alias a
  JOIN "!pgscore".catalog_model m ON m.id OPERATOR(pg_catalog.=) a.model_id
  JOIN "!pgscore".catalog_version v ON v.id OPERATOR(pg_catalog.=) a.version_id
 WHERE pgscore.has_model_privilege(m.id, NULL);
COMMENT ON VIEW pgscore.model_aliases IS 'names of versions';
COMMENT ON COLUMN pgscore.model_aliases.name IS 'name of the model';
COMMENT ON COLUMN pgscore.model_aliases.alias IS 'name of the version, as in credit@champion';
COMMENT ON COLUMN pgscore.model_aliases.version IS 'number of the version that it stands for';

CREATE VIEW pgscore.deployments WITH (security_barrier) AS
SELECT d.id, m.name, d.at, d.by, d.action, d.from_version, d.to_version, d.reason
  FROM "!pgscore".catalog_deployment d
  JOIN "!pgscore".catalog_model m ON m.id OPERATOR(pg_catalog.=) d.model_id
 WHERE pgscore.has_model_privilege(m.id, NULL);
COMMENT ON VIEW pgscore.deployments IS 'append-only history: who deployed what, when and why';
COMMENT ON COLUMN pgscore.deployments.id IS 'order of the events';
COMMENT ON COLUMN pgscore.deployments.name IS 'name of the model';
COMMENT ON COLUMN pgscore.deployments.at IS 'time of the call';
COMMENT ON COLUMN pgscore.deployments.by IS 'name of the role at that time';
COMMENT ON COLUMN pgscore.deployments.action IS 'import, deploy or rollback';
COMMENT ON COLUMN pgscore.deployments.from_version IS
    'version that was deployed before; null: none';
COMMENT ON COLUMN pgscore.deployments.to_version IS 'version that was deployed';
COMMENT ON COLUMN pgscore.deployments.reason IS 'what the caller said';

CREATE VIEW pgscore.model_tests WITH (security_barrier) AS
SELECT m.name, v.version, t.row_no, t.input, t.output, t.expected, t.tolerance, t.zero_threshold
  FROM "!pgscore".catalog_test t
  JOIN "!pgscore".catalog_version v ON v.id OPERATOR(pg_catalog.=) t.version_id
  JOIN "!pgscore".catalog_model m ON m.id OPERATOR(pg_catalog.=) v.model_id
 WHERE pgscore.has_model_privilege(m.id, 'select');
COMMENT ON VIEW pgscore.model_tests IS
    'rows with known scores of the models that the current user may read';
COMMENT ON COLUMN pgscore.model_tests.name IS 'name of the model';
COMMENT ON COLUMN pgscore.model_tests.version IS 'number of the version';
COMMENT ON COLUMN pgscore.model_tests.row_no IS 'number of the row, from 1';
COMMENT ON COLUMN pgscore.model_tests.input IS 'the row: an object by name or an array by position';
COMMENT ON COLUMN pgscore.model_tests.output IS
    'what is expected: value, raw, probabilities, class, or outputs.<name>';
COMMENT ON COLUMN pgscore.model_tests.expected IS 'the known score';
COMMENT ON COLUMN pgscore.model_tests.tolerance IS 'largest relative difference; 0: bit for bit';
COMMENT ON COLUMN pgscore.model_tests.zero_threshold IS
    'two numbers at most this far from 0 are equal';

CREATE VIEW pgscore.model_privileges WITH (security_barrier) AS
SELECT m.name,
       CASE WHEN a.grantee OPERATOR(pg_catalog.=) 0::oid THEN 'public'::name
            ELSE e.rolname END AS grantee,
       a.privilege,
       (SELECT r.rolname FROM pg_catalog.pg_roles r
         WHERE r.oid OPERATOR(pg_catalog.=) a.grantor) AS grantor,
       a.grantable
  FROM "!pgscore".catalog_acl a
  JOIN "!pgscore".catalog_model m ON m.id OPERATOR(pg_catalog.=) a.model_id
  LEFT JOIN pg_catalog.pg_roles e ON e.oid OPERATOR(pg_catalog.=) a.grantee
 WHERE (a.grantee OPERATOR(pg_catalog.=) 0::oid OR e.oid IS NOT NULL)
   AND (a.grantor OPERATOR(pg_catalog.<>) 'none'::pgscore.catalog_role
        OR a.grantor OPERATOR(pg_catalog.=) m.owner)
   AND pgscore.has_model_privilege(m.id, NULL);
COMMENT ON VIEW pgscore.model_privileges IS
    'who was granted what by whom; owners may do everything without a row here';
COMMENT ON COLUMN pgscore.model_privileges.name IS 'name of the model';
COMMENT ON COLUMN pgscore.model_privileges.grantee IS
    'role that has the privilege; public: everybody';
COMMENT ON COLUMN pgscore.model_privileges.privilege IS 'execute, select or deploy';
COMMENT ON COLUMN pgscore.model_privileges.grantor IS
    'role in whose name it was granted; null: the role was dropped';
COMMENT ON COLUMN pgscore.model_privileges.grantable IS
    'whether the grantee may grant it to others';

-- Also what DROP ROLE looks at: the registry grants SELECT to each role that it lists, beside
-- PUBLIC, so that the role cannot be dropped (src/pg/catalog/role_dependency.hpp).
CREATE VIEW pgscore.role_models WITH (security_barrier) AS
SELECT r.rolname AS role, m.name, h.privilege, h.grantable
  FROM "!pgscore".catalog_model m
 CROSS JOIN LATERAL (SELECT m.owner::oid AS role, 'owner'::text AS privilege, true AS grantable
                      UNION ALL
                     SELECT a.grantee::oid, a.privilege::text, pg_catalog.bool_or(a.grantable)
                       FROM "!pgscore".catalog_acl a
                      WHERE a.model_id OPERATOR(pg_catalog.=) m.id
                        AND (a.grantor OPERATOR(pg_catalog.<>) 'none'::pgscore.catalog_role
                             OR a.grantor OPERATOR(pg_catalog.=) m.owner)
                      GROUP BY a.grantee, a.privilege) h
  JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) h.role
 WHERE pgscore.has_model_privilege(m.id, NULL);
COMMENT ON VIEW pgscore.role_models IS
    'what each role owns and may do: empty it with reassign_models and drop_role_grants before '
    'DROP ROLE';
COMMENT ON COLUMN pgscore.role_models.role IS 'name of the role';
COMMENT ON COLUMN pgscore.role_models.name IS 'name of the model';
COMMENT ON COLUMN pgscore.role_models.privilege IS 'owner, execute, select or deploy';
COMMENT ON COLUMN pgscore.role_models.grantable IS 'whether the role may grant it to others';

-- Nothing of this is there unless rows were lost: a restore failed or ended half way, or somebody
-- deleted rows by hand.
CREATE VIEW pgscore.registry_problems WITH (security_barrier) AS
SELECT 'catalog_model'::text AS relation, m.name::text AS model, m.id,
       'its deployed version is missing'::text AS problem
  FROM "!pgscore".catalog_model m
 WHERE m.deployed_version_id IS NOT NULL
   AND NOT EXISTS (SELECT FROM "!pgscore".catalog_version v
                    WHERE v.id OPERATOR(pg_catalog.=) m.deployed_version_id
                      AND v.model_id OPERATOR(pg_catalog.=) m.id)
 UNION ALL
SELECT 'catalog_name', m.name, m.id,
       'the row of its name is missing or has too small a number for the next version'
  FROM "!pgscore".catalog_model m
 WHERE NOT EXISTS (SELECT FROM "!pgscore".catalog_name n WHERE n.name OPERATOR(pg_catalog.=) m.name
                      AND n.next_version OPERATOR(pg_catalog.>) COALESCE(
                          (SELECT pg_catalog.max(v.version) FROM "!pgscore".catalog_version v
                            WHERE v.model_id OPERATOR(pg_catalog.=) m.id), 0))
 UNION ALL
SELECT c.relation, NULL, c.id,
       'its model is missing: catalog_model.id '::text OPERATOR(pg_catalog.||) c.model_id::text
  FROM (SELECT 'catalog_version'::text AS relation, id, model_id FROM "!pgscore".catalog_version
         UNION ALL
        SELECT 'catalog_deployment', id, model_id FROM "!pgscore".catalog_deployment
         UNION ALL
        SELECT DISTINCT 'catalog_alias', NULL::bigint, model_id FROM "!pgscore".catalog_alias
         UNION ALL
        SELECT DISTINCT 'catalog_acl', NULL::bigint, model_id FROM "!pgscore".catalog_acl) c
 WHERE NOT EXISTS (SELECT FROM "!pgscore".catalog_model m
                    WHERE m.id OPERATOR(pg_catalog.=) c.model_id)
 UNION ALL
SELECT c.relation, m.name, NULL,
       'its version is missing: catalog_version.id '::text
       OPERATOR(pg_catalog.||) c.version_id::text
  FROM (SELECT 'catalog_alias'::text AS relation, model_id, version_id FROM "!pgscore".catalog_alias
         UNION ALL
        SELECT DISTINCT 'catalog_test', NULL::bigint, version_id FROM "!pgscore".catalog_test) c
  LEFT JOIN "!pgscore".catalog_model m ON m.id OPERATOR(pg_catalog.=) c.model_id
 WHERE NOT EXISTS (SELECT FROM "!pgscore".catalog_version v
                    WHERE v.id OPERATOR(pg_catalog.=) c.version_id);
COMMENT ON VIEW pgscore.registry_problems IS
    'rows of the registry whose model or version is missing, after a restore that failed; for '
    'superusers and the database''s owner';
COMMENT ON COLUMN pgscore.registry_problems.relation IS 'table in the schema !pgscore';
COMMENT ON COLUMN pgscore.registry_problems.model IS 'name of the model, where it is known';
COMMENT ON COLUMN pgscore.registry_problems.id IS 'id of the row, where it has one';
COMMENT ON COLUMN pgscore.registry_problems.problem IS 'what is wrong with it';
GRANT SELECT ON pgscore.registry_problems TO pg_database_owner;

GRANT SELECT ON pgscore.role_models, pgscore.models,
    pgscore.model_features, pgscore.model_aliases, pgscore.deployments, pgscore.model_tests,
    pgscore.model_privileges TO PUBLIC;
