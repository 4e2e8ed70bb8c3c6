# The emulator as a container: docs/run-anywhere.md says how it is run, and how this file is tested.

FROM debian:trixie-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends python3-venv
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY specs specs
COPY fixtures fixtures
COPY emulator emulator
COPY contract_tests contract_tests
ARG EXTRAS=postgres
RUN python3 -m venv /opt/trendyol-emulator \
 && /opt/trendyol-emulator/bin/pip install --no-cache-dir ".[$EXTRAS]" \
 && /opt/trendyol-emulator/bin/pip uninstall -y pip

FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends python3 ca-certificates \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* \
 && mkdir -p /etc/trendyol-emulator/worlds && install -d -o 10001 -g 10001 /data
COPY --from=build /opt/trendyol-emulator /opt/trendyol-emulator
ENV PATH=/opt/trendyol-emulator/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/data TMPDIR=/data \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    TRENDYOL_EMULATOR_CACHE=/data/cache \
    TRENDYOL_EMULATOR_HOST=0.0.0.0 \
    TRENDYOL_EMULATOR_PORT=8080 \
    TRENDYOL_EMULATOR_WORLDS=/etc/trendyol-emulator/worlds
USER 10001:10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 CMD ["trendyol-emulator", "health"]
ENTRYPOINT ["trendyol-emulator"]
CMD ["serve"]
