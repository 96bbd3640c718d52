-- The catalog: the truth about models. Nobody but the extension's owner touches these tables; the registry functions check the
-- caller's rights on the model and then write as the owner, the views show each role its models.
--
-- Names, versions and aliases resolve through the active snapshot, in C, by index scans: column order is an interface of
-- src/pg/catalog, a change of it needs new tables.

CREATE TABLE pgscore.catalog_model (
    id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name                text COLLATE "C" NOT NULL UNIQUE,
    owner               pgscore.catalog_role NOT NULL,
    comment             text,
    created_at          timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    deployed_version_id bigint
);
COMMENT ON TABLE pgscore.catalog_model IS 'one row per model: who owns it and which version is deployed';
COMMENT ON COLUMN pgscore.catalog_model.id IS 'number that the other tables use';
COMMENT ON COLUMN pgscore.catalog_model.name IS 'name, as in credit@3';
COMMENT ON COLUMN pgscore.catalog_model.owner IS 'role that may do everything with the model';
COMMENT ON COLUMN pgscore.catalog_model.comment IS 'text of comment_on_model';
COMMENT ON COLUMN pgscore.catalog_model.created_at IS 'time of the first import';
COMMENT ON COLUMN pgscore.catalog_model.deployed_version_id IS 'catalog_version.id that the bare name stands for; null: none';

-- A name outlives its model: an index or a generated column may hold 'credit@1'::model_version, whose scores are IMMUTABLE, so
-- credit@1 must never come to mean other bytes. Whoever makes, drops or renames a model locks the rows of its names first.
CREATE TABLE pgscore.catalog_name (
    name         text COLLATE "C" PRIMARY KEY,
    model_id     bigint,
    next_version int NOT NULL DEFAULT 1
);
COMMENT ON TABLE pgscore.catalog_name IS
    'one row per name that a model has or had: the numbers of its versions are never used again, also not by another model';
COMMENT ON COLUMN pgscore.catalog_name.name IS 'name of a model, now or earlier';
COMMENT ON COLUMN pgscore.catalog_name.model_id IS 'catalog_model.id of the model that has the name or had it last';
COMMENT ON COLUMN pgscore.catalog_name.next_version IS 'number that the next version imported under the name gets';

-- The bytes of a version never change: whatever is keyed by them stays right for ever. Only the comment and, after an upgrade of
-- the plan format, the plan may be written again.
CREATE TABLE pgscore.catalog_version (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model_id        bigint NOT NULL REFERENCES pgscore.catalog_model ON DELETE CASCADE,
    version         int NOT NULL CHECK (version OPERATOR(pg_catalog.>) 0),
    format          text NOT NULL,
    objective       text,
    task            text NOT NULL,
    artifact        bytea NOT NULL,
    artifact_sha256 bytea NOT NULL,
    plan            bytea NOT NULL,
    plan_key        bytea NOT NULL,
    plan_format     int NOT NULL,
    options         jsonb NOT NULL,
    features        jsonb NOT NULL,
    labels          text[],
    facts           jsonb NOT NULL,
    num_trees       bigint NOT NULL,
    num_nodes       bigint NOT NULL,
    comment         text,
    created_at      timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    created_by      pgscore.catalog_role NOT NULL,
    overrides       jsonb NOT NULL DEFAULT '{}',
    UNIQUE (model_id, version)
);
-- Plans and most artifacts do not compress, and a cold load reads the plan whole: 50 MB take 20 ms out of uncompressed chunks.
ALTER TABLE pgscore.catalog_version ALTER COLUMN artifact SET STORAGE EXTERNAL;
ALTER TABLE pgscore.catalog_version ALTER COLUMN plan SET STORAGE EXTERNAL;
COMMENT ON TABLE pgscore.catalog_version IS 'one row per imported version: the file as it came and the plan made from it';
COMMENT ON COLUMN pgscore.catalog_version.id IS 'number that the other tables use';
COMMENT ON COLUMN pgscore.catalog_version.model_id IS 'catalog_model.id';
COMMENT ON COLUMN pgscore.catalog_version.version IS 'number of the version, as in credit@3';
COMMENT ON COLUMN pgscore.catalog_version.format IS 'format of the model file';
COMMENT ON COLUMN pgscore.catalog_version.objective IS 'what the model was trained for, in the words of its library';
COMMENT ON COLUMN pgscore.catalog_version.task IS 'regression or classification';
COMMENT ON COLUMN pgscore.catalog_version.artifact_sha256 IS 'sha256 of artifact';
COMMENT ON COLUMN pgscore.catalog_version.features IS 'what the model reads, in its order';
COMMENT ON COLUMN pgscore.catalog_version.labels IS 'names of the classes, in the order of predict_proba; null when the model does not classify';
COMMENT ON COLUMN pgscore.catalog_version.facts IS 'what the model file says about itself';
COMMENT ON COLUMN pgscore.catalog_version.num_trees IS 'number of trees';
COMMENT ON COLUMN pgscore.catalog_version.num_nodes IS 'number of nodes of all trees';
COMMENT ON COLUMN pgscore.catalog_version.comment IS 'text of import_model or comment_on_model';
COMMENT ON COLUMN pgscore.catalog_version.created_at IS 'time of the import';
COMMENT ON COLUMN pgscore.catalog_version.created_by IS 'role that imported it';
COMMENT ON COLUMN pgscore.catalog_version.artifact IS 'the model file, byte for byte';
COMMENT ON COLUMN pgscore.catalog_version.plan IS 'the compiled plan that kernels score from';
COMMENT ON COLUMN pgscore.catalog_version.plan_key IS 'sha256 of plan: the key in shared memory';
COMMENT ON COLUMN pgscore.catalog_version.plan_format IS 'version of the plan layout';
COMMENT ON COLUMN pgscore.catalog_version.options IS 'options of import_model';
COMMENT ON COLUMN pgscore.catalog_version.overrides IS 'features and labels given to import_model, from which the plan can be made again';

