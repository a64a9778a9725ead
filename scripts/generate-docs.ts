/** Writes the documents that are made from the program itself; with --check says which of them differ, and fails. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { type ApiDeps, apiRoutes } from '../src/api/routes.ts';
import { describeApi } from '../src/api/system.ts';
import { activities, openIn, projectStates, transitions } from '../src/cases/lifecycle.ts';
import { commands, exitCodes } from '../src/cli/cli.ts';
import { problemKinds } from '../src/http/problem.ts';
import { fixedClock } from '../src/platform/clock.ts';
import { AppError, type ErrorCode, errorCodes } from '../src/platform/errors.ts';
import { status } from '../src/sftp/protocol-numbers.ts';
import { failureReply } from '../src/sftp/status-map.ts';
import type { Message } from '../src/validators/message-shape.ts';
import { messageFor } from '../src/validators/messages.ts';
import { renderHtml } from '../src/validators/render-html.ts';
import { renderText } from '../src/validators/render-text.ts';
import { Report } from '../src/validators/report.ts';
import { reportLanguages } from '../src/validators/report-language.ts';
import { type RuleId, ruleTable, type Severity } from '../src/validators/rules.ts';
import { clientRows } from '../test/support/client-matrix.ts';
import { type Example, exampleReports } from './example-reports.ts';
import { settingRows } from './settings.ts';

const root = join(import.meta.dirname, '..');
const notice = '<!-- Made by scripts/generate-docs.ts. Do not edit; run npm run docs:generate. -->';

/** A cell of a Markdown table: one line, no column mark. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** Plain text in Markdown: nothing of it is taken for a tag or for emphasis. */
function plain(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('*', '\\*').replaceAll('_', '\\_');
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(heads), `|${heads.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

function page(title: string, ...parts: readonly string[]): string {
  return [`# ${title}`, notice, ...parts].join('\n\n') + '\n';
}

async function openApi(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const never = (): never => {
    throw new Error('a route was run while it was described');
  };
  // Describing reads the definitions only.
  const clock = fixedClock('2000-01-01T00:00:00Z');
  const deps: Partial<ApiDeps> = { clock, version, doors: never, ready: never, metrics: never };
  const routes = apiRoutes(deps as ApiDeps);
  return JSON.stringify(describeApi(routes, version), null, 2) + '\n';
}

function lifecycle(): string {
  const arrows = projectStates.flatMap((from) =>
    Object.entries(transitions[from]).map(([event, to]) => ({ from, event, to })),
  );
  const ends = projectStates.filter((state) => Object.keys(transitions[state]).length === 0);
  const id = (state: string): string => state.replaceAll('-', '_');
  const diagram = [
    '```mermaid',
    'stateDiagram-v2',
    ...projectStates.map((state) => `  state "${state}" as ${id(state)}`),
    `  [*] --> ${id(projectStates[0])}: project create`,
    ...arrows.map(({ from, event, to }) => `  ${id(from)} --> ${id(to)}: ${event}`),
    ...ends.map((state) => `  ${id(state)} --> [*]`),
    '```',
  ].join('\n');
  return page(
    'The life of a project',
    'The states, the events between them, and what may be done in each, as `src/cases/lifecycle.ts` has them.',
    diagram,
    '## Events',
    table(
      ['from', 'event', 'to'],
      arrows.map(({ from, event, to }) => [from, `\`${event}\``, to]),
    ),
    'Any other event in a state is refused with `conflict`.',
    '## What is open in each state',
    table(
      ['', ...projectStates],
      activities.map((one) => [
        one,
        ...projectStates.map((state) => (openIn[state].includes(one) ? 'yes' : 'no')),
      ]),
    ),
    'What is not open is refused with `closed`, or not done.',
  );
}

function settings(): string {
  return page(
    'Settings',
    'Environment variables, read once at the start by `src/config.ts`; an empty value counts as not set. [An example](../config/datasluse.env.example) has them all. The command line must run with the same settings as the service.',
    table(['setting', 'default', 'values', 'what it does'], settingRows()),
  );
}

