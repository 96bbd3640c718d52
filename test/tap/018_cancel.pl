# Whatever a model or a file makes the server do, a cancel stops it soon: scores of the slowest
# models of each kind and imports of large files are cancelled at random moments, and the backend's
# own processor time from the signal to the end of the statement is bounded, which does not depend
# on what else the machine does. PGSCORE_CANCELS: how often each (make soak: 40).
use strict;
use warnings FATAL => 'all';
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use List::Util qw(max);
use Time::HiRes qw(sleep time);

my $cancels = $ENV{PGSCORE_CANCELS} // 3;
# The checks are at most 100 ms apart; the clock that is read here stands still for up to 10 ms, and
# the clean-up of the transaction is work too.
my $bound = 0.150;
my $seed = $ENV{PGSCORE_SEED} // int(time);
srand($seed);
note("PGSCORE_SEED=$seed");

my $node = PostgreSQL::Test::Cluster->new('cancel');
$node->init;
$node->append_conf('postgresql.conf',
  "jit = off\nautovacuum = off\nfsync = off\nshared_buffers = 256MB\nmax_wal_size = 4GB\n"
    . "log_statement = none\nlog_min_error_statement = panic\nrestart_after_crash = off\n"
    . "work_mem = 64MB\n");
$node->start;
sub ask { return $node->safe_psql('postgres', shift); }
ask('CREATE EXTENSION pgscore');

# ---- files ---------------------------------------------------------------------------------------
my $folder = $node->basedir;
sub write_file
{
  my ($name, @parts) = @_;
  open my $file, '>:raw', "$folder/$name" or die $!;
  print $file @parts;
  close $file;
  return "$folder/$name";
}
# JSON: arrays of values, a value many times, objects whose values are JSON already.
sub list { return '[' . join(',', @_) . ']'; }
sub repeated { my ($text, $times) = @_; return '[' . $text . (',' . $text) x ($times - 1) . ']'; }
sub object
{
  my @members;
  while (my ($name, $value) = splice @_, 0, 2) { push @members, "\"$name\":$value"; }
  return '{' . join(',', @members) . '}';
}
sub node { my ($type, @members) = @_; return object('type' => "\"$type\"", @members); }
# A model of pgscore JSON with the features f0, f1, ...
sub model
{
  my ($features, $output, @nodes) = @_;
  return object(
    'pgscore_model' => 1,
    'inputs' => list(map { "{\"name\":\"f$_\"}" } 0 .. $features - 1),
    'nodes' => list(@nodes),
    'output' => $output);
}
sub regression
{
  my $column = shift;
  return "{\"task\":\"regression\",\"values\":[{\"name\":\"y\",\"column\":$column}]}";
}
sub classes
{
  my ($count, $first) = @_;
  return object(
    'task' => '"classification"',
    'values' => '[]',
    'labels' => list(map { "\"c$_\"" } 1 .. $count),
    'probabilities' => list($first .. $first + $count - 1));
}
# A tree that goes down $depth levels one way, as grown without a limit on sorted data.
sub chain
{
  my ($depth) = @_;
  my $n = 2 * $depth + 1;
  # Even numbers but the last have children.
  my $inner = sub {
    my $value = shift;
    return list(map { $_ % 2 == 0 && $_ < $n - 1 ? $value->($_) : 'null' } 0 .. $n - 1);
  };
  return object(
    'feature' => $inner->(sub { return int($_[0] / 2) % 4; }),
    'threshold' => $inner->(sub { return -1 - rand(); }),
    'left' => $inner->(sub { return $_[0] + 1; }),
    'right' => $inner->(sub { return $_[0] + 2; }),
    'value' => list(map { $_ % 2 == 1 || $_ == $n - 1 ? $_ : 'null' } 0 .. $n - 1));
}
sub trees
{
  my ($depth, $count) = @_;
  return node('trees', 'features' => '[0,1,2,3]', 'compare' => '"float64"', 'sum' => '"float64"',
    'base' => '[0]', 'trees' => repeated(chain($depth), $count));
}
my $points = join(',', map { sprintf '%.6f', rand() } 1 .. 10_000);
# 1000 vectors of ten features each $times.
sub vectors
{
  my ($times) = @_;
  return node('kernel_machine', 'kernel' => '"radial"', 'gamma' => '0.5', 'inputs' => list(0 .. 9),
    'vectors' => repeated($points, $times), 'coefficients' => repeated('0.25', 1000 * $times),
    'intercept' => '[1]');
}
my %models = (
  'nearest neighbours' => model(10, regression(10),
    node('distances', 'measure' => '"minkowski"', 'exponent' => 3,
      'fields' => list(map { "{\"column\":$_}" } 0 .. 9),
      'points' => repeated($points, 100), 'nearest' => 1000)),
  'support vectors' => model(10, regression(10), vectors(100)),
  'a layer' => model(1000, regression(2000),
    node('dense', 'inputs' => list(0 .. 999), 'weights' => repeated($points, 100),
      'bias' => repeated('1', 1000)),
    node('reduce', 'function' => '"sum"', 'inputs' => list(1000 .. 1999))),
  'one-hot columns' => model(1, regression(60_001),
    (map { node('apply', 'op' => '"equal"', 'args' => "[{\"column\":0},$_]") } 1 .. 60_000),
    node('reduce', 'function' => '"median"', 'inputs' => list(1 .. 60_000))),
  'deep trees' => model(4, regression(4), trees(1000, 100)),
  'many classes' => model(1, classes(60_000, 60_001),
    node('linear', 'intercept' => list(map { rand() } 1 .. 60_000),
      'terms' => list(object('column' => 0, 'coefficients' => repeated('0.5', 60_000)))),
    node('link', 'function' => '"softmax"', 'inputs' => list(1 .. 60_000))),
  'pairs of classes' => model(1, classes(300, 44_851),
    node('linear', 'intercept' => list(map { 0.001 + 0.998 * rand() } 1 .. 44_850),
      'terms' => '[]'),
    node('pairwise_coupling', 'num_classes' => 300, 'inputs' => list(1 .. 44_850))),
  'wide rows' => model(60_000, regression(60_000),
    node('rank', 'count' => 1, 'inputs' => list(0 .. 59_999))),
);
my %call = (
  'many classes' => q{predict_proba('%s', ARRAY[i]::float8[])},
  'pairs of classes' => q{predict_proba('%s', ARRAY[i]::float8[])},
  'wide rows' => q{predict('%s', a)},
  'a layer' => q{predict('%s', a[1:1000])});