CREATE TABLE pgscore.catalog_alias (
    model_id   bigint NOT NULL REFERENCES pgscore.catalog_model ON DELETE CASCADE,
    alias      text COLLATE "C" NOT NULL,
    version_id bigint NOT NULL REFERENCES pgscore.catalog_version ON DELETE CASCADE,
    PRIMARY KEY (model_id, alias)
);
CREATE INDEX catalog_alias_version_id ON pgscore.catalog_alias (version_id);
COMMENT ON TABLE pgscore.catalog_alias IS 'names of versions: credit@champion';
COMMENT ON COLUMN pgscore.catalog_alias.model_id IS 'catalog_model.id';
COMMENT ON COLUMN pgscore.catalog_alias.alias IS 'name of the version, as in credit@champion';
COMMENT ON COLUMN pgscore.catalog_alias.version_id IS 'catalog_version.id that it stands for';

CREATE TABLE pgscore.catalog_deployment (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model_id     bigint NOT NULL REFERENCES pgscore.catalog_model ON DELETE CASCADE,
    at           timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    by           name NOT NULL,
    action       text NOT NULL CHECK (action OPERATOR(pg_catalog.=) ANY ('{import,deploy,rollback}'::text[])),
    from_version int,
    to_version   int NOT NULL,
    reason       text
);
CREATE INDEX catalog_deployment_model_id ON pgscore.catalog_deployment (model_id, id);
COMMENT ON TABLE pgscore.catalog_deployment IS 'append-only history of what was deployed: goes only when its model is dropped';
COMMENT ON COLUMN pgscore.catalog_deployment.id IS 'order of the events';
COMMENT ON COLUMN pgscore.catalog_deployment.model_id IS 'catalog_model.id';
COMMENT ON COLUMN pgscore.catalog_deployment.at IS 'time of the call';
COMMENT ON COLUMN pgscore.catalog_deployment.action IS 'import, deploy or rollback';
COMMENT ON COLUMN pgscore.catalog_deployment.from_version IS 'number of the version that was deployed before; null: none';
COMMENT ON COLUMN pgscore.catalog_deployment.to_version IS 'number of the version that was deployed';
COMMENT ON COLUMN pgscore.catalog_deployment.reason IS 'what the caller said';
COMMENT ON COLUMN pgscore.catalog_deployment.by IS 'name of the role at that time: history outlives roles';

