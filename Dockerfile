# The worker and the command line, without the embedded Temporal server. With `--build-arg PDF=yes` the image makes PDFs
# of cases too (`escalate export --pdf`), and is some 100 MB larger.
FROM python:3.11-slim-bookworm AS made

ARG PDF=no
WORKDIR /made
COPY requirements/build.txt requirements/production.txt requirements/pdf.txt requirements/
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes --no-build-isolation \
        -r "requirements/$(if [ "$PDF" = yes ]; then echo pdf; else echo production; fi).txt"

COPY pyproject.toml README.md LICENSE worker.py ./
COPY settings settings
COPY wiring wiring
COPY domain domain
COPY adapters adapters
COPY activities activities
COPY workflows workflows
COPY services services
COPY console console
COPY starter starter
# Compiled here for good: the one who runs it may not write beside it, and would compile at every start.
RUN /opt/venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
    && /opt/venv/bin/pip uninstall --yes setuptools wheel \
    && /opt/venv/bin/python -m compileall -q -f --invalidation-mode unchecked-hash /opt/venv/lib


FROM python:3.11-slim-bookworm

ARG PDF=no
# hadolint ignore=DL3008
RUN if [ "$PDF" = yes ]; then \
        apt-get update \
        && apt-get install --yes --no-install-recommends \
            libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
        && rm -rf /var/lib/apt/lists/*; \
    fi

RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin escalation \
    && install -d -o escalation -m 750 /var/lib/escalation
COPY --from=made /opt/venv /opt/venv
COPY deploy/healthy.py /opt/escalation/healthy.py
COPY policies /opt/escalation/policies
COPY directories /opt/escalation/directories

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ESCALATION_DATA=/var/lib/escalation \
    ESCALATION_POLICIES=/opt/escalation/policies \
    ESCALATION_DIRECTORIES=/opt/escalation/directories

WORKDIR /var/lib/escalation
USER 10001
VOLUME /var/lib/escalation
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s --retries=3 CMD ["python", "/opt/escalation/healthy.py"]
ENTRYPOINT ["escalate"]
CMD ["--help"]
