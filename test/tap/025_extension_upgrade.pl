# ALTER EXTENSION UPDATE makes of a released version what a fresh installation is: the same objects,
# columns, comments and privileges; and the models of before give the scores of before.
#
# The scripts of released versions lie in test/upgrade (RELEASING.md). As long as the version under
# test is the one that was released last, its catalog must be the one that was released.
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::RealBin;
use PrivateInstall;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $released = "$FindBin::RealBin/../upgrade";
my $objects = slurp_file("$released/objects.sql");
my $folder = PostgreSQL::Test::Utils::tempdir();
my $prefix = private_install($folder);
my $scripts = extension_folder($folder);
my ($current) = slurp_file("$scripts/pgscore.control") =~ /^default_version *= *'(.*)'/m;

sub write_script
{
  my ($name, $text) = @_;
  unlink "$scripts/pgscore--$name.sql";
  append_to_file("$scripts/pgscore--$name.sql", $text);
  return;
}

my $node = PostgreSQL::Test::Cluster->new('upgrade', install_path => $prefix);
$node->init;
$node->append_conf('postgresql.conf', "jit = off\nautovacuum = off\nfsync = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE ana; CREATE DATABASE empty');

# A database of its own.
my $databases = 0;
sub new_database
{
  my ($statements) = @_;
  my $name = 'database' . ++$databases;
  $node->safe_psql('postgres', "CREATE DATABASE $name");
  $node->safe_psql($name, $statements);
  return $name;
}
# The rows of objects.sql: of a database, and of an empty one after some statements.
sub objects_of { my $database = shift; return split /\n/, $node->safe_psql($database, $objects); }
sub objects_after
{
  my ($statements) = @_;
  return split /\n/, $node->safe_psql('empty', "BEGIN; $statements; $objects; ROLLBACK");
}
# The rows that only one of two lists has.
sub differences
{
  my ($fresh, $upgraded) = @_;
  my %fresh = map { $_ => 1 } @$fresh;
  my %upgraded = map { $_ => 1 } @$upgraded;
  return ((map { "lost: $_" } grep { !$upgraded{$_} } @$fresh),
    (map { "only after the upgrade: $_" } grep { !$fresh{$_} } @$upgraded));
}
sub same_objects
{
  my ($fresh, $upgraded, $name) = @_;
  my @differences = differences($fresh, $upgraded);
  is(scalar(@differences), 0, $name) or diag(join "\n", @differences);
  return;
}
sub install { my $version = shift; return "CREATE EXTENSION pgscore VERSION '$version';"; }
sub update { my $version = shift; return "ALTER EXTENSION pgscore UPDATE TO '$version';"; }

# Models of every kind that the catalog knows, as their owners use them.
my $models = slurp_file("$FindBin::RealBin/../../sql/models.sql") . q{
  SELECT pgscore.import_model('line', made.line(0.1, 0.7),
                              test_rows => '[{"input": [0], "expected": 0.1}]');
  SELECT pgscore.import_model('line', made.line(0.3, 0.9), comment => 'the second');
  SELECT pgscore.import_model('classes', made.classifier('x', 0.3, '{no,yes}'));
  SELECT pgscore.import_model('steps', made.steps(1000, 0.1));
  SELECT pgscore.set_alias('line', 'best', 2);
  SELECT pgscore.deploy_model('line', 2, 'better');
  SELECT pgscore.grant_model('line', 'execute', 'ana');
  CREATE TABLE t AS SELECT i / 8.0::float8 AS x FROM generate_series(-100, 100) i;
  CREATE TABLE stored (x float8, y float8 GENERATED ALWAYS AS
    (predict('line@1'::model_version, x)) STORED);
  INSERT INTO stored SELECT x FROM t;
};
# Bits, not digits.
my $scores = q{
  SELECT md5(string_agg(encode(float8send(predict(m, x)), 'hex'), ' ' ORDER BY m, x))
    FROM t, unnest('{line,line@1,line@best,classes,steps}'::text[]) m;
  SELECT md5(string_agg(predict_class('classes', x) || predict_proba('classes', x)::text, ' '
                        ORDER BY x)) FROM t;
  SELECT md5(string_agg(encode(float8send(y), 'hex'), ' ' ORDER BY x)) FROM stored;
  SELECT count(*), bool_and(ok) FROM pgscore.verify_model('line@1');
  SET ROLE ana;
  SELECT predict('line', 1), has_function_privilege(
    'pgscore.inspect_model(bytea, text, jsonb, jsonb, text[])', 'execute');
  RESET ROLE;
};
my $views = q{
  SELECT name, deployed_version, num_versions, comment FROM pgscore.models ORDER BY 1;
  SELECT name, version, format, artifact_sha256, comment FROM pgscore.model_versions ORDER BY 1, 2;
  SELECT name, alias, version FROM pgscore.model_aliases ORDER BY 1, 2;
  SELECT name, action, from_version, to_version, reason FROM pgscore.deployments ORDER BY id;
  SELECT name, grantee, privilege FROM pgscore.model_privileges ORDER BY 1, 2, 3;
  SELECT name, version, row_no, expected FROM pgscore.model_tests ORDER BY 1, 2, 3;
  SELECT * FROM pgscore.registry_problems;
};

# ---- released versions -------------------------------------------------------------------------
# What is installed, under another name: the last release has its own.
write_script('fresh', slurp_file("$scripts/pgscore--$current.sql"));
my $filled = new_database(install('fresh') . $models);
my @fresh = objects_of($filled);
cmp_ok(scalar(@fresh), '>', 500, 'there are objects to compare');
my $expected = $node->safe_psql($filled, $scores . $views);
like($expected, qr/^[0-9a-f]{32}\n[0-9a-f]{32}\n[0-9a-f]{32}\n1\|t\n/, 'and scores');

my @releases = map { m{pgscore--([^/]*)\.sql$} } glob "$released/pgscore--*.sql";
cmp_ok(scalar(@releases), '>', 0, 'there are released versions');
for my $version (@releases)
{
  write_script($version, slurp_file("$released/pgscore--$version.sql"));
  my $is_current = $version eq $current;
  my $update = $is_current ? '' : update($current);
  my $name = $is_current
    ? "the catalog of $version is the one that was released: if it changes, the next version needs"
      . ' a script in sql/updates (before the release: make released-script)'
    : "$version is upgraded to what a fresh installation is";
  my $upgraded = new_database(install($version) . $models . $update);
  same_objects(\@fresh, [ objects_of($upgraded) ], $name);
  is($node->safe_psql($upgraded, $scores . $views), $expected,
    "$version: its models score as before, and the views show them");
}

# ---- a made-up next version --------------------------------------------------------------------
# Each part is an object, or what belongs to one, that an update script could forget.
my %parts = (
  'a function' => q{CREATE FUNCTION pgscore.added(x int) RETURNS int LANGUAGE sql AS 'SELECT x';},
  'a comment on a function' => q{COMMENT ON FUNCTION pgscore.import_model IS 'another comment';},
  'a privilege' => 'REVOKE EXECUTE ON FUNCTION pgscore.deploy_model FROM PUBLIC;',
  'the body of a function' => q{CREATE OR REPLACE FUNCTION pgscore.first_added() RETURNS int
    LANGUAGE sql AS 'SELECT 2';},
  'a column' => 'ALTER TABLE "!pgscore".catalog_alias ADD COLUMN added int;',
  'a comment on a column' => q{COMMENT ON COLUMN "!pgscore".catalog_alias.alias IS 'another name';},
  'a default' => 'ALTER TABLE "!pgscore".catalog_alias ALTER COLUMN version_id SET DEFAULT 7;',
  'a constraint' => 'ALTER TABLE "!pgscore".catalog_alias ADD CHECK (version_id > 0);',
  'an index' => 'CREATE INDEX added ON "!pgscore".catalog_alias (version_id);',
  'a view' => 'CREATE VIEW pgscore.added AS SELECT 1 AS one;',
  'an option of a view' => 'ALTER VIEW pgscore.models RESET (security_barrier);',
  'a trigger that is disabled' =>
    'ALTER TABLE "!pgscore".catalog_version DISABLE TRIGGER catalog_immutable;',
  'a table whose rows are dumped' => q{CREATE TABLE pgscore.kept (x int);
    SELECT pg_catalog.pg_extension_config_dump('pgscore.kept', '');},
);
my $base = slurp_file("$scripts/pgscore--fresh.sql")
  . 'CREATE FUNCTION pgscore.first_added() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;';
write_script('base', $base);
my @names = sort keys %parts;
write_script('next', join "\n", $base, map { $parts{$_} } @names);
write_script('base--next', join "\n", map { $parts{$_} } @names);
same_objects([ objects_of(new_database(install('next') . $models)) ],
  [ objects_of(new_database(install('base') . $models . update('next'))) ],
  'a script with all that is new is complete');
my @next = objects_after(install('next'));
for my $number (0 .. $#names)
{
  my $forgotten = $names[$number];
  write_script("base--forgets$number",
    join "\n", map { $parts{$_} } grep { $_ ne $forgotten } @names);
  my @found = differences(\@next, [ objects_after(install('base') . update("forgets$number")) ]);
  cmp_ok(scalar(@found), '>', 0, "a script that forgets $forgotten is found");
  note(join "\n", @found);
}

$node->stop;
done_testing();
