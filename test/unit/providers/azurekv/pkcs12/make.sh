#!/bin/sh
# Makes the files of this folder anew: one throw-away key and certificate, as different tools write PKCS#12. Needs OpenSSL 3.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
new() { openssl req -x509 -newkey "$2" -nodes -sha256 -days 36500 -subj "/CN=$1" -keyout "$work/$1.key" -out "$work/$1.crt"; }
new pkcs12 rsa:2048
new issuer rsa:2048
export_as() { # file, password, options
  file=$1 password=$2
  shift 2
  openssl pkcs12 -export -in "$work/pkcs12.crt" -inkey "$work/pkcs12.key" -passout "pass:$password" "$@" -out "$file.p12"
}
export_as openssl3 ''
export_as aes128 '' -keypbe AES-128-CBC -certpbe AES-128-CBC
export_as windows '' -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1 -certfile "$work/issuer.crt"
export_as plain '' -keypbe NONE -certpbe NONE
export_as password word
export_as rc2 '' -legacy
export_as many-iterations '' -iter 1000000
