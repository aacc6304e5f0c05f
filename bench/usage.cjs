// Loaded into a process before its own code (--require): writes down on exit what the process has used.
const { readFileSync, writeFileSync } = require('node:fs');

process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const usage = {
    startedAt: performance.timeOrigin,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    memoryMB: peakKilobytes() / 1024,
  };
  writeFileSync(process.env.BENCH_USAGE, JSON.stringify(usage));
});

/** On Linux not from resourceUsage: its maximum is at least that of the process that started this one. */
function peakKilobytes() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}
