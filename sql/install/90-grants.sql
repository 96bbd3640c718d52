-- Model files come from outside and are costly to read: who may import is granted on purpose, for
-- example
--     GRANT EXECUTE ON FUNCTION pgscore.import_model TO data_science;
-- The other registry functions ask for rights on the model itself.
REVOKE ALL ON FUNCTION
    pgscore.import_model(text, bytea, text, jsonb, jsonb, text[], jsonb, bool, text),
    pgscore.import_model_file(text, text, text, jsonb, jsonb, text[], jsonb, bool, text)
    FROM PUBLIC;
REVOKE ALL ON FUNCTION pgscore.inspect_model(bytea, text, jsonb, jsonb, text[]) FROM PUBLIC;
-- What the server does by itself where it may; by hand it is for the owner of the extension and
-- superusers.
REVOKE ALL ON FUNCTION pgscore.recompile_models() FROM PUBLIC;
