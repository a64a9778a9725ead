/** The sign-in of one connection: a key, then a code where one is wanted; counts attempts, and says who it was in the end. */
import type { AuthContext, KeyboardAuthContext, PublicKeyAuthContext } from 'ssh2';
import { monotonicMs } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { type AuthenticationInput, judge, type Verdict } from './authentication.ts';

/** Who has signed in; the door needs no more, the rest is between `authenticate` and `openTree`. */
export interface Principal {
  personId: string;
  /** After the key they must give a one-time code. */
  needsCode?: boolean;
}

export interface SignInDeps<P extends Principal> {
  /** The person whose key this is, or undefined. It is asked twice: whether the key would do, and for the signature. */
  authenticate(input: AuthenticationInput): Promise<P | undefined>;
  redeemCode(principal: P, code: string): Promise<boolean>;
  onRefusal(): void;
  log: Log;
  address: string;
  /** Ends the connection, politely. */
  endConnection(): void;
}

export interface SignInOptions {
  /** Refusals per connection; password and other methods count, the customary first 'none' does not. */
  maxAuthAttempts: number;
  /** A refusal takes at least this long, so that its time says nothing about what was known. */
  refusalMs: number;
}

export interface SignIn<P> {
  decide(context: AuthContext): Promise<void>;
  principal(): P | undefined;
  /** Whom the client says it is, proven or not; never to be logged as it is. */
  claimedName(): string | undefined;
}

/** A client with an agent asks for each key whether it would do, and none of that may go on for ever. */
const questionsPerAttempt = 4;
const codeLimit = 64;
const askForCode = {
  prompt: 'Engangskode / One-time code: ',
  instructions:
    'Nøkkelen er godtatt. Skriv engangskoden du har fått fra Datasluse.\n' +
    'Your key is accepted. Type the one-time code that you were given by Datasluse.',
};

/** For log lines about people who may be anybody: a password typed as a name must not be kept. */
export function maskedName(name: string): string {
  return `${/^[a-z]/.test(name) ? name.charAt(0) : ''}…`;
}

export function createSignIn<P extends Principal>(deps: SignInDeps<P>, options: SignInOptions): SignIn<P> {
  const { log } = deps;
  const questionLimit = options.maxAuthAttempts * questionsPerAttempt;
  let principal: P | undefined;
  /** Has proven a key, and still has to give a code. */
  let keyHolder: P | undefined;
  let claimedName: string | undefined;
  let refusals = 0;
  let questions = 0;
  /** The attempts are used up: what still arrives is not looked at. */
  let over = false;

  function refuse(context: AuthContext, counts: boolean): void {
    if (counts) {
      refusals += 1;
      deps.onRefusal();
    }
    if (refusals < options.maxAuthAttempts && questions <= questionLimit) {
      context.reject([keyHolder === undefined ? 'publickey' : 'keyboard-interactive']);
      return;
    }
    over = true;
    log.info({ refusals }, 'an SFTP connection was ended: too many attempts to sign in');
    deps.endConnection();
  }

  async function refuseInTime(context: AuthContext, startedMs: number): Promise<void> {
    const leftMs = options.refusalMs - (monotonicMs() - startedMs);
    if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
    if (over) return;
    const { method } = context;
    log.info(
      { address: deps.address, person: maskedName(context.username), method, refusals: refusals + 1 },
      'a sign-in was refused',
    );
    refuse(context, true);
  }

  function letIn(context: AuthContext, who: P, how: Record<string, string | boolean>): void {
    // Before accept, which lets channels be opened in the same turn.
    principal = who;
    log.info({ personId: who.personId, ...how }, 'a person signed in');
    context.accept();
  }

  async function tryKey(context: PublicKeyAuthContext): Promise<void> {
    const startedMs = monotonicMs();
    const keyType = context.key.algo;
    let verdict: Verdict<P> = { kind: 'refused' };
    try {
      verdict = await judge((input) => deps.authenticate(input), context, deps.address);
    } catch (thrown) {
      log.error({ err: thrown }, 'a sign-in failed and counts as refused');
    }
    if (over) return;
    if (verdict.kind === 'refused' || questions > questionLimit) await refuseInTime(context, startedMs);
    else if (verdict.kind === 'key-would-do') context.accept();
    else if (verdict.principal.needsCode !== true)
      letIn(context, verdict.principal, { keyType, code: false });
    else {
      keyHolder = verdict.principal;
      context.reject(['keyboard-interactive'], true);
    }
  }

  async function tryCode(context: KeyboardAuthContext, who: P, responses: unknown): Promise<void> {
    const startedMs = monotonicMs();
    // Not a list when the client broke the question off with another request.
    if (over || principal !== undefined || !Array.isArray(responses)) return;
    const [code] = responses as unknown[];
    let right = false;
    try {
      const readable = typeof code === 'string' && code.length <= codeLimit && responses.length === 1;
      right = readable && (await deps.redeemCode(who, code));
    } catch (thrown) {
      log.error({ err: thrown }, 'a one-time code could not be looked up and counts as wrong');
    }
    if (over) return;
    if (right) letIn(context, who, { code: true });
    else await refuseInTime(context, startedMs);
  }

  function askCode(context: KeyboardAuthContext, who: P): void {
    const prompts = [{ prompt: askForCode.prompt, echo: true }];
    context.prompt(prompts, 'Datasluse', askForCode.instructions, (responses: unknown) => {
      tryCode(context, who, responses).catch((thrown: unknown) => {
        log.error({ err: thrown }, 'an answer to a sign-in could not be sent');
        deps.endConnection();
      });
    });
  }

  async function decide(context: AuthContext): Promise<void> {
    if (over) return;
    questions += 1;
    claimedName = context.username;
    const { method } = context;
    if (questions > questionLimit) return refuse(context, true);
    if (keyHolder === undefined && method === 'publickey') return tryKey(context);
    if (keyHolder !== undefined && method === 'keyboard-interactive') return askCode(context, keyHolder);
    refuse(context, method !== 'none');
  }

  return { decide, principal: () => principal, claimedName: () => claimedName };
}
