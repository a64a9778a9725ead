/** What paths and bodies name: projects, people, deliveries, reasons. */
import { z } from 'zod';
import type { ProblemCode } from '../http/problem.ts';
import { NewPerson } from '../identity/people.ts';
import { roles } from '../identity/permissions.ts';

export const ProjectId = z
  .string()
  .regex(/^[A-Z][A-Za-z0-9-]{1,31}$/)
  .meta({ description: 'The case number.', example: 'P2031' });

export const PersonId = NewPerson.shape.id.meta({ description: 'The name that somebody signs in with.' });

export const RoleName = z.enum(roles);

/** Names that people gave, of drafts and of folders: what a path segment can hold. */
export const GivenName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^/\0]+$/);

export const Reason = z
  .string()
  .trim()
  .min(3)
  .max(500)
  .regex(/^[^\0]*$/)
  .meta({ description: 'Told to those concerned, and recorded.' });

export const InProject = z.object({ projectId: ProjectId });

/** An instant, ISO 8601 in UTC. */
export const At = z.string().meta({ format: 'date-time' });

export const Day = z.iso.date().meta({ description: 'A calendar day in Oslo.' });

/** A project that one may not see is not there; in one that is closed, hardly anything goes on. */
export const ofProject: readonly ProblemCode[] = ['not-found'];
export const ofChange: readonly ProblemCode[] = ['not-found', 'closed', 'conflict'];
