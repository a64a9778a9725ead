/** A browser without a page: signs in with the development provider, and keeps the cookies that it is given. */

export interface WebSession {
  readonly origin: string;
  /** As a page of the service asks: with its cookies, its origin and its header. Redirections are not followed. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** The `Cookie` field that it sends. */
  cookie(): string;
}

/** Errors: when the sign-in does not end on a page of the service. */
export async function signInAtProvider(origin: string, personId: string): Promise<WebSession> {
  const jar = new Map<string, string>();
  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');

  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(path, origin);
    const headers = { 'x-datasluse': '1', origin, ...(init.headers as Record<string, string>) };
    const answer = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...headers, cookie: cookie() },
    });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      const over = /expires=Thu, 01 Jan 1970|max-age=0/i.test(set);
      if (value === '' || over) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  }

  let place = '/api/v1/sign-in/development';
  for (let steps = 0; steps < 12; steps += 1) {
    let answer = await ask(place);
    if (answer.status === 200) {
      const action = /<form[^>]* action="([^"]+)"/.exec(await answer.text())?.[1];
      if (action === undefined) throw new Error(`there is no form at ${place}`);
      answer = await ask(action, { method: 'POST', body: new URLSearchParams({ person: personId }) });
    }
    const next = new URL(answer.headers.get('location') ?? '', origin);
    if (answer.status !== 303 && answer.status !== 302) throw new Error(`${place}: ${answer.status}`);
    if (next.pathname === '/' && next.search === '') return { origin, ask, cookie };
    if (next.pathname === '/') throw new Error(`the sign-in was refused: ${next.search}`);
    place = next.href;
  }
  throw new Error('the sign-in goes round in circles');
}
