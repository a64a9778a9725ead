/** People of one project and their access: who holds which role since when, giving and ending it, and their keys. */
import { Button } from '@digdir/designsystemet-react';
import { useState } from 'react';
import type { Held, PersonKey, ProjectDetail } from '../../api/api-types.ts';
import { useTexts } from '../language.tsx';
import { PageHead } from '../page-head.tsx';
import { Answered, Empty } from '../page-states.tsx';
import { Moment, Panel, StateTag } from '../parts.tsx';
import { projectApi } from '../project/project-api.ts';
import { projectsTexts } from '../project/texts/projects.ts';
import { PlaceLink } from '../routing.tsx';
import { useMe } from '../session.tsx';
import { useApi, useChange, useList } from '../use-api.ts';
import { AddPerson } from './add-person.tsx';
import { type Person, personsOf } from './persons.ts';
import { projectTrail } from './project-trail.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import { holds } from './staff-roles.ts';
import { accessTexts } from './texts/access.ts';

export function PeoplePage({ project }: { readonly project: string }) {
  const api = `${projectApi(project)}/people`;
  const texts = useTexts(accessTexts);
  const held = useList<Held>(api);
  const title = useApi<ProjectDetail>(projectApi(project)).known?.title;
  const [word, setWord] = useState('');
  const done = (said: string) => {
    setWord(said);
    held.reload();
  };
  return (
    <Answered asked={held}>
      {(roles) => (
        <div className="column page">
          <PageHead
            title={texts.peopleHeading}
            kind={title === undefined ? project : `${project} · ${title}`}
            lead={texts.peopleLead}
            trail={projectTrail(project, texts)}
            aside={
              <PlaceLink to={{ name: 'staff', rest: `projects/${project}/description` }}>
                {texts.description}
              </PlaceLink>
            }
          />
          <p role="status" className="done-word">
            {word}
          </p>
          <div className="stack">
            <Panel title={texts.holders}>
              {roles.length === 0 ? <Empty title={texts.nobody} /> : null}
              <ul className="things">
                {personsOf(roles).map((person) => (
                  <PersonRow key={person.id} person={person} api={api} onDone={done} />
                ))}
              </ul>
            </Panel>
            <AddPerson api={api} onDone={done} />
          </div>
        </div>
      )}
    </Answered>
  );
}

interface PersonRowProps {
  readonly person: Person;
  readonly api: string;
  readonly onDone: (word: string) => void;
}

function PersonRow({ person, api, onDone }: PersonRowProps) {
  const texts = useTexts(accessTexts);
  const { roles: names } = useTexts(projectsTexts);
  const me = useMe();
  const [ending, setEnding] = useState<Held>();
  const { busy, failed, change, forget } = useChange();
  const end = async (role: Held, reason: string) => {
    const path = `${api}/${encodeURIComponent(person.id)}/roles/${role.role}?reason=${encodeURIComponent(reason)}`;
    if ((await change(path, { method: 'DELETE' })) === undefined) return;
    setEnding(undefined);
    onDone(texts.roleEnded(person.name));
  };
  return (
    <li className="thing person">
      <div className="thing-text">
        <p className="thing-name">{person.name}</p>
        <p className="thing-note">
          <code>{person.id}</code> · {person.email}
        </p>
      </div>
      <ul className="person-roles">
        {person.roles.map((role) => (
          <li key={`${role.role} ${role.everyProject}`}>
            <div>
              <span className="person-role">{names[role.role]}</span>
              {role.everyProject ? ` ${texts.everyProject}` : ''}{' '}
              <span className="thing-note">
                {texts.since} <Moment at={role.since} />
              </span>
            </div>
            {role.everyProject ? null : (
              <Button
                variant="tertiary"
                data-color="danger"
                data-size="sm"
                aria-label={texts.endRoleOf(names[role.role], person.name)}
                onClick={() => setEnding(role)}
              >
                {texts.endRole}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {holds(me, ['officer'], 'every') ? <Keys person={person} /> : null}
      {ending === undefined ? null : (
        <ReasonDialog
          title={texts.endRoleTitle(person.name)}
          text={texts.endRoleText(names[ending.role])}
          action={texts.endRole}
          asks
          busy={busy}
          failed={failed}
          onConfirm={(reason) => void end(ending, reason)}
          onClose={() => {
            forget();
            setEnding(undefined);
          }}
        />
      )}
    </li>
  );
}

/** Asked for only once they are opened: most who come here come for the roles. */
function Keys({ person }: { readonly person: Person }) {
  const texts = useTexts(accessTexts);
  const [open, setOpen] = useState(false);
  return (
    <details className="fold person-keys" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        {texts.keys}
        <span className="ds-sr-only">: {person.name}</span>
      </summary>
      {open ? <KeyList person={person} /> : null}
    </details>
  );
}

function KeyList({ person }: { readonly person: Person }) {
  const texts = useTexts(accessTexts);
  const api = `/api/v1/people/${encodeURIComponent(person.id)}/keys`;
  const { known, reload } = useApi<{ keys: readonly PersonKey[] }>(api);
  const { busy, failed, change, forget } = useChange();
  const [revoking, setRevoking] = useState<string>();
  const [word, setWord] = useState('');
  const revoke = async (fingerprint: string, reason: string) => {
    const path = `${api}/${encodeURIComponent(fingerprint)}?reason=${encodeURIComponent(reason)}`;
    if ((await change(path, { method: 'DELETE' })) === undefined) return;
    setRevoking(undefined);
    setWord(texts.keyRevoked);
    reload();
  };
  return (
    <>
      <p role="status" className="done-word">
        {word}
      </p>
      {known?.keys.length === 0 ? <p className="thing-note">{texts.noKeys}</p> : null}
      <ul className="things" aria-label={texts.keysOf(person.name)}>
        {(known?.keys ?? []).map(({ fingerprint, algorithm, addedAt, revokedAt }) => (
          <li className="thing" key={`${fingerprint} ${addedAt}`}>
            <div className="thing-text">
              <p>{algorithm}</p>
              <p className="hash">{fingerprint}</p>
              <p className="thing-note">
                {texts.addedAt} <Moment at={addedAt} />
              </p>
            </div>
            {revokedAt === null ? (
              <Button
                variant="tertiary"
                data-color="danger"
                data-size="sm"
                aria-label={`${texts.revoke}: ${fingerprint}`}
                onClick={() => setRevoking(fingerprint)}
              >
                {texts.revoke}
              </Button>
            ) : (
              <StateTag mood="quiet">{texts.revoked}</StateTag>
            )}
          </li>
        ))}
      </ul>
      {revoking === undefined ? null : (
        <ReasonDialog
          title={texts.revokeTitle(person.name)}
          text={texts.revokeText}
          action={texts.revoke}
          asks
          busy={busy}
          failed={failed}
          onConfirm={(reason) => void revoke(revoking, reason)}
          onClose={() => {
            forget();
            setRevoking(undefined);
          }}
        />
      )}
    </>
  );
}
