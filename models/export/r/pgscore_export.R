# Writes a trained R model as pgscore JSON (models/export/README.md), for pgscore.import_model.
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

# ---- the graph ----------------------------------------------------------------------------------
# A column is list(input = name) or list(node = number, offset = k); columns are numbered in
# pgs_document, when all inputs are known. An environment, because it is filled from many places.

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

# ---- text ---------------------------------------------------------------------------------------

pgs_string <- function(x) {
  x <- enc2utf8(as.character(x))
  x <- gsub("\\", "\\\\", x, fixed = TRUE)
  x <- gsub("\"", "\\\"", x, fixed = TRUE)
  for (code in 1:31) x <- gsub(intToUtf8(code), sprintf("\\u%04x", code), x, fixed = TRUE)
  paste0("\"", x, "\"")
}

# 17 significant digits read back as the same double; fewer where they do too.
pgs_number <- function(x) {
  x <- as.numeric(x)
  short <- sprintf("%.15g", x)
  text <- ifelse(!is.na(x) & suppressWarnings(as.numeric(short)) == x, short, sprintf("%.17g", x))
  text[x == 0 & 1 / x < 0 & !is.na(x)] <- "-0.0"
  text[is.na(x)] <- "null"
  text[!is.na(x) & x == Inf] <- "\"Infinity\""
  text[!is.na(x) & x == -Inf] <- "\"-Infinity\""
  text
}
pgs_numbers <- function(x) paste0("[", paste(pgs_number(x), collapse = ","), "]")
pgs_array <- function(texts, separator = ",") paste0("[", paste(texts, collapse = separator), "]")
pgs_object <- function(...) {
  fields <- c(...)
  paste0("{", paste(pgs_string(names(fields)), fields, sep = ":", collapse = ","), "}")
}

pgs_document <- function(graph, model, test_rows, n.trees) {
  first <- length(graph$inputs) + cumsum(c(0, graph$widths))
  position <- setNames(seq_along(graph$inputs) - 1, names(graph$inputs))
  id <- function(column) {
    if (!is.null(column$input)) position[[column$input]] else first[column$node] + column$offset
  }
  ids <- function(columns) pgs_numbers(vapply(columns, id, 0))

  input <- function(entry) {
    fields <- c(name = pgs_string(entry$name))
    if (entry$type == "category")
      fields <- c(fields,
        type = "\"category\"",
        categories = pgs_array(pgs_string(entry$categories)[seq_along(entry$categories)]),
        on_unknown = pgs_string(entry$on_unknown)
      )
    if (entry$on_missing != "native") fields <- c(fields, on_missing = pgs_string(entry$on_missing))
    pgs_object(fields)
  }
  node <- function(number) {
    body <- graph$nodes[[number]]
    fields <- c(type = pgs_string(body$type))
    for (name in setdiff(names(body), "type")) {
      value <- body[[name]]
      fields[name] <- switch(name,
        args = pgs_array(vapply(value, function(arg) {
          if (pgs_is_column(arg)) pgs_object(c(column = pgs_number(id(arg)))) else pgs_number(arg)
        }, "")),
        input = pgs_number(id(value)),
        inputs = , features = ids(value),
        keys = , values = , cuts = , base = , intercept = pgs_numbers(value),
        op = , "function" = , compare = , sum = , split = , aggregate = pgs_string(value),
        intercept_first = if (value) "true" else "false",
        terms = pgs_array(vapply(value, function(term) {
          flag <- if (isTRUE(term$by_level)) c(by_level = "true")
          pgs_object(c(column = pgs_number(id(term$column)), flag,
            coefficients = pgs_numbers(term$coefficients)))
        }, "")),
        trees = paste0("[\n", paste(value, collapse = ",\n"), "]"),
        pgs_number(value)
      )
    }
    pgs_object(c(fields, first_column = pgs_number(first[number])))
  }

  out <- graph$output
  values <- pgs_array(vapply(out$values, function(v) {
    pgs_object(c(name = "\"value\"", column = pgs_number(id(v))))
  }, ""))
  output <- c(task = pgs_string(out$task), values = values, raw = ids(out$raw))
  if (out$task == "classification")
    output <- c(output,
      probabilities = ids(out$probabilities), labels = pgs_array(pgs_string(out$labels)),
      class_code = pgs_number(id(out$class_code))
    )
  package <- graph$package
  version <- if (package == "stats") as.character(getRversion()) else
    tryCatch(as.character(utils::packageVersion(package)), error = function(e) "unknown")
  facts <- c(library = pgs_string(paste("R", package)), library_version = pgs_string(version))
  call <- paste(deparse(model$call, width.cutoff = 500L), collapse = " ")
  if (nchar(call) <= 1000) facts <- c(facts, call = pgs_string(call))
  parts <- c(
    pgscore_model = "1",
    objective = pgs_string(graph$objective),
    facts = pgs_object(facts),
    inputs = paste0("[\n", paste(vapply(graph$inputs, input, ""), collapse = ",\n"), "]"),
    nodes = paste0("[\n", paste(vapply(seq_along(graph$nodes), node, ""), collapse = ",\n"), "]"),
    output = pgs_object(output)
  )
  if (!is.null(test_rows))
    parts <- c(parts, test_rows = pgs_test_rows(graph, model, test_rows, n.trees))
  paste0("{", paste(pgs_string(names(parts)), parts, sep = ":", collapse = ",\n"), "}\n")
}

