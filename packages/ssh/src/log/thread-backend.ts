import type { StderrBackend } from '@rsync-io/aux-channel';
import { followLines } from './follow-lines.js';
import { type LogSession, SessionLog } from './session-log.js';

/** Loaded by the drain thread, by the URL that `loggedBackends` makes. */
const parameters = new URL(import.meta.url).searchParams;
const { default: backend } = (await import(parameters.get('backend') as string)) as {
  default: StderrBackend;
};
const log = new SessionLog(JSON.parse(parameters.get('session') as string) as LogSession);
let following = false;

const logged: StderrBackend = {
  name: backend.name,
  module: import.meta.url,
  open: async () => {
    const endpoint = await backend.open();
    if (!following) followLines(log);
    following = true;
    return endpoint;
  },
};

export default logged;
