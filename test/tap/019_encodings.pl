# Databases of other encodings: names, categories, labels and outputs of a model, which is UTF-8,
# meet texts of the database.
use strict;
use warnings FATAL => 'all';
use utf8;
use Encode qw(encode);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

$ENV{PGCLIENTENCODING} = 'UTF8';
my $server = PostgreSQL::Test::Cluster->new('encodings');
$server->init;
$server->start;

# A classifier: the logistic of a number, and a value for each category.
sub classifier
{
  my ($feature, $first, $second, $label) = @_;
  return encode('UTF-8', qq({"pgscore_model": 1, "facts": {"writer": "$feature €"},
    "inputs": [{"name": "x"}, {"name": "$feature", "type": "category",
      "categories": ["$first", "$second"], "on_unknown": "error"}],
    "nodes": [{"type": "linear", "intercept": [0], "terms": [{"column": 0, "coefficients": [1]},
      {"column": 1, "by_level": true, "coefficients": [10, -10]}]},
     {"type": "link", "function": "logistic", "inputs": [2]},
     {"type": "apply", "op": "subtract", "args": [1, {"column": 3}]},
     {"type": "arg_max", "inputs": [4, 3]}],
    "output": {"task": "classification", "labels": ["no", "$label"],
      "values": [{"name": "p $label", "column": 3}], "raw": [2],
      "probabilities": [4, 3], "class_code": 5, "positive": 1},
    "test_rows": {"rows": [{"inputs": [1, "$first"], "raw": [11], "class": "$label"}]}}));
}

sub database
{
  my ($name, $encoding) = @_;
  $server->safe_psql('template1',
    "CREATE DATABASE $name TEMPLATE template0 ENCODING '$encoding' LC_COLLATE 'C' LC_CTYPE 'C'");
  $server->safe_psql($name, 'CREATE EXTENSION pgscore');
}

# What psql says, as characters; errors too.
sub ask
{
  my ($database, $query) = @_;
  my ($code, $out, $err) = $server->psql($database, encode('UTF-8', $query));
  utf8::decode($_) for $out, $err;
  return $code == 0 ? $out : $err;
}
sub import_of { return 'decode(\'' . unpack('H*', $_[0]) . "', 'hex')"; }

