/** The portal's texts: none missing, none empty, none that no page shows. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { languages } from '../../../src/portal/catalogue.ts';

const root = join(import.meta.dirname, '..', '..', '..', 'src', 'portal');
const all = readdirSync(root, { recursive: true, encoding: 'utf8' });
const catalogueFiles = all.filter((name) => /(^|\/)texts\/[a-z-]+\.ts$/.test(name));
const code = all
  .filter((name) => /\.tsx?$/.test(name) && !catalogueFiles.includes(name))
  .map((name) => readFileSync(join(root, name), 'utf8'))
  .join('\n');

type Text = string | readonly string[] | ((...given: never[]) => string) | { readonly [key: string]: Text };

interface Leaf {
  readonly path: string;
  readonly value: Exclude<Text, { readonly [key: string]: Text }>;
}

function leavesOf(text: Text, path = ''): Leaf[] {
  if (typeof text === 'object' && !Array.isArray(text)) {
    const children = text as Readonly<Record<string, Text>>;
    return Object.entries(children).flatMap(([key, child]) =>
      leavesOf(child, path === '' ? key : `${path}.${key}`),
    );
  }
  return [{ path, value: text as Leaf['value'] }];
}

/** Shown by its own name, or as one of a group that is looked up by a key: `texts.phases[phase]`. */
function isShown(path: string): boolean {
  const keys = path.split('.');
  const last = keys.at(-1) ?? '';
  const group = keys.at(-2);
  if (new RegExp(`\\.${last}\\b|\\{[^{}]*\\b${last}\\b[^{}]*\\} = use`).test(code)) return true;
  return group !== undefined && new RegExp(`\\b${group}\\[|hasOwn\\(${group},`).test(code);
}

test('there is a catalogue for each group of pages', () => {
  expect(catalogueFiles.length).toBeGreaterThan(6);
});

describe.each(catalogueFiles)('%s', async (name) => {
  const module = (await import(join(root, name))) as Record<string, Record<string, Text>>;
  const [texts = {}] = Object.values(module);

  test('says the same things in every language', () => {
    expect(Object.keys(texts)).toEqual([...languages]);
    const shape = (text: Text) =>
      leavesOf(text).map(({ path, value }) =>
        Array.isArray(value) ? `${path} ${value.length}` : `${path} ${typeof value}`,
      );
    for (const language of languages) expect(shape(texts[language] ?? '')).toEqual(shape(texts.nb ?? ''));
  });

  test('says something each time, and nothing in the wrong letters', () => {
    for (const language of languages) {
      for (const { path, value } of leavesOf(texts[language] ?? '')) {
        const said = typeof value === 'function' ? value(...(['7', '9'] as never[])) : String(value);
        expect(said.trim(), `${language} ${path}`).not.toBe('');
        expect(said, `${language} ${path}`).not.toMatch(/undefined|\.\.\.|\s$/);
        if (language === 'en') expect(said, path).not.toMatch(/[æøå]/i);
      }
    }
  });

  test('has no text that no page shows', () => {
    const unused = leavesOf(texts.nb ?? '')
      .map(({ path }) => path)
      .filter((path) => !isShown(path));
    expect(unused).toEqual([]);
  });
});