function cli(): string {
  const sections = commands.map((command) => {
    const options = Object.entries(command.options);
    const usage = options.map(([name, { value }]) =>
      value === undefined ? `[--${name}]` : `[--${name} ${value}]`,
    );
    return [
      `## ${command.name}`,
      `${command.summary}.`,
      `\`\`\`\ndatasluse ${[command.name, ...command.arguments, ...usage].join(' ')}\n\`\`\``,
      ...(options.length === 0
        ? []
        : [
            table(
              ['option', 'meaning'],
              options.map(([name, { value, help }]) => [
                `\`--${name}${value === undefined ? '' : ` ${value}`}\``,
                help,
              ]),
            ),
          ]),
    ].join('\n\n');
  });
  return page(
    'The command line',
    'Run it as `npx datasluse COMMAND` in the checkout, on the host of the service, with the same environment as the service. ' +
      'All commands but `check`, `describe` and `receipt verify --keys` need the database to run. `--help` after any command prints this.',
    '`datasluse serve` runs the service; `npm start` builds first and then does the same.',
    `\`\`\`\n${exitCodes.trim()}\n\`\`\``,
    ...sections,
  );
}

/** The status that SFTP answers to a code, read from the reply itself: length (4), type (1), id (4), status (4). */
function sftpStatus(code: ErrorCode): string {
  const [reply = new Uint8Array()] = failureReply(0, new AppError(code, { nb: '', en: '' }));
  const number = Buffer.from(reply).readUInt32BE(9);
  const name = Object.entries(status).find(([, value]) => value === number)?.[0] ?? '?';
  return `${number} ${name}`;
}

function errors(): string {
  const known = new Set<string>(errorCodes);
  const rows = Object.entries(problemKinds).map(([code, kind]) => [
    `\`${code}\``,
    String(kind.status),
    kind.title.en,
    kind.title.nb,
    known.has(code) ? sftpStatus(code as ErrorCode) : '–',
  ]);
  return page(
    'Error codes',
    'Every way in which the service says no. HTTP answers problem details (RFC 9457) with `type` `urn:datasluse:problem:CODE`; ' +
      'SFTP version 3 answers a status and the sentence in Norwegian and English. ' +
      'The codes are in `src/platform/errors.ts`, the two maps in `src/http/problem.ts` and `src/sftp/status-map.ts`. ' +
      'A dash means that the code exists in HTTP only.',
    table(['code', 'HTTP', 'title', 'tittel', 'SFTP'], rows),
  );
}

