-- Everything of the extension is described: what follows lists what is not.
CREATE VIEW members AS
SELECT d.classid, d.objid FROM pg_depend d
  JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
 WHERE e.extname = 'pgscore' AND d.deptype = 'e';
SELECT pg_describe_object(classid, objid, 0) AS object FROM members
 WHERE obj_description(objid, classid::regclass::name) IS NULL
   AND NOT (classid = 'pg_class'::regclass AND EXISTS (SELECT FROM pg_class c
       WHERE c.oid = objid AND relkind NOT IN ('r', 'v')))
   -- What PostgreSQL makes by itself: array types, the types of rows.
   AND NOT (classid = 'pg_type'::regclass AND EXISTS (SELECT FROM pg_type t
       WHERE t.oid = objid AND (typrelid <> 0 OR typelem <> 0)));
SELECT a.attrelid::regclass, a.attname FROM members m
  JOIN pg_class c ON c.oid = m.objid AND m.classid = 'pg_class'::regclass
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relkind IN ('r', 'v') AND col_description(c.oid, a.attnum) IS NULL;
-- Named arguments are part of the interface.
SELECT p.oid::regprocedure FROM members m JOIN pg_proc p ON p.oid = m.objid
   AND m.classid = 'pg_proc'::regclass
 WHERE p.pronargs > 0 AND p.proargnames IS NULL
   AND p.proname !~ '^(model_version|catalog_role)_(in|out|recv|send)$';
-- The comments are texts for users: no full stop at the end, no capital at the beginning.
SELECT DISTINCT description FROM pg_description d
  JOIN members m ON m.objid = d.objoid AND m.classid = d.classoid
 WHERE description ~ '\.$' OR (description ~ '^[A-Z]' AND description <> 'I/O');
-- None runs with the rights of another role, so none needs a search path of its own; none is a
-- procedural function that would. Those in SQL give every name its schema.
SELECT p.oid::regprocedure FROM members m JOIN pg_proc p ON p.oid = m.objid
   AND m.classid = 'pg_proc'::regclass
  JOIN pg_language l ON l.oid = p.prolang
 WHERE p.prosecdef OR l.lanname NOT IN ('c', 'internal');
-- What not everybody may execute.
SELECT p.oid::regprocedure FROM members m JOIN pg_proc p ON p.oid = m.objid
   AND m.classid = 'pg_proc'::regclass
 WHERE NOT EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
     WHERE a.grantee = 0)
 ORDER BY p.oid::regprocedure::text;
-- What everybody may do with tables, views and sequences.
SELECT c.oid::regclass AS relation, c.relkind, string_agg(a.privilege_type, ', '
    ORDER BY a.privilege_type) AS public_may
  FROM members m JOIN pg_class c ON c.oid = m.objid AND m.classid = 'pg_class'::regclass
  CROSS JOIN aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a
 WHERE a.grantee = 0 GROUP BY c.oid, c.relkind ORDER BY c.oid::regclass::text;
SELECT c.oid::regclass AS view_without_barrier FROM members m
  JOIN pg_class c ON c.oid = m.objid AND m.classid = 'pg_class'::regclass
 WHERE c.relkind = 'v' AND coalesce(array_to_string(c.reloptions, ','),
     '') !~ 'security_barrier=true';
DROP VIEW members;
