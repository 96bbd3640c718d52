# Stored plans that cannot be used, model files that cannot be read, cancels and lack of memory in
# the middle of an import or a load.
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::RealBin;
use MadeModels;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use List::Util qw(min);
use Time::HiRes qw(time);

my $node = PostgreSQL::Test::Cluster->new('faults');
$node->init;
$node->append_conf('postgresql.conf',
  "jit = off\nautovacuum = off\nfsync = off\nrestart_after_crash = off\n");
# Freed memory goes back to the system, so that what stays is a leak.
$ENV{GLIBC_TUNABLES} = join ':', 'glibc.malloc.mmap_threshold=65536',
  'glibc.malloc.trim_threshold=65536', 'glibc.malloc.top_pad=0';
$node->start;
delete $ENV{GLIBC_TUNABLES};
sub ask { return $node->safe_psql('postgres', shift); }
ask('CREATE EXTENSION pgscore');
make_models($node);
ask("SELECT pgscore.import_model('small', made.steps(20, 3));
    SELECT pgscore.import_model('large', made.steps(100000, 2))");
# The catalog guards what must not change; a broken disk does not ask.
ask('ALTER TABLE "!pgscore".catalog_version DISABLE TRIGGER catalog_immutable');

my $scores = q{SELECT md5(string_agg(encode(float8send(predict('%1$s', x / 4.0)), 'hex'), ','
    ORDER BY x)) FROM generate_series(-50, 5000) x};
my %before = map { $_ => ask(sprintf $scores, $_) } qw(small large);
isnt($before{small}, $before{large}, 'there are scores to compare');

# Statements in a new connection, after the model was taken out of shared memory. -> status, rows,
# messages
sub fresh
{
  my ($model, $statements) = @_;
  ask("SELECT pgscore.evict_model('$model')");
  my ($out, $err) = ('', '');
  my $status = $node->psql('postgres', "\\set VERBOSITY verbose\n" . $statements, stdout => \$out,
    stderr => \$err);
  return ($status, $out, $err);
}

sub version_of
{
  my $model = shift;
  return qq{(SELECT id FROM "!pgscore".catalog_version
    WHERE model_id = (SELECT id FROM "!pgscore".catalog_model WHERE name = '$model'))};
}

# ---- plans of another format, and damaged ones ---------------------------------------------------
for my $model (qw(small large))
{
  my $row = "WHERE id = " . version_of($model);
  my $copy = "CREATE TABLE kept AS SELECT plan, plan_format, artifact
      FROM \"!pgscore\".catalog_version $row";
  my $restore = "UPDATE \"!pgscore\".catalog_version v SET plan = k.plan,
      plan_format = k.plan_format, artifact = k.artifact FROM kept k WHERE v.id = "
    . version_of($model);
  ask($copy);

  ask("UPDATE \"!pgscore\".catalog_version SET plan_format = 0, plan = '\\x00' $row");
  my ($status, $out, $err) = fresh($model, sprintf $scores, $model);
  is("$status $out", "0 $before{$model}",
    "$model: a plan of another format is made again, with the same scores");
  is($err, '', "$model: without a word");
  is(ask("SELECT count(*) FROM pgscore.loaded_models WHERE name = '$model'"), '1',
    "$model: and shared");
  ask($restore);

  my $middle = 'length(plan) / 2';
  for my $damage (
    [ 'a changed byte', "set_byte(plan, $middle, 255 - get_byte(plan, $middle))" ],
    [ 'a changed header', "set_byte(plan, 0, 255 - get_byte(plan, 0))" ],
    [ 'a truncated plan', "substr(plan, 1, length(plan) - 8)" ],
    [ 'an empty plan', "''::bytea" ])
  {
    my ($name, $expression) = @$damage;
    ask("UPDATE \"!pgscore\".catalog_version SET plan = $expression $row");
    ($status, $out, $err) = fresh($model, sprintf $scores, $model);
    is("$status $out", "0 $before{$model}", "$model, $name: made again, with the same scores");
    like($err, qr/WARNING:  XX001: the stored plan of a model is damaged/,
      "$model, $name: with a warning");
    is(() = $err =~ /WARNING:/g, 1, "$model, $name: one");
    ask($restore);
  }

  # Both gone: nothing to score with.
  ask("UPDATE \"!pgscore\".catalog_version SET plan = substr(plan, 1, 40),
      artifact = substr(artifact, 1, length(artifact) / 2) $row");
  ($status, $out, $err) = fresh($model, "SELECT predict('$model', 1)");
  is("$status $out", '3 ', "$model: a damaged model file gives no score");
  like($err, qr/ERROR:  22P03:/, "$model: but a clear error");
  unlike($err, qr/server closed|terminat/, "$model: and no crash");
  ($status, $out, $err) = fresh($model,
    "UPDATE \"!pgscore\".catalog_version SET plan_format = 0, artifact = '' $row;
      SELECT predict('$model', 1)");
  like($err, qr/ERROR:  22P03:/, "$model: the same for an empty one");
  ask($restore);
  is(ask(sprintf $scores, $model), $before{$model},
    "$model: restored, it scores as before, no place in shared memory is blocked");
  ask('DROP TABLE kept');
}

# ---- cancel --------------------------------------------------------------------------------------
ask('CREATE TABLE file AS SELECT made.steps(1500000, 1) AS artifact');
my $session = $node->background_psql('postgres', on_error_stop => 0);
sub session { return $session->query(shift); }
my $pid = session('SELECT pg_backend_pid()');
$pid =~ s/\s//g;

sub anonymous_kb
{
  return slurp_file("/proc/$pid/status") =~ /RssAnon:\s+(\d+)/ ? $1 : die 'no RssAnon';
}

# Milliseconds that a statement takes, the shortest time of three.
sub duration
{
  my ($statement, $undo) = @_;
  my @times;
  for (1 .. 3)
  {
    my $start = time;
    session("BEGIN; $statement; ROLLBACK");
    push @times, 1000 * (time - $start);
    ask($undo);
  }
  return min(@times);
}
# Runs a statement that is cancelled after so many milliseconds. With $undo a statement that was done
# before, as the machine is faster than it was, is undone and tried again with less time.
sub cancelled
{
  my ($statement, $timeout, $name, $undo) = @_;
  my $late;
  for my $try (1 .. 8)
  {
    session(sprintf q{SET statement_timeout = '%dms'}, $timeout + 1);
    my $start = time;
    $session->{stderr} = '';
    session($statement);
    $late = time - $start - $timeout / 1000;
    session('SET statement_timeout = 0');
    last if !$undo || $session->{stderr} =~ /canceling/;
    ask($undo);
    $timeout *= 0.6;
  }
  like($session->{stderr}, qr/canceling statement due to statement timeout/, "$name: cancelled");
  cmp_ok($late, '<', 3, "$name: soon");
  note(sprintf '%s: %.0f ms after the timeout of %.0f ms', $name, 1000 * $late, $timeout);
}
# Cancels strike at all stages, whatever the speed of the machine: at these parts of the time that
# the whole takes.
my @stages = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6);
session("SELECT predict('small', 1); SELECT length(artifact) FROM file");
my $import = "SELECT pgscore.import_model('big', artifact) FROM file";
my $import_time = duration($import, 'SELECT 1');
# What free() keeps for the next malloc() settles after a round.
my $drop = "SELECT pgscore.drop_model('big')";
cancelled($import, $_ * $import_time, "import, stage $_", $drop) for @stages;
my $first = anonymous_kb();
for my $round (2 .. 4)
{
  cancelled($import, $_ * $import_time, "import, round $round, stage $_", $drop) for @stages;
}
cmp_ok(anonymous_kb() - $first, '<', 8192, 'cancelled imports leave no memory behind');
note("private memory: $first kB after the first round, " . anonymous_kb() . ' kB after the fourth');
is(ask("SELECT count(*) FROM pgscore.model_versions WHERE name = 'big'"), '0', 'nothing is stored');

ask("SELECT pgscore.import_model('big', artifact) FROM file;
    UPDATE \"!pgscore\".catalog_version SET plan_format = 0 WHERE id = " . version_of('big'));
# Or a background worker would store the plan, and no load would compile.
session('SET default_transaction_read_only = on');
my $load_time = duration("SELECT predict('big', 17.5)", "SELECT pgscore.evict_model('big')");
# In the early stages, that is. A load may be done when a late cancel strikes: a machine that was
# busy before is fast now. As above, memory settles after a round. A block of the server's caches
# that was taken in the middle of a load keeps the free memory below it until it is given back: so
# the least of what is left after some short loads counts. A leak is in each of them.
sub settled_kb
{
  my @left;
  for my $load (1 .. 3)
  {
    cancelled("SELECT predict('big', 17.5)", 0.05 * $load_time, "short load $load");
    push @left, anonymous_kb();
  }
  return min(@left);
}
my $settled;
for my $round (1 .. 3)
{
  for my $stage (@stages)
  {
    my $name = "load that has to compile, round $round, stage $stage";
    cancelled("SELECT predict('big', 17.5)", $stage * $load_time, $name);
    is(ask("SELECT count(*) FROM pgscore.loaded_models WHERE name = 'big'"), '0',
      "$name: nothing is loaded") if $stage <= 0.3;
  }
  $settled = settled_kb() if $round == 1;
}
my $left = settled_kb();
cmp_ok($left - $settled, '<', 8192, 'cancelled loads leave no memory behind');
note("private memory: $settled kB after the first round of loads, $left kB after the third");
is(ask("SELECT predict('big', 17.5)"), '17',
  'another connection loads it and need not wait for one that gave up');
is(session("SELECT predict('big', 18.5)") =~ s/\s//gr, '18', 'the connection goes on');

# ---- out of memory -------------------------------------------------------------------------------
SKIP:
{
  skip('prlimit is not there: OUT OF MEMORY IS NOT TESTED', 6)
    if system('prlimit --version > /dev/null 2>&1') != 0;
  # A new connection, which holds no freed memory that an import could use.
  $session->quit;
  $session = $node->background_psql('postgres', on_error_stop => 0);
  $pid = session('SELECT pg_backend_pid()') =~ s/\s//gr;
  session("SELECT predict('small', 1)");
  my ($size) = slurp_file("/proc/$pid/status") =~ /VmSize:\s+(\d+)/;
  for my $spare (30, 60, 100)
  {
    system_or_bail('prlimit', "--pid=$pid", '--as=' . ($size + $spare * 1024) * 1024
      . ':unlimited');
    $session->{stderr} = '';
    session("SELECT pgscore.import_model('huge', artifact) FROM file");
    like($session->{stderr}, qr/ERROR:  out of memory/,
      "$spare MB to spare: out of memory is an error");
    is(session('SELECT pg_backend_pid()') =~ s/\s//gr, $pid,
      "$spare MB to spare: the connection lives");
  }
  system_or_bail('prlimit', "--pid=$pid", '--as=unlimited:unlimited');
  is(ask("SELECT count(*) FROM pgscore.model_versions WHERE name = 'huge'"), '0',
    'nothing is stored');
  is(session("SELECT pgscore.import_model('huge', artifact) FROM file") =~ s/\s//gr, '1',
    'with memory the import works, in the same connection');
}
$session->quit;
$node->stop;
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC/, 'the server never crashed');

done_testing();
