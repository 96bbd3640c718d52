# lm and glm.

# A function from the name of a variable to what it is: a factor (formulas.R), or columns.
pgs_formula_variables <- function(graph, model, tt) {
  variables <- as.list(attr(tt, "variables"))[-1]
  predvars <- if (is.null(attr(tt, "predvars"))) variables else as.list(attr(tt, "predvars"))[-1]
  names(predvars) <- vapply(variables, function(v) {
    paste(deparse(v, width.cutoff = 500L), collapse = " ")
  }, "")
  classes <- attr(tt, "dataClasses")
  cache <- new.env()
  function(name) {
    if (is.null(cache[[name]])) {
      class <- classes[[name]]
      levels <- model$xlevels[[name]]
      cache[[name]] <- if (!is.null(levels)) {
        list(factor = pgs_formula_factor(graph, predvars[[name]], levels))
      } else if (class == "logical") {
        column <- pgs_expression(graph, predvars[[name]], TRUE)
        list(factor = list(levels = c("FALSE", "TRUE"), column = column, keys = c(0, 1)))
      } else if (class == "numeric" || startsWith(class, "nmatrix")) {
        list(columns = pgs_variable_columns(graph, predvars[[name]]))
      } else {
        stop("variable ", name, " of class ", class, " is not supported")
      }
    }
    cache[[name]]
  }
}

# attr(terms, "factors") as model.matrix() reads it: without an intercept the first factor that is
# found has a column for every level.
pgs_formula_coding <- function(tt, variable) {
  factors <- attr(tt, "factors")
  if (attr(tt, "intercept") == 1 || !length(factors)) return(factors)
  for (label in attr(tt, "term.labels")) {
    used <- rownames(factors)[factors[, label] > 0]
    found <- Filter(function(name) !is.null(variable(name)$factor), used)
    if (length(found)) {
      factors[found[1], label] <- 2L
      break
    }
  }
  factors
}

# For each variable of a term a matrix in which a row gives the values of the variable's columns of
# model.matrix(): one row per level for a factor, NULL for a number (its columns stand for
# themselves).
pgs_term_tables <- function(model, used, parts, coding) {
  lapply(seq_along(used), function(k) {
    if (is.null(parts[[k]]$factor)) return(NULL)
    levels <- parts[[k]]$factor$levels
    if (coding[k] == 1) pgs_contrast_matrix(model$contrasts[[used[k]]], levels, used[k])
    else diag(length(levels))
  })
}

pgs_combinations <- function(sizes) {
  if (length(sizes)) arrayInd(seq_len(prod(sizes)), sizes) else matrix(0L, 1, 0)
}

# Adds what the levels are worth in the `chosen` columns of a term, times the columns `numeric`:
# weight(levels) = sum over the columns of coefficient * contrasts, tabulated over the last factor
# for every combination of levels of the others.
pgs_add_factor_terms <- function(graph, add, parts, tables, columns, coefficients, chosen,
                                 numeric) {
  factor_parts <- which(!vapply(tables, is.null, TRUE))
  last <- factor_parts[length(factor_parts)]
  others <- factor_parts[-length(factor_parts)]
  combinations <- pgs_combinations(vapply(others, function(k) nrow(tables[[k]]), 0L))
  for (row in seq_len(nrow(combinations))) {
    weights <- rep(0, nrow(tables[[last]]))
    for (j in which(chosen)) {
      weight <- coefficients[[j]]
      for (k in seq_along(others))
        weight <- weight * tables[[others[k]]][combinations[row, k], columns[j, others[k]]]
      weights <- weights + weight * tables[[last]][, columns[j, last]]
    }
    if (all(weights == 0)) next
    factor <- parts[[last]]$factor
    if (!length(others) && !length(numeric) && is.null(factor$keys)) {
      add(factor$column, weights, TRUE)
      next
    }
    indicators <- lapply(seq_along(others), function(k)
      pgs_level_indicator(graph, parts[[others[k]]]$factor, combinations[row, k]))
    table <- list(pgs_look_up(graph, factor, weights))
    add(pgs_product(graph, c(indicators, numeric, table)), 1)
  }
}

pgs_product <- function(graph, columns) {
  Reduce(function(x, y) pgs_apply(graph, "multiply", x, y), columns)
}

# Adds one term of the formula: each combination of numeric columns multiplies a function of the
# levels. `widths`: how many columns each variable has in model.matrix().
pgs_add_term <- function(graph, add, parts, tables, widths, coefficients) {
  count <- prod(widths)
  columns <- arrayInd(seq_len(count), widths)  # the first variable varies fastest
  number_parts <- which(vapply(tables, is.null, TRUE))
  choices <- pgs_combinations(widths[number_parts])
  for (choice in seq_len(nrow(choices))) {
    chosen <- rep(TRUE, count)
    for (k in seq_along(number_parts))
      chosen <- chosen & columns[, number_parts[k]] == choices[choice, k]
    numeric <- lapply(seq_along(number_parts),
      function(k) parts[[number_parts[k]]]$columns[[choices[choice, k]]])
    if (length(number_parts) < length(parts))
      pgs_add_factor_terms(graph, add, parts, tables, columns, coefficients, chosen, numeric)
    else if (coefficients[chosen] != 0)
      add(pgs_product(graph, numeric), coefficients[chosen])
  }
}

