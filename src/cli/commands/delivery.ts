/** Deliveries: published from files of this host, and listed. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { downloadStop } from '../../cases/download-stops.ts';
import { listDeliveries } from '../../deliveries/deliveries.ts';
import { describedDraft } from '../../deliveries/draft-description.ts';
import { seeDrafts } from '../../deliveries/drafts.ts';
import { type Published, publishDelivery } from '../../deliveries/publish.ts';
import { publishDraft } from '../../deliveries/publish-draft.ts';
import { AppError } from '../../platform/errors.ts';
import {
  type Command,
  type CommandLine,
  exit,
  type Input,
  operator,
  UsageError,
  unreadable,
} from '../command.ts';
import { json, size, table, write } from '../output.ts';
import { type Progress, progressBar } from '../progress.ts';

const READ_BYTES = 1024 * 1024;

async function* content(path: string, bar: Progress): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
    bar.advance((chunk as Uint8Array).length);
    yield chunk as Uint8Array;
  }
}

async function fileSize(path: string): Promise<number> {
  const found = await stat(path).catch((cause) => Promise.reject(unreadable(path, cause)));
  if (found.isFile()) return found.size;
  throw new AppError('invalid-input', {
    nb: `${path} er ikke en vanlig fil.`,
    en: `${path} is not a regular file.`,
  });
}

export async function sayPublished(
  line: CommandLine,
  input: Input,
  projectId: string,
  published: Published,
): Promise<number> {
  if (input.has('json')) {
    await write(line.stdout, json({ ...published, closesAt: published.closesAt.toInstant().toString() }));
    return exit.done;
  }
  const until = published.closesAt.toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' ');
  await write(
    line.stdout,
    `Published /${projectId}/deliveries/${published.folder} to ${published.recipients.join(', ')}, open until ${until} (Oslo).\n`,
  );
  return exit.done;
}

export const deliveryCommands: readonly Command[] = [
  {
    name: 'delivery publish',
    summary: "Publish files, or a draft, to the project's researchers for two weeks",
    arguments: ['PROJECT', '[FILE...]'],
    options: {
      title: { value: 'TITLE', help: 'what the delivery is called; a draft may lend its name' },
      draft: { value: 'NAME', help: 'the folder under drafts/ to publish, instead of files of this host' },
      'end-to-end': { help: 'offer each file as NAME.c4gh too, encrypted to the SSH key of who fetches it' },
      json: { help: 'for programs' },
    },
    async run(line, input) {
      const [projectId = '', ...paths] = input.positionals;
      const draft = input.option('draft');
      if (draft !== undefined) {
        if (paths.length > 0) throw new UsageError('give either --draft or files');
        await using services = await line.open();
        const title = input.option('title') ?? draft;
        const endToEnd = input.has('end-to-end');
        const published = await publishDraft(services, operator(line), { projectId, draft, title, endToEnd });
        return sayPublished(line, input, projectId, published);
      }
      if (paths.length === 0) throw new UsageError('FILE is missing; or give --draft');
      const title = input.required('title');
      const sizes = await Promise.all(paths.map(fileSize));
      await using services = await line.open();
      const bar = progressBar(
        line.stderr,
        'sealing',
        sizes.reduce((sum, bytes) => sum + bytes, 0),
      );
      const published = await publishDelivery(services, operator(line), {
        projectId,
        title,
        endToEnd: input.has('end-to-end'),
        files: paths.map((path) => ({ name: basename(path), content: content(path, bar) })),
      }).finally(() => bar.done());
      return sayPublished(line, input, projectId, published);
    },
  },
  {
    name: 'delivery drafts',
    summary: 'List the deliveries that are being prepared in drafts/',
    arguments: ['PROJECT'],
    options: { json: { help: 'for programs' } },
    async run(line, input) {
      await using services = await line.open();
      const found = await seeDrafts(services, operator(line), input.positionals[0] ?? '');
      const drafts = found.map((one) => describedDraft(one, services.approval));
      const text = table(
        ['DRAFT', 'FILE', 'STATE', 'CHECK', 'SIZE', 'FROM'],
        drafts.flatMap(({ name, state, createdBy, files }) =>
          files.length === 0
            ? [[name, null, 'empty', null, null, createdBy]]
            : files.map((file) => [
                name,
                file.name,
                state === 'submitted' ? state : file.state,
                file.outgoing,
                size(file.bytes),
                file.uploader,
              ]),
        ),
      );
      await write(line.stdout, input.has('json') ? json(drafts) : text);
      return exit.done;
    },
  },
  {
    name: 'delivery list',
    summary: 'List the deliveries of a project',
    arguments: ['PROJECT'],
    options: { json: { help: 'for programs' } },
    async run(line, input) {
      await using services = await line.open();
      const deliveries = (await listDeliveries(services, operator(line), input.positionals[0] ?? '')).map(
        (one) => ({
          id: one.id,
          folder: one.folder,
          title: one.title,
          state: one.state,
          openedAt: one.openedAt.toString(),
          closesAt: one.closesAt.toInstant().toString(),
          closedAt: one.closedAt?.toString() ?? null,
          files: one.files.map(({ id, name, bytes, sha256 }) => ({ id, name, bytes, sha256 })),
          recipients: one.recipients,
          unfetched: one.unfetched,
        }),
      );
      const text = table(
        ['FOLDER', 'TITLE', 'STATE', 'FILES', 'SIZE', 'CLOSES', 'NOT FETCHED BY'],
        deliveries.map((one) => [
          one.folder,
          one.title,
          one.state,
          one.files.length,
          size(one.files.reduce((sum, file) => sum + file.bytes, 0)),
          one.closesAt,
          one.unfetched.join(' ') || null,
        ]),
      );
      await write(line.stdout, input.has('json') ? json(deliveries) : text);
      const stop = await downloadStop(services, input.positionals[0] ?? '');
      if (stop !== undefined) await write(line.stderr, `Downloads are stopped: ${stop.reason}\n`);
      return exit.done;
    },
  },
];
