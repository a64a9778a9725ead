/** Draws the cases of all properties from `DATASLUSE_TEST_SEED`, where it is set: CI takes the commit's, so that a run that fails fails again. */
const seed = Number.parseInt(process.env.DATASLUSE_TEST_SEED ?? '', 10);
if (!Number.isNaN(seed)) {
  const { default: fc } = await import('fast-check');
  fc.configureGlobal({ seed });
}