# The terms of node "linear", as model.matrix() builds its columns.
pgs_linear_terms <- function(graph, model, tt) {
  variable <- pgs_formula_variables(graph, model, tt)
  factors <- pgs_formula_coding(tt, variable)
  beta <- stats::coef(model)
  at <- as.integer(attr(tt, "intercept") == 1)  # coefficients read so far
  terms <- list()
  add <- function(column, coefficients, by_level = FALSE) {
    terms[[length(terms) + 1]] <<- list(column = column, coefficients = coefficients,
      by_level = by_level)
  }
  for (label in attr(tt, "term.labels")) {
    used <- rownames(factors)[factors[, label] > 0]
    parts <- lapply(used, variable)
    tables <- pgs_term_tables(model, used, parts, factors[used, label])
    widths <- vapply(seq_along(used), function(k) {
      if (is.null(tables[[k]])) length(parts[[k]]$columns) else ncol(tables[[k]])
    }, 0L)
    coefficients <- beta[at + seq_len(prod(widths))]
    at <- at + prod(widths)
    coefficients[is.na(coefficients)] <- 0  # aliased: not in the model
    pgs_add_term(graph, add, parts, tables, widths, coefficients)
  }
  if (at != length(beta))
    stop("the model has ", length(beta), " coefficients, its formula has ", at, " columns")
  terms
}

# The linear predictor of a model with terms; one column of the graph.
pgs_linear_predictor <- function(graph, model) {
  tt <- stats::delete.response(stats::terms(model))
  terms <- pgs_linear_terms(graph, model, tt)
  beta <- stats::coef(model)
  intercept <- attr(tt, "intercept") == 1
  eta <- pgs_node(graph, "linear", list(
    intercept = if (intercept && !is.na(beta[[1]])) beta[[1]] else 0, intercept_first = TRUE,
    terms = terms
  ))[[1]]
  # predict.lm adds offsets of the formula, then the argument offset.
  variables <- as.list(attr(tt, "variables"))[-1]
  for (k in attr(tt, "offset"))
    eta <- pgs_apply(graph, "add", eta, pgs_expression(graph, variables[[k]], TRUE))
  if (!is.null(model$call$offset))
    eta <- pgs_apply(graph, "add", eta, pgs_expression(graph, model$call$offset, TRUE))
  eta
}

pgs_lm <- function(graph, model) {
  graph$package <- "stats"
  graph$objective <- "lm"
  pgs_regression(graph, pgs_linear_predictor(graph, model))
}

# The two classes of a binomial model, NULL when its response is a proportion or counts.
pgs_response_labels <- function(model) {
  if (!model$family$family %in% c("binomial", "quasibinomial")) return(NULL)
  response <- if (is.null(model$model)) model$y else stats::model.response(model$model)
  if (is.factor(response)) {
    if (nlevels(response) == 2) levels(response)
    else c(levels(response)[1], paste("not", levels(response)[1]))
  } else if (is.logical(response)) {
    c("FALSE", "TRUE")
  } else if (is.null(dim(response)) && all(response %in% 0:1)) {
    c("0", "1")
  }
}

# The inverse links of stats::make.link and stats::power, with their clamps.
pgs_inverse_link <- function(graph, eta, family) {
  epsilon <- .Machine$double.eps
  clamp <- function(x, low, high) pgs_apply(graph, "min", pgs_apply(graph, "max", x, low), high)
  one <- function(fun, x) pgs_link(graph, fun, list(x))[[1]]
  switch(family$link,
    identity = eta,
    logit = one("logistic_glm", eta),
    probit = one("normal_cdf", clamp(eta, qnorm(epsilon), -qnorm(epsilon))),
    cauchit = one("cauchit", clamp(eta, qcauchy(epsilon), -qcauchy(epsilon))),
    cloglog = clamp(one("cloglog", eta), epsilon, 1 - epsilon),
    log = pgs_apply(graph, "max", one("exp", eta), epsilon),
    inverse = one("reciprocal", eta),
    sqrt = one("square", eta),
    "1/mu^2" = one("inverse_square", eta),
    {
      lambda <- environment(family$linkinv)$lambda
      if (!startsWith(family$link, "mu^") || is.null(lambda))
        stop("the link ", family$link, " is not supported")
      pgs_apply(graph, "max", pgs_apply(graph, "power", eta, 1 / lambda), epsilon)
    }
  )
}

pgs_glm <- function(graph, model) {
  graph$package <- "stats"
  graph$objective <- paste0("glm ", model$family$family, " ", model$family$link)
  eta <- pgs_linear_predictor(graph, model)
  mu <- pgs_inverse_link(graph, eta, model$family)
  labels <- pgs_response_labels(model)
  if (is.null(labels)) pgs_regression(graph, mu, eta) else pgs_binary(graph, labels, eta, mu)
}
