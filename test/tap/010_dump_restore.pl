# A dump restores into another cluster with identical scores, history, grants and numbering,
# whatever the numbers of the roles are.
use strict;
use warnings FATAL => 'all';
use Cwd qw(abs_path);
use File::Basename;
use FindBin;
use lib $FindBin::RealBin;
use MadeModels;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $credit = abs_path(dirname(__FILE__) . "/../../models/credit");
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
  SELECT array_agg(encode(float8send(predict('lin', x)), 'hex') ORDER BY x)
      FROM generate_series(-50, 50) x;
  SELECT array_agg(encode(float8send(predict('lin@2', x)), 'hex') ORDER BY x)
      FROM generate_series(-50, 50) x;
  SELECT md5(string_agg(encode(float8send(predict('credit', a)), 'hex'), ',' ORDER BY ctid))
      FROM applicants a;
  SELECT md5(string_agg(encode(float8send(predict('credit@champion', a)), 'hex'), ','
      ORDER BY ctid)) FROM applicants a;
};

my $old = PostgreSQL::Test::Cluster->new('old');
$old->init;
$old->start;
$old->safe_psql('postgres', q{
  CREATE ROLE ana; CREATE ROLE ben; CREATE ROLE gone; CREATE ROLE leaver; CREATE ROLE leaver2;
  CREATE EXTENSION pgscore;
  GRANT EXECUTE ON FUNCTION pgscore.import_model TO ana;
});
make_models($old);
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
my $columns = join ', ', map {
  qq("$names[$_]" ) . (!$not_number{$_} ? 'float8' : !$not_boolean{$_} ? 'boolean' : 'text')
} 0 .. $#names;
$old->safe_psql('postgres', "CREATE TABLE applicants ($columns)");
$old->safe_psql('postgres',
  "\\copy applicants FROM '$credit/applicants.csv' WITH (FORMAT csv, HEADER)");

my $features = "\\set f `cat $credit/features.json`\n";
my $first = $features . "\\set m `base64 -w0 $credit/xgboost.json`\n";
my $second = $features . "\\set m `base64 -w0 $credit/xgboost_v2.ubj`\n";
$old->safe_psql('postgres', $first
  . q{SELECT pgscore.import_model('credit', decode(:'m', 'base64'), features => :'f',
                                  comment => 'the first');});
$old->safe_psql('postgres', $second
  . q{SELECT pgscore.import_model('credit', decode(:'m', 'base64'), features => :'f',
                                  deploy => true, comment => 'the second');});
$old->safe_psql('postgres', q{SET ROLE ana;
  SELECT pgscore.import_model('lin', made.line(1, 0.1),
                              test_rows => '[{"input": [1], "expected": 1.1}]');
  SELECT pgscore.import_model('lin', made.line(2, 0.1));
  SELECT pgscore.import_model('lin', made.line(3, 0.1), deploy => true);
  SELECT pgscore.rollback_model('lin', 'back');
  SELECT pgscore.drop_model('lin', 3);
  SELECT pgscore.grant_model('lin', 'execute', 'ben', true);
  SELECT pgscore.grant_model('lin', 'select', 'public');
  RESET ROLE;
  SELECT pgscore.set_alias('credit', 'champion', 1);});
my $state_before;
my $scores_before = $old->safe_psql('postgres', $scores);
like($scores_before, qr/[0-9a-f]{32}/, 'there are scores to compare');
# What belonged to a dropped role is not handed on: a grant to it, and a model of it with what it
# granted.
$old->safe_psql('postgres', q{
  GRANT EXECUTE ON FUNCTION pgscore.import_model TO PUBLIC;
  SELECT pgscore.grant_model('lin', 'deploy', 'gone');
  SET ROLE gone;
  SELECT pgscore.import_model('orphan', made.line(6, 0.1));
  SELECT pgscore.grant_model('orphan', 'execute', 'ben');
  SET ROLE leaver;
  SELECT pgscore.import_model('left', made.line(7, 0.1));
  SELECT pgscore.grant_model('left', 'execute', 'ben');
  RESET ROLE;
  SELECT pgscore.grant_model('left', 'select', 'leaver2');
  REVOKE EXECUTE ON FUNCTION pgscore.import_model FROM PUBLIC;});
my ($code, $nothing, $refusal) = $old->psql('postgres', 'DROP ROLE gone');
like($refusal, qr/cannot be dropped.*privileges for view pgscore.role_models/s,
  'a role that has models is not dropped');
my $number = $old->safe_psql('postgres', q{SELECT oid FROM pg_roles WHERE rolname = 'gone'});
$old->safe_psql('postgres', 'DROP OWNED BY gone; DROP ROLE gone;');
# Names that are retired: one that was dropped, one that was renamed.
$old->safe_psql('postgres', q{
  SELECT pgscore.import_model('short', made.line(8, 0.1)) FROM generate_series(1, 3);
  SELECT pgscore.drop_model('short');
  SELECT pgscore.import_model('before', made.line(9, 0.1));
  SELECT pgscore.rename_model('before', 'after');});

