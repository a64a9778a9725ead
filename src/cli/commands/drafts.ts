/** Drafts and the second person: submitted, approved, returned, taken back; and what the outgoing check found. */
import { approveDraft, returnDraft, submitDraft, takeBackDraft } from '../../deliveries/approval.ts';
import { outgoingReport } from '../../deliveries/outgoing-result.ts';
import { drawReports } from '../../inbound/report-text.ts';
import { type Command, exit, type Input, operator } from '../command.ts';
import { write } from '../output.ts';
import { reportChoice, reportOptions } from '../report-options.ts';
import { sayPublished } from './delivery.ts';

const named = (input: Input) => {
  const [projectId = '', draft = ''] = input.positionals;
  return { projectId, draft };
};

export const draftCommands: readonly Command[] = [
  {
    name: 'draft submit',
    summary: 'Submit a draft to a second person, who approves it or returns it',
    arguments: ['PROJECT', 'DRAFT'],
    options: {
      title: { value: 'TITLE', help: 'what the delivery is to be called; the draft may lend its name' },
      'end-to-end': { help: 'offer each file as NAME.c4gh too, encrypted to the SSH key of who fetches it' },
      note: { value: 'TEXT', help: 'to whoever approves' },
      reason: { value: 'TEXT', help: 'why files go out that the check does not call sound' },
    },
    async run(line, input) {
      const which = named(input);
      await using services = await line.open();
      const { told } = await submitDraft(services, operator(line), {
        ...which,
        title: input.option('title') ?? which.draft,
        endToEnd: input.has('end-to-end'),
        note: input.option('note'),
        reason: input.option('reason'),
      });
      const who = told.length === 0 ? 'nobody there may approve it' : `told ${told.join(', ')}`;
      await write(line.stdout, `/${which.projectId}/drafts/${which.draft} waits for approval; ${who}.\n`);
      return exit.done;
    },
  },
  {
    name: 'draft approve',
    summary: 'Approve what a person has submitted, and publish it',
    arguments: ['PROJECT', 'DRAFT'],
    options: { json: { help: 'for programs' } },
    async run(line, input) {
      const which = named(input);
      await using services = await line.open();
      return sayPublished(line, input, which.projectId, await approveDraft(services, operator(line), which));
    },
  },
  {
    name: 'draft return',
    summary: 'Give a submitted draft back, and tell who submitted it why',
    arguments: ['PROJECT', 'DRAFT'],
    options: { reason: { value: 'TEXT', help: 'told to who submitted it, and recorded', required: true } },
    async run(line, input) {
      const which = named(input);
      await using services = await line.open();
      await returnDraft(services, operator(line), { ...which, reason: input.required('reason') });
      await write(line.stdout, `/${which.projectId}/drafts/${which.draft} can be changed again.\n`);
      return exit.done;
    },
  },
  {
    name: 'draft take-back',
    summary: 'Take back what was submitted on the command line',
    arguments: ['PROJECT', 'DRAFT'],
    options: {},
    async run(line, input) {
      const which = named(input);
      await using services = await line.open();
      await takeBackDraft(services, operator(line), which);
      await write(line.stdout, `/${which.projectId}/drafts/${which.draft} can be changed again.\n`);
      return exit.done;
    },
  },
  {
    name: 'draft report',
    summary: 'Print what the outgoing check found of a file of a draft',
    arguments: ['PROJECT', 'DRAFT', 'FILE'],
    options: reportOptions,
    async run(line, input) {
      const { format, language } = reportChoice(input, line.config.language);
      await using services = await line.open();
      const path = { ...named(input), name: input.positionals[2] ?? '' };
      const report = await outgoingReport(services, operator(line), path);
      await write(line.stdout, drawReports([report], format, language, { list: false }));
      return exit.done;
    },
  },
];
