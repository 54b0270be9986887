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

/** MB/s are millions of bytes per second, as for disks and networks. MiB are used for memory. */
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

/** Result of one run of one contender. */
export type Sample = Readonly<Partial<Record<MetricName, number>>>;
