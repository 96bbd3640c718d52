# Trains random R models and writes them as golden models: Rscript r_random.R FOLDER SEED COUNT.
# golden_export_test runs this on machines that have R and the packages.
suppressPackageStartupMessages({
  library(rpart)
  library(randomForest)
  library(gbm)
  library(ranger)
})
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(here, "..", "..", "models", "export", "r", "pgscore_export.R"))
source(file.path(here, "..", "..", "models", "make", "pgscore_json", "golden_csv.R"))
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]

random_data <- function(n) {
  data <- data.frame(row.names = seq_len(n))
  for (i in seq_len(sample(2:4, 1)))
    data[[paste0("n", i)]] <- switch(sample(3, 1), rnorm(n, 0, 10^sample(-2:3, 1)),
      as.numeric(sample(-3:3, n, TRUE)), round(rexp(n), 1))
  for (i in seq_len(sample(0:2, 1))) {
    levels <- paste0("level ", seq_len(sample(2:6, 1)))
    data[[paste0("f", i)]] <- factor(sample(levels, n, TRUE), levels, ordered = runif(1) < 0.3)
  }
  if (runif(1) < 0.5) data$flag <- sample(c(TRUE, FALSE), n, TRUE)
  data
}
pick <- function(...) sample(list(...), 1)[[1]]

random_model <- function(name, n = 150) {
  data <- random_data(n)
  predictors <- names(data)
  y <- Reduce(`+`, lapply(data, function(x) as.numeric(scale(as.numeric(x))))) + rnorm(n)
  y[is.na(y)] <- 0
  data$y <- y
  data$two <- factor(ifelse(y > median(y), "yes", "no"))
  data$three <- factor(c("a", "b", "c")[cut(rank(y, ties.method = "first"), 3, labels = FALSE)])
  data$count <- round(exp(pmin(y, 3) / 3))
  gaps <- data
  for (p in predictors) if (runif(1) < 0.6) gaps[[p]][runif(n) < 0.15] <- NA
  kind <- sample(c("lm", "glm", "rpart", "randomforest", "ranger", "gbm"), 1)
  response <- switch(kind,
    lm = "y", glm = sample(c("two", "count", "y"), 1), gbm = sample(c("y", "count", "three"), 1),
    sample(c("y", "two", "three"), 1)
  )
  # a factor with fewer than two levels left, or aliased columns, are the library's business
  formula <- reformulate(predictors, response)
  if (kind %in% c("lm", "glm") && length(predictors) > 1 && runif(1) < 0.6)
    formula <- reformulate(c(predictors, paste(sample(predictors, 2), collapse = ":")), response)
  if (kind %in% c("lm", "glm") && runif(1) < 0.2) formula <- update(formula, . ~ . - 1)
  rows <- data[sample(n, 30), predictors, drop = FALSE]
  options <- list()
  model <- suppressWarnings(switch(kind,
    lm = lm(formula, data),
    glm = glm(formula, switch(response, two = binomial(pick("logit", "probit", "cloglog")),
      count = poisson, gaussian), data),
    rpart = {
      rows <- gaps[sample(n, 40), predictors, drop = FALSE]
      rpart(formula, gaps, usesurrogate = sample(0:2, 1), maxsurrogate = sample(0:5, 1), cp = 0.005)
    },
    randomforest = {
      options <- list(data = data)
      randomForest(formula, data, ntree = 5, corr.bias = response == "y" && runif(1) < 0.5)
    },
    ranger = {
      options <- list(data = data)
      ranger(formula, data, num.trees = 5, probability = response == "three",
        respect.unordered.factors = pick("ignore", "order", "partition"))
    },
    gbm = {
      rows <- gaps[sample(n, 40), predictors, drop = FALSE]
      gbm(formula, switch(response, y = "gaussian", count = "poisson", "multinomial"), gaps,
        n.trees = 5,
        interaction.depth = sample(4, 1), shrinkage = 0.3, n.minobsinnode = 5)
    }
  ))
  if (kind == "randomforest" && response == "three" || kind == "ranger" && response != "y" &&
    response != "three") {
    # votes may tie, and the libraries then draw at random: only rows with one winner are compared
    votes <- if (kind == "randomforest") predict(model, rows, type = "prob") else NULL
    if (!is.null(votes))
      rows <- rows[apply(votes, 1, function(v) sum(v == max(v)) == 1), , drop = FALSE]
  }
  do.call(write_golden, c(list(folder, name, model, rows), options))
}

# What only looks like a glm is refused by its name.
imposter <- glm(am ~ wt, binomial, mtcars)
class(imposter) <- c("gam", class(imposter))
for (model in list(imposter, lm(cbind(mpg, wt) ~ hp, mtcars), loess(mpg ~ wt, mtcars))) {
  refusal <- tryCatch(pgscore_export(model), error = conditionMessage)
  if (!identical(refusal, paste("models of class", paste(class(model), collapse = ", "),
    "are not supported"))) stop(refusal)
}

seed <- as.integer(arguments[2])
count <- as.integer(arguments[3])
written <- 0
for (k in seq(seed, length.out = count)) {
  set.seed(k)
  tryCatch({
    random_model(paste0("r_random_", k))
    written <- written + 1
  }, error = function(e) cat("seed ", k, ": ", conditionMessage(e), "\n", sep = ""))
}
cat("r_random.R:", written, "models,", count - written, "refused\n")
if (written * 2 < count) quit(status = 1)
