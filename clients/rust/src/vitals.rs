use std::fs;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::v1::Vitals;
use crate::wire;

/// Measures the process: processor use since the last measurement, resident memory, timer lag.
pub(crate) struct VitalsMeter {
    cpu: CpuMeter,
    page_bytes: u64,
}

impl VitalsMeter {
    pub(crate) fn new() -> Self {
        Self {
            cpu: CpuMeter::new(Instant::now(), cpu_used()),
            page_bytes: rustix::param::page_size() as u64,
        }
    }

    pub(crate) fn measure(&mut self, lag: Duration) -> Vitals {
        Vitals {
            cpu: self.cpu.measure(Instant::now(), cpu_used()),
            rss_bytes: resident_pages().unwrap_or_default() * self.page_bytes,
            loop_lag: Some(wire::span(lag)),
            ..Vitals::default()
        }
    }
}

/// Processor use in cores.
struct CpuMeter {
    since: Instant,
    used: Duration,
    cores: f64,
}

impl CpuMeter {
    fn new(since: Instant, used: Duration) -> Self {
        Self {
            since,
            used,
            cores: 0.0,
        }
    }

    /// A span under 1 ms measures nothing but noise, so the last figure stands.
    fn measure(&mut self, now: Instant, used: Duration) -> f64 {
        let elapsed = now.saturating_duration_since(self.since);
        if elapsed >= Duration::from_millis(1) {
            let spent = used.saturating_sub(self.used);
            self.cores = spent.as_secs_f64() / elapsed.as_secs_f64();
            self.since = now;
            self.used = used;
        }
        self.cores
    }
}

/// Processor time of the process, over all its threads.
fn cpu_used() -> Duration {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(used).unwrap_or_default()
}

/// None where the system has no /proc.
fn resident_pages() -> Option<u64> {
    let statm = fs::read_to_string("/proc/self/statm").ok()?;
    statm.split(' ').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_use_is_counted_in_cores_since_the_last_measurement() {
        let start = Instant::now();
        let ms = Duration::from_millis;
        let mut meter = CpuMeter::new(start, ms(100));
        assert!((meter.measure(start + ms(1_000), ms(600)) - 0.5).abs() < 1e-9);
        assert!((meter.measure(start + ms(2_000), ms(2_600)) - 2.0).abs() < 1e-9);
        let too_soon = start + ms(2_000) + Duration::from_micros(10);
        assert!((meter.measure(too_soon, ms(2_601)) - 2.0).abs() < 1e-9);
    }

    #[test]
    fn this_process_has_memory_and_has_used_a_processor() {
        let vitals = VitalsMeter::new().measure(Duration::from_millis(7));
        assert!(vitals.cpu >= 0.0 && vitals.cpu.is_finite());
        assert_eq!(vitals.loop_lag, Some(wire::span(Duration::from_millis(7))));
        if cfg!(target_os = "linux") {
            assert!(vitals.rss_bytes > 100_000, "{}", vitals.rss_bytes);
        }
    }
}
