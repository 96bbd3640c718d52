# A small /dev/shm, as containers have it: models leave room for the segments of parallel queries.
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::RealBin;
use MadeModels;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# The server runs where /dev/shm is a file system of 16 MB, in name spaces of its own: the first one
# may mount, the second one is the server's user again.
my ($user, $group) = ($> + 0, $) + 0);
my @small = ('unshare', '--user', '--map-root-user', '--mount', 'bash', '-c',
  'mount -t tmpfs -o size=16m tmpfs /dev/shm && exec unshare --user --map-user=' . $user
    . ' --map-group=' . $group . ' -- "$@"', 'bash');
plan skip_all => 'NAME SPACES CANNOT BE HAD HERE: A SMALL /dev/shm IS NOT TESTED'
  if system(join(' ', map { "'$_'" } @small) . ' true 2>/dev/null') != 0;

my $node = PostgreSQL::Test::Cluster->new('small');
$node->init;
$node->append_conf('postgresql.conf',
  "jit = off\nautovacuum = off\nfsync = off\nwork_mem = 512kB\n"
    . "parallel_setup_cost = 0\nparallel_tuple_cost = 0\n"
    . "min_parallel_table_scan_size = 0\nmax_parallel_workers_per_gather = 2\n");
# Models of 1 MB, 30 of them; the last segments that PostgreSQL makes itself are those of a parallel
# hash join.
$node->start;
sub ask { return $node->safe_psql('postgres', shift); }
ask('CREATE EXTENSION pgscore');
make_models($node);
ask("SELECT pgscore.import_model('m' || k, made.steps(65000, k)) FROM generate_series(1, 30) k");
ask('CREATE TABLE t AS SELECT g AS x, g % 7 AS y FROM generate_series(1, 30000) g; ANALYZE t');
$node->stop;

for my $type (qw(posix mmap))
{
  my $place = $type eq 'posix' ? '/dev/shm' : $node->data_dir . '/pg_dynshmem';
  my @server = @small;
  $server[6] =~ s{ /dev/shm}{ $place} if $type eq 'mmap';
  $node->append_conf('postgresql.conf', "dynamic_shared_memory_type = $type\n");
  system_or_bail(@server, 'pg_ctl', '-w', '-s', '-D', $node->data_dir, '-l', $node->logfile, '-o',
    '--cluster-name=small', 'start');
  $node->_update_pid(1);
  my ($out, $err) = ('', '');
  # One connection keeps all it has scored with mapped; nothing can be given up.
  my $status = $node->psql('postgres',
    q{SELECT sum(predict('m' || k, 2.5)) FROM generate_series(1, 30) k;
    SELECT count(*) BETWEEN 3 AND 8 FROM pgscore.loaded_models;
    SELECT count(*) FROM (SELECT predict('m' || k, a.x) FROM t a JOIN t b USING (x),
        generate_series(1, 1) k) s;
    EXPLAIN (COSTS OFF) SELECT count(*), sum(a.y) FROM t a JOIN t b USING (x);
    SELECT count(*), sum(a.y) FROM t a JOIN t b USING (x)}, stdout => \$out, stderr => \$err);
  is($status, 0, "$type: no error") or diag($err);
  like($out, qr/^930\nt\n30000\n/, "$type: all models score, some from shared memory");
  like($out, qr/Gather/, "$type: a parallel query");
  like($out, qr/^30000\|\d+$/m, "$type: has room for its segments");
  is(() = $err =~ /WARNING:  this connection keeps a private copy/g, 1,
    "$type: with one warning for the models that found no room");
  # What nobody has mapped gives way to others, and to nothing but models.
  is(ask(q{SELECT predict('m30', 2.5)}), '60', "$type: another connection scores");
  is(ask(q{SELECT count(*) FROM pgscore.loaded_models WHERE name = 'm30'}), '1',
    "$type: from shared memory, where others gave way");
  $node->stop;
}
unlike(slurp_file($node->logfile), qr/could not resize shared memory|No space left/,
  'the file system was never full');

done_testing();
