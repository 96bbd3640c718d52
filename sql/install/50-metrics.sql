-- Metrics of models, as aggregates. A row with a NULL in any argument does not count. Each has a
-- second form with the weight of a row as its last argument.
--
-- Aggregates of one family over the same arguments share their state: roc_auc and ks_statistic of
-- one query sort the rows once. Families with the same kind of state share the functions that
-- combine states and make results of them.
--
-- What the extension has already is left alone, so an update script may hold this file as it is.

-- What records have that aggregates return in arrays.
DO $script$
DECLARE
    type record;
    described record;
BEGIN
    FOR type IN
        SELECT * FROM (VALUES
            ('confusion_cell', 'label text, predicted text, weight float8',
             'rows of one class for which one class was predicted',
             '{class of the rows,class that was predicted for them,'
             '"weight of the rows; their number, where they have no weights"}'))
        AS types (name, columns, description, column_descriptions)
    LOOP
        CONTINUE WHEN EXISTS (
            SELECT FROM pg_catalog.pg_depend d
              JOIN pg_catalog.pg_extension e ON d.refobjid OPERATOR(pg_catalog.=) e.oid
             WHERE e.extname OPERATOR(pg_catalog.=) 'pgscore'
               AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::regclass::oid
               AND d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_type'::regclass::oid
               AND d.objid OPERATOR(pg_catalog.=)
                   pg_catalog.to_regtype(pg_catalog.concat('pgscore.', type.name))::oid
               AND d.deptype OPERATOR(pg_catalog.=) 'e');
        EXECUTE pg_catalog.format('CREATE TYPE pgscore.%s AS (%s)', type.name, type.columns);
        EXECUTE pg_catalog.format('COMMENT ON TYPE pgscore.%s IS %L', type.name, type.description);
        FOR described IN
            SELECT pg_catalog.split_part(columns.declared, ' ', 1) AS name, columns.description
              FROM ROWS FROM (
                   pg_catalog.regexp_split_to_table(type.columns, ', '),
                   pg_catalog.unnest(type.column_descriptions::text[]))
                   columns (declared, description)
        LOOP
            EXECUTE pg_catalog.format('COMMENT ON COLUMN pgscore.%s.%I IS %L', type.name,
                described.name, described.description);
        END LOOP;
    END LOOP;
END
$script$;

DO $script$
DECLARE
    function record;
