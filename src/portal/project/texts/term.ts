/** Texts of a delivery's beginning and end. */
import { catalogue } from '../../catalogue.ts';

export const termTexts = catalogue({
  nb: {
    opened: 'Lagt ut',
    closes: 'Lukkes',
    closed: 'Lukket',
    reason: 'Grunn',
  },
  nn: {
    opened: 'Lagd ut',
    closes: 'Blir lukka',
    closed: 'Lukka',
    reason: 'Grunn',
  },
  en: {
    opened: 'Published',
    closes: 'Closes',
    closed: 'Closed',
    reason: 'Reason',
  },
});
