/** The express application of the HTTP doors: headers, bodies, routes, the portal's files, and what is said when nothing fits. */
import type { RequestListener } from 'node:http';
import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import helmet from 'helmet';
import { monotonicMs } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import {
  answerError,
  answerRefusal,
  type Exchange,
  exchangeOf,
  type Guarding,
  methodNotAllowed,
  openExchange,
  type Serving,
  serveRoute,
} from './exchange.ts';
import { mountPortal, type PortalFiles, sendPage, wantsPage } from './portal-files.ts';
import { bytesWanted, malformed, noSuchPlace, wrongMediaType } from './problem.ts';
import { type BodyLimits, bidContinue, defaultBodyLimits, limitBody } from './request-body.ts';
import type { Route } from './route.ts';

/** What a counter wants to know of a request that is over. `status` is 499 when the client left first. */
export interface RequestInfo {
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
}

export interface AppDeps extends Guarding {
  readonly log: Log;
  readonly random: Pick<Random, 'uuid'>;
  readonly routes: readonly Route[];
  /** Absent when the process serves no page. */
  readonly portal?: PortalFiles;
  readonly onRequest?: (info: RequestInfo) => void;
  /** Addresses and networks of proxies whose X-Forwarded-For is believed. */
  readonly proxies?: readonly string[];
  readonly bodyLimits?: Partial<BodyLimits>;
  /** Applications of others below a path of their own. */
  readonly mounts?: readonly { readonly path: string; readonly handler: RequestListener }[];
}

/** A JSON body. What is larger is a file and has doors of its own. */
const limitBodyBytes = 1024 * 1024;

/** Builds the application; throws plainly when two routes claim the same method and path. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  const limits = { ...defaultBodyLimits, ...deps.bodyLimits };
  app.disable('x-powered-by');
  app.set('trust proxy', (deps.proxies ?? []).length > 0 && [...(deps.proxies ?? [])]);
  app.set('case sensitive routing', true);
  app.set('strict routing', true);

  app.use((req, res, next) => {
    limitBody(req, res, limits);
    const exchange = openExchange(deps.log, deps.random.uuid(), req, res);
    if (deps.onRequest !== undefined) reportWhenOver(exchange, req, res, deps.onRequest);
    next();
  });
  app.use(securityHeaders());
  app.use(refuseMalformedPath);
  mountRoutes(app, deps.routes, { ...deps, bodies: limits });
  for (const { path, handler } of deps.mounts ?? []) {
    app.use(path, (req, res) => {
      exchangeOf(req).route = path;
      handler(req, res);
    });
  }
  if (deps.portal !== undefined) mountPortal(app, deps.portal);

  app.use((req: Request, res: Response) => {
    if (deps.portal !== undefined && wantsPage(req)) return sendPage(deps.portal, 404, res);
    return answerRefusal(noSuchPlace, req, res);
  });
  // Express knows an error handler by its four parameters.
  app.use((thrown: unknown, req: Request, res: Response, _next: NextFunction) =>
    answerError(thrown, req, res),
  );
  return app;
}

function reportWhenOver(
  exchange: Exchange,
  req: Request,
  res: Response,
  onRequest: (info: RequestInfo) => void,
): void {
  const startMs = monotonicMs();
  res.once('close', () =>
    onRequest({
      route: exchange.route,
      method: req.method,
      status: res.writableFinished ? res.statusCode : 499,
      seconds: (monotonicMs() - startMs) / 1000,
    }),
  );
}

function refuseMalformedPath(req: Request, res: Response, next: NextFunction): void {
  if (isReadable(req.path) && !nul.test(req.url)) next();
  else answerRefusal(malformed, req, res);
}

/** No text in the database can have it, and nothing has such a name. */
const nul = /%00|\0/;

function isReadable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function securityHeaders(): ReturnType<typeof helmet> {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'img-src': ["'self'", 'data:'],
        'font-src': ["'self'"],
        'connect-src': ["'self'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
        'base-uri': ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
  });
}

/** Paths with fixed segments go before those with parameters, so that `/a/me` is never taken for `/a/{id}`. */
function mountRoutes(app: Express, routes: readonly Route[], serving: Serving): void {
  const byPath = new Map<string, Route[]>();
  for (const route of routes) byPath.set(route.path, [...(byPath.get(route.path) ?? []), route]);
  const paths = [...byPath].sort(([a], [b]) => (sortKey(a) < sortKey(b) ? -1 : 1));
  for (const [path, atPath] of paths) mountPath(app, path, atPath, serving);
}

/** `{` comes after every letter, digit and mark that a fixed segment may have, but `~`. */
function sortKey(path: string): string {
  return path.replaceAll('{', '\uffff');
}

function mountPath(app: Express, path: string, routes: readonly Route[], serving: Serving): void {
  const expressPath = path.replaceAll(/\{(\w+)\}/g, ':$1');
  const methods = routes.map((route) => route.method);
  if (new Set(methods).size < methods.length) throw new Error(`Two routes claim one method of ${path}.`);
  const allow = [
    ...methods.map((method) => method.toUpperCase()),
    ...(methods.includes('get') && !methods.includes('head') ? ['HEAD'] : []),
  ]
    .sort()
    .join(', ');

  app.all(expressPath, (req, res, next) => {
    exchangeOf(req).route = path;
    for (const [name, value] of routes.flatMap((route) => Object.entries(route.headers)))
      res.setHeader(name, value);
    next();
  });
  // Express lets `get` answer HEAD too, so a route for HEAD goes first.
  for (const route of [...routes].sort((a, b) => rank(a) - rank(b))) {
    app[route.method](expressPath, ...bodyReaders(route), (req: Request, res: Response) =>
      serveRoute(route, serving, req, res),
    );
  }
  app.options(expressPath, (_req, res) => {
    res.setHeader('allow', allow);
    res.status(204).end();
  });
  app.all(expressPath, (req, res) => answerRefusal(methodNotAllowed(allow), req, res));
}

function bodyReaders({ request }: Route): RequestHandler[] {
  if (request.body !== undefined) return [requireJson, bid, readJson, refuseStrange];
  if (request.bytes === undefined) return [];
  const read = express.raw({ type: () => true, limit: request.bytes.limitBytes, inflate: false });
  return [requireBytes, bid, read];
}

/** Deeper than any description is; what walks a body by calling itself runs out of stack some thousands down. */
const limitDepth = 100;

function refuseStrange(req: Request, res: Response, next: NextFunction): void {
  let level: unknown[] = [req.body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limitDepth || level.some(holdsNul)) {
      answerRefusal(malformed, req, res);
      return;
    }
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : [],
    );
  }
  next();
}

function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  return typeof value === 'object' && value !== null && Object.keys(value).some((key) => key.includes('\0'));
}

function requireBytes(req: Request, res: Response, next: NextFunction): void {
  if (req.is('application/octet-stream') === false) answerRefusal(bytesWanted, req, res);
  else next();
}

function rank(route: Route): number {
  return route.method === 'head' ? 0 : 1;
}

function bid(req: Request, res: Response, next: NextFunction): void {
  bidContinue(req, res);
  next();
}

function requireJson(req: Request, res: Response, next: NextFunction): void {
  if (req.is('application/json') === false) answerRefusal(wrongMediaType, req, res);
  else next();
}

// Compressed bodies are refused: nothing that small gains by it, and a few bytes can unfold to the limit many times over.
const readJson = express.json({ limit: limitBodyBytes, inflate: false, strict: false });
