/** A program that owns an embedded server until it is killed: commits one row, says so on standard output, and stays. */
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/db/embedded/embedded-postgres.ts';
import { silentLog } from '../../src/platform/log.ts';

const [folder = '', mode] = process.argv.slice(2);
process.stdout.write('begun\n');
const server = await startEmbeddedPostgres({ folder, log: silentLog });
const client = new Client(server.connectionString);
await client.connect();
await client.query('create table if not exists kept (word text not null)');
await client.query("insert into kept values ('committed')");
if (mode === 'stop') {
  await client.end();
  await server.stop();
}
process.stdout.write(`pid ${server.pid}\n`);
if (mode !== 'stop') setInterval(() => undefined, 60_000);
