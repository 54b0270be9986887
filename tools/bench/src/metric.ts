/** What a run measures. */
export type MetricName =
  | 'throughput'
  | 'rssGrowth'
  | 'droppedLines'
  | 'duration'
  | 'threadsMore'
  | 'memoryEach'
  | 'descriptorsMore'
  | 'memorySlope';

export type Unit = 'MB/s' | 'MiB' | 'lines' | 'ms' | 'threads' | 'KB' | 'descriptors' | 'bytes';

/** MB/s: millions of bytes per second, as disks and networks count. MiB: as memory is counted. */
export const unitOf: Readonly<Record<MetricName, Unit>> = {
  throughput: 'MB/s',
  rssGrowth: 'MiB',
  droppedLines: 'lines',
  duration: 'ms',
  threadsMore: 'threads',
  memoryEach: 'KB',
  descriptorsMore: 'descriptors',
  memorySlope: 'bytes',
};

/** What one run of one contender came to. */
export type Sample = Readonly<Partial<Record<MetricName, number>>>;
