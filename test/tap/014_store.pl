# Shared memory for models: the limit and who gives way, packs of small models, a full directory, no
# segments left, no room at all.
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::RealBin;
use MadeModels;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node;
sub ask { return $node->safe_psql('postgres', shift); }

sub loaded
{
  return ask(
    q{SELECT coalesce(string_agg(name, ' ' ORDER BY name), '') FROM pgscore.loaded_models});
}

# Segments of dynamic shared memory that a backend has mapped.
sub mapped
{
  my $pid = shift;
  my %segments = map { $_ => 1 } slurp_file("/proc/$pid/maps") =~ m{(/dev/shm/PostgreSQL\.\d+)}g;
  return scalar keys %segments;
}
sub limit
{
  ask("LOAD 'pgscore'; ALTER SYSTEM SET pgscore.shared_memory_limit = '$_[0]';
      SELECT pg_reload_conf()");
  $node->poll_query_until('postgres',
    "LOAD 'pgscore'; SELECT current_setting('pgscore.shared_memory_limit') = '$_[0]'", "LOAD\nt")
    or die 'no reload';
}
# Runs statements in a session; its rows, and how many warnings it gave.
sub run_counting
{
  my ($out, $err) = ('', '');
  my $status = $node->psql('postgres', shift, stdout => \$out, stderr => \$err);
  is($status, 0, 'no error') or diag($err);
  my $warnings = () = $err =~ /WARNING:/g;
  return ($out, $warnings, $err);
}

$node = PostgreSQL::Test::Cluster->new('store');
$node->init(extra => ['--wal-segsize=1']);
# Few slots for segments: 64 + 5 * (10 + 1 + 1).
$node->append_conf('postgresql.conf',
  "max_connections = 10\nautovacuum_max_workers = 1\nautovacuum = off\nmax_worker_processes = 0\n"
    . "max_parallel_workers_per_gather = 0\nmax_wal_senders = 0\njit = off\nfsync = off\n");
$node->start;
ask('CREATE EXTENSION pgscore');
make_models($node);
ask("SELECT pgscore.import_model(chr(96 + k), made.steps(130000, k)) FROM generate_series(1, 3) k");
ask("SELECT pgscore.import_model('tiny', made.steps(10, 7))");

# ---- the limit: the least recently used gives way ------------------------------------------------
# Each of a, b, c takes 2 MB; a query that looks keeps nothing loaded itself.
limit('5MB');
ask("SELECT pgscore.warm_model('a'); SELECT pgscore.warm_model('b')");
is(loaded(), 'a b', 'two models fit the limit');
is(ask("SELECT predict('a', 2.5)"), '2', 'a is used again');
is(ask("SELECT predict('c', 2.5)"), '6', 'a third model');
is(loaded(), 'a c', 'takes the place of the least recently used, not of the first loaded');
is(ask("SELECT predict('b', 2.5)"), '4', 'b again');
is(loaded(), 'b c', 'now a was the oldest');
is(ask("SELECT bool_and(backends = 0) FROM pgscore.loaded_models"), 't',
  'no connection has them mapped');
is(ask("SELECT name, calls, rows FROM pgscore.stat_models ORDER BY name"), "a|1|1\nb|1|1\nc|1|1",
  'counters outlive evictions');

# ---- in use by a running query -------------------------------------------------------------------
my $session = $node->background_psql('postgres');
sub session { my $answer = $session->query_safe(shift); $answer =~ s/\s+$//; return $answer; }
my $pid = session('SELECT pg_backend_pid()');
my $servers = mapped($pid);  # the server's own segments
session('BEGIN');
session("DECLARE scores CURSOR FOR SELECT predict('a', i) FROM generate_series(1, 1000) i");
is(session('FETCH 1 FROM scores'), '1', 'a query begins');
is(ask("SELECT backends FROM pgscore.loaded_models WHERE name = 'a'"), '1',
  'its connection is counted');
ask("SELECT predict('b', 1); SELECT predict('c', 1)");
is(loaded(), 'b c', 'its model has to give way');
is(session('FETCH 3 FROM scores'), "2\n3\n4", 'the query goes on with it');
is(mapped($pid) - $servers, 1, 'from the memory that it has mapped');
is(ask("SELECT predict('a', 5)"), '5', 'others load it again');
is(session('FETCH 1 FROM scores'), '5', 'the query still has its own');
session('COMMIT');
is(mapped($pid) - $servers, 0, 'and gives the memory back at the end of its transaction');
is(session("SELECT predict('a', 17)"), '17', 'the next statement uses the common copy');
is(mapped($pid) - $servers, 1, 'one segment');
is(ask("SELECT backends FROM pgscore.loaded_models WHERE name = 'a'"), '1', 'counted once');
$session->quit;
$node->poll_query_until('postgres',
  "SELECT backends = 0 FROM pgscore.loaded_models WHERE name = 'a'")
  or die 'a connection that is gone is counted';
pass('a connection that ended is not counted');

# ---- a limit below a model, and below a pack -----------------------------------------------------
limit('1MB');
my ($rows, $warnings, $text) = run_counting("SELECT predict('a', 4), predict('tiny', 4);
    SELECT predict('a', 5); SELECT predict('b', 4); SELECT predict('c', 4)");
is($rows, "4|28\n5\n8\n12", 'models larger than the limit score');
is($warnings, 1, 'with one warning per connection');
like($text, qr/private copy of a model of 20\d\d kB/, 'that names the size');
like($text, qr/pgscore\.shared_memory_limit/, 'and what to do');
is(loaded(), 'tiny', 'a small model is shared under a limit smaller than a pack');
is(ask("SELECT packed FROM pgscore.loaded_models WHERE name = 'tiny'"), 'f',
  'in a segment of its own');
ask("SELECT pgscore.evict_model('tiny')");

# ---- packs: filled, given up, used again ---------------------------------------------------------
# 60 plans of 200 kB take three packs of 4 MB, two fit.
limit('9MB');
ask("SELECT pgscore.import_model('p' || k, made.steps(12500, k)) FROM generate_series(1, 60) k");
for my $round (1 .. 2)
{
  ($rows, $warnings) = run_counting("SELECT count(*) FILTER (WHERE predict('p' || k, 3.5) = 3 * k)
      FROM generate_series(1, 60) k");
  is($rows, '60', "round $round: every model scores, packs come and go");
  is($warnings, 0, "round $round: in shared memory");
}
cmp_ok(ask('SELECT count(*) FROM pgscore.loaded_models WHERE packed'), '<=', 42,
  'two packs at most');
cmp_ok(ask('SELECT count(*) FROM pgscore.loaded_models WHERE packed'), '>=', 20, 'one at least');
is(ask("SELECT count(*) FROM (SELECT name FROM pgscore.loaded_models OFFSET 0) l
    WHERE pgscore.evict_model(name) IS NULL"), '0', 'all evicted');
is(loaded(), '', 'nothing is left');
limit('5MB');
($rows, $warnings) = run_counting("SELECT predict('p1', 2), predict('a', 1)");
is("$rows $warnings", '2|1 0', 'the memory of packs that are gone counts no more');
limit('0');
ask("SELECT pgscore.evict_model('p1'), pgscore.evict_model('a')");

# ---- more models than the directory has places ---------------------------------------------------
ask("SELECT pgscore.import_model('d' || k, made.steps(5, k)) FROM generate_series(1, 300) k");
for my $round (1 .. 2)
{
  ($rows, $warnings) = run_counting("SELECT count(*) FILTER (WHERE predict('d' || k, 2.5) = 2 * k)
      FROM generate_series(1, 300) k");
  is("$rows $warnings", '300 0', "round $round: 300 models score");
}
is(ask('SELECT count(*) FROM pgscore.loaded_models'), '256',
  'as many as there are places are loaded');
is(ask("SELECT string_agg(name, ' ') FROM pgscore.loaded_models WHERE substr(name, 2)::int <= 44"),
  '', 'the least recently used are not');
ask("SELECT pgscore.evict_model(name) FROM (SELECT name FROM pgscore.loaded_models OFFSET 0) l");

# ---- no segments left ----------------------------------------------------------------------------
# 250 plans of 300 kB, a segment each, and 124 slots; 18 has some more.
ask("SELECT pgscore.import_model('s' || k, made.steps(20000, k)) FROM generate_series(1, 250) k");
($rows, $warnings) = run_counting("SELECT count(*) FILTER (WHERE predict('s' || k, 2.5) = 2 * k)
    FROM generate_series(1, 250) k");
is($rows, '250', 'every model scores when the server has no more segments');
is($warnings, 1, 'the last ones from private memory');
my $shared = ask('SELECT count(*) FROM pgscore.loaded_models');
cmp_ok($shared, '<', 250, 'not all are in shared memory');
cmp_ok($shared, '>', 100, 'most are');
($rows, $warnings) = run_counting("SELECT predict('s1', 2), predict('s250', 2)");
is("$rows $warnings", '2|500 0', 'models that nobody has mapped give up their segments');

# ---- no room in /dev/shm -------------------------------------------------------------------------
# A limit on the size of files is one for segments too, and needs no rights: neither a pack nor a
# large model can be had.
$node->stop;
system_or_bail('bash', '-c', "ulimit -f 1900 && exec pg_ctl -w -s -D '" . $node->data_dir . "' -l '"
  . $node->logfile . "' -o '--cluster-name=store' start");
$node->_update_pid(1);
is(ask("SELECT setting FROM pg_settings WHERE name = 'dynamic_shared_memory_type'"), 'posix',
  'segments are posix shared memory');
($rows, $warnings) = run_counting("SELECT predict('a', 4), predict('tiny', 4); BEGIN;
    SELECT predict('b', 4); SAVEPOINT s; SELECT predict('a', 5); COMMIT; SELECT predict('c', 3)");
is($rows, "4|28\n8\n5\n9", 'models score without room in shared memory');
is($warnings, 1, 'with one warning');
is(loaded(), 'tiny', 'what there is room for is shared');
is(ask("SELECT count(*) FROM pg_stat_activity WHERE datname = 'postgres'"), '1',
  'the server lives');
$node->stop;

done_testing();