function checkCodes(): string {
  const ids = Object.keys(ruleTable) as RuleId[];
  const text = (language: string, { title, meaning, mend }: Message): string =>
    `- ${language}: **${plain(title)}.** ${plain(meaning)} ${plain(mend)}`;
  const samples = (about: string[]) => about.map((expected) => ({ expected }));
  const section = (id: RuleId, severity: Severity, about: string[] = []): string =>
    [
      `### ${id} (${[severity, ...about.map((one) => `\`${one}\``)].join(', ')})`,
      reportLanguages
        .map((language) => text(language, messageFor(id, severity, language, samples(about))))
        .join('\n'),
    ].join('\n\n');
  return page(
    'What the check can find',
    'Every finding with its code as reports write it (`code` or `code/sub`), its severity, and the text that the sender reads. ' +
      'One finding of severity error makes the verdict `rejected`. From `src/validators/rules.ts` and `messages-*.ts`.',
    ...ids.map((id) => section(id, ruleTable[id])),
    section('format/unsupported', 'info'),
    section('format/unsupported', 'info', ['no:klass 131']),
    section('format/unsupported', 'info', ['no:klass 131 level 7']),
  );
}

/** The report's own JSON Schema (2020-12), closed, so that a program may rely on it. */
function reportSchema(): string {
  const schema = z.toJSONSchema(Report, { target: 'draft-2020-12', io: 'output' });
  const about = {
    $id: 'urn:datasluse:report:1',
    title: 'Datasluse check report, version 1',
    description: 'What the check of a file found. Made from src/validators/report.ts.',
  };
  return JSON.stringify({ $schema: schema.$schema, ...about, ...schema }, null, 2) + '\n';
}

/** What real programs can do, as test/system/clients.test.ts proves it. */
function clients(): string {
  const rows = clientRows();
  const sections = [...new Set(rows.map((one) => one.client))].map((client) => {
    const own = rows.filter((one) => one.client === client);
    const version = own[0]?.version ?? '';
    const seen =
      version === 'recorded'
        ? 'A recorded list of its requests is replayed; the program itself is not run.'
        : `Seen with ${version}.`;
    const lines = own.map(({ row }) => {
      const shown = row.prints === undefined ? '' : ` (the client prints “${row.prints}”)`;
      return row.refused === undefined
        ? [row.does, 'works', row.note ?? '']
        : [row.does, 'refused', `“${row.refused}”${shown}`];
    });
    return [`## ${client}`, seen, table(['what', 'outcome', ''], lines)].join('\n\n');
  });
  return page(
    'Clients',
    'What people can do with the programs they have. Every row is run by `test/system/clients.test.ts` against the whole service; ' +
      'the rows stand in `test/support/client-matrix.ts`. A refusal comes in Norwegian and English; ' +
      'OpenSSH, PuTTY, curl and sshfs print words of their own for its code, the others print it.',
    'What is wrong in a file is told without a refusal, and so in every program: such a file is received, and the reasons ' +
      'stand beside it in `NAME.report.txt` and in the `STATUS.txt` of the folder. A request that is refused (a name that is not ' +
      'allowed, a right or room that is lacking) leaves nothing there: who sees only “Failure” tries the same with lftp or ' +
      'WinSCP, which show the sentence, or asks the operator, whose log has the code.',
    ...sections,
  );
}

const examples = exampleReports();

function exampleIndex(all: readonly Example[]): string {
  return page(
    'Example reports',
    'What a researcher gets to read when a file has one of the common accidents, in Bokmål as text and as a page. ' +
      'The files are made up in `scripts/example-reports.ts`; the identity numbers in them are synthetic.',
    table(
      ['what happened', 'what the report finds', ''],
      all.map(({ name, about, report }) => [
        about,
        report.rules.map(({ code, sub }) => `\`${sub === null ? code : `${code}/${sub}`}\``).join(', '),
        `[text](${name}.txt), [page](${name}.html)`,
      ]),
    ),
  );
}

const documents: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/openapi.json': openApi,
  'docs/lifecycle.md': lifecycle,
  'docs/cli.md': cli,
  'docs/settings.md': settings,
  'docs/clients.md': clients,
  'docs/errors.md': errors,
  'docs/check-codes.md': checkCodes,
  'docs/report.schema.json': reportSchema,
  'docs/reports/README.md': () => exampleIndex(examples),
  ...Object.fromEntries(
    examples.flatMap(({ name, report }) => [
      [`docs/reports/${name}.txt`, () => renderText(report, 'nb')],
      [`docs/reports/${name}.html`, () => renderHtml(report, 'nb')],
    ]),
  ),
};

const checks = process.argv.includes('--check');
const differing: string[] = [];
for (const [name, make] of Object.entries(documents)) {
  const path = join(root, name);
  const wanted = await make();
  const found = await readFile(path, 'utf8').catch(() => undefined);
  if (found === wanted) continue;
  differing.push(name);
  if (checks) continue;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, wanted);
  console.log(`wrote ${relative(process.cwd(), path)}`);
}
if (checks && differing.length > 0) {
  console.error(
    `These documents differ from the program: ${differing.join(', ')}. Run npm run docs:generate.`,
  );
  process.exitCode = 1;
}
