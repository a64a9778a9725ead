/** A connection that lets PostgreSQL keep the plan of each statement that has parameters: short ones are said again and again. */
import pg from 'pg';

/** Statements with lists of parameters come in many lengths, and are not worth keeping. */
const limitStatements = 500;
const limitTextLength = 4000;

/** By text, the same in every connection. */
const names = new Map<string, string>();

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= limitStatements || text.length > limitTextLength) return known;
  const name = `s${names.size + 1}`;
  names.set(text, name);
  return name;
}

export class PreparedClient extends pg.Client {
  // The driver has ten ways to call this; Kysely uses the one with text and values, and the rest pass through.
  override query(...given: unknown[]): never {
    const [text, values, ...rest] = given;
    const name = typeof text === 'string' && Array.isArray(values) ? nameOf(text) : undefined;
    const asked = name === undefined ? given : [{ name, text, values }, ...rest];
    return (super.query as (...asked: unknown[]) => never).apply(this, asked);
  }
}
