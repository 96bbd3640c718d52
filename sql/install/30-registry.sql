-- The registry functions. All run with the caller's rights on the model: owner, or a privilege
-- granted with grant_model. Those that bring in or read model files are revoked from PUBLIC
-- (90-grants.sql): GRANT EXECUTE says who may import.
--
-- None is STRICT: a null where a value is needed is an error, not a silent null.

-- ---- import -------------------------------------------------------------------------------------

CREATE FUNCTION pgscore.import_model(
    name text, artifact bytea, format text DEFAULT 'auto', options jsonb DEFAULT '{}',
    features jsonb DEFAULT NULL, labels text[] DEFAULT NULL, test_rows jsonb DEFAULT NULL,
    deploy bool DEFAULT NULL, comment text DEFAULT NULL
) RETURNS int
    AS 'MODULE_PATHNAME', 'pgscore_import_model' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION
    pgscore.import_model(text, bytea, text, jsonb, jsonb, text[], jsonb, bool, text) IS
    'stores a model file as the next version of a model, after checking it and its test rows; '
    'returns the version';

CREATE FUNCTION pgscore.import_model_file(
    name text, path text, format text DEFAULT 'auto', options jsonb DEFAULT '{}',
    features jsonb DEFAULT NULL, labels text[] DEFAULT NULL, test_rows jsonb DEFAULT NULL,
    deploy bool DEFAULT NULL, comment text DEFAULT NULL
) RETURNS int
    AS 'MODULE_PATHNAME', 'pgscore_import_model_file' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION
    pgscore.import_model_file(text, text, text, jsonb, jsonb, text[], jsonb, bool, text) IS
    'import_model from a file of the server; for members of pg_read_server_files';

CREATE FUNCTION pgscore.inspect_model(
    artifact bytea, format text DEFAULT 'auto', options jsonb DEFAULT '{}',
    features jsonb DEFAULT NULL, labels text[] DEFAULT NULL
) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'pgscore_inspect_model' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION pgscore.inspect_model(bytea, text, jsonb, jsonb, text[]) IS
    'what import_model would store of a model file; stores nothing';

