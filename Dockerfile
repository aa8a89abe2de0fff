# The relay and the pages that it serves. `docker compose up` builds and starts it (compose.yaml).
#
# Node of the current long-term support; 20.19 is the oldest that the relay runs on. Any image with `node`, `npm` and a
# shell will do: --build-arg NODE_IMAGE=registry.example/node:24
ARG NODE_IMAGE=docker.io/library/node:26-alpine

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# No package of ours needs its install script to build the relay and the pages.
RUN npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
COPY . .
# What only the build needs goes, with the compiler that one package would use if it were there. /empty becomes the data folder, which has to be the relay's user's.
RUN npm run build && npm prune --omit=dev --omit=optional --ignore-scripts --loglevel=error && mkdir /empty

FROM ${NODE_IMAGE}
# 0.0.0.0: within the container's own network; compose.yaml says who reaches it from outside.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=5001 DATA_DIR=/data
WORKDIR /app
# Root's, so that the relay cannot change its own program. It needs /data to write to, and nothing else.
COPY --from=build /src/package.json /src/LICENSE /app/
COPY --from=build /src/deploy/container/health.mjs /app/deploy/container/health.mjs
COPY --from=build /src/node_modules /app/node_modules
COPY --from=build /src/dist/relay /app/dist/relay
COPY --from=build /src/dist/kiosk /app/dist/kiosk
COPY --from=build --chown=1000:1000 /empty /data
USER 1000:1000
VOLUME /data
EXPOSE 5001
# On SIGTERM held polls are answered and the last writes finished.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "/app/deploy/container/health.mjs"]
CMD ["node", "/app/dist/relay/main.js"]
