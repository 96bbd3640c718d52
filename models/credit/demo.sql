-- What pgscore does, on 1,000 made-up applicants. Run by `make demo`, from this folder.
\set ECHO none
\pset footer off
\pset null '(null)'

\echo
\echo '---- 1. The extension, and applicants as any application has them'
\set ECHO queries
CREATE EXTENSION pgscore;
CREATE TABLE applicants (
  id                      int PRIMARY KEY,
  checking_status         text,
  duration_months         int,
  credit_history          text,
  purpose                 text,
  credit_amount           numeric,
  savings                 text,
  employment_since        text,
  installment_rate        int,
  personal_status         text,
  other_debtors           text,
  residence_since         int,
  property                text,
  age                     int,
  other_installment_plans text,
  housing                 text,
  existing_credits        int,
  job                     text,
  dependents              int,
  telephone               boolean,
  foreign_worker          boolean,
  outcome                 text
);
\copy applicants FROM 'applicants.csv' WITH (FORMAT csv, HEADER)
\set ECHO none
\echo 'and 100,000 more in a table of their own, for timings: each applicant a hundred times,'
\echo 'with other amounts'
\set ECHO queries
CREATE TABLE loan_book AS
SELECT (c - 1) * 1000 + a.id AS loan, a.*
  FROM applicants a, generate_series(1, 100) AS c;
UPDATE loan_book SET credit_amount = credit_amount + loan % 977;
VACUUM ANALYZE loan_book;

\set ECHO none
\echo
\echo '---- 2. Models: files as the training library saved them, uploaded by the client'
\echo '\\set artifact `base64 -w 0 xgboost.json`'
\echo '\\set features `cat features.json`'
\echo 'SELECT pgscore.import_model(''credit'', decode(:''artifact'', ''base64''),'
\echo '                            features => :''features'', labels => ''{good,default}'','
\echo '                            comment => ''XGBoost, 60 rounds'');'
\set artifact `base64 -w 0 xgboost.json`
\set features `cat features.json`
\timing on
SELECT pgscore.import_model('credit', decode(:'artifact', 'base64'),
                            features => :'features', labels => '{good,default}',
                            comment => 'XGBoost, 60 rounds') AS version;
\timing off
\echo 'The same for a scikit-learn pipeline and a glm of R, through the exporters in models/export:'
\set artifact `base64 -w 0 logistic.json`
SELECT pgscore.import_model('credit_logistic', decode(:'artifact', 'base64'),
                            labels => '{good,default}',
                            comment => 'scikit-learn: imputers, scaler, one-hot, '
                                       'logistic regression') AS version;
\set artifact `base64 -w 0 glm.json`
SELECT pgscore.import_model('scorecard', decode(:'artifact', 'base64'),
                            comment => 'R: glm, binomial') AS version;

\echo
\echo '---- 3. Scores, anywhere an expression may stand'
\timing on
\set ECHO queries
SELECT id, purpose, credit_amount, duration_months, predict('credit', t) AS risk
  FROM applicants t ORDER BY id LIMIT 5;
SELECT count(*) FROM applicants t WHERE predict('credit', t) > 0.5;
SELECT id, purpose, credit_amount, predict('credit', t) AS risk
  FROM applicants t ORDER BY predict('credit', t) DESC LIMIT 5;
SELECT id, predict_class('credit', t), predict_proba('credit', t)
  FROM applicants t ORDER BY id LIMIT 3;
SELECT purpose, count(*), avg(predict('credit', t)) AS risk,
       avg((outcome = 'default')::int) AS defaulted
  FROM applicants t GROUP BY purpose ORDER BY risk DESC;
SELECT predict('credit', '{
  "checking_status": "below 0", "duration_months": 48, "credit_history": "none taken",
  "purpose": "new car", "credit_amount": 9000, "savings": null, "employment_since": "unemployed",
  "installment_rate": 4, "personal_status": "male single", "other_debtors": "none",
  "residence_since": 1, "property": "none", "age": 22, "other_installment_plans": "bank",
  "housing": "rent", "existing_credits": 2, "job": "skilled", "dependents": 1,
  "telephone": false, "foreign_worker": true}'::jsonb) AS risk_of_a_json_object;
SELECT avg(predict('credit', t)) AS average_risk, count(*) FROM loan_book t;
SELECT loan, predict('credit', t) AS risk
  FROM loan_book t ORDER BY predict('credit', t) DESC LIMIT 3;
\set ECHO none
\timing off

