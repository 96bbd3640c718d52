# rpart: src/pred_rpart.c. The primary split decides, then the surrogates, then the majority
# (usesurrogate = 2), else the row stays at the node. "Left" is direction -1. A numeric split
# x < index goes in direction ncat (-1 or 1); a factor's levels are listed in csplit (1 left, 2
# unknown: like missing, 3 right).

# The splits of the model as columns of the graph: number(name) is a variable as a number,
# direction(s) is 0 for left, 1 for right, and missing where the split does not decide.
pgs_rpart_splits <- function(graph, model) {
  xlevels <- attr(model, "xlevels")
  classes <- attr(model$terms, "dataClasses")
  cache <- new.env()
  number <- function(name) {
    if (is.null(cache[[name]])) {
      levels <- xlevels[[name]]
      cache[[name]] <- if (is.null(levels)) {
        pgs_expression(graph, if (name %in% names(classes)) str2lang(pgs_backquoted(name))
          else as.symbol(name))
      } else {  # an ordered factor; rpart lists most of its splits by level all the same
        pgs_node(graph, "look_up", list(input = pgs_factor_input(graph, name, levels),
          values = seq_along(levels)))[[1]]
      }
    }
    cache[[name]]
  }
  direction <- function(s) {
    name <- rownames(model$splits)[s]
    ncat <- model$splits[s, "ncat"]
    index <- model$splits[s, "index"]
    if (abs(ncat) < 2)
      return(pgs_apply(graph, if (ncat < 0) "greater_equal" else "less", number(name), index))
    levels <- xlevels[[name]]
    codes <- model$csplit[index, seq_along(levels)]
    pgs_node(graph, "look_up", list(input = pgs_factor_input(graph, name, levels),
      values = c(0, NA, 1)[codes]))[[1]]
  }
  list(number = number, direction = direction)
}

# Builds the tree below node `number` and all the columns that it reads; tree$features lists them.
pgs_rpart_tree <- function(graph, model) {
  frame <- model$frame
  numbers <- as.integer(row.names(frame))
  leaf <- frame$var == "<leaf>"
  first_split <- cumsum(c(1, (!leaf) + frame$ncompete + frame$nsurrogate))[seq_along(numbers)]
  use_surrogates <- model$control$usesurrogate
  splits <- pgs_rpart_splits(graph, model)
  # What a split was worth, as rpart's variable importance has it (R/importance.R).
  gain <- function(row)
    model$splits[first_split[row], "improve"] * (if (model$method == "anova") frame$dev[row] else 1)
  tree <- pgs_tree_builder()
  tree$features <- list()
  feature <- function(x) {
    tree$features[[length(tree$features) + 1]] <- x
    length(tree$features) - 1
  }
  build <- function(number) {
    row <- match(number, numbers)
    if (leaf[row]) return(tree$add(-1, NA, 0, row, frame$wt[row]))
    left <- frame$n[match(2 * number, numbers)]
    right <- frame$n[match(2 * number + 1, numbers)]
    fallback <- if (use_surrogates < 2 || left == right) NA else as.numeric(right > left)
    primary <- first_split[row]
    surrogates <- if (use_surrogates > 0) primary + frame$ncompete[row] +
      seq_len(frame$nsurrogate[row]) else integer()
    ncat <- model$splits[primary, "ncat"]
    if (!length(surrogates) && !is.na(fallback) && abs(ncat) < 2) {
      # The usual case needs no derived column: missing goes with the majority.
      goes_left <- if (ncat < 0) fallback == 0 else fallback == 1
      at <- tree$add(feature(splits$number(rownames(model$splits)[primary])),
        model$splits[primary, "index"], as.integer(goes_left), row, gain = gain(row))
      a <- build(2 * number)
      b <- build(2 * number + 1)
      return(if (ncat < 0) tree$connect(at, a, b) else tree$connect(at, b, a))
    }
    decided <- splits$direction(primary)
    for (s in surrogates)
      decided <- pgs_apply(graph, "if_missing", decided, splits$direction(s))
    if (!is.na(fallback)) decided <- pgs_apply(graph, "if_missing", decided, fallback)
    f <- feature(decided)
    stay <- NULL
    if (is.na(fallback)) {
      # Nothing is less than -infinity: only a missing direction goes left here, to a leaf with this
      # node's own value.
      stay <- tree$add(f, -Inf, 1, row)
      children <- match(2 * number + 0:1, numbers)
      stay_leaf <- tree$add(-1, NA, 0, row, max(frame$wt[row] - sum(frame$wt[children]), 0))
    }
    at <- tree$add(f, 0.5, 0, row, gain = gain(row))
    tree$connect(at, build(2 * number), build(2 * number + 1))
    if (is.null(stay)) at else tree$connect(stay, stay_leaf, at)
  }
  build(1)
  tree
}

pgs_rpart <- function(graph, model) {
  graph$package <- "rpart"
  graph$objective <- paste("rpart", model$method)
  frame <- model$frame
  if (model$method == "class") {
    labels <- attr(model, "ylevels")
    probabilities <- frame$yval2[, 1 + length(labels) + seq_along(labels), drop = FALSE]
    # The last output is the class: with losses it is not the likeliest.
    values <- cbind(unname(probabilities), frame$yval - 1)
  } else {
    values <- matrix(frame$yval, ncol = 1)
  }
  tree <- pgs_rpart_tree(graph, model)
  rows <- unlist(tree$what)
  width <- ncol(values)
  text <- pgs_tree(
    tree$feature, tree$threshold, tree$left, tree$right,
    if (width > 1) values[rows, , drop = FALSE] else values[rows, 1], tree$default,
    cover = tree$cover, gain = tree$gain
  )
  columns <- pgs_node(graph, "trees", list(
    features = tree$features, compare = "float64", sum = "float64", base = rep(0, width),
    leaf_width = width, split = "less",
    trees = text
  ), width)
  if (model$method == "class") {
    pgs_classification(graph, labels, columns[-width], columns[-width], columns[[width]])
  } else {
    pgs_regression(graph, columns[[1]])
  }
}
