# kill -9 of a backend in the middle of an import: after recovery nothing of it is there, and
# everything works.
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::RealBin;
use MadeModels;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

my $node = PostgreSQL::Test::Cluster->new('crash');
$node->init;
$node->append_conf('postgresql.conf', 'restart_after_crash = on');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pgscore');
make_models($node);
$node->safe_psql('postgres', "SELECT pgscore.import_model('m', made.line(1))");

# A model that takes a while to read: most of the time goes by inside the C++ core.
$node->safe_psql('postgres', 'CREATE TABLE file AS SELECT made.steps(1000000) AS artifact');

# Runs statements in a session of their own and kills its backend when `ready` is true of it
# (pg_stat_activity a).
sub kill_in
{
  my ($name, $statements, $ready) = @_;
  my ($in, $out, $err) = ('', '', '');
  my $session = IPC::Run::start([ 'psql', '-X', '-q', '-d', $node->connstr('postgres')
    . " application_name=victim", '-f', '-' ],
    '<', \$in, '>', \$out, '2>', \$err);
  $in .= "$statements;\n";
  $session->pump_nb;
  my $pid = '';
  for (1 .. 600)
  {
    $session->pump_nb;
    $pid = $node->safe_psql('postgres',
      "SELECT pid FROM pg_stat_activity a WHERE application_name = 'victim' AND $ready");
    last if $pid ne '';
    usleep(20_000);
  }
  isnt($pid, '', "$name: the import is under way");
  kill 9, $pid;
  eval { $session->finish; };
  # The postmaster notices and starts recovery; connections fail until it is done.
  my $back = 0;
  for (1 .. 600)
  {
    my ($rc, $answer) = $node->psql('postgres', 'SELECT 1');
    if (defined $answer && $answer eq '1' && $rc == 0) { $back = 1; last; }
    usleep(50_000);
  }
  is($back, 1, "$name: the server is back");
  is($node->safe_psql('postgres', 'SELECT name, version FROM pgscore.model_versions'), 'm|1',
    "$name: nothing of the import is there");
  is($node->safe_psql('postgres', "SELECT predict('m', 1)"), '3', "$name: models score");
}

kill_in('while reading', "SELECT pgscore.import_model('big', artifact) FROM file",
  "state = 'active' AND query LIKE '%import_model%' AND now() - query_start > '50ms'");
kill_in('after storing', q{BEGIN; SELECT pgscore.import_model('m', made.line(2), deploy => true);
    SELECT pgscore.import_model('n', made.line(3))},
  "state = 'idle in transaction' AND query LIKE '%''n''%'");
is($node->safe_psql('postgres', "SELECT pgscore.import_model('m', made.line(2), deploy => true),
    predict('m\@1', 1)"),
  '2|3', 'the next import works and has the next number');
is($node->safe_psql('postgres', "SELECT predict('m', 1)"), '4', 'and is deployed');
is($node->safe_psql('postgres',
  "SELECT pgscore.import_model('big', artifact) FROM file; SELECT predict('big', 17.5)"), "1\n17",
  'the killed import works when nobody kills it');
$node->stop;
done_testing();
