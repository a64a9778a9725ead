# Node 24, built in one stage and run in another, as an unprivileged user. The database is outside (DATABASE_URL);
# sealed bodies and mail are under /data, the root key is mounted read-only and never part of /data.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev --omit=optional

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    DATASLUSE_DATA=/data \
    DATASLUSE_ROOT_KEY=/keys/root.key \
    DATASLUSE_HTTP=0.0.0.0:8080 \
    DATASLUSE_SFTP=0.0.0.0:2222
RUN groupadd --system --gid 10001 datasluse \
 && useradd --system --uid 10001 --gid datasluse --no-create-home datasluse \
 && mkdir /data /keys && chown datasluse:datasluse /data /keys && chmod 0700 /data /keys
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/bin ./bin
COPY --from=build /app/dist ./dist
COPY --from=build /app/node_modules ./node_modules
USER datasluse
VOLUME ["/data"]
EXPOSE 8080 2222
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
# The arguments of `npm start`: docs/performance.md says what they are worth.
CMD ["node", "--max-semi-space-size=4", "--initial-old-space-size=128", "dist/main.js", "serve"]
