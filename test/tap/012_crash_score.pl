# kill -9 of a backend while it scores: after recovery shared memory is empty, nothing is left of
# it, and everything works.
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::RealBin;
use MadeModels;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

for my $preload (0, 1)
{
  my $node = PostgreSQL::Test::Cluster->new("crash_score_$preload");
  $node->init;
  $node->append_conf('postgresql.conf', "restart_after_crash = on\n"
    . ($preload ? "shared_preload_libraries = 'pgscore'\n" : ''));
  $node->start;
  $node->safe_psql('postgres', 'CREATE EXTENSION pgscore');
  make_models($node);
  # The second is large enough for a segment of its own.
  $node->safe_psql('postgres', q{SELECT pgscore.import_model('small', made.line()),
    pgscore.import_model('big', made.steps(100000))});
  is($node->safe_psql('postgres', "SELECT predict('small', 2), predict('big', 77.5)"), '5|77',
    "scores (preload $preload)");
  is($node->safe_psql('postgres', 'SELECT name, packed FROM pgscore.loaded_models ORDER BY name'),
    "big|f\nsmall|t", 'both are in shared memory');
  my $shm = $node->safe_psql('postgres',
    "SELECT setting FROM pg_settings WHERE name = 'dynamic_shared_memory_type'");
  is($shm, 'posix', 'segments are posix shared memory');

  my ($in, $out, $err) = ('', '', '');
  my $session = IPC::Run::start([ 'psql', '-X', '-q', '-d', $node->connstr('postgres')
    . ' application_name=victim', '-f', '-' ],
    '<', \$in, '>', \$out, '2>', \$err);
  $in .= "SELECT sum(predict('big', i)) FROM generate_series(1, 2000000000) i;\n";
  $session->pump_nb;
  $node->poll_query_until('postgres',
    "SELECT count(*) = 1 FROM pg_stat_activity
      WHERE application_name = 'victim' AND state = 'active'")
    or die 'the victim does not run';
  usleep(200_000);
  my $pid = $node->safe_psql('postgres',
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'victim'");
  # The server answers until it has noticed: only its log says that it was down and is there again.
  my $offset = -s $node->logfile;
  kill 'KILL', $pid;
  $session->finish;
  my ($down, $up) = ('all server processes terminated; reinitializing',
    'database system is ready to accept connections');
  $node->wait_for_log(qr/$down.*$up/s, $offset);
  is($node->safe_psql('postgres', 'SELECT count(*) FROM pgscore.loaded_models'), '0',
    'shared memory starts empty');
  is($node->safe_psql('postgres', "SELECT predict('small', 2), predict('big', 77.5)"), '5|77',
    'scores after recovery');
  is($node->safe_psql('postgres', 'SELECT count(*) FROM pgscore.loaded_models'), '2',
    'and is loaded again');
  $node->stop;
}

done_testing();
