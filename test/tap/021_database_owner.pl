# The owner of a database dumps it with the models, and restores all but them; nobody else reads the
# registry's tables.
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
$node->start;
my @server = ('-h', $node->host, '-p', $node->port);
my $dumps = PostgreSQL::Test::Utils::tempdir();
my $model = made_file($node, "made.first('a')");

$node->safe_psql('postgres', q{
  CREATE ROLE dbo LOGIN; CREATE ROLE other LOGIN; CREATE ROLE backup LOGIN;
  CREATE DATABASE shop OWNER dbo; CREATE DATABASE new OWNER dbo;
  CREATE DATABASE granted OWNER dbo;});
$node->safe_psql('shop', "CREATE EXTENSION pgscore; SELECT pgscore.import_model('m', $model);
  GRANT EXECUTE ON FUNCTION pgscore.import_model TO dbo;");
$node->safe_psql('shop', "SET ROLE dbo; SELECT pgscore.import_model('own', $model);
  SELECT pgscore.grant_model('own', 'execute', 'other');
  CREATE SCHEMA app;
  CREATE TABLE app.t (a float8,
    p float8 GENERATED ALWAYS AS (predict('own\@1'::model_version, a)) STORED);
  INSERT INTO app.t VALUES (1), (2);");

sub pg_dump_as
{
  my ($role, @options) = @_;
  return run_command([ 'pg_dump', @server, '-U', $role, @options, 'shop' ]);
}
my ($out, $err) = pg_dump_as('dbo', '-Fc', '-f', "$dumps/shop");
is($err, '', 'the owner of the database dumps it');
($out, $err) = pg_dump_as('other', '-f', "$dumps/none");
like($err, qr/permission denied for/, 'another role does not');
($out, $err) = pg_dump_as('other', '-n', '!pgscore', '-e', 'pgscore', '-f', "$dumps/none");
my $denied = qr/permission denied for (schema !pgscore|table catalog_|sequence catalog_)/;
like($err, qr/$denied|failed to get data for sequence "catalog_/, 'nor the models alone');
for my $attempt (
  'INSERT INTO "!pgscore".catalog_name VALUES (1)',
  'UPDATE "!pgscore".catalog_model SET name = name',
  'DELETE FROM "!pgscore".catalog_name',
  'TRUNCATE "!pgscore".catalog_test',
  q{SELECT setval('"!pgscore".catalog_model_id_seq', 1)})
{
  my ($status, $stdout, $stderr) = $node->psql('shop', $attempt, extra_params => [ '-U', 'dbo' ]);
  like($stderr, qr/permission denied/, "the owner of the database may not: $attempt");
}
# As docs/backup.md has it for others.
$node->safe_psql('shop', q{GRANT USAGE ON SCHEMA "!pgscore" TO backup;
  GRANT SELECT ON ALL TABLES IN SCHEMA "!pgscore" TO backup;
  GRANT SELECT ON ALL SEQUENCES IN SCHEMA "!pgscore" TO backup;
  GRANT USAGE ON SCHEMA app TO backup; GRANT SELECT ON app.t TO backup;});
($out, $err) = pg_dump_as('backup', '-f', "$dumps/backup.sql");
is($err, '', 'a role with grants does');
like(slurp_file("$dumps/backup.sql"),
  qr/GRANT SELECT ON TABLE "!pgscore".catalog_version TO backup/, 'and the grants are in the dump');
$node->safe_psql('shop', 'CREATE ROLE reader LOGIN; GRANT pg_read_all_data TO reader');
($out, $err) = pg_dump_as('reader', '-f', "$dumps/reader.sql");
is($err, '', 'a member of pg_read_all_data does too');

# The restore: superuser for the extension and the models, the owner for the rest.
my $check = q{SELECT name, owner, num_versions FROM pgscore.models ORDER BY 1;
  SELECT name, grantee, grantor FROM pgscore.model_privileges;
  SELECT a, p FROM app.t ORDER BY a; SELECT * FROM pgscore.registry_problems};
my $expected = $node->safe_psql('shop', $check);
$node->safe_psql('new', 'CREATE EXTENSION pgscore');
($out, $err) = run_command([ 'pg_restore', @server, '-d', 'new', '--data-only', '-n', '!pgscore',
  "$dumps/shop" ]);
is($err, '', 'a superuser restores the models');
($out, $err) = run_command([ 'pg_restore', @server, '-U', 'dbo', '-d', 'new', '--no-comments', '-N',
  '!pgscore', "$dumps/shop" ]);
unlike($err, qr/error(?!s ignored)(?!.*must be (owner|superuser))/,
  'the owner of the database restores the rest') or diag($err);
is($node->safe_psql('new', $check), $expected, 'and all is there');

# Or the owner alone, with the right to write the registry's tables for that time.
$node->safe_psql('granted', q{CREATE EXTENSION pgscore;
  GRANT INSERT ON ALL TABLES IN SCHEMA "!pgscore" TO dbo;
  GRANT UPDATE ON ALL SEQUENCES IN SCHEMA "!pgscore" TO dbo});
($out, $err) = run_command([ 'pg_restore', @server, '-U', 'dbo', '-d', 'granted', '--no-comments',
  "$dumps/shop" ]);
unlike($err, qr/catalog_|app\.t/, 'the owner restores all with these grants') or diag($err);
is($node->safe_psql('granted', $check), $expected, 'and all is there');
# Without them nothing of it goes in, and what fails is named.
$node->safe_psql('postgres', 'CREATE DATABASE refused OWNER dbo');
$node->safe_psql('refused', 'CREATE EXTENSION pgscore');
($out, $err) = run_command([ 'pg_restore', @server, '-U', 'dbo', '-d', 'refused', "$dumps/shop" ]);
like($err, qr/permission denied for table catalog_model/, 'without them he is refused');
$node->stop;
done_testing();
