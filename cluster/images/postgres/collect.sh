#!/bin/sh
# Copies PostgreSQL 15 and the libraries that it needs to a folder: the packages bring Perl, LLVM and more, which nobody runs.
set -eu
target=$1
mkdir -p "$target/usr/lib/postgresql" "$target/usr/share/postgresql"
cp -a /usr/lib/postgresql/15 "$target/usr/lib/postgresql/"
cp -a /usr/share/postgresql/15 "$target/usr/share/postgresql/"
# Compiling queries needs LLVM (110 MB); without this file PostgreSQL runs with jit off.
rm -rf "$target"/usr/lib/postgresql/15/lib/llvmjit* "$target"/usr/lib/postgresql/15/lib/bitcode
find "$target/usr/lib/postgresql" /usr/lib/*/libnss_wrapper.so -type f | xargs ldd 2>/dev/null \
  | awk '$3 ~ /^\// { print $3 }' | sort -u | while read -r library; do
    case $(basename "$library") in
      # The C library is the base's own.
      libc.so.* | libm.so.* | libpthread.so.* | libdl.so.* | librt.so.* | libresolv.so.*) continue ;;
    esac
    # /lib is a link to /usr/lib: everything goes under the real path.
    real=$(readlink -f "$library")
    folder=$target$(dirname "$real")
    mkdir -p "$folder"
    cp -a "$real" "$folder/"
    [ "$(basename "$library")" = "$(basename "$real")" ] || ln -sf "$(basename "$real")" "$folder/$(basename "$library")"
  done
wrapper=$(readlink -f /usr/lib/*/libnss_wrapper.so)
mkdir -p "$target/usr/local/lib"
cp "$wrapper" "$target/usr/local/lib/libnss_wrapper.so"
