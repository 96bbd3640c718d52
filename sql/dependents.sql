-- What hangs on a model: found, shown, and not broken by accident.
\pset null '(null)'
CREATE ROLE regress_keeper;   -- owns the models
CREATE ROLE regress_builder;  -- owns tables that score
CREATE ROLE regress_other;
CREATE SCHEMA hanging;
GRANT ALL ON SCHEMA hanging TO regress_keeper, regress_builder;
SET search_path = hanging, public;
SELECT pgscore.import_model('pair', made.linear(0, '{1,2}', 'a', 'b')),
       pgscore.import_model('pair', made.linear(0, '{1,2}', 'a', 'b')),
       pgscore.import_model('lone', made.linear(0, '{1,2}', 'a', 'b'));
SELECT pgscore.set_alias('pair', 'best', 2);
SELECT pgscore.set_model_owner(name, 'regress_keeper'),
       pgscore.grant_model(name, 'execute', 'regress_builder') FROM pgscore.models
 WHERE name IN ('pair', 'lone');

SELECT substr(encode(identity, 'hex'), 1, 12) AS content FROM "!pgscore".catalog_version v
  JOIN "!pgscore".catalog_model m ON m.id = v.model_id WHERE m.name = 'pair' AND version = 2 \gset
\set planned 'pair version 2 #' :content ' (a, b)'
SET ROLE regress_builder;
CREATE TABLE t (id int, a float8, b float8);
INSERT INTO t SELECT i, i, 1 FROM generate_series(1, 5) i;
-- Every place where PostgreSQL keeps an expression.
CREATE VIEW plain_view AS SELECT id, predict('pair', t) FROM t;
CREATE VIEW nested_view AS SELECT * FROM (SELECT (SELECT max(predict('pair@best', a, b))
    FROM t) AS m) s WHERE EXISTS (SELECT FROM t WHERE predict_raw('pair@1', t) IS NOT NULL);
CREATE VIEW view_of_view AS SELECT * FROM plain_view;
CREATE MATERIALIZED VIEW kept_view AS SELECT id, predict('pair@1'::model_version, t) AS v FROM t;
CREATE TABLE generated (a float8, b float8,
    v float8 GENERATED ALWAYS AS (predict('pair@1'::model_version, a, b)) STORED,
    d float8 DEFAULT predict('pair', 1, 2), m model_version DEFAULT 'pair@2');
CREATE INDEX by_row ON t (predict('pair@1'::model_version, t.*));
CREATE INDEX by_predicate ON t (id) WHERE predict('pair@1'::model_version, a, b) > 3;
ALTER TABLE t ADD CONSTRAINT small CHECK (predict('pair', t) < 100);
ALTER TABLE t ADD CONSTRAINT apart EXCLUDE (predict('pair@2'::model_version, a, b) WITH =);
CREATE DOMAIN scorable AS float8 CHECK (predict('pair@2'::model_version, VALUE, 1) > 0);
CREATE DOMAIN pinned AS model_version DEFAULT 'pair@1';
CREATE POLICY low ON t USING (predict('pair', t) < 50) WITH CHECK (predict('lone', t) < 50);
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER noted BEFORE INSERT ON t FOR EACH ROW
    WHEN (predict('pair@best', NEW) > 0) EXECUTE FUNCTION noted();
CREATE RULE refused AS ON DELETE TO t WHERE predict('pair', OLD) > 10 DO INSTEAD NOTHING;
CREATE STATISTICS spread ON (predict('pair@1'::model_version, a, b)), id FROM t;
CREATE TABLE parts (id int, a float8, b float8)
    PARTITION BY RANGE (predict('pair@1'::model_version, a, b));
CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM (0) TO (100);
CREATE INDEX part_index ON parts (predict('lone@1'::model_version, a, b));
CREATE FUNCTION by_tree(x float8, y float8 = predict('lone', 1, 2)) RETURNS float8
LANGUAGE sql BEGIN ATOMIC SELECT predict('pair', x, y); END;
CREATE PROCEDURE by_tree_too() LANGUAGE sql BEGIN ATOMIC INSERT INTO t
  SELECT 1, predict('pair', a, b), 1 FROM t WHERE false; END;
CREATE FUNCTION by_text(x float8) RETURNS float8 LANGUAGE plpgsql
AS $$ DECLARE r t; BEGIN
  r.a := x; r.b := predict('pair@best', 1, 1); RETURN predict('pair', r);
END $$;
CREATE FUNCTION not_by_text() RETURNS text LANGUAGE plpgsql
AS $$ BEGIN RETURN 'a pair of words, and predict'; END $$;
CREATE VIEW written_by_hand AS SELECT pgscore.predict_columns(:'planned', a, b) FROM t;
CREATE VIEW by_cast AS SELECT predict(('pair@' || '1')::model_version, t) AS computed,
    predict('pair'::varchar, t) AS cast_name,
    predict('pair@01'::text::model_version, t) AS cast_version FROM t;
RESET ROLE;

SELECT * FROM pgscore.dependents('pair') ORDER BY kind, object, uses;
SELECT kind, object, uses FROM pgscore.dependents('lone') ORDER BY kind, object, uses;
SELECT kind, object, uses FROM pgscore.dependents('pair', 2) ORDER BY kind, object, uses;
SELECT * FROM pgscore.dependents('pair', 3);
SELECT * FROM pgscore.dependents('nothing');
-- Who sees the model sees what depends on it.
SET ROLE regress_other;
SELECT * FROM pgscore.dependents('pair');
RESET ROLE;
SELECT pgscore.grant_model('lone', 'select', 'regress_other');
SET ROLE regress_other;
SELECT count(*) FROM pgscore.dependents('lone');
RESET ROLE;