for my $case (['LATIN1', 'Größe', 'Köln', 'Straße', 'ja, natürlich'],
  ['EUC_JP', '大きさ', '京都', '東京', 'はい'],
  ['UTF8', 'Größe', 'Köln', '東京', 'はい'], ['SQL_ASCII', 'Größe', 'Köln', '東京', 'はい'])
{
  my ($encoding, $feature, $first, $second, $label) = @$case;
  my $database = lc $encoding;
  database($database, $encoding);
  my $model = import_of(classifier($feature, $first, $second, $label));
  is(ask($database, "SELECT pgscore.import_model('m', $model)"), '1',
    "$encoding: the model is imported, its test row too");
  ask($database, qq(CREATE TABLE t (x float8, "$feature" text, d char(8), e name);
    INSERT INTO t VALUES (1, '$first', '$first', '$first'), (-1, '$second', '$second', '$second')));
  my $wanted = "11|$label\n-11|no";
  is(ask($database, "SELECT (predict_raw('m', t))[1], predict_class('m', t) FROM t"), $wanted,
    "$encoding: rows, by name");
  is(ask($database, "SELECT (predict_raw('m', to_jsonb(t)))[1], predict_class('m', to_jsonb(t))
      FROM t"), $wanted, "$encoding: jsonb");
  is(ask($database, "SELECT (predict_raw('m', x, d))[1], predict_class('m', x, d) FROM t"), $wanted,
    "$encoding: char(n), by position");
  is(ask($database, "SELECT (predict_raw('m\@1'::model_version, x, d))[1],
      predict_class('m\@1'::model_version, t.*) FROM t"), $wanted,
    "$encoding: a fixed version, by position and by name");
  is(ask($database, "SELECT (predict_raw('m', x, e))[1], predict_class('m', x, e) FROM t"), $wanted,
    "$encoding: name");
  is(ask($database, "SET pgscore.batch_min_rows = 1; SELECT sum((predict_raw('m', t))[1]) FROM t"),
    '0', "$encoding: a batch");
  is(ask($database, "SELECT round(predict_proba_of('m', '$label', t)::numeric, 3) FROM t LIMIT 1"),
    '1.000', "$encoding: a class by its label");
  is(ask($database, "SELECT predict_outputs('m', t) ->> 'class',
      predict_outputs('m', t) ? 'p $label' FROM t LIMIT 1"), "$label|t",
    "$encoding: outputs");
  is(ask($database, "SELECT pgscore.class_labels('m')::text"), $label =~ /,/ ? qq({no,"$label"})
    : "{no,$label}", "$encoding: labels");
  is(ask($database, "SELECT feature, categories::text FROM pgscore.model_features WHERE name = 'm'
      AND position = 2"),
    "$feature|{$first,$second}", "$encoding: what is shown of the features");
  is(ask($database, "SELECT pgscore.inspect_model($model) -> 'features' -> 1 ->> 'name'"), $feature,
    "$encoding: inspect_model");
  is(ask($database, "SELECT count(*), bool_and(ok) FROM pgscore.verify_model('m')"), '2|t',
    "$encoding: stored test rows");
  like(ask($database, "SELECT predict('m', 1, '${first}x')"),
    qr/unknown category for feature "\Q$feature\E" of model "m"/,
    "$encoding: the error names the feature");
  like(ask($database, "SELECT predict('m', a) FROM (SELECT 1 AS x) a"),
    qr/column "\Q$feature\E" required by model "m" is missing/,
    "$encoding: a column that is not there");
  like(ask($database, "SELECT predict_proba_of('m', 'maybe', t) FROM t"),
    qr/Its classes are: "no", "\Q$label\E"\./, "$encoding: its classes");
  my $arguments = sub {
    my $categories = join(', ', map { "\"$_\"" } @_);
    return "features => '[\"x\", {\"name\": \"$first\", \"categories\": [$categories]}]',"
      . " labels => ARRAY['no', '$second'], options => '{\"positive_class\": \"$second\"}'";
  };
  is(ask($database, "SELECT pgscore.import_model('n', $model, " . $arguments->($first, $second)
    . ')'), '1',
    "$encoding: arguments of an import");
  is(ask($database, "SELECT predict_class('n', 1, '$first'), predict_class('n', 1, '$second')"),
    "$second|no", "$encoding: and what they give");
  like(ask($database, qq(SELECT pgscore.import_model('o', $model, options => '{"$first": 1}'))),
    qr/unknown option "\Q$first\E"/, "$encoding: an unknown option is named");
  my $refusal = qr/the categories of feature "\Q$first\E" are given/
    . ' in another order than the file has them';
  like(ask($database, "SELECT pgscore.import_model('o', $model, "
    . $arguments->($second, $first) . ')'),
    qr/$refusal.*"\Q$first\E", "\Q$second\E"/s,
    "$encoding: categories in another order are refused, by name");
}

# What an encoding lacks is refused, and named.
my $japanese = import_of(classifier('大きさ', 'a', 'b', 'c'));
like(ask('latin1', "SELECT pgscore.import_model('j', $japanese)"),
  qr/feature name "\?\?\?" has characters that the encoding of the database lacks.*LATIN1/s,
    'a name of characters that LATIN1 lacks');
like(ask('latin1', "SELECT pgscore.import_model('j', "
  . import_of(classifier('a', 'Köln', '東京', 'c')) . ')'),
  qr/category "\?\?" has characters/, 'a category');
like(ask('latin1', "SELECT pgscore.import_model('j', "
  . import_of(classifier('a', 'Köln', 'b', 'はい ß')) . ')'),
  qr/class label "\?\? ß" has characters/, 'a label');

# In SQL_ASCII a text that is not UTF-8 has no meaning for a model.
like(ask('sql_ascii', "SELECT predict('m', 1, convert_from('\\x4bf66c6e', 'SQL_ASCII'))"),
  qr/text "K\?ln" is not valid UTF-8/, 'LATIN1 in SQL_ASCII');

# A dump carries models from one encoding to another.
$server->safe_psql('template1',
  "CREATE DATABASE moved TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
my $dump = $server->basedir . '/latin1.sql';
$server->command_ok(['pg_dump', '-f', $dump, $server->connstr('latin1')], 'pg_dump of LATIN1');
$server->command_ok(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump,
  $server->connstr('moved')], 'restored into UTF8');
is(ask('moved', "SELECT (predict_raw('m', t))[1], predict_class('m', t) FROM t"),
  "11|ja, natürlich\n-11|no", 'scores the same there');

$server->stop;
done_testing();
