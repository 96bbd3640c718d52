-- Metrics of models, as aggregates. A row with a NULL in any argument does not count. Each has a
-- second form with the weight of a row as its last argument.
--
-- Aggregates of one family over the same arguments share their state: roc_auc and ks_statistic of
-- one query sort the rows once. Families with the same kind of state share the functions that
-- combine states and make results of them.
--
-- What the extension has already is left alone, so an update script may hold this file as it is.

DO $script$
DECLARE
    object record;
    described record;
BEGIN
    FOR object IN
        WITH types (name, columns, description, column_descriptions) AS (VALUES
            -- What the records have that aggregates return in arrays.
            ('roc_point', 'threshold float8, fpr float8, tpr float8',
             'point of a ROC curve: rows are taken for positive from a score on',
             '{"score from which rows are taken for positive; infinite: none is",'
             'share of the negative rows that are,share of the positive rows that are}'),
            ('pr_point', 'threshold float8, "precision" float8, recall float8',
             'point of a precision and recall curve: rows are taken for positive from a score on',
             '{"score from which rows are taken for positive; infinite: none is",'
             'share of them that is positive,share of the positive rows that is among them}'),
            ('calibration_bin',
             'bin int, mean_score float8, observed float8, weight float8',
             'rows whose scores fall into one of several bins of equal width from 0 to 1',
             '{"number of the bin, from 1 on; its upper limit belongs to it",'
             'mean score of its rows,share of positive rows among them,'
             '"weight of the rows; their number, where they have no weights"}'),
            ('lift_tile',
             'tile int, lowest_score float8, weight float8, positives float8, capture float8, '
             'lift float8, cumulative_lift float8, ks float8',
             'rows of about the same rank by score',
             '{"number of the tile, from 1 for the highest scores on",lowest score of its rows,'
             '"weight of its rows; their number, where they have no weights",'
             'the same of the positive ones,share of all positive rows that are in this tile and '
             'those above,share of positive rows in it by that of all rows,'
             'the same of this tile and those above,'
             'distance of the distributions of the scores of both labels at its end}'),
            ('confusion_cell', 'label text, predicted text, weight float8',
             'rows of one class for which one class was predicted',
             '{class of the rows,class that was predicted for them,'
             '"weight of the rows; their number, where they have no weights"}')
        ), plain (name, arguments, returns, description) AS (VALUES
            ('psi', 'expected float8[], actual float8[]', 'float8',
             'population stability index of two histograms: how far the shares of the bins have '
             'moved')
        ), families (family, state, arguments) AS (VALUES
            ('ranking', 'ranking', 'label anyelement, score float8'),
            ('lift', 'ranking', 'label anyelement, score float8, tiles int'),
            ('stability', 'ranking', 'is_actual anyelement, score float8, bins int'),
            ('log_loss', 'mean', 'label anyelement, score float8'),
            ('log_loss_of_classes', 'mean',
             'label text, probabilities float8[], labels text[]'),
            ('class_rankings', 'class_rankings',
             'label text, probabilities float8[], labels text[]'),
            ('brier_score', 'mean', 'label anyelement, score float8'),
            ('calibration', 'calibration', 'label anyelement, score float8, bins int'),
            ('regression', 'regression', 'actual float8, predicted float8'),
            ('absolute_error', 'ranking', 'actual float8, predicted float8'),
            ('poisson_deviance', 'mean', 'actual float8, predicted float8'),
            ('gamma_deviance', 'mean', 'actual float8, predicted float8'),
            ('pinball_loss', 'mean', 'actual float8, predicted float8, alpha float8'),
            ('binary', 'binary', 'label anycompatible, predicted anycompatible'),
            ('classes', 'classes', 'label anycompatible, predicted anycompatible'),
            ('classes_average', 'classes',
             'label anycompatible, predicted anycompatible, average text')
        ), metrics (family, result, name, returns, description) AS (VALUES
            -- A label (boolean, or 1 and 0) and a score: higher where the label is probably true.
            ('ranking', 'roc_auc', 'roc_auc', 'float8',
             'area under the ROC curve: how probable it is that a positive row has a higher score '
             'than another one'),
            ('ranking', 'average_precision', 'average_precision', 'float8',
             'average precision: the precision at each score, weighted with the recall it adds'),
            ('ranking', 'gini', 'gini', 'float8',
             'the Gini coefficient of the scores: 2 * roc_auc - 1'),
            ('ranking', 'ks_statistic', 'ks_statistic', 'float8',
             'greatest distance between the distributions of the scores of both labels '
             '(Kolmogorov and Smirnov)'),
            ('log_loss', 'value', 'log_loss', 'float8',
             'mean of -log(the probability that was given to what happened)'),
            ('brier_score', 'value', 'brier_score', 'float8',
             'mean squared distance of the probability to what happened'),
            ('ranking', 'roc_curve', 'roc_curve', 'pgscore.roc_point[]',
             'shares of the negative and of the positive rows from each score on, the highest '
             'first; to be unnested'),
            ('ranking', 'pr_curve', 'pr_curve', 'pgscore.pr_point[]',
             'precision and recall of the rows from each score on, the highest first; to be '
             'unnested'),
            ('calibration', 'curve', 'calibration_curve', 'pgscore.calibration_bin[]',
             'share of positive rows and mean score in bins of scores, of equal width from 0 to '
             '1; to be unnested'),
            ('lift', 'lift_table', 'lift_table', 'pgscore.lift_tile[]',
             'rows from the highest score down in tiles of as many rows: the positive ones and '
             'their lift; to be unnested'),
            ('stability', 'population_stability', 'population_stability', 'float8',
             'population stability index: how far the scores of actual rows have moved from those '
             'of the others, in bins of as many of the others'),
            -- Probabilities of classes, and their labels in the same order.
            ('log_loss_of_classes', 'value', 'log_loss', 'float8',
             'mean of -log(the probability that was given to the class of the row)'),
            ('class_rankings', 'roc_auc', 'roc_auc', 'float8',
             'area under the ROC curve of each class against the rest, the mean over the classes'),
            -- Numbers.
            ('regression', 'rmse', 'rmse', 'float8', 'root of the mean squared error'),
            ('regression', 'mae', 'mae', 'float8', 'mean absolute error'),
            ('regression', 'mape', 'mape', 'float8',
             'mean absolute error as a share of the actual value (0.1: 10 %)'),
            ('absolute_error', 'median', 'median_absolute_error', 'float8',
             'median of the absolute errors'),
            ('regression', 'r2_score', 'r2_score', 'float8',
             'coefficient of determination: the share of the variance that is predicted'),
            ('poisson_deviance', 'value', 'poisson_deviance', 'float8',
             'mean deviance of Poisson distributions with the predicted means'),
            ('gamma_deviance', 'value', 'gamma_deviance', 'float8',
             'mean deviance of gamma distributions with the predicted means'),
            ('pinball_loss', 'value', 'pinball_loss', 'float8',
             'mean loss of predicted alpha-quantiles'),
            -- Classes.
            ('classes', 'accuracy', 'accuracy', 'float8',
             'share of the rows whose class was predicted'),
            ('classes', 'balanced_accuracy', 'balanced_accuracy', 'float8',
             'share of the rows whose class was predicted, the mean over the classes'),
            ('binary', 'precision', 'precision_score', 'float8',
             'share of the rows predicted to be positive that are'),
            ('classes_average', 'precision', 'precision_score', 'float8',
             'share of the predictions of a class that are correct, as an average (macro, micro '
             'or weighted) over the classes'),
            ('binary', 'recall', 'recall_score', 'float8',
             'share of the positive rows that were predicted to be'),
            ('classes_average', 'recall', 'recall_score', 'float8',
             'share of the rows of a class that were predicted, as an average (macro, micro or '
             'weighted) over the classes'),
            ('binary', 'f1', 'f1_score', 'float8',
             'harmonic mean of precision and recall of the positive rows'),
            ('classes_average', 'f1', 'f1_score', 'float8',
             'harmonic mean of precision and recall of a class, as an average (macro, micro or '
             'weighted) over the classes'),
            ('classes', 'matthews_corrcoef', 'matthews_corrcoef', 'float8',
             'correlation of labels and predicted classes (Matthews)'),
            ('classes', 'cohen_kappa', 'cohen_kappa', 'float8',
             'agreement of labels and predicted classes beyond that of chance (Cohen)'),
            ('classes', 'confusion_matrix', 'confusion_matrix', 'pgscore.confusion_cell[]',
             'how often which class was predicted for which, for each pair that rows have; to be '
             'unnested')
        ), forms (argument, note) AS (VALUES
            ('', ''), (', weight float8', '; of weighted rows')
        ), objects (part, kind, name, arguments, definition, description) AS (
            SELECT 0, 'TYPE', pg_catalog.concat('pgscore.', name), NULL,
                   pg_catalog.format('AS (%s)', columns), description
              FROM types
             UNION ALL
            SELECT 0, 'FUNCTION', pg_catalog.concat('@extschema@.', name), arguments,
                   pg_catalog.format('RETURNS %s AS %L, ''pgscore_%s'' LANGUAGE C IMMUTABLE '
                       'STRICT PARALLEL SAFE', returns, 'MODULE_PATHNAME', name),
                   description
              FROM plain
             UNION ALL
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
                   pg_catalog.concat(arguments, argument),
                   pg_catalog.format(
                       '(SFUNC = pgscore.%1$s_step, STYPE = internal, '
                       'FINALFUNC = pgscore.%2$s_%3$s, FINALFUNC_MODIFY = READ_ONLY, '
                       'COMBINEFUNC = pgscore.%2$s_combine, SERIALFUNC = pgscore.%2$s_serialize, '
                       'DESERIALFUNC = pgscore.%2$s_deserialize, PARALLEL = SAFE)',
                       family, state, result),
                   pg_catalog.concat(description, note)
              FROM metrics JOIN families USING (family), forms
        )
        -- The signature is the name with the types of the arguments, which a type has none of.
        SELECT *, pg_catalog.concat(name, pg_catalog.regexp_replace(
                   pg_catalog.concat('(' || arguments || ')'), '(^\(|, )\w+ ', '\1', 'g'))
                   AS signature
          FROM objects LEFT JOIN (SELECT pg_catalog.concat('pgscore.', name) AS name, columns,
                   column_descriptions FROM types) t USING (name)
         ORDER BY part, name, arguments
    LOOP
        CONTINUE WHEN EXISTS (
            SELECT FROM pg_catalog.pg_depend d
              JOIN pg_catalog.pg_extension e ON d.refobjid OPERATOR(pg_catalog.=) e.oid
             WHERE e.extname OPERATOR(pg_catalog.=) 'pgscore'
               AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::regclass::oid
               AND d.deptype OPERATOR(pg_catalog.=) 'e'
               AND CASE object.kind
                   WHEN 'TYPE' THEN
                       d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_type'::regclass::oid
                       AND d.objid OPERATOR(pg_catalog.=)
                           pg_catalog.to_regtype(object.signature)::oid
                   ELSE
                       d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::regclass::oid
                       AND d.objid OPERATOR(pg_catalog.=)
                           pg_catalog.to_regprocedure(object.signature)::oid
                   END);
        EXECUTE pg_catalog.format('CREATE %s %s%s %s', object.kind, object.name,
            '(' || object.arguments || ')', object.definition);
        EXECUTE pg_catalog.format('COMMENT ON %s %s IS %L', object.kind, object.signature,
            object.description);
        CONTINUE WHEN object.kind OPERATOR(pg_catalog.<>) 'TYPE';
        FOR described IN
            SELECT pg_catalog.split_part(columns.declared, ' ', 1) AS name, columns.description
              FROM ROWS FROM (
                   pg_catalog.regexp_split_to_table(object.columns, ', '),
                   pg_catalog.unnest(object.column_descriptions::text[]))
                   columns (declared, description)
        LOOP
            EXECUTE pg_catalog.format('COMMENT ON COLUMN %s.%s IS %L', object.name,
                described.name, described.description);
        END LOOP;
    END LOOP;
END
$script$;
