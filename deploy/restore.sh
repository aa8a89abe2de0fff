#!/bin/sh
# Puts a backup in place of the data folder:  restore.sh BACKUP.tar.gz [DATA_DIR]
# Stop the relay first, unless DATA_DIR is a new folder for a trial. What was there is kept beside it.
set -eu
backup=${1:?"restore.sh BACKUP.tar.gz [DATA_DIR]"}
data=${2:-/var/lib/counterqr}

tar -tzf "$backup" > /dev/null || { echo "$backup is not a whole backup." >&2; exit 1; }
# A new folder is nobody's: a trial beside the running relay.
if [ -e "$data" ] && command -v systemctl > /dev/null && systemctl is-active --quiet counterqr 2> /dev/null; then
  echo "The relay is running: systemctl stop counterqr, then run this again." >&2
  exit 1
fi
umask 077
new="$data.restoring"
rm -rf "$new"
mkdir -p "$new"
tar -xzf "$backup" -C "$new"
# Backups of version 0.1 have it; it says who ran then.
rm -f "$new/lock"
if [ -e "$data" ]; then
  chown --reference="$data" -R "$new" 2> /dev/null || true
  aside="$data.before-restore-$(date -u +%Y%m%dT%H%M%SZ)"
  mv "$data" "$aside"
  echo "What was there: $aside"
fi
mv "$new" "$data"
echo "Restored: $data"
