/** The import table of the house (docs/architecture.md): imports point down only, type imports too. */
const common = ['identity', 'notifications', 'audit', 'db', 'platform'];
const features = ['cases', 'catalogue', 'inbound', 'deliveries', 'retention', 'notifications', 'custody'];
const table = {
  sftp: [...features, 'identity', 'audit', 'platform'],
  api: [...features, 'identity', 'audit', 'platform', 'http'],
  cli: [...features, 'identity', 'audit', 'platform'],
  portal: ['validators', 'api'],
  http: ['identity', 'audit', 'platform'],
  retention: ['cases', 'inbound', 'deliveries', 'audit', 'db', 'platform'],
  inbound: ['cases', 'catalogue', 'validators', 'vault', 'storage', ...common],
  deliveries: ['cases', 'catalogue', 'validators', 'vault', 'storage', ...common],
  custody: ['inbound', 'deliveries', 'vault', 'storage', ...common],
  cases: common,
  catalogue: common,
  identity: ['audit', 'notifications', 'db', 'platform'],
  notifications: ['audit', 'db', 'platform'],
  audit: ['db', 'platform'],
  vault: ['storage', 'audit', 'db', 'platform'],
  validators: ['platform'],
  storage: ['platform'],
  db: ['platform'],
  platform: [],
};
const rooms = Object.entries(table).map(([room, may]) => ({
  name: `room-${room}`,
  severity: 'error',
  comment: `src/${room} may import only: ${may.join(', ') || 'nothing'}`,
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: [`^src/${room}/`, ...may.map((m) => `^src/${m}/`)] },
}));
module.exports = {
  forbidden: [
    ...rooms,
    {
      name: 'jobs',
      severity: 'error',
      from: { path: '^src/jobs\\.ts$' },
      to: { path: '^src/(sftp|api|http|cli|portal|storage|db|server|main|config)' },
    },
    {
      name: 'only-main-constructs',
      severity: 'error',
      from: { path: '^src/[^/]+/' },
      to: { path: '^src/(main|server|core|doors|jobs|config)\\.ts$' },
    },
    {
      name: 'portal-types-only',
      severity: 'error',
      from: { path: '^src/portal/' },
      to: { path: '^src/api/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'checks-are-pure',
      severity: 'error',
      comment: 'The check engine runs in a worker and in a browser.',
      from: { path: '^src/validators/', pathNot: '^src/validators/worker/' },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphan-dev',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/portal/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    { name: 'unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
    doNotFollow: { path: 'node_modules' },
  },
};
