-- Who may do what with a model.
CREATE ROLE regress_ana;      -- owns the model
CREATE ROLE regress_team;     -- a group
CREATE ROLE regress_ben IN ROLE regress_team;
CREATE ROLE regress_eve;
GRANT EXECUTE ON FUNCTION pgscore.import_model TO regress_ana;

-- ---- import is granted on purpose ---------------------------------------------------------------
SET ROLE regress_eve;
SELECT pgscore.import_model('mine', made.line());
SELECT pgscore.inspect_model(made.line());
SELECT pgscore.import_model_file('mine', '/etc/passwd');
SELECT count(*) FROM "!pgscore".catalog_model;
SELECT artifact FROM "!pgscore".catalog_version;
INSERT INTO "!pgscore".catalog_acl VALUES (1, 'regress_eve', 'execute', 'regress_eve', true);
RESET ROLE;
GRANT EXECUTE ON FUNCTION pgscore.import_model_file TO regress_ana;
SET ROLE regress_ana;
SELECT pgscore.import_model_file('mine', '/etc/passwd');
SELECT pgscore.import_model('secret', made.line(), test_rows => '[{"input": [1], "expected": 3}]');
SELECT predict('secret', 1);

-- ---- without a privilege a model is neither used nor seen ---------------------------------------
SET ROLE regress_eve;
SELECT predict('secret', 1);
SELECT pgscore.export_model('secret');
SELECT pgscore.class_labels('secret');
SELECT pgscore.verify_model('secret');
SELECT pgscore.deploy_model('secret', 1);
SELECT pgscore.rollback_model('secret');
SELECT pgscore.set_alias('secret', 'best', 1);
SELECT pgscore.drop_alias('secret', 'best');
SELECT pgscore.drop_model('secret');
SELECT pgscore.drop_model('secret', 1);
SELECT pgscore.rename_model('secret', 'public');
SELECT pgscore.comment_on_model('secret', 'x');
SELECT pgscore.grant_model('secret', 'execute', 'regress_eve');
SELECT pgscore.revoke_model('secret', 'execute', 'regress_ben');
SELECT (SELECT count(*) FROM pgscore.models) AS models,
       (SELECT count(*) FROM pgscore.model_versions) AS versions,
       (SELECT count(*) FROM pgscore.model_features) AS features,
       (SELECT count(*) FROM pgscore.deployments) AS deployments,
       (SELECT count(*) FROM pgscore.model_tests) AS tests,
       (SELECT count(*) FROM pgscore.model_privileges) AS privileges;
-- A condition of the query sees no hidden row.
CREATE FUNCTION pg_temp.leak(name text) RETURNS bool LANGUAGE plpgsql COST 0.0001
AS $$ BEGIN RAISE NOTICE 'saw %', name; RETURN true; END $$;
SELECT name FROM pgscore.models WHERE pg_temp.leak(name);
DROP FUNCTION pg_temp.leak;

-- ---- execute, select, deploy --------------------------------------------------------------------
SET ROLE regress_ana;
SELECT pgscore.grant_model('secret', 'execute', 'regress_team');
SELECT pgscore.grant_model('secret', 'select', 'regress_eve');
SET ROLE regress_ben;
SELECT predict('secret', 1);
SELECT pgscore.export_model('secret');
SELECT name, deployed_version FROM pgscore.models;
SELECT count(*) AS tests FROM pgscore.model_tests;
SET ROLE regress_eve;
SELECT predict('secret', 1);
SELECT pgscore.export_model('secret') = made.line() AS same;
SELECT ok FROM pgscore.verify_model('secret');
SELECT count(*) AS tests FROM pgscore.model_tests;
SELECT pgscore.deploy_model('secret', 1);
RESET ROLE;
SELECT pgscore.grant_model('secret', 'Deploy', 'regress_eve');
SET ROLE regress_eve;
SELECT pgscore.deploy_model('secret', 1);
SELECT pgscore.set_alias('secret', 'best', 1);
SELECT pgscore.drop_model('secret');
SET ROLE regress_ana;
SELECT name, grantee, privilege, grantor, grantable FROM pgscore.model_privileges
 ORDER BY privilege, grantee;

