import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout; this file is built into `tools/parity/dist`. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