BEGIN
    FOR function IN
        WITH families (family, state, arguments) AS (VALUES
            ('ranking', 'ranking', 'label anyelement, score float8'),
            ('regression', 'regression', 'actual float8, predicted float8'),
            ('absolute_error', 'ranking', 'actual float8, predicted float8'),
            ('poisson_deviance', 'mean', 'actual float8, predicted float8'),
            ('gamma_deviance', 'mean', 'actual float8, predicted float8'),
            ('pinball_loss', 'mean', 'actual float8, predicted float8, alpha float8'),
            ('binary', 'binary', 'label anycompatible, predicted anycompatible'),
            ('classes', 'classes', 'label anycompatible, predicted anycompatible'),
            ('classes_average', 'classes',
             'label anycompatible, predicted anycompatible, average text')
        ), metrics (family, result, name, arguments, returns, description) AS (VALUES
            -- A label (boolean, or 1 and 0) and a score: higher where the label is probably true.
            ('ranking', 'roc_auc', 'roc_auc', 'label anyelement, score float8', 'float8',
             'area under the ROC curve: how probable it is that a positive row has a higher score '
             'than another one'),
            ('ranking', 'average_precision', 'average_precision', 'label anyelement, score float8',
             'float8',
             'average precision: the precision at each score, weighted with the recall it adds'),
            ('ranking', 'gini', 'gini', 'label anyelement, score float8', 'float8',
             'the Gini coefficient of the scores: 2 * roc_auc - 1'),
            ('ranking', 'ks_statistic', 'ks_statistic', 'label anyelement, score float8', 'float8',
             'greatest distance between the distributions of the scores of both labels '
             '(Kolmogorov and Smirnov)'),
            -- Numbers.
            ('regression', 'rmse', 'rmse', 'actual float8, predicted float8', 'float8',
             'root of the mean squared error'),
            ('regression', 'mae', 'mae', 'actual float8, predicted float8', 'float8',
             'mean absolute error'),
            ('regression', 'mape', 'mape', 'actual float8, predicted float8', 'float8',
             'mean absolute error as a share of the actual value (0.1: 10 %)'),
            ('absolute_error', 'median', 'median_absolute_error',
             'actual float8, predicted float8', 'float8', 'median of the absolute errors'),
            ('regression', 'r2_score', 'r2_score', 'actual float8, predicted float8', 'float8',
             'coefficient of determination: the share of the variance that is predicted'),
            ('poisson_deviance', 'value', 'poisson_deviance', 'actual float8, predicted float8',
             'float8', 'mean deviance of Poisson distributions with the predicted means'),
            ('gamma_deviance', 'value', 'gamma_deviance', 'actual float8, predicted float8',
             'float8', 'mean deviance of gamma distributions with the predicted means'),
            ('pinball_loss', 'value', 'pinball_loss',
             'actual float8, predicted float8, alpha float8', 'float8',
             'mean loss of predicted alpha-quantiles'),
            -- Classes.
            ('classes', 'accuracy', 'accuracy', 'label anycompatible, predicted anycompatible',
             'float8', 'share of the rows whose class was predicted'),
            ('classes', 'balanced_accuracy', 'balanced_accuracy',
             'label anycompatible, predicted anycompatible', 'float8',
             'share of the rows whose class was predicted, the mean over the classes'),
            ('binary', 'precision', 'precision_score',
             'label anycompatible, predicted anycompatible', 'float8',
             'share of the rows predicted to be positive that are'),
            ('classes_average', 'precision', 'precision_score',
             'label anycompatible, predicted anycompatible, average text', 'float8',
             'share of the predictions of a class that are correct, as an average (macro, micro or '
             'weighted) over the classes'),
            ('binary', 'recall', 'recall_score', 'label anycompatible, predicted anycompatible',
             'float8', 'share of the positive rows that were predicted to be'),
            ('classes_average', 'recall', 'recall_score',
             'label anycompatible, predicted anycompatible, average text', 'float8',
             'share of the rows of a class that were predicted, as an average (macro, micro or '
             'weighted) over the classes'),
            ('binary', 'f1', 'f1_score', 'label anycompatible, predicted anycompatible', 'float8',
             'harmonic mean of precision and recall of the positive rows'),
            ('classes_average', 'f1', 'f1_score',
             'label anycompatible, predicted anycompatible, average text', 'float8',
             'harmonic mean of precision and recall of a class, as an average (macro, micro or '
             'weighted) over the classes'),
            ('classes', 'matthews_corrcoef', 'matthews_corrcoef',
             'label anycompatible, predicted anycompatible', 'float8',
             'correlation of labels and predicted classes (Matthews)'),
            ('classes', 'cohen_kappa', 'cohen_kappa',
             'label anycompatible, predicted anycompatible', 'float8',
             'agreement of labels and predicted classes beyond that of chance (Cohen)'),
            ('classes', 'confusion_matrix', 'confusion_matrix',
             'label anycompatible, predicted anycompatible', 'pgscore.confusion_cell[]',
             'how often which class was predicted for which, for each pair that rows have; to be '
             'unnested')
        ), forms (weighted, argument, note) AS (VALUES
            (0, '', ''), (1, ', weight float8', '; of weighted rows')
        ), functions (part, kind, name, arguments, definition, description) AS (
            SELECT 1, 'FUNCTION', pg_catalog.concat('pgscore.', family, '_step'),
                   pg_catalog.concat('state internal, ', arguments, argument),
                   pg_catalog.format('RETURNS internal AS %L, ''pgscore_%s_step'' LANGUAGE C '
                       'IMMUTABLE PARALLEL SAFE', 'MODULE_PATHNAME', family),
                   'aggregate: adds a row to the state'
              FROM families, forms
             UNION ALL
            SELECT DISTINCT 2, 'FUNCTION', pg_catalog.concat('pgscore.', state, '_', f.name),
                   f.arguments,
                   pg_catalog.format('RETURNS %s AS %L, ''pgscore_%s_%s'' LANGUAGE C IMMUTABLE %s '
                       'PARALLEL SAFE', f.returns, 'MODULE_PATHNAME', state, f.name, f.null_rule),
                   f.description
              FROM families,
                   (VALUES
                       ('combine', 'state internal, other internal', 'internal', '',
                        'aggregate: adds the rows of another state'),
                       ('serialize', 'state internal', 'bytea', 'STRICT',
                        'aggregate: the state of a parallel worker as bytes'),
                       ('deserialize', 'state bytea, unused internal', 'internal', 'STRICT',
                        'aggregate: the state of a parallel worker from bytes'))
                   f (name, arguments, returns, null_rule, description)
             UNION ALL
            SELECT DISTINCT 3, 'FUNCTION', pg_catalog.concat('pgscore.', state, '_', result),
                   'state internal',
                   pg_catalog.format('RETURNS %s AS %L, ''pgscore_%s_%s'' LANGUAGE C IMMUTABLE '
                       'STRICT PARALLEL SAFE', returns, 'MODULE_PATHNAME', state, result),
                   pg_catalog.concat('aggregate: result of ', result)
              FROM metrics JOIN families USING (family)
             UNION ALL
            SELECT 4, 'AGGREGATE', pg_catalog.concat('@extschema@.', name),
                   pg_catalog.concat(metrics.arguments, argument),
                   pg_catalog.format(
                       '(SFUNC = pgscore.%1$s_step, STYPE = internal, '
                       'FINALFUNC = pgscore.%2$s_%3$s, FINALFUNC_MODIFY = READ_ONLY, '
                       'COMBINEFUNC = pgscore.%2$s_combine, SERIALFUNC = pgscore.%2$s_serialize, '
                       'DESERIALFUNC = pgscore.%2$s_deserialize, PARALLEL = SAFE)',
                       family, state, result),
                   pg_catalog.concat(metrics.description, note)
              FROM metrics JOIN families USING (family), forms
        )
        SELECT *, pg_catalog.format('%s(%s)', name, types) AS signature
          FROM functions,
               pg_catalog.regexp_replace(arguments, '(^|, )\w+ ', '\1', 'g') types
         ORDER BY part, name, arguments
    LOOP
        CONTINUE WHEN EXISTS (
            SELECT FROM pg_catalog.pg_depend d
              JOIN pg_catalog.pg_extension e ON d.refobjid OPERATOR(pg_catalog.=) e.oid
             WHERE e.extname OPERATOR(pg_catalog.=) 'pgscore'
               AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::regclass::oid
               AND d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::regclass::oid
               AND d.objid OPERATOR(pg_catalog.=)
                   pg_catalog.to_regprocedure(function.signature)::oid
               AND d.deptype OPERATOR(pg_catalog.=) 'e');
        EXECUTE pg_catalog.format('CREATE %s %s(%s) %s', function.kind, function.name,
            function.arguments, function.definition);
        EXECUTE pg_catalog.format('COMMENT ON %s %s IS %L', function.kind, function.signature,
            function.description);
    END LOOP;
END
$script$;