pgs_test_rows <- function(graph, model, rows, n.trees) {
  expected <- pgscore_scores(model, rows, n.trees)
  cell <- function(entry, r) {
    value <- rows[[entry$name]][r]
    if (is.na(value)) "null"
    else if (entry$type == "category") pgs_string(value)
    else pgs_number(value)
  }
  lines <- vapply(seq_len(nrow(rows)), function(r) {
    fields <- c(inputs = pgs_array(vapply(graph$inputs, cell, "", r = r)))
    for (name in c("values", "raw", "probabilities"))
      if (!is.null(expected[[name]])) fields[name] <- pgs_numbers(expected[[name]][r, ])
    if (!is.null(expected$class) && !is.na(expected$class[r]))
      fields["class"] <- pgs_string(expected$class[r])
    pgs_object(fields)
  }, "")
  types <- vapply(graph$nodes, function(body) body$type, "")
  tolerance <- if (any(types %in% c("linear", "link"))) 1e-12 else 0
  pgs_object(c(tolerance = pgs_number(tolerance),
    rows = paste0("[\n", paste(lines, collapse = ",\n"), "]")))
}

# A tree from vectors, one entry per node; value: a vector, or a matrix with a row per node.
# categories: a list.
pgs_tree <- function(feature, threshold, left, right, value, default_left = NULL,
                     categories = NULL, group = 0) {
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
  pgs_object(fields)
}

# ---- expressions of formulas --------------------------------------------------------------------

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

# ---- lm and glm ---------------------------------------------------------------------------------

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

