# A dump restores into another cluster with identical scores, history, grants and numbering, whatever the numbers of the roles are.
use strict;
use warnings FATAL => 'all';
use Cwd qw(abs_path);
use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $credit = abs_path(dirname(__FILE__) . "/../../models/credit");
my $model = '{"pgscore_model": 1, "inputs": [{"name": "x"}], "nodes": [{"type": "linear", "intercept": [%s],'
  . ' "terms": [{"column": 0, "coefficients": [0.1]}]}], "output": {"task": "regression", "values": [{"name": "y", "column": 1}], "raw": [1]}}';

sub linear { return "convert_to('" . sprintf($model, shift) . "', 'UTF8')"; }

# Everything that a user sees, as text.
my $state = q{
  SELECT array_agg(m ORDER BY name) FROM pgscore.models m;
  SELECT array_agg(v ORDER BY name, version) FROM pgscore.model_versions v;
  SELECT array_agg(f ORDER BY name, version, position) FROM pgscore.model_features f;
  SELECT array_agg(a ORDER BY name, alias) FROM pgscore.model_aliases a;
  SELECT array_agg(d ORDER BY id) FROM pgscore.deployments d;
  SELECT array_agg(t ORDER BY name, version, row_no) FROM pgscore.model_tests t;
  SELECT array_agg(p ORDER BY name, grantee, privilege) FROM pgscore.model_privileges p;
};
# Bits, not digits.
my $scores = q{
  SELECT array_agg(encode(float8send(predict('lin', x)), 'hex') ORDER BY x) FROM generate_series(-50, 50) x;
  SELECT array_agg(encode(float8send(predict('lin@2', x)), 'hex') ORDER BY x) FROM generate_series(-50, 50) x;
  SELECT md5(string_agg(encode(float8send(predict('credit', a)), 'hex'), ',' ORDER BY ctid)) FROM applicants a;
  SELECT md5(string_agg(encode(float8send(predict('credit@champion', a)), 'hex'), ',' ORDER BY ctid)) FROM applicants a;
};

my $old = PostgreSQL::Test::Cluster->new('old');
$old->init;
$old->start;
$old->safe_psql('postgres', q{
  CREATE ROLE ana; CREATE ROLE ben; CREATE ROLE gone;
  CREATE EXTENSION pgscore;
  GRANT EXECUTE ON FUNCTION pgscore.import_model TO ana;
});
open my $header_file, '<', "$credit/applicants.csv" or die "$credit/applicants.csv: $!";
my $header = <$header_file>;
close $header_file;
$header =~ s/\s+$//;
# A column is a number, a boolean or a text, as its values are.
my (%not_number, %not_boolean);
{
  open my $rows, '<', "$credit/applicants.csv" or die $!;
  <$rows>;
  while (my $line = <$rows>)
  {
    $line =~ s/\s+$//;
    my @cells = split /,/, $line, -1;
    for my $i (0 .. $#cells)
    {
      $not_number{$i} = 1 if $cells[$i] ne '' && $cells[$i] !~ /^-?[0-9.]+(e[-+]?[0-9]+)?$/i;
      $not_boolean{$i} = 1 if $cells[$i] ne '' && $cells[$i] !~ /^(t|f|true|false)$/;
    }
  }
}
my @names = split /,/, $header;
my $columns = join ', ', map { qq("$names[$_]" ) . (!$not_number{$_} ? 'float8' : !$not_boolean{$_} ? 'boolean' : 'text') } 0 .. $#names;
$old->safe_psql('postgres', "CREATE TABLE applicants ($columns)");
$old->safe_psql('postgres', "\\copy applicants FROM '$credit/applicants.csv' WITH (FORMAT csv, HEADER)");

my $features = "\\set f `cat $credit/features.json`\n";
my $first = $features . "\\set m `base64 -w0 $credit/xgboost.json`\n";
my $second = $features . "\\set m `base64 -w0 $credit/xgboost_v2.ubj`\n";
$old->safe_psql('postgres', $first . q{SELECT pgscore.import_model('credit', decode(:'m', 'base64'), features => :'f', comment => 'the first');});
$old->safe_psql('postgres', $second . q{SELECT pgscore.import_model('credit', decode(:'m', 'base64'), features => :'f', deploy => true, comment => 'the second');});
$old->safe_psql('postgres', "SET ROLE ana;
  SELECT pgscore.import_model('lin', " . linear(1) . ", test_rows => '[{\"input\": [1], \"expected\": 1.1}]');
  SELECT pgscore.import_model('lin', " . linear(2) . ");
  SELECT pgscore.import_model('lin', " . linear(3) . ", deploy => true);
  SELECT pgscore.rollback_model('lin', 'back');
  SELECT pgscore.drop_model('lin', 3);
  SELECT pgscore.grant_model('lin', 'execute', 'ben', true);
  SELECT pgscore.grant_model('lin', 'select', 'public');
  RESET ROLE;
  SELECT pgscore.set_alias('credit', 'champion', 1);");
my $state_before = $old->safe_psql('postgres', $state);
my $scores_before = $old->safe_psql('postgres', $scores);
like($state_before, qr/champion/, 'there is something to compare');
like($scores_before, qr/[0-9a-f]{32}/, 'there are scores to compare');
# A grant to a role that is dropped afterwards is not handed on.
$old->safe_psql('postgres', q{SELECT pgscore.grant_model('lin', 'deploy', 'gone'); DROP ROLE gone;});

my $dump = $old->backup_dir . '.dump';
$old->command_ok([ 'pg_dump', '-Fc', '-f', $dump, 'postgres' ], 'dump');

my $new = PostgreSQL::Test::Cluster->new('new');
$new->init;
$new->start;
# Other roles first, so that numbers differ; enough of them to make the number of the dropped role free.
$new->safe_psql('postgres', q{CREATE ROLE zoe; CREATE ROLE ben; CREATE ROLE ana;});
$new->safe_psql('postgres', 'CREATE DATABASE restored');
$new->command_ok([ 'pg_restore', '--exit-on-error', '-d', 'restored', $dump ], 'restore');

is($new->safe_psql('restored', $scores), $scores_before, 'scores are identical, bit for bit');
is($new->safe_psql('restored', $state), $state_before, 'views show the same');
is($new->safe_psql('restored', q{SELECT bool_and(tgenabled = 'A') FROM pg_trigger WHERE tgname = 'catalog_changed'}),
  't', 'the invalidation triggers are ENABLE ALWAYS again');
is($new->safe_psql('restored', q{SELECT bool_and(ok) FROM pgscore.verify_model('lin@1')}), 't', 'test rows still pass');
is($new->safe_psql('restored', 'SET ROLE ana; SELECT pgscore.import_model(\'lin\', ' . linear(4) . ')'), '4', 'version numbers go on');
is($new->safe_psql('restored', 'SET ROLE ben; SELECT predict(\'lin@1\', 1)'), '1.1', 'grants follow the names of roles');
isnt($new->psql('restored', 'SET ROLE zoe; SELECT predict(\'lin@1\', 1)'), 0, 'and reach nobody else');
is($new->safe_psql('restored', 'SELECT pgscore.import_model(\'third\', ' . linear(5) . ')'), '1', 'identity columns go on');

$new->stop;
$old->stop;
done_testing();
