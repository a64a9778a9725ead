/** Serves the built portal: its page for a few paths, and assets whose names change whenever their content does. */
import { extname, join } from 'node:path';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { answerRefusal, exchangeOf, methodNotAllowed } from './exchange.ts';

export interface PortalFiles {
  /** What `vite build` made: index.html and assets/. */
  readonly folder: string;
  /** Paths that show the page; it does its own routing among them. Express' own patterns: `/projects{/*rest}`. */
  readonly pages: readonly string[];
}

/** Every address of the portal, as src/portal/places.ts has them; at any other the page says that there is nothing. */
export const portalPages: readonly string[] = [
  '/',
  '/status',
  '/signed-in',
  '/account',
  '/projects{/*rest}',
  '/staff{/*rest}',
];

/**
 * The worker that checks a file before it is sent runs the engine's WebAssembly. Its own answer alone allows that: a
 * worker goes by the policy it came with, and no page's policy is widened.
 */
const checkWorker = /^\/check-worker-[\w-]+\.js$/;
const checkWorkerPolicy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; " +
  "form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

const readMethods = 'GET, HEAD';

/** Mounts pages and assets. The page is asked for anew each time, so that it always names assets that exist. */
export function mountPortal(app: Express, portal: PortalFiles): void {
  for (const path of portal.pages) {
    app.get(path, (req, res) => {
      exchangeOf(req).route = path;
      return sendPage(portal, 200, res);
    });
    app.all(path, (req, res) => answerRefusal(methodNotAllowed(readMethods), req, res));
  }
  const assets = express.static(join(portal.folder, 'assets'), {
    immutable: true,
    maxAge: '1y',
    index: false,
    redirect: false,
    dotfiles: 'ignore',
  });
  app.use('/assets', markAsset, preferCompressed, assets, asItIs, assets);
}

function markAsset(req: Request, res: Response, next: NextFunction): void {
  exchangeOf(req).route = '/assets';
  res.vary('Accept-Encoding');
  if (checkWorker.test(req.path)) res.setHeader('content-security-policy', checkWorkerPolicy);
  next();
}

/** The build lays NAME.gz beside what gains by it. Looks for that first when the client takes it. */
function preferCompressed(req: Request, res: Response, next: NextFunction): void {
  if (req.acceptsEncodings('gzip') === 'gzip') {
    res.type(extname(req.path));
    res.setHeader('content-encoding', 'gzip');
    req.url = `${req.path}.gz`;
  }
  next();
}

/** There was no compressed form: back to the name that was asked for. */
function asItIs(req: Request, res: Response, next: NextFunction): void {
  if (res.hasHeader('content-encoding')) {
    res.removeHeader('content-encoding');
    res.removeHeader('content-type');
    req.url = req.path.slice(0, -'.gz'.length);
  }
  next();
}

/** True for a person's browser that asks for a page; programs ask for JSON or for anything. */
export function wantsPage(req: Request): boolean {
  const reads = req.method === 'GET' || req.method === 'HEAD';
  return reads && !/^\/(api|assets)(\/|$)/.test(req.path) && req.accepts(['json', 'html']) === 'html';
}

/** Sends the page; rejects when it has not been built. */
export function sendPage(portal: PortalFiles, status: number, res: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    res.status(status);
    res.sendFile(
      'index.html',
      { root: portal.folder, cacheControl: false, headers: { 'cache-control': 'no-cache' } },
      (error?: Error) => (error === undefined ? resolve() : reject(error)),
    );
  });
}