# The linear predictor of a model with terms, as model.matrix() builds its columns; one column of
# the graph.
pgs_linear_predictor <- function(graph, model) {
  tt <- stats::delete.response(stats::terms(model))
  variables <- as.list(attr(tt, "variables"))[-1]
  predvars <- if (is.null(attr(tt, "predvars"))) variables else as.list(attr(tt, "predvars"))[-1]
  names(predvars) <- vapply(variables, function(v) {
    paste(deparse(v, width.cutoff = 500L), collapse = " ")
  }, "")
  classes <- attr(tt, "dataClasses")
  factors <- attr(tt, "factors")
  beta <- stats::coef(model)
  intercept <- attr(tt, "intercept") == 1
  at <- as.integer(intercept)  # coefficients read so far

  cache <- new.env()
  variable <- function(name) {
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

  if (!intercept && length(factors)) {
    # model.matrix(): without an intercept the first factor that is found has a column for every
    # level
    for (label in attr(tt, "term.labels")) {
      used <- rownames(factors)[factors[, label] > 0]
      found <- Filter(function(name) !is.null(variable(name)$factor), used)
      if (length(found)) {
        factors[found[1], label] <- 2L
        break
      }
    }
  }

  terms <- list()
  add <- function(column, coefficients, by_level = FALSE) {
    terms[[length(terms) + 1]] <<- list(column = column, coefficients = coefficients,
      by_level = by_level)
  }
  product <- function(columns) Reduce(function(x, y) pgs_apply(graph, "multiply", x, y), columns)

  for (label in attr(tt, "term.labels")) {
    used <- rownames(factors)[factors[, label] > 0]
    parts <- lapply(used, variable)
    is_factor <- vapply(parts, function(p) !is.null(p$factor), TRUE)
    # Matrices in which a row gives the values of the variable's columns of model.matrix(): one row
    # for a numeric variable (its columns stand for themselves), one per level for a factor.
    widths <- integer()
    tables <- list()
    for (k in seq_along(used)) {
      if (is_factor[k]) {
        levels <- parts[[k]]$factor$levels
        tables[[k]] <- if (factors[used[k], label] == 1) {
          pgs_contrast_matrix(model$contrasts[[used[k]]], levels, used[k])
        } else {
          diag(length(levels))
        }
        widths[k] <- ncol(tables[[k]])
      } else {
        widths[k] <- length(parts[[k]]$columns)
      }
    }
    count <- prod(widths)
    coefficients <- beta[at + seq_len(count)]
    at <- at + count
    coefficients[is.na(coefficients)] <- 0  # aliased: not in the model
    columns <- arrayInd(seq_len(count), widths)  # the first variable varies fastest

    number_parts <- which(!is_factor)
    factor_parts <- which(is_factor)
    # Each combination of numeric columns multiplies a function of the levels.
    choices <- if (length(number_parts))
      arrayInd(seq_len(prod(widths[number_parts])), widths[number_parts])
    else matrix(0, 1, 0)
    for (choice in seq_len(nrow(choices))) {
      chosen <- rep(TRUE, count)
      for (k in seq_along(number_parts))
        chosen <- chosen & columns[, number_parts[k]] == choices[choice, k]
      numeric <- lapply(seq_along(number_parts),
        function(k) parts[[number_parts[k]]]$columns[[choices[choice, k]]])
      if (!length(factor_parts)) {
        if (coefficients[chosen] != 0) add(product(numeric), coefficients[chosen])
        next
      }
      # weight(levels) = sum over the chosen columns of coefficient * contrasts; tabulated over the
      # last factor for every combination of levels of the others.
      last <- factor_parts[length(factor_parts)]
      others <- factor_parts[-length(factor_parts)]
      sizes <- vapply(others, function(k) length(parts[[k]]$factor$levels), 0L)
      combinations <- if (length(others)) arrayInd(seq_len(prod(sizes)), sizes)
        else matrix(0L, 1, 0)
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
        add(product(c(indicators, numeric, list(pgs_look_up(graph, factor, weights)))), 1)
      }
    }
  }
  if (at != length(beta))
    stop("the model has ", length(beta), " coefficients, its formula has ", at, " columns")
  eta <- pgs_node(graph, "linear", list(
    intercept = if (intercept && !is.na(beta[[1]])) beta[[1]] else 0, intercept_first = TRUE,
    terms = terms
  ))[[1]]
  # predict.lm adds offsets of the formula, then the argument offset
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

# ---- rpart --------------------------------------------------------------------------------------

# src/pred_rpart.c: the primary split, then the surrogates, then the majority (usesurrogate = 2),
# else the row stays at the node. "Left" is direction -1. A numeric split x < index goes in
# direction ncat (-1 or 1); a factor's levels are listed in csplit (1 left, 2 unknown: like missing,
# 3 right).
pgs_rpart <- function(graph, model) {
  graph$package <- "rpart"
  graph$objective <- paste("rpart", model$method)
  frame <- model$frame
  numbers <- as.integer(row.names(frame))
  leaf <- frame$var == "<leaf>"
  first_split <- cumsum(c(1, (!leaf) + frame$ncompete + frame$nsurrogate))[seq_along(numbers)]
  use_surrogates <- model$control$usesurrogate
  xlevels <- attr(model, "xlevels")
  classes <- attr(model$terms, "dataClasses")
  cache <- new.env()

  number_column <- function(name) {
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
  # 0 left, 1 right, missing when the split does not decide
  direction <- function(s) {
    name <- rownames(model$splits)[s]
    ncat <- model$splits[s, "ncat"]
    index <- model$splits[s, "index"]
    if (abs(ncat) < 2)
      return(pgs_apply(graph, if (ncat < 0) "greater_equal" else "less", number_column(name),
        index))
    levels <- xlevels[[name]]
    codes <- model$csplit[index, seq_along(levels)]
    pgs_node(graph, "look_up", list(input = pgs_factor_input(graph, name, levels),
      values = c(0, NA, 1)[codes]))[[1]]
  }

  if (model$method == "class") {
    labels <- attr(model, "ylevels")
    probabilities <- frame$yval2[, 1 + length(labels) + seq_along(labels), drop = FALSE]
    # The last output is the class: with losses it is not the likeliest.
    values <- cbind(unname(probabilities), frame$yval - 1)
  } else {
    values <- matrix(frame$yval, ncol = 1)
  }

  features <- list()
  feature <- function(x) {
    features[[length(features) + 1]] <<- x
    length(features) - 1
  }
  tree <- list(feature = integer(), threshold = numeric(), left = integer(), right = integer(),
    row = integer(), default = integer())
  add <- function(f, threshold, row, default) {
    at <- length(tree$feature) + 1
    tree$feature[at] <<- f
    tree$threshold[at] <<- threshold
    tree$row[at] <<- row
    tree$default[at] <<- default
    tree$left[at] <<- NA
    tree$right[at] <<- NA
    at - 1
  }
  connect <- function(at, left, right) {
    tree$left[at + 1] <<- left
    tree$right[at + 1] <<- right
    at
  }
  build <- function(number) {
    row <- match(number, numbers)
    if (leaf[row]) return(add(-1, NA, row, 0))
    left <- frame$n[match(2 * number, numbers)]
    right <- frame$n[match(2 * number + 1, numbers)]
    fallback <- if (use_surrogates < 2 || left == right) NA else as.numeric(right > left)
    primary <- first_split[row]
    surrogates <- if (use_surrogates > 0) primary + frame$ncompete[row] +
      seq_len(frame$nsurrogate[row]) else integer()
    ncat <- model$splits[primary, "ncat"]
    if (!length(surrogates) && !is.na(fallback) && abs(ncat) < 2) {
      # the usual case needs no derived column: missing goes with the majority
      goes_left <- if (ncat < 0) fallback == 0 else fallback == 1
      at <- add(feature(number_column(rownames(model$splits)[primary])),
        model$splits[primary, "index"], row, as.integer(goes_left))
      a <- build(2 * number)
      b <- build(2 * number + 1)
      return(if (ncat < 0) connect(at, a, b) else connect(at, b, a))
    }
    decided <- direction(primary)
    for (s in surrogates) decided <- pgs_apply(graph, "if_missing", decided, direction(s))
    if (!is.na(fallback)) decided <- pgs_apply(graph, "if_missing", decided, fallback)
    f <- feature(decided)
    stay <- NULL
    if (is.na(fallback)) {
      # nothing is less than -infinity: only a missing direction goes left here, to a leaf with this
      # node's own value
      stay <- add(f, -Inf, row, 1)
      stay_leaf <- add(-1, NA, row, 0)
    }
    at <- add(f, 0.5, row, 0)
    connect(at, build(2 * number), build(2 * number + 1))
    if (is.null(stay)) at else connect(stay, stay_leaf, at)
  }
  build(1)

  width <- ncol(values)
  text <- pgs_tree(
    tree$feature, tree$threshold, tree$left, tree$right,
    if (width > 1) values[tree$row, , drop = FALSE] else values[tree$row, 1], tree$default
  )
  columns <- pgs_node(graph, "trees", list(
    features = features, compare = "float64", sum = "float64", base = rep(0, width),
    leaf_width = width, split = "less",
    trees = text
  ), width)
  if (model$method == "class") {
    pgs_classification(graph, labels, columns[-width], columns[-width], columns[[width]])
  } else {
    pgs_regression(graph, columns[[1]])
  }
}

# A name as R code: names that are no symbols and no calls ("my column") need backquotes.
pgs_backquoted <- function(name) {
  parses <- tryCatch({
    str2lang(name)
    TRUE
  }, error = function(e) FALSE)
  if (parses) name else paste0("`", name, "`")
}

# ---- randomForest -------------------------------------------------------------------------------

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

# src/regTree.c, src/classTree.c: x <= split goes left; the levels of a factor whose bit is set go
# left.
pgs_random_forest <- function(graph, model, data) {
  graph$package <- "randomForest"
  forest <- model$forest
  if (is.null(forest)) stop("the model was trained with keep.forest = FALSE")
  if (!model$type %in% c("regression", "classification"))
    stop("randomForest of type ", model$type, " is not supported")
  graph$objective <- paste("randomForest", model$type)
  names <- rownames(model$importance)
  formula <- inherits(model, "randomForest.formula")
  ncat <- forest$ncat
  classes <- if (formula) attr(model$terms, "dataClasses")
  features <- lapply(seq_along(names), function(i) {
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
  classification <- model$type == "classification"
  trees <- vapply(seq_len(forest$ntree), function(t) {
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

# ---- ranger -------------------------------------------------------------------------------------

# src/Tree.cpp: x <= split goes left; with respect.unordered.factors = "partition" the levels whose
# bit is set go right. Since 0.16.4 (on CRAN 0.17.0) ranger sends a missing value to the child that
# training chose, or to the left one where training met none (src/Tree.cpp of 0.18.0,
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

pgs_ranger <- function(graph, model, data) {
  graph$package <- "ranger"
  forest <- model$forest
  if (is.null(forest)) stop("the model was trained with write.forest = FALSE")
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
  graph$objective <- paste("ranger", forest$treetype)
  names <- forest$independent.variable.names
  factor_levels <- lapply(names, function(name) {
    levels <- forest$covariate.levels[[name]]
    if (is.null(levels)) pgs_levels_in_data(model, data, name) else levels
  })
  # What a ranger that takes no missing values refuses is refused here. Unordered factors are:
  # Tree.cpp makes an index of the NA.
  routes <- pgs_ranger_routes_missing(forest)
  features <- lapply(seq_along(names), function(i) {
    if (is.null(factor_levels[[i]])) return(pgs_number_input(graph, names[i], !routes))
    input <- pgs_factor_input(graph, names[i], factor_levels[[i]],
      refuse_missing = !routes || !forest$is.ordered[i])
    if (!forest$is.ordered[i]) return(input)
    pgs_node(graph, "look_up", list(input = input, values = seq_along(factor_levels[[i]])))[[1]]
  })
  regression <- forest$treetype == "Regression"
  probability <- forest$treetype == "Probability estimation"
  labels <- if (regression) NULL else if (is.null(forest$levels)) sort(forest$class.values)
    else forest$levels
  # position of each label among class.values, the order of the counts
  class_at <- match(if (is.null(forest$levels)) labels else seq_along(labels), forest$class.values)
  width <- if (regression) 1 else length(labels)

  trees <- vapply(seq_len(forest$num.trees), function(t) {
    left <- forest$child.nodeIDs[[t]][[1]]
    right <- forest$child.nodeIDs[[t]][[2]]
    leaf <- left == 0 & right == 0
    variable <- forest$split.varIDs[[t]]
    split <- forest$split.values[[t]]
    sets <- lapply(seq_along(left), function(n) {
      i <- variable[n] + 1
      if (leaf[n] || forest$is.ordered[i]) return(NULL)
      # the levels that go left; what is beyond the known levels has no bit and goes left too, but
      # is refused before
      setdiff(seq_along(factor_levels[[i]]) - 1, pgs_bits(split[n], length(factor_levels[[i]])))
    })
    value <- if (regression) {
      split
    } else if (probability) {
      do.call(rbind, lapply(seq_along(left), function(n) {
        counts <- forest$terminal.class.counts[[t]][[n]][class_at]
        if (leaf[n]) ifelse(is.na(counts), 0, counts) else rep(0, width)
      }))
    } else {
      code <- match(split, if (is.null(forest$levels)) labels else seq_along(labels))
      diag(width)[ifelse(leaf, code, 1), , drop = FALSE]
    }
    pgs_tree(
      ifelse(leaf, -1, variable), ifelse(vapply(sets, is.null, TRUE), split, NA), left, right,
      value,
      if (routes) pgs_ranger_default_left(forest$child.nodeIDs[[t]]), sets
    )
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

# ---- gbm ----------------------------------------------------------------------------------------

# src/gbmentry.cpp, gbm_pred: x < split goes left; the levels of a factor go left (-1), right (1),
# or, when they were not there at training (0), where missing values go: to a third child.
pgs_gbm <- function(graph, model, n.trees) {
  graph$package <- "gbm"
  distribution <- model$distribution$name
  graph$objective <- paste("gbm", distribution)
  if (is.null(n.trees)) n.trees <- model$n.trees
  if (n.trees < 1 || n.trees > model$n.trees) stop("n.trees must be between 1 and ", model$n.trees)
  num_classes <- if (is.null(model$num.classes)) 1 else model$num.classes
  is_factor <- model$var.type > 0
  features <- lapply(seq_along(model$var.names), function(i) {
    levels <- model$var.levels[[i]]
    if (!is.character(levels)) return(pgs_number_input(graph, model$var.names[i]))
    # A new level becomes NA in predict.gbm.
    input <- pgs_factor_input(graph, model$var.names[i], levels, on_unknown = "missing")
    if (is_factor[i]) return(input)
    # An ordered factor.
    pgs_node(graph, "look_up", list(input = input, values = seq_along(levels) - 1))[[1]]
  })

  trees <- character()
  for (t in seq_len(n.trees * num_classes)) {
    source <- model$trees[[t]]
    variable <- source[[1]]
    code <- source[[2]]
    feature <- integer()
    threshold <- numeric()
    left <- right <- default <- integer()
    sets <- list()
    add <- function(f, value, to_left, set) {
      at <- length(feature) + 1
      feature[at] <<- f
      threshold[at] <<- value
      default[at] <<- to_left
      left[at] <<- right[at] <<- NA
      sets[at] <<- list(set)
      at - 1
    }
    build <- function(n) {
      v <- variable[n]
      if (v < 0) return(add(-1, code[n], 0, NULL))
      if (is_factor[v + 1]) {
        directions <- model$c.splits[[code[n] + 1]]
        # Only missing values and levels without a direction go left.
        catch <- add(v, NA, 1, which(directions == 0) - 1)
        missing <- build(source[[5]][n] + 1)
        at <- add(v, NA, 0, which(directions == -1) - 1)
      } else {
        # Nothing is less than -infinity: only missing values go left.
        catch <- add(v, -Inf, 1, NULL)
        missing <- build(source[[5]][n] + 1)
        at <- add(v, code[n], 0, NULL)
      }
      a <- build(source[[3]][n] + 1)
      b <- build(source[[4]][n] + 1)
      left[catch + 1] <<- missing
      right[catch + 1] <<- at
      left[at + 1] <<- a
      right[at + 1] <<- b
      catch
    }
    build(1)
    trees[t] <- pgs_tree(
      feature, ifelse(feature < 0, NA, threshold), left, right, ifelse(feature < 0, threshold, NA),
      default, sets,
      (t - 1) %% num_classes
    )
  }
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
