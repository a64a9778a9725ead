/** Ways in on the web: whom an identity belongs to, invitations, and access tokens. */
import {
  createToken,
  listTokens,
  longestTokenDays,
  NewToken,
  revokeToken,
} from '../../identity/access-tokens.ts';
import { invite, linkIdentity, maskinportenId, unlinkIdentity } from '../../identity/linked-identities.ts';
import { readSignInSettings } from '../../identity/sign-in-settings.ts';
import { AppError } from '../../platform/errors.ts';
import { type Command, type CommandLine, exit, operator, parseOr, UsageError } from '../command.ts';
import { json, table, write } from '../output.ts';

const providerOption = {
  provider: { value: 'ID', required: true, help: `of the sign-in settings, or ${maskinportenId}` },
};

/** A name that no provider has would be a link that never works. */
async function knownProvider(line: CommandLine, id: string): Promise<string> {
  const { settingsFile } = line.config.signIn;
  const settings = settingsFile === undefined ? undefined : await readSignInSettings(settingsFile);
  const known = [
    ...(settings?.providers.map((one) => one.id) ?? []),
    ...(settings?.maskinporten === undefined ? [] : [maskinportenId]),
  ];
  if (known.includes(id)) return id;
  const names = known.join(', ') || '–';
  throw new AppError('not-found', {
    nb: `Innloggingsoppsettet (DATASLUSE_SIGN_IN) har ingen ${id}. Det har: ${names}.`,
    en: `The sign-in settings (DATASLUSE_SIGN_IN) have no ${id}. They have: ${names}.`,
  });
}

const LIMIT_LINE = 1000;

/** An identity number in the arguments would stand in the shell's history and in the list of processes. */
async function subjectOf(line: CommandLine, given: string): Promise<string> {
  if (given !== '-') return given;
  let text = '';
  for await (const part of line.stdin) {
    text += String(part);
    if (text.includes('\n') || text.length > LIMIT_LINE) break;
  }
  return text.split('\n')[0]?.trim() ?? '';
}

export const signInCommands: readonly Command[] = [
  {
    name: 'person link',
    summary: 'Tie an identity of a provider to a person, who then can sign in with it',
    arguments: ['NAME'],
    options: {
      ...providerOption,
      subject: {
        value: 'SUBJECT|-',
        required: true,
        help: 'what the provider calls them (its subjectClaim); - reads it from standard input',
      },
    },
    async run(line, input) {
      const [personId = ''] = input.positionals;
      const provider = await knownProvider(line, input.required('provider'));
      const subject = await subjectOf(line, input.required('subject'));
      await using services = await line.open();
      await linkIdentity(services, operator(line), { personId, provider, subject });
      await write(line.stdout, `${personId} can sign in with ${provider}.\n`);
      return exit.done;
    },
  },
  {
    name: 'person unlink',
    summary: 'Untie what a provider knows a person by, and end their sessions',
    arguments: ['NAME'],
    options: providerOption,
    async run(line, input) {
      const [personId = ''] = input.positionals;
      const provider = input.required('provider');
      await using services = await line.open();
      await unlinkIdentity(services, operator(line), { personId, provider });
      await write(line.stdout, `${personId} can no longer sign in with ${provider}.\n`);
      return exit.done;
    },
  },
  {
    name: 'person invite',
    summary: 'Mail a person a link that ties the identity they sign in with to them',
    arguments: ['NAME'],
    options: {},
    async run(line, input) {
      const { publicUrl } = line.config.signIn;
      if (publicUrl === undefined) {
        throw new AppError('invalid-input', {
          nb: 'DATASLUSE_PUBLIC_URL må si hvor folk når tjenesten, ellers kan ingen lenke lages.',
          en: 'DATASLUSE_PUBLIC_URL has to say where people reach the service, else no link can be made.',
        });
      }
      await using services = await line.open();
      const { to } = await invite(services, operator(line), {
        personId: input.positionals[0] ?? '',
        publicUrl,
      });
      await write(line.stdout, `An invitation goes to ${to}.\n`);
      return exit.done;
    },
  },
  {
    name: 'token create',
    summary: 'Make an access token for a person; it is shown once, here',
    arguments: ['NAME'],
    options: {
      label: { value: 'TEXT', required: true, help: 'what it is for' },
      scope: { value: 'read|write', help: 'what it may do, within the roles of the person (read)' },
      project: { value: 'PROJECT', help: 'where it holds; left out for every project of the person' },
      days: { value: 'N', help: `how long it holds (90; at most ${longestTokenDays})` },
    },
    async run(line, input) {
      const [personId = ''] = input.positionals;
      const days = input.option('days') ?? '90';
      if (!/^\d{1,4}$/.test(days)) throw new UsageError('--days takes a number of days, such as 30');
      const wanted = parseOr(NewToken, {
        name: input.required('label'),
        scope: input.option('scope') ?? 'read',
        projectId: input.option('project'),
        days: Number(days),
      });
      await using services = await line.open();
      const { id, token, expiresAt } = await createToken(services, operator(line), personId, wanted);
      await write(
        line.stderr,
        `Token ${id} of ${personId} holds until ${expiresAt.toISOString()}. Keep it safe:\n`,
      );
      await write(line.stdout, `${token}\n`);
      return exit.done;
    },
  },
  {
    name: 'token list',
    summary: 'List the access tokens of a person',
    arguments: ['NAME'],
    options: { json: { help: 'for programs' } },
    async run(line, input) {
      await using services = await line.open();
      const tokens = (await listTokens(services, operator(line), input.positionals[0] ?? '')).map((one) => ({
        id: one.id,
        label: one.name,
        scope: one.scope,
        project: one.projectId,
        expiresAt: one.expiresAt.toISOString(),
        lastUsedAt: one.lastUsedAt?.toISOString() ?? null,
        revokedAt: one.revokedAt?.toISOString() ?? null,
      }));
      const text = table(
        ['ID', 'LABEL', 'SCOPE', 'PROJECT', 'HOLDS UNTIL', 'LAST USED', 'REVOKED'],
        tokens.map((one) => [
          one.id,
          one.label,
          one.scope,
          one.project ?? '(every)',
          one.expiresAt,
          one.lastUsedAt,
          one.revokedAt,
        ]),
      );
      await write(line.stdout, input.has('json') ? json(tokens) : text);
      return exit.done;
    },
  },
  {
    name: 'token revoke',
    summary: 'Revoke an access token; what it opened ends at once',
    arguments: ['NAME', 'ID'],
    options: {},
    async run(line, input) {
      const [personId = '', tokenId = ''] = input.positionals;
      if (!/^[0-9a-f-]{36}$/.test(tokenId)) throw new UsageError('ID is as token list shows it');
      await using services = await line.open();
      await revokeToken(services, operator(line), { personId, tokenId });
      await write(line.stdout, `The token ${tokenId} of ${personId} is revoked.\n`);
      return exit.done;
    },
  },
];
