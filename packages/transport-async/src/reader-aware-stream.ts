import { Readable } from 'node:stream';

/** A Readable that notices when readers are attached and removed. */
export abstract class ReaderAwareStream extends Readable {
  protected onReaderChange: () => void = () => {};

  constructor(highWaterMark: number) {
    super({ highWaterMark });
    this.on('newListener', (event) => {
      if (event === 'data' || event === 'readable') this.onReader();
    });
  }

  protected abstract onReader(): void;

  get isRead(): boolean {
    return (
      this.listenerCount('data') > 0 ||
      this.listenerCount('readable') > 0 ||
      this.readableFlowing === true
    );
  }

  /** True after `resume()` without a listener, or after the last listener was removed without `pause()`. */
  protected get flowsToNobody(): boolean {
    return this.readableFlowing === true && this.listenerCount('data') === 0;
  }

  // Node 20 emits no `removeListener` event for the only listener of a stream.
  override removeListener(event: string | symbol, listener: (...args: never[]) => void): this {
    super.removeListener(event, listener as () => void);
    this.onReaderChange();
    return this;
  }

  override off(event: string | symbol, listener: (...args: never[]) => void): this {
    return this.removeListener(event, listener);
  }

  override removeAllListeners(event?: string | symbol): this {
    super.removeAllListeners(event);
    this.onReaderChange();
    return this;
  }
}
