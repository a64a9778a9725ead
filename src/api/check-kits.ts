/** What a browser needs to check a file before it is sent, as the service will once it is. */
import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { checkKit } from '../inbound/check-kit.ts';
import { GivenName, InProject, ofProject } from './parameters.ts';

const Kit = z.object({
  resource: z
    .record(z.string(), z.unknown())
    .nullable()
    .meta({ description: 'What the description says of this file (Frictionless); null: nothing.' }),
  expected: z.array(z.string()).nullable(),
  descriptionSha256: z.string().nullable(),
  codeLists: z.array(
    z.object({
      classification: z.string(),
      snapshotAt: z.string(),
      sha256: z.string(),
      codes: z.array(
        z.object({
          code: z.string(),
          level: z.int(),
          validFrom: z.string().nullable(),
          validTo: z.string().nullable(),
        }),
      ),
      changes: z.array(z.object({ oldCode: z.string(), newCode: z.string(), changeOccurred: z.string() })),
    }),
  ),
  syntheticIds: z.enum(['accept', 'refuse']),
  today: z.string().meta({ description: 'The date in Oslo.' }),
});
export type CheckKit = z.output<typeof Kit>;

export function checkKitRoutes(deps: Parameters<typeof checkKit>[0]): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/projects/{projectId}/check-kit',
      summary:
        'What it takes to check a file of that name before it is sent: description, code lists, settings',
      permission: 'signed-in',
      request: {
        params: InProject,
        query: z.object({ name: GivenName.meta({ description: 'What the file is called.' }) }),
      },
      responses: { 200: { description: 'The kit', schema: Kit } },
      problems: ofProject,
      handler: async ({ params, query }, { actor }) => {
        const kit = await checkKit(deps, actor, params.projectId, query.name);
        return {
          status: 200,
          body: {
            ...kit,
            expected: kit.expected === null ? null : [...kit.expected],
            codeLists: kit.codeLists.map((list) => ({
              ...list,
              codes: list.codes.map((one) => ({ ...one })),
              changes: list.changes.map((one) => ({ ...one })),
            })),
          },
        };
      },
    }),
  ];
}
