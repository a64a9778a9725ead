/** What the header fields of every answer must say to a browser, wherever the answer comes from. */

export interface AnswerKind {
  /** `personal`: nothing may keep it. `page`: asked for anew each time. `asset`: may be kept. */
  readonly kept: 'personal' | 'page' | 'asset';
}

const policyDemands: readonly (readonly [string, RegExp])[] = [
  ['default-src', /^'none'$/],
  ['frame-ancestors', /^'none'$/],
  ['base-uri', /^'none'$/],
  ['form-action', /^'(none|self)'$/],
];

/** What is wrong with the fields, in words; nothing when they are right. */
export function headerFaults(headers: Headers, { kept }: AnswerKind): string[] {
  const value = (name: string): string => headers.get(name) ?? '';
  const faults: string[] = [];
  const demand = (right: boolean, what: string): void => {
    if (!right) faults.push(what);
  };
  faults.push(...policyFaults(value('content-security-policy')));
  demand(value('x-frame-options') === 'DENY', 'may be framed');
  demand(value('x-content-type-options') === 'nosniff', 'may be taken for another type');
  demand(value('referrer-policy') === 'no-referrer', 'tells others where one was');
  demand(value('cross-origin-resource-policy') === 'same-origin', 'may be drawn in by other sites');
  demand(value('cross-origin-opener-policy') === 'same-origin', 'may be held by who opened it');
  demand(!headers.has('access-control-allow-origin'), 'is given to scripts of other sites');
  demand(!headers.has('x-powered-by') && !headers.has('server'), 'tells what it runs on');
  const cache = value('cache-control');
  if (kept === 'personal') demand(cache === 'no-store', `may be kept: ${cache}`);
  if (kept === 'page') demand(cache === 'no-cache' || cache === 'no-store', `may be kept: ${cache}`);
  for (const cookie of headers.getSetCookie()) faults.push(...cookieFaults(cookie));
  return faults;
}

function policyFaults(policy: string): string[] {
  const directives = new Map(
    policy.split(';').map((one) => {
      const [name = '', ...sources] = one.trim().split(/\s+/);
      return [name, sources.join(' ')] as const;
    }),
  );
  const missing = policyDemands
    .filter(([name, wanted]) => !wanted.test(directives.get(name) ?? ''))
    .map(([name]) => `the policy does not say ${name}: ${policy}`);
  const loose = /'unsafe-(inline|eval|hashes)'|\*|https?:/.exec(policy)?.[0];
  return loose === undefined ? missing : [...missing, `the policy allows ${loose}`];
}

/** By http a cookie has no `Secure` and no prefix; by https it has both. */
function cookieFaults(cookie: string): string[] {
  const [pair = '', ...attributes] = cookie.split('; ');
  const has = (name: string): boolean => attributes.includes(name);
  const secure = has('Secure') === pair.startsWith('__Host-');
  const right = has('HttpOnly') && has('SameSite=Lax') && has('Path=/') && secure && !/domain=/i.test(cookie);
  return right ? [] : [`the cookie is loose: ${attributes.join('; ')}`];
}
