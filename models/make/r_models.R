# Trains small R models on synthetic data and writes <script's folder>/../edge/r_*: the model as
# pgscore JSON, some rows and the library's own scores. Rscript r_models.R [FOLDER]
suppressPackageStartupMessages({
  library(rpart)
  library(randomForest)
  library(gbm)
  library(ranger)
})
script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
here <- if (length(script)) dirname(script) else "."
source(file.path(here, "..", "export", "r", "pgscore_export.R"))
source(file.path(here, "golden_csv.R"))
arguments <- commandArgs(trailingOnly = TRUE)
folder <- if (length(arguments)) arguments[1] else file.path(here, "..", "edge")

set.seed(7)
n <- 200
data <- data.frame(
  age = as.numeric(sample(18:74, n, TRUE)),
  amount = round(exp(rnorm(n, 7, 1)), 2),
  rate = rnorm(n),
  job = factor(sample(c("clerk", "engineer", "no job", "manager"), n, TRUE)),
  rating = factor(sample(c("low", "mid", "high", "top"), n, TRUE),
                  levels = c("low", "mid", "high", "top"), ordered = TRUE),
  owner = sample(c(TRUE, FALSE), n, TRUE),
  rooms = sample(1:4, n, TRUE),
  months = sample(c(6, 12, 24), n, TRUE)
)
score <- with(data, 0.03 * (age - 40) - 0.3 * log(amount) + rate + (job == "manager") +
                0.4 * as.numeric(rating)) + rnorm(n, 0, 0.5)
score <- score - mean(score)
data$y <- score
data$positive <- exp(score / 2)
data$count <- round(exp(score / 3))
data$bad <- factor(ifelse(score + rnorm(n) > 0, "bad", "good"), levels = c("good", "bad"))
data$zero_one <- as.integer(data$bad == "bad")
data$share <- plogis(score / 2)
data$class <- factor(
  c("small", "middle", "large")[cut(score, c(-Inf, -0.7, 0.7, Inf), labels = FALSE)]
)
rows <- data[1:25, ]
rows$age[3] <- NA
rows$job[4] <- NA
gaps <- data
for (name in c("age", "amount", "rate", "job", "rating")) gaps[[name]][runif(n) < 0.15] <- NA
gap_rows <- gaps[1:40, ]
whole <- data[1:25, ]

write <- function(name, model, rows, ...) write_golden(folder, paste0("r_", name), model, rows, ...)

# lm: contrasts, interactions, transformations, offsets
write("lm_plain", lm(y ~ age + amount + rate, data), rows, test_rows = whole[1:3, ])
write("lm_factors", lm(y ~ age + job + rating + owner, data), rows)
write("lm_no_intercept", lm(y ~ job + rate - 1, data), rows)
write("lm_interactions", lm(y ~ age * job + rate:owner + job:rating, data), rows)
write("lm_contrasts", lm(y ~ job + rating, data,
  contrasts = list(job = "contr.sum", rating = "contr.helmert")), rows)
write("lm_functions", lm(y ~ log(amount) + I(age^2) + sqrt(age) + poly(rate, 3) + scale(age) +
  factor(rooms) + I(rate > 0), data), rows)
write("lm_offset", lm(y ~ age + offset(log(amount)), data, offset = months), rows)
write("lm_aliased", lm(y ~ age + I(2 * age) + job, data), rows)
# glm: families and links
for (link in c("logit", "probit", "cloglog", "cauchit", "log"))
  write(paste0("glm_binomial_", link), suppressWarnings(glm(
    bad ~ age + rate + job, binomial(link), data, start = if (link == "log") c(-1.5, rep(0, 5))
  )), rows)
write("glm_binomial_share", suppressWarnings(glm(share ~ rate + rating, binomial, data)), rows)
write("glm_poisson", glm(count ~ age + job + offset(log(months)), poisson, data), rows)
write("glm_poisson_sqrt", glm(count ~ rate + rooms, poisson("sqrt"), data), rows)
write("glm_gamma_inverse", glm(positive ~ age + owner, Gamma, data), rows)
write("glm_gamma_log", glm(positive ~ age + rate + job, Gamma("log"), data), rows)
write("glm_inverse_gaussian", glm(positive ~ age, inverse.gaussian, data, start = c(1, 0)), rows)
write("glm_power", glm(positive ~ rate, quasi(link = power(0.5), variance = "mu"), data,
  start = c(1, 0.1)), rows)
write("glm_gaussian", glm(y ~ age + job:rate, gaussian, data), rows)

write("aov", aov(y ~ job + rating, data), rows)

# rpart: missing values through surrogates, the majority, or not at all
predictors <- ~ age + amount + rate + job + rating + owner
formula_of <- function(response) reformulate(attr(terms(predictors), "term.labels"), response)
for (use in 0:2)
  write(paste0("rpart_anova_surrogate", use),
    rpart(formula_of("y"), gaps, usesurrogate = use, cp = 0.02), gap_rows)
