# docker build -t mockserver . && docker run --rm -p 127.0.0.1:4010:4010 -e MOCKSERVER_CONTROL_TOKEN mockserver
FROM python:3.13-slim AS build
WORKDIR /source
COPY . .
RUN python -m venv /opt/mockserver && /opt/mockserver/bin/pip install --no-cache-dir .

FROM python:3.13-slim
COPY --from=build /opt/mockserver /opt/mockserver
# Only here: all addresses of a container are its own, and what may reach them is said by -p.
ENV PATH=/opt/mockserver/bin:$PATH MOCKSERVER_HOST=0.0.0.0 MOCKSERVER_PORT=4010
# Your contract, with fixtures/ and scenarios/ beside it, is mounted here.
WORKDIR /data
# A number, so that a cluster sees that it is not root.
USER 10001:10001
EXPOSE 4010
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 \
    CMD ["python", "-c", "import os, http.client as http; it = http.HTTPConnection('127.0.0.1', int(os.environ['MOCKSERVER_PORT'])); it.request('GET', os.environ.get('MOCKSERVER_CONTROL_PREFIX', '/__mock') + '/health'); raise SystemExit(it.getresponse().status != 200)"]
# The exec form: SIGTERM reaches the server itself, which lets the exchanges in flight finish.
ENTRYPOINT ["mockserver"]
