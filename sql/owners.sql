-- Owners of models, and roles that are to be dropped.
\pset null '(null)'
CREATE ROLE regress_ana;
CREATE ROLE regress_ben;
CREATE ROLE regress_cid;
CREATE ROLE regress_team;
GRANT regress_team TO regress_ana;
CREATE VIEW held AS SELECT a.grantee::regrole FROM pg_class, aclexplode(relacl) a
 WHERE oid = 'pgscore.role_models'::regclass AND a.grantee NOT IN (0, a.grantor) ORDER BY 1;
GRANT EXECUTE ON FUNCTION pgscore.import_model TO PUBLIC;
SET ROLE regress_ana;
SELECT pgscore.import_model('one', made.line()), pgscore.import_model('two', made.line());
SELECT pgscore.grant_model('one', 'execute', 'regress_ben', true),
       pgscore.grant_model('one', 'select', 'public');
SET ROLE regress_ben;
SELECT pgscore.grant_model('one', 'execute', 'regress_cid');
-- Each role sees what it sees of the models.
SELECT * FROM pgscore.role_models ORDER BY role, name, privilege;
SET ROLE regress_team;
SELECT * FROM pgscore.role_models ORDER BY role, name, privilege;
RESET ROLE;
REVOKE EXECUTE ON FUNCTION pgscore.import_model FROM PUBLIC;
SELECT * FROM pgscore.role_models WHERE role ~ '^regress' ORDER BY role, name, privilege;

-- ---- DROP ROLE is refused -----------------------------------------------------------------------
SELECT * FROM held;
DROP ROLE regress_ana;
DROP ROLE regress_cid;

-- ---- set_model_owner ----------------------------------------------------------------------------
SET ROLE regress_ben;
SELECT pgscore.set_model_owner('one', 'regress_ben');
SET ROLE regress_ana;
SELECT pgscore.set_model_owner('one', 'regress_ben');
SELECT pgscore.set_model_owner('one', 'regress_nobody');
SELECT pgscore.set_model_owner('one', 'public');
SELECT pgscore.set_model_owner('nothing', 'regress_team');
SELECT pgscore.set_model_owner('one', NULL);
SELECT pgscore.set_model_owner('one', 'regress_team');
SELECT name, owner FROM pgscore.models ORDER BY name;
RESET ROLE;
-- What the owner granted is granted by the new one; who gets the model needs no grant.
SELECT name, grantee, privilege, grantor, grantable FROM pgscore.model_privileges ORDER BY grantee;
SELECT pgscore.set_model_owner('one', 'regress_ben');
SELECT name, grantee, privilege, grantor, grantable FROM pgscore.model_privileges ORDER BY grantee;
SELECT * FROM held;
SET ROLE regress_cid;
SELECT predict('one', 1);
RESET ROLE;
DROP ROLE regress_team;

-- ---- reassign_models, drop_role_grants ----------------------------------------------------------
SET ROLE regress_cid;
SELECT pgscore.reassign_models('regress_ana', 'regress_cid');
SELECT pgscore.drop_role_grants('regress_ana');
SET ROLE regress_ana;
SELECT pgscore.reassign_models('regress_ana', 'regress_cid');
RESET ROLE;
SELECT pgscore.grant_model('one', 'all', 'regress_ana', true);
SET ROLE regress_ana;
SELECT pgscore.grant_model('one', 'deploy', 'regress_cid');
RESET ROLE;
SELECT pgscore.reassign_models('regress_ana', 'regress_ben');
DROP ROLE regress_ana;
SELECT pgscore.drop_role_grants('regress_ana');
DROP ROLE regress_ana;
SELECT * FROM pgscore.role_models WHERE role ~ '^regress' ORDER BY role, name, privilege;
-- Own privileges may be given back.
SET ROLE regress_cid;
SELECT pgscore.drop_role_grants('regress_cid');
SELECT pgscore.drop_role_grants('regress_cid');
RESET ROLE;
DROP ROLE regress_cid;