\echo
\echo '---- 4. The training libraries'' numbers? They are beside the models: count what differs'
\set ECHO queries
CREATE TABLE xgboost_says (id int PRIMARY KEY, margin float4, probability float4);
\copy xgboost_says FROM 'xgboost.scores.csv' WITH (FORMAT csv, HEADER)
CREATE TABLE scikit_learn_says (id int PRIMARY KEY, margin float8, probability float8);
\copy scikit_learn_says FROM 'logistic.scores.csv' WITH (FORMAT csv, HEADER)
CREATE TABLE r_says (id int PRIMARY KEY, margin float8, probability float8);
\copy r_says FROM 'glm.scores.csv' WITH (FORMAT csv, HEADER)
SELECT count(*) AS applicants,
       count(*) FILTER (WHERE (predict_raw('credit', t))[1] <> x.margin::float8)
         AS xgboost_margins_that_differ,
       max(abs(predict('credit', t) - x.probability)) AS xgboost_probability,
       max(abs(predict('credit_logistic', t) - s.probability)) AS scikit_learn_probability,
       max(abs(predict('scorecard', t) - r.probability)) AS r_probability
  FROM applicants t JOIN xgboost_says x USING (id) JOIN scikit_learn_says s USING (id)
  JOIN r_says r USING (id);
\set ECHO none

\echo
\echo '---- 5. A materialized view'
\timing on
\set ECHO queries
CREATE MATERIALIZED VIEW loan_risk AS SELECT loan, predict('credit', t) AS risk FROM loan_book t;
SELECT count(*) FILTER (WHERE risk > 0.5) AS high_risk, avg(risk) FROM loan_risk;
REFRESH MATERIALIZED VIEW loan_risk;
\set ECHO none
\timing off

\echo
\echo '---- 6. A second version: imported beside the first, tried, deployed, rolled back'
\echo '\\set artifact `base64 -w 0 xgboost_v2.ubj`'
\echo 'SELECT pgscore.import_model(''credit'', decode(:''artifact'', ''base64''),'
\echo '                            features => :''features'', labels => ''{good,default}'','
\echo '                            comment => ''XGBoost, 90 rounds on 12,000 applicants'');'
\set artifact `base64 -w 0 xgboost_v2.ubj`
SELECT pgscore.import_model('credit', decode(:'artifact', 'base64'),
                            features => :'features', labels => '{good,default}',
                            comment => 'XGBoost, 90 rounds on 12,000 applicants') AS version;
\set ECHO queries
SELECT id, predict('credit', t) AS deployed, predict('credit@2', t) AS candidate
  FROM applicants t ORDER BY id LIMIT 3;
SELECT pgscore.deploy_model('credit', 2, reason => 'three times the data');
SELECT id, predict('credit', t) AS deployed FROM applicants t ORDER BY id LIMIT 3;
REFRESH MATERIALIZED VIEW loan_risk;
SELECT count(*) FILTER (WHERE risk > 0.5) AS high_risk, avg(risk) FROM loan_risk;
SELECT pgscore.rollback_model('credit', reason => 'the board wants to see it first');
SELECT id, predict('credit', t) AS deployed FROM applicants t ORDER BY id LIMIT 3;
\set ECHO none

\echo
\echo '---- 7. Why is a score what it is, and is the model good?'
\set ECHO queries
SELECT rank, feature, value, round(contribution::numeric, 3) AS contribution
  FROM applicants t, explain('credit', t) WHERE id = 2;
SELECT pgscore.set_reason_codes('credit', '{
  "checking_status": {"code": "R01", "text": "Checking account: {value}"},
  "savings":         {"code": "R02", "text": "Savings: {value}"},
  "credit_history":  {"code": "R04", "text": "Earlier loans: {value}"},
  "purpose":         {"code": "R05", "text": "A loan for {value}"},
  "duration_months": {"code": "R03", "text": "The loan runs for {value} months"}}');
SELECT id, code, reason FROM applicants t, reason_codes('credit', t, top_k => 2)
 WHERE predict('credit', t) > 0.5 ORDER BY id, rank LIMIT 4;
SELECT * FROM pgscore.feature_importance('credit', 'SELECT * FROM applicants')
 ORDER BY mean_abs_contribution DESC LIMIT 5;
SELECT roc_auc(outcome = 'default', predict('credit', t)),
       ks_statistic(outcome = 'default', predict('credit', t)) FROM applicants t;
\timing on
SELECT count(*), avg(contribution) FROM loan_book t, explain('credit', t, top_k => 3);
\timing off
\set ECHO none

\echo
\echo '---- 8. What is there: models, their history, and the one copy in shared memory'
\pset expanded auto
\set ECHO queries
SELECT * FROM pgscore.models ORDER BY name;
SELECT * FROM pgscore.deployments ORDER BY 1;
SELECT * FROM pgscore.loaded_models;
\set ECHO none
