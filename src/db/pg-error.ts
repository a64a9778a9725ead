/** Which constraint a statement ran into, by SQLSTATE class 23 (PostgreSQL manual, appendix A). */

/** `unique`, `foreign-key`, or undefined for anything else. */
export function pgErrorCode(thrown: unknown): 'unique' | 'foreign-key' | undefined {
  const code = (thrown as { code?: unknown } | null)?.code;
  if (code === '23505') return 'unique';
  if (code === '23503') return 'foreign-key';
  return undefined;
}
