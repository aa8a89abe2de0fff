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

install_version() {
  git checkout --quiet --detach "$1"
  npm ci --include=dev --no-audit --no-fund --loglevel=error
  npm run build
  systemctl restart counterqr
}

"$home/deploy/backup.sh" "${COUNTERQR_DATA:-/var/lib/counterqr}" "${COUNTERQR_BACKUPS:-/var/backups/counterqr}"
git fetch --quiet --tags
if install_version "$version" && answers; then
  echo "Running $version."
  exit 0
fi
echo "$version does not answer; going back to $before." >&2
install_version "$before"
answers || { echo "The version before does not answer either: journalctl -u counterqr" >&2; exit 2; }
exit 1
