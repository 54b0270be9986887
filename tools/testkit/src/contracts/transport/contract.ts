import type { StderrBackend } from '@rsync-io/aux-channel';
import { describe } from 'vitest';
import { cutWireCases } from './cut-wire.js';
import { disposalCases } from './disposal.js';
import type { TransportDriver } from './driver.js';
import { contractContext } from './environment.js';
import { exitCases } from './exit.js';
import { inheritedStderrCases } from './inherited.js';
import { listenerCases } from './listeners.js';
import { outputCases } from './output.js';
import { startCases } from './start.js';
import { stderrCases } from './stderr.js';
import { watchdogCases } from './watchdogs.js';
import { wireCases } from './wire.js';

/**
 * The contract of a transport over one backend. Registers its tests with vitest. Both transports run it,
 * so that the same child has the same result with either.
 */
export function transportContract(driver: TransportDriver, backend: StderrBackend): void {
  describe(`the contract of the ${driver.name} transport over ${backend.name}`, () => {
    const context = contractContext(driver, backend);
    wireCases(context);
    cutWireCases(context);
    exitCases(context);
    startCases(context);
    watchdogCases(context);
    disposalCases(context);
    if (!driver.captures) return inheritedStderrCases(context);
    stderrCases(context);
    listenerCases(context);
    outputCases(context);
  });
}
