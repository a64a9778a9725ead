/** The sign-in of one connection: answers each attempt, counts them, and says who it was in the end. */
import type { AuthContext } from 'ssh2';
import { monotonicMs } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { AttemptLedger } from './attempt-ledger.ts';
import { type AuthenticationInput, judge, type Verdict } from './authentication.ts';

/** Who has signed in; the door needs the id only, the rest is between `authenticate` and `openTree`. */
export interface Principal {
  personId: string;
}

export interface SignInDeps<P extends Principal> {
  /** The person whose key this is, or undefined. It is asked twice: whether the key would do, and for the signature. */
  authenticate(input: AuthenticationInput): Promise<P | undefined>;
  ledger: AttemptLedger;
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
}

/** A client with an agent asks for each key whether it would do, and none of that may go on for ever. */
const questionsPerAttempt = 4;

export function createSignIn<P extends Principal>(deps: SignInDeps<P>, options: SignInOptions): SignIn<P> {
  const { log } = deps;
  const questionLimit = options.maxAuthAttempts * questionsPerAttempt;
  let principal: P | undefined;
  let refusals = 0;
  let questions = 0;
  /** The attempts are used up: what still arrives is not looked at. */
  let over = false;

  function refuse(context: AuthContext, counts: boolean): void {
    if (counts) {
      refusals += 1;
      deps.ledger.refused(deps.address);
    }
    if (refusals < options.maxAuthAttempts && questions <= questionLimit) {
      context.reject(['publickey']);
      return;
    }
    over = true;
    log.info('an SFTP connection was ended: too many attempts to sign in');
    deps.endConnection();
  }

  async function decide(context: AuthContext): Promise<void> {
    if (over) return;
    const startedMs = monotonicMs();
    questions += 1;
    if (context.method !== 'publickey') return refuse(context, context.method !== 'none');
    const keyType = context.key.algo;
    let verdict: Verdict<P> = { kind: 'refused' };
    try {
      verdict = await judge((input) => deps.authenticate(input), context, deps.address);
    } catch (thrown) {
      log.error({ err: thrown }, 'a sign-in failed and counts as refused');
    }
    if (verdict.kind === 'refused' || questions > questionLimit) {
      const leftMs = options.refusalMs - (monotonicMs() - startedMs);
      if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
      log.info({ refusals: refusals + 1 }, 'a sign-in was refused');
      return refuse(context, true);
    }
    if (verdict.kind === 'signed-in') {
      // Before accept, which lets channels be opened in the same turn.
      principal = verdict.principal;
      log.info({ personId: principal.personId, keyType }, 'a person signed in');
    }
    context.accept();
  }

  return { decide, principal: () => principal };
}
