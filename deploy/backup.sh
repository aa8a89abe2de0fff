#!/bin/sh
# Backs up the relay's data folder while the relay runs:  backup.sh [DATA_DIR [BACKUP_DIR [KEEP]]]
# The journal is read first: whatever is taken out of it meanwhile is in the snapshot that is read after it. The history is read last, because the snapshot
# says what it had. The lock says who runs here and now, and belongs in no backup. Holds keys and customers' names: keep it as safe as the data folder.
set -eu
data=${1:-/var/lib/counterqr}
target=${2:-/var/backups/counterqr}
keep=${3:-14}

[ -d "$data" ] || { echo "There is no data folder $data." >&2; exit 1; }
umask 077
mkdir -p "$target"
file="$target/counterqr-$(date -u +%Y%m%dT%H%M%SZ).tar.gz"
trap 'rm -f "$file.part"' EXIT

rest=$(cd "$data" && find . -mindepth 1 -maxdepth 1 ! -name journal ! -name history ! -name last-backup ! -name lock ! -name 'lock.*' | sort)
[ -d "$data/history" ] && rest="$rest
./history"
[ -d "$data/journal" ] && rest="./journal
$rest"
[ -n "$rest" ] || { echo "The data folder $data is empty." >&2; exit 1; }

# tar ends with 1 when a file changed or went while it was read, which is expected here; 2 is a real failure.
status=0
printf '%s\n' "$rest" | tar -C "$data" -czf "$file.part" --warning=no-file-changed --warning=no-file-removed -T - || status=$?
[ "$status" -le 1 ] || { echo "tar could not read $data." >&2; exit 1; }
tar -tzf "$file.part" > /dev/null
mv "$file.part" "$file"
# The relay's /metrics tells the time of this file; a data folder that takes no writes is backed up all the same.
touch "$data/last-backup" 2> /dev/null || echo "The backup is whole, but $data/last-backup could not be written, so /metrics goes on telling the one before." >&2
echo "$file"

# The newest KEEP stay; the names sort by time.
ls -1 "$target"/counterqr-*.tar.gz | sort -r | tail -n +$((keep + 1)) | while read -r old; do rm -f "$old"; done
