# Every form of a restore brings back the models, and after them the rows of tables that score while
# they are loaded: in whatever schemas those are. A restore in a wrong order fails loudly and says
# which order is right.
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::RealBin;
use MadeModels;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', 'fsync = off');
$node->start;
my @server = ('-h', $node->host, '-p', $node->port);
my $dumps = PostgreSQL::Test::Utils::tempdir();

sub linear { return made_file($node, "made.linear($_[0], '{2}', 'a')"); }

# Names that sort before the views' schema, before the tables' old one, and behind both.
my @schemas = ('app', 'AAA', 'zzz', '_a', '0x', '"q', '#x');
sub quoted { my $name = shift; $name =~ s/"/""/g; return qq("$name"); }

sub tables
{
  my $s = quoted(shift);
  my $score = q{public.predict('m@1'::public.model_version, a)};
  return qq{
    CREATE SCHEMA $s;
    CREATE TABLE $s.generated (a float8, p float8 GENERATED ALWAYS AS ($score) STORED);
    CREATE TABLE $s.checked (a float8 CHECK ($score > 0));
    CREATE DOMAIN $s.positive AS float8
      CHECK (public.predict('m\@1'::public.model_version, VALUE) > 0);
    CREATE TABLE $s.of_domain (a $s.positive);
    CREATE TABLE $s.parts (a float8) PARTITION BY RANGE (($score));
    CREATE TABLE $s.low PARTITION OF $s.parts FOR VALUES FROM (MINVALUE) TO (5);
    CREATE TABLE $s.high PARTITION OF $s.parts FOR VALUES FROM (5) TO (MAXVALUE);
    CREATE TABLE $s.indexed (a float8);
    CREATE INDEX ON $s.indexed (($score));
    CREATE MATERIALIZED VIEW $s.refreshed AS SELECT a, public.predict('m', a) AS p FROM $s.indexed;
    CREATE TABLE $s.with_policy (a float8);
    ALTER TABLE $s.with_policy ENABLE ROW LEVEL SECURITY;
    CREATE POLICY good ON $s.with_policy USING (public.predict('m', a) > 4);
    GRANT USAGE ON SCHEMA $s TO ana; GRANT SELECT ON $s.with_policy TO ana;
    CREATE TABLE $s.triggered (a float8, p float8);
    CREATE FUNCTION $s.score() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN NEW.p := public.predict(''m'', NEW.a); RETURN NEW; END';
    CREATE TRIGGER score BEFORE INSERT ON $s.triggered FOR EACH ROW EXECUTE FUNCTION $s.score();
    INSERT INTO $s.generated SELECT g FROM generate_series(1, 9) g;
    INSERT INTO $s.checked SELECT g FROM generate_series(1, 9) g;
    INSERT INTO $s.of_domain SELECT g FROM generate_series(1, 9) g;
    INSERT INTO $s.parts SELECT g FROM generate_series(1, 9) g;
    INSERT INTO $s.indexed SELECT g FROM generate_series(1, 9) g;
    INSERT INTO $s.with_policy SELECT g FROM generate_series(1, 9) g;
    INSERT INTO $s.triggered SELECT g FROM generate_series(1, 9) g;
    REFRESH MATERIALIZED VIEW $s.refreshed;};
}

# What a schema holds, as numbers.
sub contents
{
  my $s = quoted(shift);
  return qq{
    SELECT (SELECT count(*) || '/' || sum(p) FROM $s.generated), (SELECT count(*) FROM $s.checked),
           (SELECT count(*) FROM $s.of_domain), (SELECT count(*) FROM $s.low),
           (SELECT count(*) FROM $s.high), (SELECT count(*) || '/' || sum(p) FROM $s.refreshed),
           (SELECT count(*) || '/' || sum(p) FROM $s.triggered);
    SET enable_seqscan = off;
    SELECT count(*) FROM $s.indexed WHERE public.predict('m\@1'::public.model_version, a) > 4;
    RESET enable_seqscan;
    SET ROLE ana;
    SELECT count(*) FROM $s.with_policy;
    RESET ROLE;};
}
my $registry = q{
  SELECT array_agg(m ORDER BY name) FROM pgscore.models m;
  SELECT array_agg(v ORDER BY name, version) FROM pgscore.model_versions v;
  SELECT array_agg(a ORDER BY name, alias) FROM pgscore.model_aliases a;
  SELECT array_agg(d ORDER BY id) FROM pgscore.deployments d;
  SELECT array_agg(t ORDER BY name, version, row_no) FROM pgscore.model_tests t;
  SELECT array_agg(p ORDER BY name, grantee, privilege) FROM pgscore.model_privileges p;
  SELECT name, next_version FROM "!pgscore".catalog_name ORDER BY 1;
  SELECT * FROM pgscore.registry_problems;
};

$node->safe_psql('postgres', 'CREATE ROLE ana; CREATE ROLE ben;');
$node->safe_psql('postgres', "CREATE DATABASE source");
my ($one, $three) = (linear(1), linear(3));
$node->safe_psql('source', qq{CREATE EXTENSION pgscore;
  SELECT pgscore.import_model('m', $one, test_rows => '[{"input": [1], "expected": 3}]');
  SELECT pgscore.import_model('m', $one);
  SELECT pgscore.set_alias('m', 'best', 2);
  SELECT pgscore.deploy_model('m', 2);
  SELECT pgscore.set_model_owner('m', 'ben');
  SELECT pgscore.grant_model('m', 'execute', 'ana', true);
  SELECT pgscore.import_model('gone', $three);
  SELECT pgscore.drop_model('gone');});
$node->safe_psql('source', tables($_)) for @schemas;
my $everything = $registry . join('', map { contents($_) } @schemas);
my $expected = $node->safe_psql('source', $everything);
like($expected, qr{9/99\|9\|9\|1\|8\|9/99\|9/99}, 'there is something to compare');

sub dump_to
{
  my ($file, @options) = @_;
  $node->command_ok([ 'pg_dump', @options, '-f', "$dumps/$file", 'source' ], "pg_dump @options");
  return "$dumps/$file";
}
my $databases = 0;
sub new_database
{
  my $name = 'copy' . ++$databases;
  $node->safe_psql('postgres', "CREATE DATABASE $name");
  return $name;
}
# Each step is a command line that gets the database; all must pass.
sub restore
{
  my ($form, @steps) = @_;
  my $database = new_database();
  my $failed = '';
  for my $step (@steps)
  {
    my ($program, @arguments) = @$step;
    my ($out, $err) = run_command([ $program, @server, '-d', $database, @arguments ]);
    $failed .= $err if $err =~ /error/i;
  }
  is($failed, '', "$form: no error");
  is($node->safe_psql($database, $everything), $expected, "$form: all is there");
  $node->safe_psql('postgres', "DROP DATABASE $database");
}

# ---- one after the other -------------------------------------------------------------------------
my $plain = dump_to('plain.sql');
my $custom = dump_to('custom', '-Fc');
my $folder = dump_to('folder', '-Fd', '-j2');
my $schema_only = dump_to('schema.sql', '--schema-only');
my $data_only = dump_to('data.sql', '--data-only');
my $inserts = dump_to('inserts.sql', '--inserts', '--load-via-partition-root');
my @psql = ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1');
restore('plain', [ @psql, '-f', $plain ]);
restore('inserts', [ @psql, '-f', $inserts ]);
restore('custom', [ 'pg_restore', $custom ]);
restore('one transaction', [ 'pg_restore', '-1', $custom ]);
restore('folder', [ 'pg_restore', $folder ]);
restore('sections', map { [ 'pg_restore', "--section=$_", $custom ] } qw(pre-data data post-data));
# Materialized views are filled by hand after a dump of the data alone, as always.
my @refresh = (@psql, '-c',
  join ' ', map { 'REFRESH MATERIALIZED VIEW ' . quoted($_) . '.refreshed;' } @schemas);
restore('schema and data', [ @psql, '-f', $schema_only ], [ @psql, '-f', $data_only ], [@refresh]);
# (pg_restore --schema-only of a whole archive would refresh them, before the data.)
my $schema_archive = dump_to('schema', '-Fc', '--schema-only');
restore('schema and data, without triggers', [ 'pg_restore', $schema_archive ],
  [ 'pg_restore', '--data-only', '--disable-triggers', $custom ], [@refresh]);

# ---- side by side: the registry first ------------------------------------------------------------
sub parallel
{
  my $archive = shift;
  return ([ 'pg_restore', '--section=pre-data', $archive ],
    [ 'pg_restore', '--section=data', '-n', '!pgscore', $archive ],
    [ 'pg_restore', '-j4', '--section=data', '-N', '!pgscore', $archive ],
    [ 'pg_restore', '-j4', '--section=post-data', $archive ]);
}
restore("parallel, run $_", parallel($custom)) for 1 .. 5;
restore('parallel from a folder', parallel($folder));

# The tables of the registry themselves may come in any order.
$node->safe_psql('postgres', 'CREATE DATABASE models');
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$dumps/models", '-n', '!pgscore', '-e', 'pgscore',
  'source' ], 'dump of the models alone');