-- ---- DROP OWNED takes the protection away: models then belong to nobody -------------------------
SELECT pgscore.grant_model('two', 'execute', 'public');
DROP OWNED BY regress_ben;
DROP ROLE regress_ben;
SELECT name, owner FROM pgscore.models ORDER BY name;
SELECT name, owner FROM "!pgscore".catalog_model ORDER BY name;
SELECT name, created_by FROM pgscore.model_versions ORDER BY name;
SELECT name, grantee, privilege, grantor, grantable FROM pgscore.model_privileges ORDER BY name;
CREATE ROLE regress_ana;
SET ROLE regress_ana;
SELECT predict('two', 1);
SELECT pgscore.set_model_owner('two', 'regress_ana');
RESET ROLE;
SELECT pgscore.set_model_owner('two', 'regress_ana');
SELECT name, owner FROM pgscore.models ORDER BY name;
SELECT name, grantee, privilege, grantor, grantable FROM pgscore.model_privileges ORDER BY name;
SELECT pgscore.drop_model('one'), pgscore.drop_model('two');
SELECT * FROM held;
DROP ROLE regress_ana;

-- ---- catalog_role: names outside, numbers inside ------------------------------------------------
CREATE ROLE "regress Odd ""Role""";
SELECT '"regress Odd ""Role"""'::pgscore.catalog_role,
       ('"regress Odd ""Role"""'::pgscore.catalog_role)::oid = oid AS same
  FROM pg_roles WHERE rolname ~ '^regress Odd';
DROP ROLE "regress Odd ""Role""";
SELECT 'public'::pgscore.catalog_role, 'none'::pgscore.catalog_role,
       'regress_nobody'::pgscore.catalog_role,
       4000000000::oid::pgscore.catalog_role, '16384'::pgscore.catalog_role;
SELECT 'a.b'::pgscore.catalog_role;
SELECT ''::pgscore.catalog_role;
SELECT encode(pgscore.catalog_role_send('public'), 'escape'),
       encode(pgscore.catalog_role_send(4000000000::oid::pgscore.catalog_role), 'escape');
-- A grant by a role that is not there counts where the owner is not there either; of several such
-- one is kept. The row may come before that of its model: the reader decides.
SELECT pgscore.import_model('three', made.line());
CREATE VIEW three AS SELECT id, owner FROM "!pgscore".catalog_model WHERE name = 'three';
INSERT INTO "!pgscore".catalog_acl SELECT id, 'public', 'execute', 'none', true FROM three;
INSERT INTO "!pgscore".catalog_acl SELECT id, 'none', 'execute', owner, false FROM three;
SELECT pgscore.has_model_privilege('public', 'three', 'execute');
SELECT grantee, privilege, grantor FROM pgscore.model_privileges;
UPDATE "!pgscore".catalog_model SET owner = 'none' WHERE name = 'three';
SELECT pgscore.has_model_privilege('public', 'three', 'execute');
INSERT INTO "!pgscore".catalog_acl SELECT id, 'public', 'execute', 'none', false FROM three;
SELECT grantee, privilege, grantor FROM pgscore.model_privileges;
SELECT grantee, privilege, grantor FROM "!pgscore".catalog_acl;
-- Where it does not count it is in nobody's way: neither in that of a revoke nor in that of DROP
-- ROLE.
CREATE ROLE regress_dee;
CREATE ROLE regress_eli;
SELECT pgscore.set_model_owner('three', 'regress_dee');
INSERT INTO "!pgscore".catalog_acl SELECT id, 'regress_eli', 'select', 'none', false FROM three;
INSERT INTO "!pgscore".catalog_acl SELECT 0, 'regress_eli', 'select', 'none', false;
SELECT role, privilege FROM pgscore.role_models WHERE role ~ 'regress';
SELECT pgscore.revoke_model('three', 'execute', 'public');
DELETE FROM "!pgscore".catalog_acl WHERE model_id = 0;
INSERT INTO "!pgscore".catalog_acl SELECT id, 'regress_eli', 'select', 'none', false FROM three;
SELECT pgscore.drop_role_grants('regress_eli');
DROP ROLE regress_eli;
DROP VIEW three;
SELECT pgscore.drop_model('three');
DROP ROLE regress_dee;
DROP VIEW held;
SELECT count(pgscore.release_model_name(name)) > 0 AS released FROM "!pgscore".catalog_name;
