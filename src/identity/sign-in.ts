/** Signing in on the web: from the button to the provider, and back to a session of one known person. */
import { Temporal } from 'temporal-polyfill';
import { recordAudit } from '../audit/audit.ts';
import { type Tx, transact } from '../db/database.ts';
import { AppError, hasCode } from '../platform/errors.ts';
import { describeError, type Log } from '../platform/log.ts';
import { deriveFrom, hashHandle, isHandle, newHandle } from './handles.ts';
import { hashInvitation, hashSubject, type LinkDeps, tie } from './linked-identities.ts';
import { findLinkedPerson, lockInvitation, markInvitationUsed } from './linked-identity-store.ts';
import type { IdentityProvider, Proof } from './oidc-client.ts';
import { findPerson, listMemberships } from './people-store.ts';
import type { Membership } from './permissions.ts';
import { endProviderSession, type SessionDeps, sessionOf, startSession } from './sessions.ts';
import { insertAttempt, takeAttempt } from './sign-in-attempt-store.ts';

export interface SignInDeps extends SessionDeps, LinkDeps {
  log: Log;
  providers: readonly IdentityProvider[];
  /** Where people reach the service: scheme, host and port. */
  publicUrl(): string;
}

/** Why a sign-in came to nothing. The page has a sentence for each. */
export const refusalReasons = [
  /** The provider was told no, or gave up. */
  'cancelled',
  /** Too late, done before, or begun in another browser. */
  'expired',
  /** What came back from the provider is not right. */
  'not-proven',
  'unknown-person',
  'no-role',
  'too-weak',
  'invitation-over',
  'taken',
  /** Confirming who one is, as another than who is signed in. */
  'other-person',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export type SignInEnd =
  | { kind: 'signed-in'; handle: string; returnTo: string }
  /** Once more at the provider, with more proof. */
  | { kind: 'again'; location: URL }
  | { kind: 'refused'; reason: RefusalReason };

const attemptMinutes = 15;
/** Between the provider's clock and ours. */
const SKEW_S = 10;

/** A path of our own to come back to, or `/`: never an address elsewhere. */
export function safeReturn(wanted: string | undefined): string {
  const base = 'http://here.invalid';
  if (wanted === undefined || !wanted.startsWith('/') || wanted.length > 2000) return '/';
  // Browsers drop tabs and line ends, and read a backslash as a slash: printable ASCII without it is all that passes.
  if (!/^[!-[\]-~]+$/.test(wanted) || !URL.canParse(wanted, base)) return '/';
  const url = new URL(wanted, base);
  const path = url.pathname + url.search + url.hash;
  return url.origin === base && /^\/(?!\/)/.test(path) ? path : '/';
}

export interface BeginSignIn {
  provider: string;
  returnTo: string | undefined;
  language: string;
  /** The browser's own handle for sign-ins, if it has one. */
  browser: string | undefined;
  /** To confirm who one is: the handle of the session that asks, and how long ago proof may be. */
  stepUp?: { handle: string | undefined; minutes: number };
  invitation?: string | undefined;
}

/** Where to send the browser, and the handle it is to keep meanwhile. Errors: `not-found`, `unavailable`, `invalid-input`. */
export async function beginSignIn(
  deps: SignInDeps,
  input: BeginSignIn,
): Promise<{ location: URL; browser: string }> {
  const provider = providerOf(deps, input.provider);
  const session = input.stepUp && (await sessionOf(deps, input.stepUp.handle));
  if (input.invitation !== undefined && !isHandle(input.invitation)) {
    throw new AppError('invalid-input', {
      nb: 'Lenken er ikke hel. Kopier hele lenken fra e-posten.',
      en: 'The link is not whole. Copy all of it from the e-mail.',
    });
  }
  return send(deps, provider, {
    returnTo: safeReturn(input.returnTo),
    language: input.language,
    browser: input.browser,
    askedAcr: input.stepUp === undefined ? provider.acr.asked : strongest(provider),
    maxAgeS: input.stepUp === undefined ? null : input.stepUp.minutes * 60,
    sessionId: session?.id ?? null,
    invitationHash: input.invitation === undefined ? null : hashInvitation(input.invitation),
  });
}

/** Who confirms who they are is about to sign: asked for what signing takes. */
function strongest({ acr }: IdentityProvider): readonly string[] {
  return acr.signing.length > 0 ? acr.signing : acr.asked;
}

type Sending = Parameters<typeof insertAttempt>[1];

async function send(
  deps: SignInDeps,
  provider: IdentityProvider,
  attempt: Omit<Sending, 'stateHash' | 'browserHash' | 'provider' | 'createdAt' | 'expiresAt'> & {
    browser: string | undefined;
    language: string;
  },
): Promise<{ location: URL; browser: string }> {
  const browser = isHandle(attempt.browser) ? attempt.browser : newHandle(deps.random);
  const state = newHandle(deps.random);
  const at = deps.clock.now();
  const location = await provider.begin({
    redirectUri: redirectUri(deps, provider.id),
    state,
    ...secretsOf(browser, state),
    acrValues: attempt.askedAcr,
    maxAgeS: attempt.maxAgeS ?? undefined,
    language: attempt.language,
  });
  await insertAttempt(deps.db, {
    ...attempt,
    stateHash: hashHandle('state', state),
    browserHash: hashHandle('browser', browser),
    provider: provider.id,
    createdAt: at,
    expiresAt: at.add({ minutes: attemptMinutes }),
  });
  return { location, browser };
}

/** Only the browser that began can tell them, so that a stolen state, or a copy of the table, is worth nothing. */
function secretsOf(browser: string, state: string): { nonce: string; codeVerifier: string } {
  return {
    nonce: deriveFrom(browser, 'nonce', state),
    codeVerifier: deriveFrom(browser, 'code-verifier', state),
  };
}

function redirectUri(deps: SignInDeps, provider: string): string {
  return `${deps.publicUrl()}/api/v1/sign-in/${provider}/callback`;
}

export function providerOf(deps: { providers: readonly IdentityProvider[] }, id: string): IdentityProvider {
  const provider = deps.providers.find((one) => one.id === id);
  if (provider !== undefined) return provider;
  throw new AppError('not-found', {
    nb: 'Det er ingen slik innlogging her.',
    en: 'There is no such way to sign in here.',
  });
}

export interface CameBack {
  provider: string;
  /** What the provider put in the address: code and state, or an error. */
  parameters: Readonly<Record<string, string>>;
  browser: string | undefined;
  /** Of the session that the browser had. */
  handle: string | undefined;
  userAgent: string;
  language: string;
}

/** Ends a sign-in with a session, one more round, or a reason. Errors: `not-found`, `unavailable`. */
export async function finishSignIn(deps: SignInDeps, input: CameBack): Promise<SignInEnd> {
  const provider = providerOf(deps, input.provider);
  const { browser, parameters } = input;
  const { state } = parameters;
  // Not in the audit log: anybody can come with anything, as often as they like.
  if (!isHandle(browser) || !isHandle(state)) return { kind: 'refused', reason: 'expired' };
  const which = {
    stateHash: hashHandle('state', state),
    browserHash: hashHandle('browser', browser),
    provider: provider.id,
  };
  // Before anything is redeemed: of two who come with the same state, one is let on.
  const attempt = await takeAttempt(deps.db, which, deps.clock.now());
  if (attempt === undefined) return { kind: 'refused', reason: 'expired' };
  if (parameters.error !== undefined) return refuse(deps, provider, 'cancelled');

  let proof: Proof;
  try {
    const cameBack = new URL(redirectUri(deps, provider.id));
    cameBack.search = new URLSearchParams(parameters).toString();
    const maxAgeS = attempt.maxAgeS ?? undefined;
    proof = await provider.finish(cameBack, { state, ...secretsOf(browser, state), maxAgeS });
  } catch (thrown) {
    if (hasCode(thrown, 'unavailable')) throw thrown;
    deps.log.warn({ provider: provider.id, error: describeError(thrown) }, 'a sign-in was not proven');
    return refuse(deps, provider, 'not-proven');
  }

  const before = await sessionOf(deps, input.handle);
  const verdict = await transact(deps.db, (tx) =>
    admit(deps, tx, { provider, attempt, proof, before, input }),
  );
  if (verdict.kind === 'weak') {
    const { location } = await send(deps, provider, {
      ...attempt,
      askedAcr: verdict.wanted,
      browser,
      language: input.language,
    });
    return { kind: 'again', location };
  }
  return verdict.kind === 'refused' ? refuse(deps, provider, verdict.reason) : verdict;
}

interface Admission {
  provider: IdentityProvider;
  attempt: NonNullable<Awaited<ReturnType<typeof takeAttempt>>>;
  proof: Proof;
  before: { id: string; personId: string } | undefined;
  input: CameBack;
}

async function admit(
  deps: SignInDeps,
  tx: Tx,
  { provider, attempt, proof, before, input }: Admission,
): Promise<SignInEnd | { kind: 'weak'; wanted: readonly string[] }> {
  const refused = (reason: RefusalReason): SignInEnd => ({ kind: 'refused', reason });
  const at = deps.clock.now();
  const linked = provider.subjectIsPerson
    ? proof.subject
    : await findLinkedPerson(tx, provider.id, hashSubject(deps, provider.id, proof.subject));
  const invitation =
    attempt.invitationHash === null ? undefined : await lockInvitation(tx, attempt.invitationHash, at);
  if (attempt.invitationHash !== null && invitation === undefined) return refused('invitation-over');
  if (invitation !== undefined && linked !== undefined && linked !== invitation.personId)
    return refused('taken');

  const personId = invitation?.personId ?? linked;
  const person = personId === undefined ? undefined : await findPerson(tx, personId);
  if (person === undefined) return refused('unknown-person');
  if (attempt.sessionId !== null && before !== undefined && before.personId !== person.id) {
    return refused('other-person');
  }
  const memberships = await listMemberships(tx, person.id);
  if (memberships.length === 0) return refused('no-role');
  const wanted = missingAcr(provider, memberships, proof.acr);
  if (wanted !== undefined) {
    const asked = wanted.every((one) => attempt.askedAcr.includes(one));
    return asked ? refused('too-weak') : { kind: 'weak', wanted };
  }

  if (invitation !== undefined) await markInvitationUsed(tx, invitation.id, at);
  if (invitation !== undefined && linked === undefined) {
    const told = person.language === 'en' ? provider.name.en : provider.name.nb;
    const link = { person, provider: provider.id, subject: proof.subject, by: `person:${person.id}`, told };
    await tie(deps, tx, link);
  }
  const handle = await startSession(deps, tx, {
    personId: person.id,
    provider: provider.id,
    acr: proof.acr,
    authenticatedAt: instantOf(proof.authenticatedAtS, at),
    userAgent: input.userAgent,
    providerSessionHash:
      proof.providerSession === undefined ? undefined : hashHandle(provider.id, proof.providerSession),
    idToken: proof.idToken,
    replaces: before?.id,
  });
  return { kind: 'signed-in', handle, returnTo: attempt.returnTo };
}

/** What one of the roles asks for and was not given. */
function missingAcr(
  { acr }: IdentityProvider,
  memberships: readonly Membership[],
  given: string | null,
): readonly string[] | undefined {
  return memberships
    .map(({ role }) => acr.roles[role])
    .find((wanted) => wanted !== undefined && !wanted.includes(given ?? ''));
}

/** Unknown counts as long ago: what needs recent proof will ask for it. A clock a little ahead of ours counts as now. */
function instantOf(seconds: number | undefined, now: Temporal.Instant): Temporal.Instant {
  if (seconds === undefined) return Temporal.Instant.fromEpochMilliseconds(0);
  const limit = Math.floor(now.epochMilliseconds / 1000) + SKEW_S;
  const ms = seconds > limit ? 0 : Math.min(seconds * 1000, now.epochMilliseconds);
  return Temporal.Instant.fromEpochMilliseconds(ms);
}

/** No name and no subject: who was refused is not known here, or not for others to read. */
async function refuse(
  deps: SignInDeps,
  provider: IdentityProvider,
  reason: RefusalReason,
): Promise<SignInEnd> {
  await transact(deps.db, (tx) =>
    recordAudit(tx, deps.clock.now(), {
      actor: `provider:${provider.id}`,
      action: 'sign-in.refused',
      subject: `provider:${provider.id}`,
      detail: { reason },
    }),
  );
  return { kind: 'refused', reason };
}

/** Front-channel logout (OpenID Connect Front-Channel Logout 1.0): ends what began in that session of the provider. */
export async function frontChannelLogout(
  deps: SignInDeps,
  input: { provider: string; issuer: string | undefined; session: string | undefined },
): Promise<number> {
  const provider = providerOf(deps, input.provider);
  if (input.session === undefined || input.issuer !== provider.issuer) return 0;
  const providerSessionHash = hashHandle(provider.id, input.session);
  return endProviderSession(deps, { provider: provider.id, providerSessionHash });
}
