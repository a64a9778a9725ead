/** Fuzzes SFTP sessions with packets by the hundred thousand: npm run fuzz:sftp [-- PACKETS [SEED]]. Prints what it did. */
import { fuzzSessions } from './sftp-sessions.ts';

const [packets = '1000000', seed = '1'] = process.argv.slice(2);
const summary = await fuzzSessions({
  packets: Number(packets),
  seed: Number(seed),
  onProgress: (sent) => process.stderr.write(`${sent} packets\n`),
});
process.stdout.write(`${JSON.stringify(summary)}\n`);