CREATE TABLE pgscore.catalog_test (
    version_id bigint NOT NULL REFERENCES pgscore.catalog_version ON DELETE CASCADE,
    row_no     int NOT NULL,
    input      jsonb NOT NULL,
    output     text NOT NULL,
    expected   float8[] NOT NULL,
    tolerance  float8 NOT NULL,
    zero_threshold float8 NOT NULL DEFAULT 0,
    PRIMARY KEY (version_id, row_no)
);
COMMENT ON TABLE pgscore.catalog_test IS 'rows with known scores, checked at import and by verify_model';
COMMENT ON COLUMN pgscore.catalog_test.version_id IS 'catalog_version.id';
COMMENT ON COLUMN pgscore.catalog_test.row_no IS 'number of the row, from 1';
COMMENT ON COLUMN pgscore.catalog_test.input IS 'the row: an object by name or an array by position';
COMMENT ON COLUMN pgscore.catalog_test.expected IS 'the known score';
COMMENT ON COLUMN pgscore.catalog_test.tolerance IS 'largest relative difference; 0: bit for bit';
COMMENT ON COLUMN pgscore.catalog_test.zero_threshold IS 'two numbers at most this far from 0 are equal';
COMMENT ON COLUMN pgscore.catalog_test.output IS 'what is expected: value, raw, probabilities, class, or outputs.<name>';

-- Not aclitem, which pg_upgrade refuses in user tables. grantee 0 is PUBLIC.
CREATE TABLE pgscore.catalog_acl (
    model_id  bigint NOT NULL REFERENCES pgscore.catalog_model ON DELETE CASCADE,
    grantee   pgscore.catalog_role NOT NULL,
    privilege text COLLATE "C" NOT NULL CHECK (privilege OPERATOR(pg_catalog.=) ANY ('{execute,select,deploy}'::text[])),
    grantor   pgscore.catalog_role NOT NULL,
    grantable bool NOT NULL,
    PRIMARY KEY (model_id, grantee, privilege, grantor)
);
COMMENT ON TABLE pgscore.catalog_acl IS 'privileges on models: execute, select, deploy; the owner has all without a row here';
COMMENT ON COLUMN pgscore.catalog_acl.model_id IS 'catalog_model.id';
COMMENT ON COLUMN pgscore.catalog_acl.grantee IS 'role that has the privilege; public: everybody';
COMMENT ON COLUMN pgscore.catalog_acl.privilege IS 'execute, select or deploy';
COMMENT ON COLUMN pgscore.catalog_acl.grantor IS 'role in whose name it was granted';
COMMENT ON COLUMN pgscore.catalog_acl.grantable IS 'whether the grantee may grant it to others';

REVOKE ALL ON pgscore.catalog_model, pgscore.catalog_name, pgscore.catalog_version, pgscore.catalog_alias, pgscore.catalog_deployment,
    pgscore.catalog_test, pgscore.catalog_acl FROM PUBLIC;