CREATE FUNCTION pgscore.verify_model(
    name text, query text DEFAULT NULL,
    OUT row_no int, OUT output text, OUT expected float8[], OUT got float8[], OUT ulp bigint,
    OUT ok bool
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'pgscore_verify_model' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.verify_model(text, text) IS
    'scores the stored test rows again, each on the output that it has an expected value of; with '
    'a query, compares the margins of its rows with those of the XGBoost library';

CREATE FUNCTION pgscore.recompile_models() RETURNS int
    AS 'MODULE_PATHNAME', 'pgscore_recompile_models' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.recompile_models() IS
    'after an upgrade of the library: makes the stored plans of another plan format again; '
    'returns how many';

-- ---- versions -----------------------------------------------------------------------------------

CREATE FUNCTION pgscore.deploy_model(name text, version int, reason text DEFAULT NULL) RETURNS int
    AS 'MODULE_PATHNAME', 'pgscore_deploy_model' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.deploy_model(text, int, text) IS
    'makes a version the one that the bare name stands for, at commit; returns it';

CREATE FUNCTION pgscore.rollback_model(name text, reason text DEFAULT NULL) RETURNS int
    AS 'MODULE_PATHNAME', 'pgscore_rollback_model' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.rollback_model(text, text) IS
    'deploys the version that was deployed before the present one; again: one step further back; '
    'returns the version';

CREATE FUNCTION pgscore.set_alias(name text, alias text, version int) RETURNS void
    AS 'MODULE_PATHNAME', 'pgscore_set_alias' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.set_alias(text, text, int) IS
    'gives a version a name (credit@champion), or moves the name to it';

CREATE FUNCTION pgscore.drop_alias(name text, alias text, cascade bool DEFAULT false) RETURNS void
    AS 'MODULE_PATHNAME', 'pgscore_drop_alias' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.drop_alias(text, text, bool) IS
    'takes the name of a version away; with cascade also the views, indexes and so on that score '
    'by it';

CREATE FUNCTION pgscore.drop_model(name text, cascade bool DEFAULT false) RETURNS void
    AS 'MODULE_PATHNAME', 'pgscore_drop_model' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.drop_model(text, bool) IS
    'drops a model with all versions, aliases, grants and its history, with cascade also what '
    'depends on it (pgscore.dependents); numbers of versions are not used again under its name';

CREATE FUNCTION pgscore.drop_model(name text, version int, cascade bool DEFAULT false) RETURNS void
    AS 'MODULE_PATHNAME', 'pgscore_drop_model_version' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.drop_model(text, int, bool) IS
    'drops one version, with cascade also what depends on it (pgscore.dependents); not the '
    'deployed one nor one with an alias';

CREATE FUNCTION pgscore.rename_model(name text, new_name text, force bool DEFAULT false)
    RETURNS void
    AS 'MODULE_PATHNAME', 'pgscore_rename_model' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.rename_model(text, text, bool) IS
    'gives a model another name, one that no other model had versions under; refused if views, '
    'indexes and so on hold the name, unless forced';

CREATE FUNCTION pgscore.dependents(
    name text, version int DEFAULT NULL,
    OUT kind text, OUT object text, OUT uses text, OUT version int, OUT owner name,
    OUT owner_may_score bool
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'pgscore_dependents' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.dependents(text, int) IS
    'views, indexes, constraints, functions and so on that score a model, or one version of it: '
    'by which name, and which version that is now';

CREATE FUNCTION pgscore.release_model_name(name text) RETURNS void
    AS 'MODULE_PATHNAME', 'pgscore_release_model_name' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.release_model_name(text) IS
    'lets versions under the name of a dropped model begin at 1 again; for names that no index '
    'and no generated column holds';
REVOKE ALL ON FUNCTION pgscore.release_model_name(text) FROM PUBLIC;

CREATE FUNCTION pgscore.comment_on_model(name text, comment text, version int DEFAULT NULL)
    RETURNS void
    AS 'MODULE_PATHNAME', 'pgscore_comment_on_model' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.comment_on_model(text, text, int) IS
    'sets the comment of a model or of one version; null removes it';

CREATE FUNCTION pgscore.export_model(name text, version int DEFAULT NULL) RETURNS bytea
    AS 'MODULE_PATHNAME', 'pgscore_export_model' LANGUAGE C STABLE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.export_model(text, int) IS
    'the model file of a version (default: the deployed one), byte for byte as it was imported';

CREATE FUNCTION pgscore.class_labels(name text) RETURNS text[]
    AS 'MODULE_PATHNAME', 'pgscore_class_labels' LANGUAGE C STABLE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.class_labels(text) IS
    'the classes in the order of predict_proba; null when the model does not classify';

-- ---- privileges ---------------------------------------------------------------------------------

CREATE FUNCTION pgscore.grant_model(
    name text, privilege text, role name, with_grant_option bool DEFAULT false
) RETURNS void
    AS 'MODULE_PATHNAME', 'pgscore_grant_model' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.grant_model(text, text, name, bool) IS
    'grants a privilege on a model (execute: score; select: read the model and its test rows; '
    'deploy; all) to a role or to public';

CREATE FUNCTION pgscore.revoke_model(
    name text, privilege text, role name, cascade bool DEFAULT false
) RETURNS void
    AS 'MODULE_PATHNAME', 'pgscore_revoke_model' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.revoke_model(text, text, name, bool) IS
    'takes a privilege back; with cascade also from those to whom the role passed it on';

CREATE FUNCTION pgscore.set_model_owner(name text, new_owner name) RETURNS void
    AS 'MODULE_PATHNAME', 'pgscore_set_model_owner' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.set_model_owner(text, name) IS
    'gives a model to another role, of which the caller is a member; what the owner granted stays '
    'granted';

CREATE FUNCTION pgscore.reassign_models(old_owner name, new_owner name) RETURNS int
    AS 'MODULE_PATHNAME', 'pgscore_reassign_models' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.reassign_models(name, name) IS
    'gives all models of a role to another one, as REASSIGN OWNED; returns how many';

CREATE FUNCTION pgscore.drop_role_grants(role name) RETURNS int
    AS 'MODULE_PATHNAME', 'pgscore_drop_role_grants' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION pgscore.drop_role_grants(name) IS
    'revokes every privilege on models from a role, and what it passed on, before DROP ROLE; '
    'returns the number of models';

CREATE FUNCTION pgscore.has_model_privilege(name text, privilege text) RETURNS bool
    AS 'MODULE_PATHNAME', 'pgscore_has_model_privilege' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION pgscore.has_model_privilege(text, text) IS
    'whether the current user has a privilege on a model, or one of a list: select, deploy with '
    'grant option';

CREATE FUNCTION pgscore.has_model_privilege(role name, name text, privilege text) RETURNS bool
    AS 'MODULE_PATHNAME', 'pgscore_has_model_privilege_role' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION pgscore.has_model_privilege(name, text, text) IS
    'whether a role has a privilege on a model';

CREATE FUNCTION pgscore.has_model_privilege(model_id bigint, privilege text) RETURNS bool
    AS 'MODULE_PATHNAME', 'pgscore_has_model_privilege_id' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION pgscore.has_model_privilege(bigint, text) IS
    'the same for a model given by number; null for the privilege asks whether the current user '
    'has any';
