/** Gives somebody a role in the project: somebody known by their name alone, somebody new with what letters need. */
import { Button, Field, Label, Select, Textfield } from '@digdir/designsystemet-react';
import { type FormEvent, useState } from 'react';
import type { Held } from '../../api/api-types.ts';
import { RefusedChange } from '../account/refused-change.tsx';
import { useTexts } from '../language.tsx';
import { Panel } from '../parts.tsx';
import { projectsTexts } from '../project/texts/projects.ts';
import { useChange } from '../use-api.ts';
import { accessTexts } from './texts/access.ts';

const roles: readonly Held['role'][] = ['researcher', 'supplier', 'producer', 'officer', 'auditor'];
const languages = ['nb', 'nn', 'en'] as const;

const none = { id: '', name: '', email: '', language: '', role: 'researcher' as Held['role'], sshKey: '' };

interface AddPersonProps {
  readonly api: string;
  readonly onDone: (word: string) => void;
}

export function AddPerson({ api, onDone }: AddPersonProps) {
  const texts = useTexts(accessTexts);
  const { roles: names } = useTexts(projectsTexts);
  const { busy, failed, change } = useChange();
  const [given, setGiven] = useState(none);
  const set = (part: Partial<typeof none>) => setGiven((before) => ({ ...before, ...part }));
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const { id, role, ...rest } = given;
    const said = Object.entries(rest).flatMap(([key, value]) =>
      value.trim() === '' ? [] : [[key, value.trim()]],
    );
    const body = { id: id.trim(), role, ...Object.fromEntries(said) } as object;
    if ((await change(api, { method: 'POST', body })) === undefined) return;
    setGiven(none);
    onDone(texts.added(id.trim()));
  };
  return (
    <Panel title={texts.add} className="no-print">
      <p className="panel-lead">{texts.addText}</p>
      <form className="form wide-form" onSubmit={(event) => void add(event)}>
        <div className="form-row">
          <Textfield
            required
            pattern="[a-z][a-z0-9._\-]*"
            maxLength={32}
            autoCapitalize="none"
            spellCheck={false}
            label={texts.userName}
            description={texts.userNameHelp}
            value={given.id}
            onChange={({ target }) => set({ id: target.value })}
          />
          <Field>
            <Label>{texts.role}</Label>
            <Select value={given.role} onChange={({ target }) => set({ role: target.value as Held['role'] })}>
              {roles.map((role) => (
                <Select.Option key={role} value={role}>
                  {names[role]}
                </Select.Option>
              ))}
            </Select>
          </Field>
        </div>
        <fieldset className="form-group">
          <legend>{texts.optionalNew}</legend>
          <div className="form-row">
            <Textfield
              maxLength={200}
              label={texts.name}
              value={given.name}
              onChange={({ target }) => set({ name: target.value })}
            />
            <Textfield
              type="email"
              label={texts.email}
              value={given.email}
              onChange={({ target }) => set({ email: target.value })}
            />
            <Field>
              <Label>{texts.language}</Label>
              <Select value={given.language} onChange={({ target }) => set({ language: target.value })}>
                <Select.Option value="">{texts.unchanged}</Select.Option>
                {languages.map((language) => (
                  <Select.Option key={language} value={language}>
                    {texts.languages[language]}
                  </Select.Option>
                ))}
              </Select>
            </Field>
          </div>
          <Textfield
            multiline
            rows={2}
            spellCheck={false}
            label={texts.sshKey}
            description={texts.sshKeyHelp}
            value={given.sshKey}
            onChange={({ target }) => set({ sshKey: target.value })}
          />
        </fieldset>
        <RefusedChange failed={failed} />
        <div className="actions">
          <Button type="submit" disabled={busy}>
            {texts.add}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
