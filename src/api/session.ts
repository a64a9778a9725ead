/** Who the browser is signed in as: nobody, until the server has a way to sign in. */
import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { AppError } from '../platform/errors.ts';

export function sessionRoute(): Route {
  return defineRoute({
    method: 'get',
    path: '/api/v1/session',
    summary: 'Who is signed in',
    permission: 'public',
    responses: { 200: { description: 'The person', schema: z.object({ personId: z.string() }) } },
    problems: ['not-signed-in'],
    handler: () => {
      throw new AppError('not-signed-in', {
        nb: 'Du er ikke logget inn. Filer sendes og hentes foreløpig med SFTP og din egen nøkkel.',
        en: 'You are not signed in. For now, files are sent and fetched over SFTP with your own key.',
      });
    },
  });
}