my $models_before = $node->safe_psql('source', $registry);
for my $run (1 .. 5)
{
  my $database = new_database();
  my ($out, $err) = run_command([ 'pg_restore', @server, '-j4', '-d', $database, "$dumps/models" ]);
  is($err, '', "registry in parallel, run $run: no error");
  is($node->safe_psql($database, $registry), $models_before,
    "registry in parallel, run $run: all is there");
}

# ---- a wrong order -------------------------------------------------------------------------------
my $database = new_database();
run_command([ 'pg_restore', @server, '-d', $database, '--section=pre-data', $custom ]);
my ($out, $err) = run_command([ 'pg_restore', @server, '-d', $database, '--section=data', '-N',
  '!pgscore', $custom ]);
like($err, qr/model "m" does not exist/, 'without the models, tables that score are not loaded');
my $hint = 'In a restore, load the data of schema "!pgscore" before tables that score: '
  . 'see docs/backup.md';
like($err, qr/HINT:  \Q$hint\E/,
  'and the order is named');
# What failed is loaded afterwards.
run_command([ 'pg_restore', @server, '-d', $database, '--section=data', '-n', '!pgscore',
  $custom ]);
for my $schema (@schemas)
{
  $node->safe_psql($database, 'TRUNCATE ' . join(', ', map { quoted($schema) . ".$_" }
      qw(generated checked of_domain parts indexed with_policy triggered)));
}
($out, $err) = run_command([ 'pg_restore', @server, '-d', $database, '--section=data', '-N',
  '!pgscore', $custom ]);
