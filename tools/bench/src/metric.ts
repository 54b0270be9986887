/** What a run measures, and the unit. MB/s are millions of bytes per second; MiB are used for memory. */
export const unitOf = {
  throughput: 'MB/s',
  rssGrowth: 'MiB',
  memory: 'MiB',
  droppedLines: 'lines',
  duration: 'ms',
  p50: 'µs',
  p99: 'µs',
  threadsMore: 'threads',
  memoryEach: 'KB',
  memoryEach100: 'KB',
  memoryEach1000: 'KB',
  cpuEach: 'µs/s',
  cpuEach100: 'µs/s',
  cpuEach1000: 'µs/s',
  cpuGrowth: '×',
  descriptorsMore: 'descriptors',
  memorySlope: 'bytes',
} as const;

export type MetricName = keyof typeof unitOf;

/** Result of one run of one contender. */
export type Sample = Readonly<Partial<Record<MetricName, number>>>;
