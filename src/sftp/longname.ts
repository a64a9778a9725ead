/** The line that READDIR gives for people: as `ls -l` has it, which clients such as FileZilla parse. */
import type { Temporal } from 'temporal-polyfill';
import type { Attributes } from './file-tree.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const letters = 'rwxrwxrwx';

function mode(attributes: Attributes): string {
  let text = attributes.kind === 'folder' ? 'd' : '-';
  for (let bit = 0; bit < 9; bit++) {
    text += attributes.permissions & (0o400 >> bit) ? letters[bit] : '-';
  }
  return text;
}

const day = 86_400;
/** `ls` shows the time of day for the last half year, and the year for what is older or lies ahead. */
const recentSeconds = 182 * day;

/** Dates are UTC: the protocol carries no zone, and clients that want local time read the attributes. */
function date(modifiedAt: number, now: Temporal.Instant): string {
  const at = new Date(modifiedAt * 1000);
  const age = now.epochMilliseconds / 1000 - modifiedAt;
  const two = (value: number, fill: string) => String(value).padStart(2, fill);
  const tail =
    age >= -day && age < recentSeconds
      ? `${two(at.getUTCHours(), '0')}:${two(at.getUTCMinutes(), '0')}`
      : ` ${at.getUTCFullYear()}`;
  return `${months[at.getUTCMonth()]} ${two(at.getUTCDate(), ' ')} ${tail}`;
}

export function longname(name: string, attributes: Attributes, now: Temporal.Instant): string {
  const size = String(attributes.size).padStart(12);
  return `${mode(attributes)}    1 datasluse datasluse ${size} ${date(attributes.modifiedAt, now)} ${name}`;
}
