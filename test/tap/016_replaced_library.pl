# The library is replaced by another build while the server runs: its structure in shared memory has
# another layout. A module of a few lines stands for the other build, and makes the structure first,
# or one that leaves no room for it.
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::RealBin;
use MadeModels;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $folder = PostgreSQL::Test::Utils::tempdir();
append_to_file("$folder/other_build.c", <<'C');
#include "postgres.h"
#include "fmgr.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/builtins.h"
PG_MODULE_MAGIC;
PG_FUNCTION_INFO_V1(make_structure);
Datum make_structure(PG_FUNCTION_ARGS)
{
  char *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
  Size size = PG_GETARG_INT32(1);
  bool found;
  char *structure;
  LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
  structure = ShmemInitStruct(name, size, &found);
  if (!found) memset(structure, 0x7F, size);
  LWLockRelease(AddinShmemInitLock);
  PG_RETURN_BOOL(!found);
}
C
chomp(my $include = `pg_config --includedir-server`);
system_or_bail($ENV{CC} // 'cc', '-shared', '-fPIC', "-I$include", '-o', "$folder/other_build.so",
  "$folder/other_build.c");
chmod 0755, $folder;

my $node = PostgreSQL::Test::Cluster->new('replaced');
$node->init;
$node->append_conf('postgresql.conf',
  "jit = off\nautovacuum = off\nfsync = off\nrestart_after_crash = off\n");
$node->start;
sub ask { return $node->safe_psql('postgres', shift); }
ask('CREATE EXTENSION pgscore');
ask("CREATE FUNCTION make_structure(text, int) RETURNS bool STRICT LANGUAGE c
    AS '$folder/other_build', 'make_structure'");
make_models($node);
ask("SELECT pgscore.import_model('m', made.first('x'))");
ask("SELECT predict('m', 1)");
my ($name, $size) = split /\|/, ask("SELECT name, size FROM pg_shmem_allocations
    WHERE name LIKE 'pgscore%'");
like($name, qr/^pgscore directory \d+, $size bytes$/, 'the name of the structure says its layout');

# Another connection per statement: each attaches anew, scores, ends its transaction and exits.
sub scores
{
  my ($what, $warnings) = @_;
  for my $round (1 .. 2)
  {
    my ($out, $err) = ('', '');
    my $status = $node->psql('postgres', q{SELECT predict('m', 2);
      BEGIN; SAVEPOINT s; SELECT predict('m', 3); ROLLBACK TO s; COMMIT;
      SELECT count(*) FROM pgscore.loaded_models;
      SELECT predict('m', 4) FROM pgscore.stat_models LIMIT 0;
      SELECT predict('nobody', 4)},
      stdout => \$out, stderr => \$err, on_error_stop => 0);
    is($status, 0, "$what, round $round: the connection lives");
    like($out, qr/^2\n3\n/, "$what, round $round: it scores");
    is(() = $err =~ /WARNING:/g, $warnings, "$what, round $round: warnings");
    like($err, qr/no shared memory, each connection keeps its own/, "$what, round $round: says why")
      if $warnings;
  }
  return if !$warnings;
  # While a connection without shared memory lives, others can make structures: it holds no lock.
  my ($out, $late) = ('', 0);
  my $other = q{psql -XAt -d postgres -c "SELECT make_structure('beside', 64)"};
  $node->psql('postgres', "SELECT predict('m', 2);\n\\! $other\n",
    stdout => \$out, timeout => 60, timed_out => \$late);
  is($late, 0, "$what: no lock is left");
  is($out, "2\nt", "$what: others make structures");
  return;
}
for my $case (
  [ 'an older build, whose structure had no layout in its name', 'pgscore directory', 4096, 0 ],
  [ 'a build with another layout', $name =~ s/directory \d+/directory 0/r, $size, 0 ],
  [ 'another size under the same name', $name, $size + 64, 1 ],
  [ 'other content under the same name', $name, $size, 1 ])
{
  my ($what, $structure, $bytes, $warnings) = @$case;
  $node->restart;
  is(ask("SELECT make_structure('$structure', $bytes)"), 't', "$what: is there first");
  scores($what, $warnings);
}
$node->restart;
my $free = ask('SELECT allocated_size FROM pg_shmem_allocations WHERE name IS NULL');
is(ask("SELECT make_structure('large', $free - $size + 256)"),
  't', 'a structure that leaves no room: is there first');
scores('a structure that leaves no room', 1);
$node->stop;
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC|terminate called/,
  'the server never crashed');

done_testing();
