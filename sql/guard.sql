-- What a stored score is bound to by name keeps its name.
\pset null '(null)'
CREATE ROLE regress_keeper;
CREATE SCHEMA guarding;
GRANT ALL ON SCHEMA guarding TO regress_keeper;
SET search_path = guarding, public;
SELECT pgscore.import_model('adds', made.linear(0, '{1,2}', 'a', 'b')),
       pgscore.import_model('finds', made.look_up('b', '{x,y}', '{10,20}'));

-- ---- columns below an index ---------------------------------------------------------------------
CREATE TABLE t (a float8, b float8, note text);
INSERT INTO t SELECT i, -i FROM generate_series(1, 1000) i;
CREATE INDEX t_index ON t (predict('adds@1'::model_version, t.*));
ANALYZE t;
SELECT count(*) FROM t WHERE predict('adds@1'::model_version, t.*) = -5;
ALTER TABLE t RENAME a TO c;
ALTER TABLE t RENAME COLUMN b TO a2;
ALTER TABLE t DROP COLUMN b;
ALTER TABLE t ALTER a TYPE numeric;
ALTER TABLE t ADD COLUMN more int, DROP COLUMN a;
-- What no model reads is free.
ALTER TABLE t RENAME note TO remark;
ALTER TABLE t ALTER remark TYPE varchar(100), ADD COLUMN extra int;
ALTER TABLE t DROP COLUMN extra;
ALTER TABLE IF EXISTS no_such_table RENAME a TO c;
ALTER TABLE t RENAME nothing TO c;
-- A column that takes over the name of a feature.
BEGIN;
DROP INDEX t_index;
ALTER TABLE t RENAME a TO c;
ALTER TABLE t RENAME b TO a;
ALTER TABLE t RENAME c TO b;
CREATE INDEX t_index ON t (predict('adds@1'::model_version, t.*));
SELECT count(*) FROM t WHERE predict('adds@1'::model_version, t.*) = 5;
COMMIT;
-- By position nothing is bound to a name, and PostgreSQL follows the columns.
DROP INDEX t_index;
CREATE INDEX t_index ON t (predict('adds@1'::model_version, a, b));
ALTER TABLE t RENAME a TO c;
ALTER TABLE t RENAME c TO a;
DROP INDEX t_index;
-- Other places that keep what a model gave, or were checked with it.
ALTER TABLE t ADD CONSTRAINT small CHECK (predict('adds', t) < 10000);
ALTER TABLE t RENAME a TO c;
ALTER TABLE t DROP CONSTRAINT small;
CREATE TYPE pair AS (a float8, b float8, note text);
CREATE TABLE of_type OF pair;
CREATE INDEX of_type_index ON of_type (predict('adds@1'::model_version, of_type.*));
ALTER TYPE pair RENAME ATTRIBUTE a TO c CASCADE;
ALTER TYPE pair RENAME ATTRIBUTE note TO remark CASCADE;
DROP TABLE of_type;
CREATE TABLE holds (p pair, s float8 GENERATED ALWAYS AS (predict('adds@1'::model_version,
      p)) STORED);
ALTER TYPE pair RENAME ATTRIBUTE b TO c;
ALTER TYPE pair DROP ATTRIBUTE b;
CREATE DOMAIN small_pair AS pair CHECK (predict('adds@1'::model_version, VALUE) < 10);
DROP TABLE holds;
ALTER TYPE pair RENAME ATTRIBUTE b TO c;
DROP DOMAIN small_pair;
ALTER TYPE pair RENAME ATTRIBUTE b TO c;
CREATE MATERIALIZED VIEW kept AS SELECT a, b FROM t;
CREATE INDEX kept_index ON kept (predict('adds@1'::model_version, kept.*));
ALTER MATERIALIZED VIEW kept RENAME a TO c;
ALTER TABLE kept RENAME COLUMN a TO c;
DROP MATERIALIZED VIEW kept;
-- Partitions and children have the columns of their parents.
CREATE TABLE parent (a float8, b float8);
CREATE TABLE child (c int) INHERITS (parent);
CREATE INDEX child_index ON child (predict('adds@1'::model_version, child.*));
ALTER TABLE parent RENAME a TO d;
ALTER TABLE parent DROP COLUMN b;

-- ---- labels of an enum --------------------------------------------------------------------------
CREATE TYPE mark AS ENUM ('x', 'y');
CREATE TYPE unused AS ENUM ('x', 'y');
CREATE TABLE marked (b mark, p float8 GENERATED ALWAYS AS (predict('finds@1'::model_version,
      b)) STORED);
INSERT INTO marked SELECT 'x' FROM generate_series(1, 10);
ALTER TYPE mark RENAME VALUE 'x' TO 'z';
ALTER TYPE mark ADD VALUE 'z';
ALTER TYPE unused RENAME VALUE 'x' TO 'z';
ALTER TABLE marked DROP COLUMN p;
CREATE INDEX marked_index ON marked (predict('finds@1'::model_version, marked.*));
ALTER TYPE mark RENAME VALUE 'y' TO 'w';
DROP INDEX marked_index;
CREATE DOMAIN fine_mark AS mark;
CREATE TABLE fine (b fine_mark);
CREATE INDEX fine_index ON fine (predict('finds@1'::model_version, b));
ALTER TYPE mark RENAME VALUE 'y' TO 'w';
DROP TABLE fine;
ALTER TYPE mark RENAME VALUE 'y' TO 'w';
ALTER TYPE mark RENAME VALUE 'w' TO 'y';

-- ---- where nothing is stored: a warning ---------------------------------------------------------
CREATE VIEW scored AS SELECT predict('adds', t) FROM t;
ALTER TABLE t RENAME a TO c;
ALTER TABLE t RENAME c TO a;
CREATE VIEW by_mark AS SELECT predict('finds', b) FROM marked;
ALTER TYPE mark RENAME VALUE 'x' TO 'v';
DROP VIEW scored, by_mark;

-- ---- whoever may not score learns no names of features: any change is refused -------------------
ALTER TABLE t OWNER TO regress_keeper;
CREATE INDEX t_index ON t (predict('adds@1'::model_version, t.*)) WHERE a < 0;
SELECT pgscore.grant_model('adds', 'execute', 'regress_keeper');
CREATE INDEX t_index ON t (predict('adds@1'::model_version, t.*));
SELECT pgscore.revoke_model('adds', 'execute', 'regress_keeper');
SET ROLE regress_keeper;
ALTER TABLE t RENAME remark TO note;
ALTER TABLE t RENAME a TO c;
RESET ROLE;
-- A table that comes to an owner who may not score.
ALTER TABLE child OWNER TO regress_keeper;
CREATE TABLE empty (a float8, b float8);
ALTER TABLE empty OWNER TO regress_keeper;
CREATE INDEX empty_index ON empty (predict('adds@1'::model_version, empty.*));
-- Triggers of this kind are for the event, not to be called.
SELECT pgscore.guard_names();

RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA guarding CASCADE;
SELECT pgscore.drop_model('adds'), pgscore.drop_model('finds');
DROP ROLE regress_keeper;
SELECT pgscore.release_model_name(name) FROM unnest('{adds,finds}'::text[]) name;
