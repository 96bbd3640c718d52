"""Writes a trained scikit-learn model as pgscore JSON (models/export/README.md), for
pgscore.import_model.

    from pgscore_export import export
    export(pipeline, "model.json")                        # a fitted estimator or Pipeline
    export(pipeline, "model.json", test_rows=X.head(20))  # with rows that the import checks

or from the shell: python3 -m pgscore_export model.joblib model.json

This folder is all of it; it needs numpy and scikit-learn (1.0 to 1.6). The operations are written
in scikit-learn's own order and precision, so that trees, forests and boosting give the same bits as
predict_proba and predict; linear models are equal up to the order in which the BLAS adds. Sources
of the semantics are the scikit-learn files named in the comments (1.2.1 unless said otherwise).

What each step does with NaN and infinities is what its validation says; scikit-learn 1.2.1:

    NaN and infinities are errors      KBinsDiscretizer, Binarizer, PolynomialFeatures,
                                       FunctionTransformer(validate=True), feature selection (what
                                       it keeps), all linear models; SimpleImputer and
                                       MissingIndicator of another missing value
    NaN passes, infinities are errors  scalers, OneHotEncoder and OrdinalEncoder of numbers,
                                       SimpleImputer and MissingIndicator of NaN
    the same, in float32               trees, forests and gradient boosting: NaN is an error too,
                                       where the model was not trained with it
    both pass                          FunctionTransformer, ColumnTransformer, FeatureUnion,
                                       Pipeline, HistGradientBoosting

An error on an input becomes a policy of the input: "on_missing" and "range". A number that becomes
NaN or infinite on the way makes the scores NULL.

What is not supported raises NotImplementedError that names the step.
"""
from .document_text import to_text
from .graph import Graph
from .predictors import add_predictor
from .rows import raw_frame, rows_with_scores, scores

__all__ = ["export", "scores", "to_document"]


def export(
    model, path=None, feature_names=None, on_missing="error", test_rows=None, objective=None
):
    """Writes `model` to `path` and returns the text.

    feature_names: names of the columns for models that were trained on arrays (default f0, f1, ..).
    on_missing: what a missing value does to a row that scikit-learn would refuse: "error", "null".
    test_rows: a DataFrame or array of some rows; they are stored together with the model's scores.
    objective: free text that pgscore shows; default the class of the final estimator.
    """
    text = to_text(to_document(model, feature_names, on_missing, test_rows, objective))
    if path is not None:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    return text


def to_document(model, feature_names=None, on_missing="error", test_rows=None, objective=None):
    """The model as a dictionary in the structure of the file."""
    if on_missing not in ("error", "null"):
        raise ValueError("on_missing must be 'error' or 'null'")
    graph = Graph(on_missing)
    frame = raw_frame(model, feature_names, graph)
    final = add_predictor(model, frame, graph, type(model).__name__)
    document = graph.document(objective or final)
    if test_rows is not None:
        document["test_rows"] = rows_with_scores(model, test_rows, document)
    return document
