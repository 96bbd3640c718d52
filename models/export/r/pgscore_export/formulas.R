# Expressions and factors of formulas.

# An R expression over columns -> a column or a constant.
pgs_expression <- function(graph, e, refuse_missing = FALSE) {
  inner <- function(x) pgs_expression(graph, x, refuse_missing)
  if (is.numeric(e) || is.logical(e)) return(as.numeric(e))
  if (is.symbol(e)) {
    if (as.character(e) %in% c("pi", "T", "F")) return(as.numeric(eval(e, baseenv())))
    return(pgs_number_input(graph, e, refuse_missing))
  }
  fun <- as.character(e[[1]])
  args <- as.list(e)[-1]
  unsupported <- function() stop("the expression ", deparse(e)[1], " is not supported")
  if (length(fun) != 1) unsupported()
  if (fun %in% c("(", "I", "offset", "as.numeric", "as.integer", "+") && length(args) == 1) {
    value <- inner(args[[1]])
    if (fun == "as.integer") unsupported()
    return(value)
  }
  binary <- c(
    "+" = "add", "-" = "subtract", "*" = "multiply", "/" = "divide", "^" = "power", "<" = "less",
    "<=" = "less_equal",
    ">" = "greater", ">=" = "greater_equal", "==" = "equal", "!=" = "not_equal", pmin = "min",
    pmax = "max", "&" = "and",
    "|" = "or"
  )
  unary <- c(
    "-" = "negate", exp = "exp", log = "log", log1p = "log1p", expm1 = "expm1", sqrt = "sqrt",
    abs = "abs", floor = "floor",
    ceiling = "ceil", "!" = "not", is.na = "is_missing"
  )
  if (length(args) == 2 && fun %in% names(binary)) {
    if (is.character(args[[1]]) || is.character(args[[2]])) unsupported()
    x <- inner(args[[1]])
    # R's x ^ 2 is x * x (src/main/arithmetic.c, R_POW)
    if (fun == "^" && identical(as.numeric(args[[2]]), 2))
      return(pgs_apply(graph, "multiply", x, x))
    return(pgs_apply(graph, binary[[fun]], x, inner(args[[2]])))
  }
  if (length(args) == 1 && fun %in% names(unary))
    return(pgs_apply(graph, unary[[fun]], inner(args[[1]])))
  if (length(args) == 1 && fun %in% c("log2", "log10"))
    return(pgs_apply(graph, "divide", pgs_apply(graph, "log", inner(args[[1]])),
      log(if (fun == "log2") 2 else 10)))
  if (fun == "log" && length(args) == 2 && is.numeric(args[[2]]))
    return(pgs_apply(graph, "divide", pgs_apply(graph, "log", inner(args[[1]])), log(args[[2]])))
  if (fun == "ifelse" && length(args) == 3)
    return(pgs_apply(graph, "if", inner(args[[1]]), inner(args[[2]]), inner(args[[3]])))
  unsupported()
}

# The columns of a variable of a formula that may be a matrix: poly(), scale().
pgs_variable_columns <- function(graph, e) {
  if (is.call(e) && identical(e[[1]], quote(poly))) {
    args <- as.list(match.call(stats::poly, e))[-1]
    degree <- if (!is.null(args$degree)) eval(args$degree) else eval(args[[2]])
    x <- pgs_expression(graph, args$x, TRUE)
    coefs <- if (!is.null(args$coefs)) eval(args$coefs)
    if (is.null(coefs)) {
      columns <- list(x)
      for (i in seq_len(degree)[-1]) columns[[i]] <- pgs_apply(graph, "power", x, i)
      return(columns)
    }
    # stats::poly with coefs: the three-term recurrence of the orthogonal polynomials
    alpha <- coefs$alpha
    norm2 <- coefs$norm2
    z <- list(1, pgs_apply(graph, "subtract", x, alpha[1]))
    for (i in seq_len(degree)[-1])
      z[[i + 1]] <- pgs_apply(
        graph, "subtract",
        pgs_apply(graph, "multiply", pgs_apply(graph, "subtract", x, alpha[i]), z[[i]]),
        if (i == 2) norm2[i + 1] / norm2[i]
        else pgs_apply(graph, "multiply", norm2[i + 1] / norm2[i], z[[i - 1]])
      )
    return(lapply(seq_len(degree), function(i) {
      pgs_apply(graph, "divide", z[[i + 1]], sqrt(norm2[i + 2]))
    }))
  }
  if (is.call(e) && identical(e[[1]], quote(scale))) {
    args <- as.list(match.call(base::scale, e))[-1]
    x <- pgs_expression(graph, args$x, TRUE)
    if (is.numeric(args$center)) x <- pgs_apply(graph, "subtract", x, args$center)
    if (is.numeric(args$scale)) x <- pgs_apply(graph, "divide", x, args$scale)
    return(list(x))
  }
  list(pgs_expression(graph, e, TRUE))
}

# A factor of a formula: its levels, the column, and how a level is told in that column.
pgs_formula_factor <- function(graph, e, levels) {
  plain <- e
  while (is.call(plain) && as.character(plain[[1]]) %in%
    c("factor", "as.factor", "ordered", "as.ordered", "(")) {
    if (length(plain) > 2 && !all(names(plain)[-(1:2)] %in% c("levels", "ordered")))
      stop("the expression ", deparse(e)[1], " is not supported")
    plain <- plain[[2]]
  }
  keys <- suppressWarnings(as.numeric(levels))
  if (is.symbol(plain) && (identical(plain, e) || anyNA(keys)))
    return(list(
      levels = levels, column = pgs_factor_input(graph, plain, levels, refuse_missing = TRUE),
      keys = NULL
    ))
  if (anyNA(keys)) stop("the expression ", deparse(e)[1], " is not supported")
  # factor(cylinders): numbers as levels.
  list(levels = levels, column = pgs_expression(graph, plain, TRUE), keys = keys)
}

pgs_look_up <- function(graph, factor, values) {
  fields <- list(input = factor$column)
  if (!is.null(factor$keys)) {
    order <- order(factor$keys)
    fields$keys <- factor$keys[order]
    values <- values[order]
  }
  pgs_node(graph, "look_up", c(fields, list(values = values)))[[1]]
}
pgs_level_indicator <- function(graph, factor, level) {
  pgs_apply(graph, "indicator", factor$column,
    if (is.null(factor$keys)) level - 1 else factor$keys[level])
}

pgs_contrast_matrix <- function(contrast, levels, name) {
  if (is.null(contrast)) stop("the model does not say which contrasts \"", name, "\" has")
  if (is.character(contrast)) contrast <- get(contrast, mode = "function")
  if (is.function(contrast)) contrast <- contrast(levels)
  contrast <- as.matrix(contrast)
  if (nrow(contrast) != length(levels))
    stop("the contrasts of \"", name, "\" do not match its levels")
  unname(contrast)
}
