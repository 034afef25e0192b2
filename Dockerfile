# syntax=docker/dockerfile:1
# Every RUN below is a step that the npm scripts also run, and test/project/dockerfile.test.ts runs
# them where there is no Docker engine.
#
#   docker build -t heartbeat .
#   docker run --network host -v heartbeat:/var/lib/heartbeat heartbeat
ARG NODE_IMAGE=node:24-slim

# ---- builds dist/ with everything that package-lock.json names
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY gen ./gen
COPY src ./src
COPY web ./web
RUN npm run build

# ---- installs what runs, and nothing else
FROM ${NODE_IMAGE} AS production
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm run install:production

# ---- what is shipped
FROM ${NODE_IMAGE}
ENV NODE_ENV=production
ENV PATH=/app/bin:$PATH
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=production /app/node_modules ./node_modules
COPY --from=build /app/gen ./gen
COPY --from=build /app/dist ./dist
COPY --chmod=755 deploy/docker/heartbeat ./bin/heartbeat
# Where the journal is. Mount a volume on it, a local one of which one container at a time has the use: it
# takes over the owner from here. Without one the state ends with the container. There is no VOLUME on
# purpose: it would leave a nameless volume behind with every container, and keep nothing for the next.
ENV HEARTBEAT_DATA_DIR=/var/lib/heartbeat
COPY --chown=1000:1000 deploy/docker/state /var/lib/heartbeat

# The image's own unprivileged user, as a number, so that Kubernetes can tell that it is not root.
USER 1000:1000
EXPOSE 50051 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=5s --retries=3 CMD ["heartbeat", "status", "--health"]
ENTRYPOINT ["heartbeat"]

# On loopback, where the containers of the same pod, or of the same host with --network host, reach it.
# To let others in, give it TLS or a guard of your own, and say so:
#
#   docker run -p 50051:50051 -v "$PWD/tls:/tls:ro" heartbeat serve --grpc-address 0.0.0.0:50051 \
#     --tls-cert /tls/server.crt --tls-key /tls/server.key
#   docker run -p 127.0.0.1:50051:50051 heartbeat serve --grpc-address 0.0.0.0:50051 --insecure
#
# The health check asks 127.0.0.1:50051. On another port it needs HEARTBEAT_SERVER; with TLS it needs
# HEARTBEAT_CA (or HEARTBEAT_TLS=true), and HEARTBEAT_SERVER when the certificate does not name 127.0.0.1.
CMD ["serve"]
