# pg_upgrade carries models over, and tables that score.
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::RealBin;
use MadeModels;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $old = PostgreSQL::Test::Cluster->new('old');
$old->init;
$old->start;
my $model = made_file($old, "made.first('a')");
$old->safe_psql('postgres', "CREATE ROLE ana; CREATE EXTENSION pgscore;
  SELECT pgscore.import_model('m', $model);
  SELECT pgscore.set_model_owner('m', 'ana'); SELECT pgscore.grant_model('m', 'execute', 'public');
  CREATE SCHEMA app;
  CREATE DOMAIN app.positive AS float8
    CHECK (public.predict('m\@1'::public.model_version, VALUE) > 0);
  CREATE TABLE app.t (a app.positive, p float8 GENERATED ALWAYS AS
    (public.predict('m\@1'::public.model_version, a::float8)) STORED);
  CREATE INDEX ON app.t ((public.predict('m\@1'::public.model_version, a::float8)));
  CREATE MATERIALIZED VIEW app.v AS SELECT public.predict('m', a::float8) AS p FROM app.t;
  INSERT INTO app.t SELECT g FROM generate_series(1, 300) g;
  REFRESH MATERIALIZED VIEW app.v;
  ANALYZE app.t;");
my $state = q{
  SELECT count(*), sum(p) FROM app.t; SELECT sum(p) FROM app.v;
  SELECT name, owner, deployed_version FROM pgscore.models;
  SELECT * FROM pgscore.model_privileges; SELECT id, name FROM pgscore.deployments;
  SELECT * FROM pgscore.registry_problems;
  SELECT predict('m', 5), predict('m@1'::model_version, 6)};
my $before = $old->safe_psql('postgres', $state);
$old->stop;

my $new = PostgreSQL::Test::Cluster->new('new');
$new->init;
my $bindir = $new->config_data('--bindir');
chdir PostgreSQL::Test::Utils::tempdir();
command_ok([ 'pg_upgrade', '--no-sync', '-d', $old->data_dir, '-D', $new->data_dir, '-b', $bindir,
  '-B', $bindir,
    '-s', $new->host, '-p', $old->port, '-P', $new->port ], 'pg_upgrade');
$new->start;
is($new->safe_psql('postgres', $state), $before, 'everything is there');
is($new->safe_psql('postgres', "SELECT pgscore.import_model('m', $model)"), '2', 'and goes on');

# As pg_upgrade of PostgreSQL 18 does, which casts the most common values of a column to its domain
# before the rows of the registry are there: a score is NULL then, and the constraint holds.
$new->safe_psql('postgres', q{CREATE DATABASE empty});
$new->safe_psql('empty', q{CREATE EXTENSION pgscore;
  CREATE DOMAIN positive AS float8 CHECK (predict('m@1'::model_version, VALUE) > 0)});
my ($status, $out, $err) = $new->psql('empty', q{SELECT '{1,2}'::positive[]});
like($err, qr/model "m" does not exist/, 'otherwise a model that is not there is an error');
$new->stop;
command_ok([ 'pg_ctl', '-w', '-D', $new->data_dir, '-l', $new->logfile, '-o', '-b', 'start' ],
  'start as pg_upgrade does');
($status, $out, $err) = $new->psql('empty', q{SELECT '{1,2}'::positive[]});
is("$out$err", '{1,2}', 'values of a domain that scores are read');
command_ok([ 'pg_ctl', '-w', '-D', $new->data_dir, '-m', 'fast', 'stop' ], 'stop');
done_testing();
