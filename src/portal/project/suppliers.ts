import type { ProjectHead } from '../../api/api-types.ts';

/** A supplier knows of nothing but the files that they send. */
export function isOnlySupplier({ roles }: Pick<ProjectHead, 'roles'>): boolean {
  return roles.length > 0 && roles.every((role) => role === 'supplier');
}
