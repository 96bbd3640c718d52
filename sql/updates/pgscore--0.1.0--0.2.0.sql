-- 0.1.0 -> 0.2.0: explanations, more metrics

ALTER TABLE "!pgscore".catalog_version ADD COLUMN explanation bytea;
ALTER TABLE "!pgscore".catalog_version ALTER COLUMN explanation SET STORAGE EXTERNAL;
COMMENT ON COLUMN "!pgscore".catalog_version.explanation IS
    'what contributions are computed from; null: the model has none, or was imported before 0.2.0';

-- include sql/install/50-metrics.sql
-- include sql/install/55-explanations.sql
-- include sql/install/58-evaluation.sql

DROP VIEW pgscore.loaded_models;
DROP FUNCTION pgscore.loaded_plans();
-- include sql/install/65-loaded-models.sql
-- include sql/install/75-model-versions.sql
