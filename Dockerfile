# The image "init": one static binary and its links, and nothing else. For your own image:
#   COPY --from=init / /usr/local/bin/
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build

# what Native AOT links with
RUN command -v clang >/dev/null && command -v ld.lld >/dev/null && [ -e /usr/include/zlib.h ] \
 || { apt-get update && apt-get install -y --no-install-recommends clang lld zlib1g-dev && rm -rf /var/lib/apt/lists/*; }

WORKDIR /source
COPY Directory.*.props .editorconfig ./
COPY src/ src/
# The cache keeps NuGet's packages out of the layer, and for the next build.
RUN --mount=type=cache,target=/root/.nuget/packages \
    case $(uname -m) in x86_64) rid=linux-x64 ;; aarch64) rid=linux-arm64 ;; esac \
 && dotnet publish src/Init -c Release -r $rid -o /publish --nologo -v quiet \
 && install -D /publish/init /image/init \
 && for link in supervisord supervisorctl echo_supervisord_conf pidproxy; do ln -s init /image/$link; done

FROM scratch
COPY --from=build /image/ /
ENTRYPOINT ["/init"]
