# The graph of a model under construction.
#
# A column is list(input = name) or list(node = number, offset = k); columns are numbered in
# pgs_document (document.R), when all inputs are known. An environment, because it is filled from
# many places.

pgs_graph <- function(on_missing) {
  graph <- new.env()
  graph$on_missing <- on_missing
  graph$inputs <- list()
  graph$nodes <- list()
  graph$widths <- integer()
  graph$output <- NULL
  graph$objective <- ""
  graph
}

pgs_number_input <- function(graph, name, refuse_missing = FALSE) {
  name <- as.character(name)
  if (is.null(graph$inputs[[name]]))
    graph$inputs[[name]] <- list(name = name, type = "number", on_missing = "native")
  if (graph$inputs[[name]]$type != "number")
    stop("\"", name, "\" is used both as a number and as a factor")
  if (refuse_missing) graph$inputs[[name]]$on_missing <- graph$on_missing
  list(input = name)
}

pgs_factor_input <- function(graph, name, levels, on_unknown = "error", refuse_missing = FALSE) {
  name <- as.character(name)
  if (is.null(graph$inputs[[name]]))
    graph$inputs[[name]] <- list(
      name = name, type = "category", categories = as.character(levels), on_unknown = on_unknown,
      on_missing = "native"
    )
  entry <- graph$inputs[[name]]
  if (entry$type != "category" || !identical(entry$categories, as.character(levels)))
    stop("\"", name, "\" is used with different levels")
  if (refuse_missing) graph$inputs[[name]]$on_missing <- graph$on_missing
  list(input = name)
}

# fields: a named list; columns in it are marked with class "pgs_column" by pgs_col.
pgs_node <- function(graph, type, fields, width = 1) {
  graph$nodes[[length(graph$nodes) + 1]] <- c(list(type = type), fields)
  graph$widths <- c(graph$widths, as.integer(width))
  lapply(seq_len(width) - 1, function(k) list(node = length(graph$nodes), offset = k))
}

pgs_apply <- function(graph, op, ...) pgs_node(graph, "apply", list(op = op, args = list(...)))[[1]]
pgs_link <- function(graph, fun, inputs) {
  pgs_node(graph, "link", list("function" = fun, inputs = inputs), length(inputs))
}
pgs_is_column <- function(x) is.list(x) && (!is.null(x$input) || !is.null(x$node))

pgs_regression <- function(graph, value, raw = value) {
  graph$output <- list(task = "regression", values = list(value), raw = list(raw))
}
pgs_classification <- function(graph, labels, raw, probabilities, class_code) {
  value <- if (length(labels) == 2 && length(probabilities) == 2) probabilities[2] else list()
  graph$output <- list(
    task = "classification", values = value, raw = raw, probabilities = probabilities,
    labels = as.character(labels),
    class_code = class_code
  )
}
# Two classes from P(second).
pgs_binary <- function(graph, labels, raw, p) {
  negative <- pgs_apply(graph, "subtract", 1, p)
  pgs_classification(graph, labels, list(raw), list(negative, p),
    pgs_apply(graph, "greater", p, 0.5))
}
