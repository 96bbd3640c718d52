# Logical replication brings models to a subscriber that has the extension, in whatever order the
# tables arrive; a subscriber that is promoted goes on with ids of its own.
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::RealBin;
use MadeModels;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $publisher = PostgreSQL::Test::Cluster->new('publisher');
$publisher->init(allows_streaming => 'logical');
$publisher->start;
$publisher->safe_psql('postgres',
  'CREATE ROLE ana; CREATE ROLE ben; CREATE ROLE only_here; CREATE EXTENSION pgscore;');
make_models($publisher);
$publisher->safe_psql('postgres', q{
  SELECT pgscore.import_model('m', made.line(1),
                              test_rows => '[{"input": [1], "expected": 3}]');
  SELECT pgscore.set_alias('m', 'best', 1); SELECT pgscore.set_model_owner('m', 'only_here');
  SELECT pgscore.grant_model('m', 'execute', 'ana');
  SELECT pgscore.import_model('n', made.line(5)) FROM generate_series(1, 3);
  SELECT pgscore.set_model_owner('n', 'ben'); SELECT pgscore.grant_model('n', 'execute', 'ana');});
$publisher->safe_psql('postgres', 'CREATE PUBLICATION models FOR ALL TABLES');

my $subscriber = PostgreSQL::Test::Cluster->new('subscriber');
$subscriber->init(allows_streaming => 'logical');
$subscriber->start;
$subscriber->safe_psql('postgres', 'CREATE ROLE ana; CREATE ROLE ben; CREATE EXTENSION pgscore');
make_models($subscriber);
my $connection = $publisher->connstr . ' dbname=postgres';
$subscriber->safe_psql('postgres',
  "CREATE SUBSCRIPTION models CONNECTION '$connection' PUBLICATION models");
$subscriber->wait_for_subscription_sync($publisher, 'models');

my $state = q{
  SELECT name, deployed_version FROM pgscore.models ORDER BY 1;
  SELECT name, version, artifact_sha256 FROM pgscore.model_versions ORDER BY 1, 2;
  SELECT name, alias, version FROM pgscore.model_aliases;
  SELECT id, name, action, to_version FROM pgscore.deployments ORDER BY 1;
  SELECT name, grantee, privilege FROM pgscore.model_privileges ORDER BY 1;
  SELECT name, next_version FROM "!pgscore".catalog_name ORDER BY 1;
  SELECT * FROM pgscore.model_tests; SELECT * FROM pgscore.registry_problems};
sub same
{
  $publisher->wait_for_catchup('models');
  is($subscriber->safe_psql('postgres', $state), $publisher->safe_psql('postgres', $state), shift);
}
same('the first copy');
is($subscriber->safe_psql('postgres', q{SET ROLE ana; SELECT predict('m', 1), predict('n', 1)}),
  '3|7',
  'grants arrived, also that of an owner who is missing there');

# A prepared statement of a session that stays follows.
my $session = $subscriber->background_psql('postgres');
$session->query_safe("PREPARE score AS SELECT predict('n', 1)");
is($session->query_safe('EXECUTE score'), '7', 'before a deploy');
$publisher->safe_psql('postgres', "SELECT pgscore.import_model('n', made.line(7), deploy => true)");
same('a deploy');
is($session->query_safe('EXECUTE score'), '9', 'after a deploy');
$session->quit;

# Grants by one transaction that also makes the model, a drop of a model with everything that
# belongs to it.
$publisher->safe_psql('postgres', q{BEGIN;
  SELECT pgscore.import_model('p', made.line(8),
                              test_rows => '[{"input": [1], "expected": 10}]');
  SELECT pgscore.set_alias('p', 'x', 1); SELECT pgscore.grant_model('p', 'execute', 'ana');
  COMMIT});
same('a model with grants');
$publisher->safe_psql('postgres', q{SELECT pgscore.drop_model('n', 1);
    SELECT pgscore.drop_model('p')});
same('drops');
is($subscriber->safe_psql('postgres', 'SELECT count(*) FROM "!pgscore".catalog_test'), '1',
  'nothing of them is left');

$subscriber->safe_psql('postgres', 'ALTER SUBSCRIPTION models DISABLE');

# Promoted: the sequences of the subscriber are where they were at the beginning.
$subscriber->safe_psql('postgres', q{ALTER SUBSCRIPTION models SET (slot_name = NONE);
    DROP SUBSCRIPTION models});
is($subscriber->safe_psql('postgres', q{SELECT count(*) FROM pg_sequences
    WHERE schemaname = '!pgscore' AND last_value IS NOT NULL}), '0',
  'no sequence was ever used there');
is($subscriber->safe_psql('postgres', q{
  SELECT pgscore.import_model('m', made.line(2)); SELECT pgscore.deploy_model('m', 2);
  SELECT pgscore.import_model('q', made.line(3)); SELECT predict('m', 1), predict('q', 1)}),
  "2\n2\n1\n4|5", 'a promoted subscriber imports and deploys');
is($subscriber->safe_psql('postgres',
  'SELECT count(*) = count(DISTINCT id) FROM pgscore.deployments'), 't', 'with ids of its own');
$publisher->safe_psql('postgres', q{SELECT pg_drop_replication_slot('models')});

$subscriber->stop;
$publisher->stop;
done_testing();
