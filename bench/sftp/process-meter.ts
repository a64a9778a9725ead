/** What processes have used, as Linux counts it: processor seconds and resident memory of a tree of processes. */
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

function statOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold spaces; what follows it does not.
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function nameOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
}

/** The process and its descendants that `counts` says belong to it. */
export function treeOf(root: number, counts: (commandLine: string) => boolean): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      if (pid === root || counts(nameOf(pid))) parents.set(pid, Number(statOf(pid)[1]));
    } catch {
      // It ended while we looked.
    }
  }
  const tree = [root];
  for (const pid of tree) {
    for (const [child, parent] of parents) if (parent === pid && !tree.includes(child)) tree.push(child);
  }
  return tree;
}

/** Processor seconds, those of children that have ended and were waited for included. */
export function processorSeconds(root: number, counts: (commandLine: string) => boolean): number {
  let ticks = 0;
  for (const pid of treeOf(root, counts)) {
    try {
      const stat = statOf(pid);
      for (const field of [11, 12, 13, 14]) ticks += Number(stat[field]);
    } catch {
      // It ended while we looked.
    }
  }
  return ticks / ticksPerSecond;
}

export function residentMb(root: number, counts: (commandLine: string) => boolean): number {
  let kb = 0;
  for (const pid of treeOf(root, counts)) {
    try {
      kb += Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It ended while we looked.
    }
  }
  return kb / 1024;
}

export interface ThreadTimes {
  ranSeconds: number;
  /** Ready to run, while others had the cores. */
  waitedSeconds: number;
}

/** Since the process began; see sched-stats.rst of Linux. */
export function mainThread(pid: number): ThreadTimes {
  const [ran = 0, waited = 0] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8')
    .split(' ')
    .map(Number);
  return { ranSeconds: ran / 1e9, waitedSeconds: waited / 1e9 };
}
