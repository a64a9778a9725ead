/** The express application of the HTTP doors: headers, bodies, routes, the portal's files, and what is said when nothing fits. */
import type { RequestListener } from 'node:http';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { monotonicMs } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import {
  answerError,
  answerRefusal,
  type Exchange,
  exchangeOf,
  type Identify,
  methodNotAllowed,
  openExchange,
  serveRoute,
} from './exchange.ts';
import { mountPortal, type PortalFiles, sendPage, wantsPage } from './portal-files.ts';
import { malformed, noSuchPlace, wrongMediaType } from './problem.ts';
import type { Route } from './route.ts';

/** What a counter wants to know of a request that is over. `status` is 499 when the client left first. */
export interface RequestInfo {
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
}

export interface AppDeps {
  readonly log: Log;
  readonly random: Pick<Random, 'uuid'>;
  readonly routes: readonly Route[];
  /** Who sends a request; without it nobody is signed in. */
  readonly identify?: Identify;
  /** Absent when the process serves no page. */
  readonly portal?: PortalFiles;
  readonly onRequest?: (info: RequestInfo) => void;
  /** Applications of others below a path of their own. */
  readonly mounts?: readonly { readonly path: string; readonly handler: RequestListener }[];
}

/** A JSON body. What is larger is a file and has doors of its own. */
const limitBodyBytes = 1024 * 1024;

/** Builds the application; throws plainly when two routes claim the same method and path. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', false);
  app.set('case sensitive routing', true);
  app.set('strict routing', true);

  app.use((req, res, next) => {
    const exchange = openExchange(deps.log, deps.random.uuid(), req, res);
    if (deps.onRequest !== undefined) reportWhenOver(exchange, req, res, deps.onRequest);
    next();
  });
  app.use(securityHeaders());
  app.use(refuseMalformedPath);
  mountRoutes(app, deps.routes, deps.identify);
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
  try {
    decodeURIComponent(req.path);
  } catch {
    answerRefusal(malformed, req, res);
    return;
  }
  next();
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
function mountRoutes(app: Express, routes: readonly Route[], identify: Identify | undefined): void {
  const byPath = new Map<string, Route[]>();
  for (const route of routes) byPath.set(route.path, [...(byPath.get(route.path) ?? []), route]);
  const paths = [...byPath].sort(([a], [b]) => (sortKey(a) < sortKey(b) ? -1 : 1));
  for (const [path, atPath] of paths) mountPath(app, path, atPath, identify);
}

/** `{` comes after every letter, digit and mark that a fixed segment may have, but `~`. */
function sortKey(path: string): string {
  return path.replaceAll('{', '\uffff');
}

function mountPath(
  app: Express,
  path: string,
  routes: readonly Route[],
  identify: Identify | undefined,
): void {
  const expressPath = path.replaceAll(/\{(\w+)\}/g, ':$1');
  const methods = routes.map((route) => route.method);
  if (new Set(methods).size < methods.length) throw new Error(`Two routes claim one method of ${path}.`);
  const allow = [
    ...methods.map((method) => method.toUpperCase()),
    ...(methods.includes('get') ? ['HEAD'] : []),
  ]
    .sort()
    .join(', ');

  app.all(expressPath, (req, _res, next) => {
    exchangeOf(req).route = path;
    next();
  });
  for (const route of routes) {
    const handlers = route.request.body === undefined ? [] : [requireJson, readJson];
    app[route.method](expressPath, ...handlers, (req: Request, res: Response) =>
      serveRoute(route, identify, req, res),
    );
  }
  app.options(expressPath, (_req, res) => {
    res.setHeader('allow', allow);
    res.status(204).end();
  });
  app.all(expressPath, (req, res) => answerRefusal(methodNotAllowed(allow), req, res));
}

function requireJson(req: Request, res: Response, next: NextFunction): void {
  if (req.is('application/json') === false) answerRefusal(wrongMediaType, req, res);
  else next();
}

// Compressed bodies are refused: nothing that small gains by it, and a few bytes can unfold to the limit many times over.
const readJson = express.json({ limit: limitBodyBytes, inflate: false, strict: false });