sub tree_of_xml
{
  my ($depth, $id) = @_;
  return "<Node id=\"$id\" score=\"" . rand() . "\">%s</Node>" if $depth == 0;
  my $field = 'f' . int(rand(4));
  my $value = rand();
  my $child = sub {
    my ($number, $operator) = @_;
    return sprintf(tree_of_xml($depth - 1, $number),
      "<SimplePredicate field=\"$field\" operator=\"$operator\" value=\"$value\"/>");
  };
  return "<Node id=\"$id\">%s" . $child->(2 * $id, 'lessOrEqual')
    . $child->(2 * $id + 1, 'greaterThan') . '</Node>';
}
my @fields = map { "f$_" } 0 .. 3;
my $schema =
  '<MiningSchema>' . join('', map { "<MiningField name=\"$_\"/>" } @fields) . '</MiningSchema>';
my $segment = '<Segment><True/>'
  . '<TreeModel functionName="regression" splitCharacteristic="binarySplit">' . $schema
  . sprintf(tree_of_xml(9, 1), '<True/>') . '</TreeModel></Segment>';
my @pmml = (
  '<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4"><Header/><DataDictionary>',
  (map { "<DataField name=\"$_\" optype=\"continuous\" dataType=\"double\"/>" } @fields, 'y'),
  '</DataDictionary><MiningModel functionName="regression">',
  $schema =~ s{</MiningSchema>}{<MiningField name="y" usageType="target"/></MiningSchema>}r,
  '<Segmentation multipleModelMethod="sum">',
  ($segment) x 300,
  '</Segmentation></MiningModel></PMML>');
my $lightgbm_header = join("\n", 'tree', 'version=v4', 'num_class=1', 'num_tree_per_iteration=1',
  'label_index=0', 'max_feature_idx=3', 'objective=regression', "feature_names=@fields",
  'feature_infos=[0:1] [0:1] [0:1] [0:1]', '', '');
my $lightgbm_tree = join("\n", 'num_leaves=1000', 'num_cat=0',
  'split_feature=' . join(' ', map { $_ % 4 } 1 .. 999),
  'split_gain=' . join(' ', (1) x 999),
  'threshold=' . join(' ', map { rand() } 1 .. 999),
  'decision_type=' . join(' ', (2) x 999),
  'left_child=' . join(' ', map { $_ < 998 ? $_ + 1 : -1 } 0 .. 998),
  'right_child=' . join(' ', map { -$_ - 2 } 0 .. 998),
  'leaf_value=' . join(' ', map { rand() } 1 .. 1000),
  'shrinkage=0.1', '', '');
my %files = (
  'XML' => write_file('trees.pmml', @pmml),
  'XML that is text' =>
    write_file('text.pmml', '<PMML version="4.4"><Header>', 'x' x 60_000_000, '</Header></PMML>'),
  'JSON' => write_file('trees.json', model(4, regression(4), trees(400, 400))),
  'JSON numbers' => write_file('numbers.json', model(10, regression(10), vectors(300))),
  'text lines' => write_file('lightgbm.txt', $lightgbm_header,
    (map { "Tree=$_\n$lightgbm_tree\n" } 0 .. 299), "end of trees\n\n"),
  'base64' => write_file('letters.txt', 'QUJD' x 20_000_000),
  'blanks' => write_file('blanks.txt', '{', ' ' x 80_000_000),
);

