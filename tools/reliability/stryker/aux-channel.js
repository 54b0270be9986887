import { mutationOf } from './shared.js';

export default mutationOf({ name: 'aux-channel', mutate: ['src/**/*.ts'], minScore: 85 });
