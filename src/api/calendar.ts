/** The deadlines of one's projects as a calendar file. */
import { getProject, type Project, seeProjects } from '../cases/projects.ts';
import { defineRoute, type Person, type Route } from '../http/route.ts';
import type { Language } from '../platform/errors.ts';
import { type CalendarEvent, writeCalendar } from './icalendar.ts';
import { InProject, ofProject } from './parameters.ts';
import { deadlines, type FactsDeps } from './project-facts.ts';

const words = {
  nb: {
    name: 'Datasluse: frister',
    deletion: (id: string) => `${id}: data skal være slettet`,
    deletionText: (title: string) =>
      `${title}. Siste dag data kan oppbevares. Send bekreftelse på sletting innen da.`,
    closing: (id: string, title: string) => `${id}: leveransen «${title}» stenger`,
    closingText: (folder: string) =>
      `Hent det du trenger fra ${folder} før dette. Nøklene slettes når den stenger.`,
  },
  en: {
    name: 'Datasluse: deadlines',
    deletion: (id: string) => `${id}: data must be deleted`,
    deletionText: (title: string) =>
      `${title}. The last day on which data may be kept. Confirm their deletion by then.`,
    closing: (id: string, title: string) => `${id}: the delivery "${title}" closes`,
    closingText: (folder: string) =>
      `Fetch what you need from ${folder} before this. Its keys are deleted when it closes.`,
  },
} as const;

const CalendarFile = {
  description: 'A calendar, RFC 5545',
  contentType: 'text/calendar; charset=utf-8',
} as const;

export function calendarRoutes(deps: FactsDeps): readonly Route[] {
  const file = async (actor: Person, projects: readonly Project[], language: Language) => {
    const events: CalendarEvent[] = [];
    for (const project of projects) events.push(...(await eventsOf(deps, actor, project, language)));
    const body = writeCalendar(events, { name: words[language].name, stamp: deps.clock.now() });
    return {
      status: 200 as const,
      body,
      headers: { 'content-disposition': 'attachment; filename="datasluse.ics"' },
    };
  };
  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/calendar.ics',
      summary: "The deadlines of all the caller's projects",
      permission: 'signed-in',
      responses: { 200: CalendarFile },
      handler: async (_input, { actor, language }) => file(actor, await seeProjects(deps, actor), language),
    }),
    defineRoute({
      method: 'get',
      path: '/api/v1/projects/{projectId}/calendar.ics',
      summary: 'The deadlines of one project',
      permission: 'signed-in',
      request: { params: InProject },
      responses: { 200: CalendarFile },
      problems: ofProject,
      handler: async ({ params }, { actor, language }) =>
        file(actor, [await getProject(deps, actor, params.projectId)], language),
    }),
  ];
}

async function eventsOf(
  deps: FactsDeps,
  actor: Person,
  project: Project,
  language: Language,
): Promise<CalendarEvent[]> {
  const say = words[language];
  const { id, title } = project;
  const { deletion, closing } = await deadlines(deps, actor, project);
  const events: CalendarEvent[] = closing.map((one) => ({
    uid: `delivery-${one.id}@datasluse`,
    at: one.closesAt.toInstant(),
    summary: say.closing(id, one.title),
    description: say.closingText(`/${id}/deliveries/${one.folder}`),
  }));
  if (deletion) {
    events.push({
      uid: `deletion-${id}@datasluse`,
      at: project.deleteBy,
      summary: say.deletion(id),
      description: say.deletionText(title),
    });
  }
  return events;
}
