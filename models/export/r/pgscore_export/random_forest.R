# randomForest: src/regTree.c, src/classTree.c. x <= split goes left; the levels of a factor whose
# bit is set go left.

pgs_random_forest_features <- function(graph, model, data) {
  forest <- model$forest
  names <- rownames(model$importance)
  formula <- inherits(model, "randomForest.formula")
  ncat <- forest$ncat
  classes <- if (formula) attr(model$terms, "dataClasses")
  lapply(seq_along(names), function(i) {
    levels <- forest$xlevels[[i]]
    if (identical(unname(classes[names[i]]), "ordered"))
      levels <- pgs_levels_in_data(model, data, names[i])
    if (is.character(levels)) {
      input <- pgs_factor_input(graph, names[i], levels, refuse_missing = TRUE)
      if (ncat[[i]] > 1) return(input)
      # An ordered factor.
      return(pgs_node(graph, "look_up", list(input = input, values = seq_along(levels)))[[1]])
    }
    if (!formula) return(pgs_number_input(graph, names[i], TRUE))
    pgs_expression(graph, str2lang(pgs_backquoted(names[i])), TRUE)
  })
}

pgs_random_forest_tree <- function(forest, t, classification) {
  ncat <- forest$ncat
  rows <- seq_len(forest$ndbigtree[t])
  leaf <- forest$nodestatus[rows, t] == -1
  daughters <- if (!is.null(forest$treemap)) forest$treemap[rows, , t]
    else cbind(forest$leftDaughter[rows, t], forest$rightDaughter[rows, t])
  daughters <- matrix(daughters, ncol = 2)
  variable <- forest$bestvar[rows, t]
  split <- forest$xbestsplit[rows, t]
  sets <- lapply(rows, function(r) {
    if (!leaf[r] && ncat[[variable[r]]] > 1) pgs_bits(split[r], ncat[[variable[r]]])
  })
  value <- forest$nodepred[rows, t]
  if (classification) value <- diag(forest$nclass)[pmax(value, 1), , drop = FALSE]  # a vote
  pgs_tree(
    ifelse(leaf, -1, variable - 1), ifelse(vapply(sets, is.null, TRUE), split, NA),
    daughters[, 1] - 1, daughters[, 2] - 1,
    value, NULL, sets
  )
}

pgs_random_forest <- function(graph, model, data) {
  graph$package <- "randomForest"
  forest <- model$forest
  if (is.null(forest)) stop("the model was trained with keep.forest = FALSE")
  if (!model$type %in% c("regression", "classification"))
    stop("randomForest of type ", model$type, " is not supported")
  graph$objective <- paste("randomForest", model$type)
  classification <- model$type == "classification"
  features <- pgs_random_forest_features(graph, model, data)
  trees <- vapply(seq_len(forest$ntree), function(t) {
    pgs_random_forest_tree(forest, t, classification)
  }, "")
  width <- if (classification) forest$nclass else 1
  columns <- pgs_node(graph, "trees", list(
    features = features, compare = "float64", sum = "float64", base = rep(0, width),
    leaf_width = width,
    aggregate = "average", divisor = forest$ntree, split = "less_equal", trees = trees
  ), width)
  if (classification) {
    # predict.randomForest: the class with most votes in units of its cutoff (ties at random there,
    # the first here)
    weighted <- if (all(forest$cutoff == forest$cutoff[1])) columns else
      lapply(seq_len(width), function(k) pgs_apply(graph, "divide", columns[[k]], forest$cutoff[k]))
    pgs_classification(graph, model$classes, columns, columns,
      pgs_node(graph, "arg_max", list(inputs = weighted))[[1]])
  } else {
    value <- columns[[1]]
    if (!is.null(model$coefs))  # corr.bias = TRUE
      value <- pgs_apply(graph, "add", model$coefs[1],
        pgs_apply(graph, "multiply", model$coefs[2], columns[[1]]))
    pgs_regression(graph, value, columns[[1]])
  }
}
