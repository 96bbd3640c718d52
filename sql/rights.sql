-- What a role learns, changes and keeps without a right: nothing.
\pset null '(null)'
SET pgscore.enable_batch = off;
CREATE ROLE regress_owner;
CREATE ROLE regress_user LOGIN;
CREATE ROLE regress_nobody;
CREATE SCHEMA rights;
GRANT USAGE, CREATE ON SCHEMA rights TO regress_owner, regress_user, regress_nobody;
SET search_path = rights, public;
SELECT pgscore.import_model('private', made.linear(0, '{1,-1}', 'salary', 'debt', 'unused')),
       pgscore.import_model('open', made.model('[{"name": "a", "range": "finite"}]', '[]',
                                               made.value('v', 0)));
SELECT pgscore.set_alias('private', 'champion', 1);
SELECT pgscore.grant_model('private', 'execute', 'regress_user'),
       pgscore.grant_model('open', 'execute', 'public');
CREATE TABLE people (id int, salary float8, debt float8, unused float8);
INSERT INTO people SELECT i, i, 1, 1 FROM generate_series(1, 10) i;
ANALYZE people;
GRANT SELECT ON people TO PUBLIC;
-- Is the model in shared memory?
CREATE VIEW loaded AS SELECT name FROM pgscore.loaded_models WHERE name = 'private';

-- ---- the planner says nothing about a model that the role may not score -------------------------
-- Release 18 says of a scan that was all there was, but disabled, that it is.
CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  line text;
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
    IF line !~ 'Disabled: true' THEN RETURN NEXT line; END IF;
  END LOOP;
