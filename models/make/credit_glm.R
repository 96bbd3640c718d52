# The scorecard of models/credit: a logistic regression by R's glm on the attributes that are always
# given, and what R says about the example's applicants. Run it in models/make, with the rows of
# credit.py 4000 2:
#   Rscript credit_glm.R TRAINING.csv
source(file.path("..", "export", "r", "pgscore_export.R"))

read <- function(path) {
  factors <- c(outcome = "factor", checking_status = "factor", credit_history = "factor",
               purpose = "factor", housing = "factor", job = "factor", other_debtors = "factor")
  read.csv(path, colClasses = factors, na.strings = "")
}
training <- read(commandArgs(trailingOnly = TRUE)[1])
# R models the probability of the second level.
training$outcome <- relevel(training$outcome, ref = "good")
model <- glm(outcome ~ checking_status + duration_months + credit_history + purpose +
               log(credit_amount) + installment_rate + other_debtors + housing + job,
                 family = binomial(), data = training)
pgscore_export(model, file.path("..", "credit", "glm.json"))

applicants <- read(file.path("..", "credit", "applicants.csv"))
scores <- data.frame(id = applicants$id,
                     margin = sprintf("%.17g", predict(model, applicants, type = "link")),
                     probability = sprintf("%.17g", predict(model, applicants, type = "response")))
write.csv(scores, file.path("..", "credit", "glm.scores.csv"), row.names = FALSE, quote = FALSE)
cat(sprintf("glm: R %s, deviance %.1f\n", getRversion(), deviance(model)))
