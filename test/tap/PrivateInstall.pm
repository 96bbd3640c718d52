# A copy of the PostgreSQL under test, to which a test may add files: scripts of an extension.
#
# PostgreSQL finds its files relative to its programs. So the programs that a test starts are
# copied, and links stand for all other files.
package PrivateInstall;
use strict;
use warnings FATAL => 'all';
use Exporter qw(import);
use File::Basename qw(dirname);
use PostgreSQL::Test::Utils qw(system_or_bail);

our @EXPORT = qw(private_install extension_folder);

sub configured
{
  my ($kind) = @_;
  chomp(my $value = `pg_config --$kind`);
  return $value;
}

# Makes the copy in a folder. Gives its prefix, for PostgreSQL::Test::Cluster's install_path.
sub private_install
{
  my ($folder) = @_;
  my $bindir = configured('bindir');
  system_or_bail('mkdir', '-p', $folder . $bindir);
  for my $program (qw(postgres initdb pg_ctl pg_config psql pg_dump pg_isready))
  {
    system_or_bail('cp', '-L', "$bindir/$program", "$folder$bindir/");
  }
  for my $kind (qw(pkglibdir sharedir))
  {
    my $original = configured($kind);
    system_or_bail('mkdir', '-p', $folder . dirname($original));
    system_or_bail('cp', '-rs', $original, $folder . $original);
  }
  return dirname($folder . $bindir);
}

# Where scripts of extensions lie in a copy.
sub extension_folder
{
  my ($folder) = @_;
  return $folder . configured('sharedir') . '/extension';
}

1;
