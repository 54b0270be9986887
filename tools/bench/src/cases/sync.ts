import type { BenchCase } from '../bench-case.ts';
import { runProbe } from '../measure/run-probe.ts';
import { MIB } from './flood-parameters.ts';

export const wire: BenchCase = {
  name: 'wire',
  title: 'read stdout by blocking calls',
  contenders: {
    sync: 'blocking transport',
    data: "Node 'data' events, discarded",
    spawnSync: 'spawnSync',
  },
  comparisons: [
    {
      what: 'against data events',
      metric: 'throughput',
      ours: 'sync',
      peer: 'data',
      target: { of: 'ratio', atLeast: 1.1 },
    },
    {
      what: 'against spawnSync',
      metric: 'throughput',
      ours: 'sync',
      peer: 'spawnSync',
      target: { of: 'ratio', atLeast: 6 },
    },
  ],
  async open({ scale, signal }) {
    const parameters = { bytes: (scale.quick ? 128 : 1024) * MIB };
    return {
      parameters,
      run: {
        sync: () => runProbe('wire-sync', parameters, signal),
        data: () => runProbe('wire-data', parameters, signal),
        spawnSync: () => runProbe('wire-spawn-sync', parameters, signal),
      },
    };
  },
};

export const roundTrip: BenchCase = {
  name: 'round-trip',
  title: 'a thousand round trips of 64 bytes',
  contenders: { sync: 'blocking transport', async: 'asynchronous transport' },
  comparisons: [
    {
      what: 'time',
      metric: 'duration',
      ours: 'sync',
      peer: 'async',
      target: { of: 'ratio', atMost: 0.55 },
    },
  ],
  async open({ scale, signal }) {
    const parameters = { count: scale.quick ? 5_000 : 20_000 };
    return {
      parameters,
      run: {
        sync: () => runProbe('round-trip-sync', parameters, signal),
        async: () => runProbe('round-trip-async', parameters, signal),
      },
    };
  },
};

export const syncSpawn: BenchCase = {
  name: 'sync-spawn',
  title: "from spawn to wait of 'true', blocking",
  contenders: { sync: 'blocking transport', spawnSync: 'spawnSync' },
  comparisons: [
    {
      what: 'time',
      metric: 'duration',
      ours: 'sync',
      peer: 'spawnSync',
      target: { of: 'ratio', atMost: 1.6 },
    },
  ],
  async open({ scale, signal }) {
    const parameters = { count: scale.quick ? 100 : 300 };
    return {
      parameters,
      run: {
        sync: () => runProbe('spawn-connection', parameters, signal),
        spawnSync: () => runProbe('spawn-spawn-sync', parameters, signal),
      },
    };
  },
};
