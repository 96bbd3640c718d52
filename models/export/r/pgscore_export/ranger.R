# ranger: src/Tree.cpp: x <= split goes left; with respect.unordered.factors = "partition" the
# levels whose bit is set go right. Since 0.16.4 (on CRAN 0.17.0) ranger sends a missing value to
# the child that training chose, or to the left one where training met none (src/Tree.cpp of 0.18.0,
# Tree::predict). A forest trained with missing values has the choices; without them the version
# that predicts decides, the installed one.
pgs_ranger_routes_missing <- function(forest) {
  installed <- tryCatch(utils::packageVersion("ranger"), error = function(e) package_version("0"))
  any(lengths(forest$child.nodeIDs) >= 3) || installed >= "0.16.4"
}
pgs_ranger_default_left <- function(children) {
  if (length(children) < 3) return(rep(1, length(children[[1]])))
  as.integer(!(children[[3]] > 0 & children[[3]] == children[[2]]))
}

# Stops where the forest has what this exporter does not know.
pgs_ranger_check <- function(forest) {
  if (!forest$treetype %in% c("Regression", "Classification", "Probability estimation"))
    stop("ranger forests of type ", forest$treetype, " are not supported")
  known <- c(
    "num.trees", "child.nodeIDs", "split.varIDs", "split.values", "is.ordered", "class.values",
    "terminal.class.counts",
    "levels", "independent.variable.names", "treetype", "covariate.levels"
  )
  unknown <- setdiff(names(forest), known)
  if (length(unknown))
    stop("this ranger forest has ", paste(unknown, collapse = ", "),
      ", which is of a version that this exporter does not know")
}

# The levels of each variable, NULL for numbers.
pgs_ranger_levels <- function(model, data) {
  lapply(model$forest$independent.variable.names, function(name) {
    levels <- model$forest$covariate.levels[[name]]
    if (is.null(levels)) pgs_levels_in_data(model, data, name) else levels
  })
}

# What a ranger that takes no missing values refuses is refused here. Unordered factors are:
# Tree.cpp makes an index of the NA.
pgs_ranger_features <- function(graph, forest, factor_levels, routes) {
  names <- forest$independent.variable.names
  lapply(seq_along(names), function(i) {
    if (is.null(factor_levels[[i]])) return(pgs_number_input(graph, names[i], !routes))
    input <- pgs_factor_input(graph, names[i], factor_levels[[i]],
      refuse_missing = !routes || !forest$is.ordered[i])
    if (!forest$is.ordered[i]) return(input)
    pgs_node(graph, "look_up", list(input = input, values = seq_along(factor_levels[[i]])))[[1]]
  })
}

# The values of the leaves of tree t: a number, or one for each label.
pgs_ranger_values <- function(forest, t, leaf, labels) {
  split <- forest$split.values[[t]]
  if (forest$treetype == "Regression") return(split)
  of_labels <- if (is.null(forest$levels)) labels else seq_along(labels)
  width <- length(labels)
  if (forest$treetype == "Probability estimation") {
    # The position of each label among class.values, the order of the counts.
    class_at <- match(of_labels, forest$class.values)
    return(do.call(rbind, lapply(seq_along(leaf), function(n) {
      counts <- forest$terminal.class.counts[[t]][[n]][class_at]
      if (leaf[n]) ifelse(is.na(counts), 0, counts) else rep(0, width)
    })))
  }
  diag(width)[ifelse(leaf, match(split, of_labels), 1), , drop = FALSE]
}

pgs_ranger_tree <- function(forest, t, factor_levels, labels, routes) {
  left <- forest$child.nodeIDs[[t]][[1]]
  right <- forest$child.nodeIDs[[t]][[2]]
  leaf <- left == 0 & right == 0
  variable <- forest$split.varIDs[[t]]
  split <- forest$split.values[[t]]
  sets <- lapply(seq_along(left), function(n) {
    i <- variable[n] + 1
    if (leaf[n] || forest$is.ordered[i]) return(NULL)
    # The levels that go left. What is beyond the known levels has no bit and goes left too, but is
    # refused before.
    setdiff(seq_along(factor_levels[[i]]) - 1, pgs_bits(split[n], length(factor_levels[[i]])))
  })
  pgs_tree(
    ifelse(leaf, -1, variable), ifelse(vapply(sets, is.null, TRUE), split, NA), left, right,
    pgs_ranger_values(forest, t, leaf, labels),
    if (routes) pgs_ranger_default_left(forest$child.nodeIDs[[t]]), sets
  )
}

pgs_ranger <- function(graph, model, data) {
  graph$package <- "ranger"
  forest <- model$forest
  if (is.null(forest)) stop("the model was trained with write.forest = FALSE")
  pgs_ranger_check(forest)
  graph$objective <- paste("ranger", forest$treetype)
  factor_levels <- pgs_ranger_levels(model, data)
  routes <- pgs_ranger_routes_missing(forest)
  features <- pgs_ranger_features(graph, forest, factor_levels, routes)
  regression <- forest$treetype == "Regression"
  labels <- if (regression) NULL else if (is.null(forest$levels)) sort(forest$class.values)
    else forest$levels
  width <- if (regression) 1 else length(labels)
  trees <- vapply(seq_len(forest$num.trees), function(t) {
    pgs_ranger_tree(forest, t, factor_levels, labels, routes)
  }, "")
  columns <- pgs_node(graph, "trees", list(
    features = features, compare = "float64", sum = "float64", base = rep(0, width),
    leaf_width = width,
    aggregate = "average", divisor = forest$num.trees, split = "less_equal", trees = trees
  ), width)
  if (regression) return(pgs_regression(graph, columns[[1]]))
  # Classification forests give only the class; here the shares of the votes are the probabilities.
  pgs_classification(graph, labels, columns, columns,
    pgs_node(graph, "arg_max", list(inputs = columns))[[1]])
}
