# gbm: src/gbmentry.cpp, gbm_pred: x < split goes left; the levels of a factor go left (-1), right
# (1), or, when they were not there at training (0), where missing values go: to a third child.

pgs_gbm_features <- function(graph, model) {
  lapply(seq_along(model$var.names), function(i) {
    levels <- model$var.levels[[i]]
    if (!is.character(levels)) return(pgs_number_input(graph, model$var.names[i]))
    # A new level becomes NA in predict.gbm.
    input <- pgs_factor_input(graph, model$var.names[i], levels, on_unknown = "missing")
    if (model$var.type[i] > 0) return(input)
    # An ordered factor.
    pgs_node(graph, "look_up", list(input = input, values = seq_along(levels) - 1))[[1]]
  })
}

# Tree t, of `num_classes` for each round. Its vectors are the columns of pretty.gbm.tree: by how
# much a split lowered the error is the 6th, the weight of the training data the 7th. Where no value
# was missing in training, the third child repeats the node's weight: what the two others leave of
# it counts.
pgs_gbm_tree <- function(model, t, num_classes) {
  source <- model$trees[[t]]
  variable <- source[[1]]
  code <- source[[2]]
  gain <- source[[6]]
  weight <- source[[7]]
  tree <- pgs_tree_builder()
  build <- function(n, cover = weight[n]) {
    v <- variable[n]
    if (v < 0) return(tree$add(-1, code[n], 0, cover = cover))
    left <- source[[3]][n] + 1
    right <- source[[4]][n] + 1
    is_factor <- model$var.type[v + 1] > 0
    directions <- if (is_factor) model$c.splits[[code[n] + 1]]
    # Of a factor only missing values and levels without a direction go left. Of numbers only
    # missing ones: nothing is less than -infinity.
    catch <- tree$add(v, if (is_factor) NA else -Inf, 1,
      if (is_factor) which(directions == 0) - 1)
    missing <- build(source[[5]][n] + 1, max(weight[n] - weight[left] - weight[right], 0))
    at <- tree$add(v, if (is_factor) NA else code[n], 0,
      if (is_factor) which(directions == -1) - 1, gain = gain[n])
    a <- build(left)
    b <- build(right)
    tree$connect(at, a, b)
    tree$connect(catch, missing, at)
  }
  build(1)
  leaf <- tree$feature < 0
  pgs_tree(
    tree$feature, ifelse(leaf, NA, tree$threshold), tree$left, tree$right,
    ifelse(leaf, tree$threshold, NA), tree$default, tree$what, (t - 1) %% num_classes,
    tree$cover, tree$gain
  )
}

pgs_gbm <- function(graph, model, n.trees) {
  graph$package <- "gbm"
  distribution <- model$distribution$name
  graph$objective <- paste("gbm", distribution)
  if (is.null(n.trees)) n.trees <- model$n.trees
  if (n.trees < 1 || n.trees > model$n.trees) stop("n.trees must be between 1 and ", model$n.trees)
  num_classes <- if (is.null(model$num.classes)) 1 else model$num.classes
  features <- pgs_gbm_features(graph, model)
  trees <- vapply(seq_len(n.trees * num_classes), function(t) {
    pgs_gbm_tree(model, t, num_classes)
  }, "")
  columns <- pgs_node(graph, "trees", list(
    features = features, compare = "float64", sum = "float64",
    base = rep(model$initF, length.out = num_classes), split = "less",
    trees = trees
  ), num_classes)

  if (distribution == "multinomial") {
    p <- pgs_link(graph, "softmax", columns)
    return(pgs_classification(graph, model$classes, columns, p,
      pgs_node(graph, "arg_max", list(inputs = p))[[1]]))
  }
  f <- columns[[1]]
  one <- function(fun, x) pgs_link(graph, fun, list(x))[[1]]
  switch(distribution,
    bernoulli = pgs_binary(graph, c("0", "1"), f, one("logistic", f)),
    adaboost = pgs_binary(graph, c("0", "1"), f,
      one("logistic", pgs_apply(graph, "multiply", 2, f))),
    pairwise = pgs_regression(graph, one("logistic", f), f),
    poisson = pgs_regression(graph, one("exp", f), f),
    gaussian = , laplace = , tdist = , quantile = , coxph = , huberized = pgs_regression(graph, f),
    stop("the gbm distribution ", distribution, " is not supported")
  )
}
