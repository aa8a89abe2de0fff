#!/bin/sh
# Makes a self-signed certificate for NAMES (default: localhost) in CERTIFICATE, unless one is there, and starts nginx.
# Your own goes into the same folder: fullchain.pem and privkey.pem.
set -eu
folder=${CERTIFICATE:-/certificate}
names=${NAMES:-localhost}
umask 077

if [ ! -s "$folder/fullchain.pem" ] || [ ! -s "$folder/privkey.pem" ]; then
  san=
  for name in $(echo "$names" | tr ',' ' '); do san="${san:+$san,}DNS:$name"; done
  # Under other names until both are whole: a start that is cut short leaves no half of a pair.
  openssl req -x509 -newkey rsa:2048 -nodes -days 825 -subj "/CN=${names%%,*}" -addext "subjectAltName=$san" \
    -keyout "$folder/privkey.new" -out "$folder/fullchain.new" 2> /dev/null
  mv "$folder/privkey.new" "$folder/privkey.pem"
  mv "$folder/fullchain.new" "$folder/fullchain.pem"
  echo "Self-signed certificate for $names, SHA-256 $(openssl x509 -in "$folder/fullchain.pem" -noout -fingerprint -sha256 | cut -d= -f2)"
fi
exec nginx -c "${CONFIGURATION:-/etc/counterqr/nginx.conf}" -g 'daemon off;'