END $$;
CREATE FUNCTION cost_of(query text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
  plan json;
BEGIN
  EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
  RETURN (plan->0->'Plan'->>'Total Cost')::numeric;
END $$;
SELECT count(pgscore.evict_model('private')) AS evicted;
SET ROLE regress_nobody;
SELECT plan_of($$ SELECT predict('private', p) FROM people p $$);
SELECT plan_of($$ SELECT predict('private@1', p) FROM people p $$);
SELECT plan_of($$ SELECT predict('private@1'::model_version, p) FROM people p $$);
SELECT plan_of($$ SELECT predict('private@champion', p) FROM people p $$);
SELECT plan_of($$ SELECT predict('private', salary, debt, unused) FROM people p $$);
-- Whether a version or an alias exists, what the model is for and how many features it has.
SELECT plan_of($$ SELECT predict('private@2', p) FROM people p $$);
SELECT plan_of($$ SELECT predict('private@nothing', p) FROM people p $$);
SELECT plan_of($$ SELECT predict_class('private', p) FROM people p $$);
SELECT plan_of($$ SELECT predict('private', id) FROM people p $$);
SELECT plan_of($$ SELECT predict('private', p) FROM (SELECT id FROM people) p $$);
-- Costs are those of the function, not of the model.
SELECT cost_of($$ SELECT predict('private', p) FROM people p $$) = cost_of($$
    SELECT predict('private@7', p) FROM people p $$) AS same_cost,
       cost_of($$ SELECT pgscore.predict_columns('private version 1 #4fe52c4ceaa5 (salary, debt)',
             salary, debt) FROM people $$)
     = cost_of($$ SELECT pgscore.predict_columns('private version 1 #4fe52c4ceaa5 (nothing)',
           salary, debt) FROM people $$) AS same_cost_of_columns;
-- To see that a name is taken and that one may not use it is what PostgreSQL allows for its own
-- objects too.
SELECT plan_of($$ SELECT predict('nothing', p) FROM people p $$);
SELECT predict('private', p) FROM people p;
SELECT predict('private@2', p) FROM people p;
SELECT predict('private@2'::model_version, 1, 2, 3);
SELECT predict('private', 1);
SELECT pgscore.predict_columns('private version 1 #4fe52c4ceaa5 (salary)', 1::float8);
SELECT pgscore.warm_model('private@2');
-- An index over a table of one's own: it would load the model, and match only calls of the columns
-- that the model reads.
CREATE TABLE mine (salary float8, debt float8, unused float8);
CREATE INDEX mine_index ON mine (predict('private@1'::model_version, mine.*));
INSERT INTO mine VALUES (1, 1, 1);
SET enable_seqscan = off;
SELECT plan_of($$ SELECT FROM mine
    WHERE pgscore.predict_columns_version('private@1 #4fe52c4ceaa5 (salary, debt)', salary,
      debt) > 1 $$);
SET enable_seqscan = on;
DROP TABLE mine;
RESET ROLE;
-- Nothing of that has brought it into shared memory.
TABLE loaded;

-- A plan that another role made.
SET ROLE regress_user;
PREPARE by_name AS SELECT predict('private', p) FROM people p WHERE id < 3;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE by_name;
EXECUTE by_name;
SET ROLE regress_nobody;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE by_name;
EXECUTE by_name;
SET ROLE regress_user;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE by_name;
EXECUTE by_name;
RESET ROLE;
TABLE loaded;

-- Views and policies score as the user of the view or the table, functions as themselves: as
-- PostgreSQL checks its functions.
SELECT pgscore.set_model_owner('private', 'regress_owner');
GRANT SELECT ON people TO regress_owner;
SET ROLE regress_owner;
CREATE VIEW scored AS SELECT id, predict('private', p) AS score FROM people p WHERE id < 3;
CREATE FUNCTION scored_as_owner() RETURNS SETOF float8 LANGUAGE sql SECURITY DEFINER
AS $$ SELECT predict('private', p) FROM rights.people p WHERE id < 3 $$;
CREATE TABLE guarded AS SELECT * FROM people WHERE id < 3;
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY positive ON guarded USING (predict('private', guarded) > 0);
GRANT SELECT ON scored, guarded TO PUBLIC;
SET ROLE regress_nobody;
SELECT plan_of($$ SELECT * FROM scored $$);
SELECT plan_of($$ SELECT * FROM guarded $$);
SELECT * FROM scored;
SELECT * FROM guarded;
SELECT * FROM scored_as_owner();
SET ROLE regress_user;
SELECT * FROM scored;
SELECT id FROM guarded;
RESET ROLE;

-- ---- what was revoked is gone, also from plans that exist ---------------------------------------
-- Releases name the context differently.
\set SHOW_CONTEXT never
SET ROLE regress_user;
PREPARE constant AS SELECT predict('private@1'::model_version, 5, 1, 0);
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE constant;
EXECUTE constant;
CREATE FUNCTION folded() RETURNS float8 LANGUAGE plpgsql
AS $$ BEGIN RETURN predict('private@1'::model_version, 6, 1, 0); END $$;
CREATE FUNCTION inlined(x float8) RETURNS float8 LANGUAGE sql IMMUTABLE
AS $$ SELECT predict('private@1'::model_version, x, 1, 0) $$;
PREPARE hidden AS SELECT inlined(7);
SELECT folded();
EXECUTE hidden;
-- Another role of the same session.
SET ROLE regress_nobody;
EXECUTE constant;
SELECT folded();
EXECUTE hidden;
SET ROLE regress_owner;
SELECT pgscore.revoke_model('private', 'execute', 'regress_user');
SET ROLE regress_user;
EXECUTE by_name;
EXECUTE constant;
SELECT folded();
EXECUTE hidden;
SET ROLE regress_owner;
SELECT pgscore.grant_model('private', 'execute', 'regress_user');
SET ROLE regress_user;
EXECUTE constant;
SELECT folded();
EXECUTE hidden;
RESET ROLE;
-- The function itself.
REVOKE EXECUTE ON FUNCTION predict(text, "any"), predict(model_version, "any"),
    predict_class(text, record, float8) FROM PUBLIC;
SET ROLE regress_user;
EXECUTE by_name;
EXECUTE constant;
SELECT folded();
EXECUTE hidden;
SELECT pgscore.predict_columns('private version 1 #4fe52c4ceaa5 (salary, debt)', salary, debt)
  FROM people p;
SET pgscore.enable_batch = on;
SET pgscore.batch_min_rows = 0;
SELECT pgscore.predict_columns('private version 1 #4fe52c4ceaa5 (salary, debt)', salary, debt)
  FROM people p;
RESET pgscore.batch_min_rows;
SET pgscore.enable_batch = off;
SELECT pgscore.predict_columns_version('private@1 #4fe52c4ceaa5 (salary, debt)', salary, debt)
  FROM people p;
SELECT pgscore.predict_class_at_columns('private version 1 #4fe52c4ceaa5 (salary, debt)', 0.5,
    salary, debt) FROM people p;
RESET ROLE;
GRANT EXECUTE ON FUNCTION predict(text, "any"), predict(model_version, "any"),
    predict_class(text, record, float8) TO PUBLIC;
-- The planner's form, without which the call is scored as it is written.
REVOKE EXECUTE ON FUNCTION pgscore.predict_columns(pgscore.planned_model, "any") FROM PUBLIC;
SET ROLE regress_user;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE by_name;
EXECUTE by_name;
RESET ROLE;
GRANT EXECUTE ON FUNCTION pgscore.predict_columns(pgscore.planned_model, "any") TO PUBLIC;
SET ROLE regress_user;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE by_name;
RESET ROLE;
DEALLOCATE ALL;
\set SHOW_CONTEXT errors

-- ---- what lies in shared memory -----------------------------------------------------------------
TABLE loaded;
CREATE TABLE keys AS SELECT v.plan_key FROM "!pgscore".catalog_version v
  JOIN "!pgscore".catalog_model m ON m.id = v.model_id WHERE m.name = 'private';
GRANT SELECT ON keys TO PUBLIC;
SET ROLE regress_nobody;
SELECT count(*) AS plans_of_private FROM pgscore.loaded_plans() JOIN keys USING (plan_key);
SET ROLE regress_user;
SELECT count(*) AS plans_of_private FROM pgscore.loaded_plans() JOIN keys USING (plan_key);
RESET ROLE;
GRANT pg_read_all_stats TO regress_nobody;
SET ROLE regress_nobody;
SELECT count(*) AS plans_of_private FROM pgscore.loaded_plans() JOIN keys USING (plan_key);
RESET ROLE;
REVOKE pg_read_all_stats FROM regress_nobody;

-- ---- pgscore.on_error opens no policy and changes no version ------------------------------------
CREATE TABLE notes (id int, a float8, note text);
INSERT INTO notes VALUES (1, 5, 'everybody may read it'), (2, 'Infinity', 'hidden');
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY small ON notes USING (predict('open', a) < 10 IS NOT FALSE);
GRANT SELECT ON notes TO regress_user;
SET ROLE regress_user;
SELECT note FROM notes;
SET pgscore.on_error = 'null';
SELECT note FROM notes;
SET SESSION pgscore.on_error = 'error';
SELECT set_config('pgscore.on_error', 'null', true);
RESET ROLE;
-- A refresh that may: by a grant, or by the administrator's choice for a role.
GRANT SET ON PARAMETER pgscore.on_error TO regress_user;
SET ROLE regress_user;
SET pgscore.on_error = 'null';
SELECT id, predict('open', a) FROM (VALUES (1, 5::float8), (2, 'Infinity')) v (id, a);
SELECT id, predict('open@1', a) FROM (VALUES (1, 5::float8), (2, 'Infinity')) v (id, a);
-- Of a version the scores are the same for everybody, or an index would hold what a query does not
-- find.
SELECT id, predict('open@1'::model_version, a)
  FROM (VALUES (1, 5::float8), (2, 'Infinity')) v (id, a);
SELECT predict('open@1'::model_version, 'Infinity'::float8);
SELECT id, pgscore.predict_columns_version('open@1 #da629b207e06 (a)', a)
  FROM (VALUES (1, 5::float8), (2, 'Infinity')) v (id, a);
SET pgscore.enable_batch = on;
SET pgscore.batch_min_rows = 0;
SELECT id, predict('open@1'::model_version, a)
  FROM (VALUES (1, 5::float8), (2, 'Infinity')) v (id, a);
RESET pgscore.batch_min_rows;
RESET pgscore.on_error;
RESET ROLE;
REVOKE SET ON PARAMETER pgscore.on_error FROM regress_user;

-- Before the library is loaded anybody may set a name that nobody knows: it counts for nothing
-- then.
\set administrator :USER
\c - regress_user
SET pgscore.on_error = 'null';
SELECT note FROM rights.notes;
SHOW pgscore.on_error;
\c - :administrator

SET client_min_messages = warning;
DROP SCHEMA rights CASCADE;
SELECT pgscore.drop_model(name) FROM pgscore.models WHERE name IN ('private', 'open');
DROP ROLE regress_owner, regress_user, regress_nobody;
SELECT pgscore.release_model_name(name) FROM unnest('{private,open}'::text[]) name;
