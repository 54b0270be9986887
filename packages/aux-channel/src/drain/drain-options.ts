import { anyTarget, type ForwardOptions, forwardRule } from '../forward/forward-options.js';
import type { WarningsOption } from '../lines/line-dispatcher.js';
import { ONE_CHANNEL, WarningQueue } from '../lines/warning-queue.js';
import { oneOf, rule, type Rules, text } from '../options/rules.js';
import { InvalidOptionError } from '../trait/errors.js';
import type { SurfacePolicy } from './surface.js';

/** Options of a channel. */
export interface DrainOptions {
  /** Live forwarding; `false`: capture only. @defaultValue `{}`: to this process's stderr, policy `auto` */
  forward?: ForwardOptions | false;
  /** A subscriber to every line of stderr: a queue to consume, or a callback. Never slows the drain. */
  warnings?: WarningsOption;
  /** @defaultValue `'unless-forwarded'` */
  surface?: SurfacePolicy;
  /** Names the connection in diagnostics, for example its host. */
  label?: string;
  /** Called once, when the parent's end is closed and no more bytes can arrive, even after `abandoned`. */
  onClosed?: () => void;
}

const subscriber = rule<WarningsOption>(
  'a WarningQueue or a function',
  (value) => typeof value === 'function' || value instanceof WarningQueue,
);

export const drainRules: Rules<DrainOptions> = {
  forward: forwardRule(anyTarget),
  warnings: {
    ...subscriber,
    check(value, option) {
      if (!(value instanceof WarningQueue && value.isAttached))
        return subscriber.check(value, option);
      throw new InvalidOptionError(option, `${option}: a ${ONE_CHANNEL}`);
    },
  },
  surface: oneOf('unless-forwarded', 'always', 'never'),
  label: text,
  onClosed: rule('a function', (value) => typeof value === 'function'),
};