# Models of the roles that stay.
$state =~ s/FROM (pgscore.\w+) (\w);/FROM $1 $2 WHERE name IN ('lin', 'credit');/g;
$state_before = $old->safe_psql('postgres', $state);
like($state_before, qr/champion/, 'there is something to compare');

my $dump = $old->backup_dir . '.dump';
$old->command_ok([ 'pg_dump', '-Fc', '-f', $dump, 'postgres' ], 'dump');

my $new = PostgreSQL::Test::Cluster->new('new');
$new->init;
$new->start;
# Other roles first, so that numbers differ; enough of them to make the number of the dropped role
# free.
$new->safe_psql('postgres', q{CREATE ROLE zoe; CREATE ROLE ben; CREATE ROLE ana;});
# One of them gets the very number that the dropped role had: what was its must not become theirs.
$new->safe_psql('postgres', qq{DO \$\$
  DECLARE i int := 0;
  BEGIN
    WHILE (SELECT max(oid::bigint) FROM pg_roles) < $number LOOP
      i := i + 1;
      EXECUTE 'CREATE ROLE heir' || i;
    END LOOP;
  END \$\$});
my $heir = $new->safe_psql('postgres', "SELECT rolname FROM pg_roles WHERE oid = $number");
like($heir, qr/^(heir|zoe|ana|ben)/, 'the number of the dropped role is that of another one now');
$new->safe_psql('postgres', 'CREATE DATABASE restored');
# Two roles are missing here. All rows of the catalog come in nevertheless; only the GRANTs to these
# roles are errors, as always.
my ($out, $err) = run_command(
  [ 'pg_restore', '-d', 'restored', '-h', $new->host, '-p', $new->port, $dump ]);
my @errors = $err =~ /error: (.*)/g;
is(scalar(grep { !/role "leaver2?" does not exist/ } @errors), 0,
  'nothing fails but grants to missing roles') or diag($err);
like(slurp_file($new->logfile), qr/WARNING:  role "leaver" does not exist/,
  'a missing role is reported');

is($new->safe_psql('restored', $scores), $scores_before, 'scores are identical, bit for bit');
is($new->safe_psql('restored', $state), $state_before, 'views show the same');
is($new->safe_psql('restored', q{SELECT name, owner::text FROM "!pgscore".catalog_model
    WHERE name IN ('orphan', 'left') ORDER BY 1}),
  "left|none\norphan|none", 'models of dropped and of missing roles belong to nobody');
is($new->safe_psql('restored', q{SELECT name, grantee, privilege, grantor IS NULL
    FROM pgscore.model_privileges WHERE name IN ('orphan', 'left') ORDER BY 1, 2}),
  "left|ben|execute|t\norphan|ben|execute|t",
  'what they granted stays granted, what was granted to them does not');
isnt($new->psql('restored', "SET ROLE $heir; SELECT pgscore.drop_model('orphan')"), 0,
  'the heir of the number owns nothing');
is($new->safe_psql('restored', q{SELECT pgscore.set_model_owner('orphan', 'ana'); SET ROLE ana;
    SELECT predict('orphan', 1)}),
  "\n6.1", 'a superuser gives such a model an owner');
($code, $nothing, $refusal) = $new->psql('restored', 'DROP ROLE ben');
like($refusal, qr/privileges for view pgscore.role_models/,
  'roles are held after a restore as before');
is($new->safe_psql('restored', "SELECT pgscore.import_model('short', made.line(10, 0.1))"), '4',
  'a retired name goes on');
is($new->safe_psql('restored', "SELECT pgscore.import_model('before', made.line(10, 0.1))"), '2',
  'so does one that was renamed');
my ($status, $stdout, $stderr) = $new->psql('restored', q{SELECT predict('short@1', 1)});
like($stderr, qr/version 1 of model "short" was dropped/, 'and its old versions are gone');
is($new->safe_psql('restored', q{SELECT bool_and(tgenabled = 'A') FROM pg_trigger
    WHERE tgname = 'catalog_changed'}),
  't', 'the invalidation triggers are ENABLE ALWAYS again');
is($new->safe_psql('restored', q{SELECT bool_and(ok) FROM pgscore.verify_model('lin@1')}), 't',
  'test rows still pass');
is($new->safe_psql('restored',
  q{SET ROLE ana; SELECT pgscore.import_model('lin', made.line(4, 0.1))}), '4',
  'version numbers go on');
is($new->safe_psql('restored', q{SET ROLE ben; SELECT predict('lin@1', 1)}), '1.1',
  'grants follow the names of roles');
isnt($new->psql('restored', q{SET ROLE zoe; SELECT predict('lin@1', 1)}), 0,
  'and reach nobody else');
is($new->safe_psql('restored', q{SELECT pgscore.import_model('third', made.line(5, 0.1))}), '1',
  'identity columns go on');

$new->stop;
$old->stop;
done_testing();
