/** Texts of the field that files are dropped in. */
import { catalogue } from '../../catalogue.ts';

export const dropTexts = catalogue({
  nb: {
    drop: 'Slipp filer her',
    choose: 'eller velg filer',
  },
  nn: {
    drop: 'Slepp filer her',
    choose: 'eller vel filer',
  },
  en: {
    drop: 'Drop files here',
    choose: 'or choose files',
  },
});
