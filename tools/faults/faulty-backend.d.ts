import * as _rsync_io_aux_channel from '@rsync-io/aux-channel';

declare const _default: _rsync_io_aux_channel.StderrBackend;

export { _default as default };
