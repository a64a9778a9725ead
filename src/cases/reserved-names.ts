/** Names of files that the service itself shows in a project's folders; nobody else's file may bear them. */

/** In each folder: what is expected, what came, what is wrong, until when. */
export const statusName = 'STATUS.txt';

/** Also in another case: a copy on a Windows disk would take the other's place. */
export function isStatusName(name: string): boolean {
  return name.toLowerCase() === statusName.toLowerCase();
}
