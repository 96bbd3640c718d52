# A hot standby scores, and follows imports, deploys and drops when they are replayed.
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::RealBin;
use MadeModels;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->start;
$primary->safe_psql('postgres', 'CREATE EXTENSION pgscore');
make_models($primary);
$primary->safe_psql('postgres', "SELECT pgscore.import_model('m', made.line(1))");
$primary->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'copy', has_streaming => 1);
$standby->start;

sub replayed { $primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert')); }

replayed();
is($standby->safe_psql('postgres', "SELECT predict('m', 10)"), '21', 'the standby scores');
is($standby->safe_psql('postgres', 'SELECT name, version FROM pgscore.loaded_models'), 'm|1',
  'from its own shared memory');

# One session that stays: its prepared statement follows the deploy.
my $session = $standby->background_psql('postgres');
sub ask { my $answer = $session->query_safe(shift); $answer =~ s/\s+$//; return $answer; }
ask("PREPARE score AS SELECT predict('m', 10)");
ask('SET plan_cache_mode = force_generic_plan');
is(ask('EXECUTE score'), '21', 'prepared statement before');
$primary->safe_psql('postgres', "SELECT pgscore.import_model('m', made.line(100));
    SELECT pgscore.deploy_model('m', 2)");
replayed();
is(ask('EXECUTE score'), '120', 'and after the deploy is replayed');
$primary->safe_psql('postgres', "SELECT pgscore.rollback_model('m')");
replayed();
is(ask('EXECUTE score'), '21', 'and after the rollback');

# A snapshot of the standby keeps what it saw.
ask('BEGIN ISOLATION LEVEL REPEATABLE READ');
is(ask('EXECUTE score'), '21', 'inside a snapshot');
$primary->safe_psql('postgres', "SELECT pgscore.deploy_model('m', 2)");
replayed();
is(ask('EXECUTE score'), '21', 'still, after another deploy');
ask('COMMIT');
is(ask('EXECUTE score'), '120', 'the next transaction has it');

$primary->safe_psql('postgres', "SELECT pgscore.drop_model('m')");
replayed();
my ($status, $out, $err) = $standby->psql('postgres', "SELECT predict('m', 10)");
like($err, qr/model "m" does not exist/, 'a dropped model is gone');
($status, $out, $err) = $standby->psql('postgres',
  "SELECT pgscore.import_model('m', made.line(1))");
like($err, qr/cannot change models on a standby.*HINT:  Run it on the primary server/s,
  'nothing is imported on a standby');
$primary->safe_psql('postgres', "SELECT pgscore.import_model('kept', made.line(1))");
replayed();
for my $call ("deploy_model('kept', 1)", "rollback_model('kept')", "drop_model('kept')",
  "rename_model('kept', 'r')", "set_alias('kept', 'a', 1)",
  "grant_model('kept', 'execute', 'public')", "comment_on_model('kept', 'c')",
  "set_model_owner('kept', current_user)", "release_model_name('m')")
{
  ($status, $out, $err) = $standby->psql('postgres',
    "\\set VERBOSITY sqlstate\nSELECT pgscore.$call");
  like($err, qr/ERROR:  25006/, "nor $call");
}
$session->quit;

# What was the standby goes on as a primary.
$standby->promote;
is($standby->safe_psql('postgres', "SELECT pgscore.import_model('m', made.line(7));
    SELECT predict('m', 10)"), "3\n27",
  'promoted, and version numbers go on');

done_testing();
