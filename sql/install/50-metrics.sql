-- Metrics of models, as aggregates. A row with a NULL in any argument does not count. Each has a
-- second form with the weight of a row as its last argument.
--
-- Aggregates of one family over the same arguments share their state: roc_auc and ks_statistic of
-- one query sort the rows once.

DO $script$
DECLARE
    family record;
    metric record;
    step record;
    types text;
BEGIN
    -- The functions of the states. Families with the same kind of state share what works on it.
    FOR family IN
        SELECT * FROM (VALUES
            ('ranking', 'ranking', 'label anyelement, score float8'))
        AS families (name, state, arguments)
    LOOP
        types := pg_catalog.regexp_replace(family.arguments, '(^|, )\w+ ', '\1', 'g');
        FOR step IN
            SELECT family.arguments AS arguments, types AS types
             UNION ALL
            SELECT pg_catalog.concat(family.arguments, ', weight float8'),
                   pg_catalog.concat(types, ', float8')
        LOOP
            EXECUTE pg_catalog.format($sql$
                CREATE FUNCTION pgscore.%1$s_step(state internal, %2$s) RETURNS internal
                    AS 'MODULE_PATHNAME', 'pgscore_%1$s_step'
                    LANGUAGE C IMMUTABLE PARALLEL SAFE;
                COMMENT ON FUNCTION pgscore.%1$s_step(internal, %3$s) IS
                    'aggregate: adds a row to the state'$sql$,
                family.name, step.arguments, step.types);
        END LOOP;
        IF family.name OPERATOR(pg_catalog.=) family.state THEN
            EXECUTE pg_catalog.format($sql$
                CREATE FUNCTION pgscore.%1$s_combine(state internal, other internal)
                    RETURNS internal
                    AS 'MODULE_PATHNAME', 'pgscore_%1$s_combine'
                    LANGUAGE C IMMUTABLE PARALLEL SAFE;
                COMMENT ON FUNCTION pgscore.%1$s_combine(internal, internal) IS
                    'aggregate: adds the rows of another state';
                CREATE FUNCTION pgscore.%1$s_serialize(state internal) RETURNS bytea
                    AS 'MODULE_PATHNAME', 'pgscore_%1$s_serialize'
                    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
                COMMENT ON FUNCTION pgscore.%1$s_serialize(internal) IS
                    'aggregate: the state of a parallel worker as bytes';
                CREATE FUNCTION pgscore.%1$s_deserialize(state bytea, unused internal)
                    RETURNS internal
                    AS 'MODULE_PATHNAME', 'pgscore_%1$s_deserialize'
                    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
                COMMENT ON FUNCTION pgscore.%1$s_deserialize(bytea, internal) IS
                    'aggregate: the state of a parallel worker from bytes'$sql$, family.name);
        END IF;
    END LOOP;

    FOR metric IN
        SELECT * FROM (VALUES
            -- A label (boolean, or 1 and 0) and a score: higher where the label is probably true.
            ('ranking', 'ranking', 'roc_auc', 'label anyelement, score float8', 'float8',
             'area under the ROC curve: how probable it is that a positive row has a higher score '
             'than another one'),
            ('ranking', 'ranking', 'average_precision', 'label anyelement, score float8', 'float8',
             'average precision: the precision at each score, weighted with the recall it adds'),
            ('ranking', 'ranking', 'gini', 'label anyelement, score float8', 'float8',
             'the Gini coefficient of the scores: 2 * roc_auc - 1'),
            ('ranking', 'ranking', 'ks_statistic', 'label anyelement, score float8', 'float8',
             'greatest distance between the distributions of the scores of both labels '
             '(Kolmogorov and Smirnov)'))
        AS metrics (family, state, name, arguments, result, description)
    LOOP
        EXECUTE pg_catalog.format($sql$
            CREATE FUNCTION pgscore.%1$s_%2$s(state internal) RETURNS %3$s
                AS 'MODULE_PATHNAME', 'pgscore_%1$s_%2$s'
                LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
            COMMENT ON FUNCTION pgscore.%1$s_%2$s(internal) IS 'aggregate: result of %2$s'$sql$,
            metric.family, metric.name, metric.result);
        types := pg_catalog.regexp_replace(metric.arguments, '(^|, )\w+ ', '\1', 'g');
        FOR step IN
            SELECT metric.arguments AS arguments, types AS types, metric.description AS description
             UNION ALL
            SELECT pg_catalog.concat(metric.arguments, ', weight float8'),
                   pg_catalog.concat(types, ', float8'),
                   pg_catalog.concat(metric.description, '; of weighted rows')
        LOOP
            EXECUTE pg_catalog.format($sql$
                CREATE AGGREGATE @extschema@.%1$s(%2$s) (
                    SFUNC = pgscore.%3$s_step, STYPE = internal,
                    FINALFUNC = pgscore.%3$s_%1$s, FINALFUNC_MODIFY = READ_ONLY,
                    COMBINEFUNC = pgscore.%4$s_combine, SERIALFUNC = pgscore.%4$s_serialize,
                    DESERIALFUNC = pgscore.%4$s_deserialize, PARALLEL = SAFE);
                COMMENT ON AGGREGATE @extschema@.%1$s(%5$s) IS %6$L$sql$,
                metric.name, step.arguments, metric.family, metric.state, step.types,
                step.description);
        END LOOP;
    END LOOP;
END
$script$;
