-- What an ordinary role tries.
CREATE ROLE regress_eve;
CREATE ROLE regress_ana;
CREATE SCHEMA regress_eve AUTHORIZATION regress_eve;
SELECT pgscore.import_model('secret', made.line(), test_rows => '[{"input": [1], "expected": 3}]');
SELECT pgscore.set_model_owner('secret', 'regress_ana');
SELECT pgscore.warm_model('secret') > 0 AS warm;
\set VERBOSITY terse

-- ---- the catalog itself -------------------------------------------------------------------------
SET ROLE regress_eve;
SET search_path = regress_eve, public;
DO $$
DECLARE r regclass; privilege text;
BEGIN
  FOR r IN SELECT oid FROM pg_class WHERE relnamespace IN (SELECT oid FROM pg_namespace
    WHERE nspname ~ '^!?pgscore$') AND relkind IN ('r', 'S') LOOP
    FOREACH privilege
      IN ARRAY '{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER,USAGE}'::text[] LOOP
      CONTINUE WHEN privilege = 'USAGE' AND r::text !~ '_seq$'
        OR privilege NOT IN ('SELECT', 'UPDATE', 'USAGE') AND r::text ~ '_seq$';
      IF (CASE WHEN r::text ~ '_seq$' THEN has_sequence_privilege(r, privilege)
        ELSE has_table_privilege(r, privilege) END) THEN
        RAISE WARNING '% on %', privilege, r;
      END IF;
    END LOOP;
  END LOOP;
END $$;
CREATE TABLE pgscore.mine ();
CREATE FUNCTION pgscore.has_model_privilege(text, text, text) RETURNS bool
LANGUAGE sql AS 'SELECT true';
ALTER VIEW pgscore.models SET (security_barrier = false);
CREATE RULE r AS ON INSERT TO pgscore.models DO INSTEAD NOTHING;
CREATE TRIGGER t BEFORE INSERT ON "!pgscore".catalog_acl FOR EACH ROW
    EXECUTE FUNCTION suppress_redundant_updates_trigger();
INSERT INTO pgscore.model_aliases VALUES ('secret', 'x', 1);
COPY "!pgscore".catalog_version TO STDOUT;
SELECT pg_catalog.pg_extension_config_dump('pgscore.models', '');

-- ---- trigger functions on tables of one's own (a trigger for each statement has no row) ---------
CREATE TABLE t (model_id bigint, grantee bigint);
CREATE TRIGGER t BEFORE DELETE ON t FOR EACH STATEMENT EXECUTE FUNCTION pgscore.catalog_immutable();
CREATE TRIGGER t BEFORE INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION pgscore.catalog_acl_check();
CREATE TRIGGER t BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION pgscore.catalog_changed();
RESET ROLE;
-- Who may hang them there breaks nothing either.
CREATE TRIGGER a BEFORE DELETE ON t FOR EACH STATEMENT EXECUTE FUNCTION pgscore.catalog_immutable();
CREATE TRIGGER b BEFORE INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION pgscore.catalog_acl_check();
CREATE TRIGGER c BEFORE UPDATE ON t FOR EACH STATEMENT EXECUTE FUNCTION pgscore.catalog_changed();
DELETE FROM t;
INSERT INTO t VALUES (1, 1);
UPDATE t SET model_id = 1;
CREATE TRIGGER d BEFORE INSERT ON "!pgscore".catalog_acl FOR EACH STATEMENT
    EXECUTE FUNCTION pgscore.catalog_acl_check();
INSERT INTO "!pgscore".catalog_acl VALUES (1, 'public', 'execute', 'public', false);
DROP TRIGGER d ON "!pgscore".catalog_acl;
DROP TABLE t;
SET ROLE regress_eve;

-- ---- scores without the privilege ---------------------------------------------------------------
SELECT predict('secret', 1);
SELECT predict('secret@1', 1);
SELECT predict('secret@1'::model_version, 1);
SELECT predict_raw('secret', '{"x": 1}'::jsonb);
SELECT predict_outputs('secret', 1);
SELECT pgscore.warm_model('secret');
SELECT pgscore.evict_model('secret');
SELECT pgscore.stat_reset();
SELECT pgscore.stat_reset('secret');
SELECT count(*) FROM pgscore.loaded_models;
SELECT count(*) FROM pgscore.stat_models;
SELECT count(*) FROM pgscore.model_counters();
SELECT count(*) FROM pgscore.role_models WHERE role <> current_user;
-- By the owner's hand: a view or a function of the owner scores as the user, not as the owner,
-- unless it is SECURITY DEFINER.
RESET ROLE;
GRANT CREATE, USAGE ON SCHEMA regress_eve TO regress_ana;
SET ROLE regress_ana;
CREATE VIEW scored AS SELECT predict('secret', 1) AS score;
GRANT SELECT ON scored TO regress_eve;
CREATE FUNCTION scored() RETURNS float8 LANGUAGE sql SECURITY DEFINER SET search_path = public
AS $$ SELECT predict('secret', 1) $$;
SELECT * FROM scored;
SET ROLE regress_eve;
SELECT * FROM scored;
SELECT scored();
-- After another user has planned it.
SET plan_cache_mode = force_generic_plan;
RESET ROLE;
PREPARE score AS SELECT predict('secret', 1);
EXECUTE score;
SET ROLE regress_eve;
EXECUTE score;
DEALLOCATE score;
RESET plan_cache_mode;

