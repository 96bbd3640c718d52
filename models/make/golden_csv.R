# rows.csv and scores.csv of a golden model: what the unit test golden_export_test reads. An empty
# cell is NULL, texts are quoted, numbers have 17 digits.
golden_text <- function(x) {
  if (is.factor(x)) x <- as.character(x)
  text <- if (is.character(x)) paste0("\"", gsub("\"", "\"\"", x, fixed = TRUE), "\"")
    else sprintf("%.17g", as.numeric(x))
  text[is.na(x)] <- ""
  text
}
golden_write <- function(path, columns) {
  lines <- do.call(paste, c(unname(lapply(columns, golden_text)), sep = ","))
  out <- file(path, "wb")
  on.exit(close(out))
  writeLines(c(paste0("\"", names(columns), "\"", collapse = ","), lines), out)
}
write_golden <- function(folder, name, model, rows, ..., n.trees = NULL) {
  stem <- file.path(folder, name)
  pgscore_export(model, paste0(stem, ".json"), ..., n.trees = n.trees)
  scores <- suppressMessages(pgscore_scores(model, rows, n.trees))
  columns <- list()
  for (part in c(values = "value", raw = "raw", probabilities = "probability")) {
    matrix <- scores[[c(value = "values", raw = "raw", probability = "probabilities")[[part]]]]
    for (k in seq_len(NCOL(matrix)) * !is.null(matrix))
      if (k > 0) columns[[paste0(part, "_", k - 1)]] <- matrix[, k]
  }
  if (!is.null(scores$class)) columns$class <- scores$class
  used <- vapply(rows, function(column) is.atomic(column), TRUE)
  golden_write(paste0(stem, ".rows.csv"), rows[used])
  golden_write(paste0(stem, ".scores.csv"), columns)
}
