# Made-up models for these tests: those of sql/models.sql.
package MadeModels;
use strict;
use warnings FATAL => 'all';
use Exporter qw(import);
use File::Basename qw(dirname);
use PostgreSQL::Test::Utils qw(slurp_file);

our @EXPORT = qw(make_models made_file);

my $models = slurp_file(dirname(__FILE__) . '/../../sql/models.sql');

# Makes the schema `made` in a database: then SQL says made.line(1) and the like.
sub make_models
{
  my ($node, $database) = @_;
  $node->safe_psql($database // 'postgres', $models);
  return;
}

# The file that an expression gives, as a literal of SQL; nothing is left in any database.
sub made_file
{
  my ($node, $expression) = @_;
  return $node->safe_psql('postgres', "BEGIN; $models SELECT quote_literal($expression); ROLLBACK");
}

1;
