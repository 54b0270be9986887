import { buildPackages } from '@rsync-io/kit/build';

// First, because the usage lists the cases, which import the packages.
await buildPackages();
await import('./bench.ts');
