# The graph as pgscore JSON.

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

# The numbers of columns: a function from a column, and the first column of each node.
pgs_numbering <- function(graph) {
  first <- length(graph$inputs) + cumsum(c(0, graph$widths))
  position <- setNames(seq_along(graph$inputs) - 1, names(graph$inputs))
  id <- function(column) {
    if (!is.null(column$input)) position[[column$input]] else first[column$node] + column$offset
  }
  list(id = id, ids = function(columns) pgs_numbers(vapply(columns, id, 0)), first = first)
}

pgs_input_text <- function(entry) {
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

pgs_field_text <- function(name, value, columns) {
  column_of <- function(x) c(column = pgs_number(columns$id(x)))
  switch(name,
    args = pgs_array(vapply(value, function(arg) {
      if (pgs_is_column(arg)) pgs_object(column_of(arg)) else pgs_number(arg)
    }, "")),
    input = pgs_number(columns$id(value)),
    inputs = , features = columns$ids(value),
    keys = , values = , cuts = , base = , intercept = pgs_numbers(value),
    op = , "function" = , compare = , sum = , split = , aggregate = pgs_string(value),
    intercept_first = if (value) "true" else "false",
    terms = pgs_array(vapply(value, function(term) {
      flag <- if (isTRUE(term$by_level)) c(by_level = "true")
      pgs_object(c(column_of(term$column), flag, coefficients = pgs_numbers(term$coefficients)))
    }, "")),
    trees = paste0("[\n", paste(value, collapse = ",\n"), "]"),
    pgs_number(value)
  )
}

pgs_node_text <- function(body, first, columns) {
  fields <- c(type = pgs_string(body$type))
  for (name in setdiff(names(body), "type"))
    fields[name] <- pgs_field_text(name, body[[name]], columns)
  pgs_object(c(fields, first_column = pgs_number(first)))
}

pgs_output_text <- function(out, columns) {
  values <- pgs_array(vapply(out$values, function(v) {
    pgs_object(c(name = "\"value\"", column = pgs_number(columns$id(v))))
  }, ""))
  output <- c(task = pgs_string(out$task), values = values, raw = columns$ids(out$raw))
  if (out$task == "classification")
    output <- c(output,
      probabilities = columns$ids(out$probabilities), labels = pgs_array(pgs_string(out$labels)),
      class_code = pgs_number(columns$id(out$class_code))
    )
  pgs_object(output)
}

pgs_facts_text <- function(package, model) {
  version <- if (package == "stats") as.character(getRversion()) else
    tryCatch(as.character(utils::packageVersion(package)), error = function(e) "unknown")
  facts <- c(library = pgs_string(paste("R", package)), library_version = pgs_string(version))
  call <- paste(deparse(model$call, width.cutoff = 500L), collapse = " ")
  if (nchar(call) <= 1000) facts <- c(facts, call = pgs_string(call))
  pgs_object(facts)
}

pgs_lines <- function(texts) paste0("[\n", paste(texts, collapse = ",\n"), "]")

pgs_document <- function(graph, model, test_rows, n.trees) {
  columns <- pgs_numbering(graph)
  nodes <- vapply(seq_along(graph$nodes), function(number) {
    pgs_node_text(graph$nodes[[number]], columns$first[number], columns)
  }, "")
  parts <- c(
    pgscore_model = "1",
    objective = pgs_string(graph$objective),
    facts = pgs_facts_text(graph$package, model),
    inputs = pgs_lines(vapply(graph$inputs, pgs_input_text, "")),
    nodes = pgs_lines(nodes),
    output = pgs_output_text(graph$output, columns)
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
