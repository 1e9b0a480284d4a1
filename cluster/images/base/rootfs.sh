#!/bin/sh
# Makes the root file system of the base image: rootfs.sh OUTPUT.tar WORK-DIRECTORY [MIRROR [SECURITY-MIRROR]]
# Runs as root in a mount namespace of its own, so that nothing stays mounted when it is killed.
set -eu
output=$1 work=$2 mirror=${3:-} security=${4:-}
suite=bookworm
root=$work/root

# A mirror that is not named is debootstrap's own default.
debootstrap --variant=minbase --include=python3,ca-certificates,tzdata "$suite" "$root" ${mirror:+"$mirror"}

# What packages bring along and no container reads: manuals, translations, documentation (licences stay).
cat > "$root/etc/dpkg/dpkg.cfg.d/slim" <<END
path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
path-exclude=/usr/share/info/*
path-exclude=/usr/share/lintian/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/share/man/*
END
cat > "$root/etc/apt/apt.conf.d/slim" <<END
APT::Install-Recommends "false";
Acquire::Languages "none";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };
END
if [ -n "$security" ]; then
  echo "deb $security $suite-security main" >> "$root/etc/apt/sources.list"
fi
# No service may start inside of an image build.
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"

mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
cp /etc/resolv.conf "$root/etc/resolv.conf"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
chroot "$root" apt-get -q update
chroot "$root" apt-get -q -y dist-upgrade
umount -R "$root/proc" "$root/dev"
: > "$root/etc/resolv.conf"

# Where a build mounts the machine's pip settings: what is there already leaves no trace in an image.
mkdir -p "$root/var/cache/pip"
: > "$root/etc/pip.conf"
ln -sf python3 "$root/usr/bin/python"
cd "$root"
find usr/share/doc -type f ! -name copyright -delete
find usr/share/doc -type l -delete
find usr/share/doc -type d -empty -delete
rm -rf usr/share/info/* usr/share/lintian/* usr/share/locale/* usr/share/man/* usr/share/bash-completion \
       usr/lib/python3.11/lib2to3 usr/lib/python3.11/pydoc_data \
       var/cache/apt/*.bin var/cache/apt/archives/*.deb var/cache/debconf/*-old var/cache/ldconfig var/lib/dpkg/*-old \
       var/lib/apt/lists/* var/log/* tmp/* var/tmp/* run/* debootstrap
mkdir -p var/lib/apt/lists/partial
tar --numeric-owner --sort=name -cf "$output" .