-- ---- names that shadow ours ---------------------------------------------------------------------
CREATE TABLE catalog_model (id bigint, name text, owner oid);
CREATE TEMP TABLE catalog_version (id bigint);
CREATE FUNCTION eq(bigint, bigint) RETURNS bool LANGUAGE plpgsql
AS $$ BEGIN RAISE WARNING 'operator as %', current_user; RETURN true; END $$;
CREATE FUNCTION eq(text, text) RETURNS bool LANGUAGE plpgsql
AS $$ BEGIN RAISE WARNING 'operator as %', current_user; RETURN true; END $$;
CREATE OPERATOR = (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = eq);
CREATE OPERATOR = (LEFTARG = text, RIGHTARG = text, FUNCTION = eq);
CREATE FUNCTION jsonb_array_length(jsonb) RETURNS int LANGUAGE plpgsql
AS $$ BEGIN RAISE WARNING 'function as %', current_user; RETURN 1; END $$;
GRANT USAGE ON SCHEMA regress_eve TO PUBLIC;
RESET ROLE;
-- The shadows lie in the path of the superuser, before pg_catalog.
SET search_path = regress_eve, pg_temp, pg_catalog, public;
SELECT name, num_features FROM pgscore.models;
SELECT version FROM pgscore.model_versions;
SELECT feature FROM pgscore.model_features;
SELECT privilege FROM pgscore.role_models;
SELECT pgscore.import_model('secret', made.line(), comment => 'again');
SELECT pgscore.deploy_model('secret', 2);
SELECT pgscore.rollback_model('secret');
SELECT pgscore.set_alias('secret', 'best', 2), pgscore.drop_alias('secret', 'best');
SELECT pgscore.grant_model('secret', 'execute', 'regress_eve'),
       pgscore.revoke_model('secret', 'execute', 'regress_eve');
SELECT pgscore.rename_model('secret', 'other', force => true);
SELECT pgscore.rename_model('other', 'secret');
SELECT pgscore.comment_on_model('secret', 'still here');
SELECT ok FROM pgscore.verify_model('secret@1');
SELECT predict('secret', 1);

-- ---- an empty path, as PostgreSQL 17 sets it for maintenance: everything is found ---------------
SET search_path = '';
SELECT public.predict('secret', 1), public.predict('secret@2'::public.model_version, 1);
SELECT pgscore.class_labels('secret'), pgscore.has_model_privilege('secret', 'execute');
SELECT name FROM pgscore.models;
CREATE TABLE public.maintained (x float8,
    y float8 GENERATED ALWAYS AS (public.predict('secret@1'::public.model_version, x)) STORED);
INSERT INTO public.maintained VALUES (1);
CREATE INDEX maintained_predict
    ON public.maintained (public.predict('secret@1'::public.model_version, x));
CREATE MATERIALIZED VIEW public.materialized AS SELECT public.predict('secret', m.x)
  FROM public.maintained m;
REFRESH MATERIALIZED VIEW public.materialized;
TABLE public.materialized;
DROP MATERIALIZED VIEW public.materialized;
DROP TABLE public.maintained;
RESET search_path;

-- ---- forged and damaged values of our types -----------------------------------------------------
SET ROLE regress_eve;
SELECT 'secret'::model_version;
SELECT 'secret@best'::model_version;
SELECT 'secret@01'::model_version, 'secret@1'::text::model_version;
SELECT CAST('secret@1'::bytea AS model_version);
-- Minor releases differ in the words with which they refuse it.
DO $$ BEGIN PERFORM pgscore.model_version_recv(NULL); EXCEPTION WHEN undefined_function
   OR feature_not_supported THEN RAISE NOTICE 'refused'; END $$;
SELECT pgscore.catalog_role_in(NULL), pgscore.catalog_role_out(NULL);

-- ---- import where it is not allowed, and quotas -------------------------------------------------
SELECT pgscore.import_model('mine', '');
SET pgscore.max_model_size = '1GB';
SET pgscore.max_nodes = 2000000000;
SET pgscore.shared_memory_limit = 0;
RESET ROLE;
GRANT EXECUTE ON FUNCTION pgscore.import_model TO regress_eve;
SET ROLE regress_eve;
SELECT pgscore.import_model('secret', made.line());
SELECT pgscore.import_model('mine', made.line());
SELECT pgscore.rename_model('mine', 'secret');
SELECT pgscore.set_model_owner('mine', 'regress_ana');
SELECT pgscore.drop_model('mine');

\set VERBOSITY default
RESET ROLE;
DROP TABLE pg_temp.catalog_version;
SET client_min_messages = warning;
DROP SCHEMA regress_eve CASCADE;
RESET client_min_messages;
REVOKE EXECUTE ON FUNCTION pgscore.import_model FROM regress_eve;
SELECT pgscore.drop_model('secret');
SELECT count(pgscore.release_model_name(name)) > 0 AS released FROM "!pgscore".catalog_name;
DROP ROLE regress_eve, regress_ana;