-- ---- has_model_privilege ------------------------------------------------------------------------
SELECT r AS role, p AS privilege, pgscore.has_model_privilege(r::name, 'secret', p)
  FROM unnest('{regress_ana,regress_ben,regress_eve,public}'::text[]) r,
    unnest('{execute,select,deploy}'::text[]) p;
SELECT pgscore.has_model_privilege('secret', 'EXECUTE with grant option'),
       pgscore.has_model_privilege('regress_ben', 'secret', 'execute with grant option'),
       pgscore.has_model_privilege('regress_ben', 'secret', 'select, execute'),
       pgscore.has_model_privilege('regress_ben', 'secret', 'select, deploy');
SELECT pgscore.has_model_privilege('secret', 'update');
SELECT pgscore.has_model_privilege('secret', '');
SELECT pgscore.has_model_privilege('regress_nobody', 'secret', 'execute');
SELECT pgscore.has_model_privilege('no_such_model', 'execute');

-- ---- grant options, and what rests on them ------------------------------------------------------
SELECT pgscore.grant_model('secret', 'execute', 'regress_team', true);
SET ROLE regress_ben;
SELECT pgscore.grant_model('secret', 'select', 'regress_eve');
SELECT pgscore.grant_model('secret', 'execute', 'regress_eve', true);
SET ROLE regress_eve;
SELECT pgscore.grant_model('secret', 'execute', 'public');
SELECT predict('secret', 1);
SET ROLE regress_ana;
SELECT grantee, privilege, grantor, grantable FROM pgscore.model_privileges
 WHERE privilege = 'execute' ORDER BY grantee;
SELECT pgscore.revoke_model('secret', 'execute', 'regress_team');
SELECT pgscore.has_model_privilege('public', 'secret', 'execute');
SELECT pgscore.revoke_model('secret', 'execute', 'regress_team', cascade => true);
SELECT grantee, privilege, grantor, grantable FROM pgscore.model_privileges
 ORDER BY grantee, privilege;
SET ROLE regress_ben;
SELECT predict('secret', 1);
SET ROLE regress_ana;
SELECT pgscore.grant_model('secret', 'all', 'public', true);
SELECT pgscore.grant_model('secret', 'all', 'public');
SELECT pgscore.revoke_model('secret', 'all', 'public');
SELECT pgscore.grant_model('secret', 'fly', 'regress_eve');
SELECT pgscore.grant_model('secret', 'execute', 'regress_nobody');

-- ---- revoking takes effect in a prepared statement ----------------------------------------------
SELECT pgscore.grant_model('secret', 'execute', 'regress_ben');
SET ROLE regress_ben;
PREPARE score AS SELECT predict('secret', 1);
EXECUTE score;
SET ROLE regress_ana;
SELECT pgscore.revoke_model('secret', 'execute', 'regress_ben');
SET ROLE regress_ben;
EXECUTE score;
DEALLOCATE score;

-- ---- nobody imports into the model of another ---------------------------------------------------
RESET ROLE;
GRANT EXECUTE ON FUNCTION pgscore.import_model TO regress_eve;
SET ROLE regress_eve;
SELECT pgscore.import_model('secret', made.line());

RESET ROLE;

-- ---- a dropped role leaves nothing that a new one could inherit ---------------------------------
SELECT pgscore.grant_model('secret', 'execute', 'regress_ben');
REVOKE regress_team FROM regress_ben;
DROP ROLE regress_ben;
DROP OWNED BY regress_ben;
DROP ROLE regress_ben;
SELECT count(*) FROM "!pgscore".catalog_acl
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE oid = grantee);
SELECT pgscore.grant_model('secret', 'execute', 'regress_team');
SELECT count(*) FROM "!pgscore".catalog_acl
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE oid = grantee);
INSERT INTO "!pgscore".catalog_acl SELECT id, 1::oid, 'execute', owner, false
  FROM "!pgscore".catalog_model;
SELECT grantee, privilege FROM pgscore.model_privileges ORDER BY 1, 2;

SELECT pgscore.drop_model('secret');
REVOKE EXECUTE ON FUNCTION pgscore.import_model FROM regress_ana, regress_eve;
REVOKE EXECUTE ON FUNCTION pgscore.import_model_file FROM regress_ana;
DROP ROLE regress_ana, regress_team, regress_eve;
