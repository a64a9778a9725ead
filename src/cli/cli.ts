/** The datasluse command: finds the command, runs it, and answers with a sentence and an exit code. */
import { AppError } from '../platform/errors.ts';
import { describeError } from '../platform/log.ts';
import { type Command, type CommandLine, exit, parseInput, UnreadableFile, UsageError } from './command.ts';
import { accessCommands } from './commands/access.ts';
import { catalogueCommands } from './commands/catalogue.ts';
import { checkCommand } from './commands/check.ts';
import { codeCommands } from './commands/code.ts';
import { deliveryCommands } from './commands/delivery.ts';
import { demoCommand } from './commands/demo.ts';
import { describeCommand } from './commands/describe.ts';
import { draftCommands } from './commands/drafts.ts';
import { inboundCommands } from './commands/inbound.ts';
import { keyCommands } from './commands/keys.ts';
import { projectCommands } from './commands/project.ts';
import { signInCommands } from './commands/sign-in.ts';
import { storeCommands } from './commands/store.ts';
import { upkeepCommands } from './commands/upkeep.ts';
import { write } from './output.ts';

/** Every command but `serve`, which is main's. */
export const commands: readonly Command[] = [
  demoCommand,
  checkCommand,
  describeCommand,
  ...projectCommands,
  ...codeCommands,
  ...signInCommands,
  ...catalogueCommands,
  ...inboundCommands,
  ...draftCommands,
  ...deliveryCommands,
  ...storeCommands,
  ...keyCommands,
  ...accessCommands,
  ...upkeepCommands,
];

export const exitCodes = `Exit codes:
  0  done; check: accepted
  1  refused, rejected, or not valid
  2  not understood, or a file that cannot be read; check: cannot be checked
  3  the service is not running
`;

/** Runs one command line and answers with the process's exit code; nothing is thrown. */
export async function runCommand(given: readonly string[], line: CommandLine): Promise<number> {
  // `project describe` was called so before `describe` came to draft.
  const earlier =
    given[0] === 'describe' && given.length === 3 && !given.some((word) => word.startsWith('-'));
  const args = earlier ? ['project', ...given] : given;
  const asksHelp = args.includes('--help') || args.includes('-h') || args[0] === 'help' || args.length === 0;
  const command = commandOf(args);
  if (asksHelp) {
    await write(line.stdout, command === undefined ? overview(args) : helpOf(command));
    return args.length === 0 ? exit.usage : exit.done;
  }
  if (command === undefined) {
    await write(
      line.stderr,
      `datasluse: there is no command ${args.slice(0, 2).join(' ')}; see datasluse --help\n`,
    );
    return exit.usage;
  }
  try {
    return await command.run(line, parseInput(command, args.slice(command.name.split(' ').length)));
  } catch (thrown) {
    return explain(thrown, command, line);
  }
}

function commandOf(args: readonly string[]): Command | undefined {
  return commands.find((one) => one.name.split(' ').every((word, i) => args[i] === word));
}

async function explain(thrown: unknown, command: Command, line: CommandLine): Promise<number> {
  if (thrown instanceof UsageError) {
    await write(line.stderr, `datasluse: ${thrown.message}\n\n${usageOf(command)}`);
    return exit.usage;
  }
  // The reader of a pipe has gone; there is nobody to tell.
  if ((thrown as NodeJS.ErrnoException | null)?.code === 'EPIPE') return exit.refused;
  if (thrown instanceof AppError && thrown.code !== 'internal') {
    await write(line.stderr, `datasluse: ${thrown.detail[line.config.language]}\n`);
    if (thrown instanceof UnreadableFile) return exit.usage;
    return thrown.code === 'unavailable' ? exit.notRunning : exit.refused;
  }
  line.log.error({ err: thrown }, 'a command failed');
  const { type, code } = describeError(thrown);
  await write(
    line.stderr,
    `datasluse: something went wrong (${String(code ?? type)}); the log above says where.\n`,
  );
  return exit.refused;
}

function overview(args: readonly string[]): string {
  const word = args.find((arg) => !arg.startsWith('-') && arg !== 'help');
  const some = commands.filter((one) => word === undefined || one.name.split(' ')[0] === word);
  const shown = some.length > 0 ? some : commands;
  const lines = shown.map((one) => [[one.name, ...one.arguments].join(' '), one.summary] as const);
  const width = Math.max(...lines.map(([left]) => left.length));
  return [
    'datasluse administers the service on its own host while it runs.',
    '',
    'Usage: datasluse COMMAND [OPTIONS]   (datasluse COMMAND --help for its options)',
    '',
    ...lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    `  ${'serve'.padEnd(width)}  Run the service (npm start)`,
    '',
    exitCodes,
  ].join('\n');
}

function usageOf(command: Command): string {
  const options = Object.entries(command.options).map(([name, option]) =>
    option.value === undefined
      ? `[--${name}]`
      : bracketed(`--${name} ${option.value}`, option.required === true) +
        (option.many === true ? '...' : ''),
  );
  return `Usage: datasluse ${[command.name, ...command.arguments, ...options].join(' ')}\n`;
}

function bracketed(text: string, required: boolean): string {
  return required ? text : `[${text}]`;
}

function helpOf(command: Command): string {
  const options = Object.entries(command.options).map(
    ([name, option]) =>
      [`--${name}${option.value === undefined ? '' : ` ${option.value}`}`, option.help] as const,
  );
  const width = Math.max(0, ...options.map(([left]) => left.length));
  return [
    `${command.summary}.`,
    '',
    usageOf(command),
    ...options.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    '',
    exitCodes,
  ].join('\n');
}