is($err, '', 'they are when the models are there');
run_command([ 'pg_restore', @server, '-d', $database, '--section=post-data', $custom ]);
is($node->safe_psql($database, $everything), $expected, 'and all is there');

# ---- parts of a database -------------------------------------------------------------------------
restore('chosen schemas', [ 'pg_restore', do {
      $node->command_ok(
        [ 'pg_dump', '-Fc', '-f', "$dumps/chosen", '-e', 'pgscore', '-n', '!pgscore',
          (map { ('-n', quoted($_)) } @schemas), 'source' ], 'dump of chosen schemas');
      "$dumps/chosen" } ]);
$node->command_fails_like([ 'pg_restore', '-d', new_database(), do {
      $node->command_ok([ 'pg_dump', '-Fc', '-f', "$dumps/one", '-n', 'app', 'source' ],
        'dump without the extension');
      "$dumps/one" } ],
  qr/does not exist/, 'a dump of one schema without the extension fails, as PostgreSQL has it');

# ---- where the extension is in another schema ----------------------------------------------------
$database = new_database();
$node->safe_psql($database, 'CREATE SCHEMA ext; CREATE EXTENSION pgscore SCHEMA ext');
($out, $err) = run_command([ 'pg_restore', @server, '-d', $database, '--data-only', '-n',
  '!pgscore', $custom ]);
is($err, '', 'models go into a database that has the extension, in whatever schema');
is($node->safe_psql($database, $registry), $models_before, 'they are whole there');
is($node->safe_psql($database, q{SELECT ext.predict('m', 1),
    ext.predict('m@1'::ext.model_version, 1)}), '3|3', 'and score');
($out, $err) = run_command([ 'pg_restore', @server, '-d', $database, '--section=pre-data',
  $custom ]);
like($err,
  qr/public\.(predict|model_version).* does not exist|type "public.model_version" does not exist/,
  'tables that name another schema are refused');

# ---- grants that come before their models, where the owner is missing ----------------------------
my $later = PostgreSQL::Test::Cluster->new('later');
$later->init;
$later->start;
$later->safe_psql('postgres', 'CREATE ROLE ana; CREATE EXTENSION pgscore');
for my $table (map { "catalog_$_" } qw(acl alias deployment test version name model))
{
  my ($o, $e) = run_command([ 'pg_restore', '-h', $later->host, '-p', $later->port, '-d',
    'postgres', '--data-only', '-n', '!pgscore',
      '-t', $table, $custom ]);
  unlike($e, qr/error/, "$table by itself");
}
is($later->safe_psql('postgres', 'SELECT name, grantee, privilege, grantor, grantable
    FROM pgscore.model_privileges'), 'm|ana|execute||t',
  'a grant that came before its model counts, its grantor, the owner, being nobody');
is($later->safe_psql('postgres', q{SET ROLE ana; SELECT predict('m', 1)}), '3',
  'the grantee scores');
is($later->safe_psql('postgres', 'SELECT * FROM pgscore.registry_problems'), '',
  'and nothing is missing');
is($later->safe_psql('postgres', q{CREATE ROLE new; SELECT pgscore.set_model_owner('m', 'new');
    SELECT grantee, grantor FROM pgscore.model_privileges}), "\nana|new",
  'a new owner has granted it');
# Ids go on where no sequence was restored.
my $four = linear(4);
is($later->safe_psql('postgres', qq{SELECT pgscore.import_model('n', $four);
    SELECT pgscore.deploy_model('m', 1); SELECT predict('n', 1), predict('m', 1)}), "1\n1\n6|3",
  'import and deploy without the sequences');
$later->stop;

$node->stop;
done_testing();
