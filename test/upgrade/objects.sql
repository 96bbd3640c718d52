-- Everything that the extension has made, a row of text for each property of each object, without
-- the numbers that PostgreSQL gives: the same for a fresh installation and for an upgraded one.
SET search_path = pg_catalog;
WITH RECURSIVE extension AS (
  SELECT * FROM pg_extension WHERE extname = 'pgscore'
), objects AS (
  -- The members, and what hangs on them: indexes, constraints, triggers, rules, sequences, defaults.
  SELECT classid, objid, true AS is_member FROM pg_depend
    WHERE refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM extension)
      AND deptype = 'e'
  UNION
  SELECT d.classid, d.objid, false FROM pg_depend d
    JOIN objects o ON d.refclassid = o.classid AND d.refobjid = o.objid
   WHERE d.deptype IN ('a', 'i')
), things AS (
  SELECT classid, objid, bool_or(is_member) AS is_member FROM objects GROUP BY classid, objid
), privileges (classid, objid, subid, property, acl) AS (
  SELECT 'pg_proc'::regclass, oid, 0, 'privilege', coalesce(proacl, acldefault('f', proowner))
    FROM pg_proc
  UNION ALL
  SELECT 'pg_class'::regclass, oid, 0, 'privilege',
         coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))
    FROM pg_class
  UNION ALL
  SELECT 'pg_class'::regclass, attrelid, attnum, 'privilege', attacl FROM pg_attribute
  UNION ALL
  SELECT 'pg_type'::regclass, oid, 0, 'privilege', coalesce(typacl, acldefault('T', typowner))
    FROM pg_type
  UNION ALL
  SELECT 'pg_namespace'::regclass, oid, 0, 'privilege', coalesce(nspacl, acldefault('n', nspowner))
    FROM pg_namespace
  UNION ALL
  -- What pg_dump takes for the extension's own grants.
  SELECT classoid, objoid, objsubid, 'initial privilege', initprivs FROM pg_init_privs
), properties (classid, objid, subid, property, value) AS (
  SELECT classid, objid, 0, 'is a member', is_member::text FROM things
  UNION ALL
  SELECT classoid, objoid, objsubid, 'comment', description FROM pg_description
  UNION ALL
  SELECT classid, objid, subid, property, grantee.name || ' ' || a.privilege_type
         || CASE WHEN a.is_grantable THEN ' with grant option' ELSE '' END
    FROM privileges, aclexplode(acl) a,
         LATERAL (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END)
           grantee (name)
  UNION ALL
  SELECT 'pg_proc'::regclass, oid, 0, 'definition', pg_get_functiondef(oid)
    FROM pg_proc WHERE prokind <> 'a'
  UNION ALL
  SELECT 'pg_proc'::regclass, p.oid, 0, 'aggregate', concat_ws(' ', aggkind, proparallel,
         pg_get_function_arguments(p.oid), prorettype::regtype, aggtransfn, aggtranstype::regtype,
         aggfinalfn, aggfinalextra, aggfinalmodify, aggcombinefn, aggserialfn, aggdeserialfn)
    FROM pg_aggregate JOIN pg_proc p ON p.oid = aggfnoid
  UNION ALL
  SELECT 'pg_class'::regclass, oid, 0, 'kind', concat_ws(' ', relkind, relpersistence,
         relrowsecurity, relforcerowsecurity, relreplident, reloptions, relnatts)
    FROM pg_class
  UNION ALL
  SELECT 'pg_class'::regclass, attrelid, attnum, 'column ' || attnum,
         concat_ws(' ', quote_ident(attname), format_type(atttypid, atttypmod), attnotnull,
           attidentity, attgenerated, attstorage, attstattarget,
           (SELECT collname FROM pg_collation c WHERE c.oid = attcollation))
    FROM pg_attribute WHERE attnum > 0
  UNION ALL
  SELECT 'pg_class'::regclass, oid, 0, 'definition', pg_get_viewdef(oid)
    FROM pg_class WHERE relkind = 'v'
  UNION ALL
  SELECT 'pg_class'::regclass, indexrelid, 0, 'definition', pg_get_indexdef(indexrelid)
    FROM pg_index
  UNION ALL
  SELECT 'pg_class'::regclass, seqrelid, 0, 'sequence', concat_ws(' ', seqtypid::regtype, seqstart,
         seqincrement, seqmax, seqmin, seqcache, seqcycle)
    FROM pg_sequence
  UNION ALL
  SELECT 'pg_attrdef'::regclass, oid, 0, 'default', pg_get_expr(adbin, adrelid) FROM pg_attrdef
  UNION ALL
  SELECT 'pg_constraint'::regclass, oid, 0, 'definition', pg_get_constraintdef(oid)
    FROM pg_constraint
  UNION ALL
  SELECT 'pg_trigger'::regclass, oid, 0, 'definition', concat_ws(' ', tgenabled, pg_get_triggerdef(oid))
    FROM pg_trigger
  UNION ALL
  SELECT 'pg_event_trigger'::regclass, oid, 0, 'definition',
         concat_ws(' ', evtevent, evtenabled, evttags, evtfoid::regprocedure)
    FROM pg_event_trigger
  UNION ALL
  SELECT 'pg_type'::regclass, oid, 0, 'definition', concat_ws(' ', typtype, typcategory,
         typispreferred, typlen, typbyval, typalign, typstorage, typinput, typoutput, typreceive,
         typsend, typnotnull, typbasetype::regtype, typdefault)
    FROM pg_type
  UNION ALL
  SELECT 'pg_cast'::regclass, oid, 0, 'definition',
         concat_ws(' ', castfunc::regprocedure, castcontext, castmethod)
    FROM pg_cast
), rows (object, property, value) AS (
  SELECT i.type || ' ' || i.identity, property, value
    FROM things t JOIN properties p USING (classid, objid),
         LATERAL pg_identify_object(t.classid, t.objid, 0) i
   WHERE i.identity !~ 'pg_toast' AND p.objid IN (SELECT objid FROM things)
  UNION ALL
  SELECT 'extension', 'comment', obj_description(oid, 'pg_extension') FROM extension
  UNION ALL
  SELECT 'extension', 'table whose rows are dumped', c.relation::regclass || c.condition
    FROM extension, unnest(extconfig, extcondition) c (relation, condition)
)
SELECT concat_ws(': ', object, property, replace(value, chr(10), '\n')) FROM rows ORDER BY 1;
