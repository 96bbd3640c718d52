# Writes a trained R model as pgscore JSON (models/export/README.md), for pgscore.import_model. Copy
# this file and the folder pgscore_export beside it.
#
#   source("pgscore_export.R")
#   pgscore_export(model, "model.json")
#   pgscore_export(model, "model.json", test_rows = head(data))  # with rows that the import checks
#
# where the model is of lm, glm, rpart, randomForest, ranger or gbm.
#
# Base R only (the model's own package must be installed for test_rows). Trees and boosting give the
# same bits as predict(); lm and glm are equal up to the order in which the BLAS adds. The semantics
# are those of predict() in R 4.2.2, rpart 4.1.19, randomForest 4.7-1.1, ranger 0.14.1 and gbm
# 2.1.8.1. What is not supported stops with a message that names it.

# The folder of this file's parts: beside it, wherever it is sourced or run from.
pgs_folder <- function() {
  sourced <- Filter(Negate(is.null), lapply(sys.frames(), function(frame) frame$ofile))
  run <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
  candidates <- file.path(dirname(c(unlist(rev(sourced)), run, "pgscore_export.R")),
    "pgscore_export")
  found <- candidates[file.exists(file.path(candidates, "graph.R"))]
  if (!length(found))
    stop("the folder pgscore_export, with the parts of pgscore_export.R, must lie beside it")
  found[1]
}
for (pgs_part in list.files(pgs_folder(), "[.]R$", full.names = TRUE))
  source(pgs_part, local = TRUE)

# model       the trained model
# file        where to write; NULL: nowhere
# data        the training data, where the model does not keep the levels of its factors: ranger,
#             and randomForest with ordered factors; default: what the model's call names
# n.trees     gbm: how many trees; default all
# on_missing  what a missing value does where the model cannot take one: "null" (R's NA) or "error"
# test_rows   a data frame; these rows are stored together with the model's own scores
# Returns the text, invisibly.
pgscore_export <- function(model, file = NULL, data = NULL, n.trees = NULL, on_missing = "null",
                           test_rows = NULL) {
  if (!on_missing %in% c("null", "error")) stop("on_missing must be \"null\" or \"error\"")
  # What else calls itself lm or glm predicts by other rules: mgcv's gam has smooth terms, mlm
  # several responses.
  known <- c("lm", "glm", "aov", "negbin", "rlm")
  if (inherits(model, "lm") && !class(model)[1] %in% known) pgs_refuse(model)
  graph <- pgs_graph(on_missing)
  text <- tryCatch({
    if (inherits(model, "glm")) {
      pgs_glm(graph, model)
    } else if (inherits(model, "lm")) {
      pgs_lm(graph, model)
    } else if (inherits(model, "rpart")) {
      pgs_rpart(graph, model)
    } else if (inherits(model, "randomForest")) {
      pgs_random_forest(graph, model, data)
    } else if (inherits(model, "ranger")) {
      pgs_ranger(graph, model, data)
    } else if (inherits(model, "gbm")) {
      pgs_gbm(graph, model, n.trees)
    } else {
      pgs_refuse(model)
    }
    pgs_document(graph, model, test_rows, n.trees)
  }, error = function(e) pgs_explain(e, model))
  if (!is.null(file)) {
    out <- base::file(file, "wb")
    on.exit(close(out))
    writeBin(charToRaw(text), out)
  }
  invisible(text)
}

pgs_refuse <- function(model) {
  stop("models of class ", paste(class(model), collapse = ", "), " are not supported",
       if (inherits(model, "train")) ": give $finalModel, the model that caret chose",
       call. = FALSE)
}

# What caret's train() adds to a model that it chose.
pgs_is_of_caret <- function(model) is.list(model) && all(c("xNames", "tuneValue") %in% names(model))

# The same error with what was being done, where R itself met something that a model of its class
# always has.
pgs_explain <- function(error, model) {
  call <- conditionCall(error)
  if (is.null(call) || startsWith(deparse(call)[1], "pgs_"))
    stop(conditionMessage(error), call. = FALSE)
  stop("could not export this model of class ", paste(class(model), collapse = ", "), ": ",
       conditionMessage(error),
       if (pgs_is_of_caret(model))
         paste0(". It is the $finalModel of caret's train(), which lacks what the package's own ",
                "function keeps: train it with that function"),
       call. = FALSE)
}

# From the shell: Rscript pgscore_export.R model.rds model.json
if (sys.nframe() == 0L && any(grepl("^--file=.*pgscore_export\\.R$", commandArgs()))) {
  pgs_arguments <- commandArgs(trailingOnly = TRUE)
  if (length(pgs_arguments) != 2L) {
    message("usage: Rscript pgscore_export.R model.rds model.json\n",
            "Reads a model that saveRDS() wrote and writes it for pgscore.import_model. ",
            "In R: source(\"pgscore_export.R\"), then\n",
            "pgscore_export(model, \"model.json\"), which has more arguments.")
    quit(status = 2L)
  }
  pgscore_export(readRDS(pgs_arguments[1]), pgs_arguments[2])
}
