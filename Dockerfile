# docker build -t etcd-sentinel-exporter .                                     this machine's architecture
# docker buildx build --platform linux/amd64,linux/arm64 -t … .                both, without emulation
# docker build --build-arg TESTS=true .                                        fails if a unit test fails
# docker build --secret id=nuget,src=NuGet.Config .                            with another package feed
#
# Pinned by content: each digest is that of an index with amd64 and arm64. The tag is for people.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0.401-noble@sha256:e70cdb7f80b0348f5cb85f19a8f670fca061f033d57eed12fa003d58b0e06317
ARG DEBIAN_IMAGE=docker.io/library/debian:trixie-20260713-slim@sha256:020c0d20b9880058cbe785a9db107156c3c75c2ac944a6aa7ab59f2add76a7bd
ARG GLIBC_IMAGE=docker.io/library/debian:bullseye-20260803-slim@sha256:f313b4bd62667092a59b3a664d7d3ab8b5e65f41675f48e81455a15dc5abe792

FROM --platform=$BUILDPLATFORM ${GLIBC_IMAGE} AS sysroot
ARG TARGETARCH
COPY deploy/image/sysroot /usr/local/bin/sysroot
RUN sysroot "${TARGETARCH:-amd64}" /sysroot

FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS build
ARG TARGETARCH
# clang links for both architectures.
RUN apt-get -qq update && apt-get -qq install -y --no-install-recommends clang lld llvm >/dev/null && rm -rf /var/lib/apt/lists/*
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 DOTNET_EnableDiagnostics=0
WORKDIR /work
# The files that list the packages come first: a change of the sources does not restore again.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/EtcdSentinelExporter/EtcdSentinelExporter.csproj src/EtcdSentinelExporter/Runtime.props \
  src/EtcdSentinelExporter/packages.lock.json src/EtcdSentinelExporter/
RUN --mount=type=cache,id=nuget,target=/root/.nuget/packages --mount=type=secret,id=nuget,target=/root/.nuget/NuGet/NuGet.Config \
    case "${TARGETARCH:-amd64}" in arm64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac && echo "$rid" >/rid && \
    dotnet restore src/EtcdSentinelExporter --locked-mode && \
    dotnet restore src/EtcdSentinelExporter -p:RuntimeIdentifier="$rid"
COPY --from=sysroot /sysroot /sysroot
COPY . .
ARG TESTS=false
RUN --mount=type=cache,id=nuget,target=/root/.nuget/packages --mount=type=secret,id=nuget,target=/root/.nuget/NuGet/NuGet.Config \
    if [ "$TESTS" = true ]; then dotnet test --project tests/EtcdSentinelExporter.Tests -c Release; fi
ARG REVISION=
RUN --mount=type=cache,id=nuget,target=/root/.nuget/packages \
    dotnet publish src/EtcdSentinelExporter -c Release -r "$(cat /rid)" --no-restore -o /out \
      -p:SysRoot=/sysroot -p:CppCompilerAndLinker=clang -p:LinkerFlavor=lld \
      -p:ContinuousIntegrationBuild=true -p:RunAnalyzers=false ${REVISION:+-p:SourceRevisionId=$REVISION}

FROM --platform=$BUILDPLATFORM ${DEBIAN_IMAGE} AS root
ARG TARGETARCH
ARG SOURCE_DATE_EPOCH=0
COPY deploy/image/root /usr/local/bin/root
RUN root "${TARGETARCH:-amd64}" /rootfs

FROM scratch
ARG REVISION=
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="etcd-sentinel-exporter" \
      org.opencontainers.image.description="Prometheus exporter for etcd members, their disks and certificates." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/etcd-sentinel/etcd-sentinel-exporter" \
      org.opencontainers.image.documentation="https://github.com/etcd-sentinel/etcd-sentinel-exporter/tree/v0.1.0/docs" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=root /rootfs/ /
COPY --from=build /out/etcd-sentinel-exporter /usr/bin/etcd-sentinel-exporter
COPY LICENSE THIRD-PARTY-NOTICES.md /usr/share/doc/etcd-sentinel-exporter/
ENV PATH=/usr/sbin:/usr/bin
USER 65534:65534
EXPOSE 10379
ENTRYPOINT ["/usr/bin/etcd-sentinel-exporter"]