-- ---- refusals -----------------------------------------------------------------------------------
DO $$ BEGIN PERFORM pgscore.drop_model('lone'); EXCEPTION
    WHEN dependent_objects_still_exist THEN RAISE NOTICE '2BP01'; END $$;
SELECT pgscore.drop_model('pair', 1);
SELECT pgscore.drop_model('pair', 2);
SELECT pgscore.drop_model('lone');
SELECT pgscore.drop_alias('pair', 'best');
SELECT pgscore.rename_model('lone', 'alone');
SELECT pgscore.drop_model('pair');
-- A deploy breaks nothing.
SELECT pgscore.deploy_model('pair', 2), pgscore.deploy_model('pair', 1);

-- ---- with cascade -------------------------------------------------------------------------------
-- The owner of the model has no rights on the tables of others.
SET ROLE regress_keeper;
SELECT pgscore.drop_alias('pair', 'best', cascade => true);
SELECT pgscore.drop_model('lone', cascade => true);
RESET ROLE;
SELECT pgscore.drop_alias('pair', 'best', cascade => true);
SELECT kind, object, uses FROM pgscore.dependents('pair', 2) ORDER BY kind, object, uses;
SELECT pgscore.drop_model('pair', 2, cascade => true);
-- A partition key is the table itself, the default of a type stands in its columns.
SELECT pgscore.drop_model('pair', cascade => true);
DROP TABLE parts;
DROP DOMAIN pinned;
SELECT pgscore.drop_model('pair', cascade => true);
SELECT * FROM pgscore.dependents('lone') ORDER BY kind, object, uses;
SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'hanging'
 ORDER BY 1, 2;
SELECT conname FROM pg_constraint WHERE connamespace = 'hanging'::regnamespace;
INSERT INTO t VALUES (6, 6, 6);
SELECT pgscore.drop_model('lone', cascade => true);

-- ---- inheritance and partitions: what came down goes as well ------------------------------------
SELECT pgscore.import_model('pair', made.linear(0, '{1,2}', 'a', 'b'));
CREATE TABLE parent (a float8, b float8,
    v float8 GENERATED ALWAYS AS (predict('pair@3'::model_version, a, b)) STORED,
    CONSTRAINT small CHECK (predict('pair@3'::model_version, a, b) < 100));
CREATE TABLE child (c int) INHERITS (parent);
CREATE TABLE parts (id int, a float8, b float8) PARTITION BY LIST (id);
CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1);
CREATE INDEX part_index ON parts (predict('pair@3'::model_version, a, b));
SELECT kind, object, uses FROM pgscore.dependents('pair') ORDER BY kind, object;
SELECT pgscore.drop_model('pair', cascade => true);
-- What the child and the partition had of them is gone, too. (How \d prints that differs between releases.)
SELECT c.relname, (SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute
       WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns,
       (SELECT count(*) FROM pg_constraint WHERE conrelid = c.oid) AS constraints,
              (SELECT count(*) FROM pg_index WHERE indrelid = c.oid) AS indexes
  FROM pg_class c WHERE c.oid IN ('child'::regclass, 'part_1'::regclass) ORDER BY 1;

-- ---- names: force leaves the objects as they are, and says so -----------------------------------
SELECT pgscore.import_model('old', made.linear(0, '{1,2}', 'a', 'b'));
CREATE TABLE named (a float8, b float8);
CREATE INDEX named_index ON named (predict('old@1'::model_version, named.*));
SELECT pgscore.rename_model('old', 'new');
SELECT pgscore.rename_model('old', 'new', force => true);
SELECT kind, object, uses, version FROM pgscore.dependents('new');
-- A name that is held is not made new again.
SELECT pgscore.release_model_name('old');
SELECT pgscore.rename_model('new', 'old');
DROP TABLE named;
SELECT pgscore.drop_model('old');

-- ---- owners of tables who may not score the model of their index --------------------------------
SELECT pgscore.import_model('owned', made.linear(0, '{1,2}', 'a', 'b'));
SELECT pgscore.set_model_owner('owned', 'regress_keeper'),
       pgscore.grant_model('owned', 'execute', 'regress_builder'),
       pgscore.grant_model('owned', 'execute', 'public');
SET ROLE regress_builder;
CREATE TABLE mine (a float8, b float8);
INSERT INTO mine VALUES (1, 1);
CREATE INDEX mine_index ON mine (predict('owned@1'::model_version, mine.*));
CREATE MATERIALIZED VIEW mine_kept AS SELECT predict('owned', mine) FROM mine;
RESET ROLE;
SELECT pgscore.revoke_model('owned', 'execute', 'public');
SELECT owner, owner_may_score FROM pgscore.dependents('owned');
SET client_min_messages = warning;
SELECT pgscore.revoke_model('owned', 'execute', 'regress_builder');
SELECT pgscore.revoke_model('owned', 'execute', 'regress_builder');
SELECT kind, owner, owner_may_score FROM pgscore.dependents('owned') ORDER BY kind;
ANALYZE mine;
SELECT pgscore.grant_model('owned', 'execute', 'regress_builder');
SELECT pgscore.drop_role_grants('regress_builder');
SELECT pgscore.set_model_owner('owned', 'regress_builder');
SELECT pgscore.set_model_owner('owned', 'regress_keeper');

RESET search_path;
DROP SCHEMA hanging CASCADE;
SELECT pgscore.drop_model(name) FROM pgscore.models
 WHERE name IN ('pair', 'lone', 'old', 'new', 'owned');
DROP ROLE regress_keeper, regress_builder, regress_other;
SELECT pgscore.release_model_name(name) FROM unnest('{pair,lone,old,new,owned}'::text[]) name;