write("rpart_majority", rpart(formula_of("y"), gaps, maxsurrogate = 0, cp = 0.02), gap_rows)
write("rpart_class", rpart(formula_of("class"), gaps, cp = 0.02), gap_rows)
write("rpart_class_loss", rpart(formula_of("bad"), gaps,
  parms = list(loss = matrix(c(0, 5, 1, 0), 2)), cp = 0.02), gap_rows)
write("rpart_poisson", rpart(formula_of("count"), gaps, method = "poisson", cp = 0.02), gap_rows)

# randomForest; an odd number of trees, because ties are broken at random there
forest_formula <- y ~ age + amount + rate + job + rating + rooms
write("randomforest_regression", randomForest(forest_formula, data, ntree = 5, nodesize = 20),
  whole)
write("randomforest_corr_bias", randomForest(forest_formula, data, ntree = 5, nodesize = 20,
  corr.bias = TRUE), rows)
write("randomforest_class", randomForest(update(forest_formula, bad ~ .), data, ntree = 5,
  nodesize = 20), rows)
write("randomforest_matrix", randomForest(data[c("age", "amount", "rate", "job")], data$y,
  ntree = 5, nodesize = 20), whole)

# ranger
ranger_formula <- function(response) reformulate(
  c("age", "amount", "rate", "job", "rating", "rooms"), response)
for (respect in c("ignore", "order", "partition")) {
  write(paste0("ranger_regression_", respect), ranger(
    ranger_formula("y"), data, num.trees = 5, min.node.size = 20,
    respect.unordered.factors = respect, seed = 1
  ), whole, data = data)
  write(paste0("ranger_probability_", respect), ranger(
    ranger_formula("class"), data, num.trees = 5, min.node.size = 30, probability = TRUE,
    respect.unordered.factors = respect,
    seed = 1
  ), whole, data = data)
}
write("ranger_class", ranger(ranger_formula("bad"), data, num.trees = 5, min.node.size = 20,
  seed = 1), whole, data = data)

# ranger since 0.17 (0.16.4) sends missing values to the child that training chose. The ranger that
# is installed here may be older: so the choices are added to its forest, and the scores are those
# of src/Tree.cpp of 0.18.0, Tree::predict, done here.
routed <- ranger(reformulate(c("age", "amount", "rate", "rating"), "y"), data, num.trees = 4,
  min.node.size = 25, seed = 2)
routed$forest$child.nodeIDs <- lapply(routed$forest$child.nodeIDs, function(children) {
  nodes <- seq_along(children[[1]])
  c(children, list(ifelse(nodes %% 3 == 0, 0,
    ifelse(nodes %% 2 == 0, children[[2]], children[[1]]))))
})
routed_score <- function(forest, row) {
  leaves <- vapply(seq_len(forest$num.trees), function(t) {
    children <- forest$child.nodeIDs[[t]]
    node <- 0
    while (children[[1]][node + 1] != 0 || children[[2]][node + 1] != 0) {
      value <- row[[forest$split.varIDs[[t]][node + 1] + 1]]
      node <- if (!is.na(value)) {
        children[[if (value <= forest$split.values[[t]][node + 1]) 1 else 2]][node + 1]
      } else if (children[[3]][node + 1] > 0) children[[3]][node + 1] else children[[1]][node + 1]
    }
    forest$split.values[[t]][node + 1]
  }, 0)
  sum <- 0
  for (leaf in leaves) sum <- sum + leaf
  sum / forest$num.trees
}
pgscore_export(routed, file.path(folder, "r_ranger_missing.json"), data = data)
routed_rows <- gap_rows[routed$forest$independent.variable.names]
golden_write(file.path(folder, "r_ranger_missing.rows.csv"), routed_rows)
golden_write(file.path(folder, "r_ranger_missing.scores.csv"),
  list(value_0 = vapply(seq_len(nrow(routed_rows)), function(r) {
  routed_score(routed$forest, lapply(routed_rows[r, ], as.numeric))
}, 0)))

# gbm: missing values have a child of their own
gbm_formula <- function(response) reformulate(c("age", "amount", "rate", "job", "rating"), response)
for (distribution in c("gaussian", "laplace", "poisson", "bernoulli", "adaboost", "multinomial",
  "tdist")) {
  response <- switch(distribution, poisson = "count", bernoulli = , adaboost = "zero_one",
    multinomial = "class", "y")
  model <- suppressWarnings(gbm(
    gbm_formula(response), distribution, gaps, n.trees = 6, interaction.depth = 3, shrinkage = 0.2,
    n.minobsinnode = 8
  ))
  write(paste0("gbm_", distribution), model, gap_rows)
}
new_level <- gap_rows
levels(new_level$job) <- c(levels(new_level$job), "astronaut")
new_level$job[2] <- "astronaut"
write("gbm_new_level", gbm(gbm_formula("y"), "gaussian", gaps, n.trees = 5, interaction.depth = 2,
  shrinkage = 0.3), new_level, n.trees = 4)
cat("r_models.R:", length(list.files(folder, "^r_.*\\.json$")), "models\n")
