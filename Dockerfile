# docker build -t mockserver . && docker run --rm -p 127.0.0.1:4010:4010 -e MOCKSERVER_CONTROL_TOKEN mockserver
FROM python:3.13-slim AS build
WORKDIR /source
COPY . .
RUN python -m venv /opt/mockserver && /opt/mockserver/bin/pip install --no-cache-dir .

FROM python:3.13-slim
COPY --from=build /opt/mockserver /opt/mockserver
# 0.0.0.0 is safe in a container, because -p decides who can reach it.
ENV PATH=/opt/mockserver/bin:$PATH MOCKSERVER_HOST=0.0.0.0 MOCKSERVER_PORT=4010
# Mount your contract here, with fixtures/ and scenarios/ beside it.
WORKDIR /data
# A number shows Kubernetes that the user is not root.
USER 10001:10001
EXPOSE 4010
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 \
    CMD ["python", "-c", "import os, http.client as http; it = http.HTTPConnection('127.0.0.1', int(os.environ.get('MOCKSERVER_CONTROL_PORT') or os.environ['MOCKSERVER_PORT'])); it.request('GET', os.environ.get('MOCKSERVER_CONTROL_PREFIX', '/__mock') + '/health'); raise SystemExit(it.getresponse().status != 200)"]
# The exec form: SIGTERM reaches the server itself, which then finishes its open exchanges.
ENTRYPOINT ["mockserver"]
