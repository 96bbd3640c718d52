# The scorecard of models/credit: a logistic regression by R's glm on the attributes that are always
# given, and what R says about the example's applicants: Rscript credit_glm.R TRAINING.csv
# TRAINING.csv: credit.py 4000 2
script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
models <- file.path(dirname(script), "..", "..")
folder <- file.path(models, "credit")
source(file.path(models, "export", "r", "pgscore_export.R"))

read <- function(path) {
  factors <- c(
    "outcome", "checking_status", "credit_history", "purpose", "housing", "job", "other_debtors"
  )
  read.csv(path, colClasses = setNames(rep("factor", length(factors)), factors), na.strings = "")
}
training <- read(commandArgs(trailingOnly = TRUE)[1])
# R models the probability of the second level.
training$outcome <- relevel(training$outcome, ref = "good")
model <- glm(
  outcome ~ checking_status + duration_months + credit_history + purpose + log(credit_amount) +
    installment_rate + other_debtors + housing + job,
  family = binomial(), data = training
)
pgscore_export(model, file.path(folder, "glm.json"))

applicants <- read(file.path(folder, "applicants.csv"))
scores <- data.frame(id = applicants$id,
                     margin = sprintf("%.17g", predict(model, applicants, type = "link")),
                     probability = sprintf("%.17g", predict(model, applicants, type = "response")))
write.csv(scores, file.path(folder, "glm.scores.csv"), row.names = FALSE, quote = FALSE)
cat(sprintf("glm: R %s, deviance %.1f\n", getRversion(), deviance(model)))