SELECT pg_catalog.pg_extension_config_dump('pgscore.catalog_model', '');
SELECT pg_catalog.pg_extension_config_dump('pgscore.catalog_model_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('pgscore.catalog_name', '');
SELECT pg_catalog.pg_extension_config_dump('pgscore.catalog_version', '');
SELECT pg_catalog.pg_extension_config_dump('pgscore.catalog_version_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('pgscore.catalog_alias', '');
SELECT pg_catalog.pg_extension_config_dump('pgscore.catalog_deployment', '');
SELECT pg_catalog.pg_extension_config_dump('pgscore.catalog_deployment_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('pgscore.catalog_test', '');
-- A grant to a role that was dropped is no grant; one by such a role counts when the role was the owner.
SELECT pg_catalog.pg_extension_config_dump('pgscore.catalog_acl',
    'WHERE (grantee OPERATOR(pg_catalog.=) 0::pg_catalog.oid'
    ' OR EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid OPERATOR(pg_catalog.=) grantee))'
    ' AND (EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid OPERATOR(pg_catalog.=) grantor)'
    ' OR EXISTS (SELECT FROM pgscore.catalog_model m WHERE m.id OPERATOR(pg_catalog.=) model_id'
    ' AND m.owner OPERATOR(pg_catalog.=) grantor))');

-- Cached plans hold what a name stood for when they were made; this has them made again. A ROW trigger that is ENABLE ALWAYS,
-- because a logical replication worker fires no STATEMENT triggers and none in ORIGIN mode.
CREATE FUNCTION pgscore.catalog_changed() RETURNS trigger
    AS 'MODULE_PATHNAME', 'pgscore_catalog_changed' LANGUAGE C;
COMMENT ON FUNCTION pgscore.catalog_changed() IS 'trigger: makes every session plan its model calls again';

CREATE TRIGGER catalog_changed AFTER INSERT OR UPDATE OR DELETE ON pgscore.catalog_model
    FOR EACH ROW EXECUTE FUNCTION pgscore.catalog_changed();
CREATE TRIGGER catalog_changed AFTER INSERT OR UPDATE OR DELETE ON pgscore.catalog_version
    FOR EACH ROW EXECUTE FUNCTION pgscore.catalog_changed();
CREATE TRIGGER catalog_changed AFTER INSERT OR UPDATE OR DELETE ON pgscore.catalog_alias
    FOR EACH ROW EXECUTE FUNCTION pgscore.catalog_changed();
CREATE TRIGGER catalog_changed AFTER INSERT OR UPDATE OR DELETE ON pgscore.catalog_acl
    FOR EACH ROW EXECUTE FUNCTION pgscore.catalog_changed();
ALTER TABLE pgscore.catalog_model ENABLE ALWAYS TRIGGER catalog_changed;
ALTER TABLE pgscore.catalog_version ENABLE ALWAYS TRIGGER catalog_changed;
ALTER TABLE pgscore.catalog_alias ENABLE ALWAYS TRIGGER catalog_changed;
ALTER TABLE pgscore.catalog_acl ENABLE ALWAYS TRIGGER catalog_changed;

-- What must not change, does not: also against the owner's own hand.
CREATE FUNCTION pgscore.catalog_immutable() RETURNS trigger
    AS 'MODULE_PATHNAME', 'pgscore_catalog_immutable' LANGUAGE C;
COMMENT ON FUNCTION pgscore.catalog_immutable() IS
    'trigger: refuses to change a version or the history of deployments; rows go when their model is dropped';

CREATE TRIGGER catalog_immutable BEFORE UPDATE OF id, model_id, version, format, objective, task, artifact, artifact_sha256,
    options, features, labels, facts, num_trees, num_nodes, created_at, created_by, overrides ON pgscore.catalog_version
    FOR EACH ROW EXECUTE FUNCTION pgscore.catalog_immutable();
CREATE TRIGGER catalog_immutable BEFORE UPDATE OR DELETE ON pgscore.catalog_deployment
    FOR EACH ROW EXECUTE FUNCTION pgscore.catalog_immutable();
CREATE TRIGGER catalog_immutable_truncate BEFORE TRUNCATE ON pgscore.catalog_deployment
    FOR EACH STATEMENT EXECUTE FUNCTION pgscore.catalog_immutable();

-- A restore, replication and hand-made inserts may bring grants of roles that are not there.
CREATE FUNCTION pgscore.catalog_acl_check() RETURNS trigger
    AS 'MODULE_PATHNAME', 'pgscore_catalog_acl_check' LANGUAGE C;
COMMENT ON FUNCTION pgscore.catalog_acl_check() IS
    'trigger: leaves out privileges of roles that do not exist, keeps the others from being dropped';
CREATE TRIGGER catalog_acl_check BEFORE INSERT ON pgscore.catalog_acl
    FOR EACH ROW EXECUTE FUNCTION pgscore.catalog_acl_check();
ALTER TABLE pgscore.catalog_acl ENABLE ALWAYS TRIGGER catalog_acl_check;

CREATE FUNCTION pgscore.catalog_owner() RETURNS trigger
    AS 'MODULE_PATHNAME', 'pgscore_catalog_owner' LANGUAGE C;
COMMENT ON FUNCTION pgscore.catalog_owner() IS 'trigger: keeps the owner of a model from being dropped';
CREATE TRIGGER catalog_owner AFTER INSERT OR UPDATE OF owner ON pgscore.catalog_model
    FOR EACH ROW EXECUTE FUNCTION pgscore.catalog_owner();
ALTER TABLE pgscore.catalog_model ENABLE ALWAYS TRIGGER catalog_owner;

-- Nobody hangs them on tables of his own.
REVOKE ALL ON FUNCTION pgscore.catalog_changed(), pgscore.catalog_immutable(), pgscore.catalog_acl_check(), pgscore.catalog_owner()
    FROM PUBLIC;
