#!/bin/sh
# Upgrades /opt/counterqr to a tag or commit, and goes back by itself if the new one does not answer:  upgrade.sh v1.2.0
# Kiosks hold what they show, notice within seconds, and reload themselves when idle.
set -eu
version=${1:?"upgrade.sh VERSION"}
home=${COUNTERQR_HOME:-/opt/counterqr}
health=${COUNTERQR_HEALTH:-http://127.0.0.1:5001/counterqr/api/device/health}
cd "$home"
before=$(git rev-parse HEAD)

answers() {
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    curl -fsS --max-time 2 "$health" > /dev/null 2>&1 && return 0
    sleep 1
  done
  return 1
}

# Joined by &&: whoever asks whether this went well switches `set -e` off in it.
install_version() {
  step="git checkout $1" && git checkout --quiet --detach "$1" &&
    step="npm ci" && npm ci --include=dev --no-audit --no-fund --loglevel=error &&
    step="npm run build" && npm run build &&
    step="systemctl restart counterqr" && systemctl restart counterqr &&
    step="asking $health" && answers
}

backup=$("$home/deploy/backup.sh" "${COUNTERQR_DATA:-/var/lib/counterqr}" "${COUNTERQR_BACKUPS:-/var/backups/counterqr}")
echo "$backup"
git fetch --quiet --tags
if install_version "$version"; then
  echo "Running $version."
  exit 0
fi
echo "$version: $step failed; going back to $before." >&2
install_version "$before" && exit 1
echo "The version before does not come back either: $step failed. journalctl -u counterqr" >&2
echo "If it says that a newer relay wrote its data: systemctl stop counterqr, then deploy/restore.sh $backup" >&2
exit 2
