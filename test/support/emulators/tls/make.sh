#!/bin/sh
# Makes the throw-away certificates of the emulators anew, in this folder. They are worth nothing: their keys are public.
# Needs OpenSSL 3. Valid for 100 years, so that no test ever fails because of the date.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
days=36500

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days $days -subj '/CN=Test authority of the emulators' \
  -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign' -keyout "$work/ca.key" -out ca.crt

leaf() { # name, subject, key options, extensions
  printf '%b' "basicConstraints=critical,CA:FALSE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n$4" >"$work/$1.ext"
  openssl req -new $3 -nodes -sha256 -subj "$2" -keyout "$1.key" -out "$work/$1.csr"
  openssl x509 -req -in "$work/$1.csr" -CA ca.crt -CAkey "$work/ca.key" -CAcreateserial -CAserial "$work/ca.srl" -sha256 -days $days \
    -extfile "$work/$1.ext" -out "$1.crt"
}

leaf server '/CN=localhost' '-newkey ec -pkeyopt ec_paramgen_curve:P-256' \
  'keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\nsubjectAltName=DNS:localhost,DNS:*.localhost,DNS:demo-vault.vault.azure.net,DNS:vault.demo.example,DNS:webhook.demo.example,DNS:kubernetes.demo.example,IP:127.0.0.1,IP:::1\n'
# RSA, because Entra ID takes client assertions that are signed with RSA only.
leaf client '/CN=test-client' '-newkey rsa:2048' 'keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n'
openssl pkcs12 -export -in client.crt -inkey client.key -passout pass: -out client.p12
