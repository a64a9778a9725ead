/** What has come in: lists, reports, and the content for staff. */

import { actorFor } from '../../identity/people.ts';
import { openInbound } from '../../inbound/content.ts';
import { inboundReport, listInbound } from '../../inbound/listing.ts';
import { drawReports } from '../../inbound/report-text.ts';
import { type Command, type CommandLine, exit, type Input, operator, type Services } from '../command.ts';
import { json, size, table, write } from '../output.ts';
import { progressBar } from '../progress.ts';
import { reportChoice, reportOptions } from '../report-options.ts';

const as = { as: { value: 'PERSON', help: 'with the rights of this person instead of the operator' } };

async function actor(line: CommandLine, services: Services, input: Input) {
  const personId = input.option('as');
  return personId === undefined ? operator(line) : actorFor(services, personId);
}

export const inboundCommands: readonly Command[] = [
  {
    name: 'inbound list',
    summary: 'List the files that have come in',
    arguments: ['PROJECT'],
    options: { json: { help: 'for programs' }, ...as },
    async run(line, input) {
      await using services = await line.open();
      const files = (
        await listInbound(services, await actor(line, services, input), input.positionals[0] ?? '')
      ).map((one) => ({
        id: one.id,
        name: one.name,
        version: one.version,
        state: one.state,
        uploader: one.uploaderId,
        bytes: one.bytes,
        sha256: one.sha256,
        startedAt: one.startedAt.toString(),
        receivedAt: one.receivedAt?.toString() ?? null,
      }));
      const text = table(
        ['ID', 'FILE', 'VERSION', 'STATE', 'SIZE', 'FROM', 'RECEIVED'],
        files.map((one) => [
          one.id,
          one.name,
          one.version,
          one.state,
          size(one.bytes),
          one.uploader,
          one.receivedAt,
        ]),
      );
      await write(line.stdout, input.has('json') ? json(files) : text);
      return exit.done;
    },
  },
  {
    name: 'inbound report',
    summary: 'Print the report of a file',
    arguments: ['ID'],
    options: { ...reportOptions, ...as },
    async run(line, input) {
      const { format, language } = reportChoice(input, line.config.language);
      await using services = await line.open();
      const report = await inboundReport(
        services,
        await actor(line, services, input),
        input.positionals[0] ?? '',
      );
      await write(line.stdout, drawReports([report], format, language, { list: false }));
      return exit.done;
    },
  },
  {
    name: 'inbound get',
    summary: 'Write the plaintext of a file to standard output; staff only, and the audit log has it',
    arguments: ['ID'],
    options: as,
    async run(line, input) {
      await using services = await line.open();
      const { file, reader } = await openInbound(
        services,
        await actor(line, services, input),
        input.positionals[0] ?? '',
      );
      const bar = progressBar(line.stderr, file.name, reader.plaintextBytes);
      try {
        for await (const chunk of reader.stream()) {
          await write(line.stdout, chunk);
          bar.advance(chunk.length);
        }
      } finally {
        bar.done();
        await reader.close();
      }
      return exit.done;
    },
  },
];