# ---- a session that is cancelled -----------------------------------------------------------------
my ($in, $out, $err) = ('', '', '');
my $psql = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres') ],
  '<', \$in, '>', \$out, '2>', \$err, IPC::Run::timeout(600));
sub run_until_marker
{
  my ($marker) = @_;
  IPC::Run::pump($psql) until $out =~ /$marker\n/;
  return;
}
my $marks = 0;
sub begin
{
  my $statement = shift;
  ++$marks;
  ($out, $err) = ('', '');
  $in .= "$statement;\n\\echo mark $marks\n";
  IPC::Run::pump_nb($psql);
  return;
}
sub finish { run_until_marker("mark $marks"); return $out =~ s/mark $marks\n//r; }
begin("LOAD 'pgscore'; SELECT pg_backend_pid()");
my $pid = finish() =~ s/\s//gr;
sub processor_time
{
  my ($time) = split / /, slurp_file("/proc/$pid/schedstat");
  return $time / 1e9;
}

my %slowest;
# Cancels a statement after `after` seconds of the backend's own time. -> how long it took to stop,
# undef when it was done before.
sub cancel_once
{
  my ($kind, $statement, $after) = @_;
  my $start = processor_time();
  begin($statement);
  my $deadline = time + 120;
  while (processor_time() - $start < $after && time < $deadline && $out !~ /mark/)
  {
    sleep 0.002;
    IPC::Run::pump_nb($psql);
  }
  my $signal = processor_time();
  kill 'INT', $pid;
  finish();
  my $took = processor_time() - $signal;
  if ($err !~ /canceling statement due to user request/)
  {
    # The signal may have come when nothing ran, and be about to hit the next statement.
    begin('SELECT pg_sleep(0.1)');
    finish();
    return undef;
  }
  return $took;
}
# The same, and keeps the slowest. A virtual machine that waits for its processor counts that as the
# backend's time, so a cancel that took too long is tried again at the same moment: a loop that does
# not check is slow each time. -> was it cancelled?
sub cancel
{
  my ($kind, $statement, $after) = @_;
  my $took = cancel_once($kind, $statement, $after);
  return 0 if !defined $took;
  for (1 .. 3)
  {
    last if $took < $bound;
    note(sprintf '%s: %.0f ms after a cancel at %.0f ms, once more', $kind, 1000 * $took,
      1000 * $after);
    my $again = cancel_once($kind, $statement, $after);
    $took = $again if defined $again && $again < $took;
  }
  $slowest{$kind} = max($slowest{$kind} // 0, $took);
  return 1;
}
sub check
{
  my ($kind, $statement, $longest) = @_;
  my $stopped = 0;
  for (1 .. 3 * $cancels)
  {
    last if $stopped == $cancels;
    $stopped += cancel($kind, $statement, $longest * rand());
  }
  cmp_ok($stopped, '>', 0, "$kind: cancelled");
  cmp_ok($slowest{$kind} // 999, '<', $bound, sprintf '%s: after %.0f ms of its own time at most',
    $kind, 1000 * ($slowest{$kind} // 999));
  return;
}

# ---- imports -------------------------------------------------------------------------------------
for my $kind (sort keys %files)
{
  my $statement = "SELECT pgscore.import_model_file('never', '$files{$kind}')";
  begin("BEGIN; $statement; ROLLBACK");
  my $start = processor_time();
  finish();
  # One that is done before its cancel comes is taken back.
  check("import of $kind", "BEGIN; $statement; ROLLBACK", 0.9 * (processor_time() - $start));
}

# ---- first scores, which load the plan, and scores -----------------------------------------------
ask('CREATE TABLE wide AS SELECT array_agg(random()) AS a FROM generate_series(1, 60000)');
my $n = 0;
for my $kind (sort keys %models)
{
  my $name = 'm' . ++$n;
  my $file = write_file("$name.json", $models{$kind});
  ask("SELECT pgscore.import_model_file('$name', '$file')");
  my $features = () = $models{$kind} =~ /\{"name":"f\d+"/g;
  my $score = sprintf $call{$kind} // "predict('%s', array_fill(i::float8, ARRAY[$features]))",
    $name;
  my $from = $kind =~ /wide|layer/ ? 'wide, generate_series(1, 100000) i'
    : 'generate_series(1, 1000000) i';
  for my $batch (qw(on off))
  {
    begin("SET pgscore.enable_batch = $batch");
    finish();
    check("$kind, " . ($batch eq 'on' ? 'in batches' : 'row by row'),
      "SELECT count($score) FROM $from", 0.8);
  }
}
begin('SELECT 1');
is(finish(), "1\n", 'the session lives');
$in .= "\\q\n";
IPC::Run::finish($psql);
$node->stop;
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC/, 'the server never crashed');
note(join("\n", map { sprintf '%-40s %4.0f ms', $_, 1000 * $slowest{$_} } sort keys %slowest));

done_testing();
