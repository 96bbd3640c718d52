-- Made-up models, for the other tests of the server: each function gives the file of one. This test
-- runs first, and leaves the schema behind. It is the isolation tests' first, too (see the
-- Makefile), as a block of a spec, which braces would end: so there are none here.
CREATE SCHEMA made;
GRANT USAGE ON SCHEMA made TO PUBLIC;

-- A file of its three parts.
CREATE FUNCTION made.model(inputs json, nodes json, output json) RETURNS bytea LANGUAGE sql AS
$$ SELECT convert_to(json_build_object('pgscore_model', 1, 'inputs', inputs, 'nodes', nodes,
                                       'output', output)::text, 'UTF8') $$;

-- Parts: features that are numbers, and one that is a category.
CREATE FUNCTION made.numbers(VARIADIC names text[]) RETURNS json LANGUAGE sql AS
$$ SELECT json_agg(json_build_object('name', name) ORDER BY n)
     FROM unnest(names) WITH ORDINALITY u (name, n) $$;
CREATE FUNCTION made.category(name text, categories text[]) RETURNS json LANGUAGE sql AS
$$ SELECT json_build_object('name', name, 'type', 'category', 'categories', categories) $$;

-- Part: predict gives a column of the graph.
CREATE FUNCTION made.value(name text, number int) RETURNS json LANGUAGE sql AS
$$ SELECT json_build_object('task', 'regression', 'raw', json_build_array(number), 'values',
     json_build_array(json_build_object('name', name, 'column', number))) $$;

-- The first feature as it is.
CREATE FUNCTION made.first(VARIADIC names text[]) RETURNS bytea LANGUAGE sql AS
$$ SELECT made.model(made.numbers(VARIADIC names), '[]', made.value('v', 0)) $$;

-- intercept + coefficients * features.
CREATE FUNCTION made.linear(intercept float8, coefficients float8[], VARIADIC names text[])
RETURNS bytea LANGUAGE sql AS
$$ SELECT made.model(made.numbers(VARIADIC names),
     json_build_array(json_build_object('type', 'linear', 'intercept', json_build_array(intercept),
       'terms', (SELECT json_agg(json_build_object('column', n - 1, 'coefficients',
                                                   json_build_array(coefficient)) ORDER BY n)
                   FROM unnest(coefficients) WITH ORDINALITY u (coefficient, n)))),
     made.value('y', cardinality(names))) $$;
CREATE FUNCTION made.line(intercept float8 DEFAULT 1, coefficient float8 DEFAULT 2)
RETURNS bytea LANGUAGE sql AS $$ SELECT made.linear(intercept, ARRAY[coefficient], 'x') $$;

-- A salary: intercept + age / 2, and a raise for the job. What is missing counts nothing (skip), or
-- makes the result missing (propagate). The features that follow are not used.
CREATE FUNCTION made.salary(intercept float8, jobs text[], raises float8[],
                            on_missing text DEFAULT 'skip',
                            VARIADIC unused text[] DEFAULT ARRAY[]::text[])
RETURNS bytea LANGUAGE sql AS
$$ SELECT made.model(
     (SELECT json_agg(input ORDER BY n) FROM (
        VALUES (1::bigint, json_build_object('name', 'age')), (2, made.category('job', jobs))
        UNION ALL SELECT 2 + n, json_build_object('name', name)
                    FROM unnest(unused) WITH ORDINALITY u (name, n)) u (n, input)),
     json_build_array(json_build_object('type', 'linear', 'on_missing', on_missing,
       'intercept', json_build_array(intercept), 'terms', json_build_array(
         json_build_object('column', 0, 'coefficients', json_build_array(0.5)),
         json_build_object('column', 1, 'by_level', true, 'coefficients', raises)))),
     made.value('salary', 2 + cardinality(unused))) $$;

-- Two classes: P(the second) is the logistic of -2 + coefficient * feature.
CREATE FUNCTION made.classifier(feature text, coefficient float8, labels text[],
                                on_missing text DEFAULT 'propagate')
RETURNS bytea LANGUAGE sql AS
$$ SELECT made.model(made.numbers(feature),
     json_build_array(
       json_build_object('type', 'linear', 'on_missing', on_missing,
         'intercept', json_build_array(-2), 'terms', json_build_array(
           json_build_object('column', 0, 'coefficients', json_build_array(coefficient)))),
       json_build_object('type', 'link', 'function', 'logistic', 'inputs', json_build_array(1)),
       json_build_object('type', 'apply', 'op', 'subtract', 'args',
                         json_build_array(1, json_build_object('column', 2))),
       json_build_object('type', 'arg_max', 'inputs', json_build_array(3, 2))),
     json_build_object('task', 'classification', 'labels', labels,
       'values', json_build_array(json_build_object('name', 'p', 'column', 2)),
       'raw', json_build_array(1), 'probabilities', json_build_array(3, 2),
       'class_code', 4, 'positive', 1)) $$;

-- A number for each category; -1 for one that is unknown, -2 for none.
CREATE FUNCTION made.look_up(feature text, categories text[], numbers float8[])
RETURNS bytea LANGUAGE sql AS
$$ SELECT made.model(json_build_array(made.category(feature, categories)),
     json_build_array(json_build_object('type', 'look_up', 'input', 0, 'values', numbers,
                                        'unknown', -1, 'missing', -2)),
     made.value('v', 1)) $$;

-- factor * floor(x), from 0 to count. Its plan takes 16 bytes for each step.
CREATE FUNCTION made.steps(count int, factor float8 DEFAULT 1) RETURNS bytea LANGUAGE sql AS
$$ SELECT made.model(made.numbers('x'),
     json_build_array(json_build_object('type', 'discretize', 'input', 0,
       'cuts', (SELECT json_agg(i) FROM generate_series(1, count) i),
       'values', (SELECT json_agg(i * factor) FROM generate_series(0, count) i))),
     made.value('y', 1)) $$;
