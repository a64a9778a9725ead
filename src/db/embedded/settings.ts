/** How the embedded server is set, given on its command line so that every start has today's settings. */

/** The port is only a part of the socket's name: nothing listens on TCP. */
export const port = 5432;

/** Every setting is `name=value`, relative paths are relative to the data directory. */
export function serverSettings(tag: string): string[] {
  return [
    // Says whose postmaster this is, in the process table. See isOurPostmaster.
    `cluster_name=${tag}`,
    'listen_addresses=',
    `port=${port}`,
    'unix_socket_directories=../run',
    'unix_socket_permissions=0700',

    'fsync=on',
    'synchronous_commit=on',
    'full_page_writes=on',

    'max_connections=120',
    'shared_buffers=32MB',
    'max_wal_size=256MB',
    'max_parallel_workers_per_gather=0',
    'jit=off',
    'timezone=UTC',
    'log_timezone=UTC',

    // A file a weekday, emptied a week later.
    'logging_collector=on',
    'log_directory=../log',
    'log_filename=postgres-%u.log',
    'log_rotation_age=1d',
    'log_rotation_size=0',
    'log_truncate_on_rotation=on',
    'log_file_mode=0600',

    // Nothing of a row may reach the log. A statement's error, and above all its DETAIL, quotes values ("Key (email)=(…)
    // already exists"): errors of statements (level ERROR, below LOG here) are not logged, DETAIL and CONTEXT never
    // are (terse), nor statements and their parameters. The client still gets the whole error.
    'log_min_messages=log',
    'log_error_verbosity=terse',
    'log_min_error_statement=panic',
    'log_statement=none',
    'log_min_duration_statement=-1',
    'log_parameter_max_length=0',
    'log_parameter_max_length_on_error=0',
    'log_lock_waits=off',
    'log_temp_files=-1',
    'log_checkpoints=off',
    'log_autovacuum_min_duration=-1',
  ];
}
