/** Why a change of one's own keys came to nothing: most often that it asks for a fresh proof of who one is. */
import { Refused } from '../page-states.tsx';
import { ConfirmItIsYou } from '../signed-in.tsx';
import type { Changing } from '../use-api.ts';

/** As src/identity/own-keys.ts asks of keys and tokens. */
const recentMinutes = 15;

export function RefusedChange({ failed }: Pick<Changing, 'failed'>) {
  if (failed?.kind === 'problem' && failed.problem.code === 'step-up-needed')
    return <ConfirmItIsYou minutes={recentMinutes} />;
  return <Refused reply={failed} />;
}
