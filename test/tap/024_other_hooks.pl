# Beside the other modules of PostgreSQL that load hooks, before and after them: batches, cursors,
# prepared statements, functions, parallel workers, errors. auto_explain explains a plan when the
# snapshot of its query is gone already.
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::RealBin;
use MadeModels;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $trees = q{made.model(made.numbers('x', 'y'),
  '[{"type": "trees", "features": [0, 1], "compare": "float32", "sum": "float32", "base": [0.5],
     "split": "less", "trees": [{"feature": [0, -1, -1], "threshold": [1.5, null, null],
       "left": [1, null, null], "right": [2, null, null], "default_left": [1, 0, 0],
       "value": [null, 0.125, 0.25]}]}]', made.value('sum', 2))};
my $strict = q{made.model('[{"name": "x", "on_missing": "error"}]', '[]', made.value('y', 0))};
my @others = qw(auto_explain pg_stat_statements passwordcheck auth_delay pg_prewarm);
my $libraries = `pg_config --pkglibdir`;
chomp $libraries;
my @there = grep { -e "$libraries/$_.so" } @others;
is("@there", "@others", 'the other modules are installed');

for my $preload (join(',', @there, 'pgscore'), join(',', 'pgscore', reverse @there))
{
  my $node = PostgreSQL::Test::Cluster->new('hooks_' . ($preload =~ /^pgscore/ ? 'first' : 'last'));
  $node->init;
  $node->append_conf('postgresql.conf', <<CONF);
shared_preload_libraries = '$preload'
auto_explain.log_min_duration = 0
auto_explain.log_analyze = on
auto_explain.log_verbose = on
auto_explain.log_buffers = on
auto_explain.log_triggers = on
auto_explain.log_nested_statements = on
pg_stat_statements.track = all
pg_stat_statements.track_planning = on
auth_delay.milliseconds = 1
track_io_timing = on
min_parallel_table_scan_size = 0
parallel_setup_cost = 0
parallel_tuple_cost = 0
jit = off
fsync = off
CONF
  $node->start;
  my ($log, $offset) = ($node->logfile, 0);
  # The rows of statements, and what they left in the log.
  my $logged = '';
  my $ask = sub {
    $offset = -s $log;
    my $rows = $node->safe_psql('postgres', shift);
    $logged = slurp_file($log, $offset);
    return $rows;
  };
  make_models($node);
  $ask->(qq{CREATE EXTENSION pgscore; CREATE EXTENSION pg_stat_statements;
    CREATE EXTENSION pg_prewarm;
    SELECT pgscore.import_model('stump', $trees), pgscore.import_model('strict', $strict);
    CREATE TABLE t AS SELECT i AS id, (i % 3)::float8 AS x, i::float8 AS y
        FROM generate_series(1, 3000) i; ANALYZE t;
    CREATE TABLE none (LIKE t)});
  # 1000 rows each of x = 0, 1 and 2: 0.625, 0.625, 0.75.
  my $sum = 2000;

  is($ask->("SET max_parallel_workers_per_gather = 0; SELECT sum(predict('stump', t)) FROM t"),
    $sum, "$preload: a batch");
  like($logged,
    qr/PgscoreBatch.*Model: stump version 1 \(predict, 1 column, kernel \w+\).*Batches: [1-9]/s,
    'is explained');
  is($ask->("SET auto_explain.log_format = json; SET max_parallel_workers_per_gather = 0;
      SELECT count(*) FROM t WHERE predict('stump', t) > 0.7"), 1000, 'in JSON');
  like($logged, qr/"Models": \[.*"Kernel": "\w+"/s, 'is explained');
  is($ask->("SET auto_explain.log_analyze = off; SELECT sum(predict('stump', t)) FROM t"), $sum,
    'without log_analyze');
  is($ask->("SET pgscore.batch_min_rows = 0; SELECT count(predict('stump', n)) FROM none n"), 0,
    'no row');
  like($logged, qr/Model: stump version 1 \(predict, 1 column\)/,
    'a call that has not scored is explained without its kernel');
  is($ask->("SELECT sum(predict('stump', t)) FROM t"), $sum, 'parallel workers');
  like($logged, qr/Gather.*PgscoreBatch/s, 'are explained');
  is($ask->("SET max_parallel_workers_per_gather = 0;
      EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT sum(predict('stump', t))
      FROM t") =~ /kernel \w+\)/, 1, 'EXPLAIN ANALYZE');
  is($ask->("BEGIN; DECLARE c NO SCROLL CURSOR FOR SELECT predict('stump', t) FROM t;
      FETCH 2 FROM c; MOVE 2990 IN c; FETCH ALL FROM c; COMMIT"),
    join("\n", '0.625', '0.75', '0.75', '0.625', '0.625', '0.75', '0.625', '0.625',
      '0.75', '0.625'),
    'a cursor');
  is($ask->("DECLARE h CURSOR WITH HOLD FOR SELECT count(*) FROM t WHERE predict('stump', t) > 0.7;
      FETCH h; CLOSE h"), 1000, 'a cursor that is held');
  is($ask->("PREPARE p(float8) AS SELECT count(*) FROM t WHERE predict('stump', t) > \$1;
      SET plan_cache_mode = force_generic_plan; EXECUTE p(0.7);
    SET plan_cache_mode = force_custom_plan; EXECUTE p(0.6)"), "1000\n3000", 'prepared statements');
  is($ask->(q{DO $$ DECLARE n int := 0; s float8; BEGIN
      FOR s IN SELECT predict('stump', t) FROM t LOOP
        n := n + (s > 0.7)::int; EXIT WHEN n = 5;
      END LOOP;
      SELECT sum(predict('stump', t)) INTO s FROM t;
      RAISE LOG 'loop % %', n, s; END $$}), '', 'a loop');
  like($logged, qr/loop 5 $sum/, 'that ends early');
  is($ask->(q{CREATE FUNCTION total() RETURNS float8 LANGUAGE sql STABLE AS
      'SELECT sum(predict(''stump'', t)) FROM t';
    SELECT total(), (SELECT max(predict('stump', t)) FROM t)}), "$sum|0.75", 'nested statements');
  is($ask->("BEGIN; UPDATE t SET y = predict('stump', t) WHERE predict('stump', t) > 0.7; ROLLBACK;
      SELECT sum(y) FROM t"), 4501500, 'rows that are changed');
  # An error in a batch, and a statement that is cancelled: nothing is explained, and the session
  # goes on.
  my ($status, $out, $err) = $node->psql('postgres',
    q{INSERT INTO none VALUES (1, 1, 1), (2, NULL, 1); SET pgscore.batch_min_rows = 0;
    SELECT sum(predict('strict', n)) FROM none n;
    SET statement_timeout = 50; SELECT count(predict('stump', a)) FROM t a, t b, t c;
        RESET statement_timeout;
    SELECT sum(predict('stump', t)) FROM t}, on_error_stop => 0);
  like($err, qr/strict.*canceling statement due to statement timeout/s, 'errors');
  like($out, qr/^$sum$/m, 'and on it goes');
  is($ask->("SELECT bool_or(calls > 2 AND plans > 2) FROM pg_stat_statements
      WHERE query LIKE 'SELECT sum(predict%'"), 't', 'pg_stat_statements has seen it');
  is($ask->("CREATE ROLE guest LOGIN PASSWORD 'a long enough one 7'; SELECT pg_prewarm('t') > 0"),
    't', 'the other modules work');
  $node->stop;
  unlike(slurp_file($log),
    qr/was terminated by signal|server process .* exited with exit code [2-9]|TRAP:/,
    'nothing crashed');
}

done_testing();
