# What predict() itself says about rows: a list of matrices and a vector of classes, as far as the
# model has them.
pgscore_scores <- function(model, rows, n.trees = NULL) {
  as_column <- function(x) matrix(as.numeric(x), ncol = 1)
  two <- function(p, labels) list(values = as_column(p), probabilities = cbind(1 - p, p),
    class = labels[1 + (p > 0.5)])
  if (inherits(model, "glm")) {
    p <- unname(suppressWarnings(predict(model, rows, type = "response")))
    raw <- list(raw = as_column(suppressWarnings(predict(model, rows, type = "link"))))
    labels <- pgs_response_labels(model)
    return(if (is.null(labels)) c(list(values = as_column(p)), raw) else c(two(p, labels), raw))
  }
  if (inherits(model, "lm"))
    return(list(values = as_column(suppressWarnings(predict(model, rows)))))
  if (inherits(model, "rpart")) {
    if (model$method != "class") return(list(values = as_column(predict(model, rows))))
    p <- unname(predict(model, rows, type = "prob"))
    return(list(probabilities = p, class = as.character(predict(model, rows, type = "class"))))
  }
  if (inherits(model, "randomForest")) {
    if (model$type == "regression") return(list(values = as_column(predict(model, rows))))
    p <- predict(model, rows, type = "prob")
    return(list(probabilities = matrix(p, nrow(p)), class = as.character(predict(model, rows))))
  }
  if (inherits(model, "ranger")) {
    p <- predict(model, rows, num.threads = 1)$predictions
    if (model$treetype == "Regression") return(list(values = as_column(p)))
    if (model$treetype == "Classification") return(list(class = as.character(p)))
    return(list(probabilities = matrix(p, nrow(rows)), class = colnames(p)[max.col(p, "first")]))
  }
  if (is.null(n.trees)) n.trees <- model$n.trees
  p <- predict(model, rows, n.trees = n.trees, type = "response")
  raw <- predict(model, rows, n.trees = n.trees, type = "link")
  if (model$distribution$name == "multinomial")
    return(list(
      probabilities = matrix(p, nrow(rows)), raw = matrix(raw, nrow(rows)),
      class = model$classes[max.col(matrix(p, nrow(rows)), "first")]
    ))
  if (model$distribution$name %in% c("bernoulli", "adaboost"))
    return(c(two(p, c("0", "1")), list(raw = as_column(raw))))
  list(values = as_column(p), raw = as_column(raw))
}
