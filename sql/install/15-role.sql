-- catalog_role: the OID of a role, written as its name. Unlike regrole it writes a dropped role as
-- none and not as a number, which a restore would take for whoever has that number then; and it
-- reads a name that does not exist as none, with a warning, so that models survive a restore where
-- their owner is missing.
CREATE TYPE pgscore.catalog_role;

CREATE FUNCTION pgscore.catalog_role_in(cstring) RETURNS pgscore.catalog_role
    AS 'MODULE_PATHNAME', 'pgscore_catalog_role_in' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pgscore.catalog_role_in(cstring) IS 'I/O';
CREATE FUNCTION pgscore.catalog_role_out(pgscore.catalog_role) RETURNS cstring
    AS 'MODULE_PATHNAME', 'pgscore_catalog_role_out' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pgscore.catalog_role_out(pgscore.catalog_role) IS 'I/O';
CREATE FUNCTION pgscore.catalog_role_recv(internal) RETURNS pgscore.catalog_role
    AS 'MODULE_PATHNAME', 'pgscore_catalog_role_recv' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pgscore.catalog_role_recv(internal) IS 'I/O';
CREATE FUNCTION pgscore.catalog_role_send(pgscore.catalog_role) RETURNS bytea
    AS 'MODULE_PATHNAME', 'pgscore_catalog_role_send' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pgscore.catalog_role_send(pgscore.catalog_role) IS 'I/O';

CREATE TYPE pgscore.catalog_role (
    INPUT = pgscore.catalog_role_in,
    OUTPUT = pgscore.catalog_role_out,
    RECEIVE = pgscore.catalog_role_recv,
    SEND = pgscore.catalog_role_send,
    LIKE = pg_catalog.oid
);
COMMENT ON TYPE pgscore.catalog_role IS
    'a role in the catalog of models, written as its name; public is everybody, none a role that '
    'was dropped';

-- Operators and indexes are those of oid.
CREATE CAST (pgscore.catalog_role AS pg_catalog.oid) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (pg_catalog.oid AS pgscore.catalog_role) WITHOUT FUNCTION AS ASSIGNMENT;
COMMENT ON CAST (pgscore.catalog_role AS pg_catalog.oid) IS 'the number of the role';
COMMENT ON CAST (pg_catalog.oid AS pgscore.catalog_role) IS 'the role of a number';
