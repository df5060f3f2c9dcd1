#!/bin/sh
# fetch.sh PACKAGES KERNEL: gets Debian's GNU Mach (kernel, headers, MIG) of the i386 architecture into the folder
# PACKAGES, and its kernel, unpacked, into the file KERNEL. Installs nothing, and leaves the system's settings of
# packages alone. Source: facts gnumach 1.
set -eu
packages=$1 kernel=$2
names="gnumach-image-1.8-486 gnumach-dev mig-i686-gnu"
done=$packages/done

[ "$(cat "$done" 2>/dev/null)" != "$names" ] || [ ! -e "$kernel" ] || exit 0

rm -rf "$packages"
mkdir -p "$packages/apt/lists/partial" "$packages/apt/cache/archives/partial"
cd "$packages"

private_apt() {
  apt-get -qq -o APT::Architecture=i386 -o APT::Architectures::=i386 -o Dir::State::lists="$PWD/apt/lists" \
    -o Dir::Cache="$PWD/apt/cache" -o Dir::State::status=/dev/null -o APT::Sandbox::User=root "$@"
}

# An update complains of sources that have no i386; whether it was enough, the download tells.
private_apt update || true
# shellcheck disable=SC2086
private_apt download $names || {
  echo "fetch.sh: the Debian packages $names (i386) cannot be downloaded" >&2
  exit 1
}
for package in *.deb; do
  dpkg-deb -x "$package" unpacked
done
gzip -dc unpacked/boot/gnumach-1.8-486.gz >"$kernel.new"
mv "$kernel.new" "$kernel"
rm -rf apt ./*.deb
printf '%s' "$names" >"$done"
