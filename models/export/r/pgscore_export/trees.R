# What the exporters of trees share.

# A tree from vectors, one entry per node; value: a vector, or a matrix with a row per node.
# categories: a list. cover: the weight of the training data that reached each node; gain: what each
# split was worth.
pgs_tree <- function(feature, threshold, left, right, value, default_left = NULL,
                     categories = NULL, group = 0, cover = NULL, gain = NULL) {
  leaf <- feature < 0
  values <- if (is.matrix(value)) apply(value, 1, pgs_numbers) else pgs_number(value)
  values[!leaf] <- "null"
  fields <- c(
    feature = pgs_numbers(feature),
    threshold = pgs_numbers(ifelse(leaf, NA, threshold)),
    left = pgs_numbers(ifelse(leaf, NA, left)),
    right = pgs_numbers(ifelse(leaf, NA, right)),
    value = pgs_array(values)
  )
  if (any(default_left > 0)) fields["default_left"] <- pgs_numbers(as.integer(default_left))
  if (!is.null(categories) && !all(vapply(categories, is.null, TRUE)))
    fields["categories"] <- pgs_array(vapply(categories, function(set) {
      if (is.null(set)) "null" else pgs_numbers(set)
    }, ""))
  if (group > 0) fields["group"] <- pgs_number(group)
  if (!is.null(cover)) fields["cover"] <- pgs_numbers(cover)
  if (!is.null(gain)) fields["gain"] <- pgs_numbers(ifelse(leaf, NA, gain))
  pgs_object(fields)
}

# A tree that is built node by node: add() and connect() return the number of a node, from 0. Leaves
# have covers, the weight of the training data that reached them; that of a split is their sum,
# so children are connected first.
pgs_tree_builder <- function() {
  tree <- new.env()
  tree$feature <- tree$left <- tree$right <- tree$default <- integer()
  tree$threshold <- numeric()
  tree$cover <- tree$gain <- numeric()
  tree$what <- list()
  # `default`: 1 when missing goes left. `what`: anything that the caller keeps for the node.
  tree$add <- function(feature, threshold, default, what = NULL, cover = NA, gain = 0) {
    at <- length(tree$feature) + 1
    tree$feature[at] <- feature
    tree$threshold[at] <- threshold
    tree$default[at] <- default
    tree$left[at] <- tree$right[at] <- NA
    tree$what[at] <- list(what)
    tree$cover[at] <- cover
    tree$gain[at] <- gain
    at - 1
  }
  tree$connect <- function(at, left, right) {
    tree$left[at + 1] <- left
    tree$right[at + 1] <- right
    tree$cover[at + 1] <- tree$cover[left + 1] + tree$cover[right + 1]
    at
  }
  tree
}

# The codes (from 0) of the bits that are set in a double that holds an integer.
pgs_bits <- function(number, count) {
  codes <- integer()
  for (code in seq_len(count) - 1) {
    if (number %% 2 == 1) codes <- c(codes, code)
    number <- number %/% 2
  }
  codes
}

# The levels of a factor in the training data, NULL for a number.
pgs_levels_in_data <- function(model, data, name) {
  if (is.null(data)) data <- tryCatch(eval(model$call$data, globalenv()), error = function(e) NULL)
  if (!(is.data.frame(data) || is.matrix(data)) || !name %in% colnames(data))
    stop("the model does not say whether \"", name,
         "\" is a number or a factor, and which levels it has: give data = the training data",
         if (pgs_is_of_caret(model)) ", with the columns that caret's train() made of it",
         call. = FALSE)
  column <- data[, name, drop = TRUE]
  if (is.character(column)) column <- factor(column)
  levels(column)
}

# A name as R code: names that are no symbols and no calls ("my column") need backquotes.
pgs_backquoted <- function(name) {
  parses <- tryCatch({
    str2lang(name)
    TRUE
  }, error = function(e) FALSE)
  if (parses) name else paste0("`", name, "`")
}
