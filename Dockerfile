# quartier in a container: a build, and Debian with nothing but the binary and the system's certificates.
#
#   docker build -t quartier .
#   docker run -p 127.0.0.1:8080:8080 -v quartier:/data --env-file quartier.env quartier
#
# What quartier.env has to say stands in docs/OPERATIONS.md: the address, and who answers for the site.
#
# Both stages are the same Debian, so that the binary finds the C library it was built with.
FROM rust:1-slim-trixie AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked --workspace --bin quartier

FROM debian:trixie-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data --create-home quartier
COPY --from=build /src/target/release/quartier /usr/local/bin/quartier
USER quartier
WORKDIR /data
VOLUME /data
EXPOSE 8080
ENV QUARTIER_SERVER_LISTEN=0.0.0.0:8080 QUARTIER_SERVER_DATA_DIR=/data
# The shell asks by itself: the image has no curl.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["quartier"]
CMD ["serve"]
