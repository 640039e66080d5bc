import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface Sample {
  value: number;
  labels?: Record<string, string>;
}

/** Numbers about the process for whoever runs it, in the Prometheus text format. Never about a person. */
export interface Metrics {
  /** `read` is asked at each scrape. */
  gauge(name: string, help: string, read: () => number | Sample[]): void;
  counter(name: string, help: string): (labels?: Record<string, string>) => void;
  render(): string;
  close(): void;
}

const escape = (value: string): string =>
  value.replace(/[\\"\n]/g, (sign) => (sign === '\n' ? '\\n' : `\\${sign}`));

const line = (name: string, { value, labels = {} }: Sample): string => {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escape(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
};

/**
 * How often the event loop is looked at; the histogram counts this in, the metric does not. Looking wakes a service
 * that has nothing to do.
 */
const resolutionMs = 250;

export function createMetrics(): Metrics {
  const families: { name: string; help: string; type: 'gauge' | 'counter'; read: () => number | Sample[] }[] =
    [];
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();

  const metrics: Metrics = {
    gauge: (name, help, read) => void families.push({ name, help, type: 'gauge', read }),
    counter(name, help) {
      const counts = new Map<string, Sample>();
      families.push({ name, help, type: 'counter', read: () => [...counts.values()] });
      return (labels = {}) => {
        const key = JSON.stringify(labels);
        const sample = counts.get(key) ?? { value: 0, labels };
        sample.value += 1;
        counts.set(key, sample);
      };
    },
    render() {
      const texts = families.map(({ name, help, type, read }) => {
        const given = read();
        const samples = typeof given === 'number' ? [{ value: given }] : given;
        return [
          `# HELP ${name} ${help}`,
          `# TYPE ${name} ${type}`,
          ...samples.map((sample) => line(name, sample)),
        ];
      });
      delay.reset();
      return `${texts.flat().join('\n')}\n`;
    },
    close: () => void delay.disable(),
  };

  metrics.gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  metrics.gauge('process_uptime_seconds', 'Time since the process started.', () => process.uptime());
  metrics.gauge('nodejs_eventloop_lag_seconds', 'Event loop delay since the last scrape.', () => [
    { labels: { quantile: '0.5' }, value: seconds(delay.percentile(50)) },
    { labels: { quantile: '0.99' }, value: seconds(delay.percentile(99)) },
    { labels: { quantile: '1' }, value: seconds(delay.max) },
  ]);
  return metrics;
}

const seconds = (nanoseconds: number): number =>
  Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e9 - resolutionMs / 1000) : 0;
